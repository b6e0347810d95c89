"""Those who wait, as a reader meets them: by specialty, by days waited, against last year."""

from functools import cache

import altair as alt
import pandas as pd

from vardlaget import periods
from vardlaget.indicators import waiting_lists as formulas
from vardlaget.indicators.periods import newest, year_before
from vardlaget.observations import any_synthetic, select
from vardlaget.present import charts, tables, trends
from vardlaget.present.care_guarantee import follow_up, nothing_said, plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import aloud, signed
from vardlaget.present.sentences import Paragraph, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

OBJECTS = {"first_visit": "ett första besök", "treatment": "en operation eller åtgärd"}
NAMES = {"first_visit": "Första besök", "treatment": "Operation eller åtgärd"}
# A chart names no more specialties than a page can show; the table has all.
MOST_DRAWN = 15
INTERVAL_WORDS = ("0–30", "31–60", "61–90", "91–120", "121–180", "181–365", "366 eller mer")
LABELS = {
    "patients": "Väntande",
    "over_90d_count": "Över 90 dagar",
    "over_150d_count": "Över 150 dagar",
    "90d": "Inom 90 dagar",
    "median_wait": "Median, dagar",
    "p90_wait": "90:e percentil, dagar",
    "patient_chosen": "Patientvald väntan",
}
WHOLE = "Hela regionen"


@cache
def _period(report: Report, phase: str) -> str | None:
    """The newest month with numbers of those who wait."""
    rows = select(
        report.data,
        indicator=[f"{phase}_over_90d_count", f"{phase}_90d"],
        region=report.region.code,
        unit="",
        span="month",
        basis="waiting",
        specialty=...,
    )
    near = newest(rows[rows["specialty"] != ""], report.month)
    return near["period"].iloc[0] if near["value"].notna().any() else None


@cache
def _rows(report: Report, phase: str) -> pd.DataFrame:
    period = _period(report, phase)
    if period is None:
        return report.data.iloc[:0]
    rows = formulas.by_specialty(report.data, phase, report.region.code, period)
    return report.with_text(rows)


def available(report: Report) -> Published:
    """Which phases have numbers by specialty and by days waited."""
    parts = {f"{phase}_specialties": _period(report, phase) is not None for phase in NAMES}
    parts |= {f"{phase}_intervals": len(_intervals(report, phase)) > 0 for phase in NAMES}
    parts["referrals"] = len(_referrals(report)) > 0
    followed = {each.indicator for each in trends.judged(report)}
    told = parts["referrals"] or "follow_up_on_time" in followed
    parts["follow_up_told"] = told and not follow_up(report)
    for phase in NAMES:
        parts[f"{phase}_section"] = parts[f"{phase}_specialties"] or f"{phase}_90d" in followed
    return values(parts)


def specialties_text(report: Report, phase: str) -> Published:
    """How many have waited over 90 days, where most of them wait, and against last year."""
    rows = _rows(report, phase)
    over = rows[rows["indicator"] == f"{phase}_over_90d_count"]
    whole = over[over["specialty"] == ""]
    if over.empty:
        return nothing_said(report, f"uppgifter per specialitet om väntan på {OBJECTS[phase]}")
    paragraph = Paragraph(report.indicators)
    period = over["period"].iloc[0]
    if len(whole) and whole["status"].iloc[0] == "suppressed":
        paragraph.say(
            f"Hur många som i slutet av {periods.words('month', period)} hade väntat mer än 90 "
            f"dagar på {OBJECTS[phase]} är en {paragraph.number(whole.iloc[0])}."
        )
    elif len(whole):
        row = whole.iloc[0]
        people = "patient" if row["value"] == 1 else "patienter"
        text = (
            f"I slutet av {periods.words('month', period)} hade **{paragraph.number(row)}** "
            f"{people} väntat mer än 90 dagar på {OBJECTS[phase]}"
        )
        paragraph.say(text + _since_last_year(report, phase, row, paragraph) + ".")
    parts = over[over["specialty"] != ""]
    among = " av de specialiteter som visas" if (parts["status"] == "suppressed").any() else ""
    largest = parts.sort_values("value", ascending=False).head(3)
    largest = largest[largest["value"] > 0]
    if len(largest):
        named = [
            f"{plain(r['specialty'].lower())} ({paragraph.number(r)})"
            for _, r in largest.iterrows()
        ]
        paragraph.say(f"Flest väntade{among} inom {listed(named)}.")
    return paragraph.published()


