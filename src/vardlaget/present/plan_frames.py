"""Economic frames of a plan: units, sums that add up, and what may be overdrawn."""

import pandas as pd

from vardlaget.indicators import plan as formulas
from vardlaget.observations import select, single
from vardlaget.present import charts, millions, tables
from vardlaget.present.care_guarantee import cell
from vardlaget.present.figures import Published, nothing, statement
from vardlaget.present.millions import amount, in_millions
from vardlaget.present.numbers import number_text, signed
from vardlaget.present.plan_texts import followed, no_plan
from vardlaget.present.sentences import Paragraph, listed
from vardlaget.present.tables import Column
from vardlaget.report import Report

DEFICIT, REQUIREMENT = "permitted_deficit", "efficiency_requirement"
SUM, COMPUTED = "Summa enligt planen", "Summa, beräknad"


def _rows(report: Report) -> pd.DataFrame:
    """The region's frames of full years, with text in millions."""
    rows = select(report.own, indicator=formulas.FRAME, unit=..., span="year", scenario="budget")
    return in_millions(single(rows))


def _period(report: Report) -> str:
    years = _rows(report)["period"]
    return f"{years.min()}–{years.max()}"


def _empty(report: Report) -> bool:
    return followed(report) is None or _rows(report).empty


def _of_year(report: Report, year: int, value: float, formula: str, scenario: str) -> pd.DataFrame:
    key = {"span": "year", "period": str(year), "scenario": scenario}
    return report.computed(formulas.FRAME, value, formula, **key)


def table(report: Report) -> Published:
    """Each unit's frame by year, the sum computed from them and the printed one, in millions."""
    if _empty(report):
        return nothing(period="")
    rows = _rows(report)
    years = sorted(rows["period"].unique())
    order = list(followed(report).frames)
    units = sorted(
        set(rows["unit"]) - {""}, key=lambda u: (order.index(u) if u in order else len(order), u)
    )
    lines, figures = [], []
    for unit in units:
        cells = {}
        for year in years:
            found = rows[(rows["unit"] == unit) & (rows["period"] == year)]
            if len(found):
                figures.append(found)
                cells[year] = millions.cell(found.iloc[0])
            else:
                cells[year] = tables.Cell("–")
        lines.append((report.settings.shown(unit), cells))
    sums = formulas.frame_sums(report.own)
    computed = {
        str(row.year): in_millions(
            _of_year(report, row.year, row.computed, "summan av ramarna", "sum")
        )
        for row in sums.itertuples()
    }
    printed = {year: rows[(rows["unit"] == "") & (rows["period"] == year)] for year in computed}
    for name, found in ((COMPUTED, computed), (SUM, printed)):
        figures += found.values()
        cells = {year: millions.cell(figure.iloc[0]) for year, figure in found.items()}
        lines.append((name, cells))
    return tables.table(
        "plan_ramar",
        "Ramområde, miljoner kronor",
        [Column(year, f"Ram {year}") for year in years],
        lines,
        pd.concat(figures),
        emphasised=(COMPUTED, SUM),
        period=_period(report),
    )


def sums_table(report: Report) -> Published:
    """The sum of each year, how it changes, and whether it is that of the frames."""
    if _empty(report):
        return nothing(period="")
    rows = _rows(report)
    lines, figures = [], []
    for row in formulas.frame_sums(report.own).itertuples():
        printed = rows[(rows["unit"] == "") & (rows["period"] == str(row.year))]
        made = {
            "printed": printed,
            "change": in_millions(
                _of_year(report, row.year, row.change, "ram − ram året före", "change"), sign=True
            ),
            "percent": _percent(report, row),
            "apart": in_millions(
                _of_year(report, row.year, row.difference, "planens summa − beräknad", "check"),
                sign=True,
            ),
        }
        figures += made.values()
        cells = {name: millions.cell(figure.iloc[0]) for name, figure in made.items()}
        lines.append((str(row.year), cells | {"percent": cell(made["percent"])}))
    columns = [
        Column("printed", "Summa, mnkr"),
        Column("change", "Förändring, mnkr"),
        Column("percent", "Förändring, %"),
        Column("apart", "Skillnad mot beräknad summa, mnkr"),
    ]
    return tables.table(
        "plan_ramar_summor", "År", columns, lines, pd.concat(figures), period=_period(report)
    )


