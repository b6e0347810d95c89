"""Charts: Altair descriptions in one visual language, from figures that have their text.

Every number in a chart is drawn from a figure, and written as that figure's text. The data in a
chart's specification is only what it draws.
"""

import math

import altair as alt
import pandas as pd
from altair.utils import schemapi

from vardlaget.present.about_figures import about
from vardlaget.present.figures import Published, chart_markdown, nothing

ROW_STEP = 30
# So many per cent of an axis from 0 to 100 have room for a bar's text on a telephone.
TEXT_FITS = 34


def _values(data: pd.DataFrame) -> dict[str, list[dict]]:
    """A chart's rows as plain values; what is absent or infinite is None.

    In place of Altair's own, which takes fifty times as long, for each layer. Raises TypeError for
    cells that are neither texts, numbers nor truth values.
    """
    columns = [[_plain(cell) for cell in data[name].tolist()] for name in data]
    return {"values": [dict(zip(data, row, strict=True)) for row in zip(*columns, strict=True)]}


def _plain(cell: object) -> object:
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if cell is None or isinstance(cell, str | int):
        return cell
    raise TypeError(f"{cell!r}: charts draw texts, numbers and truth values.")


alt.data_transformers.register("vardlaget", _values)
alt.data_transformers.enable("vardlaget")


def unchecked() -> None:
    """Charts of this process are not checked against Vega-Lite's schema from now on.

    That takes longer than all else about a chart. Who writes a notebook is told at once; of what
    builds draw, a test checks all.
    """
    schemapi.disable_debug_mode()


def chart(
    drawn: alt.LayerChart | alt.Chart | None,
    look: dict,
    alt_text: str,
    figures: pd.DataFrame,
    **fields: str,
) -> Published:
    """A chart with its text alternative and the figures that it draws."""
    if drawn is None or figures.empty:
        return nothing(**fields)
    spec = drawn.to_dict(validate=schemapi.DEBUG_MODE)
    spec.pop("$schema")  # an address that a page would have no use for
    # Here, as Altair copies a chart whole for each of its properties.
    spec |= {"width": look["width"], "config": spec["config"] | look["config"]}
    return Published(
        chart_markdown(spec, alt_text, about(figures)),
        figures=figures,
        chart=spec,
        fields=fields,
    )


def unit_bars(
    frame: pd.DataFrame, look: dict, axis: str, reference: tuple[float, str] | None = None
) -> alt.LayerChart | None:
    """A horizontal bar for each unit, longest first, the region's own in its colour.

    `frame` has label, value, text and own (bool). `reference` is a value and its words, such as
    the country's.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "value", "text", "own"]]
    order = rows.sort_values("value", ascending=False, kind="stable")["label"].tolist()
    base = alt.Chart(rows, height=_height(rows)).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=_row_axis()),
        tooltip=[alt.Tooltip("label:N", title="Enhet"), alt.Tooltip("text:N", title=axis)],
    )
    bars = base.mark_bar(size=18).encode(
        x=alt.X("value:Q", title=axis, scale=alt.Scale(domain=[0, 100]), axis=_percent_axis()),
        color=alt.condition(
            "datum.own", alt.value(colours["own"]), alt.value(colours["own_light"])
        ),
    )
    # At the bar's base: the line of comparison never crosses a number there.
    texts = base.mark_text(align="left", dx=6, fontWeight=600).encode(
        x=alt.XDatum(0),
        text=alt.Text("text:N"),
        color=alt.condition("datum.own", alt.value(colours["on_own"]), alt.value(colours["ink"])),
    )
    return alt.layer(bars, texts, *_reference(reference, colours))


def nested_bars(
    frame: pd.DataFrame, look: dict, axis: str, inner: str, outer: str
) -> alt.LayerChart | None:
    """Two shares for each unit, one within the other: inner dark, outer light.

    `frame` has label, inner, inner_text, outer, outer_text; it is drawn in its own order. Where
    the outer share has no value, its text stands after the inner one.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    order = frame["label"].tolist()
    names = {inner: colours["own"], outer: colours["own_light"]}
    long = pd.concat(
        [
            frame.assign(kind=outer, value=frame["outer"], text=frame["outer_text"]),
            frame.assign(kind=inner, value=frame["inner"], text=frame["inner_text"]),
        ]
    )
    long["end"] = long["value"].fillna(long["inner"]).fillna(0)
    long = long[["label", "kind", "value", "text", "end"]]
    base = alt.Chart(long, height=_height(long)).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=_row_axis()),
        x=alt.X(
            "value:Q",
            title=axis,
            stack=None,
            scale=alt.Scale(domain=[0, 108]),
            axis=_percent_axis(),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Enhet"),
            alt.Tooltip("kind:N", title="Inom"),
            alt.Tooltip("text:N", title="Andel"),
        ],
    )
    bars = base.mark_bar(size=20).encode(
        color=alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=list(names), range=list(names.values())),
        )
    )
    outside = base.transform_filter(alt.datum.kind == outer).mark_text(
        align="left", dx=5, fontWeight=600
    )
    inside = base.transform_filter(alt.datum.kind == inner).mark_text(
        align="right", dx=-5, color=colours["on_own"], fontWeight=600
    )
    return alt.layer(
        bars,
        outside.encode(x=alt.X("end:Q"), text=alt.Text("text:N")),
        inside.encode(text=alt.Text("text:N")),
    )