def _since_last_year(report: Report, phase: str, row: pd.Series, paragraph: Paragraph) -> str:
    earlier = formulas.by_specialty(
        report.data, phase, report.region.code, year_before(row["period"])
    )
    earlier = earlier[(earlier["indicator"] == row["indicator"]) & (earlier["specialty"] == "")]
    if earlier.empty or pd.isna(earlier["value"].iloc[0]):
        return ""
    difference = row["value"] - earlier["value"].iloc[0]
    if difference == 0:
        return ", lika många som ett år tidigare"
    made = report.computed(
        row["indicator"],
        abs(difference),
        "skillnaden mot samma månad året före",
        period=row["period"],
        basis="waiting",
        scenario="change",
        synthetic=any_synthetic(row, earlier.iloc[0]),
    ).iloc[0]
    word = "fler" if difference > 0 else "färre"
    return f", {paragraph.number(made)} {word} än ett år tidigare"


def specialties_chart(report: Report, phase: str) -> Published:
    """The specialties where most have waited over 90 days."""
    rows = _rows(report, phase)
    order = formulas.largest_first(rows, phase)[:MOST_DRAWN]
    over = rows[(rows["indicator"] == f"{phase}_over_90d_count") & rows["specialty"].isin(order)]
    hidden = over[over["status"] == "suppressed"]
    over = over[over["value"] > 0]
    if over.empty:
        return nothing(period=report.month.words)
    over = over.sort_values("specialty", key=lambda column: column.map(order.index))
    frame = over.assign(label=over["specialty"])[["label", "value", "text"]]
    facts = ", ".join(f"{row.label} {row.text}" for row in frame.itertuples())
    gone = hidden["specialty"].tolist()
    beside = f" Skyddade uppgifter: {listed(gone)}." if gone else ""
    return charts.chart(
        charts.amount_bars(frame, report.look, "Antal"),
        report.look,
        f"Stapeldiagram över antalet som väntat mer än 90 dagar på {OBJECTS[phase]}: {facts}."
        + beside,
        pd.concat([over, hidden]),
        period=periods.words("month", over["period"].iloc[0]),
    )


def specialties_table(report: Report, phase: str) -> Published:
    """All specialties with numbers waiting, long waits, share within 90 days and percentiles."""
    rows = _rows(report, phase)
    if rows.empty:
        return nothing(period=report.month.words)
    found = [c for c in formulas.COLUMNS if (rows["indicator"] == f"{phase}_{c}").any()]
    lines = []
    for specialty in [*formulas.largest_first(rows, phase), ""]:
        own = rows[rows["specialty"] == specialty].set_index("indicator")
        if own.empty:
            continue
        cells = {}
        for column in found:
            id_ = f"{phase}_{column}"
            known = id_ in own.index
            cells[column] = (
                Cell(own.loc[id_, "text"], plain_value(own.loc[id_, "value"]))
                if known
                else Cell("..")
            )
        lines.append((specialty or WHOLE, cells))
    columns = [Column(column, LABELS[column]) for column in found]
    return tables.table(
        f"{'forsta_besok' if phase == 'first_visit' else 'operation'}_per_specialitet",
        "Specialitet",
        columns,
        lines,
        rows,
        emphasised=(WHOLE,),
        period=periods.words("month", rows["period"].iloc[0]),
    )


def _intervals(report: Report, phase: str) -> pd.DataFrame:
    ids = [f"{phase}_days_{interval}" for interval in formulas.INTERVALS]
    rows = select(
        report.data,
        indicator=ids,
        region=report.region.code,
        unit="",
        span="month",
        basis="waiting",
    )
    near = newest(rows, report.month)
    if near.empty or near["value"].isna().all():
        return near.iloc[:0]
    return formulas.intervals(report.data, phase, report.region.code, near["period"].iloc[0])


def intervals_chart(report: Report) -> Published:
    """How long those who wait have waited, both phases."""
    found = {phase: _intervals(report, phase) for phase in NAMES}
    rows = pd.concat([each.assign(phase=NAMES[phase]) for phase, each in found.items()])
    if rows.empty:
        return nothing(period=report.month.words)
    words = {
        f"{phase}_days_{interval}": word
        for phase in NAMES
        for interval, word in zip(formulas.INTERVALS, INTERVAL_WORDS, strict=True)
    }
    rows = rows.assign(days=rows["indicator"].map(words))
    drawn = _interval_bars(rows[["phase", "days", "value", "text"]], report.look)
    facts = "; ".join(
        f"{phase}: "
        + ", ".join(f"{row.days} dagar {aloud(row.text)}" for row in group.itertuples())
        for phase, group in rows.groupby("phase", sort=False)
    )
    return charts.chart(
        drawn,
        report.look,
        f"Stapeldiagram över antalet väntande efter antal dagar. {facts}.",
        rows,
        period=periods.words("month", rows["period"].iloc[0]),
    )


