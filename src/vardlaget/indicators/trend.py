"""Is a change more than chance? Statistical process control of one monthly series.

Variation (of the newest point) and assurance (of the process against its target) as in NHS
England's Making Data Count; limits in `control_limits`, rules in `special_causes`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from vardlaget.catalogue import Target
from vardlaget.catalogue.indicators import Indicator
from vardlaget.indicators.control_limits import (
    MINIMUM,
    UNBOUNDED,
    Bounds,
    by_month,
    limits,
    natural_bounds,
)
from vardlaget.indicators.special_causes import RULES, leading, special_causes

# The probability that the newest of 24 independent, normally distributed points of a stable
# process breaks a rule, with limits from these 24 points: simulated with a fixed seed in
# tests/spec/test_trend.py (0.011 with 13 points, 0.018 with 60). Months that resemble their
# neighbours, and seasons, make it higher.
FALSE_ALARM = 0.015

Variation = Literal["improving", "deteriorating", "high", "low", "common_cause", "too_few"]
Assurance = Literal["always", "never", "at_random"]
DIRECTIONS = ("higher", "lower", "interval", "neutral")


@dataclass(frozen=True, eq=False)
class Trend:
    """A judged series.

    `points`: a row a month, gaps included: period, value, numerator, denominator, status, phase,
    mean, lower, upper, sigma, method, a column for each rule (1 high or rising, −1 low or
    falling, else 0), side (the leading rule's) and variation (empty in gaps). The other fields
    are those of the newest month with a value: its period (empty without any), the rules it
    breaks by precedence, the `used` points of its phase, and `tests`, the rules tried. Each gap
    within a phase takes one more point than `minimum`, since it takes a moving range.
    """

    points: pd.DataFrame = field(repr=False)
    period: str
    variation: Variation
    side: Literal["high", "low", ""]
    rules: tuple[str, ...]
    assurance: Assurance | None
    used: int
    tests: int
    minimum: int = MINIMUM


def judge(
    series: pd.DataFrame,
    direction: str,
    target: Target | None = None,
    breaks: tuple[str, ...] = (),
    bounds: Bounds = UNBOUNDED,
) -> Trend:
    """Judge one series: its months' limits and special causes, its newest point, its assurance.

    `series`: period (`2024-02`), value and, where known, numerator, denominator and status; one
    row a month, months may be missing. `direction`: the indicator's. `breaks`: months from which
    limits begin anew. `bounds`: what values cannot leave. Raises ValueError for a month that
    stands twice or an unknown direction.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"no such direction: {direction}")
    months = by_month(series, breaks)
    numbers = months[["phase", "value", "numerator", "denominator"]]
    parts = [limits(phase, bounds) for _, phase in numbers.groupby("phase")]
    lines = pd.concat(parts) if parts else limits(months, bounds)
    points = months.join(lines)
    points = points.join(special_causes(points))
    points["side"] = leading(points[list(RULES)])
    points["variation"] = [_variation(p, direction, target) for p in points.to_dict("records")]
    return _of_newest(points, direction, target)


def judge_indicator(
    series: pd.DataFrame, indicator: Indicator, target: Target | None = None
) -> Trend:
    """`judge` with the direction, series breaks and natural bounds of the catalogue."""
    breaks = tuple(each.from_ for each in indicator.breaks)
    return judge(series, indicator.direction, target, breaks, natural_bounds(indicator))


def false_alarms(trends: Iterable[Trend]) -> float:
    """How many of these newest points would be special causes if every process were stable."""
    return FALSE_ALARM * sum(trend.tests > 0 for trend in trends)


def assurance(lower: float, upper: float, target: Target | None) -> Assurance | None:
    """Whether a process with these limits meets its target `always`, `never` or `at_random`.

    Always where the limits lie within the target's bounds, one or two; never where they lie
    outside; else chance decides. None without bounds or limits.
    """
    if target is None or pd.isna(lower) or (target.lower is None and target.upper is None):
        return None
    ends = {target.status(lower), target.status(upper)}
    if ends == {"within"}:
        return "always"
    return "never" if ends in ({"below"}, {"above"}) else "at_random"


def _of_newest(points: pd.DataFrame, direction: str, target: Target | None) -> Trend:
    valued = points[points["value"].notna()]
    if valued.empty:
        return Trend(points, "", "too_few", "", (), None, used=0, tests=0)
    newest = valued.iloc[-1]
    judged = newest["variation"] != "too_few"
    return Trend(
        points,
        newest["period"],
        newest["variation"],
        {1: "high", -1: "low", 0: ""}[newest["side"]],
        tuple(rule for rule in RULES if newest[rule]),
        None if direction == "neutral" else assurance(newest["lower"], newest["upper"], target),
        used=int((valued["phase"] == newest["phase"]).sum()),
        tests=len(RULES) if judged else 0,
    )


def _variation(point: dict, direction: str, target: Target | None) -> str:
    """What a point's special cause means; empty for a gap."""
    if pd.isna(point["value"]):
        return ""
    if pd.isna(point["sigma"]):
        return "too_few"
    if point["side"] == 0:
        return "common_cause"
    good = _good_side(point, direction, target)
    if good == 0:
        return "high" if point["side"] > 0 else "low"
    return "improving" if point["side"] == good else "deteriorating"


def _good_side(point: dict, direction: str, target: Target | None) -> int:
    """Which way is better here: 1 up, −1 down, 0 neither.

    With an interval it is the way into it, seen from the point or, if that lies within, from the
    mean; where both do, or without a target, neither.
    """
    if direction != "interval":
        return {"higher": 1, "lower": -1, "neutral": 0}[direction]
    if target is None:
        return 0
    stands = [target.status(point["value"]), target.status(point["mean"])]
    outside = [state for state in stands if state in ("below", "above")]
    return {"below": 1, "above": -1}[outside[0]] if outside else 0
