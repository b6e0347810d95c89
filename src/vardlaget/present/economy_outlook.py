"""The full year's forecast with its interval, and who the deviation from budget comes from."""

import pandas as pd

from vardlaget import periods
from vardlaget.accounts import RESULT
from vardlaget.indicators import economy
from vardlaget.observations import any_synthetic, select, single
from vardlaget.present import charts, economy_charts, tables
from vardlaget.present.economy import booked, figure_of, worse
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import SHORT, amount, cell, decimals_of, in_millions
from vardlaget.present.numbers import signed
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

FORECAST, DEVIATION = "full_year_forecast", "budget_deviation"
ITEM, SENSITIVITY = "budget_deviation_item", "forecast_sensitivity"
HELD_AGAINST = {"Mål": "målet", "Budget": "budget", "Föregående år": "föregående års utfall"}
# What units print beside their deviation: measure, scenario, heading, whether in kronor.
BESIDE = (
    (FORECAST, "forecast", "Helårsprognos, mnkr", True),
    ("cost_budget_deviation", "actual", "Alla", True),
    ("staff_cost_budget_deviation", "actual", "Personal", True),
    ("gross_cost_development", "actual", "Brutto", False),
    ("net_cost_development", "actual", "Netto", False),
    ("staff_cost_development", "actual", "Personal", False),
)

# What the headings beside a unit's deviation stand under, by how the measure's name ends.
SPANNERS = {"deviation": "Kostnader mot budget, mnkr", "development": "Kostnadsutveckling"}


def forecast(report: Report) -> dict[str, pd.Series]:
    """The year's forecast, its interval, and what it is held against, by what they are called."""
    year = str(report.month.year)
    rows = select(report.own, indicator=FORECAST, unit="", span="year", period=year, scenario=...)
    rows = single(rows[rows["value"].notna()])
    named = {row["scenario"]: row for _, row in rows[rows["value"].notna()].iterrows()}
    found = {"Prognos": named.get("forecast")}
    found |= {"lower": named.get("range_lower"), "upper": named.get("range_upper")}
    told = booked(report)
    line = told.line(RESULT) if told.span == "ytd" else None
    if line is not None:
        if found["Prognos"] is None and pd.notna(line["forecast"]):
            found["Prognos"] = figure_of(report, told, line, "forecast")
        for name, column in (("Budget", "year_budget"), ("Föregående år", "last_full_year")):
            if pd.notna(line[column]):
                found[name] = figure_of(report, told, line, column)
    target = report.target(FORECAST)
    if target is not None and target.lower is not None:
        key = {"span": "year", "period": year, "scenario": "target", "synthetic": False}
        found["Mål"] = report.computed(FORECAST, target.lower, target.source, **key).iloc[0]
    return {name: figure for name, figure in found.items() if figure is not None}


def has_forecast(report: Report) -> bool:
    return "Prognos" in forecast(report)


def forecast_text(report: Report) -> Published:
    """What the year is expected to end at, within which interval, and against target and budget."""
    found = forecast(report)
    if "Prognos" not in found:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller ingen helårsprognos för "
            f"{report.month.year}."
        )
    paragraph = Paragraph(report.indicators)

    def number(figure: pd.Series, **how: bool) -> str:
        places = decimals_of([figure["value"]])
        return paragraph.number(amount(figure, places, **how), unit=False)

    now = found["Prognos"]
    kind = "underskott" if now["value"] < 0 else "överskott"
    paragraph.say(
        f"Prognosen för {report.month.year} är ett **{kind} på {number(now, size=True)}**."
    )
    if {"lower", "upper"} <= set(found):
        paragraph.say(
            f"Den kan bli {number(_gap(report, now, found['upper']), size=True)} bättre eller "
            f"{number(_gap(report, now, found['lower']), size=True)} sämre: känslighetsintervallet "
            f"går från {number(found['lower'])} till {number(found['upper'])}."
        )
    said = []
    for name, words in HELD_AGAINST.items():
        if name not in found:
            continue
        gap = _gap(report, found[name], now)
        same = not round(gap["value"])
        said.append(
            f"lika med {words}" if same else f"{number(gap, size=True)} {worse(gap)} än {words}"
        )
    if said:
        paragraph.say(f"Prognosen är {listed(said)}.")
    return paragraph.published()


