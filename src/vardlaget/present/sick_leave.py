"""Sick leave as a reader meets it: by length, sex and age, against last year and over time."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import workforce
from vardlaget.indicators.periods import newest, year_before
from vardlaget.indicators.rolling import rolling_12
from vardlaget.observations import KEY, select, single
from vardlaget.periods import Month
from vardlaget.present import charts, tables, workforce_charts
from vardlaget.present.care_guarantee import cell, difference, nothing_said
from vardlaget.present.figures import Published, nothing
from vardlaget.present.numbers import bound_text, decimal_text
from vardlaget.present.scorecard_lines import in_sentence
from vardlaget.present.sentences import Paragraph
from vardlaget.present.tables import Column
from vardlaget.report import Report

SICK_LEAVE = "sick_leave"
SHORT, LONG = "sick_leave_short", "sick_leave_long"
NAMES = {
    SICK_LEAVE: "Total sjukfrånvaro",
    SHORT: "– varav dag 1–14",
    LONG: "Andel av frånvaron i sjukfall över 60 dagar",
}
SEXES = {"women": "Kvinnor", "men": "Män"}
COLUMNS = [
    Column("now", "I år"),
    Column("before", "Föregående år"),
    Column("change", "Förändring, procentenheter"),
]
MONTHS_DRAWN = 13
# With fewer months there is no curve to draw.
FEWEST_MONTHS = 3


@cache
def newest_figures(report: Report) -> pd.DataFrame:
    """The newest period's sick leave, in all and by length, sex and age, with text."""
    rows = single(workforce.sick_leave(report.own))
    near = newest(rows, report.month, report.indicators[SICK_LEAVE].lag_months)
    return near[near["value"].notna()]


def _before(report: Report, row: pd.Series) -> pd.DataFrame:
    """The same figure a year earlier, or one that is missing."""
    key = {column: row[column] for column in KEY} | {"period": year_before(row["period"])}
    found = single(select(report.own, **key))
    if len(found):
        return found
    key = {name: value for name, value in key.items() if name not in ("indicator", "region")}
    return report.computed(row["indicator"], float("nan"), "uppgift saknas i källan", **key)


def _change(report: Report, row: pd.Series, before: pd.Series) -> pd.DataFrame:
    gap = row["value"] - before["value"]
    figure = difference(report, row, gap, "change", "i år − föregående år")
    synthetic = "synthetic" in (row["status"], before["status"]) and pd.notna(gap)
    return figure.assign(status="synthetic") if synthetic else figure


def _label(row) -> str:
    if row["sex"]:
        return SEXES.get(row["sex"], row["sex"])
    if row["age_group"]:
        return f"Anställda {_ages(row['age_group'])}"
    return NAMES[row["indicator"]]


def _ages(group: str) -> str:
    """`till och med 29 år`, `30–49 år`, `50 år och äldre`"""
    low, _, high = group.partition("-")
    if low and high:
        return f"{low}–{high} år"
    return f"till och med {high} år" if high else f"{low} år och äldre"


def text(report: Report) -> Published:
    """Sick leave against its target and last year, short and long."""
    rows = newest_figures(report)
    whole = rows[(rows["indicator"] == SICK_LEAVE) & (rows["sex"] + rows["age_group"] == "")]
    if whole.empty:
        return nothing_said(report, "uppgifter om sjukfrånvaro")
    row = whole.iloc[0]
    before = _before(report, row).iloc[0]
    paragraph = Paragraph(report.indicators)
    said = (
        f"Sjukfrånvaron var **{paragraph.number(row)}** av ordinarie arbetstid "
        f"{periods.during('ytd', row['period'])}"
    )
    paragraph.say(f"{said}{against_target(report, SICK_LEAVE, row['value'])}.")
    if pd.notna(before["value"]):
        change = _change(report, row, before).iloc[0].copy()
        kind = "minskning" if change["value"] < 0 else "ökning"
        change["text"] = change["text"].lstrip("+−")
        paragraph.say(
            f"Det är en {kind} med {paragraph.number(change, unit=False)} procentenheter från "
            f"{paragraph.number(before)} samma period året före."
            if round(change["value"], 1)
            else f"Samma period året före var den lika stor, {paragraph.number(before)}."
        )
    for id_, words in (
        (SHORT, "Korttidsfrånvaron, dag 1–14, var"),
        (LONG, "I sjukfall över 60 dagar låg"),
    ):
        _say_part(report, paragraph, rows[rows["indicator"] == id_], words)
    _say_long_of_time(report, paragraph, rows)
    _say_groups(paragraph, rows)
    return paragraph.published()


