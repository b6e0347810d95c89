"""Tables written as the files of daily life: workbooks, two kinds of CSV, Parquet.

The same tables give the same bytes.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import xlsxwriter

from vardlaget.observations import COLUMNS, NUMBERS

Style = Literal["xlsx", "cp1252", "utf-8"]
STYLES: tuple[Style, ...] = ("xlsx", "cp1252", "utf-8")
MARK = "Syntetiska uppgifter"
_CREATED = datetime(2024, 3, 1)
_SHEET_NAME = 31
# The one table's columns as Swedish analysts call them.
_SWEDISH = {
    "indicator": "Indikator",
    "unit": "Enhet",
    "period": "Månad",
    "basis": "Mätbas",
    "exclusions": "Undantag",
    "sex": "Kön",
    "age_group": "Åldersgrupp",
    "ownership": "Ägarform",
    "profession": "Yrkesgrupp",
    "contact_form": "Kontaktform",
    "specialty": "Specialitet",
    "care_type": "Vårdtyp",
    "provider": "Utförare",
    "numerator": "Täljare",
    "denominator": "Nämnare",
    "value": "Värde",
    "source": "Källa",
    "note": "Anmärkning",
}

Cell = str | float | None


@dataclass(frozen=True)
class Sheet:
    """A wide table: titles above it, a header of names or of pairs (upper, lower), and rows."""

    name: str
    titles: tuple[str, ...]
    header: Sequence[str | tuple[str, str]]
    rows: Sequence[Sequence[Cell]]

    @property
    def lower(self) -> list[str]:
        return [name if isinstance(name, str) else name[1] for name in self.header]

    @property
    def upper(self) -> list[str]:
        """The upper row of a header in two rows; empty where it has one."""
        pairs = [name for name in self.header if not isinstance(name, str)]
        return ["" if isinstance(name, str) else name[0] for name in self.header] if pairs else []

    @property
    def joined(self) -> list[str]:
        """The header in one row."""
        return [name if isinstance(name, str) else " ".join(name) for name in self.header]


def write_wide(folder: Path, name: str, sheets: list[Sheet], style: Style) -> list[Path]:
    """A workbook with all sheets, or a CSV file for each. Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    if style == "xlsx":
        return [_workbook(folder / f"{name}.xlsx", sheets)]
    single = len(sheets) == 1
    return [
        _text(folder / f"{name if single else f'{name}-{slug(sheet.name)}'}.csv", sheet, style)
        for sheet in sheets
    ]


def slug(text: str) -> str:
    """A title as a part of a file's name."""
    plain = text.casefold().translate(str.maketrans("åäö", "aao"))
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def _workbook(path: Path, sheets: list[Sheet]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"created": _CREATED, "title": MARK})
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:_SHEET_NAME])
            page.set_column(0, 0, 40)
            for place, title in enumerate(sheet.titles):
                page.write_string(place, 0, title, bold)
            row = len(sheet.titles) + 1
            if sheet.upper:
                _merge(page, row, sheet.upper, bold)
                row += 1
            page.write_row(row, 0, sheet.lower, bold)
            for place, cells in enumerate(sheet.rows, row + 1):
                for column, cell in enumerate(cells):
                    if cell is not None and cell != "":
                        page.write(place, column, cell)
    return path


def _merge(page, row: int, upper: list[str], bold) -> None:
    """The upper row of a header; equal neighbours are one merged cell."""
    start = 0
    for place in range(1, len(upper) + 1):
        if place == len(upper) or upper[place] != upper[start]:
            if upper[start] and place - start > 1:
                page.merge_range(row, start, row, place - 1, upper[start], bold)
            elif upper[start]:
                page.write_string(row, start, upper[start], bold)
            start = place


def _text(path: Path, sheet: Sheet, style: Style) -> Path:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for title in sheet.titles:
        writer.writerow([title])
    writer.writerow([])
    writer.writerow(sheet.joined)
    for cells in sheet.rows:
        writer.writerow([_swedish(cell) for cell in cells])
    text = buffer.getvalue()
    try:
        data = text.encode("cp1252" if style == "cp1252" else "utf-8-sig")
    except UnicodeEncodeError:
        data = text.encode("utf-8-sig")
    path.write_bytes(data)
    return path


def _swedish(cell: Cell) -> str:
    """A number with decimal comma and, from ten thousand, a space in it."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if float(cell).is_integer():
        whole = int(cell)
        return f"{whole:,}".replace(",", " ") if abs(whole) >= 10_000 else str(whole)
    return f"{cell:.6f}".rstrip("0").replace(".", ",")


def write_observations(path: Path, frame: pd.DataFrame, style: Style) -> Path:
    """Observations in their own form: Parquet for `xlsx`, else CSV of the style.

    Columns that are empty in all rows are left out, and so is the value of a share that its
    counts give.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    told = frame.assign(value=frame["value"].where(~_given_by_counts(frame)))
    used = [c for c in COLUMNS if _used(told[c]) or c in ("indicator", "region", "period", "value")]
    told = told[used]
    if style == "xlsx":
        table = pa.Table.from_pandas(told, preserve_index=False).replace_schema_metadata(None)
        path = path.with_suffix(".parquet")
        pyarrow.parquet.write_table(table, path, compression="zstd")
        return path
    path = path.with_suffix(".csv")
    texts = told.assign(**{c: _numbers(told[c], style) for c in NUMBERS if c in told})
    if style == "cp1252":
        texts = texts.rename(columns=_SWEDISH)
    separator = ";" if style == "cp1252" else ","
    encoding = "cp1252" if style == "cp1252" else "utf-8-sig"
    texts.to_csv(path, index=False, sep=separator, encoding=encoding, lineterminator="\r\n")
    return path


def _given_by_counts(frame: pd.DataFrame) -> pd.Series:
    """Whether a value is 100 · numerator / denominator; of a value of 0 that is not known."""
    den = frame["denominator"].where(frame["denominator"] != 0)
    return ((100 * frame["numerator"] / den) == frame["value"]) & (frame["value"] != 0)


def _used(column: pd.Series) -> bool:
    return bool(column.notna().any() if column.name in NUMBERS else (column != "").any())


def _numbers(column: pd.Series, style: Style) -> pd.Series:
    """Numbers as text, with at most six decimals; nothing for none."""
    codes, values = pd.factorize(column.round(6), use_na_sentinel=True)
    texts = [
        str(int(v)) if float(v).is_integer() else np.format_float_positional(v) for v in values
    ]
    if style == "cp1252":
        texts = [text.replace(".", ",") for text in texts]
    return pd.Series(np.array([*texts, ""], dtype=object)[codes], index=column.index)
