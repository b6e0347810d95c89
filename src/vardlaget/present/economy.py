"""The income statement as a reader meets it: message, table, and what rounding has taken."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.accounts import COSTS, RESULT, REVENUE, SUMS, TOTAL_COSTS, TOTAL_REVENUE
from vardlaget.indicators import economy
from vardlaget.indicators.economy import Statement
from vardlaget.indicators.periods import year_before
from vardlaget.indicators.production import BASES, DEVIATIONS, PART
from vardlaget.observations import select, single
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import amount, cell, decimals_of, in_millions
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# How far apart amounts are told to be, in kronor: what is printed has one decimal of millions.
LEAST_TOLD = 50_000
# Three amounts rounded to a hundred thousand: the printed deviation and the two that it is of.
MOST_ROUNDED = 150_000
# Deviations: their columns in the statement, the scenario that they have as figures, a formula,
# and what they are held against.
DEVIATION = {
    "budget": ("vs_budget", "utfall − budget", "mot budget"),
    "last_year": ("vs_last_year", "utfall − utfall föregående år", "mot föregående år"),
    "forecast": ("forecast_vs_budget", "prognos − budget", "prognosen mot budget"),
}
SO_FAR, FULL_YEAR = "Hittills i år", "Helår"
COLUMNS = [
    Column("actual", "Utfall", SO_FAR),
    Column("budget", "Budget", SO_FAR),
    Column("budget_difference", "Avvikelse", SO_FAR),
    Column("last_year", "Fg år", SO_FAR),
    Column("last_year_difference", "Förändring", SO_FAR),
    Column("forecast", "Prognos", FULL_YEAR),
    Column("year_budget", "Budget", FULL_YEAR),
    Column("forecast_difference", "Avvikelse", FULL_YEAR),
    Column("last_full_year", "Fg år", FULL_YEAR),
]
# Where the statement is a year's own, the year is told once.
YEAR_COLUMNS = [Column(c.key, c.label) for c in COLUMNS[:5]]
MOST_NAMED = 3


@cache
def booked(report: Report) -> Statement:
    """The region's income statement of the month."""
    return economy.statement(report.own, report.month, report.indicators)


def text(report: Report) -> Published:
    """The result against budget and last year, and which lines deviate most."""
    told = booked(report)
    paragraph = Paragraph(report.indicators)
    if told.line(RESULT) is None:
        return _printed_deviation(report, paragraph)
    result = told.line(RESULT) or {}
    now = figure_of(report, told, result, "actual")
    size = paragraph.number(amount(now, size=True), unit=False)
    kind = "underskottet" if now["value"] < 0 else "överskottet"
    sentence = f"{periods.during(told.span, told.period)} är {kind} **{size}**"
    deviation = figure_of(report, told, result, "budget_difference")
    if pd.notna(deviation["value"]):
        size = paragraph.number(amount(deviation, size=True), unit=False)
        sentence += f", {size} {worse(deviation)} än budget"
    paragraph.say(f"{capitalised(sentence)}.")
    before = figure_of(report, told, result, "last_year")
    if pd.notna(before["value"]):
        size = paragraph.number(amount(before, size=True), unit=False)
        kind = "underskott" if before["value"] < 0 else "överskott"
        paragraph.say(f"Samma period föregående år var det ett {kind} på {size}.")
    _say_sides(report, told, paragraph)
    _say_largest(report, told, paragraph)
    return paragraph.published()


def worse(deviation: pd.Series) -> str:
    return "sämre" if deviation["value"] < 0 else "bättre"


def _printed_deviation(report: Report, paragraph: Paragraph) -> Published:
    """For a region without an income statement: the deviation that its source prints."""
    rows = printed(report, "budget_deviation")
    if rows.empty:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller ingen resultaträkning och "
            f"ingen avvikelse mot budget för {report.month.words}."
        )
    now = rows.iloc[0]
    size = paragraph.number(amount(now, decimals_of([now["value"]]), size=True), unit=False)
    when = periods.during(now["span"], now["period"])
    paragraph.say(f"Resultatet {when} blev **{size} {worse(now)} än budget**.")
    moved = []
    for id_, words in (
        ("gross_cost_development", "kostnaderna"),
        ("revenue_change_pct", "intäkterna"),
    ):
        for _, row in printed(report, id_).head(1).iterrows():
            verb = "ökade" if row["value"] >= 0 else "minskade"
            row["text"] = row["text"].lstrip("−")
            moved.append(f"{words} {verb} med {paragraph.number(row)}")
    if moved:
        paragraph.say(f"{capitalised(listed(moved))} mot föregående år.")
    paragraph.say("Underlaget innehåller ingen resultaträkning, bara källans egna jämförelser.")
    return paragraph.published()


