"""Which counts of people a figure tells, and how the counts of one line are tied to each other.

A *line* is a key of the one table but for indicator and exclusions. A *family* is a measure whose
figures count the same people in several ways: `first_visit_90d`, `first_visit_patients` and
`first_visit_days_0_30` are of the family `first_visit`. A *quantity* is one count of a family, as
`pvv.within_90`: what is left out, and who is counted.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from vardlaget.catalogue import Indicator
from vardlaget.catalogue.indicators import PART_SUFFIXES
from vardlaget.indicators.waiting_lists import INTERVALS, PHASES

LIMITS = (30, 60, 90, 150)
CODES = ("none", "pvv", "pvv_mov")
_PHASE = re.compile(rf"({'|'.join(PHASES)})_(.+)")
_ASSESSMENT = re.compile(r"(medical_assessment)_(\d+)d")
_SHARE = re.compile(r"(over_)?(\d+)d")
_OVER_COUNT = re.compile(r"(over_\d+)d_count")


@dataclass(frozen=True)
class Facet:
    """The quantities that an indicator's figure tells; a count tells one, a share three."""

    family: str
    count: str = ""
    numerator: str = ""
    denominator: str = ""
    rest: str = ""

    @property
    def quantities(self) -> tuple[str, ...]:
        told = (self.count, self.numerator, self.denominator, self.rest)
        return tuple(name for name in told if name)


@dataclass(frozen=True)
class Relation:
    """Σ coefficient × quantity of a line is 0, or at most 0."""

    terms: tuple[tuple[str, int], ...]
    equal: bool


def is_share(indicator: Indicator) -> bool:
    """Whether it is a part of a whole, in per cent, with a numerator and a denominator."""
    return indicator.unit == "percent" and bool(indicator.numerator and indicator.denominator)


def facet(indicator: Indicator, exclusions: str) -> Facet:
    """What a figure of the indicator tells. `exclusions`: those of its row."""
    parent, _, part = indicator.id.rpartition(".")
    if part in PART_SUFFIXES:
        whole = _share(parent, exclusions)
        return Facet(whole.family, count=getattr(whole, part))
    return (
        _share(indicator.id, exclusions) if is_share(indicator) else _count(indicator, exclusions)
    )


def follows(id_: str) -> tuple[str, str] | None:
    """Family and quantity that a median or percentile of days waited is a summary of."""
    found = _PHASE.fullmatch(id_)
    return (found[1], "all") if found and found[2] in ("median_wait", "p90_wait") else None


def _share(id_: str, exclusions: str) -> Facet:
    code = exclusions or "own"
    phase, assessment = _PHASE.fullmatch(id_), _ASSESSMENT.fullmatch(id_)
    if phase and (found := _SHARE.fullmatch(phase[2])):
        sides = (f"within_{found[2]}", f"over_{found[2]}")
        return _sides(phase[1], exclusions or "pvv", *(sides[::-1] if found[1] else sides))
    if assessment:
        return _sides(assessment[1], code, f"within_{assessment[2]}", f"over_{assessment[2]}")
    return _sides(id_, code, "within", "over")


def _sides(family: str, code: str, numerator: str, rest: str) -> Facet:
    return Facet(
        family,
        numerator=f"{code}.{numerator}",
        denominator=f"{code}.all",
        rest=f"{code}.{rest}",
    )


def _count(indicator: Indicator, exclusions: str) -> Facet:
    phase = _PHASE.fullmatch(indicator.id)
    if not phase:
        return Facet(indicator.id, count=f"{exclusions or 'own'}.count")
    family, name = phase.groups()
    over = _OVER_COUNT.fullmatch(name)
    if over:
        return Facet(family, count=f"{exclusions or 'pvv'}.{over[1]}")
    return Facet(family, count=f"{exclusions or 'none'}.{'all' if name == 'patients' else name}")


@cache
def relations(family: str, quantities: frozenset[str]) -> tuple[Relation, ...]:
    """The relations of a line of the family, among those of its counts that any figure tells."""
    if family in PHASES:
        found = [*_partitions(CODES, LIMITS), *_ladders(CODES, LIMITS), *_intervals(), *_codes()]
    else:
        codes = {name.partition(".")[0] for name in quantities}
        tails = {name.rpartition("within_")[2] for name in quantities if "within_" in name}
        limits = tuple(sorted(int(tail) for tail in tails))
        plain = [_equal(f"{c}.all", f"{c}.within", f"{c}.over") for c in sorted(codes)]
        found = [*plain, *_partitions(sorted(codes), limits), *_ladders(sorted(codes), limits)]
    return tuple(r for r in found if {name for name, _ in r.terms} <= quantities)


def _equal(total: str, *parts: str) -> Relation:
    return Relation((*((part, 1) for part in parts), (total, -1)), True)


def _at_most(less: tuple[str, ...], more: tuple[str, ...]) -> Relation:
    """The sum of `less` is at most that of `more`."""
    return Relation((*((name, 1) for name in less), *((name, -1) for name in more)), False)


def _partitions(codes, limits) -> list[Relation]:
    return [
        _equal(f"{code}.all", f"{code}.within_{limit}", f"{code}.over_{limit}")
        for code in codes
        for limit in limits
    ]


def _ladders(codes, limits) -> list[Relation]:
    return [
        _at_most((f"{code}.within_{low}",), (f"{code}.within_{high}",))
        for code in codes
        for low, high in combinations(limits, 2)
    ]


def _intervals() -> list[Relation]:
    """All who wait, and those within 30, 60 and 90 days, are sums of intervals."""
    found = []
    for code in CODES:
        days = [f"{code}.days_{interval}" for interval in INTERVALS]
        found.append(_equal(f"{code}.all", *days))
        found += [
            _equal(f"{code}.within_{limit}", *days[:n]) for n, limit in enumerate(LIMITS[:3], 1)
        ]
    return found


def _codes() -> list[Relation]:
    """PvV and MoV leave out some of those who wait; from no interval more than are in it."""
    found = [
        _equal("none.all", "pvv.all", "none.patient_chosen"),
        _equal("pvv.all", "pvv_mov.all", "none.medically_caused"),
    ]
    for fewer, more in combinations(CODES[::-1], 2):
        sides = ["all", *(f"{side}_{limit}" for side in ("within", "over") for limit in LIMITS)]
        found += [_at_most((f"{fewer}.{side}",), (f"{more}.{side}",)) for side in sides]
    days = [f"none.days_{interval}" for interval in INTERVALS]
    below = [f"pvv.within_{limit}" for limit in LIMITS]
    found += [_at_most((below[n],), tuple(days[: n + 1])) for n in range(3)]
    found += [
        _at_most((below[n],), (below[n - 1], days[n])) for n in (1, 2)
    ]  # of one interval alone
    found.append(_at_most((below[3],), (below[2], days[3], days[4])))
    found.append(_at_most(("pvv.over_90",), tuple(days[3:])))
    found.append(_at_most(("pvv.over_150",), tuple(days[4:])))
    return found
