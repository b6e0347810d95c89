"""Files as tables of text: the encodings, separators, titles and spreadsheets of daily life."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.parquet
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vardlaget.errors import InputError

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
# Control characters that no text has: with one of them a file is not Latin-1 either.
_NOT_TEXT = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f]")
# How pandas names an index that it writes beside the columns.
_INDEX = re.compile(r"__index_level_\d+__")
SEPARATORS = ";\t,"
# A header stands among the first rows, below titles.
HEADER_WITHIN = 30
# Figures for a whole country and four years are a tenth of this; more is a mistake or an attack.
LARGEST_FILE = 500_000_000
LARGEST_UNPACKED = 1_000_000_000
LARGEST_RATIO = 200
MOST_ROWS = 20_000_000


@dataclass(frozen=True)
class Table:
    """Rows of text below a header: `cells` has the header's names as columns.

    `rows` gives each row's number in the file (the first line is 1); `titles` the rows of text
    above the header.
    """

    file: str
    sheet: str
    cells: pd.DataFrame
    rows: list[int]
    titles: tuple[str, ...] = ()
    header_row: int = 1

    @property
    def name(self) -> str:
        """File and sheet, as an account and a source name them."""
        return f"{self.file}, blad '{self.sheet}'" if self.sheet else self.file


@dataclass(frozen=True)
class Sheet:
    """All rows of a sheet as text cells, titles included; `ragged` rows have too many cells.

    A table stored by columns (Parquet, JSON records) has its header in row 1 and no titles.
    """

    file: str
    name: str
    cells: list[list[str]] = field(repr=False)
    columns: pd.DataFrame | None = field(default=None, repr=False)

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
        """The table under a header that `headers` gave. Raises InputError for a name twice."""
        if self.columns is not None:
            rows = list(range(2, len(self.columns) + 2))
            return Table(self.file, self.name, self.columns, rows)
        width = _width(header)
        names = [name or f"#{place}" for place, name in enumerate(header[:width], 1)]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise InputError(f"row {number}, column '{twice[0]}': the header has it twice")
        filled = [(n, row) for n, row in enumerate(self.cells[number:], number + 1) if any(row)]
        wide = max([width, *(_width(row) for _, row in filled)])
        cells = [[*row, *[""] * wide][:wide] for _, row in filled]
        names += [f"#{place}" for place in range(width + 1, wide + 1)]
        frame = pd.DataFrame(cells, columns=names, dtype="str")
        titles = tuple(" ".join(filter(None, row)) for row in self.cells[: number - 1] if any(row))
        rows = [n for n, _ in filled]
        return Table(self.file, self.name, frame, rows, titles, number)


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
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


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
    text = decode(path.read_bytes())
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=_separator(text), strict=True))
    except csv.Error as error:
        raise InputError(f"not a readable CSV file ({error})") from None
    return [_sheet(name, "", lines)]


def _separator(text: str) -> str:
    """The separator that gives most of the first lines the same number of cells.

    Titles above a header may hold other separators, and decimal commas stand between semicolons.
    """
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:100]

    def agreement(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) - 1 for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            return 0, 0
        widths.pop(0, None)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    return max(SEPARATORS, key=agreement)


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8 (with or without BOM), Windows-1252, Latin-1. Raises InputError."""
    if b"\0" in data:
        raise InputError("holds NUL bytes, so it is not a text file. Export it again as CSV")
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "latin-1" or not _NOT_TEXT.search(text):
            return text
    raise InputError("neither UTF-8 nor Windows-1252 nor Latin-1. Save it as CSV UTF-8")


def _read_xlsx(path: Path, name: str) -> list[Sheet]:
    _refuse_bombs(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [book.get_sheet_by_name(title) for title in book.sheet_names]
            return [_sheet(name, sheet.name, _sheet_rows(sheet)) for sheet in sheets]
    except (CalamineError, ValueError, RuntimeError) as error:
        raise InputError(f"not a readable Excel workbook ({error})") from None


def _sheet_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    if sheet.total_height > MOST_ROWS:
        raise InputError(f"sheet '{sheet.name}' claims {sheet.total_height:,} rows")
    start = sheet.start or (0, 0)
    yield from ([] for _ in range(start[0]))
    for row in sheet.to_python(skip_empty_area=True):
        yield [*[""] * start[1], *(_cell_text(value) for value in row)]


def _refuse_bombs(path: Path) -> None:
    """A workbook is a zip archive, and a small one can claim to unpack to anything."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError("not a readable Excel workbook (no zip archive)") from None
    ratio = unpacked / max(path.stat().st_size, 1)
    if unpacked > LARGEST_UNPACKED or (ratio > LARGEST_RATIO and unpacked > 10_000_000):
        raise InputError(
            f"unpacks to {unpacked:,} bytes, {ratio:.0f} times its size: no real workbook does"
        )


def _read_parquet(path: Path, name: str) -> list[Sheet]:
    try:
        rows = pyarrow.parquet.ParquetFile(path).metadata.num_rows
        if rows > MOST_ROWS:
            raise InputError(f"claims {rows:,} rows; at most {MOST_ROWS:,} are read")
        # Without pandas' own metadata: an index stored in the file is not its row number.
        frame = pyarrow.parquet.read_table(path).to_pandas(ignore_metadata=True)
    except (pyarrow.ArrowException, ValueError) as error:
        raise InputError(f"not a readable Parquet file ({error})") from None
    frame = frame.drop(columns=[c for c in frame.columns if _INDEX.fullmatch(str(c))])
    return [_by_columns(name, frame)]


def _read_json(path: Path, name: str) -> list[Sheet]:
    """A list of records, or an object with one such list."""
    try:
        content = json.loads(decode(path.read_bytes()))
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
    return [_by_columns(name, pd.DataFrame(content, dtype=object))]


def _by_columns(name: str, frame: pd.DataFrame) -> Sheet:
    frame.columns = [str(column).strip() for column in frame.columns]
    if frame.columns.duplicated().any():
        raise InputError("a column stands twice")
    cells = {column: _texts(frame[column]) for column in frame.columns}
    return Sheet(name, "", [], pd.DataFrame(cells, index=range(len(frame))))


def _texts(column: pd.Series) -> pd.Series:
    """A column as text; each distinct value is written once."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    texts = pd.array([_cell_text(value) for value in values] + [""], dtype="str")
    return pd.Series(texts.take(codes), index=range(len(column)), dtype="str")


def _cell_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _sheet(file: str, name: str, lines) -> Sheet:
    return Sheet(file, name, [[cell.strip() for cell in line] for line in lines])


READERS: dict[str, Callable[[Path, str], list[Sheet]]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".parquet": _read_parquet,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_xlsx,
}
