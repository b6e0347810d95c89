"""tabeller.xlsx: a sheet with contents and notes, then one sheet a table.

Numbers are numbers with the publication's formats, symbols and names are texts; nothing that
comes from data is ever written as a formula or a link.
"""

import re
from pathlib import Path
from typing import Any

import xlsxwriter

from vardlaget.pipeline.attachments import formats
from vardlaget.pipeline.attachments.about import MEANINGS, Edition, documents
from vardlaget.pipeline.attachments.tables import Table

CONTENTS = "Innehåll"
NAME_LENGTH = 31  # Excel's limit
MOST_SOURCES = 12
FIRST_ROW = 3  # of a table's sheet: title, back to the contents, empty, headings
WIDTHS = (8, 60)  # narrowest and widest column, in characters
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
_STYLES = {
    "title": {"bold": True, "font_size": 14, "font_color": "#005b7f"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#e8eff3", "text_wrap": True},
    "text": {"text_wrap": True},
    "symbol": {"align": "right"},
    "link": {"font_color": "#005b7f", "underline": 1},
    "note": {"font_color": "#3a444c"},
}


def write(path: Path, edition: Edition, tables: list[Table]) -> Path:
    """The workbook; the same input gives the same bytes."""
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties(
            {
                "title": f"Tabeller: {edition.title}",
                "author": f"Vårdläget {edition.version}",
                "created": edition.built.replace(tzinfo=None),
            }
        )
        sheets = sheet_names([table.title for table in tables])
        writer = _Writer(book)
        writer.contents(edition, tables, sheets)
        for table, name in zip(tables, sheets, strict=True):
            writer.table(table, name)
    return path


def sheet_names(titles: list[str]) -> list[str]:
    """The titles' first words as names that Excel takes: 1 to 31 characters, none of
    `[]:*?/\\'`, unique without case."""
    taken = {CONTENTS.lower(), "history"}
    found = []
    for title in titles:
        words = _FORBIDDEN.sub(" ", re.split(r"[:,] ", title)[0]).split() or ["Tabell"]
        candidate, number = _first_words(words, NAME_LENGTH), 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{_first_words(words, NAME_LENGTH - len(str(number)) - 1)} {number}"
        taken.add(candidate.lower())
        found.append(candidate)
    return found


def _first_words(words: list[str], length: int) -> str:
    """As many words as fit; the first is cut where even it does not."""
    text = words[0][:length]
    for word in words[1:]:
        if len(f"{text} {word}") > length:
            break
        text = f"{text} {word}"
    return text


class _Writer:
    """Writes sheets into a book, with each style made once."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book
        self.styles = {name: book.add_format(_FONT | style) for name, style in _STYLES.items()}
        self.numbers: dict[str, Any] = {}

    def number_style(self, code: str):
        if code not in self.numbers:
            self.numbers[code] = self.book.add_format(_FONT | {"num_format": code})
        return self.numbers[code]

    def contents(self, edition: Edition, tables: list[Table], sheets: list[str]) -> None:
        sheet = self.book.add_worksheet(CONTENTS)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 2, 60)
        sheet.write_string(0, 0, f"Tabeller: {edition.title}", self.styles["title"])
        row = 1
        for text in _facts(edition):
            sheet.write_string(row, 0, text, self.styles["note"])
            row += 1
        row = self._heads(sheet, row + 1, ("Blad", "Tabell", "Publikation"))
        for table, name in zip(tables, sheets, strict=True):
            link = f"internal:'{name}'!A1"
            sheet.write_url(row, 0, link, self.styles["link"], string=name)
            titles = (edition.publications.get(p, p) for p in table.publications)
            for column, text in enumerate((table.title, ", ".join(titles)), start=1):
                sheet.write_string(row, column, text, self.styles["text"])
            row += 1
        row = self._heads(sheet, row + 1, ("Tecken", "Betydelse"))
        for symbol, meaning in MEANINGS.items():
            sheet.write_string(row, 0, symbol)
            sheet.write_string(row, 1, meaning)
            row += 1
        row = self._heads(sheet, row + 1, ("Källor",))
        for source in edition.sources:
            sheet.write_string(row, 0, source)
            row += 1

    def _heads(self, sheet, row: int, texts: tuple[str, ...]) -> int:
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, self.styles["head"])
        return row + 1

    def table(self, table: Table, name: str) -> None:
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, table.title, self.styles["title"])
        sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", self.styles["link"], string="Innehåll")
        self._heads(sheet, FIRST_ROW, table.columns)
        sheet.freeze_panes(FIRST_ROW + 1, 1)
        rows = zip(table.rows, table.texts, strict=True)
        for number, (values, texts) in enumerate(rows, start=FIRST_ROW + 1):
            for column, (value, text) in enumerate(zip(values, texts, strict=True)):
                self._cell(sheet, number, column, value, text)
        for column, head in enumerate(table.columns):
            sheet.set_column(column, column, _width(head, table.column(column)))
        self._sources(sheet, FIRST_ROW + len(table.rows) + 2, table)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST_ROW)

    def _cell(self, sheet, row: int, column: int, value, text: str) -> None:
        if formats.is_number(value):
            shown = formats.of_cell(value, text)
            number = value / shown.divisor if shown.divisor > 1 else value
            sheet.write_number(row, column, number, self.number_style(shown.code))
        elif value not in (None, ""):
            style = self.styles["symbol" if value in MEANINGS else "text"]
            sheet.write_string(row, column, str(value), style)

    def _sources(self, sheet, row: int, table: Table) -> None:
        sources = documents(list(table.figures))
        for number, source in enumerate(sources[:MOST_SOURCES]):
            sheet.write_string(row + number, 0, f"Källa: {source}", self.styles["note"])
        if len(sources) > MOST_SOURCES:
            text = "Fler källor står i indicators.csv."
            sheet.write_string(row + MOST_SOURCES, 0, text, self.styles["note"])


def _facts(edition: Edition) -> list[str]:
    status = [f"Status: {edition.status}"] if edition.status else []
    return [
        ", ".join(edition.publications.values()),
        *status,
        f"Framställd {edition.built:%Y-%m-%d} med Vårdläget {edition.version}",
        "Alla siffror med källa, täljare och nämnare står i indicators.csv.",
    ]


def _width(head: str, values: list) -> int:
    texts = [len(str(value)) for value in values if not formats.is_number(value)]
    numbers = [len(f"{value:,.0f}") + 5 for value in values if formats.is_number(value)]
    words = max((len(word) for word in head.split()), default=0)
    return min(max(words + 2, *texts, *numbers, WIDTHS[0]), WIDTHS[1])
