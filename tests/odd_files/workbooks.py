"""Workbooks: cut, renamed, too large, with formulas and errors, dates and merged cells."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from odd_files.cases import FIVE, HEAD, Case, Figure, Told, aside, missing, refused, warning

HEADER = HEAD.split(",")
NOT_A_NUMBER = aside("not_a_number", "not a number")
NOT_A_PERIOD = aside("not_a_period", "not a period")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        fill(book)
    return data.getvalue()


def beds(sheet: Worksheet, unit: str, *cells: object, row: int = 0, column: int = 0) -> None:
    """A header and one row for each value, for January and on."""
    sheet.write_row(row, column, HEADER)
    for n, value in enumerate(cells, 1):
        at = ["available_beds", "23", unit, f"2024-{n:02d}", value]
        sheet.write_row(row + n, column, at)


def one_sheet(file: str, *cells: object, row: int = 0, column: int = 0) -> bytes:
    return workbook(lambda book: beds(book.add_worksheet(), file, *cells, row=row, column=column))


def formulas(file: str, *written: tuple[str, object]) -> bytes:
    """A row for each formula and the value that is stored beside it."""

    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        beds(sheet, file, *[5] * (len(written) + 1))
        for row, (formula, value) in enumerate(written, 2):
            sheet.write_formula(row, 4, formula, None, value)

    return workbook(fill)


def changed(data: bytes, **parts: bytes | str) -> bytes:
    """A workbook with some parts exchanged (`sheet` and `strings` are told by short names)."""
    names = {"sheet": SHEET, "strings": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    new = {names[short]: content for short, content in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        for name in old.namelist():
            archive.writestr(name, new.get(name, old.read(name)))
    return out.getvalue()


def sheet_xml(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def with_claim(data: bytes, part: str, claimed: int) -> bytes:
    """A zip archive whose list says that a part unpacks to `claimed` bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(part)
    stored = bytearray(data)
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(part.encode()))
    struct.pack_into("<I", stored, entry.header_offset + 22, claimed)
    struct.pack_into("<I", stored, directory + 24, claimed)
    return bytes(stored)


def several_sheets(file: str) -> bytes:
    def fill(book: Workbook) -> None:
        beds(book.add_worksheet("Data"), file, 5)
        book.add_worksheet("Tomt")
        book.add_worksheet("Kontakt").write_row(0, 0, ["Anna", "070"])
        beds(hidden := book.add_worksheet("Dold"), f"{file}, dold", 6)
        hidden.hide()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Data!$E$2:$E$2"})
        book.add_chartsheet("Diagram").set_chart(chart)

    return workbook(fill)


def dates(file: str) -> bytes:
    """Months as dates, one as 29 February 1900, which only Excel's calendar has."""

    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        beds(sheet, file, 1, 2, 3)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, datetime(2024, 1, 31), day)
        sheet.write_datetime(2, 3, datetime(2024, 2, 29, 0, 0), day)
        sheet.write_number(3, 3, 60, day)

    return workbook(fill)


def merged(file: str) -> bytes:
    """A title over all columns, and one region for two rows."""

    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        beds(sheet, file, 5, 6, row=2)
        sheet.merge_range(0, 0, 0, 4, "Vårdplatser per månad")
        sheet.merge_range(3, 1, 4, 1, "23", book.add_format({"bold": True}))

    return workbook(fill)


def percent_format(file: str) -> bytes:
    def fill(book: Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["phone_same_day", "23", file, "2024-01"])
        sheet.write_number(1, 4, 0.5, book.add_format({"num_format": "0 %"}))

    return workbook(fill)


def far_format(file: str) -> bytes:
    """Formats, but no contents, in the last row and column that Excel has."""
    data = one_sheet(file, 5)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(SHEET).decode()
    far = '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"></c></row></sheetData>'
    return changed(data, sheet=xml.replace("</sheetData>", far))


def claimed_dimension(file: str) -> bytes:
    data = one_sheet(file, 5)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(SHEET).decode()
    return changed(data, sheet=xml.replace('ref="A1:E2"', 'ref="A1:XFD1048576"'))


def bomb() -> bytes:
    """A sheet of 300 MB of blanks in 300 kB."""
    return changed(one_sheet("", 5), sheet=sheet_xml(" " * 300_000_000))


def hidden_bomb() -> bytes:
    """The same, in an archive that claims 1,000 bytes."""
    return with_claim(bomb(), SHEET, 1000)