def _interval_bars(rows: pd.DataFrame, look: dict) -> alt.LayerChart:
    colours = look["colours"]
    reach = float(rows["value"].max()) * 1.12 or 1.0
    names = list(dict.fromkeys(rows["phase"]))
    offset = alt.YOffset("phase:N", sort=names)
    base = alt.Chart(rows, height=44 * rows["days"].nunique()).encode(
        y=alt.Y(
            "days:N",
            sort=list(INTERVAL_WORDS),
            title="Väntat, dagar",
            axis=alt.Axis(domain=False, ticks=False),
        ),
        yOffset=offset,
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, reach])),
        tooltip=[
            alt.Tooltip("phase:N", title="Väntar på"),
            alt.Tooltip("days:N", title="Dagar"),
            alt.Tooltip("text:N", title="Antal"),
        ],
    )
    scale = alt.Scale(domain=names, range=[colours["own"], colours["own_light"]][: len(names)])
    bars = base.mark_bar().encode(color=alt.Color("phase:N", title=None, scale=scale))
    # What is hidden has no bar: its mark stands where one would begin.
    place = alt.X("place:Q", title=None, axis=None)
    texts = base.transform_calculate(place="isValid(datum.value) ? datum.value : 0")
    return alt.layer(
        bars, texts.mark_text(align="left", dx=4).encode(x=place, text=alt.Text("text:N"))
    )


def _referrals(report: Report) -> pd.DataFrame:
    rows = select(
        report.data,
        indicator="referrals_received",
        region=report.region.code,
        unit="",
        span="month",
    ).sort_values("period")
    near = newest(rows, report.month, report.indicators["referrals_received"].lag_months)
    if near.empty or near["value"].isna().all():
        return rows.iloc[:0]
    return rows[rows["period"] <= near["period"].iloc[0]]


def referrals_text(report: Report) -> Published:
    """The month's referrals against the same month last year."""
    rows = _referrals(report)
    if rows.empty:
        return nothing()
    paragraph = Paragraph(report.indicators)
    row = rows.iloc[-1]
    when = paragraph.when("month", row["period"])
    text = f"{when} kom **{paragraph.number(row)}** remisser (vårdbegäran)"
    before = rows[rows["period"] == year_before(row["period"])]
    if len(before) and before["value"].iloc[0] > 0:
        earlier = before.iloc[0]
        change = 100 * (row["value"] / earlier["value"] - 1)
        made = report.computed(
            "referrals_received_change_pct",
            change,
            "månadens remisser / samma månad året före − 1",
            period=row["period"],
            synthetic=any_synthetic(row, earlier),
        )
        made = made.assign(text=signed(made["text"].iloc[0])).iloc[0]
        text += (
            f", mot {paragraph.number(earlier)} samma månad året före ({paragraph.number(made)})"
        )
    return paragraph.say(text + ".").published()


def referrals_chart(report: Report) -> Published:
    """Thirteen months of referrals, each beside the same month the year before."""
    rows = _referrals(report)
    if len(rows) < 2:
        return nothing(period=report.month.words)
    shown = [str(report.month.minus(back)) for back in reversed(range(13))]
    now = rows[rows["period"].isin(shown)].assign(year="Månaden")
    earlier = rows.assign(
        period=[f"{int(p[:4]) + 1}{p[4:]}" for p in rows["period"]], year="Samma månad året före"
    )
    earlier = earlier[earlier["period"].isin(now["period"])]
    frame = pd.concat([earlier, now])
    drawn = _paired_columns(frame[["period", "year", "value", "text"]], report.look)
    last = now.iloc[-1]
    alt_text = (
        "Stapeldiagram över inkommande remisser per månad och samma månad året före. "
        f"Senaste månaden {last['text']}."
    )
    figures = rows[rows["period"].isin(shown + [year_before(p) for p in shown])]
    return charts.chart(drawn, report.look, alt_text, figures, period=report.month.words)


def _paired_columns(rows: pd.DataFrame, look: dict) -> alt.Chart:
    colours = look["colours"]
    names = ["Samma månad året före", "Månaden"]
    rows = rows.assign(month=[periods.short(period) for period in rows["period"]])
    months = list(dict.fromkeys(rows.sort_values("period")["month"]))
    return (
        alt.Chart(rows, height=220)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O",
                sort=months,
                title=None,
                axis=alt.Axis(labelAngle=0, grid=False, values=months[::-1][::3][::-1]),
            ),
            xOffset=alt.XOffset("year:N", sort=names),
            y=alt.Y("value:Q", title="Remisser", axis=alt.Axis(tickCount=4, domain=False)),
            color=alt.Color(
                "year:N",
                title=None,
                scale=alt.Scale(domain=names, range=[colours["own_light"], colours["own"]]),
            ),
            tooltip=[
                alt.Tooltip("month:O", title="Månad"),
                alt.Tooltip("year:N", title="År"),
                alt.Tooltip("text:N", title="Remisser"),
            ],
        )
    )
