"""Twelve months, year to date, last year and thirteen months: monthly rows in, rows out."""

import math

import pandas as pd
import pytest

from vardlaget.catalogue import load_indicators
from vardlaget.indicators import rolling
from vardlaget.indicators.rolling import (
    accumulation,
    against_last_year,
    last_13,
    rolling_12,
    year_to_date,
)
from vardlaget.observations import COLUMNS, empty, typed
from vardlaget.periods import Month

INDICATORS = load_indicators()
OPERATIONS, SHARE, BEDS = "production.operations", "first_visit_90d", "available_beds"


def observed(indicator, values, first="2023-01", **columns):
    """Monthly rows: values are numbers, or (numerator, denominator) of a percentage."""
    periods = pd.period_range(first, periods=len(values), freq="M").astype("str")
    rows = []
    for period, value in zip(periods, values, strict=True):
        row = {"period": period, "value": value, "status": "reported"}
        if isinstance(value, tuple):
            above, below = value
            share = 100 * above / below if below else None
            row |= {"numerator": above, "denominator": below, "value": share}
        elif value is None:
            row["status"] = "missing"
        rows.append(row)
    common = {"indicator": indicator, "region": "23", "span": "month", "scenario": "actual"}
    return typed(pd.DataFrame(rows).assign(**common | {"source": "fil.csv"} | columns))


def row(frame, period):
    found = frame[frame["period"] == period]
    assert len(found) == 1
    return found.iloc[0]


def test_twelve_months_of_a_count_are_their_sum():
    found = rolling_12(observed(OPERATIONS, range(1, 15)), INDICATORS)
    assert list(found.columns) == list(COLUMNS)
    assert found["period"].iloc[[0, -1]].tolist() == ["2023-01", "2024-02"]
    assert set(found["span"]) == {"r12"}
    assert found["value"].iloc[:11].isna().all()
    assert set(found["status"].iloc[:11]) == {"missing"}
    assert found["value"].iloc[11:].tolist() == [78, 90, 102]  # 1…12, 2…13, 3…14
    newest = found.iloc[-1]
    assert newest["note"] == "beräknat av månadsvärdena 2023-03–2024-02"
    assert (newest["status"], newest["source"]) == ("reported", "fil.csv")
    assert math.isnan(newest["numerator"])


def test_twelve_months_of_a_share_are_sums_before_the_ratio():
    months = [(50, 100)] * 11 + [(900, 1000)]
    newest = row(rolling_12(observed(SHARE, months, basis="completed"), INDICATORS), "2023-12")
    assert (newest["numerator"], newest["denominator"]) == (1450, 2100)
    assert newest["value"] == pytest.approx(69.0476, abs=5e-5)  # the mean of shares is 53.3


def test_a_month_without_patients_counts_as_none():
    months = [(0, 0), *[(50, 100)] * 11]
    months = observed(SHARE, months, basis="completed")
    assert row(rolling_12(months, INDICATORS), "2023-12")["value"] == 50
    nobody = observed(SHARE, [(0, 0)] * 12, basis="completed")
    newest = row(rolling_12(nobody, INDICATORS), "2023-12")
    assert math.isnan(newest["value"])
    assert (newest["status"], newest["denominator"]) == ("zero", 0)


def test_one_missing_month_leaves_no_twelve_months():
    values = [10.0] * 20
    whole = observed(OPERATIONS, values)
    gone = whole[whole["period"] != "2023-07"]
    told = observed(OPERATIONS, [*values[:6], None, *values[7:]])
    for frame in (gone, told):
        found = rolling_12(frame, INDICATORS)
        missing = found[found["value"].isna()]
        assert missing["period"].iloc[-1] == "2024-06"
        assert row(found, "2024-06")["note"] == rolling.NOTES["month"]
        assert row(found, "2024-07")["value"] == 120


def test_contradicting_months_leave_no_twelve_months_but_repeated_ones_do():
    months = observed(OPERATIONS, [10] * 12)
    again = months.iloc[[3]].assign(source="annan.csv")
    assert row(rolling_12(pd.concat([months, again]), INDICATORS), "2023-12")["value"] == 120
    other = pd.concat([months, again.assign(value=11.0)])
    assert row(rolling_12(other, INDICATORS), "2023-12")["status"] == "missing"
    absent = again.assign(value=float("nan"), status="missing")
    assert row(rolling_12(pd.concat([absent, months]), INDICATORS), "2023-12")["value"] == 120


