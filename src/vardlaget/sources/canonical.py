"""Canonical observations: tables that have the columns of the one table already.

Wide exports come here too, once `mappings` has written them in these columns: whatever the form
of a file, its cells pass the same checks.
"""

import difflib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Indicators, Regions
from vardlaget.errors import InputError
from vardlaget.observations import (
    BASES,
    COLUMNS,
    EXCLUSIONS,
    KEY,
    NUMBERS,
    SPANS,
    STATUSES,
    WITHOUT_VALUE,
)
from vardlaget.sources import schema
from vardlaget.sources.numbers import parse_cell, parse_duration
from vardlaget.sources.rows import Refusal, Rows
from vardlaget.sources.tables import Table
from vardlaget.sources.written import parse_period

REQUIRED = ("indicator", "region", "period")
DEFAULTS = {"span": "month", "scenario": "actual"}
SWEDISH = {
    "indikator": "indicator",
    "mått": "indicator",
    "län": "region",
    "enhet": "unit",
    "månad": "period",
    "mätbas": "basis",
    "undantag": "exclusions",
    "kön": "sex",
    "åldersgrupp": "age_group",
    "ägarform": "ownership",
    "yrke": "profession",
    "yrkesgrupp": "profession",
    "kontaktform": "contact_form",
    "specialitet": "specialty",
    "vårdtyp": "care_type",
    "utförare": "provider",
    "täljare": "numerator",
    "nämnare": "denominator",
    "värde": "value",
    "källa": "source",
    "anmärkning": "note",
}
# What a translated table has beside the one table's columns: the row that each observation comes
# from, the column that its number stands in, and what that number is multiplied by.
ORIGIN = ("row", "column", "factor")
# Characters of a cell that a reason quotes.
LONGEST_QUOTE = 60
_SPAN_EXAMPLES = {"year": "a year such as 2024", "point": "a date such as 2024-02-29"}

Check = Callable[[str], str]


@dataclass(frozen=True)
class Catalogue:
    """What cells are checked against."""

    indicators: Indicators
    regions: Regions


def canonical_name(column: str) -> str:
    """A header's name as the one table has it; an unknown one as it is."""
    plain = column.strip().casefold()
    return SWEDISH.get(plain, plain)


def looks_canonical(header: list[str]) -> bool:
    """Whether a row is the header of such a table, if perhaps a misspelt one."""
    names = {canonical_name(name) for name in header}
    known = names & {*REQUIRED, "value", "numerator"}
    return len(known) >= 2 + ("indicator" not in known)


def check_header(table: Table) -> None:
    """Raises InputError for a column that is not known, and for one that is lacking."""
    place = f"row {table.header_row}"
    filled = [c for c in table.cells.columns if not c.startswith("#")]
    names = [canonical_name(column) for column in filled]
    for column, name in zip(filled, names, strict=True):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            remedy = f"Did you mean '{near[0]}'?" if near else "Known: " + ", ".join(COLUMNS)
            raise InputError(f"{place}, column '{column}': unknown column. {remedy}")
        if names.count(name) > 1:
            raise InputError(f"{place}, column '{column}': the header has it twice")
    missing = [column for column in REQUIRED if column not in names]
    if not {"value", "numerator"} & set(names):
        missing.append("value")
    if missing:
        raise InputError(
            f"{place}: the header lacks {', '.join(missing)}. "
            "The columns of observations are described in docs/data.md"
        )


def translated(table: Table) -> pd.DataFrame:
    """A canonical table's cells under the one table's names, each row from its own row."""
    named = [c for c in table.cells.columns if not c.startswith("#")]
    cells = table.cells[named].rename(columns=canonical_name)
    frame = cells.reindex(columns=list(COLUMNS), fill_value="")
    return frame.assign(row=table.rows, column="value", factor=1.0)


def refuse_long_rows(table: Table, rows: Rows) -> None:
    """Rows with more cells than the header: a separator or a quote too many."""
    beyond = [c for c in table.cells.columns if c.startswith("#")]
    if not beyond:
        return
    width = table.cells.shape[1] - len(beyond)
    filled = (table.cells[beyond] != "").to_numpy()
    for index in filled.any(axis=1).nonzero()[0]:
        count = width + int(filled[index].nonzero()[0][-1]) + 1
        reason = f"{count} cells where the header has {width}. Check separators and quotes"
        rows.refuse(table.rows[index], Refusal("too_many_cells", reason))


