"""What holds for beds, occupancy and plans whatever the wards and figures are."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators import beds, capacity
from vardlaget.indicators.pressure import half_width
from vardlaget.indicators.production import BASES, DEVIATIONS, against_plan
from vardlaget.indicators.wards import PARTS, country, month_means, totals
from vardlaget.periods import Month

INDICATORS = load_indicators()
COUNTS = ("available_beds", "occupied_beds", "overcrowding")
# Each example makes all the wholes of a table.
few = settings(max_examples=10, deadline=None)
some = settings(max_examples=25, deadline=None)

units = st.sampled_from(["Norr", "Syd", "Väst"])
specialties = st.sampled_from(["Kirurgi", "Medicin"])
kinds = st.sampled_from(["somatic", "psychiatric"])
numbers = st.integers(0, 500)
months = st.builds(Month, st.integers(2000, 2040), st.integers(1, 12))
ward_keys = st.tuples(units, specialties, kinds)
wards = st.dictionaries(ward_keys, st.tuples(numbers, numbers, numbers), min_size=1, max_size=8)
amounts = st.none() | st.integers(-(10**10), 10**10)


def observed(rows, columns, **common):
    common = {"region": "23", "span": "month", "period": "2024-02", "scenario": "actual"} | common
    frame = pd.DataFrame(rows, columns=columns).assign(**common)
    return observations.typed(frame.assign(status=frame.get("status", "reported")))


def of_wards(found, **common):
    rows = [
        (name, *key, counts[place])
        for key, counts in found.items()
        for place, name in enumerate(COUNTS)
    ]
    return observed(rows, ["indicator", "unit", "specialty", "care_type", "value"], **common)


def whole(frame):
    rows = frame[(frame[list(PARTS)] == "").all(axis=1)]
    assert not rows["indicator"].duplicated().any()
    return rows.set_index("indicator")


@few
@given(wards, months)
def test_the_whole_is_the_sum_of_all_wards_and_ratios_are_of_sums(found, month):
    rows = whole(capacity.completed(of_wards(found, period=str(month)), INDICATORS))
    if len({kind for *_, kind in found}) == 1:
        assert rows.empty
        return
    available, occupied, overcrowded = (sum(counts) for counts in zip(*found.values(), strict=True))
    assert rows.loc[list(COUNTS), "value"].tolist() == [available, occupied, overcrowded]
    per_100 = rows.loc["overcrowding_per_100"]
    if available == 0:
        assert rows.loc[["bed_occupancy", "overcrowding_per_100"], "value"].isna().all()
        assert per_100["status"] == "zero"
    else:
        expected = capacity.occupancy(occupied * month.days, available, month.days)
        assert rows.loc["bed_occupancy", "value"] == pytest.approx(expected)
        assert per_100["value"] == pytest.approx(100 * overcrowded / available)
        assert per_100["numerator"] == overcrowded * month.days


@few
@given(wards, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found, chance):
    frame = of_wards(found)
    places = list(range(len(frame)))
    chance.shuffle(places)
    key = list(observations.KEY)
    first, other = (
        capacity.completed(rows, INDICATORS).sort_values(key)[[*key, "value", "status"]]
        for rows in (frame, frame.iloc[places])
    )
    pd.testing.assert_frame_equal(first.reset_index(drop=True), other.reset_index(drop=True))


@few
@given(wards)
def test_what_is_completed_has_nothing_more_to_complete(found):
    once = capacity.completed(of_wards(found), INDICATORS)
    again = capacity.completed(once, INDICATORS)
    pd.testing.assert_frame_equal(again, once)


@few
@given(wards, st.data())
def test_one_ward_without_a_number_leaves_the_whole_without_one(found, data):
    frame = of_wards(found)
    lost = data.draw(st.sampled_from(range(len(frame))))
    frame.loc[lost, ["value", "status"]] = [math.nan, "missing"]
    found = totals(frame, INDICATORS)
    # Of the kind of care that it belongs to: a region of one kind of care has no other whole.
    found = found[found["care_type"] == frame.loc[lost, "care_type"]]
    rows = whole(found.assign(care_type=""))
    assert rows["status"].eq("missing").sum() == 1
    assert math.isnan(rows.loc[frame.loc[lost, "indicator"], "value"])


@some
@given(st.dictionaries(st.sampled_from(["20", "23", "24"]), st.tuples(numbers, numbers)))
def test_the_country_lies_between_its_regions(found):
    rows = [(code, *counts) for code, counts in found.items()]
    frame = observed(rows, ["region", "numerator", "denominator"], indicator="bed_occupancy")
    total = country(frame, INDICATORS, {"20", "23", "24"})
    assert len(total) == bool(found)
    shares = [100 * above / below for above, below in found.values() if below]
    if len(shares) == len(found) and shares:
        value = total["value"].iloc[0]
        assert min(shares) - 1e-9 <= value <= max(shares) + 1e-9


@some
@given(months, st.data())
def test_a_mean_of_days_times_days_is_their_sum(month, data):
    counts = data.draw(st.lists(numbers, min_size=month.days, max_size=month.days))
    days = [(f"{month}-{day:02d}", count) for day, count in enumerate(counts, start=1)]
    frame = observed([], ["value"], indicator="available_beds")
    assert month_means(frame).empty
    frame = pd.DataFrame(days, columns=["period", "value"])
    frame = frame.assign(indicator="available_beds", region="23", span="point", scenario="actual")
    frame = observations.typed(frame.assign(status="reported"))
    assert month_means(frame)["value"].tolist() == [pytest.approx(sum(counts) / month.days)]
    assert month_means(frame.iloc[:-1])["value"].isna().all()


@some
@given(st.fixed_dictionaries(dict.fromkeys(BASES, amounts)))
def test_deviations_are_differences_and_what_is_missing_stays_so(given_):
    where = {
        "actual": ("ytd", "2024-02", "actual"),
        "budget": ("ytd", "2024-02", "budget"),
        "last_year": ("ytd", "2023-02", "actual"),
        "forecast": ("year", "2024", "forecast"),
        "year_budget": ("year", "2024", "budget"),
        "last_full_year": ("year", "2023", "actual"),
    }
    rows = [(*where[name], value) for name, value in given_.items() if value is not None]
    columns = ["span", "period", "scenario", "value"]
    frame = pd.DataFrame(rows, columns=columns).assign(indicator="income.result", region="23")
    frame = observations.typed(frame.assign(status="reported"))
    found = against_plan(frame, "ytd", "2024-02", INDICATORS).to_dict("records")
    assert len(found) == (given_["actual"] is not None)
    for line in found:
        for name, value in given_.items():
            assert line[name] == value or (value is None and math.isnan(line[name]))
        for name, (actual, reference) in DEVIATIONS.items():
            difference, percent = line[f"{name}_difference"], line[f"{name}_deviation"]
            if None in (given_[actual], given_[reference]):
                assert math.isnan(difference)
                assert math.isnan(percent)
            else:
                assert difference == given_[actual] - given_[reference]
                assert math.isnan(percent) == (given_[reference] == 0)
                assert math.isnan(percent) or percent * difference >= 0


@some
@given(numbers, st.none() | numbers, st.none() | numbers)
def test_beds_against_last_year_and_decided(now, before, decided):
    values = [
        ("available_beds", "2024-02", now),
        ("available_beds", "2023-02", before),
        ("decided_beds", "2024-02", decided),
    ]
    rows = [row for row in values if row[2] is not None]
    frame = pd.DataFrame(rows, columns=["indicator", "period", "value"])
    frame = frame.assign(region="23", span="month", scenario="actual", status="reported")
    line = beds.compared(observations.typed(frame), "month", "2024-02").iloc[0]
    assert math.isnan(line["change"]) == (before is None)
    assert math.isnan(line["change_percent"]) == (not before)
    assert math.isnan(line["of_decided"]) == (not decided)
    if before:
        assert before * (1 + line["change_percent"] / 100) == pytest.approx(now)


@some
@given(st.lists(st.integers(-100, 100), min_size=4, max_size=60))
def test_an_interval_holds_at_least_four_fifths_of_the_errors_it_is_made_of(errors):
    width = half_width(pd.Series(errors, dtype=float).to_numpy())
    held = sum(abs(error) <= width for error in errors)
    assert held >= 0.8 * len(errors)
