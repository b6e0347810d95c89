"""Agreements between the state and the regions on grants: their parts, keys and rules as data.

docs/agreements.md describes the files. What is not known is null there and unknown here, with the
words of `unverified` beside it wherever it is shown.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from vardlaget.catalogue.grant_rules import Addendum, Part, PopulationKey, Retained, ShareKey
from vardlaget.catalogue.reading import Entry, read_yaml
from vardlaget.catalogue.terms import Confidence, Deadline, Quote
from vardlaget.errors import InputError

SUFFIXES = (".yml", ".yaml")
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]

__all__ = [
    "Agreement",
    "Part",
    "PopulationKey",
    "ShareKey",
    "agreement_named",
    "load_agreements",
]


class Agreement(Entry):
    """An agreement for a year. What is not paid by another part's reduction adds up to its total.

    `total` and a part's `pot` are kronor, or null where no source tells them. `retained` are
    amounts that no region gets.
    """

    id: Id
    year: int = Field(ge=2000, le=2100)
    title: str
    short_title: str | None = None
    decided: str | None
    total: int | None = Field(gt=0)
    retained: tuple[Retained, ...] = ()
    focus_areas: tuple[str, ...] = ()
    parts: tuple[Part, ...] = Field(min_length=1)
    addenda: tuple[Addendum, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)
    confidence: Confidence
    unverified: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> "Agreement":
        for loc, problem, value in self._problems():
            detail = PydanticCustomError("agreement", "{problem}", {"problem": problem})
            raise ValidationError.from_exception_data(
                self.id, [{"type": detail, "loc": loc, "input": value}]
            )
        return self

    def _problems(self) -> Iterator[tuple[tuple, str, object]]:
        """Where the parts contradict each other: place in the file, what, the value."""
        ids = [part.id for part in self.parts]
        for n, id_ in enumerate(ids):
            if id_ in ids[:n]:
                yield ("parts", n, "id"), "two parts have the same id", id_
        yield from self._reduction_problems(ids)
        yield from self._month_problems()
        yield from self._addendum_problems(ids)
        yield from self._sum_problems()

    def _reduction_problems(self, ids: list[str]):
        for n, part in enumerate(self.parts):
            for m, reduction in enumerate(part.reductions):
                if reduction.to not in ids:
                    problem = f"a reduction goes to '{reduction.to}', which is not a part"
                    yield ("parts", n, "reductions", m, "to"), problem, reduction.to
        for to, amount in self.reserved().items():
            part = self.part(to)
            if part.pot is not None and amount != part.pot:
                problem = f"part '{to}' has pot {part.pot}, reserved is {amount}"
                yield ("parts", ids.index(to), "pot"), problem, part.pot

    def _month_problems(self):
        for n, part in enumerate(self.parts):
            for m, month in enumerate(part.months):
                if not month.startswith(f"{self.year}-"):
                    problem = f"the month is not in {self.year}, the agreement's year"
                    yield ("parts", n, "months", m), problem, month

    def _addendum_problems(self, ids: list[str]):
        for n, addendum in enumerate(self.addenda):
            if addendum.part not in ids:
                problem = f"an addendum changes '{addendum.part}', which is not a part"
                yield ("addenda", n, "part"), problem, addendum.part
            elif addendum.from_ not in self.part(addendum.part).months:
                problem = f"the addendum begins in a month that part '{addendum.part}' has not"
                yield ("addenda", n, "from"), problem, addendum.from_

    def _sum_problems(self):
        reserved = self.reserved()
        pots = [part.pot for part in self.parts if part.id not in reserved]
        known = sum(pot for pot in pots if pot is not None)
        known += sum(amount.amount for amount in self.retained)
        if self.total is None:
            return
        if known > self.total or (None not in pots and known != self.total):
            yield ("total",), f"the parts add up to {known}, the total is {self.total}", self.total

    @property
    def heading(self) -> str:
        """What it is called where there is little room."""
        return self.short_title or self.title

    def part(self, id_: str) -> Part:
        return next(part for part in self.parts if part.id == id_)

    def part_in(self, id_: str, month: str) -> Part:
        """A part as it holds in a month (`2020-03`): with what addenda have changed until then."""
        part = self.part(id_)
        for addendum in sorted(self.addenda, key=lambda a: (a.from_, a.decided)):
            if addendum.part == id_ and addendum.from_ <= month:
                part = addendum.applied(part)
        return part

    def reserved(self) -> dict[str, int]:
        """Kronor reserved from other parts' pots, by the part that they go to."""
        amounts: dict[str, int] = {}
        for part in self.parts:
            for reduction in part.reductions:
                amounts[reduction.to] = amounts.get(reduction.to, 0) + reduction.amount
        return amounts

    @property
    def all_deadlines(self) -> tuple[Deadline, ...]:
        """The agreement's and its parts' deadlines, in order of time."""
        found = [*self.deadlines, *(d for part in self.parts for d in part.deadlines)]
        return tuple(sorted(found, key=lambda deadline: str(deadline.day)))


@cache
def load_agreements(*folders: Path) -> tuple[Agreement, ...]:
    """Every agreement file (.yml, .yaml) of the folders, by year and id.

    A folder that is not there has none. Raises InputError with file and line for a file that is
    wrong, and for an id that two files have.
    """
    found: dict[str, tuple[Path, Agreement]] = {}
    for path in (path for folder in folders for path in agreement_files(folder)):
        agreement = read_yaml(path, Agreement)
        earlier = found.setdefault(agreement.id, (path, agreement))[0]
        if earlier != path:
            raise InputError(
                f"{path}: the id '{agreement.id}' is that of {earlier} too. Give it another id."
            )
    return tuple(sorted((a for _, a in found.values()), key=lambda a: (a.year, a.id)))


def agreement_files(folder: Path) -> list[Path]:
    """The agreement files of a folder, in order of their names; none where it is not there."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if path.suffix in SUFFIXES and not path.name.startswith(".")]


def agreement_named(agreements: tuple[Agreement, ...], id_: str) -> Agreement:
    """The agreement with an id. Raises InputError that lists those there are."""
    for agreement in agreements:
        if agreement.id == id_:
            return agreement
    known = ", ".join(agreement.id for agreement in agreements) or "none"
    raise InputError(f"'{id_}': no such agreement. Known: {known}.")