def checked(cells: pd.DataFrame, rows: Rows, catalogue: Catalogue) -> pd.DataFrame:
    """Text cells as observations; what is wrong is refused in `rows`.

    `cells` has the one table's columns and `ORIGIN`. A share with numerator and denominator but no
    value gets its value from them, in per cent. Optional cells may be empty; `span` is then
    `month` and `scenario` `actual`.
    """
    frame = cells.reset_index(drop=True)
    for column, default in DEFAULTS.items():
        frame[column] = frame[column].replace("", default)
    for column, check in _checks(catalogue).items():
        frame[column] = _mapped(frame, column, check, rows)
    frame = _with_origin(_kept(frame, rows))
    frame = _kept(_with_periods(frame, rows), rows)
    frame = _kept(_with_numbers(frame, rows, catalogue), rows)
    _fill_shares(frame, catalogue.indicators)
    for rule, broken in schema.violations(frame, catalogue.indicators):
        _refuse(frame, broken, rule.code, rule.reason, rule.column, rows)
    frame = _kept(frame, rows)
    frame["source"] = frame["source"].where(
        frame["source"] != "", rows.table.name + ", rad " + frame["row"].astype("str")
    )
    _warn_of_repeats(frame, rows)
    _warn_of_shares_of_one(frame, rows, catalogue.indicators)
    numberless = frame["status"].isin(("zero", *WITHOUT_VALUE))
    return observations.typed(observations.labelled(frame, frame["synthetic"] & numberless))


