"""Whether parts make up the whole: units, specialties and the sexes against their region.

Counts are added: the numerator and denominator of a share, and the value of a count. Ratios and
waiting days are never added. Units are taken as one level, whatever they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.catalogue.indicators import Indicator, Indicators
from vardlaget.observations import KEY
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility.keyed import numbered, of_indicator
from vardlaget.sources.plausibility.telling import Case, gathered, number

# Care days are left out: somatic and psychiatric ones are counted differently and are not added.
ADDED_UNITS = {"count", "beds", "visits", "fte", "hours", "points"}
# Its denominator is the region's population, which is no unit's own.
NOT_ADDED = {"available_beds_per_1000"}
# People and visits are whole, so that their sum is exact; others may be rounded means.
EXACT_UNITS = {"count", "visits", "percent"}
ROUNDED_MEANS = {"overcrowding"}
# How many standard deviations of the rounding error the sum may lie from the whole.
ROUNDING_SIGMAS = 4
STEPS = (1, 0.1, 0.01, 0.001)
SEXES = ("women", "men")


@dataclass(frozen=True)
class Parts:
    """What is added: the column that names the parts, and the codes for too much and too little."""

    column: str
    words: str
    exceeds: str
    short: str


UNITS = Parts("unit", "units", "units_differ", "units_short")
SPECIALTIES = Parts("specialty", "specialties", "specialties_differ", "specialties_short")
BOTH_SEXES = Parts("sex", "sexes", "sexes_differ", "sexes_differ")


def units_differ(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`units_differ`: the units have more than their region. `units_short`: they have less."""
    return _told(figures, indicators, UNITS)


def specialties_differ(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`specialties_differ`: the specialties have more than the whole; `specialties_short`: less."""
    return _told(figures, indicators, SPECIALTIES)


def sexes_differ(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`sexes_differ`: women and men together are not all."""
    return _told(figures[figures["sex"].isin(["", *SEXES])], indicators, BOTH_SEXES)


def _told(figures: pd.DataFrame, indicators: Indicators, parts: Parts) -> list[Finding]:
    if (figures[parts.column] == "").all():
        return []
    sums = _sums(figures, indicators, parts)
    excess = sums["found"] - sums["expected"]
    less = sums["complete"] & (-excess > sums["tolerance"])
    more = excess > sums["tolerance"]
    if parts is BOTH_SEXES:
        return gathered(parts.exceeds, sums[more | less], _tell(parts, "the two must be all"))
    return [
        *gathered(parts.exceeds, sums[more], _tell(parts, "parts cannot exceed the whole")),
        *gathered(parts.short, sums[less], _tell(parts, "is the list complete?")),
    ]


def _tell(parts: Parts, end: str) -> Callable[[Case], str]:
    def tell(case: Case) -> str:
        what = "values" if case.added == "value" else f"{case.added}s"
        found = f"the {what} of {case.parts} {parts.words} sum to {number(case.found)}"
        return f"{found}, the whole has {number(case.expected)}; {end}"

    return tell


def _sums(figures: pd.DataFrame, indicators: Indicators, parts: Parts) -> pd.DataFrame:
    """The whole's rows with `found` (sum of parts), `expected`, `parts`, `complete`, `tolerance`.

    `added` names the column that is summed. A sum is complete where every part has its number,
    and for the sexes where both are there.
    """
    part = (figures[parts.column] != "").to_numpy()
    rest = [column for column in KEY if column != parts.column]
    figures = figures.assign(group=numbered(figures, rest))
    counts, shares = (of_indicator(figures, indicators, kind) for kind in (_count, _share))
    found = [
        _column_sums(figures[part & kind], figures[~part & kind], column, indicators)
        for column, kind in [("value", counts), ("numerator", shares), ("denominator", shares)]
    ]
    sums = pd.concat(found, ignore_index=True)
    if parts is BOTH_SEXES:
        sums["complete"] &= sums["parts"] == len(SEXES)
    return sums


def _column_sums(
    parts: pd.DataFrame, wholes: pd.DataFrame, column: str, indicators: Indicators
) -> pd.DataFrame:
    steps = _step(parts[column])
    by_group = parts.assign(step=steps).groupby("group")
    sums = by_group.agg(
        found=(column, "sum"), parts=(column, "size"), known=(column, "count"), step=("step", "min")
    )
    sums = wholes[wholes[column].notna()].merge(
        sums[sums["known"] > 0], left_on="group", right_index=True
    )
    own = _step(sums[column])
    exact = of_indicator(sums, indicators, _exact) & (own == 1) & (sums["step"] == 1)
    rounding = np.sqrt((sums["known"] * sums["step"] ** 2 + own**2) / 12)
    return sums.assign(
        added=column,
        expected=sums[column],
        complete=sums["known"] == sums["parts"],
        tolerance=np.where(exact, 0.5, ROUNDING_SIGMAS * rounding),
    )


def _count(indicator: Indicator) -> bool:
    added = indicator.unit in ADDED_UNITS and not indicator.id.startswith("grant.")
    return added and indicator.numerator is None


def _share(indicator: Indicator) -> bool:
    return indicator.numerator is not None and indicator.id not in NOT_ADDED


def _exact(indicator: Indicator) -> bool:
    return indicator.unit in EXACT_UNITS and indicator.id not in ROUNDED_MEANS


def _step(values: pd.Series) -> np.ndarray:
    """The unit of a figure's last decimal: 1, 0.1, 0.01, or 0.001 for all smaller ones."""
    whole = [np.isclose(values / step, np.round(values / step), atol=1e-6) for step in STEPS[:-1]]
    return np.select(whole, STEPS[:-1], default=STEPS[-1])
