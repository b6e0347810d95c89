"""Excel workbooks: their size before they are unpacked, and every cell that says something.

calamine reads them. It reserves room for all cells between the first and the last, and gives an
empty cell for an error (#N/A) and for a formula that was never computed; the rest is here.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vardlaget.errors import InputError

# Figures for a whole country and four years are a tenth of this; more is a mistake or an attack.
LARGEST_UNPACKED = 1_000_000_000
LARGEST_RATIO = 200
# More than a million rows with all columns of the one table.
MOST_CELLS = 50_000_000

_CHUNK = 1 << 22
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# It begins with a letter, not with \b, so that it is searched for many times faster.
_REFERENCE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
_FILLED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'][^>]*(?<!/)>\s*<(?!/)"
)
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_SHARED = re.compile(rb"t\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d+)")
_TEXT_END = re.compile(rb"</(?:\w+:)?si\s*>")
_ERROR = re.compile(rb"t\s*=\s*[\"']e[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
# The bytes of the shortest cell with a shared text.
_SHORTEST_CELL = 20
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)

# Row and column, from 0.
Place = tuple[int, int]


def read_workbook(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """Each sheet's name and rows, from the first row and column on; charts have no rows.

    An error is its text (`#N/A`); a formula without a computed value is the formula. Raises
    InputError for what is no workbook and for one that unpacks to more than is read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unsure = _checked(archive, path.stat().st_size)
            texts = _left_blank(archive, unsure) if unsure else {}
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                rows = _rows(book.get_sheet_by_name(name))
                yield name, _filled(rows, texts.get(name, {}))
    except (*_FAULTS, CalamineError, etree.XMLSyntaxError, KeyError) as error:
        raise InputError(f"not a readable Excel workbook ({_fault(path, error)})") from None


def _fault(path: Path, error: Exception) -> str:
    with path.open("rb") as file:
        start = file.read(len(_OLE))
    if start == _OLE:
        return "it has a password, or is an old .xls: save it as .xlsx without a password"
    return str(error)


def _rows(sheet: CalamineSheet) -> list[list[object]]:
    """All rows of a sheet, also the blank ones above its first cell."""
    first_row, first_column = sheet.start or (0, 0)
    rows = sheet.to_python(skip_empty_area=True)
    return [*([] for _ in range(first_row)), *([*[""] * first_column, *row] for row in rows)]


def _filled(rows: list[list[object]], texts: dict[Place, str]) -> list[list[object]]:
    """The rows with texts put into some of their cells."""
    for (row, column), text in texts.items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    return rows


def _checked(archive: zipfile.ZipFile, size: int) -> list[str]:
    """Reads every part once, piece by piece; raises InputError where the whole is too large.

    The archive's own list may be false, two cells may stand in opposite corners of a sheet, and
    one long text in every cell. Gives the sheets that hold errors or formulas.
    """
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(size, 1)
    if unpacked > LARGEST_UNPACKED or (ratio > LARGEST_RATIO and unpacked > 10_000_000):
        raise InputError(
            f"unpacks to {unpacked:,} bytes, {ratio:.0f} times its size: no real workbook does"
        )
    shared = [part for part in parts if part.filename.casefold().endswith("sharedstrings.xml")]
    lengths = [_text_lengths(b"".join(_chunks(archive, part))) for part in shared]
    texts = np.concatenate([*lengths, np.zeros(0, dtype=np.int64)])
    unsure = []
    for part in parts:
        if not _SHEET.fullmatch(part.filename):
            for _ in _chunks(archive, part):
                pass
            continue
        _refuse_spread(archive, part)
        if int(texts.max(initial=0)) * part.file_size > LARGEST_UNPACKED * _SHORTEST_CELL:
            _refuse_repeats(_tags(_chunks(archive, part)), texts)
        if any(_ERROR.search(p) or _FORMULA.search(p) for p in _tags(_chunks(archive, part))):
            unsure.append(part.filename)
    return unsure


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's bytes. Raises InputError for a part that holds more than it claims."""
    claimed, read = part.file_size, 0
    part.file_size = LARGEST_UNPACKED
    try:
        file = archive.open(part)
    finally:
        part.file_size = claimed
    with file:
        while chunk := file.read(_CHUNK):
            read += len(chunk)
            if read > claimed:
                raise InputError(f"'{part.filename}' holds more than the {claimed:,} bytes claimed")
            yield chunk


