"""The one table: every figure of every kind, one row each."""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.periods import Month

BREAKDOWNS = (
    "sex",
    "age_group",
    "ownership",
    "profession",
    "contact_form",
    "specialty",
    "care_type",
    "provider",
)
KEY = (
    "indicator",
    "region",
    "unit",
    "span",
    "period",
    "scenario",
    "basis",
    "exclusions",
    *BREAKDOWNS,
)
_BREAKDOWN = re.compile(rf"(?:^|;)({'|'.join(BREAKDOWNS)})=")
NUMBERS = ("numerator", "denominator", "value")
COLUMNS = (*KEY, *NUMBERS, "status", "source", "note")

SPANS = ("month", "ytd", "r12", "year", "point")
BASES = ("", "waiting", "completed")
# What a share leaves out; empty is what its indicator's definition says.
EXCLUSIONS = ("", "none", "pvv", "pvv_mov")
STATUSES = (
    "reported",
    "zero",
    "missing",
    "not_applicable",
    "suppressed",
    "preliminary",
    "synthetic",
)
# Scenarios that speak of a year before it is over.
PLANS = ("budget", "forecast", "target", "range_lower", "range_upper", "forecast_vs_budget")
WITHOUT_VALUE = ("missing", "not_applicable", "suppressed")
# The label in the note of a synthetic row whose status says why it has no number.
SYNTHETIC = "syntetisk uppgift"
_LABEL = re.compile(rf"(?:^|; ){SYNTHETIC}(?:$|;)")


def empty() -> pd.DataFrame:
    """A table without rows: text columns as strings, numbers as float64."""
    return _empty().copy(deep=False)


@cache
def _empty() -> pd.DataFrame:
    return typed(pd.DataFrame({column: [] for column in COLUMNS}))


