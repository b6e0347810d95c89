"""Cost development by kind, gross and net: booked, corrected and as the source prints it."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import corrections, economy
from vardlaget.indicators.economy import Statement
from vardlaget.present import charts, economy_charts, tables
from vardlaget.present.economy import beside, booked, computed, printed
from vardlaget.present.economy_charts import BOOKED, CORRECTED
from vardlaget.present.figures import Published, nothing
from vardlaget.present.millions import cell, in_millions
from vardlaget.present.numbers import signed
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

GROSS, NET = "gross_cost_development", "net_cost_development"
# How the kinds are named beside each other.
LABELS = {
    "salary_cost_development": "Löner",
    "agency_cost_development": "Inhyrd personal",
    "purchased_care_cost_development": "Köpt vård",
    "medicine_cost_change_pct": "Läkemedel",
    "remaining_cost_development": "Övrigt",
    "other_cost_development": "– varav övriga verksamhetskostnader",
    GROSS: "Bruttokostnad",
    NET: "Nettokostnad",
}
# What sources print of the whole region, where there is no statement to compute it from.
PRINTED = {
    GROSS: "Bruttokostnad",
    NET: "Nettokostnad",
    "staff_cost_development": "Personalkostnad",
    "medicine_cost_change_pct": "Läkemedel",
    "revenue_change_pct": "Intäkter",
}
SUBJECTS = {
    GROSS: "kostnaderna",
    NET: "nettokostnaderna",
    "staff_cost_development": "personalkostnaderna",
    "medicine_cost_change_pct": "läkemedelskostnaderna",
    "revenue_change_pct": "intäkterna",
}
FORMULA = "(kostnad − kostnad föregående år) / kostnad föregående år"
NET_FORMULA = f"{FORMULA}, där kostnad är kostnader minus intäkter utan regionersättning"


@cache
def found(report: Report) -> pd.DataFrame:
    """The corrections of the month's income statement."""
    told = booked(report)
    return report.own.iloc[:0] if told.empty else corrections.corrections_of(report.own, told)


@cache
def corrected(report: Report) -> Statement | None:
    """The income statement with its corrections; None where there are none."""
    rows = found(report)
    return None if rows.empty else corrections.corrected(booked(report), rows)


@cache
def development(report: Report) -> pd.DataFrame:
    """Computed developments, one row a kind and series, with `figure` (a Series) and amounts."""
    made = []
    told = {BOOKED: booked(report), CORRECTED: corrected(report)}
    for series, statement in told.items():
        if statement is None or statement.empty:
            continue
        for row in economy.cost_development(statement).itertuples():
            if pd.isna(row.development):
                continue
            key = {"span": statement.span, "period": statement.period}
            key |= {"scenario": "computed" if series == BOOKED else "corrected"}
            formula = NET_FORMULA if row.indicator == NET else FORMULA
            figure = computed(report, statement, row.indicator, row.development, formula, **key)
            figure["text"] = signed(figure["text"])
            made.append((row.indicator, series, row.cost, row.before, figure))
    return pd.DataFrame(made, columns=["indicator", "series", "cost", "before", "figure"])


def _whole(report: Report) -> pd.DataFrame:
    """The developments that the source prints, for a region without a statement."""
    rows = [printed(report, id_).head(1) for id_ in PRINTED]
    rows = pd.concat(rows)
    return rows.assign(text=rows["text"].map(signed))


def has_any(report: Report) -> bool:
    return len(development(report)) > 0 or len(_whole(report)) > 0


def chart(report: Report) -> Published:
    """Cost development by kind, gross and net; booked and corrected where they differ."""
    rows, whole = development(report), _whole(report)
    if rows.empty and whole.empty:
        return nothing(period=report.month.words)
    if rows.empty:
        figures = whole
        labels = [PRINTED[id_] for id_ in whole["indicator"]]
        frame = pd.DataFrame({"label": labels, "series": BOOKED})
        frame["value"], frame["text"] = whole["value"].tolist(), whole["text"].tolist()
    else:
        rows = _without_repeats(rows)
        figures = pd.DataFrame(rows["figure"].tolist())
        frame = pd.DataFrame(
            {
                "label": rows["indicator"].map(LABELS).tolist(),
                "series": rows["series"].tolist(),
                "value": figures["value"].tolist(),
                "text": figures["text"].tolist(),
            }
        )
    facts = listed(
        [
            f"{r.label.removeprefix('– ')}{', korrigerat' * (r.series == CORRECTED)} {r.text}"
            for r in frame.itertuples()
        ]
    )
    now = figures.iloc[0]
    return charts.chart(
        economy_charts.paired_bars(frame, report.look, "Förändring mot föregående år"),
        report.look,
        f"Stapeldiagram över kostnadsutvecklingen: {facts}.",
        figures,
        period=periods.words(now["span"], now["period"]),
    )


def _without_repeats(rows: pd.DataFrame) -> pd.DataFrame:
    """Corrected developments only where they differ from the booked, each beside its kind."""
    numbers = [figure["value"] for figure in rows["figure"]]
    kept = rows[~rows.assign(number=numbers).duplicated(["indicator", "number"])]
    order = {id_: place for place, id_ in enumerate(LABELS)}
    return kept.sort_values("indicator", key=lambda ids: ids.map(order), kind="stable")