def _gap(report: Report, reference: pd.Series, figure: pd.Series) -> pd.Series:
    """How much better (+) or worse (−) one forecast is than another figure of the year."""
    key = {"span": "year", "period": str(report.month.year)}
    against = reference["scenario"] if reference["period"] == key["period"] else "last_year"
    key["scenario"] = f"{figure['scenario']}_vs_{against}"
    formula = "skillnaden mellan två belopp för helåret"
    gap, synthetic = figure["value"] - reference["value"], any_synthetic(figure, reference)
    return report.computed(FORECAST, gap, formula, synthetic=synthetic, **key).iloc[0]


def _written(figure: pd.Series) -> pd.DataFrame:
    """An amount of the year as the chart writes it; a budget of nothing as 0."""
    frame = in_millions(figure.to_frame().T, decimals_of([figure["value"]]), unit=SHORT)
    return frame.assign(text=f"0{SHORT}") if figure["status"] == "zero" else frame


def forecast_chart(report: Report) -> Published:
    """The forecast within its interval, beside target, budget and last year."""
    found = forecast(report)
    if "Prognos" not in found:
        return nothing(period=str(report.month.year))
    names = [name for name in ("Prognos", *HELD_AGAINST) if name in found]
    figures = pd.concat([_written(found[name]) for name in names])
    bounds = {key: found[key]["value"] if key in found else None for key in ("lower", "upper")}
    frame = pd.DataFrame(
        {
            "label": names,
            "value": figures["value"].tolist(),
            "text": figures["text"].tolist(),
            **{key: [value, *[None] * (len(names) - 1)] for key, value in bounds.items()},
        }
    ).astype({"lower": "float64", "upper": "float64"})
    ends = [_written(found[key]) for key in ("lower", "upper") if key in found]
    if len(ends) == 2:
        lower, upper = (end["text"].iloc[0].removesuffix(SHORT) for end in ends)
        frame.loc[0, "text"] += f" ({lower} till {upper})"
    facts = listed([f"{row.label.lower()} {row.text}" for row in frame.itertuples()])
    return charts.chart(
        economy_charts.interval(frame, report.look, "Miljoner kronor, helår"),
        report.look,
        f"Diagram över helårsprognosen: {facts}.",
        pd.concat([figures, *ends]),
        period=str(report.month.year),
        interval=" med känslighetsintervall" if len(ends) == 2 else "",
    )


def _sensitivity(report: Report) -> pd.DataFrame:
    rows = select(report.own, indicator=SENSITIVITY, unit=..., span="year", scenario=...)
    return rows[(rows["period"] == str(report.month.year)) & (rows["unit"] != "")]


def has_sensitivity(report: Report) -> bool:
    return len(_sensitivity(report)) > 0


def sensitivity_table(report: Report) -> Published:
    """Each item that the forecast is sensitive to, with how much worse or better it can be."""
    year, rows = str(report.month.year), _sensitivity(report)
    if rows.empty:
        return nothing(period=year)
    rows = in_millions(rows, sign=True)
    made = []
    for unit, group in rows.groupby("unit", sort=False):
        named = {row["scenario"]: cell(row) for _, row in group.iterrows()}
        note = "; ".join(dict.fromkeys(filter(None, group["note"])))
        made.append((str(unit), named | {"note": Cell(capitalised(note))}))
    columns = [
        Column("range_lower", "Som mest sämre, mnkr"),
        Column("range_upper", "Som mest bättre, mnkr"),
        Column("note", "Anmärkning", align="left"),
    ]
    told = {row["scenario"] for _, row in rows[rows["value"].notna()].iterrows()} | {"note"}
    columns = [column for column in columns if column.key in told]
    return tables.table(
        "prognosens-kanslighet", "Post", columns, made, rows, once=("note",), period=year
    )


