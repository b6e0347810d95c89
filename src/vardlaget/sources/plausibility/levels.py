"""Figures that cannot be: out of bounds, or against another figure of the same key."""

from dataclasses import dataclass

import pandas as pd

from vardlaget.catalogue.indicators import COUNT_UNITS, Indicator, Indicators
from vardlaget.observations import KEY
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility.keyed import numbered, of_indicator
from vardlaget.sources.plausibility.telling import Case, figure, gathered, number

INFINITE = float("inf")
# In per cent of available beds, for a month or more: outside, beds or patients are wrong.
OCCUPANCY = (20.0, 200.0)
NEVER_NEGATIVE = COUNT_UNITS | {"seconds", "minutes"}
# What is counted as a difference may be negative.
SIGNED = ("_change", "_adjustment", "_deduction")
# Shares printed in whole per cent, and days in whole days, may differ by this in the wrong way.
ROUNDING = 0.5


@dataclass(frozen=True)
class Relation:
    """`lower` is at most `factor` times `upper` of the same key."""

    lower: str
    upper: str
    tolerance: float = 0.0
    factor: float = 1.0


def _relations() -> tuple[Relation, ...]:
    relations = [
        Relation("medical_assessment_0d", "medical_assessment_3d", ROUNDING),
        Relation("available_beds", "decided_beds", factor=1.1),
    ]
    for care in ("first_visit", "treatment"):
        relations += [
            Relation(f"{care}_30d", f"{care}_60d", ROUNDING),
            Relation(f"{care}_60d", f"{care}_90d", ROUNDING),
            Relation(f"{care}_90d", f"{care}_150d", ROUNDING),
            Relation(f"{care}_median_wait", f"{care}_p90_wait", ROUNDING),
            Relation(f"{care}_over_150d_count", f"{care}_over_90d_count"),
            Relation(f"{care}_over_90d_count", f"{care}_patients"),
        ]
    return tuple(relations)


RELATIONS = _relations()
# The waiting-time intervals, which together are all patients.
INTERVALS = {
    f"{care}_patients": [
        f"{care}_days_{days}"
        for days in ("0_30", "31_60", "61_90", "91_120", "121_180", "181_365", "366_plus")
    ]
    for care in ("first_visit", "treatment")
}


def contradiction(rows: pd.DataFrame) -> list[Finding]:
    """`contradiction`: one key with different values; `found` and `expected` are two of them.

    `rows`: every row of the table, of all scenarios, as `keyed` gives them.
    """
    valued = rows[rows["value"].notna()]
    several = valued[valued.duplicated("key", keep=False)].drop_duplicates(["key", "value"])
    values = several.groupby("key")["value"].transform("size")
    several = several[values > 1].assign(values=values)
    second = several[several.duplicated("key")].drop_duplicates("key").set_index("key")
    first = several.drop_duplicates("key")
    cases = first.assign(
        found=first["value"],
        expected=first["key"].map(second["value"]),
        other=first["key"].map(second["source"]),
    )
    return gathered("contradiction", cases, _tell_contradiction)


def _tell_contradiction(case: Case) -> str:
    more = f" ({case.values} values in all)" if case.values > 2 else ""
    first, second = (f"{number(v)} in «{s}»" for v, s in _both(case))
    return f"{first}, but {second}{more}; which one is right?"


def _both(case: Case) -> tuple[tuple[float, str], tuple[float, str]]:
    return (case.found, case.source), (case.expected, case.other)


