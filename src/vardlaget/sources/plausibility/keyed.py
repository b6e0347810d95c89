"""The one table with its keys as numbers, so that a million rows are compared in seconds."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from vardlaget.catalogue.indicators import Indicator, Indicators
from vardlaget.observations import KEY

# Series of one indicator and region that are compared with each other.
FAMILY = ("indicator", "region", "basis", "exclusions")


def keyed(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """Every row, KEY as categories, with `key`, `series` and `month` as whole numbers.

    Rows of one `key` share every column of KEY, those of one `series` all but the period. `month`
    counts months from year 0; a year counts as its December.
    """
    rows = frame.reset_index(drop=True).astype(dict.fromkeys(KEY, "category"))
    known = [id_ for id_ in rows["indicator"].cat.categories if id_ in indicators]
    rows = rows[rows["indicator"].isin(known)].reset_index(drop=True)
    rows["indicator"] = rows["indicator"].cat.remove_unused_categories()
    periods = rows["period"].cat
    months = np.array([month_number(period) for period in periods.categories], dtype="int64")
    rows["month"] = months[periods.codes.to_numpy()]
    rows["series"] = numbered(rows, [column for column in KEY if column != "period"])
    rows["key"] = numbered(rows, list(KEY))
    return rows


def one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """The first row of each key, one with a value before one without."""
    valued_first = rows.iloc[np.argsort(rows["value"].isna().to_numpy(), kind="stable")]
    return valued_first.drop_duplicates("key").sort_index()


def numbered(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """The same whole number for rows that are equal in all `columns`."""
    varying = [column for column in columns if rows[column].nunique() > 1]
    if not varying:
        return np.zeros(len(rows), dtype="int64")
    return rows.groupby(varying, observed=True, sort=False).ngroup().to_numpy()


def of_indicator(
    rows: pd.DataFrame, indicators: Indicators, what: Callable[[Indicator], object]
) -> np.ndarray:
    """`what` of each row's indicator, asked once an indicator."""
    column = rows["indicator"].cat
    answers = np.array([what(indicators[id_]) for id_ in column.categories])
    return answers[column.codes.to_numpy()]


def month_number(period: str) -> int:
    """Months from year 0: `2024-02` and `2024-02-29` are 24289, `2024` is as `2024-12`."""
    return int(period[:4]) * 12 + int(period[5:7] or 12) - 1


def month_text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
