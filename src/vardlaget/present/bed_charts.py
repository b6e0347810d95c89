"""Charts of beds: occupancy by specialty and month, beds beside those that are occupied."""

import altair as alt
import pandas as pd

from vardlaget.present.time_charts import GAPS, HEIGHT, at_ends

CELL = 30
# A line's colour, its dashes, and the colour of its number: the lightest cannot be read.
LINES = {
    "Disponibla": ("own", [1, 0], "own"),
    "Disponibla, R12": ("own_light", [1, 0], "own"),
    "Fastställda": ("accent", [6, 3], "accent"),
    "Belagda": ("other", [2, 2], "muted"),
}
# Above `full` by so many percentage points, a cell is dark enough for light text.
DARK = 6
# The ends of the colours, in per cent, unless cells are emptier.
LIGHTEST, DARKEST = 60, 115


def heat_map(cells: pd.DataFrame, look: dict, full: float) -> alt.LayerChart:
    """A cell for each row and month, darker the fuller, with its number.

    `cells`: label, month (as shown), value (per cent), text (whole). Above `full` a cell has a
    frame, so that colour is not all that tells.
    """
    colours = look["colours"]
    months = list(dict.fromkeys(cells["month"]))
    # Of two cells that read 100 both have a frame or none.
    over = cells["text"].map(float) > full
    lightest = min(LIGHTEST, 10 * (cells["value"].min() // 10))
    rows = cells.assign(over=over, dark=cells["value"] > full + DARK)
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
                domain=[lightest, full, DARKEST],
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

    `rows`: month (as shown, in order), kind, value, text and label (at the last month, or empty);
    the first kind's number is bold.
    """
    colours = look["colours"]
    months = list(dict.fromkeys(rows["month"]))
    kinds = list(dict.fromkeys(rows["kind"]))
    shades = [colours[LINES[kind][0]] for kind in kinds]
    dashes = [LINES[kind][1] for kind in kinds]
    low = float(rows["value"].min()) * 0.9
    high = float(rows["value"].max())
    domain = low, high + 0.1 * (high - low)
    x = alt.X(
        "month:O",
        sort=months,
        title=None,
        axis=alt.Axis(labelAngle=0, grid=False, values=months[::-1][::6][::-1]),
    )
    base = alt.Chart(rows.drop(columns=["label"]), height=HEIGHT).encode(
        x=x,
        y=alt.Y(
            "value:Q",
            title="Vårdplatser",
            scale=alt.Scale(zero=False, nice=False, domain=domain),
            axis=alt.Axis(tickCount=5, domain=False),
        ),
        color=alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=kinds, range=shades),
            legend=alt.Legend(symbolType="stroke"),
        ),
    )
    line = base.mark_line(strokeWidth=2, invalid=GAPS).encode(
        strokeDash=alt.StrokeDash(
            "kind:N", title=None, scale=alt.Scale(domain=kinds, range=dashes)
        ),
        tooltip=[
            alt.Tooltip("month:O", title="Månad"),
            alt.Tooltip("kind:N", title="Slag"),
            alt.Tooltip("text:N", title="Antal"),
        ],
    )
    inks = {kind: colours[LINES[kind][2]] for kind in kinds}
    ends = rows[rows["label"] != ""]
    ends = pd.DataFrame(
        {"value": ends["value"], "words": ends["label"], "colour": ends["kind"].map(inks)}
    )
    return alt.layer(line, *at_ends(ends, x, months[-1], domain))