def _kept(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    return frame[rows.accepted(frame["row"])].reset_index(drop=True)


def _with_origin(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds synthetic: whether the table has any synthetic figure of the row's region.

    Not each row by itself: which of its rows say that they are nothing would tell it of a hidden
    one too.
    """
    own = frame["status"] == "synthetic"
    return frame.assign(synthetic=own.groupby(frame["region"]).transform("any").astype(bool))


def _checks(catalogue: Catalogue) -> dict[str, Check]:
    return {
        "indicator": lambda text: catalogue.indicators.named(text).id,
        "region": lambda text: catalogue.regions[text].code,
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


def _mapped(frame: pd.DataFrame, column: str, check: Check, rows: Rows) -> pd.Series:
    """Each distinct value checked once."""
    results, wrong = {}, {}
    for text in frame[column].unique():
        try:
            results[text] = check(text)
        except InputError as error:
            wrong[text] = _short(str(error), text).rstrip(".")
    _refuse_texts(frame, wrong, f"unknown_{column}", column, rows)
    return frame[column].map(results | dict.fromkeys(wrong, ""))


def _short(reason: str, text: str) -> str:
    """A reason that quotes a text, without all of a long one."""
    return reason.replace(text, text[:LONGEST_QUOTE] + "…") if len(text) > LONGEST_QUOTE else reason


def _refuse_texts(
    frame: pd.DataFrame, wrong: dict[str, str], code: str, column: str, rows: Rows
) -> None:
    """Refuses the rows whose cell is one of `wrong`, each for the reason that is given there."""
    if wrong:
        reasons = frame[column].map(wrong)
        _refuse(frame, reasons.notna(), code, reasons, column, rows)


def _refuse(
    frame: pd.DataFrame,
    wrong: pd.Series,
    code: str,
    reason: str | pd.Series,
    column: str,
    rows: Rows,
) -> None:
    """Refuses the rows, each with the cell as the file has it; `reason` is one, or one a row."""
    if not wrong.any():
        return
    told = frame.loc[wrong.to_numpy(), ["row", "column"]]
    reasons = reason[wrong.to_numpy()] if isinstance(reason, pd.Series) else [reason] * len(told)
    named: dict[str, str | None] = {}
    for row, where, why in zip(told["row"], told["column"], reasons, strict=True):
        if row in rows.refused:
            continue
        where = where if column in NUMBERS else column
        if where not in named:
            named[where] = _named_in(rows.table, where, column)
        known = named[where]
        value = rows.cell(row, known) if known else ""
        rows.refuse(int(row), Refusal(code, why, known or where, value))


def _named_in(table: Table, column: str, name: str) -> str | None:
    """The column that the file calls so, or that holds what the one table calls `name`."""
    for known in table.cells.columns:
        if known == column or canonical_name(known) in (name, canonical_name(column)):
            return known
    return None


def _with_periods(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    periods = frame["period"].copy()
    for span, cells in frame.groupby("span")["period"]:
        results, wrong = {}, []
        for text in cells.unique():
            try:
                results[text] = parse_period(str(span), text)
            except ValueError:
                wrong.append(text)
        periods[cells.index] = cells.map(results | dict.fromkeys(wrong, ""))
        wanted = _SPAN_EXAMPLES.get(str(span), "a month such as 2024-02")
        reason = f"not a period. Span '{span}' takes {wanted}"
        _refuse_texts(
            frame.loc[cells.index], dict.fromkeys(wrong, reason), "not_a_period", "period", rows
        )
    return frame.assign(period=periods)


def _with_numbers(frame: pd.DataFrame, rows: Rows, catalogue: Catalogue) -> pd.DataFrame:
    """Numbers and symbols; a symbol in `value` gives the status, which may not contradict it."""
    units = {id_: catalogue.indicators[id_].unit for id_ in frame["indicator"].unique()}
    unit = frame["indicator"].map(units)
    parsed = {column: _parsed(frame, column, unit == "seconds", rows) for column in NUMBERS}
    for column in NUMBERS:
        signed = frame[column].str.endswith("%")
        if column == "value":
            signed &= unit != "percent"
        reason = "a per cent sign behind what is no share"
        _refuse(frame, signed, "percent_sign", reason, column, rows)
    symbols = _symbols(parsed)
    numbers = {
        column: cells.map(lambda cell: cell[0]).astype("float64") * frame["factor"]
        for column, cells in parsed.items()
    }
    clash = (frame["status"] != "") & (symbols != "") & (frame["status"] != symbols)
    # A whole file may be marked as synthetic; a symbol in it still says why there is no number.
    clash &= frame["status"] != "synthetic"
    reason = "the status and the symbol in 'value' differ"
    _refuse(frame, clash, "status_differs", reason, "status", rows)
    told = (frame["status"] != "") & ~((frame["status"] == "synthetic") & (symbols != ""))
    return frame.assign(**numbers, status=frame["status"].where(told, symbols))


def _symbols(parsed: dict[str, pd.Series]) -> pd.Series:
    """The status that a symbol in `value` gives, or where that is empty, one in the counts."""
    by_column = {column: cells.map(lambda cell: cell[1]) for column, cells in parsed.items()}
    empty = parsed["value"].map(lambda cell: cell[0] != cell[0] and not cell[1]).astype(bool)
    symbols = by_column["value"]
    for column in ("numerator", "denominator"):
        told = by_column[column].isin(WITHOUT_VALUE)
        symbols = symbols.where(~(empty & (symbols == "") & told), by_column[column])
    return symbols.astype("str")


def _parsed(frame: pd.DataFrame, column: str, durations: pd.Series, rows: Rows) -> pd.Series:
    """Each cell as (number, status of a symbol)."""
    parsed, timed, wrong = {}, {}, {}
    reason = "not a number. Write a number, or one of – .. . x for the reason why there is none"
    for text in frame[column].unique():
        try:
            parsed[text] = parse_cell(text)
        except ValueError:
            parsed[text] = (float("nan"), "")
            wrong[text] = reason
    found = frame[column].map(parsed)
    for text in wrong:
        with suppress(ValueError):
            timed[text] = (parse_duration(text), "")
    if timed:
        there = durations & frame[column].isin(timed)
        found = found.where(~there, frame[column].map(timed))
        frame = frame[~there]
    _refuse_texts(frame, wrong, "not_a_number", column, rows)
    return found


def _fill_shares(frame: pd.DataFrame, indicators: Indicators) -> None:
    """value = 100 · numerator / denominator where only these are given.

    0/0 has no value, also where a source prints 0 per cent for it: there is nothing to report.
    """
    percent = {id_: indicators[id_].unit == "percent" for id_ in frame["indicator"].unique()}
    shares = frame["indicator"].map(percent).astype(bool)
    both = frame["numerator"].notna() & frame["denominator"].notna() & shares
    none = (frame["numerator"] == 0) & (frame["denominator"] == 0) & (frame["value"] == 0)
    told = frame["status"].isin(["", "reported", "preliminary", "synthetic"])
    frame.loc[none & shares & told, "value"] = float("nan")
    empty = both & frame["value"].isna() & told
    some = empty & (frame["denominator"] != 0)
    frame.loc[some, "value"] = 100 * frame["numerator"][some] / frame["denominator"][some]
    frame.loc[empty & ~some, "status"] = "zero"
    blank = frame["status"] == ""
    frame.loc[blank & frame["value"].notna(), "status"] = "reported"
    gone = blank | (frame["status"] == "synthetic")
    frame.loc[gone & frame["value"].isna(), "status"] = "missing"


def _warn_of_repeats(frame: pd.DataFrame, rows: Rows) -> None:
    """A row that stands twice with one value counts once; the analyst should know."""
    same = frame.duplicated([*KEY, *NUMBERS, "status"], keep="first")
    if same.any():
        row = int(frame["row"][same].iloc[0])
        count = int(same.sum())
        rows.warn("repeated", "stands twice with one value; counted once", row=row, rows=count)


def _warn_of_shares_of_one(frame: pd.DataFrame, rows: Rows, indicators: Indicators) -> None:
    """Shares of which none is above 1 are probably of 1; they are used as per cent all the same."""
    bounded = {id_: indicators[id_].bounded for id_ in frame["indicator"].unique()}
    shares = frame["value"][frame["indicator"].map(bounded).astype(bool)].dropna()
    if len(shares) and shares.max() <= 1 and (shares % 1).any():
        row, count = int(frame["row"][shares.index[0]]), len(shares)
        reason = "no share in this file is above 1: they are read as they are, in per cent"
        rows.warn("shares_of_one", reason, row=row, column="value", rows=count)
