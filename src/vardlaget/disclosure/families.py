"""Which counts of people a figure tells, and how the counts of one line are tied to each other.

A *line* is a key of the one table but for indicator and exclusions. A *family* is a measure whose
figures count the same people in several ways: `first_visit_90d`, `first_visit_patients` and
`first_visit_days_0_30` are of the family `first_visit`. A *quantity* is one count of a family, as
`pvv.within_90`: what is left out, and who is counted.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from vardlaget.catalogue import Indicator
from vardlaget.catalogue.indicators import PART_SUFFIXES
from vardlaget.indicators.waiting_lists import INTERVALS, PHASES

LIMITS = (30, 60, 90, 150)
CODES = ("none", "pvv", "pvv_mov")
# Those who are left out, between whom and whom.
LEFT_OUT = {
    "none.patient_chosen": ("none", "pvv"),
    "none.medically_caused": ("pvv", "pvv_mov"),
}
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
    """The relations of a line of the family whose figures tell these counts.

    Those of a waiting list have all its counts: what no figure tells still ties others together.
    """
    if family in PHASES:
        return tuple(_waiting_list(quantities))
    codes = sorted({name.partition(".")[0] for name in quantities})
    tails = {name.rpartition("within_")[2] for name in quantities if "within_" in name}
    limits = tuple(sorted(int(tail) for tail in tails))
    plain = [_equal(f"{c}.all", f"{c}.within", f"{c}.over") for c in codes]
    found = [*plain, *_partitions(codes, limits), *_ladders(codes, limits)]
    return tuple(r for r in found if {name for name, _ in r.terms} <= quantities)


def _waiting_list(quantities: frozenset[str]) -> list[Relation]:
    """People are in one interval of days, and each code leaves out some of those before it."""
    used = {name.partition(".")[0] for name in quantities}
    for told, between in LEFT_OUT.items():
        used |= set(between) if told in quantities else set()
    codes = [code for code in CODES if code in used]
    found = [*_partitions(codes, LIMITS), *(r for code in codes for r in _intervals(code))]
    for more, fewer in pairwise(codes):
        found += _nested(fewer, more)
    for told, (more, fewer) in LEFT_OUT.items():
        found += [_equal(f"{more}.all", f"{fewer}.all", told)] if told in quantities else []
    return found


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


def _intervals(code: str) -> list[Relation]:
    """All who wait, and those within a limit, are sums of intervals; 150 days divide the fifth."""
    days = _days(code)
    within = [_equal(f"{code}.within_{limit}", *days[:n]) for n, limit in enumerate(LIMITS[:3], 1)]
    below = f"{code}.within_150"
    return [
        _equal(f"{code}.all", *days),
        *within,
        _at_most(tuple(days[:4]), (below,)),
        _at_most((below,), tuple(days[:5])),
    ]


def _nested(fewer: str, more: str) -> list[Relation]:
    """In no interval are more of those who are left when others are left out."""
    few, many = _days(fewer), _days(more)
    found = [_at_most((one,), (other,)) for one, other in zip(few, many, strict=True)]
    below, above = f"{fewer}.within_150", f"{more}.within_150"
    # From 121 to 150 days, and from 151 to 180.
    found.append(_at_most((below, *many[:4]), (above, *few[:4])))
    found.append(_at_most((above, *few[:5]), (below, *many[:5])))
    return found


def _days(code: str) -> list[str]:
    return [f"{code}.days_{interval}" for interval in INTERVALS]
