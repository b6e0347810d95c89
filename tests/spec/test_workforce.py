"""Hours worked, full-time equivalents, working days and R12 of sick leave.

Source of the table: Region Västmanland, Månadsrapport hälso- och sjukvårdsförvaltningen februari
2023, bilaga 1, Arbetad tid. Its changes come of hours that are not rounded, so that a printed one
may lie where the rounding of the printed hours leaves it room.
"""

import csv
import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.indicators import workforce
from vardlaget.periods import Month

PRINTED = Path(__file__).with_name("worked_time_2023-01.csv")
KINDS = {
    "Utförd arbetstid egen personal": workforce.OWN,
    "Utförd arbetstid resursenheten": workforce.RESOURCE,
    "Utförd arbetstid externt inhyrd personal (baserat på kostnad)": workforce.AGENCY,
    "- varav övertid/mertid": "worked_time.own_staff_overtime",
    "- varav timavlönade": "worked_time.own_staff_hourly_paid",
    "Justering för jmf. mellan åren - fler eller färre arbetsdagar (mån-fre)": (
        workforce.WORKING_DAYS
    ),
    "Justering för jmf. mellan åren - en extra dag i februari vid skottår (arb med schema)": (
        workforce.LEAP_DAY
    ),
    "Arbetad tid inkl jour/beredskap": workforce.INCLUDING_ON_CALL,
    "Avdrag arbetad tid under jour/beredskap": workforce.DEDUCTION,
    "Arbetad tid exkl jour/beredskap": workforce.EXCLUDING_ON_CALL,
    "Antal årsarbetare utifrån arbetad tid exkl jour/beredskap": workforce.FULL_TIME,
}
PROFESSIONS = {
    "- varav läkare": "doctor",
    "- varav sjuksköterskor": "nurse",
    "- varav undersköterskor": "assistant_nurse",
    "- varav övriga": "other",
}
NORM = 1725
JANUARY = "2023-01"


def printed():
    """The printed lines by indicator and profession, in their order."""
    with PRINTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found, kind = {}, ""
    for row in rows:
        profession = PROFESSIONS.get(row["line"], "")
        kind = kind if profession else KINDS[row["line"]]
        found[kind, profession] = {n: float(v) for n, v in row.items() if n != "line"}
    return found


LINES = printed()


def within_rounding(now, before):
    """The lowest and highest change and percentage of hours that are rounded to these."""
    ends = [(now + a, before + b) for a in (-0.5, 0.5) for b in (-0.5, 0.5)]
    found = [workforce.changed(*pair) for pair in ends]
    return [(min(each), max(each)) for each in zip(*found, strict=True)]


@pytest.fixture(scope="module")
def found(vastmanland):
    made = workforce.worked_time(vastmanland, JANUARY)
    return made.set_index(["indicator", "profession"])


def test_the_statement_has_the_printed_lines(found):
    assert len(LINES) == 22
    assert set(found.index) == set(LINES)
    assert found.index[:6].tolist() == [
        (workforce.OWN, ""),
        (workforce.OWN, "doctor"),
        (workforce.OWN, "nurse"),
        (workforce.OWN, "assistant_nurse"),
        (workforce.OWN, "other"),
        ("worked_time.own_staff_overtime", ""),
    ]


@pytest.mark.parametrize("key", LINES, ids=lambda key: "-".join(filter(None, key)))
def test_every_printed_change_follows_from_its_hours(found, key):
    line, source = found.loc[key], LINES[key]
    assert (line["now"], line["before"]) == (source["this_year"], source["last_year"])
    assert abs(line["change"] - source["change"]) <= 1
    if source["last_year"] == 0:
        assert math.isnan(line["change_percent"])
        assert source["change_pct"] == 0  # printed, but nothing grows from nothing
        return
    change, percent = within_rounding(line["now"], line["before"])
    assert change[0] <= source["change"] <= change[1]
    assert percent[0] - 0.005 <= source["change_pct"] <= percent[1] + 0.005


def test_sums_differ_by_no_more_than_rounding(vastmanland):
    now, before = (workforce.sums(vastmanland, at) for at in (JANUARY, "2022-01"))
    assert now["indicator"].tolist() == [
        workforce.OWN,
        workforce.RESOURCE,
        workforce.AGENCY,
        workforce.INCLUDING_ON_CALL,
        workforce.EXCLUDING_ON_CALL,
    ]
    assert now["difference"].tolist() == [0, 0, 0, 0, 0]
    assert before["difference"].tolist() == [0, 0, -1, -1, -1]
    assert before["rounding"].all()


@pytest.mark.parametrize(
    ("hours", "months", "fte"),
    [(723527, 1, 5033), (698890, 1, 4862), (2 * 723527, 2, 5033), (1725, 12, 1), (0, 3, 0)],
)
def test_hours_as_full_time_equivalents(hours, months, fte):
    assert round(workforce.full_time_equivalents(hours, NORM, months)) == fte