def test_beds_are_weighed_by_the_days_of_their_months():
    found = rolling_12(observed(BEDS, [100] * 11 + [131]), INDICATORS)
    newest = row(found, "2023-12")
    assert newest["value"] == pytest.approx(100 + 31 * 31 / 365)
    assert (newest["numerator"], newest["denominator"]) == (36500 + 961, 365)
    ack = year_to_date(observed(BEDS, [100, 131], first="2024-01"), INDICATORS)
    assert row(ack, "2024-02")["value"] == pytest.approx((3100 + 29 * 131) / 60)


# Indicator, its row, why it has no R12.
WITHOUT = [
    ("helpline_1177_wait", {}, "counts"),  # a mean of calls without their number
    ("phone_same_day", {"basis": "completed"}, "counts"),
    ("first_visit_median_wait", {"basis": "waiting"}, "no"),
    ("available_beds_change_pct", {}, "no"),
    ("full_year_forecast", {}, "no"),
    ("first_visit_patients", {"basis": "waiting"}, "stock"),
    ("first_visit_90d.denominator", {"basis": "waiting"}, "stock"),
]


@pytest.mark.parametrize(("id_", "columns", "why"), WITHOUT)
@pytest.mark.parametrize("accumulate", [rolling_12, year_to_date])
def test_what_cannot_be_added_is_missing_and_says_why(id_, columns, why, accumulate):
    newest = row(accumulate(observed(id_, [50] * 12, **columns), INDICATORS), "2023-12")
    assert math.isnan(newest["value"])
    assert (newest["status"], newest["note"]) == ("missing", rolling.NOTES[why])


def test_a_mean_waiting_time_has_twelve_months_with_its_calls():
    months = observed("helpline_1177_wait", [600] * 12)
    months = months.assign(numerator=[6000.0] * 11 + [90_000.0], denominator=[10.0] * 11 + [100.0])
    newest = row(rolling_12(months, INDICATORS), "2023-12")
    assert newest["value"] == pytest.approx((66_000 + 90_000) / 210)


KINDS = [
    ("production.operations", "", "sum"),
    ("production.care_days", "", "sum"),
    ("budget_deviation", "", "sum"),
    ("first_visit_patients", "completed", "sum"),
    ("first_visit_patients", "waiting", "stock"),
    ("population", "", "stock"),
    ("overcrowding", "", "mean_of_days"),
    ("overcrowding_per_100", "", "ratio"),
    ("bed_occupancy", "", "ratio"),
    ("full_time_equivalents", "", "mean_of_days"),
    ("grant.earned", "", "no"),
]


@pytest.mark.parametrize(("id_", "basis", "kind"), KINDS)
def test_every_kind_of_figure_adds_up_in_its_own_way(id_, basis, kind):
    assert accumulation(INDICATORS[id_], basis) == kind


def test_a_rate_per_100_beds_is_not_a_percentage():
    months = observed("overcrowding_per_100", [6] * 12)
    months = months.assign(numerator=60.0, denominator=10.0)
    assert row(rolling_12(months, INDICATORS), "2023-12")["value"] == 6


def test_shares_of_those_waiting_say_that_their_counts_add_up_ends_of_months():
    newest = row(
        rolling_12(observed(SHARE, [(5, 10)] * 12, basis="waiting"), INDICATORS), "2023-12"
    )
    assert newest["value"] == 50
    assert newest["note"].endswith(rolling.NOTES["waiting"])


# Statuses of twelve months → status of their sum.
STATUSES = [
    (["reported"] * 12, "reported"),
    (["reported"] * 11 + ["zero"], "reported"),
    (["zero"] * 12, "zero"),
    (["reported"] * 11 + ["preliminary"], "preliminary"),
    (["preliminary"] * 11 + ["synthetic"], "synthetic"),
    (["suppressed"] + ["reported"] * 11, "suppressed"),
]


@pytest.mark.parametrize(("months", "status"), STATUSES)
def test_the_weakest_month_gives_the_status(months, status):
    values = [math.nan if s == "suppressed" else 0.0 if s == "zero" else 1.0 for s in months]
    frame = observed(OPERATIONS, values).assign(status=months)
    assert row(rolling_12(frame, INDICATORS), "2023-12")["status"] == status


def test_a_series_break_within_the_months_is_told():
    found = rolling_12(observed("phone_same_day", [(8, 10)] * 26, basis="completed"), INDICATORS)
    broken = found["period"][found["note"].str.endswith(rolling.NOTES["break"])]
    assert broken.tolist() == [f"2024-{month:02d}" for month in range(1, 12)]  # breaks 2024-01


