"""The four rules of NHS England's Making Data Count for special causes in an XmR chart.

"MDC checks": see `control_limits`. Where its documents allow a choice, or differ, it is told here.
A run never passes a gap, for months in a row are what readers are told of, nor a series break, for
values on its two sides are not comparable; MDC's tool skips empty months and lets runs pass a
recalculation.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

# Points in a run, for `shift` and `trend` alike: "usually … at least 6 points but may be set to at
# least 7" (MDC checks). NHSRplotthedots (ptd_calculate_point_type.R) and the rules of New South
# Wales' Clinical Excellence Commission for a shift have 7, which gives fewer false alarms.
RUN = 7
# Of three points in a row on one side of the mean, two lie in the outer third or beyond.
WINDOW, NEAR_LIMIT, NEAR_SIGMAS = 3, 2, 2
# By precedence, where a point breaks several rules in different directions: NHS England, SPC rule
# clash v1.0 (same repository as MDC checks): trend, shift, two of three, single point.
RULES = ("trend", "shift", "two_of_three", "outside")
MEASURED = ("value", "mean", "sigma", "lower", "upper")
# Smaller differences, relative to the largest value, are rounding errors of the computation.
TOLERANCE = 1e-9


def special_causes(points: pd.DataFrame) -> pd.DataFrame:
    """Which rule each point breaks: columns of RULES, 1 high or rising, −1 low or falling, else 0.

    `points`: value, mean, lower, upper, sigma and phase of each month in order, gaps as NaN.

    - `outside`: the point lies outside the limits.
    - `shift`: at least RUN points in a row on one side of the mean; a point on it ends the run.
    - `trend`: at least RUN points in a row, each higher, or each lower, than the one before; "there
      cannot be any pauses in the run". A turning point belongs to the later run.
    - `two_of_three`: of WINDOW points in a row on one side of the mean at least NEAR_LIMIT are more
      than NEAR_SIGMAS sigma from it; these are marked. Points outside the limits count, as of
      MDC's change announced in 2023 (NHSRplotthedots issue 194).

    A phase without limits is not judged.
    """
    judged = points["value"].notna() & points["sigma"].notna()
    segment = (~judged | (points["phase"] != points["phase"].shift())).cumsum()
    numbers = points.loc[judged, list(MEASURED)]
    found = [_of_segment(rows) for _, rows in numbers.groupby(segment[judged])]
    nothing = pd.DataFrame(0, index=points.index[~judged], columns=list(RULES))
    return pd.concat([*found, nothing]).reindex(points.index)


def leading(found: pd.DataFrame) -> pd.Series:
    """The direction of the first rule by precedence that each point breaks: 1, −1 or 0."""
    sides = pd.Series(0, index=found.index)
    for rule in RULES:
        sides = sides.where(sides != 0, found[rule])
    return sides


def _of_segment(rows: pd.DataFrame) -> pd.DataFrame:
    """The rules for neighbouring months of one phase, all with values and limits."""
    value, mean, sigma, lower, upper = rows.to_numpy().T
    nothing = TOLERANCE * max(np.abs(value).max(), np.abs(mean).max())
    sides = _signs(value - mean, nothing)
    over = _signs(np.maximum(value - upper, 0), nothing)
    under = _signs(np.maximum(lower - value, 0), nothing)
    near = sides * (np.abs(value - mean) > NEAR_SIGMAS * sigma + nothing)
    return pd.DataFrame(
        {
            "trend": _trend(_signs(np.diff(value), nothing)),
            "shift": _runs(sides, RUN),
            "two_of_three": _two_of_three(sides, near),
            "outside": over - under,
        },
        index=rows.index,
    )


def _signs(differences: np.ndarray, nothing: float) -> np.ndarray:
    return np.where(np.abs(differences) <= nothing, 0, np.sign(differences)).astype(int)


def _stretches(signs: np.ndarray) -> list[tuple[int, int]]:
    """Where equal signs begin and end (exclusive)."""
    turns = [0, *(np.flatnonzero(np.diff(signs)) + 1), len(signs)]
    return list(pairwise(turns))


def _runs(signs: np.ndarray, length: int) -> np.ndarray:
    """The signs that stand at least `length` times in a row, others 0."""
    marked = np.zeros_like(signs)
    for start, end in _stretches(signs):
        if end - start >= length:
            marked[start:end] = signs[start:end]
    return marked


def _trend(steps: np.ndarray) -> np.ndarray:
    """The points of runs of RUN − 1 equal steps: a run of steps has one point more."""
    runs = _runs(steps, RUN - 1)
    before, after = np.append(0, runs), np.append(runs, 0)
    return np.where(after != 0, after, before)


def _two_of_three(sides: np.ndarray, near: np.ndarray) -> np.ndarray:
    marked = np.zeros_like(sides)
    for start in range(len(sides) - WINDOW + 1):
        window = slice(start, start + WINDOW)
        one_side = abs(sides[window].sum()) == WINDOW
        if one_side and abs(near[window]).sum() >= NEAR_LIMIT:
            marked[window] = np.where(near[window] != 0, near[window], marked[window])
    return marked
