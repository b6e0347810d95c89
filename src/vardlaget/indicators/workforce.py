"""Workforce: hours worked, full-time equivalents, working days, sick leave over twelve months.

Hours come as the statement "Arbetad tid" of regions' monthly reports: accumulated since January,
one line a kind of staff and profession, sums, a deduction for on-call hours.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
import pandas as pd

from vardlaget.indicators.periods import year_before
from vardlaget.observations import KEY, combine, select, single
from vardlaget.periods import Month

MONTHS_OF_A_YEAR = 12
FULL_TIME = "full_time_equivalents"
EXCLUDING_ON_CALL = "worked_time.total_excluding_on_call"
INCLUDING_ON_CALL = "worked_time.total_including_on_call"
DEDUCTION = "worked_time.on_call_deduction"
WORKING_DAYS = "worked_time.working_days_adjustment"
LEAP_DAY = "worked_time.leap_day_adjustment"
OWN, RESOURCE, AGENCY = (
    f"worked_time.{kind}" for kind in ("own_staff", "resource_unit", "agency_staff")
)
# The lines of the statement in its order; each kind of staff is followed by its professions.
STATEMENT = (
    OWN,
    "worked_time.own_staff_overtime",
    "worked_time.own_staff_hourly_paid",
    RESOURCE,
    AGENCY,
    WORKING_DAYS,
    LEAP_DAY,
    INCLUDING_ON_CALL,
    DEDUCTION,
    EXCLUDING_ON_CALL,
    FULL_TIME,
)
PROFESSIONS = ("", "doctor", "nurse", "assistant_nurse", "other")
# What a total is the sum of; a kind of staff is the sum of its professions.
SUMS = {
    INCLUDING_ON_CALL: (OWN, RESOURCE, AGENCY, WORKING_DAYS, LEAP_DAY),
    EXCLUDING_ON_CALL: (INCLUDING_ON_CALL, DEDUCTION),
}


def changed(now: float, before: float) -> tuple[float, float]:
    """The difference, and 100 · difference / before as the statement has it.

    A deduction (negative) that shrinks has a positive difference and a negative percentage. NaN
    where one is missing; no percentage of 0.
    """
    difference = now - before
    if math.isnan(difference) or before == 0:
        return difference, math.nan
    return difference, 100 * difference / before


def worked_time(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The statement's lines of a year to date (`period`, its last month) against last year's.

    `frame`: observations of one region. A row a line of `STATEMENT` and profession that has a
    figure this year: indicator, profession, period, now, before, change, change_percent and
    synthetic: whether either is. Figures that contradict each other are missing.
    """
    rows = single(_hours(frame, [period, year_before(period)]))
    line = ["indicator", "profession"]
    rows = rows.assign(synthetic=rows["status"] == "synthetic")
    now = rows[rows["period"] == period][[*line, "period", "value", "synthetic"]]
    before = rows[rows["period"] == year_before(period)][[*line, "value", "synthetic"]]
    both = now.merge(before, on=line, how="left", suffixes=("", "_before"))
    made = both.rename(columns={"value": "now", "value_before": "before"})
    made["synthetic"] |= made.pop("synthetic_before").eq(True)
    changes = [changed(a, b) for a, b in zip(made["now"], made["before"], strict=True)]
    made["change"] = [difference for difference, _ in changes]
    made["change_percent"] = [percent for _, percent in changes]
    order = [
        (STATEMENT.index(id_), _rank(profession))
        for id_, profession in zip(made["indicator"], made["profession"], strict=True)
    ]
    return made.loc[sorted(made.index, key=order.__getitem__)].reset_index(drop=True)


def _hours(frame: pd.DataFrame, periods: list[str]) -> pd.DataFrame:
    return select(
        frame, indicator=list(STATEMENT), unit="", span="ytd", period=periods, profession=...
    )


def _rank(profession: str) -> tuple[int, str]:
    known = PROFESSIONS.index(profession) if profession in PROFESSIONS else len(PROFESSIONS)
    return known, profession


