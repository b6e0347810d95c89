"""Charts of all regions: a heat map by quarters, and a line of marks for each measure."""

import altair as alt
import pandas as pd

ROW, CELL = 48, 24
QUARTERS = ("Bästa fjärdedelen", "Näst bästa", "Näst sämsta", "Sämsta fjärdedelen")
UNRANKED = "Utan rangordning"
# A name stands outwards from its mark where it has room there; some six pixels a letter.
LEFTWARDS = "scale('x', datum.value) < 6 * length(datum.name) ? 'left' : 'right'"
RIGHTWARDS = "scale('x', datum.value) + 6 * length(datum.name) > width ? 'right' : 'left'"


def quarters(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The cells of one measure: measure, value, text (without its unit), quarter.

    `rows`: as of `national.side_by_side`, with text. A region's quarter is that of its rank among
    those that have one; of fewer than four there are no quarters.
    """
    count = rows["rank"].notna().sum()
    places = [
        UNRANKED
        if pd.isna(rank) or count < len(QUARTERS)
        else QUARTERS[min(int(4 * (rank - 1) / count), 3)]
        for rank in rows["rank"]
    ]
    texts = [str(text).removesuffix("\u00a0%") for text in rows["text"]]
    return rows[["value"]].assign(measure=measure, text=texts, quarter=places)


def heat_map(cells: pd.DataFrame, look: dict) -> alt.LayerChart:
    """A cell for each region and measure with its number, coloured by the quarter it is in.

    `cells`: label, measure, value, text, quarter. Ranks stand in the tables beside it.
    """
    colours = look["colours"]
    measures = list(dict.fromkeys(cells["measure"]))
    names = ("own", "own_light", "accent_light", "accent", "blank")
    fills = [colours[name] for name in names]
    kinds = [*QUARTERS, UNRANKED]
    present = [kind for kind in kinds if (cells["quarter"] == kind).any()]
    rows = cells.assign(light=cells["quarter"].isin([QUARTERS[0], QUARTERS[3]]))
    base = alt.Chart(rows, height=CELL * rows["label"].nunique()).encode(
        x=alt.X(
            "measure:N",
            sort=measures,
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=-90,
                labelLimit=260,
                labelFontSize=12,
                domain=False,
                ticks=False,
                labelAlign="left",
                labelBaseline="middle",
            ),
        ),
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("label:N", title="Region"),
            alt.Tooltip("measure:N", title="Mått"),
            alt.Tooltip("text:N", title="Värde"),
            alt.Tooltip("quarter:N", title="Läge"),
        ],
    )
    fill = base.mark_rect(stroke=look["page"]["paper"], strokeWidth=1).encode(
        color=alt.Color(
            "quarter:N",
            title=None,
            scale=alt.Scale(domain=present, range=[fills[kinds.index(kind)] for kind in present]),
            legend=alt.Legend(orient="bottom", columns=2),
        )
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("text:N"),
        color=alt.condition("datum.light", alt.value(colours["on_own"]), alt.value(colours["ink"])),
    )
    return alt.layer(fill, text)


def strips(rows: pd.DataFrame, look: dict, axis: str, suffix: str) -> alt.LayerChart:
    """Every region as a mark on one line a measure; the country's mark, the ends by name.

    `rows`: label, name, kind (`Riket` or `Region`), end (`lowest`, `highest` or empty), value,
    text. `axis` is the axis' title, `suffix` stands after its numbers.
    """
    colours = look["colours"]
    # The country's mark comes last, above the others.
    rows = rows.sort_values("kind", kind="stable")
    base = alt.Chart(rows, height=ROW * rows["label"].nunique()).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X(
            "value:Q",
            title=axis,
            scale=alt.Scale(zero=False, nice=True, padding=40),
            axis=alt.Axis(labelExpr=f"datum.label + '{suffix}'", tickCount=5, domain=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Region"),
            alt.Tooltip("label:N", title="Mått"),
            alt.Tooltip("text:N", title="Värde"),
        ],
    )
    kinds = ["Region", "Riket"]
    marks = base.mark_point(opacity=0.75, size=60, strokeWidth=2.5).encode(
        shape=_by_kind(alt.Shape, kinds, ["circle", "M0,-1.8L0,1.8"]),
        fill=_by_kind(alt.Fill, kinds, [colours["own"], "transparent"]),
        stroke=_by_kind(alt.Stroke, kinds, ["transparent", colours["ink"]]),
    )
    lowest, highest = (
        base.transform_filter(alt.datum.end == end)
        .mark_text(align=alt.expr(align), dy=dy, fontSize=11, color=colours["own"])
        .encode(text=alt.Text("name:N"))
        for end, align, dy in (("lowest", LEFTWARDS, -13), ("highest", RIGHTWARDS, 15))
    )
    return alt.layer(marks, lowest, highest)


def _by_kind(channel, kinds: list[str], shown: list) -> object:
    return channel("kind:N", title=None, scale=alt.Scale(domain=kinds, range=shown))
