"""Months and days as people write them: `2024-01`, `202401`, `jan 2024`, an Excel date."""

import re
from datetime import date

from babel.dates import get_month_names

from vardlaget.errors import InputError
from vardlaget.periods import Month

_SWEDISH = {
    name.rstrip("."): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale="sv_SE").items()
}
# The three letters that are in use where the language's own abbreviation is longer.
_NAMES = _SWEDISH | {name[:3]: number for name, number in _SWEDISH.items()}
_DIGITS = re.compile(r"(\d{4})[-/.]?(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})([ T]00:00(:00(\.0+)?)?)?", re.ASCII)
_WORDS = re.compile(r"([a-zåäö]+)\.?[ \-_]*(\d{4}|\d{2})")
_WORDS_LAST = re.compile(r"(\d{4})[ \-_]*([a-zåäö]+)\.?")


def parse_month(text: str) -> str:
    """A month as `2024-01`. A day stands for its month. Raises ValueError for anything else.

    >>> parse_month("jan 2024"), parse_month("202401"), parse_month("2024-01-31")
    ('2024-01', '2024-01', '2024-01')
    """
    plain = " ".join(text.split()).casefold()
    if match := _DIGITS.fullmatch(plain):
        return _month(int(match[1]), int(match[2]))
    if _DAY.fullmatch(plain):
        return parse_day(plain)[:7]
    if match := _WORDS.fullmatch(plain):
        year = int(match[2]) + (2000 if len(match[2]) == 2 else 0)
        return _month(year, _number(match[1], text))
    if match := _WORDS_LAST.fullmatch(plain):
        return _month(int(match[1]), _number(match[2], text))
    raise ValueError(f"not a month: {text!r}")


def parse_day(text: str) -> str:
    """A day as `2024-01-31`. Raises ValueError where it is none, or stands in no calendar."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a day: {text!r}")
    day = date(int(match[1]), int(match[2]), int(match[3]))
    _month(day.year, day.month)
    return day.isoformat()


def parse_year(text: str) -> str:
    """A year as `2024`. Raises ValueError."""
    if not re.fullmatch(r"\d{4}", text.strip(), re.ASCII):
        raise ValueError(f"not a year: {text!r}")
    return _month(int(text), 1)[:4]


def parse_period(span: str, text: str) -> str:
    """A period as the one table writes it for this span. Raises ValueError."""
    parse = {"year": parse_year, "point": parse_day}.get(span, parse_month)
    return parse(text)


def _number(name: str, text: str) -> int:
    if name not in _NAMES:
        raise ValueError(f"not a month: {text!r}")
    return _NAMES[name]


def _month(year: int, number: int) -> str:
    """Raises ValueError for a year that no figure can come from."""
    try:
        return str(Month.parse(f"{year:04d}-{number:02d}"))
    except InputError as error:
        raise ValueError(str(error)) from None
