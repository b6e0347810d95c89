"""A value that jumps beyond what its own history makes plausible.

A month is compared with the median of the three months before it, on a scale where noise is even:
shares by the angular transformation 2·arcsin √p, whose variance is 1/n (Anscombe 1948, Biometrika
35), counts and times by the logarithm. The usual size of a change is the larger of its robust
spread over at most three years (median absolute deviation; mean without the largest) and of what
chance alone gives the counts behind it (binomial or Poisson). The change of the same month last
year is taken off, so that a July like the last one is no jump.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.catalogue.indicators import COUNT_UNITS, Indicator, Indicators
from vardlaget.observations import BREAKDOWNS
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility.keyed import FAMILY, month_number, numbered, of_indicator
from vardlaget.sources.plausibility.telling import Case, figure, gathered
from vardlaget.sources.plausibility.zeros import suspected

# Only the newest months are judged: older oddities have been told.
JUDGED = 3
WINDOW = 36
BEFORE = 3
# Months of history without which nothing is judged, and for a part of a region without counts,
# whose patients may be three.
HISTORY = 12
HISTORY_WITHOUT_COUNTS = 24
# How many usual changes make a jump: against the months before, and against last year's change.
# Set by simulation to less than one false alarm in 500 values.
LIMIT = 5.0
SEASONAL_LIMIT = 3.5
# The least change that is thought usual, on the scale: about 1 percentage point at 50 per cent,
# 3 per cent of a count, and 5 per cent of the series' own size where it may be negative.
LEAST = {"share": 0.02, "log": 0.03, "linear": 0.05}
# A median's variance beside that of one of its three values.
MEDIAN_VARIANCE = 0.45
# Normal standard deviations a median absolute deviation, and a mean absolute deviation.
MEDIAN_SIGMA, MEAN_SIGMA = 1.4826, 1.2533
YEAR = 12
COLUMNS = WINDOW + JUDGED


@dataclass(frozen=True)
class Grid:
    """Series by month: one row a series, one column for each of `COLUMNS` months to the newest.

    `rows` holds the places in the table, −1 where there is none; `scaled` the values on their
    scale, `noise` the variance that chance gives them, NaN where there is none.
    """

    rows: np.ndarray
    scaled: np.ndarray
    noise: np.ndarray
    kind: np.ndarray
    size: np.ndarray
    history: np.ndarray


def jump(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`jump`: one of the newest months; `expected` is the median of the three months before."""
    table = _judged(figures, indicators)
    if table.empty:
        return []
    grid = _grid(table)
    level = _level(grid.scaled)
    found = [_jumps(grid, level, month) for month in range(WINDOW, COLUMNS)]
    places, series, expected, usual = (np.concatenate(part) for part in zip(*found, strict=True))
    kind, size = grid.kind[series], grid.size[series]
    cases = table.iloc[places].assign(
        found=lambda cases: cases["value"],
        expected=_unscaled(expected, kind, size),
        usual=(_unscaled(expected + usual, kind, size) - _unscaled(expected - usual, kind, size))
        / 2,
    )
    cases = cases[~cases["key"].isin(suspected(figures, indicators)["key"])]

    def tell(case: Case) -> str:
        found, expected, usual = (
            figure(value, case.indicator, indicators)
            for value in (case.found, case.expected, case.usual)
        )
        if indicators[case.indicator].unit == "percent":
            usual = usual.replace(" %", " percentage points")
        return f"{found}, where the months before give {expected} and usually change by {usual}"

    return gathered("jump", cases, tell)