def test_the_year_to_date_begins_in_january():
    found = year_to_date(observed(OPERATIONS, [5, 1, 2, 3], first="2023-12"), INDICATORS)
    assert set(found["span"]) == {"ytd"}
    assert found["value"].tolist()[1:] == [1, 3, 6]
    assert found["status"].iloc[0] == "missing"  # 2023 began without its eleven months
    assert found["note"].iloc[-1] == "beräknat av månadsvärdena 2024-01–2024-03"


def test_each_line_is_added_by_itself():
    frame = pd.concat(
        [
            observed(OPERATIONS, [1] * 12, unit="Östersund"),
            observed(OPERATIONS, [2] * 12, sex="women"),
            observed(OPERATIONS, [3] * 12, scenario="budget"),
            observed(SHARE, [(1, 2)] * 12, basis="completed", exclusions="none"),
            observed(SHARE, [(1, 4)] * 12, basis="completed"),
        ]
    ).sample(frac=1, random_state=1)
    found = rolling_12(frame, INDICATORS)
    newest = found[found["period"] == "2023-12"]
    assert sorted(newest["value"]) == [12, 24, 25, 36, 50]
    assert newest[newest["unit"] == "Östersund"]["value"].tolist() == [12]
    assert newest[newest["scenario"] == "budget"]["value"].tolist() == [36]


def test_only_months_are_added():
    longer = observed(OPERATIONS, [1] * 12).assign(span="r12")
    assert rolling_12(longer, INDICATORS).empty
    assert list(year_to_date(empty(), INDICATORS).columns) == list(COLUMNS)


def test_last_year_gives_the_change_in_value_and_per_cent():
    frame = pd.concat(
        [observed(OPERATIONS, [80], "2023-02"), observed(OPERATIONS, [100], "2024-02")]
    )
    now = row(against_last_year(frame, INDICATORS), "2024-02")
    assert (now["before"], now["change"], now["change_percent"]) == (80, 20, 25)
    assert now["comparable"]
    before = row(against_last_year(frame, INDICATORS), "2023-02")
    assert before[["before", "change", "change_percent"]].isna().all()


def test_contradicting_values_last_year_give_no_change():
    before = observed(OPERATIONS, [80], "2023-02")
    frame = pd.concat([before, before.assign(value=81.0), observed(OPERATIONS, [100], "2024-02")])
    found = against_last_year(frame, INDICATORS)
    assert len(found) == 3
    assert math.isnan(row(found, "2024-02")["change"])


# Span and period of a phone figure, whose series breaks in 2024-01 and 2025-07 → comparable.
COMPARABLE = [
    ("month", "2023-12", True),
    ("month", "2024-01", False),
    ("month", "2024-12", False),
    ("month", "2025-01", True),
    ("ytd", "2025-02", True),
    ("ytd", "2024-02", False),
    ("r12", "2023-12", True),
    ("r12", "2025-06", False),  # last year's twelve months began in 2023-07
    ("r12", "2027-06", True),
    ("year", "2023", True),
    ("year", "2024", False),
    ("year", "2027", True),
]


@pytest.mark.parametrize(("span", "period", "comparable"), COMPARABLE)
def test_a_series_break_between_the_years_makes_them_incomparable(span, period, comparable):
    frame = observed("phone_same_day", [80]).assign(span=span, period=period)
    assert against_last_year(frame, INDICATORS)["comparable"].tolist() == [comparable]


def test_thirteen_months_with_gaps_as_rows():
    frame = pd.concat([observed(OPERATIONS, [9, 8, 7], "2023-01"), observed(BEDS, [5], "2024-02")])
    frame = frame[frame["period"] != "2023-02"]
    found = last_13(frame, Month(2024, 2))
    assert list(found.columns) == list(COLUMNS)
    operations = found[found["indicator"] == OPERATIONS]
    assert operations["period"].iloc[[0, -1]].tolist() == ["2023-02", "2024-02"]
    assert len(operations) == len(found[found["indicator"] == BEDS]) == 13
    assert operations["value"].dropna().tolist() == [7]
    assert operations["status"].value_counts().to_dict() == {"missing": 12, "reported": 1}
    assert set(operations["region"]) == {"23"}
    assert last_13(empty(), Month(2024, 2)).empty
