"""The rows of a waiting list as numbers: a code for each text, a day for each date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from vardlaget.errors import InputError
from vardlaget.sources.waiting_list.columns import MARGINS, Check, is_personal_number
from vardlaget.sources.waiting_list.files import OpenList

# Days are counted from 1970-01-01; below 0 they say why there is no day.
EPOCH = date(1970, 1, 1)
FIRST_DAY, LAST_DAY = ((date(*d) - EPOCH).days for d in ((1990, 1, 1), (2100, 12, 31)))
MISSING, UNREADABLE, NO_SUCH_DAY, OUT_OF_RANGE = -1, -2, -3, -4

# A column with more values than this, or pairs of region and value, is not what its header says.
MOST_VALUES = 5000
_NESTED = ("specialty", "unit", "ownership")
# Below it, a search through the list is faster than DuckDB's ENUM (dictionaries are coded once).
_SEARCHED = 100
_BATCH = 100_000
_FORMATS = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
)


@dataclass(frozen=True)
class Coded:
    """A column of few values: `meanings[code]` is what text number `code` means, None if nothing.

    `sql` gives the code of a row, and `pairs[region code, code]` tells which occur together, in
    columns whose values a region may have for itself.
    """

    meanings: list[str | None]
    sql: str
    pairs: np.ndarray | None


@dataclass(frozen=True)
class Batch:
    """Rows that follow each other: codes by column, and the days of referral and start."""

    first: int
    codes: dict[str, np.ndarray]
    referral: np.ndarray
    start: np.ndarray

    def __len__(self) -> int:
        return len(self.referral)


def coded_columns(rows: OpenList, checks: dict[str, Check]) -> dict[str, Coded]:
    """The list's coded columns; `age` becomes `age_group`, where there is none.

    Raises InputError where a column has too many values, or values that point at persons.
    """
    wanted = [column for column in checks if column in rows.columns]
    if "age_group" in wanted and "age" in wanted:
        wanted.remove("age")
    coded = {column: _coded(rows, column, checks[column]) for column in wanted}
    if "age" in coded:
        coded["age_group"] = coded.pop("age")
    return coded


def days(rows: OpenList) -> dict[str, dict[int, int]]:
    """How many rows have each day, or reason for none, as `referral` and as `start`.

    A start that is before its own referral, as the cells are written, is passed over.
    """
    referral, start = rows.columns["referral_date"], rows.columns.get("start_date", "NULL")
    alike = rows.types["referral_date"] == rows.types.get("start_date")
    sound = f"({start} < {referral}) IS NOT TRUE" if alike else "TRUE"
    found = {}
    for name, column, cell, where in (
        ("referral", "referral_date", referral, "TRUE"),
        ("start", "start_date", start, sound),
    ):
        # Grouped by cells, which are far fewer than rows, before they are read as dates.
        cells = f"SELECT {cell}, count(*) AS n FROM {rows.table} WHERE {where} GROUP BY ALL"
        counted = f"SELECT {_day(rows, column)} AS day, CAST(sum(n) AS BIGINT) FROM ({cells})"
        found[name] = dict(rows.connection.sql(f"{counted} GROUP BY day").fetchall())
    return found


def batches(rows: OpenList, coded: dict[str, Coded]) -> Iterator[Batch]:
    """All rows in the order of the file, from number 0; the whole is never held."""
    columns = [f"CAST({column.sql} AS USMALLINT)" for column in coded.values()]
    columns += [_day(rows, "referral_date"), _day(rows, "start_date")]
    numbered = ", ".join(f"{sql} AS n{index}" for index, sql in enumerate(columns))
    reader = rows.connection.sql(f"SELECT {numbered} FROM {rows.table}").to_arrow_reader(_BATCH)
    first = 0
    for read in reader:
        *codes, referral, start = (column.to_numpy(zero_copy_only=False) for column in read)
        yield Batch(first, dict(zip(coded, codes, strict=True)), referral, start)
        first += read.num_rows


def _coded(rows: OpenList, column: str, check: Check) -> Coded:
    text = _text(rows, column)
    texts = [value for (value,) in _distinct(rows, column, text)]
    if column in MARGINS and any(map(is_personal_number, texts)):
        raise InputError(
            f"{rows.name}, column '{rows.headers[column]}': holds what look like personal identity "
            "numbers. Rename it, or export the right one."
        )
    pairs = _pairs(rows, column, texts) if column in _NESTED else None
    return Coded([check(value) for value in texts], _code(rows, column, text, texts), pairs)


def _pairs(rows: OpenList, column: str, texts: list[str]) -> np.ndarray:
    """Which of the texts occur in which region, both in order."""
    region = _text(rows, "region")
    regions = [value for (value,) in _distinct(rows, "region", region)]
    place = {value: index for index, value in enumerate(regions)}
    number = {value: index for index, value in enumerate(texts)}
    pairs = np.zeros((len(regions), len(texts)), dtype=bool)
    for region_text, value in _distinct(rows, column, region, _text(rows, column)):
        pairs[place[region_text], number[value]] = True
    return pairs


def _distinct(rows: OpenList, column: str, *texts: str) -> list[tuple[str, ...]]:
    """The texts, or pairs of them, that occur, in order. Raises InputError if they are too many."""
    query = f"SELECT DISTINCT {', '.join(texts)} FROM {rows.table} LIMIT {MOST_VALUES + 1}"
    found = rows.connection.sql(query).fetchall()
    if len(found) > MOST_VALUES:
        raise InputError(
            f"{rows.name}, column '{rows.headers[column]}': too many different values for a column "
            f"of {column}. Rename it, or export the right one."
        )
    return sorted({tuple(text or "" for text in row) for row in found})


def _text(rows: OpenList, column: str) -> str:
    return f"CAST({rows.columns[column]} AS VARCHAR)"


def _code(rows: OpenList, column: str, text: str, texts: list[str]) -> str:
    """SQL for the number of a text among `texts`, counted from 0; NULL is the empty text."""
    rows.connection.execute(f"SET VARIABLE texts_{column} = ?", [texts])
    if len(texts) <= _SEARCHED:
        code = f"list_position(getvariable('texts_{column}'), {text}) - 1"
    else:
        values = f"SELECT unnest(getvariable('texts_{column}'))"
        rows.connection.execute(f"CREATE TYPE enum_{column} AS ENUM ({values})")
        code = f"enum_code(CAST({text} AS enum_{column}))"
    return f"coalesce({code}, {texts.index('')})" if "" in texts else code


def _day(rows: OpenList, column: str) -> str:
    """SQL for the day of a date, or the reason why there is none."""
    if column not in rows.columns:
        return f"CAST({MISSING} AS INTEGER)"
    cell, kind = rows.columns[column], rows.types[column]
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        day, without = f"CAST({cell} AS DATE)", str(MISSING)
    else:
        text = f"trim(CAST({cell} AS VARCHAR))"
        formats = ", ".join(f"'{form}'" for form in _FORMATS)
        day = f"CAST(try_strptime({text}, [{formats}]) AS DATE)"
        without = (
            f"CASE WHEN coalesce({text}, '') = '' THEN {MISSING} "
            f"WHEN regexp_matches({text}, '^[0-9]{{4}}-?02-?29') THEN {NO_SUCH_DAY} "
            f"ELSE {UNREADABLE} END"
        )
    return (
        f"CAST(CASE WHEN {day} BETWEEN DATE '1990-01-01' AND DATE '2100-12-31' "
        f"THEN {day} - DATE '1970-01-01' "
        f"WHEN {day} IS NOT NULL THEN {OUT_OF_RANGE} ELSE {without} END AS INTEGER)"
    )
