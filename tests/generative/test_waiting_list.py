"""For every list: the figures are those of a slow reckoning, row by row, and no row is lost."""

import csv
import math
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vardlaget.catalogue import load_regions
from vardlaget.periods import Month
from vardlaget.sources.waiting_list import aggregate
from vardlaget.sources.waiting_list.rejects import path_for

ROOT = Path(__file__).parents[2]
REGIONS = load_regions(ROOT / "data" / "reference" / "regions.csv")
SETTINGS = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
COLUMNS = [
    "region",
    "care_type",
    "referral_date",
    "start_date",
    "deviation_code",
    "specialty",
    "age",
]
CODES = {"": "", "PvV": "pvv", "1": "pvv", "MoV": "mov", "2": "mov", "SoV": "", "3": ""}
MONTHS = [Month(2023, 11).minus(-n) for n in range(5)]
INTERVALS = {"0_30": 30, "31_60": 60, "61_90": 90, "91_120": 120, "121_180": 180, "181_365": 365}

DAYS = st.dates(date(2022, 6, 1), date(2024, 4, 30))
EDGES = st.sampled_from([date(2023, 12, 1), date(2024, 2, 29), date(2024, 3, 1), date(2019, 2, 28)])
WAITS = st.sampled_from([0, 1, 30, 31, 89, 90, 91, 150, 151, 365, 366]) | st.integers(0, 900)


@st.composite
def sound_rows(draw):
    referral = draw(DAYS | EDGES)
    start = draw(st.none() | WAITS)
    return [
        draw(st.sampled_from(["23", "14"])),
        draw(st.sampled_from(["first_visit", "treatment"])),
        referral.isoformat(),
        "" if start is None else (referral + timedelta(days=start)).isoformat(),
        draw(st.sampled_from(sorted(CODES))),
        draw(st.sampled_from(["", "Ögon", "Ortopedi"])),
        draw(st.sampled_from(["", "17", "18", "79", "80"])),
    ]


WRONG = st.sampled_from(
    [
        ["99", "treatment", "2024-01-01", "", "", "", ""],
        ["23", "5", "2024-01-01", "", "", "", ""],
        ["23", "treatment", "2023-02-29", "", "", "", ""],
        ["23", "treatment", "2024-01-02", "2024-01-01", "", "", ""],
        ["23", "treatment", "2024-01-02", "", "", "", "300"],
    ]
)


@SETTINGS
@given(
    rows=st.lists(sound_rows(), min_size=1, max_size=60),
    wrong=st.lists(WRONG, max_size=3),
    months=st.lists(st.sampled_from(MONTHS), min_size=1, unique=True),
    parquet=st.booleans(),
)
def test_the_figures_are_those_of_a_slow_reckoning(rows, wrong, months, parquet, tmp_path):
    path = tmp_path / ("list.parquet" if parquet else "list.csv")
    table = pd.DataFrame(rows + wrong, columns=COLUMNS)
    table.to_parquet(path) if parquet else table.to_csv(path, index=False)
    found = aggregate(path, "list", REGIONS, tuple(months), tmp_path / "aside")
    account = found.account
    assert (account.read, account.used, account.set_aside) == (
        len(rows) + len(wrong),
        len(rows),
        len(wrong),
    )
    told = {}
    for _, row in found.frame.iterrows():
        breakdown = row["specialty"] or row["age_group"]
        key = (row["indicator"], row["region"], breakdown, row["period"], row["basis"])
        told[*key, row["exclusions"]] = (row["numerator"], row["denominator"], row["value"])
    expected = reckoned(rows, months)
    assert told.keys() == expected.keys()
    for key, figures in expected.items():
        assert same(told[key], figures), key


def same(found, expected):
    return all(
        a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(found, expected, strict=True)
    )