def printed(report: Report, id_: str) -> pd.DataFrame:
    """What the source prints of a measure: for the year so far, or in December the year."""
    spans = ["ytd", *(["year"] if report.month.number == 12 else [])]
    rows = select(report.own, indicator=id_, span=spans, unit="")
    periods_ = rows["period"].isin([str(report.month), str(report.month.year)])
    rows = single(rows[periods_ & rows["value"].notna()])
    return rows[rows["value"].notna()]


def beside(report: Report, id_: str) -> pd.DataFrame:
    """What the source prints of a measure that is also computed from the income statement.

    Real figures are not told beside a synthetic statement, nor the other way round.
    """
    rows, told = printed(report, id_), booked(report)
    return rows[told.empty | ((rows["status"] == "synthetic") == told.synthetic)]


def _say_sides(report: Report, told: Statement, paragraph: Paragraph) -> None:
    """How far costs and revenue lie from budget."""
    words = []
    for account, name, more in (
        (TOTAL_COSTS, "Kostnaderna", ("lägre", "högre")),
        (TOTAL_REVENUE, "intäkterna", ("högre", "lägre")),
    ):
        line = told.line(account)
        if line is None or pd.isna(line["budget_difference"]):
            return
        figure = figure_of(report, told, line, "budget_difference")
        size = paragraph.number(amount(figure, size=True), unit=False)
        words.append(f"{name}{' är' * (not words)} {size} {more[int(figure['value'] < 0)]}")
    paragraph.say(f"{' och '.join(words)} än budgeterat.")


def _say_largest(report: Report, told: Statement, paragraph: Paragraph) -> None:
    """The lines that are most worse than budget."""
    lines = told.lines[told.lines["indicator"].isin([*REVENUE, *COSTS])]
    worst = lines[lines["budget_difference"] < 0].nsmallest(MOST_NAMED, "budget_difference")
    if worst.empty:
        return
    named = [
        f"{report.name(line['indicator']).lower()} ("
        + paragraph.number(amount(figure_of(report, told, line, "budget_difference")), unit=False)
        + ")"
        for line in worst.to_dict("records")
    ]
    paragraph.say(f"Störst negativ avvikelse har {listed(named)}.")


def income_table(report: Report) -> Published:
    """The simplified income statement in millions, every deviation computed from its figures."""
    told = booked(report)
    if told.empty:
        return nothing(period=report.month.words)
    columns = COLUMNS if told.span == "ytd" else YEAR_COLUMNS
    lines = told.lines
    shown = [c for c in columns if lines[c.key].notna().any() or c.key == "actual"]
    rows, figures = [], []
    for line in lines.to_dict("records"):
        cells = {}
        for column in shown:
            figure = figure_of(report, told, line, column.key)
            figure = in_millions(figure.to_frame().T, sign="difference" in column.key)
            figures.append(figure)
            cells[column.key] = cell(figure.iloc[0])
        rows.append((line_name(report, line), cells))
    return tables.table(
        "resultatrakning",
        "Miljoner kronor",
        shown,
        rows,
        pd.concat(figures),
        emphasised=tuple(report.name(total) for total in SUMS),
        period=periods.words(told.span, told.period),
    )


def percent_cell(figure: pd.Series) -> Cell:
    """A table's cell of per cent, as text and as number."""
    return Cell(figure["text"], round(float(figure["value"]), 6))


def line_name(report: Report, line: dict) -> str:
    """`Köpt vård`, and `– varav övertid och mertid` for a part."""
    name = report.name(line["indicator"])
    return f"– {name[0].lower()}{name[1:]}" if name.casefold().startswith(PART) else name


def figure_of(report: Report, told: Statement, line: dict, column: str) -> pd.Series:
    """One cell of the statement: a figure of the source, or one that is computed from two."""
    name = column.removesuffix("_difference")
    if column.endswith("_difference"):
        scenario, formula, _ = DEVIATION[name]
        full_year = name == "forecast"
        before = False
    else:
        scenario, full_year, before = BASES[name]
        formula = "uppgift saknas i källan"
    period = line["period"][:4] if full_year else line["period"]
    key = {
        "span": "year" if full_year else told.span,
        "period": year_before(period) if before else period,
        "scenario": scenario,
    }
    if not column.endswith("_difference"):
        rows = select(report.own, indicator=line["indicator"], unit="", **key)
        if len(rows) and pd.notna(line[column]):
            return rows.iloc[0]
    return computed(report, told, line["indicator"], line[column], formula, **key)


