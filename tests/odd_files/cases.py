"""What a case is: a file, and what must come out of it."""

from dataclasses import dataclass, field
from math import nan
from typing import NamedTuple

HEAD = "indicator,region,unit,period,value"


class Figure(NamedTuple):
    """One observation that must come out; `value` is NaN where the status says why."""

    value: float
    period: str = "2024-01"
    unit: str | None = None
    indicator: str = "available_beds"
    region: str = "23"
    status: str = "reported"


class Told(NamedTuple):
    """One finding: its kind, its code, and a piece of what it says."""

    kind: str
    code: str
    says: str = ""


@dataclass(frozen=True)
class Case:
    """A file by its name and bytes; what is told of it, and what becomes of its rows.

    `used` and `aside` count rows; `figures` are all observations that come out. A unit that is not
    given is the file's name, so that no two files speak of one thing.
    """

    file: str
    content: bytes = field(repr=False)
    told: tuple[Told, ...] = ()
    figures: tuple[Figure, ...] = ()
    used: int = 0
    aside: int = 0

    def expected(self) -> list[tuple]:
        """The figures with their units, NaN as None, in a fixed order."""
        named = (f._replace(unit=self.file if f.unit is None else f.unit) for f in self.figures)
        return sorted((plain(*figure) for figure in named), key=str)


def plain(value: float, *key: str) -> tuple:
    return (None if value != value else value, *key)


def missing(period: str = "2024-01", status: str = "missing", **where: str) -> Figure:
    return Figure(nan, period, status=status, **where)


def refused(says: str) -> tuple[Told, ...]:
    return (Told("refused", "not_read", says),)


def aside(code: str, says: str = "") -> Told:
    return Told("set_aside", code, says)


def warning(code: str, says: str = "") -> Told:
    return Told("warning", code, says)


FIVE = Figure(5.0)