def implausible_level(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`implausible_level`: out of bounds, or refuted by another figure of the same key."""
    wrong = [*_out_of_bounds(figures, indicators), *_bad_counts(figures, indicators)]
    cases = pd.concat([*wrong, *_refuted(figures)])

    def tell(case: Case) -> str:
        if case.part == "value":
            found, limit = (
                figure(v, case.indicator, indicators) for v in (case.found, case.expected)
            )
            return f"{found}, which is {case.against} {limit}"
        return f"the {case.part} is {number(case.found)}, {case.against} {number(case.expected)}"

    return gathered("implausible_level", cases, tell)


def _cases(
    figures: pd.DataFrame,
    wrong: pd.Series,
    found: pd.Series,
    expected: pd.Series | float,
    against: str,
    part: str = "value",
) -> pd.DataFrame:
    """The rows that are `wrong`, with `found`, `expected` and the words for them."""
    cases = figures.assign(found=found, expected=expected, against=against, part=part)
    return cases[wrong]


def _out_of_bounds(figures: pd.DataFrame, indicators: Indicators) -> list[pd.DataFrame]:
    low = of_indicator(figures, indicators, lambda i: _bounds(i)[0])
    high = of_indicator(figures, indicators, lambda i: _bounds(i)[1])
    value = figures["value"]
    return [
        _cases(figures, value < low, value, low, "below"),
        _cases(figures, value > high, value, high, "above"),
    ]


def _bounds(indicator: Indicator) -> tuple[float, float]:
    if indicator.bounded:
        return 0.0, 100.0
    if indicator.id == "bed_occupancy":
        return OCCUPANCY
    counted = indicator.unit in NEVER_NEGATIVE and not indicator.id.endswith(SIGNED)
    return (0.0 if counted or indicator.numerator else -INFINITE), INFINITE


def _bad_counts(figures: pd.DataFrame, indicators: Indicators) -> list[pd.DataFrame]:
    """Negative numerators and denominators, and a bounded share's numerator above its base."""
    bounded = of_indicator(figures, indicators, lambda i: i.bounded)
    numerator, denominator = figures["numerator"], figures["denominator"]
    above = bounded & (numerator > denominator)
    return [
        _cases(figures, above, numerator, denominator, "above the denominator", "numerator"),
        _cases(figures, numerator < 0, numerator, 0.0, "below", "numerator"),
        _cases(figures, denominator < 0, denominator, 0.0, "below", "denominator"),
    ]


def _refuted(figures: pd.DataFrame) -> list[pd.DataFrame]:
    """What a relation between indicators of one key refutes."""
    related = {id_ for relation in RELATIONS for id_ in (relation.lower, relation.upper)}
    related |= {id_ for upper, parts in INTERVALS.items() for id_ in (upper, *parts)}
    rows = figures[figures["indicator"].isin(related) & figures["value"].notna()]
    rows = rows.assign(rest=numbered(rows, [column for column in KEY if column != "indicator"]))
    by_id = {str(id_): group for id_, group in rows.groupby("indicator", observed=True)}
    pairs = [r for r in RELATIONS if r.lower in by_id and r.upper in by_id]
    return [
        *(_above(by_id[r.lower], by_id[r.upper], r) for r in pairs),
        *(
            _unequal(by_id[upper], [by_id[part] for part in parts if part in by_id], len(parts))
            for upper, parts in INTERVALS.items()
            if upper in by_id and any(part in by_id for part in parts)
        ),
    ]


def _above(lower: pd.DataFrame, upper: pd.DataFrame, relation: Relation) -> pd.DataFrame:
    limit = lower["rest"].map(upper.set_index("rest")["value"])
    above = lower["value"] > relation.factor * limit + relation.tolerance
    share = f"more than {100 * (relation.factor - 1):.0f} % " if relation.factor > 1 else ""
    against = f"{share}above {relation.upper} for the same unit and period,"
    return _cases(lower, above, lower["value"], limit, against)


def _unequal(patients: pd.DataFrame, intervals: list[pd.DataFrame], all_: int) -> pd.DataFrame:
    parts = pd.concat(intervals).groupby("rest")["value"].agg(["sum", "size"])
    found, count = (patients["rest"].map(parts[column]) for column in ("sum", "size"))
    wrong = (found > patients["value"]) | ((count == all_) & (found != patients["value"]))
    part = "sum of the waiting-time intervals"
    return _cases(patients, wrong, found, patients["value"], "the number of patients", part)
