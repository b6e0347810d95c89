"""How numbers look in the workbook: as they do in the publication, but numbers all the same."""

import re
from collections import Counter
from dataclasses import dataclass

from vardlaget.pipeline.attachments.tables import Table

_SHOWN = re.compile(r"([+−]?)\d+(?:\u00a0\d{3})*(?:,(\d+))?(\u00a0?%|\u00a0[^\d\"\\]{1,30})?")
_CLOCK = re.compile(r"−?\d+:\d\d")
SECONDS_PER_DAY = 86_400
PLAIN = "#,##0.##########"


@dataclass(frozen=True)
class Shown:
    """A number's format (Excel's code), and what a value is divided by to suit it."""

    code: str
    divisor: int = 1


def of_columns(table: Table) -> list[Shown | None]:
    """How most numbers of each column are shown, None for a column without numbers."""
    return [_of_column(table, number) for number in range(len(table.columns))]


def _of_column(table: Table, number: int) -> Shown | None:
    cells = [(row[number], text[number]) for row, text in zip(table.rows, table.texts, strict=True)]
    found = Counter(of_cell(value, text) for value, text in cells if is_number(value))
    return max(found, key=lambda shown: (found[shown], shown.code)) if found else None


def of_cell(value: float, text: str) -> Shown:
    """The format of a number that is shown so; a plain one where the text is more than a number."""
    plain = Shown("#,##0" if float(value).is_integer() else PLAIN)
    return of_text(text) or plain


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def of_text(text: str) -> Shown | None:
    """The format that shows a number as `text` does: `+2,3 %` gives `+#,##0.0" %"` with its minus.

    Excel's codes are English; the reader's own program shows decimal comma and spaces.
    """
    if _CLOCK.fullmatch(text):
        return Shown("[m]:ss", SECONDS_PER_DAY)
    match = _SHOWN.fullmatch(text)
    if match is None:
        return None
    sign, decimals, suffix = match.groups()
    signed = sign == "+"
    number = "#,##0" + (f".{'0' * len(decimals)}" if decimals else "")
    number += f'"{suffix}"' if suffix else ""
    return Shown(f"+{number};-{number};{number}" if signed else number)
