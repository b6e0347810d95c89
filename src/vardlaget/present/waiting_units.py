"""Waiting times unit by unit: each health centre beside the region and the country."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import waiting_times as formulas
from vardlaget.observations import KEY, SYNTHETIC, select
from vardlaget.present import charts, tables
from vardlaget.present.care_guarantee import (
    FACTS,
    cell,
    difference,
    nothing_said,
    plain_value,
)
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import aloud
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# What a measure's numerator counts.
COUNTED = {"phone_same_day": "samtal", "medical_assessment_3d": "bedömningar"}


def available(report: Report) -> Published:
    """Which parts of the report have figures for units."""
    return values(
        {
            "unit_notes": bool(_remarks(report)),
            "phone_units": len(units(report, "phone_same_day")) > 0,
            "assessment_units": len(units(report, "medical_assessment_3d")) > 0,
        }
    )


@cache
def units(report: Report, indicator: str) -> pd.DataFrame:
    """One indicator for the country, the region and its units, with a column `label`.

    Where sources contradict each other for the region, the row of the units' own source counts.
    """
    rows = formulas.by_unit(
        report.data, report.indicators, indicator, report.region.code, report.month
    )
    own_source = rows.loc[rows["unit"] != "", "source"]
    rows = rows.sort_values("source", key=lambda s: ~s.isin(own_source), kind="stable")
    rows = formulas.first_of_each(rows).sort_index(key=lambda i: i.map(_row_order(rows)))
    return rows.assign(label=[_label(report, row) for row in rows.itertuples()])


def _row_order(rows: pd.DataFrame) -> dict:
    level = (rows["region"] != COUNTRY).astype(int) + (rows["unit"] != "").astype(int)
    return dict(zip(rows.index, zip(level, rows["unit"], strict=True), strict=True))


def _label(report: Report, row) -> str:
    if row.unit:
        return row.unit
    return "Riket" if row.region == COUNTRY else report.region.name


def phone_text(report: Report) -> Published:
    """The region against the country, and how far its units lie apart."""
    return _unit_text(report, "phone_same_day", "Högst telefontillgänglighet hade", "lägst")


def assessment_text(report: Report) -> Published:
    """The same for medical assessments, with the counts and whether units add up."""
    return _unit_text(report, "medical_assessment_3d", "Högst andel hade", "lägst")


def _unit_text(report: Report, id_: str, highest: str, lowest: str) -> Published:
    rows = units(report, id_)
    if rows.empty:
        name = plain(report.name(id_).lower())
        return nothing_said(report, f"uppgifter om {name} för enskilda enheter")
    paragraph = Paragraph(report.indicators)
    own, country = _one(rows, report.region.code), _one(rows, COUNTRY)
    when = paragraph.when("month", rows["period"].iloc[0])
    fact = FACTS[id_][0].format(f"**{paragraph.number(own)}**" if own is not None else "..")
    sentence = f"{when} {fact} i {plain(report.region.name)}"
    if own is None and _hidden(rows, report.region.code):
        sentence = f"{when} är uppgiften för {plain(report.region.name)} skyddad"
    if own is not None and country is not None:
        sentence += f", jämfört med {paragraph.number(country)} i hela riket"
    paragraph.say(sentence + ".")
    if own is not None:
        _say_others(paragraph, report, own)
    units_ = rows[rows["unit"] != ""]
    found = units_[units_["value"].notna()].sort_values("value")
    if len(found) > 1:
        low, high = found.iloc[0], found.iloc[-1]
        highest = f"Av de enheter som visas: {highest.lower()}" if _any_hidden(units_) else highest
        paragraph.say(
            f"{highest} {plain(high['unit'])} ({paragraph.number(high)}) och {lowest} "
            f"{plain(low['unit'])} ({paragraph.number(low)})."
        )
    _say_sum(paragraph, report, rows)
    return paragraph.published()


def _say_others(paragraph: Paragraph, report: Report, own: pd.Series) -> None:
    """What other sources have for the same."""
    rows = select(report.own, **{column: own[column] for column in KEY})
    others = rows[rows["value"].notna() & (rows["value"] != own["value"])]
    if len(others):
        numbers = [paragraph.number(row) for _, row in others.drop_duplicates("value").iterrows()]
        paragraph.say(f"En annan uppgift i underlaget är {listed(numbers, 'eller')}.")


def _say_sum(paragraph: Paragraph, report: Report, rows: pd.DataFrame) -> None:
    """Whether the units' counts add up to the region's own."""
    own, total = formulas.unit_sum(rows, report.region.code)
    if pd.isna(own) or pd.isna(total):
        return
    region = rows[(rows["region"] == report.region.code) & (rows["unit"] == "")]
    counted = report.with_text(formulas.counted(region)).iloc[0]
    if own == total:
        paragraph.say(
            f"Enheterna har tillsammans lika många som regionen, {paragraph.number(counted)} "
            f"{COUNTED[counted['indicator'].removesuffix('.numerator')]}."
        )
    else:
        summed = report.computed(
            counted["indicator"], total, "summan av enheternas antal", period=counted["period"]
        ).iloc[0]
        paragraph.say(
            f"Enheterna har tillsammans {paragraph.number(summed)}, medan regionens antal är "
            f"{paragraph.number(counted)}."
        )


def _any_hidden(rows: pd.DataFrame) -> bool:
    return bool((rows["status"] == "suppressed").any())


def _hidden(rows: pd.DataFrame, region: str) -> bool:
    """Whether the whole region's figure is hidden."""
    return _any_hidden(rows[(rows["region"] == region) & (rows["unit"] == "")])


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """The figures that a chart has: those with values, and hidden ones, which it marks x."""
    return rows[rows["value"].notna() | (rows["status"] == "suppressed")]