def test_the_printed_full_time_equivalents_and_their_change_follow_from_the_hours(found):
    line = found.loc[(workforce.EXCLUDING_ON_CALL, "")]
    now, before = (
        workforce.full_time_equivalents(line[name], NORM, 1) for name in ("now", "before")
    )
    change, percent = workforce.changed(now, before)
    assert (round(now), round(before), round(change), round(percent, 1)) == (5033, 4862, 171, 3.5)


# first day, last month, weekdays that are no holiday, days, leap day: by the calendar
DAYS = [
    ("2022-01", 20, 31, False),  # Epiphany on a Thursday
    ("2023-01", 21, 31, False),  # and on a Friday, but one weekday more
    ("2022-12", 254, 365, False),  # Christmas Eve counts, on a weekday or not
    ("2023-12", 252, 365, False),
    ("2024-02", 22 + 21, 60, True),
    ("2024-12", 254, 366, True),
    ("2023-06", 21 + 20 + 23 + 18 + 21 + 21, 181, False),  # Midsummer Eve counts
]


@pytest.mark.parametrize(("month", "working", "calendar", "leap_day"), DAYS)
def test_working_days(month, working, calendar, leap_day):
    found = workforce.days(Month.parse(month))
    assert (found.working, found.calendar, found.leap_day) == (working, calendar, leap_day)


def test_weekdays_less_holidays_are_the_working_days():
    weekdays = len(pd.bdate_range(date(2023, 1, 1), date(2023, 12, 31)))
    # 6 January, 7 and 10 April, 1 and 18 May, 6 June, 25 and 26 December
    assert workforce.days(Month(2023, 12)).working == weekdays - 8


def test_the_sources_adjustment_for_one_working_day(found):
    line = found.loc[(workforce.WORKING_DAYS, "")]
    more = workforce.days(Month(2023, 1)).working - workforce.days(Month(2022, 1)).working
    assert more == 1
    assert workforce.hours_per_day(line["now"], line["before"], more) == 24654
    assert math.isnan(workforce.hours_per_day(0, 0, 0))


def test_agency_staffs_share_of_the_hours(vastmanland):
    found = workforce.agency_share(vastmanland, JANUARY)
    assert list(
        found[["profession", "agency", "hours", "resource_unit"]].itertuples(index=False)
    ) == [
        ("", 23658, 703060 + 8610 + 23658, True),
        ("doctor", 5707, 97422 + 5707, False),
        ("nurse", 16911, 242999 + 1573 + 16911, True),
        ("assistant_nurse", 944, 186091 + 6687 + 944, True),
        ("other", 96, 176548 + 350 + 96, True),
    ]
    assert found["share"].round(1).tolist() == [3.2, 5.5, 6.5, 0.5, 0.1]


# period, hours of sick leave, ordinary hours: since January
ACCUMULATED = [
    ("2022-06", 30, 600),
    ("2022-12", 70, 1200),
    ("2023-06", 24, 500),
    ("2023-07", 25, 600),  # no July the year before
    ("2023-12", None, None),
]
ROLLING = [("2022-12", 70, 1200), ("2023-06", 24 + 70 - 30, 500 + 1200 - 600)]


def test_twelve_months_from_what_is_accumulated_since_january():
    frame = pd.DataFrame(ACCUMULATED, columns=["period", "numerator", "denominator"])
    frame["value"] = 100 * frame["numerator"] / frame["denominator"]
    fixed = {"indicator": "sick_leave", "region": "19", "span": "ytd", "status": "reported"}
    frame = observations.typed(frame.assign(**fixed))
    found = workforce.rolling_from_year_to_date(frame)
    columns = ["period", "numerator", "denominator"]
    assert list(found[columns].itertuples(index=False, name=None)) == ROLLING
    assert found["value"].round(3).tolist() == [round(100 * n / d, 3) for _, n, d in ROLLING]
    assert set(found["span"]) == {"r12"}


def test_sick_leave_is_told_by_length_then_sex_then_age(vastmanland):
    found = workforce.sick_leave(vastmanland)
    found = found[found["period"] == "2023-02"]
    assert list(found[["indicator", "sex", "age_group"]].itertuples(index=False, name=None)) == [
        ("sick_leave", "", ""),
        ("sick_leave_short", "", ""),
        ("sick_leave_long", "", ""),
        ("sick_leave", "women", ""),
        ("sick_leave", "men", ""),
        ("sick_leave", "", "-29"),
        ("sick_leave", "", "30-49"),
        ("sick_leave", "", "50-"),
    ]


@pytest.mark.parametrize(
    ("now", "before", "change", "percent"),
    [
        (110, 100, 10, 10),
        (-90, -100, 10, -10),  # a deduction that shrinks
        (5, 0, 5, math.nan),
        (math.nan, 5, math.nan, math.nan),
    ],
)
def test_changes_of_hours(now, before, change, percent):
    assert workforce.changed(now, before) == pytest.approx((change, percent), nan_ok=True)


def test_a_turnover_of_two_months_at_the_same_pace():
    assert workforce.yearly_pace(2.1, 2) == pytest.approx(12.6)
