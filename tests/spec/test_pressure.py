"""Occupancy to expect: months in, a forecast with interval and backtest out, or why not."""

import math

import numpy as np
import pandas as pd
import pytest

from vardlaget.indicators import pressure
from vardlaget.indicators.pressure import MINIMUM, coverage_of, forecast, half_width

# A season that every winter returns: February is 12 points above August.
SEASON = [94, 96, 95, 93, 91, 88, 85, 84, 89, 91, 92, 93]


def months(values, first="2021-01", **columns):
    periods = pd.period_range(first, periods=len(values), freq="M").astype("str")
    return pd.DataFrame({"period": periods, "value": values} | columns)


def rising(count):
    """A season on a level that rises by half a point a month."""
    return [SEASON[t % 12] + 0.5 * t for t in range(count)]


# months, which of them (from 0) are without a value, series breaks → months that are used
TOO_FEW = [
    (0, [], (), 0),
    (1, [0], (), 0),
    (MINIMUM - 1, [], (), MINIMUM - 1),
    (MINIMUM, [], ("2021-02",), MINIMUM - 1),
    (60, [30], (), 29),
    (60, [], ("2024-01",), 24),
    (60, [30, 59], (), 28),
    (MINIMUM, [0], (), MINIMUM - 1),
]


@pytest.mark.parametrize(("count", "absent", "breaks", "used"), TOO_FEW)
def test_too_few_months_in_a_row_give_no_forecast(count, absent, breaks, used):
    series = months([float(v) for v in rising(count)])
    series.loc[absent, "value"] = np.nan
    found = forecast(series, breaks)
    assert found.points.empty
    assert list(found.points.columns) == ["period", "value", "lower", "upper", "status"]
    assert (found.method, found.used, found.backtest) == ("", used, None)
    assert found.reason == (
        f"en prognos kräver minst 36 månader i följd utan seriebrott; det finns {used}"
    )


def test_a_season_and_a_trend_are_foreseen_better_than_by_last_year():
    found = forecast(months(rising(48)))
    assert (found.method, found.reason, found.used) == ("exponential_smoothing", "", 48)
    assert found.points["period"].tolist() == ["2025-01", "2025-02", "2025-03"]
    assert found.points["value"].tolist() == pytest.approx(rising(51)[48:], abs=1)
    backtest = found.backtest
    assert (backtest.first, backtest.last) == ("2023-01", "2024-12")
    assert backtest.origins == 22  # from 24 to 45 months, with three to come
    assert backtest.naive_mae == pytest.approx(6)  # twelve months of half a point
    assert backtest.mae < 1


def test_an_interval_never_narrows_further_ahead():
    noise = np.random.default_rng(0).normal(0, 1.5, 48)
    found = forecast(months(rising(48) + noise)).points
    widths = found["upper"] - found["lower"]
    assert (widths > 0).all()
    assert widths.is_monotonic_increasing
    assert ((found["lower"] + found["upper"]) / 2).tolist() == pytest.approx(found["value"])


def test_where_every_year_is_alike_last_year_is_the_forecast():
    found = forecast(months([float(v) for v in SEASON * 3 + SEASON[:2]]))
    assert found.method == "seasonal_naive"
    assert found.reason.startswith("modellen med säsong och trend träffar inte bättre")
    assert found.points["value"].tolist() == SEASON[2:5]
    assert found.points["lower"].tolist() == found.points["upper"].tolist() == SEASON[2:5]
    assert (found.backtest.naive_mae, found.backtest.coverage) == (0, 1)


@pytest.mark.parametrize("missed", [math.nan, 1000])
def test_each_trial_knows_only_the_months_before_it(monkeypatch, missed):
    seen = []

    def useless(values):
        seen.append(len(values))
        return np.full(3, missed)

    monkeypatch.setattr(pressure, "_smoothed", useless)
    found = forecast(months(rising(36)))
    assert seen == list(range(24, 34))
    assert found.method == "seasonal_naive"
    assert found.points["value"].tolist() == rising(36)[24:27]
    assert (found.points["upper"] - found.points["value"]).tolist() == [6, 6, 6]


def test_months_after_the_newest_value_are_not_part_of_the_series(monkeypatch):
    monkeypatch.setattr(pressure, "_smoothed", lambda values: np.full(3, np.nan))
    series = months([*rising(36), None, None])
    assert forecast(series).points["period"].tolist() == ["2024-01", "2024-02", "2024-03"]


STATUSES = [("reported", "reported"), ("preliminary", "preliminary"), ("synthetic", "synthetic")]


@pytest.mark.parametrize(("one", "told"), STATUSES)
def test_what_is_made_of_synthetic_months_is_synthetic(monkeypatch, one, told):
    monkeypatch.setattr(pressure, "_smoothed", lambda values: np.full(3, np.nan))
    series = months(rising(36), status=["reported"] * 35 + [one])
    assert set(forecast(series).points["status"]) == {told}


def test_occupancy_is_never_expected_below_zero(monkeypatch):
    monkeypatch.setattr(pressure, "_smoothed", lambda values: np.full(3, np.nan))
    falling = [30 - 2.5 * (t // 12) - t % 12 for t in range(36)]
    found = forecast(months([max(v, 0.0) for v in [*falling[:24], *([0.0] * 12)]])).points
    assert found["lower"].min() == 0
    assert found["upper"].max() > 0


def test_a_month_that_stands_twice_is_refused():
    series = months(rising(36))
    with pytest.raises(ValueError, match="stands twice"):
        forecast(pd.concat([series, series.tail(1)]))


# errors → half the interval that holds 80 per cent: the ⌈0.8 · (n + 1)⌉th smallest in size
WIDTHS = [
    ([], math.inf),
    ([1, 2, 3], math.inf),
    ([3, -4, 1, 2], 4),
    ([1, 2, 3, 4, -9], 9),
    ([9, 8, -7, 6, 5, 4, 3, 2, 1], 8),
    ([*range(1, 25)], 20),
]


@pytest.mark.parametrize(("errors", "width"), WIDTHS)
def test_an_interval_is_as_wide_as_what_forecasts_missed_by(errors, width):
    assert half_width(np.array(errors, dtype=float)) == width


# Ten origins. One month ahead the first four errors are needed, and known, before the fifth
# origin; two months ahead before the sixth, three before the seventh: 6 + 5 + 4 outcomes.
GROWING = [[float(origin)] * 3 for origin in range(1, 11)]
COVERAGES = [
    ([[1.0] * 3] * 10, 1, 15),
    (GROWING, 0, 15),  # each misses by more than any before
    (GROWING[::-1], 1, 15),
    ([[1.0] * 3] * 9 + [[2.0] * 3], 0.8, 15),  # the last origin's three outcomes are outside
]


@pytest.mark.parametrize(("errors", "share", "tested"), COVERAGES)
def test_coverage_is_of_intervals_made_before_their_outcome(errors, share, tested):
    assert coverage_of(np.array(errors)) == (share, tested)
