"""What holds for every series that is judged, and every line of months."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardlaget.catalogue import Target, load_indicators
from vardlaget.indicators.rolling import last_13, rolling_12, year_to_date
from vardlaget.indicators.special_causes import RULES
from vardlaget.indicators.trend import judge
from vardlaget.observations import WITHOUT_VALUE, typed
from vardlaget.periods import Month

few = settings(max_examples=40, deadline=None)
LINES = ["mean", "lower", "upper"]
INDICATORS = load_indicators()


def series(values):
    periods = pd.period_range("2020-01", periods=len(values), freq="M").astype("str")
    frame = pd.DataFrame({"period": periods, "value": values})
    return frame[frame["value"].notna()]


def target(lower, upper):
    return Target(
        indicator="x",
        region="23",
        valid_from=date(2020, 1, 1),
        lower=lower,
        upper=upper,
        source="s",
    )


# Whole numbers, so that adding a constant is exact; None is a month without a row.
whole = st.integers(0, 40).map(float)
months = st.lists(whole | st.none(), min_size=1, max_size=45)
unbroken = st.lists(whole, min_size=14, max_size=45)
breaks = st.lists(st.sampled_from(["2020-06", "2021-04", "2022-01"]), max_size=2).map(tuple)


@few
@given(values=unbroken, breaks=breaks, constant=st.integers(-10_000, 10_000))
def test_a_constant_shifts_the_mean_and_the_limits_and_nothing_else(values, breaks, constant):
    first = judge(series(values), "higher", breaks=breaks)
    second = judge(series([value + constant for value in values]), "higher", breaks=breaks)
    shifted = first.points[LINES] + constant
    pd.testing.assert_frame_equal(second.points[LINES], shifted, atol=1e-6, rtol=1e-9)
    assert second.points[list(RULES)].equals(first.points[list(RULES)])
    assert second.variation == first.variation


@few
@given(values=months, breaks=breaks)
def test_lower_is_better_mirrors_higher_is_better(values, breaks):
    goal, mirrored_goal = target(15, None), target(None, -15)
    found = judge(series(values), "higher", goal, breaks)
    mirror = [None if value is None else -value for value in values]
    mirrored = judge(series(mirror), "lower", mirrored_goal, breaks)
    assert mirrored.points[list(RULES)].equals(-found.points[list(RULES)])
    assert mirrored.points["variation"].equals(found.points["variation"])
    assert (mirrored.assurance, mirrored.rules) == (found.assurance, found.rules)
    opposite = judge(series(values), "lower", goal, breaks)
    turned = {"improving": "deteriorating", "deteriorating": "improving"}
    assert opposite.variation == turned.get(found.variation, found.variation)


@few
@given(values=months, breaks=breaks, data=st.data())
def test_the_order_of_the_rows_does_not_matter(values, breaks, data):
    frame = series(values)
    places = data.draw(st.permutations(range(len(frame))))
    found = judge(frame, "higher", breaks=breaks)
    assert judge(frame.iloc[places], "higher", breaks=breaks).points.equals(found.points)


@few
@given(values=st.lists(st.integers(0, 1000).map(float), min_size=14, max_size=30, unique=True))
def test_the_order_of_the_months_does_matter(values):
    rising = judge(series(sorted(values)), "higher")
    assert "trend" in rising.rules
    assert rising.variation == "improving"
    assert judge(series(sorted(values, reverse=True)), "higher").variation == "deteriorating"


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.none()
counts = st.integers(0, 10**6).map(float) | st.none()
anything = st.tuples(numbers, counts, counts, st.sampled_from(["reported", *WITHOUT_VALUE, None]))
bound = st.none() | st.floats(-1000, 1000)


@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.filterwarnings("ignore:invalid value encountered")
@few
@given(
    rows=st.lists(anything, max_size=40),
    direction=st.sampled_from(["higher", "lower", "interval", "neutral"]),
    ends=st.none() | st.tuples(bound, bound),
    breaks=breaks,
    bounds=st.sampled_from([(None, None), (0, None), (0, 100)]),
)
def test_whatever_the_figures_a_judgement_is_given(rows, direction, ends, breaks, bounds):
    periods = pd.period_range("2020-01", periods=len(rows), freq="M").astype("str")
    columns = ["value", "numerator", "denominator", "status"]
    frame = pd.DataFrame(rows, columns=columns).assign(period=periods)
    known = sorted(end for end in ends if end is not None) if ends else []
    goal = target(*(known if len(known) == 2 else ends)) if ends else None
    found = judge(frame, direction, goal, breaks, bounds)
    limited = found.points["sigma"].notna()
    assert (found.points["lower"][limited] <= found.points["upper"][limited]).all()
    assert (found.variation == "too_few") == (found.tests == 0)
    assert (found.points["variation"] == "").equals(found.points["value"].isna())
    assert bool(found.rules) == (found.variation not in ("common_cause", "too_few"))


def line(values):
    frame = series(values).assign(indicator="production.operations", region="23", span="month")
    return typed(frame.assign(scenario="actual", status="reported"))


@few
@given(values=st.lists(whole | st.none(), min_size=1, max_size=40).filter(any))
def test_twelve_months_and_the_year_to_date_meet_in_december(values):
    frame = line(values)
    monthly = frame.set_index("period")["value"]
    rolled = rolling_12(frame, INDICATORS).set_index("period")
    for period, row in rolled.iterrows():
        last = Month.parse(period)
        twelve = monthly.reindex([str(last.minus(back)) for back in range(12)])
        assert np.isnan(row["value"]) == twelve.isna().any()
        assert twelve.isna().any() or row["value"] == twelve.sum()
    december = rolled.index.str.endswith("-12")
    to_date = year_to_date(frame, INDICATORS).set_index("period")
    assert to_date["value"][december].equals(rolled["value"][december])


@few
@given(
    values=st.lists(whole | st.none(), min_size=1, max_size=40).filter(any), back=st.integers(0, 50)
)
def test_a_chart_always_has_thirteen_months(values, back):
    month = Month(2023, 6).minus(back)
    shown = last_13(line(values), month)
    assert shown["period"].tolist() == [str(month.minus(n)) for n in range(12, -1, -1)]
    assert shown["value"].isna().equals(shown["status"] == "missing")
