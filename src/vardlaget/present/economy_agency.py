"""Agency staff: the cost against budget and last year, and its share with its denominator."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import economy
from vardlaget.indicators.periods import year_before
from vardlaget.indicators.production import deviation_percent
from vardlaget.observations import select, single
from vardlaget.present import tables
from vardlaget.present.economy import (
    beside,
    booked,
    computed,
    figure_of,
    percent_cell,
    printed,
)
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import amount, cell, decimals_of, in_millions
from vardlaget.present.numbers import signed
from vardlaget.present.sentences import Paragraph, plain
from vardlaget.present.tables import Column
from vardlaget.report import Report

AGENCY, AGENCY_ACCOUNT = "agency_cost", "income.agency_staff"
SHARE, SHARE_OF_ALL = "agency_cost_share", "agency_cost_share_of_all"
DENOMINATORS = {SHARE: "kostnaden för egen personal", SHARE_OF_ALL: "samtliga personalkostnader"}


@cache
def _agency(report: Report) -> dict[str, pd.Series]:
    """Agency staff's cost and what it is held against; costs are positive, a deviation below 0
    is dearer than planned."""
    told = booked(report)
    line = told.line(AGENCY_ACCOUNT)
    if line is not None:
        found = {
            name: _positive(figure_of(report, told, line, name))
            for name in ("actual", "budget", "last_year", "forecast", "year_budget")
            if pd.notna(line[name])
        }
        if pd.notna(line["budget_difference"]):
            found["deviation"] = figure_of(report, told, line, "budget_difference")
    else:
        rows = printed(report, AGENCY).head(1)
        found = {"actual": rows.iloc[0]} if len(rows) else {}
        if found:
            now = found["actual"]
            before = select(
                report.own,
                indicator=AGENCY,
                unit="",
                span=now["span"],
                period=year_before(now["period"]),
            )
            before = single(before[before["value"].notna()])
            found |= {"last_year": before.iloc[0]} if len(before) else {}
    if {"actual", "last_year"} <= set(found):
        now, before = found["actual"], found["last_year"]
        percent = deviation_percent(now["value"], before["value"])
        key = {"span": now["span"], "period": now["period"], "scenario": "computed"}
        formula = "(kostnad − kostnad föregående år) / kostnad föregående år"
        found["change"] = computed(report, told, "agency_cost_development", percent, formula, **key)
    return found


def _positive(figure: pd.Series) -> pd.Series:
    """A cost as a positive amount."""
    figure = figure.copy()
    figure["value"] = abs(figure["value"])
    return figure


def shares(report: Report) -> list[pd.Series]:
    """Agency staff's share of staff costs, computed on both denominators."""
    told = booked(report)
    made = []
    for id_, (above, below) in economy.agency_shares(told).items():
        key = {"span": told.span, "period": told.period, "scenario": "computed"}
        formula = f"kostnad för inhyrd personal / {DENOMINATORS[id_]}"
        figure = computed(report, told, id_, 100 * above / below, formula, **key)
        made.append(figure)
    return made


def has_agency(report: Report) -> bool:
    return "actual" in _agency(report)


def agency_text(report: Report) -> Published:
    """What agency staff cost, against budget and last year, and its share with its denominator."""
    found = _agency(report)
    if "actual" not in found:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller ingen kostnad för inhyrd "
            f"personal för {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)

    def money(name: str) -> str:
        figure = found[name]
        shown = amount(figure, decimals_of([figure["value"]]), size=True)
        return paragraph.number(shown, unit=False)

    now = found["actual"]
    sentence = f"Inhyrd personal kostade **{money('actual')}**"
    paragraph.say(f"{sentence} {periods.during(now['span'], now['period'])}.")
    if "change" in found:
        change = found["change"].copy()
        verb = "en minskning" if change["value"] < 0 else "en ökning"
        change["text"] = change["text"].lstrip("−")
        paragraph.say(
            f"Det är {verb} med {paragraph.number(change)} från {money('last_year')} samma period "
            "föregående år."
        )
    if "deviation" in found:
        way = "mer" if found["deviation"]["value"] < 0 else "mindre"
        paragraph.say(f"Kostnaden är {money('deviation')} {way} än budgeterat.")
    for _, extra in printed(report, "agency_extra_cost").head(1).iterrows():
        shown = amount(extra, decimals_of([extra["value"]]))
        paragraph.say(
            f"Merkostnaden jämfört med egen personal uppskattar källan till "
            f"{paragraph.number(shown, unit=False)}."
        )
    _say_shares(report, paragraph)
    return paragraph.published()