def _tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """XML in pieces, each (but the last) ending where an end tag begins."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        if (end := kept.rfind(b"</")) > 0:
            yield kept[:end]
            kept = kept[end:]
    yield kept


def _text_lengths(data: bytes) -> np.ndarray:
    """The bytes of each shared text, its marks included."""
    return np.diff([0, *(match.end() for match in _TEXT_END.finditer(data))])


def _refuse_spread(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raises InputError where the rows and columns in use span more cells than are read.

    Cells that have a format only do not count; they are told apart where it matters.
    """
    rows, columns, exact = _span(_tags(_chunks(archive, part)), _REFERENCE)
    if rows * columns > MOST_CELLS and exact:
        rows, columns, _ = _span(_tags(_chunks(archive, part)), _FILLED)
    if rows * columns > MOST_CELLS:
        raise InputError(
            f"'{part.filename}' spans {rows:,} rows and {columns:,} columns; at most "
            f"{MOST_CELLS:,} cells are read. Remove the cells far from the table"
        )


def _span(pieces: Iterable[bytes], pattern: re.Pattern[bytes]) -> tuple[int, int, bool]:
    """The last row and column of a sheet, and whether every cell tells its place."""
    last_row = last_column = placed = cells = rows = 0
    for piece in pieces:
        found = pattern.findall(piece)
        last_row = max([last_row, *map(int, {row for _, row in found})])
        last_column = max([last_column, *map(_column, {letters for letters, _ in found})])
        placed += sum(1 for letters, _ in found if letters)
        cells += len(_CELL.findall(piece))
        rows += len(_ROW.findall(piece))
        if pattern is _REFERENCE and cells > placed:
            in_rows = (len(_CELL.findall(row)) for row in _ROW.split(piece))
            last_row, last_column = max(last_row, rows), max([last_column, *in_rows])
    return last_row, last_column, placed >= cells


def _column(letters: bytes) -> int:
    """A column's number: 1 for A, 16384 for XFD."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _refuse_repeats(pieces: Iterable[bytes], texts: np.ndarray) -> None:
    """Raises InputError where a sheet's shared texts, each as often as it is told, are too long."""
    total = 0
    for piece in pieces:
        numbers = [n for n in map(int, _SHARED.findall(piece)) if n < len(texts)]
        total += int(texts[numbers].sum())
        if total > LARGEST_UNPACKED:
            raise InputError("its cells repeat long texts to more than is read")


def _left_blank(archive: zipfile.ZipFile, parts: list[str]) -> dict[str, dict[Place, str]]:
    """By sheet: the cells that calamine gives as empty though they are errors or formulas."""
    book = etree.fromstring(archive.read("xl/workbook.xml"))
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): posixpath.join("/xl", link.get("Target", "")) for link in links}
    names = {
        targets[key].lstrip("/"): sheet.get("name")
        for sheet in book.iterfind("{*}sheets/{*}sheet")
        for key in sheet.values()
        if key in targets
    }
    settings = book.find("{*}calcPr")
    stale = settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")
    found = {}
    for part in parts:
        with archive.open(part) as file:
            found[names.get(posixpath.normpath(part), part)] = dict(_blank_cells(file, stale))
    return found


def _blank_cells(file, stale: bool) -> Iterator[tuple[Place, str]]:
    """Errors, and formulas without a value; with `stale`, 0 is what an unopened workbook has."""
    row = column = -1
    events = etree.iterparse(
        file, events=("start", "end"), tag=("{*}row", "{*}c"), resolve_entities=False
    )
    for event, element in events:
        is_row = etree.QName(element).localname == "row"
        if event == "start" and is_row:
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and is_row:
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif event == "end":
            if place := _REFERENCE.fullmatch(f'r="{element.get("r")}"'.encode()):
                row, column = int(place[2]) - 1, _column(place[1]) - 1
            else:
                column += 1
            if text := _blank_text(element, stale):
                yield (row, column), text


def _blank_text(cell: etree._Element, stale: bool) -> str:
    """What a cell says that calamine gives as empty, or the empty text."""
    value, formula = cell.findtext("{*}v") or "", cell.find("{*}f")
    if cell.get("t") == "e":
        return value or "#"
    uncomputed = value == "" or (stale and value == "0")
    if formula is None or not uncomputed or cell.get("t") in ("s", "str", "inlineStr"):
        return ""
    return f"={formula.text or ''}"