def _judged(figures: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """Monthly values with `column` (its month's place), `kind` of scale and needed `history`.

    What is before the latest break is left out, and so are series too short or too old to judge.
    """
    table = figures[(figures["span"] == "month") & figures["value"].notna()]
    newest = table.groupby(numbered(table, list(FAMILY)))["month"].transform("max")
    break_ = _latest_break(table, newest, indicators)
    table = table.assign(column=table["month"] - newest + COLUMNS - 1)
    table = table[(table["column"] >= 0) & (table["month"] >= break_)]
    part = (table[["unit", *BREAKDOWNS]] != "").any(axis=1)
    kind = of_indicator(table, indicators, _kind)
    counted = (kind != "share") | table["denominator"].notna()
    table = table.assign(
        kind=kind,
        poisson=of_indicator(table, indicators, _is_count),
        history=np.where(counted | ~part, HISTORY, HISTORY_WITHOUT_COUNTS),
    )
    by_series = table.groupby("series")
    long = by_series["value"].transform("size") > HISTORY
    lasting = by_series["column"].transform("max") >= WINDOW
    signed = by_series["value"].transform("min") < 0
    table["kind"] = table["kind"].where(~signed, "linear")
    return table[long & lasting]


def _latest_break(table: pd.DataFrame, newest: pd.Series, indicators: Indicators) -> np.ndarray:
    """The month of each row's latest break up to the newest month; 0 where there is none."""
    latest = np.zeros(len(table), dtype="int64")
    for id_ in table["indicator"].unique():
        own = (table["indicator"] == id_).to_numpy()
        for break_ in indicators[id_].breaks:
            month = month_number(break_.from_)
            latest[own & (newest >= month).to_numpy()] = month
    return latest


def _kind(indicator: Indicator) -> str:
    return "share" if indicator.bounded else "log"


def _is_count(indicator: Indicator) -> bool:
    return indicator.unit in COUNT_UNITS and indicator.unit != "days" and not indicator.numerator


def _grid(table: pd.DataFrame) -> Grid:
    series, first = np.unique(table["series"].to_numpy(), return_index=True)
    place = np.searchsorted(series, table["series"]), table["column"].to_numpy()
    size = table["value"].abs().groupby(table["series"]).median().to_numpy()
    kind = table["kind"].to_numpy().astype("str")
    history = table["history"].groupby(table["series"]).max().to_numpy()

    def spread(values: np.ndarray, empty: float) -> np.ndarray:
        grid = np.full((len(series), COLUMNS), empty, dtype=np.asarray(values).dtype)
        grid[place] = values
        return grid

    scaled, noise = _scaled(table, kind, size[place[0]])
    rows = spread(np.arange(len(table)), -1)
    nan = float("nan")
    return Grid(rows, spread(scaled, nan), spread(noise, nan), kind[first], size, history)


def _scaled(table: pd.DataFrame, kind: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, ...]:
    """The values on the scale of their kind, and the variance that chance alone gives them."""
    value = table["value"].to_numpy()
    base = table["denominator"].where(table["denominator"] > 0).to_numpy()
    share = np.clip(value / 100, 0, 1)
    share = np.where(np.isnan(base), share, (share * base + 0.375) / (base + 0.75))
    positive = np.where(kind == "log", value, 0) + 0.5
    scaled = np.select(
        [kind == "share", kind == "log"],
        [2 * np.arcsin(np.sqrt(share)), np.log(positive)],
        value / np.where(size > 0, size, 1),
    )
    poisson = (kind == "log") & table["poisson"].to_numpy()
    by_chance = [np.where(np.isnan(base), 0, 1 / (base + 0.5)), 1 / positive]
    return scaled, np.select([kind == "share", poisson], by_chance, 0.0)


def _unscaled(scaled: np.ndarray, kind: np.ndarray, size: np.ndarray) -> np.ndarray:
    share = 100 * np.sin(np.clip(scaled, 0, np.pi) / 2) ** 2
    count = np.maximum(np.exp(np.where(kind == "log", scaled, 0)) - 0.5, 0)
    return np.select([kind == "share", kind == "log"], [share, count], scaled * size)


def _level(scaled: np.ndarray) -> np.ndarray:
    """The median of the three months before, of which two must be there."""
    windows = np.lib.stride_tricks.sliding_window_view(scaled[:, :-1], BEFORE, axis=1)
    level = np.full_like(scaled, np.nan)
    enough = np.isfinite(windows).sum(axis=2) > BEFORE / 2
    level[:, BEFORE:] = np.where(enough, _median(windows), np.nan)
    return level


def _jumps(grid: Grid, level: np.ndarray, month: int) -> tuple[np.ndarray, ...]:
    """The places of the jumps in a month, their series, expected values and usual changes."""
    change = grid.scaled - level
    before, now = change[:, :month], change[:, month]
    least = np.select([grid.kind == kind for kind in LEAST], list(LEAST.values()))
    chance = grid.noise[:, month] + MEDIAN_VARIANCE * _mean(grid.noise[:, month - BEFORE : month])
    usual = np.maximum.reduce([_spread(before), np.sqrt(np.nan_to_num(chance)), least])
    last_year = now - change[:, month - YEAR]
    year_change = grid.scaled[:, month] - grid.scaled[:, month - YEAR]
    seasonal = np.where(np.isnan(last_year), year_change, last_year)
    seasonal = np.where(np.isnan(seasonal), np.inf, np.abs(seasonal)) / np.sqrt(2)
    enough = np.isfinite(grid.scaled[:, :month]).sum(axis=1) >= grid.history
    enough &= np.isfinite(before).sum(axis=1) >= HISTORY / 2
    with np.errstate(invalid="ignore"):
        jumps = enough & (np.abs(now) > LIMIT * usual) & (seasonal > SEASONAL_LIMIT * usual)
    series = np.flatnonzero(jumps)
    return grid.rows[series, month], series, level[series, month], usual[series]


def _spread(changes: np.ndarray) -> np.ndarray:
    """The usual size of a row's changes, little moved by one that is large."""
    sizes = np.abs(changes)
    count = np.isfinite(sizes).sum(axis=1)
    known = np.nan_to_num(sizes)
    mean = (known.sum(axis=1) - known.max(axis=1)) / np.maximum(count - 1, 1)
    return np.maximum(MEDIAN_SIGMA * np.nan_to_num(_median(sizes)), MEAN_SIGMA * mean)


def _median(values: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmedian(values, axis=-1)


def _mean(values: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(values, axis=-1)