def against_target(report: Report, id_: str, value: float) -> str:
    """`, över målet på högst 6,0 procent`; empty without a target."""
    target = report.target(id_)
    if target is None or target.upper is None:
        return ""
    decimals = max(1, report.decimals.get(id_, 1))
    bound = f"högst {decimal_text(target.upper, decimals)} procent"
    return f", {'inom' if value <= target.upper else 'över'} målet på {bound}"


def _goal(report: Report) -> tuple[float, str] | None:
    """The target of sick leave as charts name it: `(6.0, "Mål högst 6 %")`."""
    target = report.target(SICK_LEAVE)
    if target is None or target.upper is None:
        return None
    return target.upper, f"Mål högst {bound_text(target.upper, 'percent')}"


def _say_part(report: Report, paragraph: Paragraph, rows: pd.DataFrame, words: str) -> None:
    if rows.empty:
        return
    row = rows.iloc[0]
    before = _before(report, row).iloc[0]
    tail = " av all sjukfrånvaro" if row["indicator"] == LONG else ""
    said = f"{words} {paragraph.number(row)}{tail}"
    if pd.notna(before["value"]):
        said += f" mot {paragraph.number(before)} året före"
    paragraph.say(said + ".")


def _say_long_of_time(report: Report, paragraph: Paragraph, rows: pd.DataFrame) -> None:
    """Long sick leave as a share of ordinary hours, which its share of all sick leave hides."""
    found = []
    for both in (rows, pd.concat([_before(report, row) for _, row in rows.iterrows()])):
        whole = both[(both["indicator"] == SICK_LEAVE) & (both["sex"] + both["age_group"] == "")]
        long = both[both["indicator"] == LONG]
        if long.empty or whole.empty or pd.isna(long["value"].iloc[0] * whole["value"].iloc[0]):
            return
        value = whole["value"].iloc[0] * long["value"].iloc[0] / 100
        formula = "total sjukfrånvaro · andelen i sjukfall över 60 dagar"
        key = {"span": "ytd", "period": long["period"].iloc[0], "scenario": "of_ordinary_hours"}
        found.append(report.computed(LONG, value, formula, **key).iloc[0])
    now, before = found
    paragraph.say(
        f"Av ordinarie arbetstid är den långa frånvaron {paragraph.number(now)} mot "
        f"{paragraph.number(before)} året före."
    )


def _say_groups(paragraph: Paragraph, rows: pd.DataFrame) -> None:
    sexes = rows.set_index("sex")
    if {"women", "men"} <= set(sexes.index):
        women, men = (sexes.loc[[sex]].iloc[0] for sex in ("women", "men"))
        for row, sex in ((women, "women"), (men, "men")):
            row["sex"] = sex
        paragraph.say(
            f"Bland kvinnor var frånvaron {paragraph.number(women)} och bland män "
            f"{paragraph.number(men)}."
        )


def table(report: Report) -> Published:
    """Sick leave this year, last year and the change, in all and by length, sex and age."""
    rows = newest_figures(report)
    if rows.empty:
        return nothing(period=report.month.words)
    lines, figures = [], []
    for _, row in rows.iterrows():
        now = rows.loc[[row.name]]
        before = _before(report, row)
        change = _change(report, row, before.iloc[0])
        figures += [now, before, change]
        lines.append(
            (
                _label(row),
                dict(zip(("now", "before", "change"), map(cell, figures[-3:]), strict=True)),
            )
        )
    return tables.table(
        "sjukfranvaro",
        "Sjukfrånvaro",
        COLUMNS,
        lines,
        pd.concat(figures),
        emphasised=(NAMES[SICK_LEAVE],),
        period=periods.words("ytd", rows["period"].max()),
    )


def chart(report: Report) -> Published:
    """This year's sick leave as a mark beside last year's, with the target as a line."""
    rows = newest_figures(report)
    rows = rows[rows["indicator"] != LONG]  # a share of something else
    if rows.empty:
        return nothing(period=report.month.words)
    drawn, figures = [], []
    for _, row in rows.iterrows():
        label = _label(row).removeprefix("– varav ").capitalize()
        for figure in (_before(report, row), rows.loc[[row.name]]):
            if pd.notna(figure["value"].iloc[0]):
                figures.append(figure)
                drawn.append((label, *figure[["period", "value", "text"]].iloc[0]))
    frame = pd.DataFrame(drawn, columns=["label", "period", "value", "text"])
    frame["year"] = frame.pop("period").str[:4]
    facts = [
        f"{in_sentence(label)} {' mot '.join(group['text'].iloc[::-1])}"
        for label, group in frame.groupby("label", sort=False)
    ]
    years = " mot ".join(sorted(frame["year"].unique(), reverse=True))
    target = report.target(SICK_LEAVE)
    words = f" Målet är {target.printed}." if target and target.printed else ""
    return charts.chart(
        workforce_charts.two_years(frame, report.look, _goal(report)),
        report.look,
        f"Punktdiagram över sjukfrånvaron {years}: {'; '.join(facts)}.{words}",
        pd.concat(figures),
        period=periods.words("ytd", rows["period"].max()),
        against=" mot målet" if words else "",
    )


