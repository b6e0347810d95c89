"""Beds, occupancy and targets."""

import math
from datetime import date

import pytest

from vardlaget.catalogue import Target
from vardlaget.indicators import beds, capacity

# mean now, change since last year → last year, per cent
CHANGES = [
    (523, -55, 578, -9.5156),  # Region Västerbotten 2023, which prints −9,6 %
    (578, 0, 578, 0),
    (110, 10, 100, 10),
]


@pytest.mark.parametrize(("now", "change", "before", "percent"), CHANGES)
def test_the_change_is_taken_of_last_years_beds(now, change, before, percent):
    found = beds.change(now, change)
    assert found.before == before
    assert found.beds == change
    assert found.percent == pytest.approx(percent, abs=5e-5)


def test_no_change_in_per_cent_from_no_beds():
    assert math.isnan(beds.change(10, 10).percent)


def test_beds_per_1_000_inhabitants():
    assert beds.per_1000(523, 278_729) == pytest.approx(1.8764, abs=5e-5)


@pytest.mark.parametrize("population", [0, -1])
def test_beds_per_inhabitant_need_inhabitants(population):
    with pytest.raises(ValueError, match="population must be positive"):
        beds.per_1000(523, population)


# care days, available beds, days → per cent
OCCUPANCY = [
    (2800, 100, 28, 100),
    (2688, 100, 28, 96),
    (3080, 100, 28, 110),  # more patients than beds
    (0, 100, 28, 0),
    (2352.5, 96.5, 28, 87.0651),
]


@pytest.mark.parametrize(("care_days", "available", "days", "percent"), OCCUPANCY)
def test_occupancy_is_care_days_of_bed_days(care_days, available, days, percent):
    assert capacity.occupancy(care_days, available, days) == pytest.approx(percent, abs=5e-5)


@pytest.mark.parametrize("care_days", [0, 10])
def test_no_occupancy_of_no_beds(care_days):
    assert math.isnan(capacity.occupancy(care_days, 0, 28))


@pytest.mark.parametrize("wrong", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_negative_days_and_beds_are_refused(wrong):
    with pytest.raises(ValueError, match="cannot be negative"):
        capacity.occupancy(*wrong)


def target(lower=None, upper=None):
    return Target(
        indicator="bed_occupancy",
        region="19",
        valid_from=date(2023, 1, 1),
        valid_to=date(2023, 12, 31),
        lower=lower,
        upper=upper,
        source="styrkort",
    )


# value, lower, upper → state. 85–90 is Region Västmanland's target for occupancy in 2023.
STATES = [
    (84.9, 85, 90, "below"),
    (85, 85, 90, "within"),
    (90, 85, 90, "within"),
    (90.1, 85, 90, "above"),
    (96, 85, 90, "above"),
    (99.9, 100, None, "below"),
    (100, 100, None, "within"),
    (7.6, None, 2, "above"),
    (2, None, 2, "within"),
    (50, None, None, None),  # a target in words only, such as "Öka"
    (None, 85, 90, None),
    (math.nan, 85, 90, None),  # Was wrong once: a missing value counts as within the target
]


@pytest.mark.parametrize(("value", "lower", "upper", "state"), STATES)
def test_a_target_says_where_a_value_stands(value, lower, upper, state):
    assert capacity.state(value, target(lower, upper)) == state


def test_every_state_of_an_interval_has_its_words():
    assert set(capacity.STATES) == {s for *_, s in STATES if s}


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2022-12-31", False), ("2023-01-01", True), ("2023-12-31", True), ("2024-01-01", False)],
)
def test_a_target_holds_from_its_first_to_its_last_day(day, holds):
    assert target(85, 90).holds(date.fromisoformat(day)) is holds