def _whole(report: Report, area: pd.Series) -> pd.Series | None:
    """The whole region's deviation of the areas' period: as printed, else from the statement."""
    key = {"span": area["span"], "period": area["period"]}
    rows = single(select(report.own, indicator=DEVIATION, unit="", **key))
    rows = rows[rows["value"].notna()]
    if len(rows):
        return rows.iloc[0]
    told = booked(report)
    line = told.line(RESULT) if told.synthetic == (area["status"] == "synthetic") else None
    if line is None or {"span": told.span, "period": told.period} != key:
        return None
    figure = figure_of(report, told, line, "budget_difference")
    return figure if pd.notna(figure["value"]) else None


def areas(report: Report) -> pd.DataFrame:
    """Budget deviation of each area of activity or political frame, in the settings' order."""
    named = (*(report.settings.areas or ()), *(report.settings.frames or ()))
    wanted = [("ytd", str(report.month))]
    wanted += [("year", str(report.month.year))] if report.month.number == 12 else []
    for span, period in wanted:
        rows = economy.by_unit(report.own, named or None, span, period)
        if rows["value"].notna().any():
            return rows
    return report.own.iloc[:0]


def _sum(report: Report, rows: pd.DataFrame) -> pd.Series:
    now = rows.iloc[0]
    key = {"span": now["span"], "period": now["period"], "scenario": "sum_of_units"}
    return report.computed(DEVIATION, rows["value"].sum(), "summan av delarna", **key).iloc[0]


