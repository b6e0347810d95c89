"""Arrays as rows of the one table."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from vardlaget.observations import COLUMNS, KEY, NUMBERS

SOURCE = "Syntetiska uppgifter"
_DEFAULTS = {"span": "month", "scenario": "actual", "source": SOURCE}

Dims = Mapping[str, Sequence[str]]


def rows(
    indicator: str,
    dims: Dims,
    *,
    value: np.ndarray | None = None,
    numerator: np.ndarray | None = None,
    denominator: np.ndarray | None = None,
    **fixed: str,
) -> pd.DataFrame:
    """Observations with all columns of the one table, one row a cell of the arrays.

    `dims` names a column of the one table for each axis, with the labels along it. Without
    `value` it is 100 · numerator / denominator. A cell without numbers is missing; 0/0 has status
    `zero`; all others are synthetic.
    """
    shape = tuple(len(labels) for labels in dims.values())
    numbers = {
        "numerator": _cells(numerator, shape),
        "denominator": _cells(denominator, shape),
        "value": _cells(value, shape),
    }
    if value is None:
        den = numbers["denominator"]
        per = np.where(den == 0, np.nan, den)
        numbers["value"] = 100 * numbers["numerator"] / per
    places = np.indices(shape).reshape(len(shape), -1)
    texts = {
        column: pd.array(list(labels), dtype="str").take(place)
        for (column, labels), place in zip(dims.items(), places, strict=True)
    }
    count = len(numbers["value"])
    nothing = np.isnan(numbers["value"])
    status = np.where(~nothing, 0, np.where(numbers["denominator"] == 0, 1, 2))
    texts["status"] = pd.array(["synthetic", "zero", "missing"], dtype="str").take(status)
    for column, text in ({"indicator": indicator} | _DEFAULTS | fixed).items():
        texts[column] = pd.array([text], dtype="str").take(np.zeros(count, dtype="intp"))
    empty = pd.array([""], dtype="str").take(np.zeros(count, dtype="intp"))
    return pd.DataFrame({c: numbers[c] if c in NUMBERS else texts.get(c, empty) for c in COLUMNS})


def _cells(array: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
    if array is None:
        return np.full(int(np.prod(shape)), np.nan)
    return np.broadcast_to(array, shape).astype("float64").reshape(-1)


def with_country(array: np.ndarray) -> np.ndarray:
    """Regions along the first axis, and after them their sum; a region without a number adds 0."""
    return np.concatenate([array, np.nansum(array, axis=0, keepdims=True)])


def without(frame: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """The rows whose key is none of `keys`, a table with the columns of KEY."""
    near = frame["indicator"].isin(keys["indicator"]) & frame["region"].isin(keys["region"])
    near &= frame["period"].isin(keys["period"])
    taken = pd.MultiIndex.from_frame(keys[list(KEY)])
    candidates = frame.loc[near, list(KEY)]
    same = pd.MultiIndex.from_frame(candidates).isin(taken)
    return frame.drop(index=candidates.index[same])
