"""Agreements between the state and the regions on grants: their parts, keys and rules as data."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from vardlaget.catalogue.reading import Entry, read_yaml

Confidence = Literal["high", "medium", "low"]


class Reduction(Entry):
    """An amount taken from a part's pot, and the part that it goes to."""

    amount: int = Field(gt=0)
    to: str
    reason: str


class PopulationKey(Entry):
    """A region's share of the population of an age group on a day."""

    age_group: str
    date: date


class ShareKey(Entry):
    """Shares that are known as such, in per cent by region code; others are unknown."""

    shares: dict[str, Decimal]
    derivation: str


class Part(Entry):
    """A part of an agreement: its pot in kronor and how it is shared among the regions."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    pot: int = Field(gt=0)
    kind: Literal["by_population", "performance", "strategic"]
    key: PopulationKey | ShareKey
    reductions: tuple[Reduction, ...] = ()
    month_count: int = Field(default=1, ge=1, le=12)
    measures: tuple[str, ...] = ()
    source: str
    confidence: Confidence
    unverified: tuple[str, ...] = ()

    @property
    def net(self) -> int:
        """The pot in kronor when what is reserved for other parts has been taken away."""
        return self.pot - sum(reduction.amount for reduction in self.reductions)


class Deadline(Entry):
    day: str
    what: str


class Quote(Entry):
    """A figure that a document prints and no known rule gives: shown as quoted, never computed."""

    region: str
    text: str
    source: str


class Agreement(Entry):
    """An agreement for a year. The parts that no reduction pays for add up to its total."""

    id: str
    year: int
    title: str
    decided: str
    total: int = Field(gt=0)
    focus_areas: tuple[str, ...] = ()
    parts: tuple[Part, ...]
    deadlines: tuple[Deadline, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...]
    confidence: Confidence

    @model_validator(mode="after")
    def _adds_up(self) -> "Agreement":
        ids = [part.id for part in self.parts]
        if len(set(ids)) < len(ids):
            raise ValueError("two parts have the same id")
        reserved = self.reserved()
        for to, amount in reserved.items():
            if to not in ids:
                raise ValueError(f"a reduction goes to '{to}', which is not a part")
            if amount != self.part(to).pot:
                raise ValueError(f"part '{to}' has pot {self.part(to).pot}, reserved is {amount}")
        parts = sum(part.pot for part in self.parts if part.id not in reserved)
        if parts != self.total:
            raise ValueError(f"the parts add up to {parts}, the total is {self.total}")
        return self

    def part(self, id_: str) -> Part:
        return next(part for part in self.parts if part.id == id_)

    def reserved(self) -> dict[str, int]:
        """Kronor reserved from other parts' pots, by the part that they go to."""
        amounts: dict[str, int] = {}
        for part in self.parts:
            for reduction in part.reductions:
                amounts[reduction.to] = amounts.get(reduction.to, 0) + reduction.amount
        return amounts


@cache
def load_agreements(folder: Path) -> tuple[Agreement, ...]:
    """Every agreement file in a folder, by year. Raises InputError with file and line."""
    files = sorted(folder.glob("*.yml"))
    return tuple(sorted((read_yaml(file, Agreement) for file in files), key=lambda a: a.year))
