"""Files as tables of text: the encodings, separators and spreadsheets of daily life."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet
from python_calamine import CalamineError, CalamineWorkbook

from vardlaget.errors import InputError, Place, at

ENCODINGS = ("utf-8-sig", "cp1252")
# How pandas names an index that it writes beside the columns.
_INDEX = re.compile(r"__index_level_\d+__")
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A file's cells as text: `cells` has the header's names as columns.

    `rows` gives each row's number in the file, the header of a plain file being row 1.
    """

    name: str
    cells: pd.DataFrame
    rows: list[int]


def read_table(path: Path, name: str) -> Table:
    """A CSV, XLSX or Parquet file as text cells. Raises InputError if it cannot be read."""
    try:
        return READERS[path.suffix.lower()](path, name)
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}).") from None


def _read_csv(path: Path, name: str) -> Table:
    text = _decode(path.read_bytes(), name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError(f"{name}: not a readable CSV file ({error}).") from None
    return _from_rows(lines, name)


def _decode(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise InputError(
            f"{name}: holds NUL bytes, so it is not a text file. Export it again as CSV."
        )
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name}: neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.")


def _read_xlsx(path: Path, name: str) -> Table:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            cells = [[_cell_text(value) for value in row] for row in sheet.to_python()]
    except (CalamineError, IndexError) as error:
        raise InputError(f"{name}: not a readable Excel workbook ({error}).") from None
    return _from_rows(cells, name)


def _read_parquet(path: Path, name: str) -> Table:
    try:
        # Without pandas' own metadata: an index stored in the file is not its row number.
        frame = pyarrow.parquet.read_table(path).to_pandas(ignore_metadata=True)
        frame = frame.drop(columns=[c for c in frame.columns if _INDEX.fullmatch(str(c))])
    except (pyarrow.ArrowException, ValueError) as error:
        raise InputError(f"{name}: not a readable Parquet file ({error}).") from None
    cells = frame.map(_cell_text).astype("str")
    return Table(name, cells, list(range(2, len(cells) + 2)))


def _cell_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _from_rows(lines: list[list[str]], name: str) -> Table:
    """The first row that is not empty is the header; rows without any text are passed over."""
    filled = [(n, line) for n, line in enumerate(lines, start=1) if any(c.strip() for c in line)]
    if not filled:
        raise InputError(f"{name}: the file is empty. Fill it or move it out of the folder.")
    header = [cell.strip() for cell in filled[0][1]]
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise at(Place(name, filled[0][0], twice[0]), "the header has it twice", "Rename one.")
    for number, line in filled[1:]:
        if len(line) > len(header) and any(cell.strip() for cell in line[len(header) :]):
            problem = f"{len(line)} cells where the header has {len(header)}"
            raise at(Place(name, number), problem, "Check separators and quotes in that row.")
    width = len(header)
    cells = [[*line, *[""] * width][:width] for _, line in filled[1:]]
    return Table(name, pd.DataFrame(cells, columns=header, dtype="str"), [n for n, _ in filled[1:]])


READERS: dict[str, Callable[[Path, str], Table]] = {
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
    ".parquet": _read_parquet,
}
