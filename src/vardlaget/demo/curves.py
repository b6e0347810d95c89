"""Curves over months on the logit scale: level, trend, season, wobble, and published points."""

from collections.abc import Mapping, Sequence

import numpy as np

from vardlaget.demo.setting import STEP_MONTHS_BACK, Setting
from vardlaget.periods import Month

# How much care is given, month by month from January; the summer is short of staff.
ACTIVITY = np.array([1.04, 0.98, 1.08, 1.02, 1.05, 0.97, 0.64, 0.86, 1.06, 1.12, 1.10, 0.93])
# How shares of patients who wait within a limit move in a year, as logits.
ACCESS = np.array([-0.08, -0.02, 0.05, 0.08, 0.1, 0.08, 0.02, -0.14, -0.1, -0.02, 0.03, 0.02])
_BASE_YEAR = 2023
_LIMITS = (0.004, 0.996)


def logit(share: float | np.ndarray) -> np.ndarray:
    """ln(p / (1 − p)) of a share 0–1, kept away from both ends."""
    share = np.clip(share, *_LIMITS)
    return np.log(share / (1 - share))


def expit(x: np.ndarray) -> np.ndarray:
    """The share that `logit` gives x."""
    return 1 / (1 + np.exp(-x))


def by_month(months: Sequence[Month], of_year: np.ndarray) -> np.ndarray:
    """Twelve values from January, for each month."""
    return of_year[[month.number - 1 for month in months]]


def years_from_base(months: Sequence[Month]) -> np.ndarray:
    """Time in years from January 2023."""
    return np.array([m.year + (m.number - 1) / 12 - _BASE_YEAR for m in months])


def wobble(rng: np.random.Generator, count: int, size: float, memory: float = 0.7) -> np.ndarray:
    """A series of `count` that wanders around 0 with standard deviation `size`."""
    steps = rng.normal(0, size * np.sqrt(1 - memory**2), count)
    series = np.empty(count)
    now = rng.normal(0, size)
    for place, step in enumerate(steps):
        series[place] = now
        now = memory * now + step
    return series


def shares(
    setting: Setting,
    name: str,
    months: Sequence[Month],
    level: float,
    *,
    spread: float = 0.3,
    trend: float = 0.03,
    season: np.ndarray = ACCESS,
    size: float = 0.04,
    step: tuple[str, float] | None = None,
    anchors: Mapping[str, Mapping[Month, float]] | None = None,
) -> np.ndarray:
    """Shares as logits, regions · months.

    `level` is the country's share in January 2023, `spread` the standard deviation of regions'
    levels, `trend` the yearly change and `size` the wobble, all as logits. `step` names a region
    and how far its level moves twelve months before the last. A region's curve passes through its
    `anchors` (per cent).
    """
    time, of_year = years_from_base(months), by_month(months, season)
    curves = []
    for code in setting.codes:
        rng = setting.rng(name, code)
        own = logit(level) + rng.normal(0, spread) + (trend + rng.normal(0, 0.03)) * time
        curve = own + of_year + wobble(rng, len(months), size)
        if step and step[0] == code:
            changed = [month > setting.last.minus(STEP_MONTHS_BACK) for month in months]
            curve = curve + step[1] * np.array(changed)
        curves.append(through(curve, months, (anchors or {}).get(code, {})))
    return np.array(curves)


def through(
    curve: np.ndarray, months: Sequence[Month], points: Mapping[Month, float]
) -> np.ndarray:
    """A curve of logits moved so that it passes through points in per cent.

    Between two points the move changes evenly; a point outside the months moves the whole curve.
    """
    return moved(curve, months, {m: float(logit(share / 100)) for m, share in points.items()})


def moved(curve: np.ndarray, months: Sequence[Month], points: Mapping[Month, float]) -> np.ndarray:
    """A curve moved so that it passes through points on its own scale, as `through` says."""
    if not points:
        return curve
    start = months[0].year * 12 + months[0].number
    places = np.array([m.year * 12 + m.number - start for m in sorted(points)])
    wanted = np.array([points[m] for m in sorted(points)])
    nearest = np.clip(places, 0, len(months) - 1)
    return curve + np.interp(np.arange(len(months)), places, wanted - curve[nearest])


def levelled(
    series: np.ndarray, months: Sequence[Month], totals: Mapping[tuple[Month, ...], float]
) -> np.ndarray:
    """A positive series by month on the level of these sums; between them the level glides."""
    points = {}
    for span, total in totals.items():
        inside = [months.index(month) for month in span]
        middle = inside[len(inside) // 2]
        if total > 0:
            points[months[middle]] = np.log(series[middle] * total / series[inside].sum())
    return np.exp(moved(np.log(series), months, points))


def summed_to(
    series: np.ndarray, months: Sequence[Month], totals: Mapping[tuple[Month, ...], float]
) -> np.ndarray:
    """A series of whole numbers by month that has these sums; shorter spans come first.

    The months of a sum that another has settled are left as they are.
    """
    series, settled = series.copy(), np.zeros(len(months), dtype=bool)
    for span, total in totals.items():
        inside = np.isin(np.arange(len(months)), [months.index(month) for month in span])
        free = inside & ~settled
        rest = round(total) - series[inside & settled].sum()
        if free.any() and rest >= 0:
            series[free] = whole(int(rest), np.maximum(series[free], 1e-9))
        settled |= inside
    return series


def weighted_to(
    curves: np.ndarray, weights: np.ndarray, fixed: np.ndarray, place: int, target: float
) -> np.ndarray:
    """Curves (groups · months) moved so that their weighted share in one month is `target` (0–1).

    `fixed` marks the groups that stay.
    """
    low, high = -4.0, 4.0
    free = ~fixed
    for _ in range(60):
        middle = (low + high) / 2
        share = (weights * expit(curves[:, place] + middle * free)).sum() / weights.sum()
        low, high = (middle, high) if share < target else (low, middle)
    return curves + (low * free)[:, None]


def whole(total: int, weights: np.ndarray) -> np.ndarray:
    """A total in whole parts in proportion to weights, by the largest remainders."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype("int64")
    rest = int(total - parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:rest]] += 1
    return parts
