"""Cells and headers of wide tables: months, footnotes, shares of 1, periods some months back."""

from dataclasses import replace
from decimal import Decimal

from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.sources import around
from vardlaget.sources.numbers import SYMBOLS, parse_number
from vardlaget.sources.tables import Table
from vardlaget.sources.written import parse_month, parse_year

# The symbol of official statistics for each reason why there is no number.
SYMBOL = {status: symbol for symbol, status in SYMBOLS.items()}
_LAGGING = ("month", "ytd", "r12")


def without_footnotes(table: Table, pattern: str) -> Table:
    """A table without the rows that hold one text only, and it is a footnote."""
    search = around.compiled(pattern, None).search
    texts = table.cells.to_numpy()
    kept = [
        n
        for n, row in enumerate(texts)
        if (row != "").sum() != 1 or not search("".join(row).strip())
    ]
    below = table.cells.iloc[kept].reset_index(drop=True)
    return replace(table, cells=below, rows=[table.rows[n] for n in kept])


def is_month(text: str) -> bool:
    try:
        return bool(parse_month(text))
    except ValueError:
        return False


def month_in(name: str, pattern: str) -> str:
    """The month that a column's name is about, as it is written there, if it fits the pattern.

    A month without a year counts: its year is told elsewhere.
    """
    text = " ".join(name.split()).removesuffix(" 00:00:00")
    match = around.compiled(pattern, None).fullmatch(text)
    told = around.captured(match) if match else ""
    return told if is_month(told) or is_month(f"{told} 2000") else ""


def bare(text: str) -> str:
    """A symbol as it is compared."""
    return "".join(text.split()).casefold()


def number(text: str) -> float | None:
    try:
        return parse_number(text)
    except ValueError:
        return None


def all_fractions(cells: list[str]) -> bool:
    """Whether a column's numbers are shares of 1, as a spreadsheet stores what it shows with %."""
    numbers = [n for n in map(number, cells) if n is not None]
    marked = any("%" in text for text in cells)
    return not marked and any(numbers) and all(0 <= n <= 1 for n in numbers)


def times(text: str, scale: float) -> str:
    """A number times a scale, digit by digit; what is no number stays as it is.

    >>> times("132,7", 1e6), times("..", 1e6)
    ('132700000', '..')
    """
    value = number(text)
    if value is None or scale == 1:
        return text
    return format((Decimal(str(value)) * Decimal(str(scale))).normalize(), "f")


def joined(parts: list[str]) -> str:
    """Cells of one row as one text: `2024` and `1` as `2024-01`; empty if one of them is."""
    filled = [part.zfill(2) if part.isdecimal() else part for part in parts]
    return "-".join(filled) if all(parts) else ""


def moved(span: str, text: str, years: int, lag: int, no_lag_in: tuple[int, ...]) -> str:
    """A period some years back; one counted in months also as many months as its figures lag.

    For a year, a month stands for its year. A text that is no period stays as it is.
    """
    try:
        if span == "year":
            return str(int(parse_month(text)[:4] if is_month(text) else parse_year(text)) - years)
        if span not in _LAGGING or not (years or lag):
            return text
        month = Month.parse(parse_month(text))
        return str(month.minus(12 * years + (0 if month.number in no_lag_in else lag)))
    except (ValueError, InputError):
        return text