def _say_shares(report: Report, paragraph: Paragraph) -> None:
    made = shares(report)
    target = report.target(SHARE)
    if made:
        said = [f"{paragraph.number(f)} av {DENOMINATORS[f['indicator']]}" for f in made]
        paragraph.say(f"Inhyrd personal motsvarar {said[0]}, eller {said[1]}.")
    if made and target is not None and target.upper is not None:
        over = made[0]["value"] > target.upper
        goal = f"målet, högst {plain(target.printed or f'{target.upper:g} %')}".replace(
            "%", "procent"
        )
        paragraph.say(f"Det är {'över' if over else 'inom'} {goal} av {DENOMINATORS[SHARE]}.")
    for _, row in beside(report, SHARE).head(1).iterrows():
        paragraph.say(f"Källan anger {paragraph.number(row)} utan att nämna nämnaren.")


def agency_table(report: Report) -> Published:
    """Agency staff of the region and, as printed, of its areas."""
    found, own_shares = _agency(report), shares(report)
    rows, figures = [], []
    for name, label in (
        ("actual", "Kostnad, mnkr"),
        ("budget", "Budget, mnkr"),
        ("deviation", "Avvikelse mot budget, mnkr"),
        ("last_year", "Kostnad föregående år, mnkr"),
        ("forecast", "Prognos helår, mnkr"),
        ("year_budget", "Budget helår, mnkr"),
    ):
        if name in found:
            frame = in_millions(found[name].to_frame().T, sign=name == "deviation")
            figures.append(frame)
            rows.append((label, {"value": cell(frame.iloc[0])}))
    if "change" in found:
        frame = found["change"].to_frame().T
        frame = frame.assign(text=frame["text"].map(signed))
        figures.append(frame)
        rows.append(("Förändring mot föregående år", {"value": percent_cell(frame.iloc[0])}))
    for figure in own_shares:
        figures.append(figure.to_frame().T)
        label = f"Andel av {DENOMINATORS[figure['indicator']]}, beräknad"
        rows.append((label, {"value": percent_cell(figure)}))
    for unit, figure in _printed_shares(report):
        figures.append(figure.to_frame().T)
        label = f"Andel enligt källan{f', {unit}' if unit else ''}"
        rows.append((label, {"value": percent_cell(figure)}))
    for _, extra in printed(report, "agency_extra_cost").iterrows():
        frame = in_millions(extra.to_frame().T)
        figures.append(frame)
        rows.append(("Uppskattad merkostnad, mnkr", {"value": cell(frame.iloc[0])}))
    if not rows:
        return nothing(period=report.month.words)
    now = figures[0].iloc[0]
    period = periods.words(now["span"], now["period"])
    columns = [Column("value", "Värde")]
    return tables.table("inhyrd-personal", "Mått", columns, rows, pd.concat(figures), period=period)


def _printed_shares(report: Report) -> list[tuple[str, pd.Series]]:
    """The source's own shares: the region's, then those of its areas."""
    rows = [("", row) for _, row in beside(report, SHARE).head(1).iterrows()]
    period = [str(report.month), str(report.month.year)]
    areas = select(report.own, indicator=SHARE, unit=..., period=period, span=["ytd", "year"])
    areas = single(areas[(areas["unit"] != "") & areas["value"].notna()])
    order = {unit: place for place, unit in enumerate(report.settings.areas or ())}
    areas = areas.sort_values("unit", key=lambda units: units.map(order), kind="stable")
    shown = report.settings.shown
    return rows + [(shown(row["unit"]), row) for _, row in areas.iterrows()]
