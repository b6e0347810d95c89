"""Single costs that boards follow: care in other regions, medicines, travel, supplies."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import economy, rolling
from vardlaget.indicators.production import deviation_percent
from vardlaget.observations import KEY, select
from vardlaget.present import charts, economy_charts, tables
from vardlaget.present.economy import (
    beside,
    booked,
    computed,
    figure_of,
    percent_cell,
    printed,
    worse,
)
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import SHORT, amount, cell, decimals_of, in_millions
from vardlaget.present.numbers import signed
from vardlaget.present.scorecard_lines import in_sentence
from vardlaget.present.sentences import Paragraph, capitalised, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

OUT_OF_COUNTY = "out_of_county_care_cost"
# Costs told by a measure each: name, development, deviation from budget, and account if any.
POSTS = (
    ("Läkemedel", "medicine_cost_change_pct", None, "income.medicines"),
    ("Tjänsteresor", "travel_cost_change_pct", None, None),
    (
        "Medicinskt material",
        "medical_supplies_cost_change_pct",
        "medical_supplies_budget_deviation",
        None,
    ),
    (
        "Utomlänsvård",
        "out_of_county_care_cost_change_pct",
        "out_of_county_care_budget_deviation",
        None,
    ),
)

COSTS_OF = {
    "Läkemedel": "läkemedelskostnaderna",
    "Tjänsteresor": "kostnaderna för tjänsteresor",
    "Medicinskt material": "kostnaderna för medicinskt material",
}


@cache
def _twelve_months(report: Report) -> pd.DataFrame:
    """R12 of care in other regions, for each month that has twelve before it."""
    rows = select(report.own, indicator=OUT_OF_COUNTY, unit="", span="month")
    if rows.empty:
        return rows
    made = rolling.rolling_12(rows[list(rows.columns.drop("text"))], report.indicators)
    made = made[made["value"].notna() & (made["period"] <= str(report.month))]
    return report.with_text(made)


def has_twelve_months(report: Report) -> bool:
    """Whether there is a line to draw."""
    return len(_twelve_months(report)) > 1


def has_out_of_county(report: Report) -> bool:
    return len(_twelve_months(report)) > 0 or len(printed(report, OUT_OF_COUNTY)) > 0


def out_of_county_text(report: Report) -> Published:
    """What care in other regions costs: twelve months, or the period, with change and budget."""
    paragraph = Paragraph(report.indicators)
    _say_twelve_months(report, paragraph)
    for _, now in printed(report, OUT_OF_COUNTY).head(1).iterrows():
        shown = amount(now, decimals_of([now["value"]]))
        paragraph.say(
            f"Utomlänsvården kostade **{paragraph.number(shown, unit=False)}** "
            f"{periods.during(now['span'], now['period'])}."
        )
        _say_change(report, paragraph, now)
    for _, row in printed(report, "out_of_county_care_budget_deviation").head(1).iterrows():
        size = amount(row, decimals_of([row["value"]]), size=True)
        paragraph.say(f"Det är {paragraph.number(size, unit=False)} {worse(row)} än budget.")
    return paragraph.published(
        f"Underlaget för {plain(report.region.name)} innehåller ingen kostnad för utomlänsvård "
        f"för {report.month.words}."
    )


def _say_twelve_months(report: Report, paragraph: Paragraph) -> None:
    rows = _twelve_months(report)
    if rows.empty or rows["period"].iloc[-1] < str(report.month.minus(1)):
        return
    now = rows.iloc[-1]
    shown = amount(now, decimals_of([now["value"]]))
    paragraph.say(
        f"De senaste tolv månaderna har utomlänsvården kostat "
        f"**{paragraph.number(shown, unit=False)}**."
    )
    change = rolling.against_last_year(rows[list(rows.columns.drop("text"))], report.indicators)
    percent = change["change_percent"].iloc[-1]
    if pd.notna(percent) and change["comparable"].iloc[-1]:
        key = {name: now[name] for name in KEY if name != "indicator"} | {"scenario": "computed"}
        formula = "(R12 − R12 ett år tidigare) / R12 ett år tidigare"
        id_ = "out_of_county_care_cost_change_pct"
        figure = report.computed(id_, percent, formula, (OUT_OF_COUNTY,), **key).iloc[0].copy()
        figure["text"] = figure["text"].lstrip("−")
        more = "mer" if percent >= 0 else "mindre"
        paragraph.say(f"Det är {paragraph.number(figure)} {more} än tolv månader tidigare.")


def _say_change(report: Report, paragraph: Paragraph, now: pd.Series) -> None:
    """The printed change, and what follows from the printed amounts."""
    told = printed(report, "out_of_county_care_cost_change").head(1)
    percents = printed(report, "out_of_county_care_cost_change_pct").head(1)
    for _, change in told.iterrows():
        _, percent = economy.before_change(now["value"], change["value"])
        key = {"span": now["span"], "period": now["period"], "scenario": "computed"}
        id_, formula = "out_of_county_care_cost_change_pct", "förändring / (kostnad − förändring)"
        figure = report.computed(id_, percent, formula, (OUT_OF_COUNTY,), **key).iloc[0]
        size = amount(change, decimals_of([change["value"]]), size=True)
        more = "mer" if change["value"] >= 0 else "mindre"
        paragraph.say(
            f"Det är {paragraph.number(size, unit=False)} {more} än året före, en förändring med "
            f"{paragraph.number(figure)} räknat på de avrundade beloppen."
        )
        for _, printed_percent in percents.iterrows():
            if printed_percent["text"] != figure["text"]:
                paragraph.say(f"Källan anger {paragraph.number(printed_percent)}.")


def out_of_county_chart(report: Report) -> Published:
    """Care in other regions, rolling twelve months."""
    rows = _twelve_months(report)
    if not has_twelve_months(report):
        return nothing(period=report.month.words)
    figures = in_millions(rows, decimals_of(rows["value"]), unit=SHORT)
    frame = figures.assign(month=[periods.short(period) for period in figures["period"]])
    first, last = frame.iloc[0], frame.iloc[-1]
    return charts.chart(
        economy_charts.lines(frame, report.look, "Miljoner kronor, tolv månader"),
        report.look,
        "Linjediagram över kostnaden för utomlänsvård, rullande tolv månader: "
        f"{first['text']} i {first['month']} och {last['text']} i {last['month']}.",
        figures,
        period=periods.words("month", last["period"]),
    )


def _post(report: Report, development: str, deviation: str | None, account: str | None) -> dict:
    """A cost's development and deviation from budget: computed where there are amounts."""
    told = booked(report)
    line = told.line(account) if account else None
    found = {}
    if line is not None and pd.notna(line["last_year_deviation"]):
        percent = deviation_percent(-line["actual"], -line["last_year"])
        key = {"span": told.span, "period": told.period, "scenario": "computed"}
        formula = "(kostnad − kostnad föregående år) / kostnad föregående år"
        found["development"] = computed(report, told, development, percent, formula, **key)
    if line is not None and pd.notna(line["budget_difference"]):
        found["deviation"] = figure_of(report, told, line, "budget_difference")
    told_by = beside if "development" in found else printed
    for name, id_ in (("source", development), ("deviation", deviation)):
        rows = told_by(report, id_).head(1) if id_ else report.own.iloc[:0]
        if len(rows) and name not in found:
            found[name] = rows.iloc[0]
    return found


