"""Tables: one description, shown by Great Tables in HTML, as a Typst table in the PDF, as CSV."""

import hashlib
import re
from dataclasses import dataclass

import great_tables
import lxml.html
import pandas as pd
from great_tables import GT

from vardlaget.present.about_figures import about
from vardlaget.present.escape import for_html, for_typst, one_line
from vardlaget.present.figures import Published, nothing, raw, tools

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
# Quarto reads `{{<` and pandoc a closing fence even inside a raw block.
_UNSAFE = str.maketrans({"`": "&#96;", "{": "&#123;"})
_BETWEEN = re.compile("> <")
_KEPT = ("scope", "colspan", "rowspan", "data-value")
# What the page's script reads as a number: `−12 345,6 %`, `14:58`.
_NUMERIC = re.compile(r"[+−]?\d")
# In points: the text's width on the page, a bold character's mean width, a cell's inset.
TEXT_WIDTH = 450.0
CHARACTER_WIDTH = 4.7
CELL_INSET = 5
# A table whose texts want less than this part of the width is not stretched over the page.
NARROW = 0.7


@dataclass(frozen=True)
class Column:
    """A table's column: its key in the rows, its heading, the spanner above it."""

    key: str
    label: str
    spanner: str = ""
    align: str = "right"


@dataclass(frozen=True)
class Cell:
    """What is shown, and the number behind it for the CSV (None where there is none)."""

    text: str
    value: object = None


def table(
    name: str,
    stub: str,
    columns: list[Column],
    rows: list[tuple[str, dict[str, Cell]]],
    figures: pd.DataFrame | None = None,
    emphasised: tuple[str, ...] = (),
    **fields: str,
) -> Published:
    """A table with row headings under `stub`; `emphasised` rows stand out.

    `name` is the CSV file's name; `fields` fill the caption.
    """
    if not rows:
        return nothing(**fields)
    markup = _great_table(name, stub, columns, rows).as_raw_html()
    sheet = {
        "name": name,
        "columns": [stub, *(_heading(column) for column in columns)],
        "rows": [[label, *(_plain(cells.get(c.key)) for c in columns)] for label, cells in rows],
    }
    below = tools(_download(name), about(figures))
    typst = typst_table(markup, emphasised)
    return Published(
        raw(_page_table(markup, rows, columns, emphasised) + below, typst),
        figures=figures,
        table=sheet,
        fields=fields,
        preview={"text/html": markup, "text/plain": name},
    )


def _great_table(name: str, stub: str, columns: list[Column], rows) -> GT:
    frame = pd.DataFrame(
        [[label, *(cells.get(c.key, Cell("")).text for c in columns)] for label, cells in rows],
        columns=["stub", *(c.key for c in columns)],
        dtype="str",
    )
    identity = "t" + hashlib.sha256(name.encode()).hexdigest()[:8]
    gt = GT(frame, rowname_col="stub", id=identity).tab_stubhead(_label(stub))
    gt = gt.cols_label(**{c.key: _label(c.label) for c in columns})
    for align in ("left", "right", "center"):
        keys = [c.key for c in columns if c.align == align]
        gt = gt.cols_align(align, keys) if keys else gt
    for spanner in dict.fromkeys(c.spanner for c in columns if c.spanner):
        gt = gt.tab_spanner(_label(spanner), [c.key for c in columns if c.spanner == spanner])
    return gt


def _label(text: str):
    """A label as text: Great Tables would read `{{…}}` in it as a unit."""
    return great_tables.html(for_html(text))


def _heading(column: Column) -> str:
    return f"{column.spanner}, {column.label.lower()}" if column.spanner else column.label


def _plain(cell: Cell | None) -> object:
    if cell is None:
        return ""
    return cell.text if cell.value is None else cell.value


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
    if shown is None or isinstance(shown.value, bool | str) or shown.value is None:
        return
    if not _NUMERIC.match(shown.text):
        cell.set("data-value", f"{shown.value:.10g}")


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


def typst_table(markup: str, emphasised: tuple[str, ...] = ()) -> str:
    """The HTML table as a Typst table: header repeated over pages, alignment and spans kept."""
    element = lxml.html.fromstring(markup).find(".//table")
    head = [_typst_cell(c, "strong") for row in element.find("thead") for c in row]
    body = []
    for row in element.find("tbody"):
        strong = "strong" if row[0].text_content().strip() in emphasised else ""
        body += [_typst_cell(cell, strong) for cell in row]
    widths = _widths(element)
    unit = "pt" if sum(widths) < NARROW * TEXT_WIDTH else "fr"
    columns = ", ".join(f"{width}{unit}" for width in widths)
    return (
        f"#table(columns: ({columns}), inset: (x: {CELL_INSET}pt, y: 4.5pt),\n"
        "  stroke: (x, y) => (bottom: 0.4pt + luma(200), top: none),\n"
        f"  table.header(repeat: true, {', '.join(head)}),\n  " + ",\n  ".join(body) + ")"
    )


def _widths(element) -> list[float]:
    """How wide the columns are in points: the longest word always fits, and what room is left goes
    to those whose texts want more, up to what they want."""
    rows = [[one_line(cell.text_content()) for cell in row] for row in element.find("tbody")]
    labels = _column_labels(element.find("thead"))
    columns = [(label, *cells) for label, *cells in zip(labels, *rows, strict=True)]
    least = [_width(max((w for text in c for w in text.split(" ")), key=len)) for c in columns]
    wanted = [max(_width(max(c, key=len)) - low, 0) for c, low in zip(columns, least, strict=True)]
    room = min(max(TEXT_WIDTH - sum(least), 0) / (sum(wanted) or 1), 1.0)
    return [round(low + more * room, 1) for low, more in zip(least, wanted, strict=True)]


def _column_labels(head) -> list[str]:
    """Each column's own heading: below a spanner, or beside spanners and as high as both rows."""
    below = iter(head[-1])
    labels = []
    for cell in head[0]:
        spanned = len(head) > 1 and int(cell.get("rowspan", 1)) == 1
        own = [next(below) for _ in range(int(cell.get("colspan", 1)))] if spanned else [cell]
        labels += [one_line(each.text_content()) for each in own]
    return labels


def _width(text: str) -> float:
    return CHARACTER_WIDTH * len(text) + 2 * CELL_INSET


def _typst_cell(cell, weight: str) -> str:
    classes = (cell.get("class") or "").split()
    align = next((a for a in ("left", "right", "center") if f"gt_{a}" in classes), "left")
    arguments = [f"align: {align} + bottom" if weight else f"align: {align}"]
    for span in ("colspan", "rowspan"):
        if int(cell.get(span, 1)) > 1:
            arguments.append(f"{span}: {cell.get(span)}")
    text = for_typst(one_line(cell.text_content()))
    shown = f"#strong[{text}]" if weight else text
    return f"table.cell({', '.join(arguments)})[{shown}]"
