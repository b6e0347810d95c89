"""Files as tables of text: the encodings, separators, titles and spreadsheets of daily life."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet

from vardlaget.errors import InputError
from vardlaget.sources.workbooks import LARGEST_UNPACKED, MOST_CELLS, read_workbook

# What files begin with that are no text, whatever their name says.
SIGNATURES = {
    b"PK\x03\x04": "a zip archive, such as an Excel workbook. Name it as what it is",
    b"\xd0\xcf\x11\xe0": "an old Office file, such as .xls. Save it as .xlsx or CSV",
    b"PAR1": "a Parquet file. Name it .parquet",
    b"\xff\xfe": "UTF-16, perhaps Excel's Unicode text. Export it again as CSV UTF-8",
    b"\xfe\xff": "UTF-16. Export it again as CSV UTF-8",
}
# UTF-8 for å, ä, ö, é, for the no-break space and for dashes, as Windows-1252 text never has them.
_UTF_8 = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x80-\xbf]")
# How pandas names an index that it writes beside the columns.
_INDEX = re.compile(r"__index_level_\d+__")
SEPARATORS = ";\t,"
NEARLY_ALL = 0.8
# A header stands among the first rows, below titles.
HEADER_WITHIN = 30
# Figures for a whole country and four years are a tenth of this; more is a mistake or an attack.
LARGEST_FILE = 500_000_000
MOST_ROWS = 20_000_000


@dataclass(frozen=True)
class Table:
    """Rows of text below a header: `cells` has the header's names as columns.

    `rows` gives each row's number in the file (the first line is 1); `titles` the rows of text
    above the header. `cut_row` is the last row of a file that ends in the middle of it, and
    `unended_row` one that no line break ends, though it looks whole.
    """

    file: str
    sheet: str
    cells: pd.DataFrame
    rows: list[int]
    titles: tuple[str, ...] = ()
    header_row: int = 1
    cut_row: int | None = None
    unended_row: int | None = None

    @property
    def name(self) -> str:
        """File and sheet, as an account and a source name them."""
        return f"{self.file}, blad '{self.sheet}'" if self.sheet else self.file


@dataclass(frozen=True)
class Sheet:
    """All rows of a sheet as text cells, titles included; they may differ in length.

    A table stored by columns (Parquet, JSON records) has its header in row 1 and no titles. A text
    file that no line break ends is `unended`; one that ends inside a character is `cut`.
    """

    file: str
    name: str
    cells: list[list[str]] = field(repr=False)
    columns: pd.DataFrame | None = field(default=None, repr=False)
    unended: bool = False
    cut: bool = False

    def headers(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that may be the header: their number in the file and their names.

        A row, and a row together with the one above it (a header in two rows, the upper one's
        cells merged over several columns).
        """
        if self.columns is not None:
            yield 1, list(self.columns.columns)
            return
        near = [(n, row) for n, row in enumerate(self.cells[:HEADER_WITHIN], 1) if any(row)]
        for index, (number, row) in enumerate(near):
            yield number, row
            if index:
                yield number, _joined(near[index - 1][1], row)

    def below(self, number: int, header: list[str]) -> Table:
        """The table under a header that `headers` gave.

        Raises InputError for a name twice, and for one row so long that the table is too large.
        """
        if self.columns is not None:
            rows = list(range(2, len(self.columns) + 2))
            return Table(self.file, self.name, self.columns, rows)
        width = _width(header)
        names = [name or f"#{place}" for place, name in enumerate(header[:width], 1)]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise InputError(f"row {number}, column '{twice[0]}': the header has it twice")
        filled = [(n, row) for n, row in enumerate(self.cells[number:], number + 1) if any(row)]
        wide = max([width, *(_width(row) for _, row in filled if len(row) > width)])
        if wide > width and wide * len(filled) > MOST_CELLS:
            raise InputError(f"a row has {wide:,} cells where the header has {width}")
        cells = [_padded(row, wide) for _, row in filled]
        names += [f"#{place}" for place in range(width + 1, wide + 1)]
        frame = pd.DataFrame(cells, columns=names, dtype="str")
        titles = tuple(" ".join(filter(None, row)) for row in self.cells[: number - 1] if any(row))
        rows = [n for n, _ in filled]
        cut = self.cut or (self.unended and _is_shorter(header, [row for _, row in filled]))
        last = rows[-1] if rows and rows[-1] == len(self.cells) else None
        ends = {"cut_row": last} if cut else {"unended_row": last if self.unended else None}
        return Table(self.file, self.name, frame, rows, titles, number, **ends)


