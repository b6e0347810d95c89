"""Requirements met, not met, or not known: from observations, by the rule of the agreement.

Sums come before ratios and comparisons are exact: a share with its numerator and denominator is
their fraction, else the number that the source prints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.catalogue.grant_rules import Measure
from vardlaget.observations import NUMBERS, select
from vardlaget.periods import Month

MET, NOT_MET, UNKNOWN, OPEN = "met", "not_met", "unknown", "open"
UNCONDITIONAL = "unconditional"
YEAR = 12
KEYS = ("indicator", "region", "period", "basis")


@dataclass(frozen=True)
class Verdict:
    """`met`, `not_met` or `unknown`, and for unknown why: no_rule, no_threshold, no_figure,
    no_figure_last_year, series_break, contradiction, bases_differ, no_direction."""

    status: str
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """One value of an indicator: exact, with its counts where the source has them."""

    value: Fraction
    numerator: int | None
    denominator: int | None


class Results:
    """The regions' monthly values by indicator, region, month and basis; whole regions only."""

    def __init__(self, frame: pd.DataFrame):
        rows = select(frame, unit="", span="month")
        rows = rows[rows["value"].notna() | rows["denominator"].gt(0)]
        keys = zip(*(rows[name].to_list() for name in KEYS), strict=True)
        self._rows: dict[tuple, list[tuple]] = {}
        for key, row in zip(keys, rows[list(NUMBERS)].itertuples(index=False), strict=True):
            self._rows.setdefault(key, []).append(row)

    def find(self, indicator: str, region: str, month: Month, basis: str) -> list[Result]:
        """The values; several where sources contradict each other, none where there is none."""
        found: dict[Fraction, Result] = {}
        for row in self._rows.get((indicator, region, str(month), basis), []):
            result = _result(row)
            found.setdefault(result.value, result)
        return list(found.values())


def _result(row) -> Result:
    counts = (row.numerator, row.denominator)
    if pd.notna(counts[0]) and pd.notna(counts[1]) and counts[1] > 0:
        numerator, denominator = int(counts[0]), int(counts[1])
        return Result(Fraction(100 * numerator, denominator), numerator, denominator)
    denominator = int(row.denominator) if pd.notna(row.denominator) else None
    return Result(Fraction(str(row.value)), None, denominator)


def verdict(
    measure: Measure, region: str, month: str, results: Results, indicators: Indicators
) -> Verdict:
    """Whether a region met a requirement in a month (`2023-02`).

    Where the agreement's basis is not known every basis of the indicator has to say the same.
    """
    if measure.comparison is None:
        return Verdict(UNKNOWN, "no_rule")
    if measure.direction not in ("higher", "lower"):
        return Verdict(UNKNOWN, "no_direction")
    when = Month.parse(month)
    found = [_on_basis(measure, region, when, b, results, indicators) for b in measure.bases]
    if len({one.status for one in found}) == 1:
        return found[0]
    return Verdict(UNKNOWN, next((v.reason for v in found if v.reason), "bases_differ"))


def _on_basis(measure, region, month, basis, results, indicators) -> Verdict:
    own = results.find(measure.indicator, region, month, basis)
    if not own:
        return Verdict(UNKNOWN, "no_figure")
    if len(own) > 1:
        return _agreed(
            [_judged(measure, o, region, month, basis, results, indicators) for o in own]
        )
    return _judged(measure, own[0], region, month, basis, results, indicators)


def _agreed(found: list[Verdict]) -> Verdict:
    """What contradicting sources all say, or that they contradict each other."""
    same = len({one.status for one in found}) == 1
    return found[0] if same else Verdict(UNKNOWN, "contradiction")


def _judged(measure, own: Result, region, month, basis, results, indicators) -> Verdict:
    """One value by the rule: of `improvement_or_level` either is enough."""
    tests = {
        "level": [_level(measure, own)],
        "improvement": [_improved(measure, own, region, month, basis, results, indicators)],
    }
    tests["improvement_or_level"] = tests["improvement"] + tests["level"]
    found = tests[measure.comparison]
    for status in (MET, UNKNOWN):
        if status in [one.status for one in found]:
            return next(one for one in found if one.status == status)
    return Verdict(NOT_MET)


def _level(measure: Measure, own: Result) -> Verdict:
    if measure.threshold is None:
        return Verdict(UNKNOWN, "no_threshold")
    threshold = Fraction(measure.threshold)
    reached = own.value >= threshold if measure.direction == "higher" else own.value <= threshold
    return Verdict(MET if reached else NOT_MET)


def _improved(measure, own: Result, region, month: Month, basis, results, indicators) -> Verdict:
    """Better, not only as good, as the same month of the year before."""
    before = month.minus(YEAR)
    if _broken(indicators, measure.indicator, before, month):
        return Verdict(UNKNOWN, "series_break")
    earlier = results.find(measure.indicator, region, before, basis)
    if not earlier:
        return Verdict(UNKNOWN, "no_figure_last_year")
    return _agreed([Verdict(MET if _better(measure, own, e) else NOT_MET) for e in earlier])


def _better(measure: Measure, own: Result, other: Result) -> bool:
    if measure.direction == "higher":
        return own.value > other.value
    return own.value < other.value


def _broken(indicators: Indicators, indicator: str, before: Month, month: Month) -> bool:
    breaks = indicators[indicator].breaks
    return any(str(before) < one.from_ <= str(month) for one in breaks)


def patients_short(
    measure: Measure, region: str, month: str, results: Results, indicators: Indicators
) -> int | None:
    """How many patients more within the limit would have met a requirement that was not met.

    0 where it was met. Of `improvement_or_level` the easier way that is known. For a measure where
    lower is better: how many fewer over the limit. The denominator is held still. None where the
    counts or the rule are not known, or sources contradict each other.
    """
    found = verdict(measure, region, month, results, indicators)
    if found.status == MET:
        return 0
    if found.status == UNKNOWN and found.reason != "no_threshold":
        return None
    when = Month.parse(month)
    short = [_short_on_basis(measure, region, when, b, results) for b in measure.bases]
    return None if None in short else max(short)


def _short_on_basis(measure, region, month: Month, basis, results) -> int | None:
    own = results.find(measure.indicator, region, month, basis)
    if len(own) != 1 or own[0].numerator is None:
        return None
    earlier = results.find(measure.indicator, region, month.minus(YEAR), basis)
    numerators = []
    if measure.threshold is not None:
        numerators.append(_enough(measure, own[0], Fraction(measure.threshold), strict=False))
    if "improvement" in (measure.comparison or "") and len(earlier) == 1:
        numerators.append(_enough(measure, own[0], earlier[0].value, strict=True))
    return _fewest(abs(n - own[0].numerator) for n in numerators if 0 <= n <= own[0].denominator)


def _fewest(counts: Iterable[int]) -> int | None:
    return min(counts, default=None)


def _enough(measure: Measure, own: Result, percent: Fraction, strict: bool) -> int:
    """The numerator nearest to the region's own that reaches a share, or passes it (`strict`)."""
    bound = percent / 100 * own.denominator
    if measure.direction == "higher":
        return floor(bound) + 1 if strict else ceil(bound)
    return ceil(bound) - 1 if strict else floor(bound)
