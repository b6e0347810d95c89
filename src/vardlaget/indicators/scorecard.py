"""A scorecard's lines: the newest outcome of an indicator, its target, and whether it is met.

Observations in, outcomes and judgements out, for a whole region or one of its units.
"""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import pandas as pd

from vardlaget.catalogue import Indicators, Target
from vardlaget.catalogue.indicators import Indicator
from vardlaget.indicators.periods import newest, year_before
from vardlaget.indicators.waiting_times import bases
from vardlaget.observations import KEY, select, single
from vardlaget.periods import Month

# Which period an outcome is told for, where it has several: money and production add up over the
# year and are told for the year so far, all else for the month.
SPANS = ("month", "ytd", "r12", "year")
SPANS_ADDED = ("ytd", "month", "r12", "year")
ADDED_SUBJECTS = ("economy", "production")
# What stands for an outcome where nothing is known yet: the forecast, or a range.
SCENARIOS = (["actual"], ["forecast"], ["range_lower", "range_upper"])
CHANGE_SUFFIXES = ("_change", "_change_pct")
# Units whose values do not grow with the size of what is measured: a region's target may then
# hold for its parts.
SIZELESS = ("percent", "percentage_points", "seconds", "minutes", "days")

Status = Literal["met", "missed", "unknown"]
Reason = Literal[
    "bounds",
    "last_year",
    "sign",
    "plan",
    "part_of_year",
    "no_value",
    "no_target",
    "no_bounds",
    "contradictory",
    "no_last_year",
    "no_plan",
]


@dataclass(frozen=True, eq=False)
class Outcome:
    """An indicator's newest figures, and those of the same period last year.

    `rows`: observations; several where sources contradict each other or the source gives a range,
    none where there is no row. `before`: one with a value, or none. `lag_months`: how far the
    period lies before the month; 0 for a full year.
    """

    indicator: str
    rows: pd.DataFrame
    before: pd.DataFrame
    lag_months: int = 0
    computed: bool = False

    @property
    def values(self) -> list[float]:
        return sorted(set(self.rows["value"].dropna()))

    @property
    def is_range(self) -> bool:
        return bool(self.rows["scenario"].str.startswith("range_").any())

    @property
    def contradictory(self) -> bool:
        return len(self.values) > 1 and not self.is_range

    @property
    def last_year(self) -> float | None:
        return None if self.before.empty else float(self.before["value"].iloc[0])


@dataclass(frozen=True)
class Judgement:
    """Whether a target is met, and by what that is known.

    `side`: on which side of its bounds the outcome lies (`below`, `within`, `above`), else empty.
    """

    status: Status
    reason: Reason
    side: str = ""


@dataclass(frozen=True)
class Plan:
    """What a plan says (`value`) and what became (`actual`), in the same unit.

    `costs`: both are costs in kronor, of which less is better, else values of the indicator.
    """

    value: float
    actual: float
    costs: bool = False


def outcome(
    frame: pd.DataFrame, indicators: Indicators, id_: str, month: Month, unit: str = ""
) -> Outcome:
    """The newest outcome of the whole region or a unit; its lag of publication is allowed.

    `frame`: observations of one region, up to `month`. Of several periods that which its subject
    is told for comes first (SPANS, SPANS_ADDED), of several bases that which the measure is known
    by. Rows without a value count only where there is none with one.
    """
    entry = indicators[id_]
    rows = select(frame, indicator=id_, unit=unit, scenario=...)
    spans = SPANS_ADDED if entry.subject in ADDED_SUBJECTS else SPANS
    lines = dict(list(rows.groupby(["scenario", "basis", "span"])))
    chosen = rows.iloc[:0]
    for scenarios, basis, span in product(SCENARIOS, bases(id_), spans):
        alike = [lines[key] for s in scenarios if (key := (s, basis, span)) in lines]
        near = _current(pd.concat(alike), scenarios, month, entry) if alike else chosen
        if near["value"].notna().any():
            chosen = near
            break
        chosen = near if chosen.empty else chosen
    return Outcome(id_, chosen, _last_year(rows, chosen), lag_months(chosen, month))


def _current(
    rows: pd.DataFrame, scenarios: list[str], month: Month, entry: Indicator
) -> pd.DataFrame:
    """The newest rows of one basis, span and kind of scenario (`scenarios`), each value once.

    A year counts as its December; one that is planned or foreseen is the month's.
    """
    years = rows["span"] == "year"
    if years.any() and scenarios != ["actual"]:
        near = rows[rows["period"] == str(month.year)]
    elif years.any():
        near = rows.loc[newest(_as_december(rows), month, entry.lag_months).index]
    else:
        near = newest(rows, month, entry.lag_months)
    valued = near[near["value"].notna()]
    return (valued if len(valued) else near).drop_duplicates([*KEY, "value"])


