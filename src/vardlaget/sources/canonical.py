"""Canonical observations: files that have the columns of the one table already."""

import difflib
from collections.abc import Callable
from datetime import date

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Indicators, Regions
from vardlaget.errors import InputError, Place, VardlagetError, at
from vardlaget.observations import (
    BASES,
    COLUMNS,
    EXCLUSIONS,
    NUMBERS,
    SPANS,
    STATUSES,
    WITHOUT_VALUE,
)
from vardlaget.periods import Month
from vardlaget.sources.numbers import parse_cell
from vardlaget.sources.tables import Table

REQUIRED = ("indicator", "region", "period")
DEFAULTS = {"span": "month", "scenario": "actual"}
# How far a printed share may lie from numerator / denominator, in percentage points.
SHARE_TOLERANCE = 0.51

Check = Callable[[str], str]


def observations_from(table: Table, indicators: Indicators, regions: Regions) -> pd.DataFrame:
    """A canonical table as observations. Raises InputError at the first cell that is wrong.

    Optional columns may be left out; `span` is then `month` and `scenario` `actual`. A share
    with numerator and denominator but no value gets its value from them, in per cent.
    """
    _check_header(table)
    frame = table.cells.reindex(columns=list(COLUMNS), fill_value="").apply(lambda c: c.str.strip())
    for column, default in DEFAULTS.items():
        frame[column] = frame[column].replace("", default)
    for column, check in _checks(indicators, regions).items():
        frame[column] = _mapped(table, frame[column], column, check)
    _check_periods(table, frame)
    _read_numbers(table, frame)
    _fill_shares(frame, indicators)
    _check_values(table, frame, indicators)
    _name_sources(table, frame)
    return observations.typed(frame)


def _check_header(table: Table) -> None:
    for column in table.cells.columns:
        if column not in COLUMNS:
            near = difflib.get_close_matches(column, COLUMNS, n=1)
            remedy = f"Did you mean '{near[0]}'?" if near else "Known: " + ", ".join(COLUMNS) + "."
            raise at(Place(table.name, 1, column), "unknown column", remedy)
    missing = [column for column in REQUIRED if column not in table.cells.columns]
    if not {"value", "numerator"} & set(table.cells.columns):
        missing.append("value")
    if missing:
        raise at(
            Place(table.name, 1),
            f"the header lacks {', '.join(missing)}",
            "The columns of observations are described in docs/data.md.",
        )
    if table.cells.empty:
        remedy = "Fill it or move it out of the folder."
        raise at(Place(table.name), "no rows below the header", remedy)


def _checks(indicators: Indicators, regions: Regions) -> dict[str, Check]:
    return {
        "indicator": lambda text: indicators[text].id,
        "region": lambda text: regions[text].code,
        "span": _one_of(SPANS),
        "basis": _one_of(BASES),
        "exclusions": _one_of(EXCLUSIONS),
        "status": _one_of(("", *STATUSES)),
    }


def _one_of(allowed: tuple[str, ...]) -> Check:
    def check(text: str) -> str:
        if text not in allowed:
            raise InputError(f"'{text}' is none of {', '.join(a for a in allowed if a)}.")
        return text

    return check


def _mapped(table: Table, cells: pd.Series, column: str, check: Check) -> pd.Series:
    """Each distinct value checked once; an error names the first row that has it."""
    results = {}
    for text in cells.unique():
        try:
            results[text] = check(text)
        except (VardlagetError, ValueError) as error:
            row = table.rows[int((cells == text).to_numpy().argmax())]
            raise at(Place(table.name, row, column, text), str(error).rstrip("."), "") from None
    return cells.map(results)


def _check_periods(table: Table, frame: pd.DataFrame) -> None:
    for span, cells in frame.groupby("span")["period"]:
        for period in cells.unique():
            if not _is_period(str(span), period):
                row = table.rows[cells.index[cells == period][0]]
                wanted = {"year": "a year such as 2024", "point": "a date such as 2024-02-29"}
                remedy = f"Span '{span}' takes {wanted.get(span, 'a month such as 2024-02')}."
                raise at(Place(table.name, row, "period", period), "not a period", remedy)


def _is_period(span: str, text: str) -> bool:
    try:
        if span == "year":
            Month.parse(f"{text}-01")
        elif span == "point":
            return date.fromisoformat(text).isoformat() == text
        else:
            Month.parse(text)
    except (InputError, ValueError):
        return False
    return True


