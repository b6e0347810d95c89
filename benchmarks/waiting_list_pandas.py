"""The same figures by a straightforward pandas program: a filter a month, a groupby a margin.

What `waiting_list.py` compares with: written as an analyst would, with categories and one pass
over the months. Everything is in memory at once.
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet

from vardlaget import observations
from vardlaget.periods import Month

TEXTS = ("region", "unit", "specialty", "care_type", "deviation_code", "sex", "ownership")
MARGINS = (None, "specialty", "unit", "sex", "age_group", "ownership")
INTERVALS = ((0, 30), (31, 60), (61, 90), (91, 120), (121, 180), (181, 365), (366, math.inf))
AGES = {"0-17": 0, "18-44": 18, "45-64": 45, "65-79": 65, "80+": 80}


def aggregate(path: Path, source: str, months: tuple[Month, ...]) -> pd.DataFrame:
    """The observations of a sound waiting list in Parquet."""
    rows = _read(path)
    counted: dict[str | None, dict[tuple[str, str], pd.DataFrame]] = {m: {} for m in MARGINS}
    for month in months:
        first = pd.Timestamp(month.year, month.number, 1)
        last = pd.Timestamp(month.last_day)
        open_ = (rows["referral_date"] <= last) & ~(rows["start_date"] <= last)
        waiting = rows[open_]
        completed = rows[rows["start_date"].between(first, last)]
        for margin, counts in _counts(waiting, last - waiting["referral_date"]).items():
            counted[margin][str(month), "waiting"] = counts
        waits = completed["start_date"] - completed["referral_date"]
        for margin, counts in _counts(completed, waits).items():
            counted[margin][str(month), "completed"] = counts
    parts = []
    for margin, tables in counted.items():
        groups = pd.concat([pd.DataFrame(index=table.index) for table in tables.values()]).index
        for (period, basis), counts in tables.items():
            parts.append(_long(_filled(counts, groups.unique()), margin))
            parts[-1] = parts[-1].assign(period=period, basis=basis)
    frame = pd.concat(parts, ignore_index=True)
    return observations.typed(frame.assign(span="month", scenario="actual", source=source))


def _read(path: Path) -> pd.DataFrame:
    columns = [*TEXTS, "age", "referral_date", "start_date"]
    table = pyarrow.parquet.read_table(path, columns=columns, read_dictionary=list(TEXTS))
    rows = table.to_pandas(date_as_object=False)
    bounds = [*AGES.values(), 200]
    rows["age_group"] = pd.cut(rows.pop("age"), bounds, right=False, labels=list(AGES))
    return rows


def _counts(rows: pd.DataFrame, waits: pd.Series) -> dict[str | None, pd.DataFrame]:
    """Numbers of patients and percentiles by region, phase and each margin."""
    rows = rows.assign(days=waits.dt.days, pvv=rows["deviation_code"] == "PvV")
    rows = rows.assign(mov=rows["deviation_code"] == "MoV", patients=1)
    for limit in (30, 60, 90, 150):
        rows[f"within_{limit}"] = rows["days"] <= limit
        rows[f"counted_{limit}"] = rows[f"within_{limit}"] & ~rows["pvv"]
    rows["neither_90"] = rows["counted_90"] & ~rows["mov"]
    for first, last in INTERVALS:
        rows[_interval(first, last)] = rows["days"].between(first, last)
    summed = [column for column in rows if rows[column].dtype == bool or column == "patients"]
    tables = {}
    for margin in MARGINS:
        keys = ["region", "care_type"] + ([margin] if margin else [])
        counts = rows.groupby(keys, observed=True)[summed].sum()
        waited = rows[~rows["pvv"]].groupby(keys, observed=True)["days"]
        for name, part in (("median_wait", 0.5), ("p90_wait", 0.9)):
            counts[name] = waited.agg(np.quantile, part, method="inverted_cdf")
        tables[margin] = counts
    return tables


def _filled(counts: pd.DataFrame, groups: pd.Index) -> pd.DataFrame:
    """Groups that have patients in another month have none in this."""
    percentiles = ["median_wait", "p90_wait"]
    filled = counts.drop(columns=percentiles).reindex(groups, fill_value=0)
    return filled.join(counts[percentiles])


def _interval(first: float, last: float) -> str:
    return "days_366_plus" if last == math.inf else f"days_{first}_{last}"


def _long(counts: pd.DataFrame, margin: str | None) -> pd.DataFrame:
    """One row a figure, from one row a group."""
    counted = counts["patients"] - counts["pvv"]
    parts = []
    for limit in (30, 60, 90, 150):
        parts.append(_share(counts, f"{limit}d", counts[f"counted_{limit}"], counted))
    over = {days: counted - counts[f"counted_{days}"] for days in (90, 150)}
    parts.append(_share(counts, "over_150d", over[150], counted))
    for days, number in over.items():
        parts.append(_number(counts, f"over_{days}d_count", number))
    parts.append(_number(counts, "patients", counts["patients"]))
    parts.append(_number(counts, "patient_chosen", counts["pvv"]))
    parts.append(_number(counts, "medically_caused", counts["mov"]))
    for column in [*(_interval(*ends) for ends in INTERVALS), "median_wait", "p90_wait"]:
        parts.append(_number(counts, column, counts[column]))
    if margin is None:
        none = _share(counts, "90d", counts["within_90"], counts["patients"])
        neither = _share(counts, "90d", counts["neither_90"], counted - counts["mov"])
        parts += [none.assign(exclusions="none"), neither.assign(exclusions="pvv_mov")]
    long = pd.concat(parts).reset_index()
    if margin not in (None, "specialty"):
        kept = ("90d", "patients", "over_90d_count", "over_150d_count", "median_wait", "p90_wait")
        long = long[long["indicator"].isin(kept)]
    long["indicator"] = long.pop("care_type").astype("str") + "_" + long["indicator"]
    return long


def _share(counts, suffix: str, numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    value = 100 * numerator / denominator.where(denominator > 0)
    figures = {"numerator": numerator, "denominator": denominator, "value": value}
    return _rows(counts, suffix, figures)


def _number(counts: pd.DataFrame, suffix: str, value: pd.Series) -> pd.DataFrame:
    return _rows(counts, suffix, {"value": value})


def _rows(counts: pd.DataFrame, suffix: str, figures: dict[str, pd.Series]) -> pd.DataFrame:
    frame = pd.DataFrame(figures, index=counts.index).assign(indicator=suffix)
    status = frame["value"].isna().map({True: "zero", False: "reported"})
    return frame.assign(status=status)
