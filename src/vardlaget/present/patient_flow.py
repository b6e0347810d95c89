"""Patients on the wards: overcrowding, displaced patients, stays, patients ready to leave."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import capacity
from vardlaget.indicators.periods import newest, year_before
from vardlaget.observations import select
from vardlaget.present import tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.sentences import capitalised
from vardlaget.present.tables import Cell, Column
from vardlaget.present.wards import CARE_TYPES, completed, months_of, newest_of
from vardlaget.report import Report

PRESSURE = ("overcrowding", "overcrowding_per_100", "displaced_patients", "displaced_per_100")
FLOW = (
    "mean_length_of_stay",
    "production.care_episodes",
    "production.care_days",
    "ready_for_discharge_share",
    "theatre_use",
    "production.operating_time",
)


def available(report: Report) -> Published:
    """Which parts have figures."""
    return values(
        {
            "pressure": len(_pressure(report)) > 0,
            "pressure_specialties": bool((_pressure(report)["specialty"] != "").any()),
            "flow": len(_flow(report)) > 0,
        }
    )


@cache
def _pressure(report: Report) -> pd.DataFrame:
    """Overcrowding and displaced patients of the newest month: hospitals, region, country."""
    period = newest_of(report, "overcrowding_per_100")
    if period is None:
        return completed(report).iloc[:0]
    rows = select(
        completed(report),
        indicator=list(PRESSURE),
        region=[report.region.code, COUNTRY],
        unit=...,
        span="month",
        period=period,
        specialty=...,
    )
    own = rows["region"] == report.region.code
    # Hospitals and specialties, each on its own: together they are wards of few patients.
    return rows[(own | (rows["unit"] == "")) & ((rows["unit"] == "") | (rows["specialty"] == ""))]


def pressure_table(report: Report) -> Published:
    """Overcrowding and displaced patients by hospital, against the region and the country."""
    rows = _pressure(report)
    return _pressure_table(report, rows[rows["specialty"] == ""], "overbelaggningar", "Sjukhus")


def pressure_specialties(report: Report) -> Published:
    """The same by specialty, each beside the country's."""
    rows = _pressure(report)
    rows = rows[rows["specialty"] != ""]
    own = set(rows.loc[rows["region"] == report.region.code, "specialty"])
    rows = rows[rows["specialty"].isin(own) & rows["value"].notna()]
    return _pressure_table(report, rows, "overbelaggningar_per_specialitet", "Specialitet")


def _pressure_table(report: Report, rows: pd.DataFrame, table: str, stub: str) -> Published:
    if rows.empty:
        return nothing(period=report.month.words)
    lines: dict[str, dict[str, Cell]] = {}
    # By specialty; within it the country, the region, its hospitals.
    level = (rows["region"] != COUNTRY).astype(int) + (rows["unit"] != "").astype(int)
    ranked = rows.assign(level=level).sort_values(["specialty", "level", "unit"], kind="stable")
    for row in ranked.itertuples():
        whole = "Riket" if row.region == COUNTRY else report.region.name
        name = row.unit or whole
        if row.specialty:
            name = row.specialty if row.region != COUNTRY else f"– {row.specialty} i riket"
        cells = lines.setdefault(name, {id_: Cell("..") for id_ in PRESSURE})
        cells[row.indicator] = Cell(row.text, plain_value(row.value))
    columns = [
        Column(id_, label, "Överbeläggningar" if "over" in id_ else "Utlokaliserade")
        for id_, label in (
            ("overcrowding", "Medeltal per dygn"),
            ("overcrowding_per_100", "Per 100 platser"),
            ("displaced_patients", "Patienter"),
            ("displaced_per_100", "Per 100 platser"),
        )
    ]
    return tables.table(
        table,
        stub,
        columns,
        list(lines.items()),
        ranked,
        emphasised=("Riket", report.region.name),
        period=periods.words("month", rows["period"].iloc[0]),
    )


@cache
def _flow(report: Report) -> pd.DataFrame:
    """Length of stay, episodes, care days, patients ready for discharge, use of theatres."""
    found = []
    for id_ in FLOW:
        rows = months_of(report, id_, care_type=..., provider=["", "own"])
        near = newest(rows, report.month, report.indicators[id_].lag_months)
        found.append(near[near["value"].notna()])
    return pd.concat(found)


def flow_table(report: Report) -> Published:
    """The flow of patients: the newest month beside the same month last year."""
    rows = _flow(report)
    if rows.empty:
        return nothing(period=report.month.words)
    lines, figures = [], [rows]
    for row in rows.to_dict("records"):
        earlier = months_of(
            report, row["indicator"], care_type=row["care_type"], provider=row["provider"]
        )
        earlier = earlier[earlier["period"] == year_before(row["period"])]
        figures.append(earlier)
        kind = CARE_TYPES.get(row["care_type"], row["care_type"])
        name = report.name_and_unit(row["indicator"])
        cells = {
            "period": Cell(periods.words("month", row["period"])),
            "now": Cell(row["text"], plain_value(row["value"])),
            "before": Cell(earlier["text"].iloc[0], plain_value(earlier["value"].iloc[0]))
            if len(earlier)
            else Cell(".."),
        }
        lines.append((f"{name}, {kind.lower()}" if kind else name, cells))
    columns = [
        Column("period", "Månad", align="left"),
        Column("now", "Utfall"),
        Column("before", "Samma månad i fjol"),
    ]
    return tables.table(
        "vardfloden", "Mått", columns, lines, pd.concat(figures), period=report.month.words
    )


def same_day_rule(report: Report) -> Published:
    """How stays within one day are counted."""
    return Published(f"*Om vårddagar:* {capitalised(capacity.SAME_DAY)}.")