def nested_bomb() -> bytes:
    """A workbook in place of a sheet's parts: an archive in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inre.xlsx", bomb())
    return out.getvalue()


def corners() -> bytes:
    rows = ((1, "A1"), (1_048_576, "XFD1048576"))
    far = (f'<row r="{n}"><c r="{place}"><v>1</v></c></row>' for n, place in rows)
    return changed(one_sheet("", 5), sheet=sheet_xml("".join(far)))


def one_text_everywhere() -> bytes:
    """A text of 30,000 characters in 100,000 cells: 3 GB."""
    cells = '<c t="s"><v>0</v></c>' * 100
    rows = f"<row>{cells}</row>" * 1000
    texts = f'<sst xmlns="{MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'
    return changed(one_sheet("", 5), sheet=sheet_xml(rows), strings=texts)


def entities() -> bytes:
    """A text that stands for ten times another, ten times over, and an error to look closer at."""
    tenfold = [f"&a{n};" * 10 for n in range(10)]
    inner = "".join(f'<!ENTITY a{n} "{text}">' for n, text in enumerate(tenfold, 1))
    xml = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{inner}]>' + sheet_xml(
        '<row><c t="e"><v>&a10;</v></c></row>'
    )
    return changed(one_sheet("", 5), sheet=xml)


def nothing(file: str, content: bytes, says: str, *more: Told) -> Case:
    return Case(file, content, (*refused(says), *more))


def rows_of(file: str, *cells: object, told: tuple[Told, ...] = (), aside: int = 0) -> Case:
    """A good row and others that are set aside."""
    return Case(file, one_sheet(file, 5, *cells), told, (FIVE,), 1, aside)


_CUT = one_sheet("cut.xlsx", 5)

CASES = (
    nothing("cut.xlsx", _CUT[: len(_CUT) // 2], "not a readable Excel workbook"),
    nothing("text.xlsx", f"{HEAD}\n".encode(), "not a zip file"),
    nothing("password.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password"),
    nothing("empty.xlsx", b"", "not a readable Excel workbook"),
    nothing("workbook.csv", _CUT, "a zip archive, such as an Excel workbook"),
    nothing("workbook.parquet", _CUT, "not a readable Parquet file"),
    nothing("bomb.xlsx", bomb(), "times its size: no real workbook does"),
    nothing("hidden-bomb.xlsx", hidden_bomb(), "holds more than the 1,000 bytes claimed"),
    nothing("nested-bomb.xlsx", nested_bomb(), "not a readable Excel workbook"),
    nothing("corners.xlsx", corners(), "spans 1,048,576 rows and 16,384 columns"),
    nothing("one-text-everywhere.xlsx", one_text_everywhere(), "repeat long texts"),
    nothing("entities.xlsx", entities(), "not a readable Excel workbook"),
    Case("dimension.xlsx", claimed_dimension("dimension.xlsx"), (), (FIVE,), 1),
    Case("far-format.xlsx", far_format("far-format.xlsx"), (), (FIVE,), 1),
    Case("not-at-a1.xlsx", one_sheet("not-at-a1.xlsx", 5, row=6, column=3), (), (FIVE,), 1),
    Case(
        "sheets.xlsx",
        several_sheets("sheets.xlsx"),
        refused("sheet 'Kontakt': not recognised"),
        (FIVE, Figure(6.0, unit="sheets.xlsx, dold")),
        2,
    ),
    Case(
        "computed.xlsx",
        formulas("computed.xlsx", ("=1+1", 2), ("=40+2", 42)),
        (),
        (FIVE, Figure(2.0, "2024-02"), Figure(42.0, "2024-03")),
        3,
    ),
    Case(
        "not-computed.xlsx",
        formulas("not-computed.xlsx", ("=1+1", ""), ("=40+2", 0)),
        (NOT_A_NUMBER._replace(says="value '=1+1'"), NOT_A_NUMBER._replace(says="'=40+2'")),
        (FIVE,),
        1,
        2,
    ),
    Case(
        "errors.xlsx",
        formulas("errors.xlsx", ("=1/0", "#DIV/0!"), ("=NA()", "#N/A"), ("=VLOOKUP()", "#REF!")),
        tuple(NOT_A_NUMBER._replace(says=f"'{e}'") for e in ("#DIV/0!", "#N/A", "#REF!")),
        (FIVE,),
        1,
        3,
    ),
    Case(
        "dates.xlsx",
        dates("dates.xlsx"),
        (NOT_A_PERIOD,),
        (Figure(1.0), Figure(2.0, "2024-02")),
        2,
        1,
    ),
    Case(
        "merged.xlsx",
        merged("merged.xlsx"),
        (aside("unknown_region"),),
        (FIVE,),
        1,
        1,
    ),
    Case(
        "numbers-as-text.xlsx",
        one_sheet("numbers-as-text.xlsx", "5", "1 234,5", "..", "–"),
        (),
        (
            FIVE,
            Figure(1234.5, "2024-02"),
            missing("2024-03"),
            Figure(0.0, "2024-04", status="zero"),
        ),
        4,
    ),
    Case(
        "percent-format.xlsx",
        percent_format("percent-format.xlsx"),
        (warning("shares_of_one"),),
        (Figure(0.5, indicator="phone_same_day"),),
        1,
    ),
    rows_of("booleans.xlsx", True, told=(NOT_A_NUMBER,), aside=1),
    rows_of("huge.xlsx", 1e300, told=(NOT_A_NUMBER,), aside=1),
    rows_of("script.xlsx", "<script>", told=(NOT_A_NUMBER,), aside=1),
    rows_of("date-as-value.xlsx", date(2024, 2, 29).isoformat(), told=(NOT_A_NUMBER,), aside=1),
)
