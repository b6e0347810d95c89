"""The waterfall of a region's grants: how the parts add up to what it can get at most."""

import altair as alt
import pandas as pd

ROW_STEP = 40
# What each step stands for, in the order of the legend, and its colour in the theme.
KINDS = {
    "Utan krav": "own",
    "Strategiska medel": "own_light",
    "Prestation": "other",
    "Förlorat": "accent",
    "Summa": "ink",
}


def waterfall(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """A bar a step from where the one above ended, and thin lines between them.

    `frame` has label, start, end, text and kind (one of KINDS), top to bottom; a step that takes
    away ends before it starts. The value is written behind the bar.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "start", "end", "text", "kind"]]
    rows = rows.assign(right=rows[["start", "end"]].max(axis=1))
    kinds = [kind for kind in KINDS if kind in set(rows["kind"])]
    reach = float(rows["right"].max()) * 1.25
    order = rows["label"].tolist()
    base = alt.Chart(rows, height=ROW_STEP * len(rows)).encode(
        y=_rows(order),
        tooltip=[
            alt.Tooltip("label:N", title="Del"),
            alt.Tooltip("text:N", title=axis),
            alt.Tooltip("kind:N", title="Slag"),
        ],
    )
    scale = alt.Scale(domain=kinds, range=[colours[KINDS[kind]] for kind in kinds])
    bars = base.mark_bar(size=20).encode(
        x=_kronor("start", reach),
        x2=alt.X2("end:Q"),
        color=alt.Color("kind:N", title=None, scale=scale),
    )
    texts = base.mark_text(align="left", dx=6, fontWeight=600).encode(
        x=_kronor("right", reach), text=alt.Text("text:N")
    )
    return alt.layer(*_connectors(rows, order, reach, colours), bars, texts)


def _rows(order: list[str]) -> alt.Y:
    """The labels, each line of a label on its own."""
    lines = "split(datum.label, '\\n')"
    axis = alt.Axis(domain=False, ticks=False, labelPadding=8, labelExpr=lines)
    return alt.Y("label:N", sort=order, title=None, axis=axis)


def _kronor(column: str, reach: float) -> alt.X:
    """The same scale in every layer: without it they would each have their own axis."""
    return alt.X(f"{column}:Q", title=None, scale=alt.Scale(domain=[0, reach]), axis=None)


def _connectors(rows: pd.DataFrame, order: list[str], reach: float, colours: dict) -> list:
    """From the end of a step down to the start of the next one."""
    drawn = pd.DataFrame({"label": order[:-1], "below": order[1:], "at": rows["end"].tolist()[:-1]})
    if drawn.empty:
        return []
    lines = alt.Chart(drawn).mark_rule(color=colours["muted"], strokeDash=[2, 2])
    return [lines.encode(y=_rows(order), y2=alt.Y2("below:N"), x=_kronor("at", reach))]
