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
    """A column's number format (Excel's code), and what a value is divided by to suit it."""

    code: str
    divisor: int = 1


def of_columns(table: Table) -> list[Shown | None]:
    """The format of each column's numbers, None for a column without numbers.

    It follows from the texts of the figures with these values; most cells' way decides.
    """
    texts: dict[float, list[str]] = {}
    for figure in table.figures:
        if isinstance(figure["value"], int | float):
            texts.setdefault(round(figure["value"], 6), []).append(figure["text"] or "")
    return [_of_column(table.column(n), texts) for n in range(len(table.columns))]


def _of_column(values: list, texts: dict[float, list[str]]) -> Shown | None:
    numbers = [value for value in values if is_number(value)]
    if not numbers:
        return None
    found = Counter(
        shown
        for value in numbers
        for shown in dict.fromkeys(map(of_text, texts.get(round(value, 6), [])))
        if shown is not None
    )
    if found:
        return max(found, key=lambda shown: (found[shown], shown.code))
    whole = all(float(value).is_integer() for value in numbers)
    return Shown("#,##0" if whole else PLAIN)


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
