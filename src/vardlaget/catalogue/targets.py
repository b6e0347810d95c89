"""Targets: national and regional, with the dates for which they hold."""

import math
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from vardlaget.catalogue.reading import Entry, read_csv
from vardlaget.catalogue.regions import COUNTRY


class Target(Entry):
    """A target: a lower bound, an upper bound, both (an interval), a rule, or only its words.

    A rule compares with the same period last year, or with the plan (budget).
    """

    indicator: str
    region: str
    unit: str | None = None
    valid_from: date
    valid_to: date | None = None
    lower: float | None = None
    upper: float | None = None
    rule: Literal["below_last_year", "above_last_year", "as_planned"] | None = None
    printed: str | None = None
    source: str

    @model_validator(mode="after")
    def _ordered(self) -> "Target":
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError("the lower bound is above the upper")
        return self

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def status(self, value: float | None) -> str | None:
        """`below`, `within` or `above` the bounds; None without a value or bounds."""
        if value is None or math.isnan(value) or (self.lower is None and self.upper is None):
            return None
        if self.lower is not None and value < self.lower:
            return "below"
        if self.upper is not None and value > self.upper:
            return "above"
        return "within"


@cache
def load_targets(path: Path) -> tuple[Target, ...]:
    """The targets of data/reference/targets.csv. Raises InputError with file and row."""
    return tuple(read_csv(path, Target))


def targets_for(targets: tuple[Target, ...], region: str, day: date) -> dict[str, list[Target]]:
    """A region's targets on a day, by indicator: its own first, then the nation's."""
    found: dict[str, list[Target]] = {}
    for code in (region, COUNTRY):
        for target in targets:
            if target.region == code and target.unit is None and target.holds(day):
                found.setdefault(target.indicator, []).append(target)
    return found