def one(**cells: object) -> pd.DataFrame:
    """A table of one row; columns that are not given are empty, others than COLUMNS stand last.

    For many rows use `typed`, which gives texts their type: here they are plain objects, as a
    string array for each would take ten times as long as all else.
    """
    numbers = {name: [float(cells.pop(name, "nan"))] for name in NUMBERS}
    texts = dict.fromkeys((name for name in COLUMNS if name not in NUMBERS), "") | cells
    row = np.array([[*texts.values()]], dtype=object)
    frame = pd.DataFrame(row, columns=[*texts], dtype=object)
    for place, (name, number) in enumerate(numbers.items(), start=len(KEY)):
        frame.insert(place, name, number)
    return frame


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of the one table in their order and types; absent text is the empty string."""
    if _is_typed(frame):
        return frame.copy(deep=False)
    typed = {}
    for column in COLUMNS:
        if column in NUMBERS:
            cells = frame.get(column, pd.Series(float("nan"), index=frame.index))
            typed[column] = pd.to_numeric(cells).astype("float64")
        else:
            cells = frame.get(column, pd.Series("", index=frame.index, dtype="str"))
            text = cells.astype("str")
            typed[column] = text.where(cells.notna(), "") if cells.hasnans else text
    return pd.DataFrame(typed, index=frame.index)


def _is_typed(frame: pd.DataFrame) -> bool:
    if tuple(frame.columns) != COLUMNS:
        return False
    kinds = frame.dtypes
    if not (kinds[list(NUMBERS)] == "float64").all():
        return False
    texts = [name for name in COLUMNS if name not in NUMBERS]
    return (kinds[texts] == "str").all() and not any(frame[name].hasnans for name in texts)


def combine(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows, in a fixed order. A row that stands twice with one value stands once.

    Rows that share a key but differ in value are all kept: see `contradictions`.
    """
    frame = pd.concat([empty(), *frames], ignore_index=True) if frames else empty()
    order = [*KEY, "source", *NUMBERS, "status", "note"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    return frame.drop_duplicates([*KEY, *NUMBERS, "status"], ignore_index=True)


def select(frame: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Rows whose columns equal `wanted`; a list means any of its values.

    Breakdowns not named are empty (the whole), the exclusions those of the definition, and the
    scenario is `actual`. `...` means any value.
    """
    usual = dict.fromkeys(("exclusions", *BREAKDOWNS), "") | {"scenario": "actual"}
    # By indicator first, which leaves few rows to compare; all columns are taken once, at the end.
    first = {"indicator": ..., **wanted}
    rows = np.arange(len(frame))
    for column, value in (first | {k: v for k, v in usual.items() if k not in first}).items():
        if value is not ... and len(rows):
            cells = frame[column].array
            cells = cells if len(rows) == len(frame) else cells.take(rows)
            rows = rows[cells.isin(value) if isinstance(value, list) else cells == value]
    return frame.iloc[rows]


def broken_down(text: str) -> dict[str, str]:
    """Each of BREAKDOWNS as a text such as `sex=women;specialty=urology` tells it, else empty."""
    parts = _BREAKDOWN.split(text)
    return dict.fromkeys(BREAKDOWNS, "") | dict(zip(parts[1::2], parts[2::2], strict=True))


def is_synthetic(frame: pd.DataFrame) -> pd.Series:
    """Which rows are synthetic: by their status, or by the label in their note.

    The label is a matter of where a row comes from and never of its number: rows that are hidden
    have it, and tell nothing by it.
    """
    notes = frame["note"]
    labels = {note: bool(_LABEL.search(note)) for note in notes.dropna().unique()}
    return (frame["status"] == "synthetic") | notes.map(labels).eq(True)


def label_of(*rows: Mapping | pd.Series) -> str:
    """The label for a note if any of these rows is synthetic, else nothing."""
    return SYNTHETIC if any_synthetic(*rows) else ""


def any_synthetic(*rows: Mapping | pd.Series) -> bool:
    """Whether any of these rows is synthetic, as in `is_synthetic`."""
    return any(row["status"] == "synthetic" or _LABEL.search(row["note"]) for row in rows)


def labelled(frame: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """The frame with the label in the note of these rows that do not say so yet."""
    new = rows & ~is_synthetic(frame) if rows.any() else rows
    return noted(frame, new, SYNTHETIC)


def noted(frame: pd.DataFrame, rows: pd.Series | np.ndarray, text: str) -> pd.DataFrame:
    """The frame with a text after what the note of these rows says."""
    notes = frame["note"].where(frame["note"] == "", frame["note"] + "; ") + text
    return frame.assign(note=frame["note"].mask(rows, notes))


def last_months(frame: pd.DataFrame) -> pd.Series:
    """The month that each row's period ends with."""
    return frame["period"].where(frame["span"] != "year", frame["period"] + "-12")


def contradictions(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows whose key has more than one value, in the order of the table."""
    valued = frame[frame["value"].notna()]
    return valued[valued.duplicated(list(KEY), keep=False)]


def single(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each key, one with a value first; where values differ, one that is missing."""
    rows = frame.reset_index(drop=True)
    clashing = contradictions(rows.drop_duplicates([*KEY, "value"])).index
    order = rows["value"].isna().sort_values(kind="stable").index
    rows = rows.loc[order].drop_duplicates(list(KEY)).sort_index()
    clashes = rows.index.isin(clashing)
    rows.loc[clashes, list(NUMBERS)] = float("nan")
    rows.loc[clashes, "status"] = "missing"
    return rows


def months_with_data(frame: pd.DataFrame, region: str) -> list[str]:
    """The months for which a region has a row of its own, a year counting as its December.

    The country's are those of all regions.
    """
    own = frame[frame["span"].isin(["month", "ytd", "r12", "year"])]
    own = own if region == COUNTRY else own[own["region"] == region]
    months = last_months(own)
    actual = own["scenario"].isin(["actual", "range_lower"])
    return sorted(set(months[actual]))


def slice_for(frame: pd.DataFrame, region: str, month: Month, months_back: int) -> pd.DataFrame:
    """What a region's notebooks may read: the region and the country, up to and with the month.

    Full-year figures of the month's year belong to it only in December. Plans, with a
    forecast's range, do for this year and later ones.
    """
    near = _only(frame, frame["region"].isin([region, COUNTRY]))
    monthly = near["span"].isin(["month", "ytd", "r12"])
    first, last = str(month.minus(months_back)), str(month)
    within = monthly & (near["period"] >= first) & (near["period"] <= last)
    full_years = month.year if month.number == 12 else month.year - 1
    annual = (near["span"] == "year") & (near["period"] <= str(full_years))
    plans = (near["span"] == "year") & near["scenario"].isin(PLANS)
    plans &= near["period"] >= str(month.year)
    points = (near["span"] == "point") & (near["period"] <= str(month.last_day))
    return _only(near, within | annual | plans | points)


def _only(frame: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    """These rows; the frame itself where they are all, as in what was cut before."""
    return frame if rows.all() else frame[rows]
