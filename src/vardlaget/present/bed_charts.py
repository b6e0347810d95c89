"""Charts of beds: occupancy by specialty and month, beds beside those that are occupied."""

from itertools import pairwise

import altair as alt
import pandas as pd

from vardlaget.present.time_charts import GAPS, HEIGHT

CELL = 30
# The height of a line of text.
LINE = 15
# Above the target by so many percentage points, a cell is dark enough for light text.
DARK = 6


def heat_map(cells: pd.DataFrame, look: dict, target: tuple[float, float] | None) -> alt.LayerChart:
    """A cell for each row and month, darker the fuller, with its number.

    `cells`: label, month (as shown), value (per cent), text (short). Above the target interval a
    cell has a frame, so that colour is not all that tells.
    """
    colours = look["colours"]
    months = list(dict.fromkeys(cells["month"]))
    upper = target[1] if target else 100.0
    rows = cells.assign(over=cells["value"] > upper, dark=cells["value"] > upper + DARK)
    base = alt.Chart(rows, height=CELL * rows["label"].nunique()).encode(
        x=alt.X("month:O", sort=months, title=None, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=[
            alt.Tooltip("label:N", title="Specialitet"),
            alt.Tooltip("month:O", title="Månad"),
            alt.Tooltip("text:N", title="Beläggning, procent"),
        ],
    )
    fill = base.mark_rect().encode(
        color=alt.Color(
            "value:Q",
            title="Beläggning, procent",
            scale=alt.Scale(
                domain=[60, upper, 115],
                range=[colours["faint"], colours["own_light"], colours["own"]],
                clamp=True,
            ),
            legend=alt.Legend(orient="top", gradientLength=160),
        )
    )
    frame = base.transform_filter("datum.over").mark_rect(
        filled=False, stroke=colours["accent"], strokeWidth=1.5
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("text:N"),
        color=alt.condition("datum.dark", alt.value(colours["on_own"]), alt.value(colours["ink"])),
    )
    return alt.layer(fill, frame, text)


def beds_and_patients(rows: pd.DataFrame, look: dict) -> alt.LayerChart:
    """Available beds as an area's edge, occupied ones as a line below or above it.

    `rows`: month (as shown, in order), kind, value, text and label (at the last month, or empty).
    """
    colours = look["colours"]
    months = list(dict.fromkeys(rows["month"]))
    kinds = list(dict.fromkeys(rows["kind"]))
    shades = [colours["own"], colours["own_light"], colours["accent"], colours["other"]]
    dashes = [[1, 0], [1, 0], [6, 3], [2, 2]]
    low = float(rows["value"].min()) * 0.9
    gap = (float(rows["value"].max()) - low) * LINE / HEIGHT
    named = rows["label"].ne("") & rows["value"].notna()
    placed = rows.assign(place=apart(rows.loc[named, "value"], gap).reindex(rows.index))
    base = alt.Chart(placed, height=HEIGHT).encode(
        x=alt.X(
            "month:O",
            sort=months,
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False, values=months[::-1][::6][::-1]),
        ),
        y=alt.Y(
            "value:Q",
            title="Vårdplatser",
            scale=alt.Scale(zero=False, domainMin=low),
            axis=alt.Axis(tickCount=5, domain=False),
        ),
        color=alt.Color(
            "kind:N", title=None, scale=alt.Scale(domain=kinds, range=shades[: len(kinds)])
        ),
    )
    line = base.mark_line(strokeWidth=2, invalid=GAPS).encode(
        strokeDash=alt.StrokeDash(
            "kind:N", title=None, scale=alt.Scale(domain=kinds, range=dashes[: len(kinds)])
        ),
        tooltip=[
            alt.Tooltip("month:O", title="Månad"),
            alt.Tooltip("kind:N", title="Slag"),
            alt.Tooltip("text:N", title="Antal"),
        ],
    )
    ends = base.transform_filter("datum.label != ''").mark_text(
        align="right", dy=-9, fontWeight=600
    )
    return alt.layer(
        line, ends.encode(text=alt.Text("label:N"), y=alt.Y("place:Q", title="Vårdplatser"))
    )


def apart(values: pd.Series, gap: float) -> pd.Series:
    """The values, moved down from the greatest where two would stand nearer than the gap."""
    placed = values.sort_values(ascending=False)
    for before, now in pairwise(placed.index):
        placed[now] = min(placed[now], placed[before] - gap)
    return placed.reindex(values.index)
