"""Available beds (disponibla vårdplatser): against last year, what is decided, and the need.

Definition: an inpatient place whose physical design, equipment and staffing secure patient
safety and work environment (Socialstyrelsen's term; SKR; Kolada N70845). A month's beds are the
mean of its days; longer periods weigh months by their days (`rolling`).
"""

import math
from typing import NamedTuple

import pandas as pd

from vardlaget.catalogue import Target
from vardlaget.indicators.periods import year_before
from vardlaget.observations import select, single, typed
from vardlaget.periods import Month

BEDS = "available_beds"
LINE = ["unit", "specialty", "care_type"]


class Change(NamedTuple):
    """Beds last year, the change in beds, and the change in per cent of last year's."""

    before: float
    beds: float
    percent: float


def change(now: float, beds: float) -> Change:
    """What follows from the mean now and the change in beds since last year.

    Per cent is NaN where there were no beds before.
    """
    before = now - beds
    return Change(before, beds, 100 * beds / before if before else math.nan)


def per_1000(beds: float, population: int) -> float:
    """Beds per 1,000 inhabitants. Raises ValueError where the population is not positive."""
    if population <= 0:
        raise ValueError("the population must be positive")
    return 1000 * beds / population


def per_inhabitants(frame: pd.DataFrame, populations: pd.DataFrame) -> pd.DataFrame:
    """Available beds per 1,000 inhabitants, as observations with numerator and denominator.

    For each of `frame`'s rows of available beds of a whole region: a hospital has no population
    of its own. `populations` has region, date, age_group and population; the newest on or before
    the last day of the period counts, of all ages. Without one there is no row.
    """
    beds = frame[(frame["indicator"] == BEDS) & (frame["unit"] == "") & frame["value"].notna()]
    people = populations[populations["age_group"] == "total"].sort_values("date")
    rows = []
    for row in beds.to_dict("records"):
        known = people[(people["region"] == row["region"]) & (people["date"] <= _last_day(row))]
        if len(known):
            newest = known.iloc[-1]
            population = int(newest["population"])
            rows.append(
                row
                | {
                    "indicator": "available_beds_per_1000",
                    "numerator": row["value"],
                    "denominator": population / 1000,
                    "value": per_1000(row["value"], population),
                    "source": f"Beräknat med folkmängden {newest['date']}; {row['source']}",
                }
            )
    return typed(pd.DataFrame(rows, columns=frame.columns))


def compared(
    frame: pd.DataFrame, span: str, period: str, target: Target | None = None
) -> pd.DataFrame:
    """Available beds of a period against those decided, the need, and last year.

    `frame`: observations of one region. One row for each hospital (unit), specialty and kind of
    care that has beds, the whole region first: unit, specialty, care_type, status, available,
    decided, of_decided, need, of_need (both in per cent), last_year, change (beds) and
    change_percent; NaN where a number is not known.

    Decided beds and need are those of the period, else of its year; without a stated need, the
    lower bound of the region's `target` for available beds is the need of the whole region. Beds
    last year are the source's, else what its own change (`available_beds_change`) gives.
    """
    lines = _rows(frame, BEDS, span, period).sort_values(LINE, kind="stable")
    lines = lines.rename(columns={"value": "available"})[[*LINE, "status", "available"]]
    year = period[:4]
    told = {
        "decided": _first(frame, "decided_beds", (span, period), ("year", year)),
        "need": _first(frame, "available_beds_need", (span, period), ("year", year)),
        "last_year": _first(frame, BEDS, (span, year_before(period))),
        "change": _first(frame, f"{BEDS}_change", (span, period)),
    }
    for name, values in told.items():
        lines = lines.merge(values.rename(name), left_on=LINE, right_index=True, how="left")
    if target is not None and target.lower is not None:
        whole = (lines[LINE] == "").all(axis=1)
        lines["need"] = lines["need"].where(lines["need"].notna() | ~whole, target.lower)
    own_change = lines["available"] - lines["last_year"]
    lines["change"] = own_change.where(lines["last_year"].notna(), lines["change"])
    changes = [change(*both) for both in zip(lines["available"], lines["change"], strict=True)]
    return lines.assign(
        of_decided=_percent(lines["available"], lines["decided"]),
        of_need=_percent(lines["available"], lines["need"]),
        last_year=lines["last_year"].fillna(lines["available"] - lines["change"]),
        change_percent=[each.percent for each in changes],
    )[[*LINE, "status", "available", *_COLUMNS]].reset_index(drop=True)


_COLUMNS = ["decided", "of_decided", "need", "of_need", "last_year", "change", "change_percent"]


def _rows(frame: pd.DataFrame, indicator: str, span: str, period: str) -> pd.DataFrame:
    anywhere = dict.fromkeys(LINE, ...)
    return single(select(frame, indicator=indicator, span=span, period=period, **anywhere))


def _first(frame: pd.DataFrame, indicator: str, *whens: tuple[str, str]) -> pd.Series:
    """The values by unit, specialty and kind of care, of the first period that has one."""
    rows = pd.concat([_rows(frame, indicator, *when) for when in whens])
    rows = rows[rows["value"].notna()].drop_duplicates(LINE)
    return rows.set_index(LINE)["value"]


def _percent(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100 * part / whole.where(whole != 0)


def _last_day(row: dict):
    period = f"{row['period']}-12" if row["span"] == "year" else row["period"]
    return Month.parse(period).last_day
