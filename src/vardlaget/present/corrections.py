"""Corrections: booked and corrected figures side by side, with reason, date and role."""

import pandas as pd

from vardlaget import periods
from vardlaget.accounts import RESULT, TOTAL_COSTS
from vardlaget.indicators.economy import Statement
from vardlaget.present import tables
from vardlaget.present.cost_development import GROSS, LABELS, NET, corrected, development, found
from vardlaget.present.economy import beside, booked, computed, line_name
from vardlaget.present.economy_charts import BOOKED, CORRECTED
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import amount, cell, in_millions
from vardlaget.present.sentences import Paragraph, capitalised, listed
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# Kinds that corrections are told to have changed.
TOLD = ("purchased_care_cost_development", "other_cost_development", GROSS, NET)


def text(report: Report) -> Published:
    """What is wrongly booked, and what result and deviation are without it."""
    rows, told = found(report), corrected(report)
    if told is None:
        return Published("Inga rättelser av bokförda belopp har lämnats för perioden.")
    paragraph = Paragraph(report.indicators)
    posts = [
        f"{report.name(row['indicator']).lower()} "
        f"({paragraph.number(amount(row, sign=True), unit=False)})"
        for _, row in rows.iterrows()
    ]
    paragraph.say(f"Bokförda belopp rättas för {listed(posts)}.")
    result, deviation = (
        _corrected_figure(report, told, RESULT, column)
        for column in ("actual", "budget_difference")
    )
    paragraph.say(f"Korrigerat resultat är **{paragraph.number(amount(result), unit=False)}**")
    if pd.notna(deviation["value"]):
        size = paragraph.number(amount(deviation, size=True), unit=False)
        worse = "sämre" if deviation["value"] < 0 else "bättre"
        paragraph.say(f"och {size} {worse} än budget.")
    else:
        paragraph.say("sedan rättelserna har lagts till.")
    _say_agreement(report, paragraph, result)
    _say_developments(report, paragraph)
    return paragraph.published()


def _say_agreement(report: Report, paragraph: Paragraph, result: pd.Series) -> None:
    """Whether the source's own corrected result is the computed one."""
    for _, row in beside(report, "income.result_corrected").head(1).iterrows():
        if round(row["value"] - result["value"]) == 0:
            paragraph.say("Det är också källans korrigerade resultat.")
        else:
            shown = paragraph.number(amount(row), unit=False)
            paragraph.say(f"Källan anger ett annat korrigerat resultat, {shown}.")


def _say_developments(report: Report, paragraph: Paragraph) -> None:
    """The developments that the corrections change, with and without them."""
    rows = development(report)
    said = []
    for id_ in TOLD:
        figures = rows.loc[rows["indicator"] == id_].set_index("series")["figure"]
        if len(figures) < 2 or figures[BOOKED]["value"] == figures[CORRECTED]["value"]:
            continue
        was, now = figures[BOOKED], figures[CORRECTED]
        name = LABELS[id_].removeprefix("– varav ").lower()
        said.append(f"{name} {paragraph.number(now)} i stället för {paragraph.number(was)}")
    if said:
        paragraph.say(f"Med rättelserna blir kostnadsutvecklingen för {listed(said)}.")


def _corrected_figure(report: Report, told: Statement, account: str, column: str) -> pd.Series:
    deviation = column.endswith("_difference")
    scenario = "corrected_vs_budget" if deviation else "corrected"
    formula = "korrigerat utfall − budget" if deviation else "bokfört utfall + rättelser"
    key = {"span": told.span, "period": told.period, "scenario": scenario}
    line = told.line(account) or {}
    return computed(report, told, account, line.get(column, float("nan")), formula, **key)


TABLE = [
    Column("booked", "Bokfört", "Utfall"),
    Column("correction", "Rättelse", "Utfall"),
    Column("corrected", "Korrigerat", "Utfall"),
    Column("booked_deviation", "Bokfört", "Mot budget"),
    Column("corrected_deviation", "Korrigerat", "Mot budget"),
    Column("source", "Källan, korrigerat", "Mot budget"),
]


def corrections_table(report: Report) -> Published:
    """Booked and corrected amounts of the accounts that are corrected and of what follows."""
    told = corrected(report)
    if told is None:
        return nothing(period=report.month.words)
    was = booked(report)
    moved = told.lines["actual"] - was.lines["actual"] != 0
    keep = moved | told.lines["indicator"].isin([TOTAL_COSTS, RESULT])
    rows, figures = [], []
    for account in told.lines.loc[keep, "indicator"]:
        cells = {}
        for key, figure in _side_by_side(report, was, told, account).items():
            frame = in_millions(figure.to_frame().T, sign=key not in ("booked", "corrected"))
            figures.append(frame)
            cells[key] = cell(frame.iloc[0])
        rows.append((line_name(report, {"indicator": account}), cells))
    used = {key for _, cells in rows for key in cells}
    return tables.table(
        "rattelser",
        "Miljoner kronor",
        [column for column in TABLE if column.key in used],
        rows,
        pd.concat(figures),
        emphasised=(report.name(RESULT),),
        period=periods.words(told.span, told.period),
    )


def _side_by_side(report: Report, was: Statement, told: Statement, account: str) -> dict:
    before, after = was.line(account) or {}, told.line(account) or {}
    key = {"span": told.span, "period": told.period}

    def made(value: float, scenario: str, formula: str) -> pd.Series:
        return computed(report, told, account, value, formula, scenario=scenario, **key)

    cells = {
        "booked": made(before["actual"], "actual", "bokfört utfall"),
        "correction": made(after["actual"] - before["actual"], "correction", "summan av rättelser"),
        "corrected": _corrected_figure(report, told, account, "actual"),
        "booked_deviation": made(before["budget_difference"], "vs_budget", "utfall − budget"),
        "corrected_deviation": _corrected_figure(report, told, account, "budget_difference"),
    }
    rows = beside(report, "budget_deviation_corrected").head(1)
    return cells | ({"source": rows.iloc[0]} if account == RESULT and len(rows) else {})


def reasons_table(report: Report) -> Published:
    """Each correction with its reason, and who has made it when."""
    rows = found(report)
    if rows.empty:
        return nothing(period=report.month.words)
    rows = in_millions(rows, sign=True)
    made = [
        (
            report.name(row.indicator),
            {
                "amount": cell(pd.Series(row._asdict())),
                "reason": Cell(capitalised(row.note)),
                "who": Cell(row.source),
            },
        )
        for row in rows.itertuples()
    ]
    columns = [
        Column("amount", "Rättelse, mnkr"),
        Column("reason", "Skäl", align="left"),
        Column("who", "När och av vem", align="left"),
    ]
    now = rows.iloc[0]
    period = periods.words(now["span"], now["period"])
    once = ("reason", "who")
    return tables.table("rattelsers-skal", "Post", columns, made, rows, once=once, period=period)
