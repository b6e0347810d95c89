"""Tables: one description, shown by Great Tables in HTML, as a Typst table in the PDF, as CSV."""

import hashlib
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import lxml.html
import pandas as pd

from vardlaget.observations import WITHOUT_VALUE
from vardlaget.present.about_figures import about
from vardlaget.present.escape import for_html, one_line
from vardlaget.present.figures import Published, nothing, raw, tools
from vardlaget.present.numbers import SYMBOLS
from vardlaget.present.typst_tables import typst_table

if TYPE_CHECKING:
    import great_tables

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
# Quarto reads `{{<` and pandoc a closing fence even inside a raw block.
_UNSAFE = str.maketrans({"`": "&#96;", "{": "&#123;"})
_BETWEEN = re.compile("> <")
_KEPT = ("scope", "colspan", "rowspan", "data-value")
# What the page's script reads as a number: `−12 345,6 %`, `14:58`.
_NUMERIC = re.compile(r"[+−]?\d")


@dataclass(frozen=True)
class Column:
    """A table's column: its key in the rows, its heading, the spanner above it."""

    key: str
    label: str
    spanner: str = ""
    align: str = "right"


# What stands where there is no number.
NO_NUMBER = tuple(SYMBOLS[status] for status in WITHOUT_VALUE)


@dataclass(frozen=True)
class Cell:
    """What is shown, and its number for CSV and workbook, in the unit of the text or its heading
    (None where there is none)."""

    text: str
    value: object = None

    @property
    def number(self) -> object:
        """None also where the text says that there is none to be told."""
        return None if self.text in NO_NUMBER else self.value


def table(
    name: str,
    stub: str,
    columns: list[Column],
    rows: list[tuple[str, dict[str, Cell]]],
    figures: pd.DataFrame | None = None,
    emphasised: tuple[str, ...] = (),
    once: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    **fields: str,
) -> Published:
    """A table with row headings under `stub`; `emphasised` rows stand out, `remarks` stand below.

    `name` is the CSV file's name; `fields` fill the caption. A column of `once` that says the same
    in each of several rows is said below the table instead; the CSV file has it.
    """
    if not rows:
        return nothing(**fields)
    same = {key: _same(key, rows) for key in once}
    told = [(label, [cells.get(c.key, Cell("")) for c in columns]) for label, cells in rows]
    shown = [column for column in columns if not same.get(column.key)]
    notes = [f"{c.label}: {same[c.key].rstrip('.')}." for c in columns if same.get(c.key)]
    notes += remarks
    markup = _great_table(name, stub, shown, rows).as_raw_html()
    sheet = {
        "name": name,
        "columns": [stub, *(_heading(column) for column in columns)],
        "rows": [[label, *map(_plain, cells)] for label, cells in told],
        "texts": [[label, *(cell.text for cell in cells)] for label, cells in told],
    }
    below = _notes_below(notes) + tools(_download(name), about(figures))
    typst = typst_table(markup, emphasised, notes)
    return Published(
        raw(_page_table(markup, rows, shown, emphasised) + below, typst),
        figures=figures,
        table=sheet,
        fields=fields,
        preview={"text/html": markup, "text/plain": name},
    )


def _same(key: str, rows: list[tuple[str, dict[str, Cell]]]) -> str:
    """What each of several rows says in a column; empty if they differ."""
    said = {cells[key].text if key in cells else "" for _, cells in rows}
    return said.pop() if len(said) == 1 < len(rows) else ""


def _notes_below(notes: list[str]) -> str:
    return "".join(f'<p class="table-note">{for_html(note)}</p>' for note in notes)


def _great_table(name: str, stub: str, columns: list[Column], rows) -> "great_tables.GT":
    # Imported here: what only reads tables need not wait for them.
    import great_tables
    import pyarrow

    def label(text: str):
        """As text: Great Tables would read `{{…}}` in it as a unit."""
        return great_tables.html(for_html(text))

    # An Arrow table: Great Tables looks at each cell by itself, and pandas takes long for each.
    texts = {c.key: [cells.get(c.key, Cell("")).text for _, cells in rows] for c in columns}
    frame = pyarrow.table({"stub": [label for label, _ in rows]} | texts)
    identity = "t" + hashlib.sha256(name.encode()).hexdigest()[:8]
    with warnings.catch_warnings():
        # The version is pinned, and tests compare what it makes.
        warnings.filterwarnings("ignore", "PyArrow Table support is currently experimental")
        gt = great_tables.GT(frame, rowname_col="stub", id=identity)
    gt = gt.tab_stubhead(label(stub))
    gt = gt.cols_label(**{c.key: label(c.label) for c in columns})
    for align in ("left", "right", "center"):
        keys = [c.key for c in columns if c.align == align]
        gt = gt.cols_align(align, keys) if keys else gt
    for spanner in dict.fromkeys(c.spanner for c in columns if c.spanner):
        gt = gt.tab_spanner(label(spanner), [c.key for c in columns if c.spanner == spanner])
    return gt


def _heading(column: Column) -> str:
    return f"{column.spanner}, {column.label.lower()}" if column.spanner else column.label


def _plain(cell: Cell) -> object:
    return cell.text if cell.number is None else cell.number


def _page_table(markup: str, rows, columns: list[Column], emphasised: tuple[str, ...]) -> str:
    """Great Tables' own table with only what a page needs: the theme has its style, and scopes
    tie each cell to its headings."""
    element = lxml.html.fromstring(_STYLE.sub("", markup)).find(".//table")
    numbers = [[cells.get(c.key) for c in columns] for _, cells in rows]
    for row, cells in zip(element.iterfind("tbody/tr"), numbers, strict=True):
        for cell, shown in zip(row.iterfind("td"), cells, strict=True):
            _sort_by(cell, shown)
    for part in element.iter():
        _trim(part)
    for row in element.iterfind("tbody/tr"):
        if row[0].text_content().strip() in emphasised:
            row.set("class", "emphasised")
    text = _BETWEEN.sub("><", one_line(lxml.html.tostring(element, encoding="unicode")))
    return f'<div class="table-scroll">{text.translate(_UNSAFE)}</div>'


def _sort_by(cell, shown: Cell | None) -> None:
    """The number behind a text that does not begin with it, for those who sort the rows."""
    if shown is None or isinstance(shown.number, bool | str) or shown.number is None:
        return
    if not _NUMERIC.match(shown.text):
        cell.set("data-value", f"{shown.number:.10g}")


def _trim(part) -> None:
    """Leaves scope, spans beyond one, the sorting value, and the alignment where it is not a
    number's."""
    classes = part.get("class", "").split()
    kept = {name: part.get(name) for name in _KEPT if part.get(name) not in (None, "1")}
    if part.tag in ("td", "th") and "gt_stub" not in classes:
        for align in ("left", "center"):
            if f"gt_{align}" in classes:
                kept["class"] = align
    part.attrib.clear()
    part.attrib.update(kept)


def _download(name: str) -> str:
    return f'<a href="tables/{for_html(name)}.csv" download>Ladda ner CSV</a>'
