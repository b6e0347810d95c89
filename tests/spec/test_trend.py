"""Process limits, special causes, variation and assurance: a series in, its judgement out."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from vardlaget.catalogue import Target, load_indicators
from vardlaget.indicators import control_limits, trend
from vardlaget.indicators.control_limits import PERCENT, natural_bounds
from vardlaget.indicators.special_causes import RULES
from vardlaget.indicators.trend import false_alarms, judge, judge_indicator


def series(values, first="2022-01", **columns):
    periods = pd.period_range(first, periods=len(values), freq="M").astype("str")
    return pd.DataFrame({"period": periods, "value": values, **columns})


def target(lower=None, upper=None):
    return Target(
        indicator="x",
        region="23",
        valid_from=date(2020, 1, 1),
        lower=lower,
        upper=upper,
        source="s",
    )


def marked(found, rule):
    """The places (from 1) of the points that break a rule, negative where low or falling."""
    column = found.points[rule].to_numpy()
    return [int(sign * (place + 1)) for place, sign in enumerate(column) if sign]


# The worked example of NHS England's checks for its Single Chart Tool: mean moving range 76 / 14.
CHECKS = [20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18]
# A stable series: mean 50 (but for its odd point), moving ranges all 4.
STABLE = [48, 52] * 6 + [48]


def test_the_limits_are_the_mean_and_2_66_mean_moving_ranges():
    point = judge(series(CHECKS), "higher").points.iloc[-1]
    assert point["mean"] == pytest.approx(23.20, abs=0.005)
    assert point["upper"] == pytest.approx(37.64, abs=0.005)
    assert point["lower"] == pytest.approx(8.76, abs=0.005)
    assert point["method"] == "xmr"


# Real, each twelve months: Jämtland Härjedalen's same-day phone calls, per cent, and Stockholm's
# overcrowding per 100 beds (vantetider.se). Mean, sum of the eleven moving ranges.
REAL = [
    ("2016-02", [86, 81, 84, 82, 85, 85, 79, 84, 81, 83, 82, 86], 83.1667, 34),
    ("2017-10", [4, 3.8, 4.1, 5.3, 5.2, 5.2, 4.5, 3.7, 4.4, 6, 5.3, 5], 4.7083, 6.6),
]


@pytest.mark.parametrize(("first", "values", "mean", "ranges"), REAL)
def test_twelve_months_have_a_mean_but_are_too_few_to_judge(first, values, mean, ranges):
    found = judge(series(values, first), "higher", target(lower=1))
    assert control_limits.moving_ranges(found.points["value"]).sum() == pytest.approx(ranges)
    assert found.points["mean"].unique() == pytest.approx([mean], abs=5e-5)
    assert found.points[["lower", "upper"]].isna().all(axis=None)
    assert (found.variation, found.assurance, found.rules) == ("too_few", None, ())
    assert (found.used, found.minimum, found.tests) == (12, 13, 0)


def test_thirteen_months_are_enough():
    found = judge(series(STABLE), "higher")
    assert (found.variation, found.used, found.tests) == ("common_cause", 13, 4)
    assert found.period == "2023-01"


# Rule, series, the places it marks. The first three series are from NHS England's checks; the
# limits of the third are 24.87 ± 2.66 · 89 / 14.
MARKS = [
    (
        "trend",  # falls to the eighth point, which begins the rise
        [43, 41, 37, 36, 31, 23, 15, 13, 15, 18, 23, 27, 31, 36, 27, 19, 17, 27, 15, 22],
        [-1, -2, -3, -4, -5, -6, -7, 8, 9, 10, 11, 12, 13, 14],
    ),
    (
        "outside",
        [43, 41, 37, 36, 31, 23, 15, 13, 15, 18, 23, 27, 31, 36, 27, 19, 17, 27, 15, 22],
        [1, 2],
    ),
    ("outside", [29, 32, 35, 45, 43, 23, 18, 20, 16, 7, 28, 26, 22, 19, 20], [4, 5, -10]),
    ("trend", [1, 2, 3, 4, 5, 6, 2, 3, 1, 4, 2, 3, 1], []),  # six points are too few
    ("trend", [1, 2, 3, 4, 5, 6, 7, 3, 1, 4, 2, 3, 1], [1, 2, 3, 4, 5, 6, 7]),
    ("trend", [1, 2, 3, 4, 4, 5, 6, 7, 1, 4, 2, 3, 1], []),  # a pause ends the run
    ("shift", [9, 9, 8, 9, 8, 9, 5, 5, 1, 2, 1, 2, 1], [-7, -8, -9, -10, -11, -12, -13]),
    ("shift", [9, 9, 8, 9, 8, 9, 9, 5, 1, 2, 1, 2, 1], [1, 2, 3, 4, 5, 6, 7]),
    ("shift", [9, 9, 8, 9, 8, 9, 1, 5, 5, 2, 1, 2, 6], []),  # six and six
    ("shift", [5] * 13, []),  # on the mean is on no side
]


@pytest.mark.parametrize(("rule", "values", "places"), MARKS)
def test_a_rule_marks_every_point_of_its_pattern(rule, values, places):
    assert marked(judge(series(values), "higher"), rule) == places


def test_two_of_three_points_near_a_limit_are_marked():
    points = pd.DataFrame({"value": [2.5, 0.5, 2.1, -1, 2.5, -0.1, 2.5, 3.5, 2.1, 1.9, -2.5, -2.5]})
    points = points.assign(mean=0, lower=-3, upper=3, sigma=1.0, phase=1)
    found = trend.special_causes(points)
    # one in between is near none; points on two sides of the mean do not make three; the last two
    # lack a third; a point outside the limits counts with its neighbours
    assert found["two_of_three"].tolist() == [1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0]
    assert found["outside"].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_a_gap_ends_a_run_and_has_no_moving_range():
    values = [48, 52] * 7
    whole = pd.concat([series(values, "2021-01"), series([70] * 7, "2022-03")])
    broken = pd.concat([series(values, "2021-01"), series([70] * 7, "2022-04")])
    assert judge(whole, "higher").points["sigma"].iloc[0] * 3 == pytest.approx(
        2.66 * (13 * 4 + 18) / 20
    )
    found = judge(broken, "higher")
    assert found.points["sigma"].iloc[0] * 3 == pytest.approx(2.66 * 13 * 4 / 19)
    gap = found.points[found.points["period"] == "2022-03"].iloc[0]
    assert (gap["status"], gap["variation"]) == ("missing", "")
    assert math.isnan(gap["value"])
    assert gap["upper"] > gap["mean"]
    assert found.used == 21
    halves = pd.concat([series(values, "2021-01"), series([70] * 6, "2022-04")])
    assert "shift" not in judge(halves, "higher").rules
    assert "shift" in judge(broken, "higher").rules


def test_a_value_that_its_status_denies_is_a_gap():
    status = ["reported"] * 13 + ["suppressed"]
    found = judge(series([*STABLE, 500], status=status), "higher")
    assert (found.period, found.used) == ("2023-01", 13)
    assert found.points["status"].iloc[-1] == "suppressed"


def test_limits_begin_anew_at_a_series_break():
    values = [*STABLE, *(value + 30 for value in STABLE)]
    found = judge(series(values), "higher", breaks=("2019-01", "2023-02", "2030-01"))
    assert found.points["phase"].tolist() == [1] * 13 + [2] * 13
    assert found.points["mean"].iloc[[0, -1]].tolist() == pytest.approx([49.846, 79.846], abs=5e-4)
    assert not found.points[list(RULES)].any(axis=None)
    assert found.used == 13
    assert judge(series(values), "higher").rules == ("shift", "two_of_three")


def test_too_few_months_since_a_break_are_not_judged():
    found = judge(series([*STABLE, 90]), "higher", breaks=("2023-02",))
    assert (found.variation, found.used) == ("too_few", 1)
    assert (found.points["variation"].iloc[:13] == "common_cause").all()


HIGH, LOW = [*STABLE, 90], [*STABLE, 10]
# Values, direction, target → variation, side of the newest point.
VARIATIONS = [
    (STABLE, "higher", None, "common_cause", ""),
    (HIGH, "higher", None, "improving", "high"),
    (LOW, "higher", None, "deteriorating", "low"),
    (HIGH, "lower", None, "deteriorating", "high"),
    (LOW, "lower", None, "improving", "low"),
    (HIGH, "neutral", target(85, 90), "high", "high"),
    (LOW, "neutral", None, "low", "low"),
    (HIGH, "interval", None, "high", "high"),
    (HIGH, "interval", target(85, 92), "improving", "high"),  # from below into the interval
    (HIGH, "interval", target(60, 80), "deteriorating", "high"),  # past it
    (HIGH, "interval", target(40, 80), "deteriorating", "high"),  # out of it
    (LOW, "interval", target(0, 30), "improving", "low"),
    (LOW, "interval", target(40, 60), "deteriorating", "low"),
    (HIGH, "interval", target(40, 95), "high", "high"),  # within all the time
]


@pytest.mark.parametrize(("values", "direction", "goal", "variation", "side"), VARIATIONS)
def test_the_newest_point_tells_the_variation(values, direction, goal, variation, side):
    found = judge(series(values), direction, goal)
    assert (found.variation, found.side) == (variation, side)
    assert found.points["variation"].iloc[-1] == variation


def test_the_direction_of_a_trend_goes_before_the_side_of_the_mean():
    values = [*[10, 14] * 8, 60, 55, 50, 45, 40, 35, 30]
    found = judge(series(values), "higher")
    assert found.rules == ("trend", "shift")
    assert (found.variation, found.side) == ("deteriorating", "low")


# Target → assurance of STABLE, whose limits are 39.2 and 60.5.
ASSURANCES = [
    (None, None),
    (target(), None),
    (target(lower=39), "always"),
    (target(lower=40), "at_random"),
    (target(lower=60), "at_random"),
    (target(lower=61), "never"),
    (target(upper=61), "always"),
    (target(upper=50), "at_random"),
    (target(upper=39), "never"),
    (target(39, 61), "always"),
    (target(45, 55), "at_random"),  # the limits lie around the interval
    (target(45, 90), "at_random"),
    (target(70, 90), "never"),
    (target(10, 20), "never"),
]


@pytest.mark.parametrize(("goal", "assurance"), ASSURANCES)
@pytest.mark.parametrize("direction", ["higher", "lower", "interval"])
def test_the_limits_against_the_target_tell_the_assurance(goal, assurance, direction):
    assert judge(series(STABLE), direction, goal).assurance == assurance


def test_a_neutral_indicator_has_no_assurance():
    assert judge(series(STABLE), "neutral", target(lower=10)).assurance is None


def counts(denominators, numerators):
    return series(
        [100 * a / b for a, b in zip(numerators, denominators, strict=True)],
        numerator=numerators,
        denominator=denominators,
    )


def test_limits_of_a_share_follow_its_denominators():
    # p = 1760 / 3400; z of 200/400 is −0.70632 and of 60/100 1.64808; sigma Z = 2.3544 / 1.128;
    # three binomial sigma are 7.4953 and 14.9907 percentage points.
    share = counts([*[400, 100] * 6, 400], [*[200, 60] * 6, 200])
    points = judge(share, "higher", bounds=PERCENT).points
    assert set(points["method"]) == {"p_prime"}
    assert points["mean"].iloc[0] == pytest.approx(51.7647, abs=5e-5)
    assert points[["lower", "upper"]].iloc[0].tolist() == pytest.approx([36.120, 67.409], abs=5e-3)
    assert points[["lower", "upper"]].iloc[1].tolist() == pytest.approx([20.476, 83.053], abs=5e-3)


def test_counts_of_a_month_without_a_value_do_not_move_the_limits():
    share = counts([*[400, 100] * 8, 400], [*[200, 60] * 8, 200])
    share.loc[15, "value"] = math.nan
    without = share.assign(numerator=share["numerator"].where(share["value"].notna()))
    columns = ["mean", "lower", "upper", "method"]
    found = judge(share, "higher", bounds=PERCENT).points[columns]
    pd.testing.assert_frame_equal(found, judge(without, "higher", bounds=PERCENT).points[columns])
    assert set(found["method"]) == {"p_prime"}
    assert found["upper"].iloc[12] < found["upper"].iloc[15] < found["upper"].iloc[13]


def test_with_equal_denominators_the_limits_are_those_of_single_values():
    share = counts([400] * 13, [*[200, 240] * 6, 200])
    columns = ["mean", "lower", "upper"]
    with_counts = judge(share, "higher", bounds=PERCENT).points[columns]
    without = judge(share.drop(columns="numerator"), "higher", bounds=PERCENT).points[columns]
    pd.testing.assert_frame_equal(with_counts, without, rtol=1e-3)


# Why a share's limits do not follow its denominators.
NOT_BINOMIAL = {
    "not a bounded share": (counts([400] * 13, [200] * 13), (None, None)),
    "few patients": (counts([8] * 13, [*[4, 5] * 6, 4]), PERCENT),
    "few outside the limit": (counts([100] * 13, [*[96, 97] * 6, 98]), PERCENT),
    "all within the limit": (counts([100] * 13, [100] * 13), PERCENT),
    "a month without counts": (counts([400] * 12 + [math.nan], [200] * 12 + [math.nan]), PERCENT),
    "counts of something else": (counts([400] * 13, [200] * 13).assign(value=60.0), PERCENT),
}
NOT_BINOMIAL["a month without counts"][0].loc[12, "value"] = 50.0


@pytest.mark.parametrize("why", NOT_BINOMIAL)
def test_else_they_are_those_of_single_values(why):
    share, bounds = NOT_BINOMIAL[why]
    assert set(judge(share, "higher", bounds=bounds).points["method"]) == {"xmr"}


def test_limits_do_not_leave_what_is_possible():
    low = judge(series([0, 3] * 7), "lower", bounds=(0, None)).points
    high = judge(series([97, 100] * 7), "higher", bounds=PERCENT).points
    assert set(low["lower"]) == {0}
    assert low["upper"].iloc[0] == pytest.approx(1.5 + 2.66 * 3)
    assert set(high["upper"]) == {100}
    free = judge(series([0, 3] * 7), "lower").points
    assert free["lower"].iloc[0] == pytest.approx(1.5 - 2.66 * 3)


BOUNDS = [
    ("phone_same_day", (0, 100)),
    ("phone_same_day.numerator", (0, None)),
    ("bed_occupancy", (0, None)),  # above 100 per cent is possible
    ("available_beds", (0, None)),
    ("available_beds_change", (None, None)),
    ("available_beds_change_pct", (None, None)),
    ("budget_deviation", (None, None)),
    ("helpline_1177_wait", (0, None)),
]


@pytest.mark.parametrize(("id_", "bounds"), BOUNDS)
def test_the_catalogue_tells_what_is_possible(id_, bounds):
    assert natural_bounds(load_indicators()[id_]) == bounds


def test_an_indicator_brings_its_direction_breaks_and_bounds():
    indicator = load_indicators()["first_visit_90d"]
    found = judge_indicator(series([98, 100] * 15, "2020-01"), indicator, target(lower=80))
    assert found.points.groupby("phase")["period"].min().tolist() == ["2020-01", "2021-01"]
    assert found.points["upper"].iloc[-1] == 100
    assert (found.variation, found.assurance) == ("common_cause", "always")


def test_nothing_is_judged_of_nothing():
    for empty in (series([]), series([math.nan] * 20)):
        found = judge(empty, "higher", target(lower=1))
        assert (found.variation, found.period, found.used) == ("too_few", "", 0)


def test_a_month_that_stands_twice_or_an_unknown_direction_is_refused():
    twice = pd.concat([series([1, 2]), series([3])])
    with pytest.raises(ValueError, match="stands twice"):
        judge(twice, "higher")
    with pytest.raises(ValueError, match="no such direction: up"):
        judge(series(STABLE), "up")


def test_false_alarms_add_up_over_the_judged_series():
    trends = [judge(series(STABLE), "higher")] * 40 + [judge(series([1, 2]), "higher")]
    assert false_alarms(trends) == pytest.approx(40 * trend.FALSE_ALARM)
    assert false_alarms([]) == 0


def test_the_chance_of_a_false_alarm_is_what_a_simulation_gives():
    months, charts = 24, 3000
    values = np.random.default_rng(20240229).normal(size=months * charts)
    stable = series(values, "1000-01")
    points = judge(stable, "higher", breaks=tuple(stable["period"][::months])).points
    newest = points[months - 1 :: months]
    share = (newest["variation"] != "common_cause").mean()
    assert share == pytest.approx(trend.FALSE_ALARM, abs=0.005)  # 2.2 standard errors