def table(report: Report) -> Published:
    """The same with the costs that it follows from, beside what the source prints."""
    rows = development(report)
    if rows.empty:
        return _printed_table(report)
    columns = [
        Column("cost", "Utfall, mnkr"),
        Column("before", "Fg år, mnkr"),
        Column("booked", "Bokfört", "Utveckling"),
        Column("corrected", "Korrigerat", "Utveckling"),
        Column("source", "Enligt källan", "Utveckling"),
        Column("source_corrected", "Källan, korrigerat", "Utveckling"),
    ]
    made, figures = [], []
    for id_, group in rows.groupby("indicator", sort=False):
        cells = _development_cells(report, str(id_), group, figures)
        made.append((LABELS[str(id_)], cells))
    used = {key for _, cells in made for key in cells}
    now = rows["figure"].iloc[0]
    return tables.table(
        "kostnadsutveckling",
        "Kostnadsslag",
        [column for column in columns if column.key in used],
        made,
        pd.concat(figures),
        emphasised=(LABELS[GROSS], LABELS[NET]),
        period=periods.words(now["span"], now["period"]),
    )


def _development_cells(report: Report, id_: str, group: pd.DataFrame, figures: list) -> dict:
    cells = {}
    first = group.iloc[0]
    key = {"span": first["figure"]["span"], "period": first["figure"]["period"]}
    for name, formula in (("cost", "kostnad"), ("before", "kostnad föregående år")):
        scenario = "cost" if name == "cost" else "cost_last_year"
        figure = computed(
            report, booked(report), _money_id(id_), first[name], formula, scenario=scenario, **key
        )
        figure = in_millions(figure.to_frame().T)
        figures.append(figure)
        cells[name] = cell(figure.iloc[0])
    for row in group.itertuples():
        name = "booked" if row.series == BOOKED else "corrected"
        figures.append(row.figure.to_frame().T)
        cells[name] = Cell(row.figure["text"], round(row.figure["value"], 6))
    for name, wanted in (("source", id_), ("source_corrected", f"{id_}_corrected")):
        for _, row in _printed_of(report, wanted).iterrows():
            figures.append(row.to_frame().T)
            cells[name] = Cell(row["text"], row["value"])
    return cells


def _money_id(kind: str) -> str:
    """The account whose amount a kind's cost is told as: its first, or the sum of all."""
    return next(iter(economy.KINDS[kind]))


def _printed_of(report: Report, id_: str) -> pd.DataFrame:
    if id_ not in report.indicators:
        return report.own.iloc[:0]
    rows = beside(report, id_).head(1)
    return rows.assign(text=rows["text"].map(signed))


def _printed_table(report: Report) -> Published:
    rows = _whole(report)
    if rows.empty:
        return nothing(period=report.month.words)
    made = [
        (
            PRINTED[row.indicator],
            {"text": Cell(row.text, row.value), "note": Cell(capitalised(row.note))},
        )
        for row in rows.itertuples()
    ]
    columns = [Column("text", "Utveckling"), Column("note", "Anmärkning", align="left")]
    now = rows.iloc[0]
    period = periods.words(now["span"], now["period"])
    return tables.table("kostnadsutveckling", "Mått", columns, made, rows, period=period)


def text(report: Report) -> Published:
    """Gross and net development, with target, and what the source has adjusted."""
    rows = development(report)
    paragraph = Paragraph(report.indicators)
    if rows.empty:
        moved = [
            f"{SUBJECTS[figure['indicator']]} {_moved(paragraph, figure)}"
            for _, figure in _whole(report).iterrows()
        ]
        if moved:
            paragraph.say(f"{capitalised(listed(moved))} mot föregående år.")
            paragraph.say("Talen är källans egna: underlaget har inga belopp att räkna på.")
        return paragraph.published(
            f"Underlaget för {plain(report.region.name)} innehåller inga uppgifter om "
            f"kostnadsutvecklingen för {report.month.words}."
        )
    for id_, what in ((GROSS, "Kostnaderna"), (NET, "Nettokostnaden")):
        group = rows[(rows["indicator"] == id_) & (rows["series"] == BOOKED)]
        if group.empty:
            continue
        figure = group["figure"].iloc[0]
        paragraph.say(f"{what} {_moved(paragraph, figure)} mot samma period föregående år.")
        _say_printed(report, paragraph, id_)
    paragraph.say(
        "Nettokostnaden är här kostnader minus intäkter, utan den regionersättning som ska täcka "
        "den. De beräknade talen bygger på resultaträkningens belopp och är inte justerade."
    )
    return paragraph.published()


def _moved(paragraph: Paragraph, figure: pd.Series) -> str:
    """`ökade med **6,0 procent**`"""
    figure = figure.copy()
    verb = "minskade" if figure["value"] < 0 else "ökade"
    figure["text"] = figure["text"].lstrip("+−")
    return f"{verb} med **{paragraph.number(figure)}**"


def _say_printed(report: Report, paragraph: Paragraph, id_: str) -> None:
    """What the source prints under the same name, with its own remark."""
    said = []
    for name in (id_, f"{id_}_adjusted"):
        for _, row in _printed_of(report, name).iterrows():
            row["text"] = row["text"].lstrip("+")
            note = f" ({plain(row['note'])})" if row["note"] else ""
            said.append(f"{paragraph.number(row)}{note}")
    if said:
        paragraph.say(f"Källan anger {listed(said)}.")
