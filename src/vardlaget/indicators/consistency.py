"""Contradictions: two values for one thing, and printed figures that their own base refutes.

Both values are kept and shown; nothing is settled silently.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from vardlaget.indicators import economy
from vardlaget.indicators.periods import year_before
from vardlaget.observations import BREAKDOWNS, KEY, contradictions, select

COLUMNS = (*KEY, "first", "first_source", "second", "second_source", "formula")


@dataclass(frozen=True)
class Recomputation:
    """A figure that other figures of the same source must give."""

    indicator: str
    inputs: tuple[tuple[str, int], ...]  # indicator and how many years earlier
    compute: Callable[..., float]
    formula: str
    tolerance: float


def _development(id_: str, formula: str) -> Recomputation:
    """A kind of cost against the year before, from its accounts."""
    weights = economy.KINDS[id_]

    def compute(*amounts: float) -> float:
        now, before = amounts[: len(weights)], amounts[len(weights) :]
        return 100 * (_weighted(now, weights) / _weighted(before, weights) - 1)

    inputs = tuple((account, years) for years in (0, 1) for account in weights)
    return Recomputation(id_, inputs, compute, formula, 0.05)


def _weighted(amounts: Sequence[float], weights: Mapping[str, int]) -> float:
    return sum(amount * sign for amount, sign in zip(amounts, weights.values(), strict=True))


RECOMPUTATIONS = (
    Recomputation(
        "available_beds_change_pct",
        (("available_beds", 0), ("available_beds_change", 0)),
        lambda beds, change: 100 * change / (beds - change),
        "förändringen / (medelvärdet − förändringen)",
        0.05,
    ),
    Recomputation(
        "agency_cost_share",
        (("income.agency_staff", 0), ("income.staff_costs", 0)),
        lambda agency, staff: 100 * agency / staff,
        "inhyrd personal / personalkostnader",
        0.05,
    ),
    Recomputation(
        "agency_cost_share",
        (("income.agency_staff", 0), ("income.staff_costs", 0)),
        lambda agency, staff: 100 * agency / (staff - agency),
        "inhyrd personal / personalkostnader utan inhyrd personal",
        0.05,
    ),
    _development(
        "gross_cost_development", "kostnader / kostnader föregående år − 1, utan justering"
    ),
    _development(
        "net_cost_development", "nettokostnad / nettokostnad föregående år − 1, utan justering"
    ),
)


def find(frame: pd.DataFrame, region: str) -> pd.DataFrame:
    """Every contradiction among a region's figures: KEY, first, first_source, second, …

    `formula` is empty where two sources differ, and says how where the second is recomputed.
    """
    own = frame[frame["region"] == region]
    found = [*_differing(own), *_refuted(own)]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _differing(frame: pd.DataFrame) -> list[dict]:
    rows = []
    for _, group in contradictions(frame).groupby(list(KEY), sort=False):
        first, *others = group.to_dict("records")
        rows += [
            _row(first, other["value"], other["source"], "")
            for other in others
            if other["value"] != first["value"]
        ]
    return rows


def _refuted(frame: pd.DataFrame) -> list[dict]:
    rows = []
    for rule in RECOMPUTATIONS:
        for printed in select(frame, indicator=rule.indicator, unit="").to_dict("records"):
            inputs = [_value(frame, printed, id_, years) for id_, years in rule.inputs]
            if any(math.isnan(value) for value in inputs):
                continue
            second = rule.compute(*inputs)
            if abs(second - printed["value"]) > rule.tolerance:
                rows.append(_row(printed, second, printed["source"], rule.formula))
    return rows


def _value(frame: pd.DataFrame, like: dict, indicator: str, years: int) -> float:
    period = like["period"]
    for _ in range(years):
        period = year_before(period)
    breakdowns = {name: like[name] for name in BREAKDOWNS}
    rows = select(
        frame, indicator=indicator, unit="", span=like["span"], period=period, **breakdowns
    )["value"].dropna()
    return float(rows.iloc[0]) if len(rows) else math.nan


def _row(first: dict, second: float, second_source: str, formula: str) -> dict:
    key = {column: first[column] for column in KEY}
    return {
        **key,
        "first": first["value"],
        "first_source": first["source"],
        "second": second,
        "second_source": second_source,
        "formula": formula,
    }