def sums(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """Each total of the statement beside the sum of its parts, in `period`.

    A row a total with parts: indicator, parts (how many), printed, computed, difference (printed −
    computed) and rounding: whether so small a difference can come of rounding to whole hours. A
    part without a row is left out; one without a value leaves no sum.
    """
    rows = single(_hours(frame, [period]))
    whole = rows[rows["profession"] == ""].set_index("indicator")["value"]
    made = []
    for id_ in [*(OWN, RESOURCE, AGENCY), *SUMS]:
        parts = whole[[part for part in SUMS.get(id_, ()) if part in whole]]
        if id_ not in SUMS:
            professions = (rows["indicator"] == id_) & (rows["profession"] != "")
            parts = rows[professions]["value"]
        if id_ in whole and len(parts):
            made.append((id_, len(parts), whole[id_], parts.sum(skipna=False)))
    found = pd.DataFrame(made, columns=["indicator", "parts", "printed", "computed"])
    found["difference"] = found["printed"] - found["computed"]
    found["rounding"] = found["difference"].abs() <= (found["parts"] + 1) / 2
    return found


def full_time_equivalents(hours: float, hours_per_year: float, months: int) -> float:
    """Hours worked in `months` months as full-time equivalents: hours / (norm / 12 · months).

    `hours_per_year`: the hours that make one full-time equivalent in a year. 1 725 is the norm by
    which Region Västmanland's report of February 2023 prints 723 527 hours of January as 5 033.
    """
    return hours / (hours_per_year / MONTHS_OF_A_YEAR * months)


def agency_share(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """Agency staff's part of all hours worked, in all and by profession, in per cent.

    A row a profession ("" is all) with both own and agency staff: profession, agency, hours (own
    staff, resource unit and agency staff, before adjustments and on-call deduction), share, and
    resource_unit: whether the resource unit has a row to add.
    """
    rows = single(_hours(frame, [period]))
    table = rows[rows["indicator"].isin([OWN, RESOURCE, AGENCY])]
    table = table.pivot(index="profession", columns="indicator", values="value")
    table = table.reindex(columns=[OWN, RESOURCE, AGENCY])
    table = table[table[OWN].notna() & table[AGENCY].notna()]
    hours = table.sum(axis=1)
    made = pd.DataFrame(
        {
            "agency": table[AGENCY],
            "hours": hours,
            "share": (100 * table[AGENCY] / hours).where(hours > 0),
            "resource_unit": table[RESOURCE].notna(),
        }
    ).reset_index()
    return made.loc[sorted(made.index, key=lambda i: _rank(made["profession"][i]))].reset_index(
        drop=True
    )


@dataclass(frozen=True)
class Days:
    """January up to and with a month: its weekdays that are no public holiday, and all its days."""

    working: int
    calendar: int
    leap_day: bool


@cache
def days(month: Month) -> Days:
    """The days of a year up to and with `month`.

    Public holidays as in lagen (1989:253) om allmänna helgdagar, by the package `holidays`; eves
    (such as Midsummer Eve and Christmas Eve) and half-days count as working days.
    """
    closed = holidays.country_holidays("SE", years=month.year)
    first = date(month.year, 1, 1)
    all_days = [first + timedelta(n) for n in range((month.last_day - first).days + 1)]
    working = sum(day.weekday() < 5 and day not in closed for day in all_days)
    leap_day = any((day.month, day.day) == (2, 29) for day in all_days)
    return Days(working, len(all_days), leap_day)


def hours_per_day(adjustment_now: float, adjustment_before: float, more_days: int) -> float:
    """The hours that an adjustment between years sets for each day that differs.

    `more_days`: days this year less those of last year. 24 654 hours added to last year for one
    day more this year are 24 654 hours a day. NaN where no day differs.
    """
    return (adjustment_before - adjustment_now) / more_days if more_days else math.nan


def rolling_from_year_to_date(frame: pd.DataFrame) -> pd.DataFrame:
    """R12 of shares in per cent that are only known accumulated since January, with their counts.

    Twelve months up to June are the year to June, and the whole year before less its part to
    June: so for numerators and denominators, then the ratio. `frame`: observations of any lines,
    span `ytd`. Returns observations with span `r12`, for months where all three are known.
    """
    rows = single(frame[(frame["span"] == "ytd")])
    rows = rows[rows["numerator"].notna() & rows["denominator"].notna()]
    line = [column for column in KEY if column != "period"]
    parts = ["numerator", "denominator"]
    now = rows.assign(before=rows["period"].map(year_before))
    now["december"] = now["before"].str[:4] + "-12"
    for name in ("december", "before"):
        earlier = rows[[*line, "period", *parts, "status"]].rename(columns={"period": name})
        now = now.merge(earlier, on=[*line, name], how="left", suffixes=("", f"_{name}"))
    whole = now["period"].str.endswith("-12")
    for part in parts:
        rest = now[f"{part}_december"] - now[f"{part}_before"]
        now[part] = now[part] + rest.where(~whole, 0)
    synthetic = (now[["status", "status_december", "status_before"]] == "synthetic").any(axis=1)
    made = now.assign(
        span="r12",
        value=100 * now["numerator"] / now["denominator"].where(now["denominator"] > 0),
        status=now["status"].where(~synthetic, "synthetic"),
        source="Beräknat: hittills i år + hela föregående år − samma del av föregående år",
        note="",
    )
    return combine([made[made["value"].notna()][[*frame.columns]]])


def yearly_pace(value: float, months: int) -> float:
    """What grows to `value` in `months` months, at the same pace over a whole year."""
    return value * MONTHS_OF_A_YEAR / months


SICK_LEAVE = ("sick_leave", "sick_leave_short", "sick_leave_long")
SICK_LEAVE_GROUPS = ("sex", "age_group")


def sick_leave(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of sick leave of a whole region, in all and by one group, with their own order.

    All, short and long sick leave first, then women and men, then ages from the youngest.
    """
    rows = select(
        frame,
        indicator=list(SICK_LEAVE),
        unit="",
        span="ytd",
        **dict.fromkeys(SICK_LEAVE_GROUPS, ...),
    )
    rows = rows[(rows[list(SICK_LEAVE_GROUPS)] != "").sum(axis=1) <= 1]
    order = rows[["sex", "age_group"]].assign(
        sex=rows["sex"].map({"": 0, "women": 1, "men": 2}).fillna(3),
        age=rows["age_group"].map(_youngest),
        kind=rows["indicator"].map(SICK_LEAVE.index),
    )
    return rows.loc[order.sort_values(["age", "sex", "kind"], kind="stable").index]


def _youngest(age_group: str) -> int:
    """The first age of a group: 0 for `-29`, 30 for `30-49`; −1 for all ages."""
    if not age_group:
        return -1
    first = age_group.split("-")[0]
    return int(first) if first.isdigit() else 0
