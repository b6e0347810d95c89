"""CSV: UTF-8, comma, decimal points, a symbol where there is no number.

A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers, also
those written as text (`+2,3 %`), stay as they are.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from vardlaget.catalogue import Indicators, load_indicators
from vardlaget.catalogue.indicators import exclusions_text
from vardlaget.observations import BREAKDOWNS
from vardlaget.pipeline.attachments.tables import Table
from vardlaget.present.figures import breakdown

INDICATOR_COLUMNS = (
    "publication",
    "indicator",
    "region",
    "unit",
    "span",
    "period",
    "scenario",
    "basis",
    "exclusions",
    "breakdown",
    "numerator",
    "denominator",
    "value",
    "text",
    "status",
    "source",
    "synthetic",
)
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
# A number with words after it computes nothing: it has no operator, bracket or reference.
_NUMBER = re.compile(r"[+-]?\d[\w\s.,:%●■]*")


def write_indicators(path: Path, rows: Iterable[dict]) -> Path:
    """One row for each figure published."""
    return _write(path, INDICATOR_COLUMNS, (row.values() for row in rows))


def indicator_rows(publications: dict[str, list[dict]]) -> list[dict]:
    """A row of INDICATOR_COLUMNS for each figure; `publications` maps a name to its records."""
    rows, known = [], load_indicators()
    for publication, payloads in publications.items():
        for payload in payloads:
            rows += [_indicator_row(publication, figure, known) for figure in payload["figures"]]
    unique = list({tuple(row.values()): row for row in rows}.values())
    return sorted(unique, key=lambda row: [str(value) for value in row.values()])


def _indicator_row(publication: str, figure: dict, known: Indicators) -> dict:
    row = {"publication": publication, "breakdown": breakdown(figure)}
    row |= {name: value for name, value in figure.items() if name not in BREAKDOWNS}
    row["exclusions"] = exclusions_text(known[figure["indicator"]], row["exclusions"])
    return {column: plain(row.get(column)) for column in INDICATOR_COLUMNS}


def write_table(path: Path, table: Table) -> Path:
    return _write(path, table.columns, table.rows)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([safe(column) for column in columns])
        writer.writerows([safe(plain(value)) for value in row] for row in rows)
    return path


def plain(value: object) -> object:
    """Numbers with a decimal point and no needless `.0`; `true` and `false`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 10)
    return "" if value is None else value


def safe(value: object) -> object:
    """A text that no spreadsheet runs: `=1+1` becomes `'=1+1`."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