@cache
def rolling(report: Report) -> pd.DataFrame:
    """R12 of all sick leave, from months or from what is accumulated since January, with text."""
    rows = select(report.own, indicator=SICK_LEAVE, unit="", span=["month", "ytd"])
    rows = rows[[column for column in rows.columns if column != "text"]]
    made = rolling_12(rows, report.indicators)
    if made["value"].isna().all():
        made = workforce.rolling_from_year_to_date(rows)
    first = str(report.month.minus(MONTHS_DRAWN - 1))
    made = made[made["value"].notna() & (made["period"] >= first)]
    near = newest(made, report.month, report.indicators[SICK_LEAVE].lag_months)
    return report.with_text(made if len(near) else made.iloc[:0])


def rolling_text(report: Report) -> Published:
    """Sick leave over twelve months, and how it has moved in a year."""
    rows = rolling(report)
    if newest_figures(report).empty:
        return nothing_said(report, "uppgifter om sjukfrånvaro")
    if rows.empty:
        return Published(
            "Sjukfrånvaron över tolv månader kan inte beräknas: underlaget innehåller inte "
            "täljare och nämnare för de månader som behövs."
        )
    paragraph = Paragraph(report.indicators)
    last, first = rows.iloc[-1], rows.iloc[0]
    said = (
        f"Över tolv månader till och med {Month.parse(last['period']).words} var sjukfrånvaron "
        f"**{paragraph.number(last)}**"
    )
    if first["period"] != last["period"]:
        said += f" mot {paragraph.number(first)} till och med {Month.parse(first['period']).words}"
    return paragraph.say(said + ".").published()


def rolling_chart(report: Report) -> Published:
    """R12 of sick leave for at most thirteen months, with the target as a line."""
    rows = rolling(report)
    if len(rows) < 2:
        return nothing(period=report.month.words)
    frame = pd.DataFrame(
        {
            "month": rows["period"].map(periods.short),
            "value": rows["value"],
            "text": rows["text"],
            "label": rows["text"].where(rows["period"] == rows["period"].max(), ""),
        }
    )
    last, first = rows.iloc[-1], rows.iloc[0]
    return charts.chart(
        workforce_charts.rolling(frame, report.look, _goal(report)),
        report.look,
        f"Linjediagram över sjukfrånvaron under tolv månader: {first['text']} till och med "
        f"{Month.parse(first['period']).words}, {last['text']} till och med "
        f"{Month.parse(last['period']).words}.",
        rows,
        period=Month.parse(last["period"]).words,
    )


@cache
def accumulated(report: Report) -> pd.DataFrame:
    """All sick leave since January, for each month of the newest figure's year and the one before.

    Empty with fewer than FEWEST_MONTHS this year.
    """
    rows = single(workforce.sick_leave(report.own))
    rows = rows[(rows["indicator"] == SICK_LEAVE) & rows["value"].notna()]
    rows = rows[rows["sex"] + rows["age_group"] == ""]
    last = newest(rows, report.month, report.indicators[SICK_LEAVE].lag_months)["period"].max()
    year = str(last)[:4]
    this_year = rows[rows["period"].str[:4] == year]
    if len(this_year) < FEWEST_MONTHS:
        return rows.iloc[:0]
    before = rows[rows["period"].str[:4] == year_before(year)]
    return pd.concat([before, this_year]).sort_values("period")


def months_chart(report: Report) -> Published:
    """Sick leave accumulated since January, month by month, this year beside last year."""
    rows = accumulated(report)
    if rows.empty:
        return nothing(period=report.month.words)
    last = rows.iloc[-1]
    frame = pd.DataFrame(
        {
            "month": rows["period"].str[5:].astype(int),
            "name": [periods.short(period)[:-3] for period in rows["period"]],
            "year": rows["period"].str[:4],
            "value": rows["value"],
            "text": rows["text"],
            "label": rows["text"].where(rows["period"] == last["period"], ""),
        }
    )
    earlier = rows[rows["period"] == year_before(last["period"])]
    words = f", mot {earlier['text'].iloc[0]} året före" if len(earlier) else ""
    return charts.chart(
        workforce_charts.months(frame, report.look, _goal(report)),
        report.look,
        f"Linjediagram över sjukfrånvaron sedan årets början, månad för månad: {last['text']} "
        f"{periods.words('ytd', last['period'])}{words}.",
        rows,
        period=periods.words("ytd", last["period"]),
    )