def _padded(row: list[str], width: int) -> list[str]:
    return row if len(row) == width else [*row, *[""] * (width - len(row))][:width]


def _is_shorter(header: list[str], rows: list[list[str]]) -> bool:
    """Whether the last row has fewer cells than header and all others, or fewer filled ones."""
    *others, last = rows or [header]
    fewer = len(last) < min(map(len, [header, *others]))
    return fewer or (bool(others) and _width(last) < min(map(_width, others)))


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Two header rows as one: a blank cell of the upper row takes the text to its left."""
    spread, last = [], ""
    for place in range(max(len(upper), len(lower))):
        text = upper[place] if place < len(upper) else ""
        last = text or last
        spread.append(last)
    below = [*lower, *[""] * len(spread)][: len(spread)]
    return [" ".join(filter(None, pair)) for pair in zip(spread, below, strict=True)]


def _width(row: list[str]) -> int:
    """How many cells a row has, without the empty ones at its end."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1]), 0)


def read_sheets(path: Path, name: str) -> list[Sheet]:
    """The sheets of a CSV, XLSX, Parquet or JSON file as text; `name` is how it is shown.

    Raises InputError, without the file's name, if it cannot be read or is too large.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{size:,} bytes are more than is read ({LARGEST_FILE:,})")
        return READERS[path.suffix.lower()](path, name)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})") from None


def _read_csv(path: Path, name: str) -> list[Sheet]:
    data = path.read_bytes()
    text, cut = decode(data)
    # A lone carriage return ends a line of an old Mac, and is a fault in every other file.
    lines = io.StringIO(text, newline=None if "\n" not in text else "\n")
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    try:
        cells = _stripped(reader)
    except csv.Error as error:
        raise InputError(
            f"not a readable CSV file (line {reader.line_num}: {error}). Check the quotes, or "
            "export it again: it may be cut"
        ) from None
    return [Sheet(name, "", cells, unended=not text.endswith(("\n", "\r")), cut=cut)]


def _separator(text: str) -> str:
    """The separator that gives most of the first lines the same number of cells.

    Semicolons and tabs that nearly every line has are separators, whatever commas stand between
    them; else the one that makes most cells. Titles above a header may hold other separators.
    """
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:100]

    def agreement(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) - 1 for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            return 0, 0
        widths.pop(0, None)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        certain = separator != "," and count >= NEARLY_ALL * len(lines)
        return int(certain), count * width

    return max(SEPARATORS, key=agreement)


def decode(data: bytes) -> tuple[str, bool]:
    """Bytes as text, UTF-8 (with or without BOM) or Windows-1252, and whether they end inside a
    character, which is then left out.

    Raises InputError for what is no text, and for text that is partly one and partly the other.
    """
    if b"\0" in data:
        kinds = (kind for signature, kind in SIGNATURES.items() if data.startswith(signature))
        kind = next(kinds, "not a text file. Export it again as CSV UTF-8")
        raise InputError(f"holds NUL bytes, so it is {kind}")
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8-sig"), True
        line = data.count(b"\n", 0, error.start) + 1
    if _UTF_8.search(data):
        raise InputError(
            f"mixed encodings: UTF-8, but not in line {line}. Save it as CSV UTF-8, all of it"
        )
    try:
        return data.decode("cp1252"), False
    except UnicodeDecodeError:
        raise InputError("neither UTF-8 nor Windows-1252. Save it as CSV UTF-8") from None


def _read_xlsx(path: Path, name: str) -> list[Sheet]:
    return [Sheet(name, title, _stripped(_texts_of(rows))) for title, rows in read_workbook(path)]


def _texts_of(rows: Iterable[list[object]]) -> Iterator[list[str]]:
    return ([_cell_text(value) for value in row] for row in rows)


def _read_parquet(path: Path, name: str) -> list[Sheet]:
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            rows = _claimed_rows(file.metadata)
            coded = _coded_columns(file.schema_arrow)
        # Without pandas' own metadata: an index stored in the file is not its row number.
        table = pyarrow.parquet.read_table(path, read_dictionary=coded)
        if table.num_rows != rows:
            raise InputError(f"claims {rows:,} rows and holds {table.num_rows:,}. Export it again")
        table.validate(full=True)
        frame = table.to_pandas(ignore_metadata=True)
    except (pyarrow.ArrowException, ValueError, OverflowError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        told = " ".join(str(error).split())
        raise InputError(f"not a readable Parquet file ({told})") from None
    frame = frame.drop(columns=[c for c in frame.columns if _INDEX.fullmatch(str(c))])
    return [_by_columns(name, frame)]


def _claimed_rows(claims: pyarrow.parquet.FileMetaData) -> int:
    """How many rows the footer claims, in all or in its row groups. Raises InputError."""
    groups = sum(claims.row_group(n).num_rows for n in range(claims.num_row_groups))
    rows = max(claims.num_rows, groups)
    if rows > MOST_ROWS:
        raise InputError(f"claims {rows:,} rows; at most {MOST_ROWS:,} are read")
    return rows


def _coded_columns(schema: pyarrow.Schema) -> list[str]:
    """The columns of text. Raises InputError for one whose cells are no text, number or date."""
    kinds = pyarrow.types
    _refuse_twice(schema.names)
    for column in schema:
        if kinds.is_nested(column.type) or kinds.is_binary(column.type):
            raise InputError(f"column '{column.name}' holds {column.type}, not text or numbers")
    return [column.name for column in schema if kinds.is_string(column.type)]


def _read_json(path: Path, name: str) -> list[Sheet]:
    """A list of records, or an object with one such list."""
    try:
        text, _ = decode(path.read_bytes())
        content = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not readable JSON ({error})") from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else content
    flat = isinstance(content, list) and all(
        isinstance(record, dict) and not any(isinstance(v, (dict, list)) for v in record.values())
        for record in content
    )
    if not flat:
        raise InputError("JSON of another shape than a list of records (one object for each row)")
    names = {key for record in content for key in record}
    if len(names) * len(content) > MOST_CELLS:
        raise InputError(f"its {len(content):,} records have {len(names):,} different names")
    try:
        return [_by_columns(name, pd.DataFrame(content, dtype=object))]
    except UnicodeEncodeError as error:
        raise InputError(f"not readable JSON (half a character: {error})") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"a record has '{twice}' twice")
    return record


def _by_columns(name: str, frame: pd.DataFrame) -> Sheet:
    frame.columns = [str(column).strip() for column in frame.columns]
    _refuse_twice(list(frame.columns))
    cells = {column: _texts(frame[column]) for column in frame.columns}
    return Sheet(name, "", [], pd.DataFrame(cells, index=range(len(frame))))


def _refuse_twice(names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"column '{twice[0]}' stands twice")


def _texts(column: pd.Series) -> pd.Series:
    """A column as text; each distinct value is written once.

    Raises InputError where few long texts, repeated, are more than is read.
    """
    codes, values = pd.factorize(column, use_na_sentinel=True)
    texts = [_cell_text(value) for value in values] + [""]
    counts = np.bincount(codes + 1, minlength=len(texts))
    long = sum(len(text) * int(n) for text, n in zip(texts[:-1], counts[1:], strict=True))
    if long > LARGEST_UNPACKED:
        raise InputError(f"column '{column.name}' unpacks to {long:,} characters")
    return pd.Series(pd.array(texts, dtype="str").take(codes), index=range(len(column)))


def _cell_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _stripped(lines: Iterable[list[str]]) -> list[list[str]]:
    return [[cell.strip() for cell in line] for line in lines]


READERS: dict[str, Callable[[Path, str], list[Sheet]]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".parquet": _read_parquet,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_xlsx,
}
