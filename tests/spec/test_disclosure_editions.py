"""What editions give away together, and what of it is known to follow."""

import numpy as np
import pytest

from disclosure_support import COUNT, INDICATORS, POLICY, SHARE, table, units
from vardlaget.disclosure import exposed, hidden, protect
from vardlaget.disclosure.published import same_numbers, told_by
from vardlaget.observations import KEY, NUMBERS


def test_the_guard_names_the_editions_and_figures_that_tell_and_no_number():
    frame = table(*units(A=3, B=30, C=200, whole=233), indicator=COUNT)
    protected = protect(frame, POLICY, INDICATORS)
    secret = hidden(frame, protected)
    assert secret["value"].tolist() == [3, 30]
    assert exposed({"mars": protected}, secret, POLICY, INDICATORS) == []
    february = frame[frame["unit"] == "B"]
    (found,) = exposed({"februari": february, "mars": protected}, secret, POLICY, INDICATORS)
    assert found.cell == f"{COUNT} own.count 23 A month 2024-02 actual"
    assert set(found.by) == {
        f"februari: {COUNT} 23 B month 2024-02 actual",
        f"mars: {COUNT} 23 C month 2024-02 actual",
        f"mars: {COUNT} 23 month 2024-02 actual",
    }
    assert (found.lower, found.upper) == (3, 3)
    for text in (str(found), repr(found)):
        assert "lower" not in text
        assert "upper" not in text


def test_what_was_told_before_is_told_again_and_another_figure_is_hidden():
    frame = table(*units(A=3, B=30, C=200, whole=233), indicator=COUNT)
    february = frame[frame["unit"] == "B"]
    protected = protect(frame, POLICY, INDICATORS, earlier=[february])
    assert (protected["status"] == "suppressed").tolist() == [True, False, True, False]
    editions = {"februari": february, "mars": protected}
    assert exposed(editions, hidden(frame, protected), POLICY, INDICATORS) == []


def test_an_earlier_figure_that_has_been_revised_gives_nothing_away():
    frame = table(*units(A=3, B=30, C=200, whole=233), indicator=COUNT)
    protected = protect(frame, POLICY, INDICATORS)
    before = frame[frame["unit"] == "A"].assign(value=8.0)
    editions = {"februari": before, "mars": protected}
    assert exposed(editions, hidden(frame, protected), POLICY, INDICATORS) == []


@pytest.mark.parametrize("before", [40.0, 50.0, 70.0])
def test_a_total_of_before_that_is_told_no_more_does_not_untie_the_parts_of_now(before):
    """A region's total that has been revised since, or has not: its unit follows from the country
    and the other unit all the same."""
    country = {"region": "00", "value": 45}
    frame = table(country, *units(A=43, B=2), indicator=COUNT)
    earlier = table(*units(whole=before), indicator=COUNT)
    protected = protect(frame, POLICY, INDICATORS, earlier=[earlier])
    assert (protected["status"] == "suppressed").sum() == 2
    secret = hidden(frame, protected)
    assert exposed({"1": earlier, "2": protected}, secret, POLICY, INDICATORS) == []
    alone = frame.iloc[[2]]
    shown = frame.assign(status=["reported", "reported", "suppressed"], value=[45, 43, np.nan])
    (found,) = exposed({"1": earlier, "2": shown}, alone, POLICY, INDICATORS)
    assert found.by == tuple(f"2: {COUNT} {each} month 2024-02 actual" for each in ("00", "23 A"))


def test_of_what_was_told_before_some_may_still_be_true():
    """The region's total has been revised since, its unit A has not; neither is told now."""
    frame = table({"region": "00", "value": 45}, *units(A=43, B=2), indicator=COUNT)
    earlier = table(*units(whole=50, A=43), indicator=COUNT)
    now = frame[frame["unit"] != "A"]
    protected = protect(now, POLICY, INDICATORS, earlier=[earlier])
    assert (protected["status"] == "suppressed").all()
    shown = now.assign(status=["reported", "suppressed"], value=[45, np.nan])
    (found,) = exposed({"1": earlier, "2": shown}, now.iloc[[1]], POLICY, INDICATORS)
    assert f"1: {COUNT} 23 A month 2024-02 actual" in found.by


def follow(shown, told):
    both = told.merge(told_by(shown, told, INDICATORS), on=list(KEY), suffixes=("", "_shown"))
    now = both[[f"{name}_shown" for name in NUMBERS]].set_axis(NUMBERS, axis=1)
    return bool(same_numbers(both, now).any())


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ({"indicator": SHARE, "value": (90, 120)}, True),
        ({"indicator": SHARE, "value": (90, 121)}, False),
        ({"indicator": f"{SHARE}.numerator", "value": 90}, True),
        ({"indicator": f"{SHARE}.denominator", "value": 90}, False),
        ({"indicator": SHARE, "value": (150, 200), "span": "ytd"}, True),
        ({"indicator": f"{SHARE}.numerator", "value": 150, "span": "ytd"}, True),
        ({"indicator": SHARE, "value": (151, 200), "span": "ytd"}, False),
        # Of the twelve months, ten are not shown.
        ({"indicator": SHARE, "value": (150, 200), "span": "r12"}, False),
        # A value without the numbers behind it.
        ({"indicator": SHARE, "value": 75.0}, True),
        ({"indicator": SHARE, "value": 74.9}, False),
    ],
)
def test_what_follows_from_figures_shown_is_told_by_them(told, follows):
    months = {"2024-01": (60, 80), "2024-02": (90, 120)}
    rows = [{"period": period, "value": value} for period, value in months.items()]
    shown = table(*rows, indicator=SHARE)
    shown.loc[1, "value"] = 75.0  # as it is printed; indicators.csv may have more digits
    assert follow(shown, table(told)) == follows


@pytest.mark.parametrize(
    ("told", "follows"),
    [
        ({"unit": "A", "value": 16}, True),
        ({"unit": "B", "value": 30}, False),  # one of its wards is hidden
        ({"specialty": "Kirurgi", "value": 36}, True),
        ({"specialty": "Kirurgi", "value": 37}, False),
        ({"value": 46}, False),
    ],
)
def test_hospitals_and_specialties_follow_from_wards_shown(told, follows):
    wards = [
        {"unit": "A", "specialty": "Kirurgi", "value": 6},
        {"unit": "A", "specialty": "Medicin", "value": 10},
        {"unit": "B", "specialty": "Kirurgi", "value": 30},
        {"unit": "B", "specialty": "Medicin", "value": np.nan, "status": "suppressed"},
    ]
    shown = table(*wards, indicator="displaced_patients")
    assert follow(shown, table(told, indicator="displaced_patients")) == follows