def _percent(report: Report, row) -> pd.DataFrame:
    formula = "100 · (ram − ram året före) / ram året före"
    figure = _of_year(report, row.year, row.change_percent, formula, "change_percent")
    if pd.isna(row.change_percent):
        return figure
    return figure.assign(text=signed(number_text(row.change_percent, "percent", 1)))


def text(report: Report) -> Published:
    """The frames' sum over the years, whether it adds up, and the deficit that is permitted."""
    if followed(report) is None:
        return no_plan(report)
    if _empty(report):
        return statement("Planen har inga ekonomiska ramar i underlaget.")
    paragraph = Paragraph(report.indicators)
    rows, sums = _rows(report), formulas.frame_sums(report.own)
    whole = select(report.own, indicator=formulas.FRAME, unit="", span="year", scenario="budget")
    whole = single(whole).sort_values("period")
    first, last = amount(whole.iloc[0]), amount(whole.iloc[-1])
    paragraph.say(
        f"Ramarna är tillsammans {paragraph.number(first, unit=False)} {first['period']} och "
        f"{paragraph.number(last, unit=False)} {last['period']}."
    )
    apart = sums[sums["difference"].abs() > 0]
    if apart.empty:
        paragraph.say("Planens summa är varje år lika med summan av ramarna.")
    else:
        years = listed([str(year) for year in apart["year"]])
        paragraph.say(f"Planens summa skiljer sig från summan av ramarna {years}.")
    missing = _broken(rows)
    if missing:
        paragraph.say("Ramområdena är inte desamma alla år, så förändringen visas bara för summan.")
    _say_deficit(report, paragraph)
    _say_requirement(report, paragraph)
    return paragraph.published()


def _broken(rows: pd.DataFrame) -> bool:
    """Whether a unit has a frame in some of the years only."""
    years = rows[rows["unit"] != ""].groupby("unit")["period"].nunique()
    return bool(years.nunique() > 1)


def _say_deficit(report: Report, paragraph: Paragraph) -> None:
    rows = select(report.own, indicator=DEFICIT, unit="", span="year", scenario="budget")
    rows = single(rows[rows["value"].notna()]).sort_values("period")
    if rows.empty:
        return
    told = [
        f"{paragraph.number(amount(row, 0), unit=False)} {row['period']}"
        for _, row in rows.iterrows()
    ]
    paragraph.say(f"Den somatiska vården får budgetera med ett underskott på {listed(told)}.")


def _say_requirement(report: Report, paragraph: Paragraph) -> None:
    rows = report.own[report.own["indicator"] == REQUIREMENT].sort_values("value")
    if len(rows) != 2:
        return
    low, high = amount(rows.iloc[0], 0), amount(rows.iloc[1], 0)
    paragraph.say(
        f"Enligt planen innebär målet för kostnad per DRG-poäng en effektivisering på mellan "
        f"{paragraph.number(low, unit=False)} och {paragraph.number(high, unit=False)} till "
        f"{low['period']}."
    )


def chart(report: Report) -> Published:
    """The sum of the frames by year."""
    if _empty(report):
        return nothing(period="")
    rows = _rows(report)
    whole = rows[rows["unit"] == ""].sort_values("period")
    frame = whole.assign(label=whole["period"])
    facts = listed([f"{row.text} {row.period}" for row in frame.itertuples()])
    return charts.chart(
        charts.amount_bars(frame, report.look, "Miljoner kronor"),
        report.look,
        f"Stapeldiagram över ramarnas summa i miljoner kronor: {facts}.",
        whole,
        period=_period(report),
    )