def _as_december(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(period=rows["period"] + "-12")


def _last_year(rows: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    if len(chosen) != 1:
        return rows.iloc[:0]
    key = chosen.iloc[0][list(KEY)].to_dict()
    return _with_key(rows, key | {"period": year_before(key["period"])})


def _with_key(rows: pd.DataFrame, key: dict) -> pd.DataFrame:
    """The one row of a key that has a value no source contradicts, or none."""
    same = rows[rows["period"] == key["period"]]
    for column, value in key.items():
        same = same[same[column] == value]
    same = single(same)
    return same[same["value"].notna()]


def lag_months(chosen: pd.DataFrame, month: Month) -> int:
    """How many months these figures of one period lie before the month; 0 for a year."""
    if chosen.empty or chosen["span"].iloc[0] not in ("month", "ytd", "r12"):
        return 0
    period = Month.parse(chosen["period"].iloc[0])
    return (month.year - period.year) * 12 + month.number - period.number


def is_change(id_: str) -> bool:
    """Whether a value tells by itself how it stands to last year: its sign is the comparison."""
    return id_.endswith(CHANGE_SUFFIXES)


def is_deviation(id_: str) -> bool:
    """Whether a value tells by itself how it stands to the plan."""
    return "_deviation" in id_


def judge(
    found: Outcome, target: Target | None, entry: Indicator, plan: Plan | None = None
) -> Judgement:
    """Whether the outcome meets its target; `unknown` with the reason where it cannot be told.

    Where sources contradict each other, or give a range, every value must say the same.
    """
    if target is None:
        return Judgement("unknown", "no_target")
    if not found.values:
        return Judgement("unknown", "no_value")
    every = {_judge_value(value, found, target, entry, plan) for value in found.values}
    statuses = {each.status for each in every}
    if len(statuses) > 1:
        return Judgement("unknown", "contradictory")
    return min(every, key=lambda each: each.side)


def _judge_value(
    value: float, found: Outcome, target: Target, entry: Indicator, plan: Plan | None
) -> Judgement:
    if target.rule == "as_planned":
        return _against_plan(value, found.indicator, entry, plan)
    if target.rule is not None:
        return _against_last_year(value, found, target.rule)
    side = target.status(value)
    if side is None:
        return Judgement("unknown", "no_bounds")
    if entry.accumulates and _goes_on(found) and not _stays(side, target):
        return Judgement("unknown", "part_of_year")
    return Judgement(_status(side == "within"), "bounds", side)


def _goes_on(found: Outcome) -> bool:
    """Whether the value is of a year that is not over."""
    row = found.rows.iloc[0]
    return row["span"] == "ytd" and Month.parse(row["period"]).number < 12


def _stays(side: str, target: Target) -> bool:
    """Whether what grows stays on that side of its bounds."""
    return side == "above" or (side == "within" and target.upper is None)


def _against_last_year(value: float, found: Outcome, rule: str) -> Judgement:
    """Lower, or higher, than the same period last year: as much is neither."""
    reason: Reason = "sign" if is_change(found.indicator) else "last_year"
    before = 0.0 if reason == "sign" else found.last_year
    if before is None:
        return Judgement("unknown", "no_last_year")
    return Judgement(
        _status(value < before if rule == "below_last_year" else value > before), reason
    )


def _against_plan(value: float, id_: str, entry: Indicator, plan: Plan | None) -> Judgement:
    """As planned or better."""
    if is_deviation(id_):
        return Judgement(_status(_as_good(value, 0, entry.direction)), "sign")
    if plan is None:
        return Judgement("unknown", "no_plan")
    direction = "lower" if plan.costs else entry.direction
    return Judgement(_status(_as_good(plan.actual, plan.value, direction)), "plan")


def _as_good(value: float, other: float, direction: str) -> bool:
    return value <= other if direction == "lower" else value >= other


def _status(met: bool) -> Status:
    return "met" if met else "missed"


def all_met(statuses: list[Status]) -> Status:
    """Several targets told as one: met if all are, missed if one is."""
    if "missed" in statuses:
        return "missed"
    return "unknown" if "unknown" in statuses else "met"


def shortfall(found: Outcome, target: Target | None) -> float | None:
    """How far the outcome lies outside its bounds, in relation to the nearest bound's size.

    Of contradictory values the nearest. None where it lies within, and for targets without such a
    size: a bound of 0, a rule, words.
    """
    gaps = []
    for value in found.values:
        side = target.status(value) if target else None
        bound = {"below": target.lower, "above": target.upper}.get(side) if target else None
        if not bound:
            return None
        gaps.append(abs(value - bound) / abs(bound))
    return min(gaps, default=None)


def of_part(target: Target | None, entry: Indicator) -> Target | None:
    """A region's target as a target of its parts; None where it grows with size, as a sum does."""
    if target is None or target.rule is not None or entry.unit in SIZELESS:
        return target
    bounds = [bound for bound in (target.lower, target.upper) if bound is not None]
    return target if all(bound == 0 for bound in bounds) else None


def budgeted(frame: pd.DataFrame, found: Outcome) -> Plan | None:
    """The indicator's own budget for the outcome's period, where the source has one."""
    if len(found.rows) != 1:
        return None
    key = found.rows.iloc[0][list(KEY)].to_dict() | {"scenario": "budget"}
    rows = _with_key(frame, key)
    return Plan(float(rows["value"].iloc[0]), found.values[0]) if len(rows) else None