def computed(
    report: Report, told: Statement, id_: str, value: float, formula: str, **key: str
) -> pd.Series:
    """A figure that follows from the statement; of synthetic amounts it is synthetic."""
    return report.computed(id_, value, formula, synthetic=told.synthetic, **key).iloc[0].copy()


@cache
def _differences(report: Report) -> pd.DataFrame:
    """Where the source prints another amount than its own figures give.

    Columns: indicator, what (a scenario), name, against, printed, computed (kronor), and
    rounding: whether that explains the difference.
    """
    told = booked(report)
    found = []
    for line in told.lines.to_dict("records"):
        for name in DEVIATIONS:
            scenario, _, against = DEVIATION[name]
            full_year = name == "forecast"
            rows = select(
                report.own,
                indicator=line["indicator"],
                unit="",
                span="year" if full_year else told.span,
                period=line["period"][:4] if full_year else line["period"],
                scenario=scenario,
            )
            if len(rows) == 1 and pd.notna(line[f"{name}_difference"]):
                place = (line["indicator"], scenario, line_name(report, line), against)
                pair = (float(rows["value"].iloc[0]), line[f"{name}_difference"])
                found.append((*place, *pair, abs(pair[0] - pair[1]) <= MOST_ROUNDED))
    labels = {column.key: f"{column.spanner.lower()}, {column.label.lower()}" for column in COLUMNS}
    for row in economy.sums(told).itertuples():
        place = (f"{report.name(row.indicator)}, mot raderna", labels[row.base])
        pair = (row.printed, row.computed)
        found.append((row.indicator, f"sum_of_{row.base}", *place, *pair, row.rounding))
    columns = ["indicator", "what", "name", "against", "printed", "computed", "rounding"]
    frame = pd.DataFrame(found, columns=columns)
    return frame[(frame["printed"] - frame["computed"]).abs() >= LEAST_TOLD]


def has_rounding(report: Report) -> bool:
    return not booked(report).empty and len(_differences(report)) > 0


def rounding_text(report: Report) -> Published:
    """How the printed deviations and sums agree with those that are computed."""
    if booked(report).empty:
        return nothing()
    found = _differences(report)
    said = "Avvikelser och förändringar är räknade på de belopp som står i tabellen."
    if found.empty:
        return Published(f"{said} Raderna summerar till källans summor.")
    odd = found[~found["rounding"]]
    said += (
        f" På {len(found)} ställen skriver källan ett annat belopp än det som följer av dess egna "
        "avrundade belopp."
    )
    if odd.empty:
        return Published(f"{said} Skillnaderna är inte större än vad avrundning ger.")
    names = listed([plain(f"{row.name} ({row.against})") for row in odd.itertuples(index=False)])
    return Published(f"{said} Avrundning förklarar inte skillnaden för {names}.")


def rounding_table(report: Report) -> Published:
    """The same, place by place."""
    if not has_rounding(report):
        return nothing(period=report.month.words)
    found, told = _differences(report), booked(report)
    rows, figures = [], []
    for row in found.itertuples(index=False):
        cells = {"against": Cell(row.against)}
        for key, value in (
            ("printed", row.printed),
            ("computed", row.computed),
            ("difference", row.printed - row.computed),
        ):
            place = {"span": told.span, "period": told.period, "scenario": f"{row.what}_{key}"}
            figure = computed(
                report, told, row.indicator, value, f"{row.name}, {row.against}", **place
            )
            figure = in_millions(figure.to_frame().T, sign=True)
            figures.append(figure)
            cells[key] = cell(figure.iloc[0])
        rows.append((row.name, cells))
    columns = [
        Column("against", "Belopp", align="left"),
        Column("printed", "Källan"),
        Column("computed", "Beräknat"),
        Column("difference", "Skillnad"),
    ]
    return tables.table(
        "avrundning",
        "Rad, miljoner kronor",
        columns,
        rows,
        pd.concat(figures),
        period=periods.words(told.span, told.period),
    )
