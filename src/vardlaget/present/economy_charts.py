"""Charts of the economy: two bars a kind, amounts on both sides of zero, a forecast's interval."""

import altair as alt
import pandas as pd

ROW_STEP = 34
TEXT_PIXELS = 52
# The layer's own names for what is booked and what is corrected, and their colours in the theme.
BOOKED, CORRECTED = "Bokfört", "Korrigerat"
SERIES = {BOOKED: "own", CORRECTED: "own_light"}


def paired_bars(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """For each label one bar, or one for each series, to the left and right of zero.

    `frame` has label, series (of SERIES), value and text, in the order that is drawn.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "series", "value", "text"]]
    used = [name for name in SERIES if name in set(rows["series"])]
    scale = alt.Scale(domain=used, range=[colours[SERIES[name]] for name in used])
    legend = alt.Legend() if len(used) > 1 else None
    height = ROW_STEP * rows["label"].nunique() * (1 + 0.5 * (len(used) > 1))
    base = alt.Chart(rows, height=height).encode(
        y=_labels(),
        x=alt.X("value:Q", title=axis, scale=_around_zero(rows["value"]), axis=_per_cent()),
        tooltip=[
            alt.Tooltip("label:N", title="Slag"),
            alt.Tooltip("series:N", title="Räknat på"),
            alt.Tooltip("text:N", title=axis),
        ],
    )
    if len(used) > 1:
        base = base.encode(yOffset=alt.YOffset("series:N", sort=used))
    bars = (base.mark_bar() if len(used) > 1 else base.mark_bar(size=18)).encode(
        color=alt.Color("series:N", title=None, scale=scale, legend=legend)
    )
    return alt.layer(bars, *_texts(base), _zero(colours))


def amounts(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """Amounts to the left and right of zero, each with its text. `frame` has label, value, text.

    A bar below zero has the theme's colour for what is worse.
    """
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "value", "text"]]
    base = alt.Chart(rows, height=ROW_STEP * rows["label"].nunique()).encode(
        y=_labels(),
        x=alt.X("value:Q", title=axis, scale=_around_zero(rows["value"]), axis=_millions()),
        tooltip=[alt.Tooltip("label:N", title="Del"), alt.Tooltip("text:N", title=axis)],
    )
    colour = alt.condition(
        "datum.value < 0", alt.value(colours["accent"]), alt.value(colours["own"])
    )
    return alt.layer(base.mark_bar(size=18).encode(color=colour), *_texts(base), _zero(colours))


def interval(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """Points on one scale, one of them within its interval, their texts in a column beside.

    `frame` has label, value, text, lower and upper (NaN where there is no interval).
    """
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["label", "value", "text", "lower", "upper"]]
    drawn = rows[["value", "lower", "upper"]].stack()
    reach = _around_zero(drawn, beside=0.42)
    base = alt.Chart(rows, height=ROW_STEP * rows["label"].nunique()).encode(
        y=_labels(),
        tooltip=[alt.Tooltip("label:N", title="Belopp"), alt.Tooltip("text:N", title=axis)],
    )
    x = alt.X("value:Q", title=axis, scale=reach, axis=_millions())
    lines = base.mark_rule(color=colours["rule"], strokeWidth=2).encode(x=x, x2=alt.X2Datum(0))
    band = (
        base.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
        .mark_bar(size=16, color=colours["own_light"], opacity=0.8)
        .encode(x=alt.X("lower:Q", title=axis, scale=reach, axis=_millions()), x2=alt.X2("upper:Q"))
    )
    points = base.mark_point(filled=True, size=110, opacity=1, color=colours["own"]).encode(x=x)
    column = alt.datum(max(0.0, float(drawn.max())))
    texts = base.mark_text(align="left", dx=14, fontWeight=600).encode(
        x=column, text=alt.Text("text:N")
    )
    return alt.layer(lines, band, points, texts, _zero(colours))


def lines(frame: pd.DataFrame, look: dict, axis: str) -> alt.LayerChart | None:
    """A line over months, its last point with its text. `frame` has month, value, text."""
    if frame.empty:
        return None
    colours = look["colours"]
    rows = frame[["month", "value", "text"]]
    months = rows["month"].tolist()
    ticks = alt.Axis(values=months[::-3][::-1], labelAngle=0, grid=False, labelFlush=True)
    base = alt.Chart(rows, height=200).encode(
        x=alt.X("month:O", sort=months, title=None, axis=ticks),
        y=alt.Y("value:Q", title=axis, scale=alt.Scale(zero=False), axis=_millions()),
        tooltip=[alt.Tooltip("month:O", title="Månad"), alt.Tooltip("text:N", title=axis)],
    )
    line = base.mark_line(color=colours["own"], strokeWidth=2, invalid="break-paths-filter-domains")
    last = base.transform_filter(alt.datum.month == months[-1])
    return alt.layer(
        line,
        last.mark_point(filled=True, size=60, opacity=1, color=colours["own"]),
        last.mark_text(align="right", dy=-12, fontWeight=600).encode(text=alt.Text("text:N")),
    )


def _labels() -> alt.Y:
    axis = alt.Axis(domain=False, ticks=False, labelPadding=8)
    return alt.Y("label:N", sort=None, title=None, axis=axis)


def _texts(base: alt.Chart) -> list[alt.Chart]:
    """Each bar's text beyond its end."""
    right = base.transform_filter("datum.value >= 0").mark_text(align="left", dx=5)
    left = base.transform_filter("datum.value < 0").mark_text(align="right", dx=-5)
    return [right.encode(text=alt.Text("text:N")), left.encode(text=alt.Text("text:N"))]


def _zero(colours: dict) -> alt.Chart:
    rule = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=colours["muted"])
    return rule.encode(x=alt.X("zero:Q"))


def _around_zero(values: pd.Series, beside: float = 0.0) -> alt.Scale:
    """From zero as far as the values go on either side, with room for their texts.

    `beside` is how much of the values' reach a column of texts at the right takes.
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.22 * ((high - low) or 1.0)
    if beside:
        return alt.Scale(
            domain=[low - 0.05 * (high - low), high + beside * (high - low)], nice=False
        )
    if low < 0 < high:  # a short bar's text would else stand on its label in a narrow chart
        return alt.Scale(domain=[low, high], nice=False, padding=TEXT_PIXELS)
    ends = [low - room if low < 0 else -0.02 * high, high + room if high > 0 else -0.02 * low]
    return alt.Scale(domain=ends, nice=False)


def _per_cent() -> alt.Axis:
    return alt.Axis(labelExpr="replace(datum.label, '-', '−') + ' %'", tickCount=5, domain=False)


def _millions() -> alt.Axis:
    shown = "replace(replace(format(datum.value / 1e6, ',.0f'), ',', '\u00a0'), /[-−]/, '−')"
    return alt.Axis(labelExpr=shown, tickCount=5, domain=False)
