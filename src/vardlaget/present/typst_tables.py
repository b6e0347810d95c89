"""Tables for the PDF: Great Tables' markup as a Typst table, its columns as wide as their texts."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import lxml.html
from fontTools.ttLib import TTFont

from vardlaget.present.escape import for_typst, one_line
from vardlaget.present.numbers import NBSP

# In points: the text's width on an upright and on a turned page, and the room beside a cell's text.
TEXT_WIDTH, TURNED_WIDTH = 450.0, 728.0
INSET, SMALL_INSET = 5, 3
# In points, from the usual size of a table's text to the least that an upright one is set in.
SIZE, *SMALLER = 9.0, 8.5, 8.0, 7.5
TURNED_SIZE = 8.0
# The part of the width that the row headings get of what they want before a table is made smaller.
STUB = 0.2
# A table whose texts want less than this part of the width is not stretched over the page.
NARROW = 0.7
# A table with so many rows has its last two kept together: none stands alone on a page.
LONG, LAST = 6, 2
# In points: what a line's own rounding may want beside its text's width.
SLACK = 0.5
_MARK = re.compile(r"^([^\w\s]) (?=\w)")
# In ems, for a character that the font has not.
UNKNOWN = 1.0


def typst_table(markup: str, emphasised: tuple[str, ...] = (), notes: Sequence[str] = ()) -> str:
    """The HTML table as a Typst table: header repeated over pages, alignment and spans kept.

    Its label says whether the theme turns the page for it. `notes` stand below it.
    """
    element = lxml.html.fromstring(markup).find(".//table")
    head = [_cell(c, "strong") for row in element.find("thead") for c in row]
    rows = [_row(row, emphasised) for row in element.find("tbody")]
    size, inset, widths, label = _fitted(_columns(element))
    unit = "pt" if sum(widths) < NARROW * TEXT_WIDTH else "fr"
    columns = "".join(f"{width}{unit}, " for width in widths)
    below = "".join(f"\n#block(text(size: {SIZE}pt)[{for_typst(note)}])" for note in notes)
    kept = LAST if len(rows) >= LONG else 0
    body = [cell for row in rows[: len(rows) - kept] for cell in row]
    last = [cell for row in rows[len(rows) - kept :] for cell in row]
    parts = [
        f"table.header(repeat: true, {', '.join(head)})",
        *body,
        *([f"table.footer(repeat: false, {', '.join(last)})"] if last else []),
    ]
    return (
        f"#show table: set text(size: {size}pt)\n"
        f"#table(columns: ({columns}), inset: (x: {inset}pt, y: 4.5pt),\n"
        "  stroke: (x, y) => (bottom: 0.4pt + luma(200), top: none),\n  "
        + ",\n  ".join(parts)
        + f") <vl-{label}>{below}"
    )


def _columns(element) -> list[list[str]]:
    """The texts of each column, its heading first."""
    rows = [[_text(cell) for cell in row] for row in element.find("tbody")]
    return [
        [label, *cells] for label, *cells in zip(_labels(element.find("thead")), *rows, strict=True)
    ]


def _fitted(columns: list[list[str]]) -> tuple[float, int, list[float], str]:
    """Size, inset and widths in points of a table that its page has room for, and how the page
    lies: the longest word of a column is never broken."""
    for size, inset in [(SIZE, INSET), *((size, SMALL_INSET) for size in SMALLER)]:
        widths = _widths(columns, size, inset, TEXT_WIDTH)
        if widths:
            return size, inset, widths, "upright"
    widths = _widths(columns, TURNED_SIZE, INSET, TURNED_WIDTH)
    return TURNED_SIZE, INSET, widths or _least(columns, TURNED_SIZE, INSET), "turned"


def _widths(columns: list[list[str]], size: float, inset: int, room: float) -> list[float]:
    """The columns' widths within `room`, empty if the longest words are wider: what they leave
    goes to those whose texts want more, up to what they want."""
    least = _least(columns, size, inset)
    wanted = [max(map(width_of, column)) * size + 2 * inset + SLACK for column in columns]
    least[0] = max(least[0], min(wanted[0], STUB * room))
    if sum(least) > room:
        return []
    more = [max(want - low, 0) for want, low in zip(wanted, least, strict=True)]
    share = min((room - sum(least)) / (sum(more) or 1), 1.0)
    return [round(low + share * each, 1) for low, each in zip(least, more, strict=True)]


def _least(columns: list[list[str]], size: float, inset: int) -> list[float]:
    words = [{word for text in column for word in text.split(" ")} for column in columns]
    return [max(map(width_of, found)) * size + 2 * inset + SLACK for found in words]


def width_of(text: str) -> float:
    """A text's width in ems in the face of headings and sums, which is the widest."""
    advances = _advances()
    return sum(advances.get(ord(character), UNKNOWN) for character in text)


@cache
def _advances() -> dict[int, float]:
    file = resources.files("font_source_sans_pro") / "files" / "SourceSansPro-Semibold.ttf"
    with resources.as_file(file) as path, TTFont(path, lazy=True) as font:
        em, metrics = font["head"].unitsPerEm, font["hmtx"]
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}


def _labels(head) -> list[str]:
    """Each column's own heading: below a spanner, or beside spanners and as high as both rows."""
    below = iter(head[-1])
    labels = []
    for cell in head[0]:
        spanned = len(head) > 1 and int(cell.get("rowspan", 1)) == 1
        own = [next(below) for _ in range(int(cell.get("colspan", 1)))] if spanned else [cell]
        labels += [_text(each) for each in own]
    return labels


def _row(row, emphasised: tuple[str, ...]) -> list[str]:
    weight = "strong" if row[0].text_content().strip() in emphasised else ""
    return [_cell(cell, weight) for cell in row]


def _text(cell) -> str:
    """A cell's text on one line; a mark that it begins with stays beside its word."""
    return _MARK.sub(rf"\1{NBSP}", one_line(cell.text_content()))


def _cell(cell, weight: str) -> str:
    classes = (cell.get("class") or "").split()
    align = next((a for a in ("left", "right", "center") if f"gt_{a}" in classes), "left")
    arguments = [f"align: {align} + bottom" if weight else f"align: {align}"]
    for span in ("colspan", "rowspan"):
        if int(cell.get(span, 1)) > 1:
            arguments.append(f"{span}: {cell.get(span)}")
    text = for_typst(_text(cell))
    shown = f"#strong[{text}]" if weight else text
    return f"table.cell({', '.join(arguments)})[{shown}]"
