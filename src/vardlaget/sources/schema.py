"""What every source's observations must satisfy before they enter the one table.

A rule that a row breaks sets that row aside; none of them stops a file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.observations import (
    BASES,
    EXCLUSIONS,
    NUMBERS,
    SPANS,
    STATUSES,
    WITHOUT_VALUE,
)

if TYPE_CHECKING:
    import pandera.pandas as pa

# How far a printed share may lie from numerator / denominator, in percentage points.
SHARE_TOLERANCE = 0.51
ALLOWED = {"span": SPANS, "basis": BASES, "exclusions": EXCLUSIONS, "status": STATUSES}
# Units of which there cannot be less than nothing, unless they are changes or deviations.
_NEVER_NEGATIVE = {"count", "beds", "visits", "days", "seconds", "minutes", "hours", "fte"}
_SIGNED = ("_change", "_deviation", "_adjustment", "_deduction", "grant.", "_effect", "_lost")

Frame = pd.DataFrame
Rule = Callable[[Frame], pd.Series]


@dataclass(frozen=True)
class Violation:
    """A rule of the one table: what a row must not be, and the column to look at."""

    code: str
    column: str
    reason: str
    broken: Rule


def _share_off(frame: Frame) -> pd.Series:
    counted = 100 * frame["numerator"] / frame["denominator"].where(frame["denominator"] != 0)
    return frame["bounded"] & ((frame["value"] - counted).abs() > SHARE_TOLERANCE)


RULES = (
    Violation(
        "infinite",
        "value",
        "not a number that a figure can have",
        lambda f: np.isinf(f[list(NUMBERS)]).any(axis=1),
    ),
    Violation(
        "zero_with_value",
        "value",
        "status 'zero' with a value that is not 0",
        lambda f: (f["status"] == "zero") & f["value"].notna() & (f["value"] != 0),
    ),
    Violation(
        "value_despite_status",
        "value",
        "a value despite its status",
        lambda f: f["status"].isin(WITHOUT_VALUE) & f["value"].notna(),
    ),
    Violation(
        "no_value",
        "value",
        "no value despite its status. Write it, or both counts of a share, or leave the status "
        "empty and write one of – .. . x for the reason why there is none",
        lambda f: ~f["status"].isin((*WITHOUT_VALUE, "zero")) & f["value"].isna(),
    ),
    Violation(
        "numerator_larger",
        "numerator",
        "larger than the denominator",
        lambda f: f["bounded"] & (f["numerator"] > f["denominator"]),
    ),
    Violation(
        "denominator_zero",
        "denominator",
        "0, though the numerator is not",
        lambda f: f["share"] & (f["denominator"] == 0) & (f["numerator"].fillna(0) != 0),
    ),
    Violation(
        "negative_count",
        "numerator",
        "a count below zero",
        lambda f: f["bounded"] & ((f["numerator"] < 0) | (f["denominator"] < 0)),
    ),
    Violation(
        "share_outside",
        "value",
        "a share outside 0–100 per cent",
        lambda f: f["bounded"] & ((f["value"] < 0) | (f["value"] > 100)),
    ),
    Violation("share_refuted", "value", "not what numerator and denominator give", _share_off),
    Violation(
        "negative",
        "value",
        "below zero, which this measure cannot be",
        lambda f: f["nonnegative"] & (f["value"] < 0),
    ),
)


@cache
def _contract() -> "pa.DataFrameSchema":
    """What the checks before this one have seen to."""
    # Imported here: where all files are as they were, none is checked, and loading takes a while.
    import pandera.pandas as pa

    allowed = {
        column: pa.Column(str, pa.Check.isin(values, name=column), required=True)
        for column, values in ALLOWED.items()
    }
    return pa.DataFrameSchema(allowed | {n: pa.Column(float, nullable=True) for n in NUMBERS})


def violations(frame: Frame, indicators: Indicators) -> list[tuple[Violation, pd.Series]]:
    """The rules that rows break, each with a mask over `frame` (observations, with index 0…n−1).

    `frame` has known indicators and the values that `ALLOWED` lists; raises SchemaError otherwise.
    """
    _contract().validate(frame)
    kinds = {id_: indicators[id_] for id_ in frame["indicator"].unique()}
    shares = {id_: kind.bounded for id_, kind in kinds.items()}
    counts = {
        id_: kind.unit in _NEVER_NEGATIVE and not any(part in id_ for part in _SIGNED)
        for id_, kind in kinds.items()
    }
    percent = {id_: kind.unit == "percent" for id_, kind in kinds.items()}
    told = frame.assign(
        share=frame["indicator"].map(percent).astype(bool),
        bounded=frame["indicator"].map(shares).astype(bool),
        nonnegative=frame["indicator"].map(counts).astype(bool),
    )
    broken = ((rule, rule.broken(told)) for rule in RULES)
    return [(rule, mask) for rule, mask in broken if mask.any()]
