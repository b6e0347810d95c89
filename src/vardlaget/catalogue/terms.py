"""What an agreement says beside its money: deadlines, and figures that are only quoted."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vardlaget.catalogue.reading import Entry
from vardlaget.errors import InputError
from vardlaget.periods import Month

Confidence = Literal["high", "medium", "low"]


def _month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except InputError:
        raise ValueError("not a month; write it as 2024-02") from None


MonthText = Annotated[str, AfterValidator(_month)]


class Deadline(Entry):
    """When (a day, or a month where no day is set) the regions have to do what."""

    day: date | MonthText
    what: str
    source: str | None = None

    @property
    def words(self) -> str:
        """`31 mars 2024`, `oktober 2024`"""
        if isinstance(self.day, date):
            return f"{self.day.day} {Month(self.day.year, self.day.month).words}"
        return Month.parse(self.day).words


class Quote(Entry):
    """A figure that a document prints and no known rule gives: shown as quoted, never computed.

    `region` is a county code, or `00` for what concerns all regions. An edition of a month before
    `published` does not show it.
    """

    region: str = Field(pattern=r"^\d{2}$")
    text: str
    source: str
    published: date | None = None


def is_region_code(text: str) -> bool:
    return re.fullmatch(r"\d{2}", text) is not None
