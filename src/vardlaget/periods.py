"""Months, and the Swedish words for periods."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

from vardlaget.errors import InputError

_MONTH_NAMES = get_month_names("wide", locale="sv_SE")
_SHORT_NAMES = get_month_names("abbreviated", locale="sv_SE")


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    @cache
    def parse(cls, text: str) -> "Month":
        """A month written `2024-02`. Raises InputError for anything else."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", str(text).strip(), re.ASCII)
        if not match or not 1 <= int(match[2]) <= 12 or not 1990 <= int(match[1]) <= 2100:
            raise InputError(f"'{text}': not a month. Write it as 2024-02.")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def minus(self, months: int) -> "Month":
        index = self.year * 12 + self.number - 1 - months
        return Month(index // 12, index % 12 + 1)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, self.days)

    @property
    def words(self) -> str:
        """`februari 2024`"""
        return f"{_MONTH_NAMES[self.number]} {self.year}"


def words(span: str, period: str) -> str:
    """A span and period in Swedish: `februari 2024`, `januari–februari 2024`, `helåret 2023`."""
    if span == "year":
        return f"helåret {period}"
    if span == "point":
        return period
    month = Month.parse(period)
    if span == "ytd":
        first = _MONTH_NAMES[1]
        return month.words if month.number == 1 else f"{first}–{month.words}"
    if span == "r12":
        return f"tolv månader till och med {month.words}"
    return month.words


def short(period: str) -> str:
    """A month under an axis: `feb 24`."""
    month = Month.parse(period)
    return f"{_SHORT_NAMES[month.number].rstrip('.')[:4]} {period[2:4]}"


def during(span: str, period: str) -> str:
    """When, in a sentence: `i februari 2024`, `under januari–februari 2024`, `under 2023`."""
    if span == "year":
        return f"under {period}"
    if span == "month":
        return f"i {words(span, period)}"
    return f"{'den' if span == 'point' else 'under'} {words(span, period)}"