def target_bars(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """A bar for each indicator and a mark where its target stands, named to the right.

    `frame` has label, value, text, target (lower bound), target_upper and target_text; an interval
    is a band, a single bound a stroke.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    value = frame["value"]
    # Behind the target, where that would cross a text that stands beside its bar.
    near = (frame["target_upper"] - value).between(0, TEXT_FITS)
    rows = frame[["label", "value", "text", "target", "target_upper"]].assign(
        target_text=frame["target_text"].where(frame["target"].notna(), ""),
        inside=value >= TEXT_FITS,
        end=frame["target_upper"].where(near, value),
    )
    base = alt.Chart(rows, height=_height(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_row_axis()),
        tooltip=[
            alt.Tooltip("label:N", title="Mått"),
            alt.Tooltip("text:N", title="Utfall"),
            alt.Tooltip("target_text:N", title="Mål"),
        ],
    )
    top = max(100.0, float(rows["value"].max()))
    x = alt.X("value:Q", title=axis, scale=alt.Scale(domain=[0, top]), axis=_percent_axis())
    bars = base.mark_bar(size=18, color=colours["own"]).encode(x=x)
    goals = base.transform_filter("isValid(datum.target) && datum.target == datum.target_upper")
    stroke = goals.mark_tick(size=28, thickness=3, color=colours["accent"]).encode(
        x=alt.X("target:Q")
    )
    intervals = base.transform_filter("isValid(datum.target) && datum.target < datum.target_upper")
    band = intervals.mark_bar(
        size=28, color=colours["band"], opacity=0.55, stroke=colours["accent"], strokeWidth=2
    ).encode(x=alt.X("target:Q"), x2=alt.X2("target_upper:Q"))
    return alt.layer(bars, band, stroke, *_goals(base, rows, colours), *_at_base(base, colours))


def _goals(base: alt.Chart, rows: pd.DataFrame, colours: dict) -> list[alt.Chart]:
    """What each row's target is, as a column to the right of the bars."""
    if (rows["target_text"] == "").all():
        return []
    look = {"align": "left", "dx": 8, "color": colours["accent"], "fontWeight": 600}
    head = alt.Chart(pd.DataFrame({"words": ["Mål"]})).mark_text(**look, baseline="bottom", dy=-2)
    place = alt.XValue("width")
    return [
        base.mark_text(**look).encode(x=place, text=alt.Text("target_text:N")),
        head.encode(x=place, y=alt.YValue(0), text=alt.Text("words:N")),
    ]


def _at_base(base: alt.Chart, colours: dict) -> list[alt.Chart]:
    """The bars' texts at their base, where no target can stand in the way; beside short bars."""
    inside = base.transform_filter("datum.inside").mark_text(
        align="left", dx=6, color=colours["on_own"], fontWeight=600
    )
    beside = base.transform_filter("!datum.inside").mark_text(align="left", dx=5, fontWeight=600)
    return [
        inside.encode(x=alt.XDatum(0), text=alt.Text("text:N")),
        beside.encode(x=alt.X("end:Q"), text=alt.Text("text:N")),
    ]


def deviation_bars(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """Deviations to the left and right of zero. `frame` has label, value, text."""
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "value", "text"]]
    reach = float(rows["value"].abs().max()) * 1.35 or 1.0
    base = alt.Chart(rows, height=_height(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_row_axis()),
        x=alt.X(
            "value:Q",
            title=axis,
            scale=alt.Scale(domain=[-reach, reach]),
            axis=_percent_axis(),
        ),
        tooltip=[alt.Tooltip("label:N", title="Rad"), alt.Tooltip("text:N", title=axis)],
    )
    # One colour: what has become less is not worse by that.
    bars = base.mark_bar(size=18, color=colours["own"])
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=colours["muted"])
    right = base.transform_filter("datum.value >= 0").mark_text(align="left", dx=5)
    left = base.transform_filter("datum.value < 0").mark_text(align="right", dx=-5)
    return alt.layer(
        bars,
        zero.encode(x=alt.X("zero:Q")),
        right.encode(text=alt.Text("text:N")),
        left.encode(text=alt.Text("text:N")),
    )


def amount_bars(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """A bar for each amount, from zero, with its text. `frame` has label, value, text."""
    if frame.empty:
        return None
    rows = frame[["label", "value", "text"]]
    reach = float(rows["value"].max()) * 1.3
    base = alt.Chart(rows, height=_height(rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=_row_axis()),
        x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, reach]), axis=None),
        tooltip=[alt.Tooltip("label:N", title="Del"), alt.Tooltip("text:N", title=axis)],
    )
    bars = base.mark_bar(size=20, color=look["colours"]["own"])
    return alt.layer(
        bars, base.mark_text(align="left", dx=6, fontWeight=600).encode(text=alt.Text("text:N"))
    )


def _height(rows: pd.DataFrame) -> int:
    """In pixels, for a row a label: a step instead would make the page's fitting warn."""
    return ROW_STEP * rows["label"].nunique()


def _row_axis() -> alt.Axis:
    return alt.Axis(domain=False, ticks=False, labelPadding=8)


def _percent_axis() -> alt.Axis:
    return alt.Axis(labelExpr="replace(datum.label, '-', '−') + ' %'", tickCount=5, domain=False)


def _reference(reference: tuple[float, str] | None, colours: dict) -> list[alt.Chart]:
    if reference is None:
        return []
    value, words = reference
    base = alt.Chart(pd.DataFrame({"value": [value], "words": [words]})).encode(x=alt.X("value:Q"))
    rule = base.mark_rule(color=colours["accent"], strokeWidth=2)
    label = base.mark_text(
        align="right", baseline="bottom", dx=-2, dy=-3, color=colours["accent"], fontWeight=600
    ).encode(y=alt.YValue(0), text=alt.Text("words:N"))
    return [rule, label]