def areas_text(report: Report) -> Published:
    """Which area deviates most, and how the parts add up to the whole."""
    rows = areas(report)
    if rows.empty:
        return Published(
            f"Underlaget för {plain(report.region.name)} redovisar inte avvikelsen mot budget "
            f"per verksamhetsområde eller ram för {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)
    whole = _whole(report, rows.iloc[0])
    places = decimals_of([*rows["value"], *([] if whole is None else [whole["value"]])])

    def number(figure: pd.Series, **how: bool) -> str:
        return paragraph.number(amount(figure, places, **how), unit=False)

    ordered = rows[rows["value"].notna()].sort_values("value", kind="stable")
    if (worst := ordered.iloc[0])["value"] < 0:
        name = plain(report.settings.shown(worst["unit"]))
        paragraph.say(f"Störst underskott mot budget har **{name}, {number(worst)}**.")
    better = [row for _, row in ordered.iterrows() if row["value"] > 0]
    if better:
        names = [
            f"{plain(report.settings.shown(r['unit']))} ({number(r, sign=True)})" for r in better
        ]
        paragraph.say(f"Bättre än budget är {listed(names)}.")
    total = _sum(report, rows)
    if rows["value"].isna().any() or whole is None:
        return paragraph.published()
    rest = whole["value"] - total["value"]
    if abs(rest) < economy.STEP * len(rows):
        paragraph.say(f"Tillsammans ger delarna hela avvikelsen, {number(whole)}.")
        return paragraph.published()
    key = {"span": whole["span"], "period": whole["period"], "scenario": "outside_units"}
    left = report.computed(DEVIATION, rest, "hela avvikelsen − summan av delarna", **key).iloc[0]
    paragraph.say(
        f"Tillsammans avviker delarna med {number(total)} av hela avvikelsen {number(whole)}. "
        f"Återstoden, {number(left)}, redovisar källan inte per område."
    )
    return paragraph.published()


def areas_chart(report: Report) -> Published:
    """The areas' deviations from budget as bars."""
    rows = areas(report)
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return nothing(period=report.month.words)
    figures = in_millions(rows, decimals_of(rows["value"]), sign=True)
    frame = figures.assign(label=[report.settings.shown(unit) for unit in figures["unit"]])
    facts = listed([f"{r.label} {r.text}" for r in frame.itertuples()])
    now = rows.iloc[0]
    return charts.chart(
        economy_charts.amounts(frame, report.look, "Avvikelse mot budget, mnkr"),
        report.look,
        f"Stapeldiagram över avvikelsen mot budget, miljoner kronor: {facts}.",
        figures,
        period=periods.words(now["span"], now["period"]),
    )


def areas_table(report: Report) -> Published:
    """The areas' deviations with what else the source prints of them, their sum, and the whole."""
    rows = areas(report)
    if rows.empty:
        return nothing(period=report.month.words)
    whole = _whole(report, rows.iloc[0])
    places = decimals_of([*rows["value"], *([] if whole is None else [whole["value"]])])
    made, figures = [], []
    for _, row in rows.iterrows():
        frame = in_millions(row.to_frame().T, places, sign=True)
        figures.append(frame)
        beside = _beside(report, row, places, figures)
        made.append(
            (report.settings.shown(row["unit"]), {"deviation": cell(frame.iloc[0])} | beside)
        )
    for name, figure in (("Summa", _sum(report, rows)), ("Hela regionen", whole)):
        if figure is None or (name == "Summa" and rows["value"].isna().any()):
            continue
        frame = in_millions(figure.to_frame().T, places, sign=True)
        figures.append(frame)
        made.append((name, {"deviation": cell(frame.iloc[0])}))
    used = {key for _, cells in made for key in cells}
    columns = [Column("deviation", "Avvikelse, mnkr")]
    columns += [
        Column(id_, label, SPANNERS.get(id_.rpartition("_")[2], ""))
        for id_, _, label, _ in BESIDE
        if id_ in used
    ]
    now = rows.iloc[0]
    return tables.table(
        "avvikelse-per-omrade",
        "Område",
        columns,
        made,
        pd.concat(figures),
        emphasised=("Summa", "Hela regionen"),
        period=periods.words(now["span"], now["period"]),
    )


def _beside(report: Report, area: pd.Series, places: int, figures: list) -> dict[str, Cell]:
    cells = {}
    for id_, scenario, _, kronor in BESIDE:
        key = {"span": area["span"], "period": area["period"]}
        if scenario == "forecast":
            key = {"span": "year", "period": str(report.month.year)}
        rows = select(report.own, indicator=id_, unit=area["unit"], scenario=scenario, **key)
        if len(rows) != 1:
            continue
        if kronor:
            rows = in_millions(rows, max(places, decimals_of(rows["value"])), sign=True)
            cells[id_] = cell(rows.iloc[0])
        else:
            rows = rows.assign(text=rows["text"].map(signed))
            cells[id_] = Cell(rows["text"].iloc[0], rows["value"].iloc[0])
        figures.append(rows)
    return cells


def _items(report: Report) -> pd.DataFrame:
    near = [str(report.month), str(report.month.year)]
    kinds = ["actual", "forecast"]
    rows = select(report.own, indicator=ITEM, unit=..., period=near, scenario=kinds)
    return rows[rows["value"].notna() & (rows["unit"] != "")]


def has_items(report: Report) -> bool:
    return len(_items(report)) > 0


def items_table(report: Report) -> Published:
    """What the source itself names as the larger deviations, of the period and of the forecast."""
    rows = _items(report)
    if rows.empty:
        return nothing(period=report.month.words)
    rows = in_millions(rows, sign=True)
    made = []
    for unit in dict.fromkeys(rows.sort_values(["scenario", "value"], kind="stable")["unit"]):
        group = rows[rows["unit"] == unit]
        cells = {row["scenario"]: cell(row) for _, row in group.iterrows()}
        note = "; ".join(dict.fromkeys(filter(None, group["note"])))
        made.append((unit, cells | {"note": Cell(capitalised(note))}))
    columns = [
        Column("actual", "Hittills i år, mnkr"),
        Column("forecast", "Prognos helår, mnkr"),
        Column("note", "Anmärkning", align="left"),
    ]
    used = {key for _, cells in made for key in cells}
    columns = [column for column in columns if column.key in used]
    return tables.table(
        "storre-avvikelser",
        "Post",
        columns,
        made,
        rows,
        period=periods.words("ytd", str(report.month)),
    )