def reckoned(rows, months):
    """Every figure: (indicator, region, breakdown, month, basis, exclusions) to its numbers."""
    bases = ("waiting", "completed") if any(row[3] for row in rows) else ("waiting",)
    groups = {}
    for row, month, basis in product(rows, months, bases):
        region, phase, referral, start, code, specialty, age = row
        days = waited(referral, start, month, basis)
        for breakdown, full in {("", True), (specialty, True), (group_of(age), not age)}:
            patients = groups.setdefault((region, phase, breakdown, full, str(month), basis), [])
            patients += [] if days is None else [(days, CODES[code])]
    known = {key[:3] for key, patients in groups.items() if patients}
    return {
        (f"{key[1]}_{measure}", key[0], key[2], *key[4:], exclusions): numbers
        for key, patients in groups.items()
        if key[:3] in known
        for (measure, exclusions), numbers in measures(patients, key[2], key[3]).items()
    }


def group_of(age):
    return {"": "", "17": "0-17", "18": "18-44", "79": "65-79", "80": "80+"}[age]


def waited(referral, start, month, basis):
    began, ended = date.fromisoformat(referral), date.fromisoformat(start) if start else None
    if basis == "waiting":
        waits = began <= month.last_day and (ended is None or ended > month.last_day)
        return (month.last_day - began).days if waits else None
    same_month = ended is not None and (ended.year, ended.month) == (month.year, month.number)
    return (ended - began).days if same_month else None


def measures(patients, breakdown, full):
    counted = sorted(days for days, code in patients if code != "pvv")
    found = {
        ("90d", ""): share(counted, 90),
        ("patients", ""): number(len(patients)),
        ("over_90d_count", ""): number(sum(days > 90 for days in counted)),
        ("over_150d_count", ""): number(sum(days > 150 for days in counted)),
        ("median_wait", ""): number(percentile(counted, 50)),
        ("p90_wait", ""): number(percentile(counted, 90)),
    }
    if not full:
        return found
    for limit in (30, 60, 150):
        found[f"{limit}d", ""] = share(counted, limit)
    over, all_ = sum(days > 150 for days in counted), len(counted)
    found["over_150d", ""] = (over, all_, 100 * over / all_ if all_ else math.nan)
    found["patient_chosen", ""] = number(sum(code == "pvv" for _, code in patients))
    found["medically_caused", ""] = number(sum(code == "mov" for _, code in patients))
    below = -1
    for name, last in [*INTERVALS.items(), ("366_plus", math.inf)]:
        inside = sum(below < days <= last for days, _ in patients)
        found[f"days_{name}", ""] = number(inside)
        below = last
    if not breakdown:
        found["90d", "none"] = share([days for days, _ in patients], 90)
        found["90d", "pvv_mov"] = share([days for days, code in patients if not code], 90)
    return found


def number(value):
    return (math.nan, math.nan, value)


def share(days, limit):
    inside = sum(day <= limit for day in days)
    return (inside, len(days), 100 * inside / len(days) if days else math.nan)


def percentile(days, percent):
    """The first day that at least so many per cent do not exceed."""
    for day in days:
        if 100 * sum(other <= day for other in days) >= percent * len(days):
            return day
    return math.nan


@SETTINGS
@given(row=st.lists(st.text(max_size=9), min_size=3, max_size=7))
def test_whatever_stands_in_a_row_every_row_is_accounted_for(row, tmp_path):
    path = tmp_path / "list.parquet"
    row = [*row, *[""] * 7][:7]
    written = pd.DataFrame([row, row, ["23", "1", "2024-01-01", "", "", "", ""]], columns=COLUMNS)
    written.to_parquet(path)
    found = aggregate(path, "list", REGIONS, (Month(2024, 2),), tmp_path / "aside")
    assert found.account.read == 3
    aside = path_for("list", tmp_path / "aside")
    told = list(csv.reader(aside.open(encoding="utf-8")))[1:] if aside.exists() else []
    assert len(told) == found.account.set_aside
    assert sum(f.rows for f in found.findings if f.kind == "set_aside") == len(told)