def _one(rows: pd.DataFrame, region: str) -> pd.Series | None:
    found = rows[(rows["region"] == region) & (rows["unit"] == "") & rows["value"].notna()]
    return found.iloc[0] if len(found) else None


def phone_chart(report: Report) -> Published:
    """Each unit's share of calls answered the same day, with the country as a line."""
    rows = units(report, "phone_same_day")
    if rows.empty:
        return nothing()
    shown = _shown(rows[rows["region"] != COUNTRY])
    country = _one(rows, COUNTRY)
    reference = None if country is None else (country["value"], f"Riket {country['text']}")
    drawn = charts.unit_bars(
        shown.assign(own=shown["unit"] == ""), report.look, "Andel besvarade samma dag", reference
    )
    facts = listed([f"{row.label} {aloud(row.text)}" for row in shown.itertuples()])
    beside = "" if country is None else f" Riket: {country['text']}."
    return charts.chart(
        drawn,
        report.look,
        f"Stapeldiagram över andelen samtal som besvarades samma dag: {facts}.{beside}",
        _shown(rows),
        period=periods.words("month", rows["period"].iloc[0]),
    )


def phone_table(report: Report) -> Published:
    """Each unit's share and its distance from the country's."""
    rows = units(report, "phone_same_day")
    if rows.empty:
        return nothing()
    country = _one(rows, COUNTRY)
    made, gaps = [], []
    for _, row in rows.iterrows():
        cells = {"text": Cell(row["text"], plain_value(row["value"]))}
        if country is not None and row["region"] != COUNTRY:
            gap = difference(
                report, row, formulas.gap(row, country), "vs_country", "andel − rikets andel"
            )
            gaps.append(gap)
            cells["gap"] = cell(gap)
        made.append((row["label"], cells))
    columns = [
        Column("text", "Besvarade samma dag"),
        Column("gap", "Skillnad mot riket, procentenheter"),
    ]
    return tables.table(
        "telefontillganglighet",
        "Enhet",
        columns,
        made,
        pd.concat([rows, *gaps]),
        emphasised=("Riket", report.region.name),
        period=periods.words("month", rows["period"].iloc[0]),
    )


def _assessment_rows(report: Report) -> pd.DataFrame:
    """The 3-day and same-day shares of each unit side by side, by label."""
    outer, inner = units(report, "medical_assessment_3d"), units(report, "medical_assessment_0d")
    return outer.merge(inner[["label", "value", "text"]], on="label", suffixes=("", "_0"))


def assessment_chart(report: Report) -> Published:
    """Shares assessed the same day and within three days, one bar within the other."""
    rows = _assessment_rows(report)
    if rows.empty:
        return nothing()
    frame = pd.DataFrame(
        {
            "label": rows["label"],
            "inner": rows["value_0"],
            "inner_text": rows["text_0"],
            "outer": rows["value"],
            "outer_text": rows["text"],
        }
    )
    drawn = charts.nested_bars(frame, report.look, "Andel", "Samma dag", "Inom 3 dagar")
    facts = listed(
        [
            f"{row.label} {aloud(row.inner_text)} och {aloud(row.outer_text)}"
            for row in frame.itertuples()
        ]
    )
    return charts.chart(
        drawn,
        report.look,
        f"Stapeldiagram över andelen bedömda samma dag och inom tre dagar: {facts}.",
        pd.concat([units(report, i) for i in ("medical_assessment_0d", "medical_assessment_3d")]),
        period=periods.words("month", rows["period"].iloc[0]),
    )


def assessment_table(report: Report) -> Published:
    """Counts and shares the same day and within three days, for each unit."""
    parts = {"same": units(report, "medical_assessment_0d")}
    parts["three"] = units(report, "medical_assessment_3d")
    if parts["three"].empty:
        return nothing()
    cells: dict[str, dict[str, Cell]] = {label: {} for label in parts["three"]["label"]}
    figures = []
    for part, rows in parts.items():
        counts = report.with_text(formulas.counted(rows))
        figures += [rows, counts]
        for frame, kind in ((counts, "count"), (rows, "share")):
            for row in frame.itertuples():
                label = _label(report, row)
                cells[label][f"{part}_{kind}"] = Cell(row.text, plain_value(row.value))
    columns = [
        Column("same_count", "Antal", "Samma dag"),
        Column("same_share", "Andel", "Samma dag"),
        Column("three_count", "Antal", "Inom 3 dagar"),
        Column("three_share", "Andel", "Inom 3 dagar"),
    ]
    return tables.table(
        "medicinsk_bedomning",
        "Enhet",
        columns,
        list(cells.items()),
        pd.concat(figures),
        emphasised=("Riket", report.region.name),
        period=periods.words("month", parts["three"]["period"].iloc[0]),
    )


def _remarks(report: Report) -> list[str]:
    rows = pd.concat([units(report, "phone_same_day"), units(report, "medical_assessment_3d")])
    # Of a hidden figure only why it is: what its source says of it may tell it.
    parts = [
        note.split("; ")[-1:] if status == "suppressed" else note.split(";")
        for note, status in zip(rows["note"], rows["status"], strict=True)
    ]
    remarks = [part.strip() for note in parts for part in note]
    return [remark for remark in dict.fromkeys(remarks) if remark not in ("", SYNTHETIC)]


def unit_notes(report: Report) -> Published:
    """What the sources of the unit tables say about their selection, each remark once; that they
    are synthetic the tables say themselves."""
    remarks = _remarks(report)
    if not remarks:
        return nothing()
    told = [plain(capitalised(remark)) + "." for remark in remarks]
    return Published("*Om underlaget:* " + " ".join(told))