def has_posts(report: Report) -> bool:
    return any(_post(report, *ids) for _, *ids in POSTS)


def posts_table(report: Report) -> Published:
    """Medicines, travel, medical supplies and care in other regions against last year and goal."""
    rows, figures = [], []
    for label, *ids in POSTS:
        cells = {}
        for name, figure in _post(report, *ids).items():
            frame = figure.to_frame().T
            if name == "deviation":
                frame = in_millions(frame, sign=True)
                cells[name] = cell(frame.iloc[0])
            else:
                frame = frame.assign(text=frame["text"].map(signed))
                cells[name] = percent_cell(frame.iloc[0])
            figures.append(frame)
        if cells:
            target = report.target(ids[0])
            goal = (target.printed or "") if target else ""
            rows.append((label, cells | ({"goal": Cell(goal)} if goal else {})))
    if not rows:
        return nothing(period=report.month.words)
    columns = [
        Column("development", "Utveckling, beräknad"),
        Column("source", "Utveckling enligt källan"),
        Column("deviation", "Mot budget, mnkr"),
        Column("goal", "Mål", align="left"),
    ]
    used = {key for _, cells in rows for key in cells}
    now = figures[0].iloc[0]
    return tables.table(
        "kostnadsomraden",
        "Kostnad",
        [column for column in columns if column.key in used],
        rows,
        pd.concat(figures),
        period=periods.words(now["span"], now["period"]),
    )


def posts_text(report: Report) -> Published:
    """Each cost's development against its goal, in words."""
    paragraph = Paragraph(report.indicators)
    for label, *ids in POSTS:
        found = _post(report, *ids)
        figure = found.get("development", found.get("source"))
        if figure is None or label == "Utomlänsvård":
            continue
        figure = figure.copy()
        verb = "minskade" if figure["value"] < 0 else "ökade"
        figure["text"] = figure["text"].lstrip("−")
        sentence = f"{capitalised(COSTS_OF[label])} {verb} med **{paragraph.number(figure)}**"
        target = report.target(ids[0])
        if target is not None and (status := target.status(_value(found))):
            goal = f" ({plain(in_sentence(target.printed))})" if target.printed else ""
            sentence += f"; målet{goal} är {'uppnått' if status == 'within' else 'inte uppnått'}"
        paragraph.say(sentence + ".")
        if "deviation" in found:
            deviation = found["deviation"]
            size = amount(deviation, decimals_of([deviation["value"]]), size=True)
            way = "högre" if deviation["value"] < 0 else "lägre"
            paragraph.say(f"De är {paragraph.number(size, unit=False)} {way} än budgeterat.")
    return paragraph.published(
        f"Underlaget för {plain(report.region.name)} innehåller inga uppgifter om kostnader för "
        f"läkemedel, tjänsteresor eller medicinskt material för {report.month.words}."
    )


def _value(found: dict) -> float:
    """The development that is told: the computed one before the printed."""
    return float(found.get("development", found.get("source"))["value"])