def _read_numbers(table: Table, frame: pd.DataFrame) -> None:
    """Numbers and symbols; a symbol in `value` gives the status, which may not contradict it."""
    parsed = {column: _parsed(table, frame[column], column) for column in NUMBERS}
    symbols = _symbols(parsed)
    for column in NUMBERS:
        frame[column] = parsed[column].map(lambda cell: cell[0]).astype("float64")
    clash = (frame["status"] != "") & (symbols != "") & (frame["status"] != symbols)
    _refuse(table, frame, clash, "status", "the status and the symbol in 'value' differ")
    frame["status"] = frame["status"].where(frame["status"] != "", symbols)


def _symbols(parsed: dict[str, pd.Series]) -> pd.Series:
    """The status that a symbol in `value` gives, or where that is empty, one in the counts."""
    by_column = {column: cells.map(lambda cell: cell[1]) for column, cells in parsed.items()}
    empty = parsed["value"].map(lambda cell: cell[0] != cell[0] and not cell[1])
    symbols = by_column["value"]
    for column in ("numerator", "denominator"):
        told = by_column[column].isin(WITHOUT_VALUE)
        symbols = symbols.where(~(empty & (symbols == "") & told), by_column[column])
    return symbols


def _parsed(table: Table, cells: pd.Series, column: str) -> pd.Series:
    """Each cell as (number, status of a symbol)."""
    parsed = {}
    for text in cells.unique():
        try:
            parsed[text] = parse_cell(text)
        except ValueError:
            row = table.rows[int((cells == text).to_numpy().argmax())]
            remedy = "Write a number, or one of – .. . x for the reason why there is none."
            raise at(Place(table.name, row, column, text), "not a number", remedy) from None
    return cells.map(parsed)


def _fill_shares(frame: pd.DataFrame, indicators: Indicators) -> None:
    """value = 100 · numerator / denominator where only these are given.

    0/0 has no value: there is nothing to report, which is not 0 per cent.
    """
    shares = frame["indicator"].map(lambda id_: indicators[id_].unit == "percent")
    both = frame["numerator"].notna() & frame["denominator"].notna() & shares
    empty = both & frame["value"].isna() & (frame["status"].isin(["", "reported", "synthetic"]))
    some = empty & (frame["denominator"] != 0)
    frame.loc[some, "value"] = 100 * frame["numerator"][some] / frame["denominator"][some]
    frame.loc[empty & ~some, "status"] = "zero"
    blank = frame["status"] == ""
    frame.loc[blank & frame["value"].notna(), "status"] = "reported"
    frame.loc[blank & frame["value"].isna(), "status"] = "missing"


def _check_values(table: Table, frame: pd.DataFrame, indicators: Indicators) -> None:
    told = (frame["status"] == "zero") & frame["value"].notna() & (frame["value"] != 0)
    _refuse(table, frame, told, "value", "status 'zero' with a value that is not 0")
    hidden = frame["status"].isin(WITHOUT_VALUE)
    _refuse(table, frame, hidden & frame["value"].notna(), "value", "a value despite its status")
    silent = ~hidden & (frame["status"] != "zero") & frame["value"].isna()
    _refuse(table, frame, silent, "value", "no value despite its status")
    bounded = frame["indicator"].map(lambda id_: indicators[id_].bounded)
    over = bounded & (frame["numerator"] > frame["denominator"])
    _refuse(table, frame, over, "numerator", "larger than the denominator")
    outside = bounded & ((frame["value"] < 0) | (frame["value"] > 100))
    _refuse(table, frame, outside, "value", "a share outside 0–100 per cent")
    computed = 100 * frame["numerator"] / frame["denominator"].where(frame["denominator"] != 0)
    off = bounded & ((frame["value"] - computed).abs() > SHARE_TOLERANCE)
    _refuse(table, frame, off, "value", "not what numerator and denominator give")


def _refuse(table: Table, frame: pd.DataFrame, wrong: pd.Series, column: str, why: str) -> None:
    if wrong.any():
        index = int(wrong.to_numpy().argmax())
        written = table.cells[column].iloc[index] if column in table.cells else None
        place = Place(table.name, table.rows[index], column, written)
        raise at(place, why, "Correct the row, or move it out of the file.")


def _name_sources(table: Table, frame: pd.DataFrame) -> None:
    """Rows without a source of their own come from their file and row."""
    named = [f"{table.name}, row {row}" for row in table.rows]
    frame["source"] = frame["source"].where(frame["source"] != "", pd.Series(named, frame.index))
