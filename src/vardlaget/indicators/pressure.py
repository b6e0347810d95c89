"""The pressure to expect: occupancy in the coming months, with what such forecasts have missed by.

Exponential smoothing with a damped trend and an additive season of twelve months (Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, chapter 8), by statsmodels. It is used only
where it would have been nearer than the seasonal naive forecast, which says that a month will be
as it was a year before. Both are tried with a rolling origin: from each past month in turn, from
the months known then. Intervals are as wide as what the method missed by in these trials, for
those of the model's own theory are too narrow after so few years.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from vardlaget.indicators.control_limits import by_month
from vardlaget.periods import Month

SEASON = 12
HORIZON = 3
# Two whole seasons are needed to tell one from chance, and a third to try the forecasts on.
TRAINED = 2 * SEASON
MINIMUM = 3 * SEASON
# The share of outcomes that an interval should hold.
LEVEL = 0.8

TOO_FEW = "en prognos kräver minst {minimum} månader i följd utan seriebrott; det finns {used}"
NOT_BETTER = (
    "modellen med säsong och trend träffar inte bättre än samma månad föregående år, som därför "
    "är prognosen"
)

Method = Literal["exponential_smoothing", "seasonal_naive", ""]


@dataclass(frozen=True)
class Backtest:
    """What forecasts from past months missed by.

    `mae` and `naive_mae`: the mean absolute error, in percentage points, of exponential smoothing
    and of the seasonal naive forecast, over `origins` months and HORIZON months ahead of each.
    `first` and `last`: the first and last month forecast. `coverage`: the share of `tested`
    outcomes within the chosen method's interval, each made of errors known before its forecast.
    """

    origins: int
    first: str
    last: str
    mae: float
    naive_mae: float
    coverage: float
    tested: int
    level: float = LEVEL


@dataclass(frozen=True, eq=False)
class Forecast:
    """Occupancy to expect.

    `points`: period, value, lower, upper (per cent) and status, one row a month; none where there
    is no forecast. `used`: how many months it is made from. `reason` (Swedish): why there is no
    forecast, or why it is the seasonal naive one; else empty.
    """

    points: pd.DataFrame = field(repr=False)
    method: Method
    reason: str
    used: int
    backtest: Backtest | None


def forecast(series: pd.DataFrame, breaks: tuple[str, ...] = ()) -> Forecast:
    """The HORIZON months after the newest with a value, or why they cannot be told.

    `series`: period (`2024-02`), value (occupancy in per cent) and, where known, status, of one
    line; one row a month (`capacity.completed` gives it from beds and occupied beds). `breaks`:
    months from which values are not comparable with earlier ones. Only the unbroken run of months
    up to the newest is used. Raises ValueError where a month stands twice.
    """
    run = _newest_run(by_month(series, breaks))
    values = run["value"].to_numpy()
    if len(values) < MINIMUM:
        reason = TOO_FEW.format(minimum=MINIMUM, used=len(values))
        return Forecast(_points([], [], [], ""), "", reason, len(values), None)
    smoothed, naive = (_errors(method, values) for method in (_smoothed, _seasonal_naive))
    mae, naive_mae = (float(np.abs(errors).mean()) for errors in (smoothed, naive))
    better = mae < naive_mae
    method, errors = (_smoothed, smoothed) if better else (_seasonal_naive, naive)
    coverage, tested = coverage_of(errors)
    periods = run["period"].tolist()
    return Forecast(
        _points(_following(periods[-1]), method(values), _widths(errors), _status(run)),
        "exponential_smoothing" if better else "seasonal_naive",
        "" if better else NOT_BETTER,
        len(values),
        Backtest(len(errors), periods[TRAINED], periods[-1], mae, naive_mae, coverage, tested),
    )


def half_width(errors: np.ndarray) -> float:
    """Half the interval that holds LEVEL of new errors if they are like these (split conformal).

    Infinite where there are too few errors for it.
    """
    rank = math.ceil((len(errors) + 1) * LEVEL)
    return float(np.sort(np.abs(errors))[rank - 1]) if rank <= len(errors) else math.inf


def coverage_of(errors: np.ndarray) -> tuple[float, int]:
    """The share of errors within the interval of those known at their origin, and how many.

    `errors`: a row an origin, a month apart, and a column a month ahead. Those of origins with
    too few known errors are not counted.
    """
    inside = []
    for origin, row in enumerate(errors):
        # From `ahead` months ago the outcome `ahead` + 1 months later was not yet known.
        known = [half_width(errors[: max(origin - ahead, 0), ahead]) for ahead in range(HORIZON)]
        widths = np.maximum.accumulate(known)
        inside += list(np.abs(row)[np.isfinite(widths)] <= widths[np.isfinite(widths)])
    return float(np.mean(inside)), len(inside)


def _newest_run(months: pd.DataFrame) -> pd.DataFrame:
    """The months of the newest phase after its last gap, without what is missing at the end."""
    valued = months[months["value"].notna()]
    if valued.empty:
        return valued
    run = months.loc[: valued.index[-1]]
    run = run[run["phase"] == run["phase"].iloc[-1]]
    gaps = run.index[run["value"].isna()]
    return run.loc[gaps[-1] + 1 :] if len(gaps) else run


def _smoothed(values: np.ndarray) -> np.ndarray:
    # Imported here: it takes a second to load, and most that use this package do not forecast.
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(
        values,
        error="add",
        trend="add",
        damped_trend=True,
        seasonal="add",
        seasonal_periods=SEASON,
        initialization_method="heuristic",
    )
    with warnings.catch_warnings():
        # Whether it has converged shows in what it misses by.
        warnings.simplefilter("ignore")
        return np.asarray(model.fit(disp=False).forecast(HORIZON))


def _seasonal_naive(values: np.ndarray) -> np.ndarray:
    return values[-SEASON:][:HORIZON]


def _errors(method: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    """What forecasts from each origin missed by: a row an origin, a column a month ahead."""
    origins = range(TRAINED, len(values) - HORIZON + 1)
    return np.array([values[o : o + HORIZON] - method(values[:o]) for o in origins])


def _widths(errors: np.ndarray) -> np.ndarray:
    """Half the interval for each month ahead, which is never narrower than for the one before."""
    return np.maximum.accumulate([half_width(column) for column in errors.T])


def _following(period: str) -> list[str]:
    return [str(Month.parse(period).minus(-ahead)) for ahead in range(1, HORIZON + 1)]


def _status(run: pd.DataFrame) -> str:
    told = (status for status in ("synthetic", "preliminary") if (run["status"] == status).any())
    return next(told, "reported")


def _points(periods, values, widths, status: str) -> pd.DataFrame:
    """The forecast's months; occupancy cannot be below 0."""
    middle, half = (np.asarray(numbers, dtype="float64") for numbers in (values, widths))
    return pd.DataFrame(
        {
            "period": pd.array(periods, dtype="str"),
            "value": np.maximum(middle, 0),
            "lower": np.maximum(middle - half, 0),
            "upper": np.maximum(middle + half, 0),
            "status": pd.array([status] * len(middle), dtype="str"),
        }
    )
