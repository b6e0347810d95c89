"""Charts over time: a process with its limits, months beside last year's."""

from itertools import pairwise

import altair as alt
import pandas as pd

# Every third month has its name under the axis, counted from the newest.
LABEL_EVERY = 3
HEIGHT = 230
# The height of a line of text.
LINE = 15
# A month without a value breaks its line.
GAPS = "break-paths-filter-domains"
# Not by colour alone: what a point means is also its shape.
KINDS = {
    "common_cause": ("Inom normal variation", "circle", "muted"),
    "improving": ("Förbättring", "triangle-up", "own"),
    "deteriorating": ("Försämring", "diamond", "accent"),
    "high": ("Ovanligt högt", "triangle-up", "own"),
    "low": ("Ovanligt lågt", "triangle-down", "accent"),
    "too_few": ("Mätvärde", "square", "muted"),
    "forecast": ("Prognos", "diamond", "accent"),
}


def process(
    points: pd.DataFrame,
    look: dict,
    axis: str,
    unit: str,
    target: tuple[float, str] | None = None,
) -> alt.LayerChart | None:
    """A monthly series with its mean, limits and special causes; missing months are gaps.

    `unit` is the catalogue's. `points`: month (as shown, in order), phase (lines end where another
    begins), value, text, mean, lower, upper, variation, label (text at the point, or empty) and
    country (NaN where unknown); the texts of limits and country (`limits`, `country_text`) are for
    those who point or read the chart as a table. `target` is a value and its words. The last
    month's text and the country's name stand after the lines' ends, where nothing crosses them.
    """
    if points.empty:
        return None
    colours = look["colours"]
    months = points["month"].tolist()
    last = points.index == points.index[-1]
    drawn = points.drop(columns=["variation"]).assign(
        kind=[KINDS[kind][0] if kind else None for kind in points["variation"]],
        label=points["label"].mask(last, ""),
        rises=points["value"].shift(-1) > points["value"],
    )
    x = alt.X("month:O", sort=months, title=None, axis=_month_axis(months))
    base = alt.Chart(drawn, height=HEIGHT).encode(x=x, detail=alt.Detail("phase:N"))
    domain = _domain(points, target, unit)
    scale = alt.Scale(domain=domain, zero=False, nice=False)
    y = alt.Y("value:Q", title=axis, scale=scale, axis=_axis(unit))
    band = base.mark_area(
        color=colours["band"],
        opacity=0.55,
        interpolate="step",
        invalid=GAPS,
    ).encode(y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    mean = base.mark_line(
        color=colours["muted"], strokeWidth=1, interpolate="step", invalid=GAPS
    ).encode(y=alt.Y("mean:Q"))
    line = base.mark_line(color=colours["own"], strokeWidth=2, invalid=GAPS).encode(y=y)
    dots = (
        base.transform_filter("isValid(datum.value)")
        .mark_point(filled=True, size=55, opacity=1)
        .encode(
            y=y,
            shape=alt.Shape("kind:N", title=None, scale=_kind_scale(points, 1)),
            color=alt.Color("kind:N", title=None, scale=_kind_scale(points, 2, colours)),
            tooltip=_told(points, axis),
        )
    )
    layers = [band, mean, *_country(base, points, colours), line, dots, *_texts(base, y)]
    named = at_ends(_ends(points, colours), x, months[-1], domain)
    return alt.layer(
        *layers, *_breaks(points, x, colours), *_target(target, months, colours), *named
    )


def _texts(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """The points' numbers, not on that side of the line where it goes next and would cross them."""
    return [
        base.transform_filter(f"datum.label != '' && {where}")
        .mark_text(dx=10, dy=dy, fontWeight=600)
        .encode(y=y, text=alt.Text("label:N"))
        for where, dy in (("!datum.rises", -13), ("datum.rises", 16))
    ]


def _ends(points: pd.DataFrame, colours: dict) -> pd.DataFrame:
    """What `at_ends` writes after the lines' ends: the newest number, the country's name."""
    found = [(points["value"].iloc[-1], points["label"].iloc[-1], colours["ink"])]
    found += [(value, "Riket", colours["muted"]) for value in points["country"].dropna().tail(1)]
    ends = pd.DataFrame(found, columns=["value", "words", "colour"])
    return ends[ends["words"] != ""]


def at_ends(
    ends: pd.DataFrame, x: alt.X, month: str, domain: tuple[float, float]
) -> list[alt.Chart]:
    """What stands after the ends of lines: the first in bold, each on a line of text of its own.

    `ends`: value (where the line ends), words and colour. `domain`: the axis's, HEIGHT high.
    """
    named = ends[ends["value"].notna()]
    gap = (domain[1] - domain[0]) * LINE / HEIGHT
    placed = named.assign(place=apart(named["value"], gap), month=month)
    return [
        alt.Chart(placed.iloc[[n]][["month", "place", "words"]])
        .mark_text(align="left", dx=9, color=row.colour, fontWeight=600 if n == 0 else 400)
        .encode(x=x, y=alt.Y("place:Q"), text=alt.Text("words:N"))
        for n, row in enumerate(placed.itertuples())
    ]


def apart(values: pd.Series, gap: float) -> pd.Series:
    """The values, moved down from the greatest where two would stand nearer than the gap."""
    placed = values.sort_values(ascending=False)
    for before, now in pairwise(placed.index):
        placed[now] = min(placed[now], placed[before] - gap)
    return placed.reindex(values.index)


def _told(points: pd.DataFrame, axis: str) -> list[alt.Tooltip]:
    """What is told of a month: its value and judgement, and what is drawn beside it."""
    told = [("month:O", "Månad"), ("text:N", axis), ("kind:N", "Bedömning")]
    if points["lower"].notna().any() and "limits" in points:
        told.append(("limits:N", "Styrgränser"))
    if points["country"].notna().any() and "country_text" in points:
        told.append(("country_text:N", "Riket"))
    return [alt.Tooltip(field, title=title) for field, title in told]


def _country(base: alt.Chart, points: pd.DataFrame, colours: dict) -> list[alt.Chart]:
    if points["country"].isna().all():
        return []
    line = base.mark_line(color=colours["other"], strokeDash=[5, 3], invalid=GAPS)
    return [line.encode(y=alt.Y("country:Q"))]


def _target(target: tuple[float, str] | None, months: list[str], colours: dict) -> list[alt.Chart]:
    if target is None:
        return []
    value, words = target
    base = alt.Chart(pd.DataFrame({"target": [value], "words": [words], "month": [months[0]]}))
    rule = base.mark_rule(color=colours["accent"], strokeWidth=1.5).encode(y=alt.Y("target:Q"))
    name = base.mark_text(align="left", dy=-7, dx=2, color=colours["accent"], fontWeight=600)
    return [
        rule,
        name.encode(y=alt.Y("target:Q"), x=alt.X("month:O", sort=months), text=alt.Text("words:N")),
    ]


def _breaks(points: pd.DataFrame, x: alt.X, colours: dict) -> list[alt.Chart]:
    """The name of a series break, above the month from which it holds."""
    new = points[points["phase"].diff() > 0]
    if new.empty:
        return []
    named = alt.Chart(new[["month"]].assign(words="Seriebrott")).mark_text(
        baseline="bottom", dy=-2, color=colours["muted"]
    )
    return [named.encode(x=x, y=alt.YValue(0), text=alt.Text("words:N"))]


def _domain(
    points: pd.DataFrame, target: tuple[float, str] | None, unit: str
) -> tuple[float, float]:
    """Room around all that is drawn; a share never beyond 0–100 by more than its marks need."""
    numbers = points[["value", "lower", "upper", "country"]].stack()
    values = [*numbers.tolist(), *([target[0]] if target else [])]
    low, high = min(values), max(values)
    room = max(0.12 * (high - low), 1.0)
    low, high = low - room, high + room
    if unit == "percent":
        low, high = max(low, 0.0), min(high, 104.0)
    return max(low, 0.0), high


def _kind_scale(points: pd.DataFrame, part: int, colours: dict | None = None) -> alt.Scale:
    used = [kind for kind in KINDS if kind in set(points["variation"])]
    values = [KINDS[kind][part] for kind in used]
    return alt.Scale(
        domain=[KINDS[kind][0] for kind in used],
        range=[colours[value] if colours else value for value in values],
    )


def _month_axis(months: list[str]) -> alt.Axis:
    shown = months[::-1][::LABEL_EVERY][::-1]
    return alt.Axis(values=shown, labelAngle=0, grid=False, labelFlush=True, labelOverlap="greedy")


_TICKS = {
    "percent": "datum.label + ' %'",
    "occupancy": "datum.label + ' %'",
    "seconds": "floor(datum.value / 60) + ':' + format(datum.value % 60, '02')",
}


def _axis(unit: str) -> alt.Axis:
    expression = _TICKS.get(unit, "replace(datum.label, '-', '−')")
    return alt.Axis(labelExpr=expression, tickCount=5, domain=False)
