"""The indicators: one definition each, from which labels, units and the glossary come."""

import difflib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import Field

from vardlaget import project
from vardlaget.catalogue.reading import Entry, read_yaml_list
from vardlaget.errors import InputError

Subject = Literal[
    "waiting_times", "capacity", "beds", "production", "workforce", "economy", "quality", "grants"
]
Unit = Literal[
    "percent",
    "percentage_points",
    "count",
    "beds",
    "days",
    "hours",
    "seconds",
    "minutes",
    "SEK",
    "fte",
    "points",
    "index",
    "visits",
]
COUNT_UNITS = {"count", "beds", "days", "visits", "fte", "hours", "points"}
PART_SUFFIXES = ("numerator", "denominator")
EXCLUSIONS = {
    "none": "Inga",
    "pvv": "Patientvald väntan (PvV)",
    "pvv_mov": "Patientvald väntan (PvV) och medicinskt orsakad väntan (MoV)",
}


class Names(Entry):
    sv: str
    en: str


class SeriesBreak(Entry):
    """From this month on, values are not comparable with earlier ones."""

    from_: str = Field(alias="from", pattern=r"^\d{4}-\d{2}$")
    reason: str


class Indicator(Entry):
    """A measure: what it is, how it is computed and which way is better."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
    name: Names
    subject: Subject
    definition: str = Field(min_length=20)
    terms: tuple[str, ...] = ()  # the indicators that its definition cannot be read without
    numerator: str | None = None
    denominator: str | None = None
    basis: tuple[Literal["waiting", "completed"], ...] = ()
    exclusions: str
    unit: Unit
    decimals: int = Field(ge=0, le=6)
    direction: Literal["higher", "lower", "interval", "neutral"]
    lag_months: int = Field(ge=0, le=12)
    source: str
    confidence: Literal["high", "medium", "low"]
    breaks: tuple[SeriesBreak, ...] = ()
    bounded: bool = False  # a share that cannot leave 0–100 per cent
    accumulates: bool = False  # grows from January on: a target holds for the whole year's value


class Indicators:
    """The indicators by id. `x.numerator` and `x.denominator` are the counts behind a share x."""

    def __init__(self, entries: list[Indicator]):
        self._by_id: dict[str, Indicator] = {}
        for entry in entries:
            if entry.id in self._by_id:
                raise InputError(f"indicators.yml: '{entry.id}' is defined twice.")
            self._by_id[entry.id] = entry
        for entry in entries:
            for term in entry.terms:
                if term not in self._by_id:
                    raise InputError(
                        f"'{entry.id}', terms: no indicator '{term}' in the catalogue."
                    )
        self._by_name = {entry.name.sv.casefold(): entry for entry in entries}

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._find(id_) is not None

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self._by_id.values())

    def __getitem__(self, id_: str) -> Indicator:
        entry = self._find(id_)
        if entry is None:
            raise InputError(f"'{id_}': no such indicator in the catalogue (indicators.yml).")
        return entry

    def named(self, text: str) -> Indicator:
        """The indicator with this id or this Swedish name. Raises InputError with the nearest."""
        entry = self._find(text) or self._by_name.get(text.casefold())
        if entry is None:
            near = difflib.get_close_matches(text, self._by_id, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise InputError(f"'{text}': no such indicator in the catalogue.{hint}")
        return entry

    def _find(self, id_: str) -> Indicator | None:
        if id_ in self._by_id:
            return self._by_id[id_]
        parent, _, part = id_.rpartition(".")
        if part in PART_SUFFIXES and parent in self._by_id:
            return _part(self._by_id[parent], part)
        return None


def whole_of(id_: str) -> str:
    """The share that `x.numerator` and `x.denominator` are parts of; any other id is its own."""
    parent, _, part = id_.rpartition(".")
    return parent if part in PART_SUFFIXES else id_


def _part(share: Indicator, part: str) -> Indicator | None:
    """The numerator or denominator of a share, as an indicator of its own."""
    phrase = getattr(share, part)
    if phrase is None:
        return None
    return share.model_copy(
        update={
            "id": f"{share.id}.{part}",
            "name": Names(sv=f"{share.name.sv} (antal)", en=f"{share.name.en} ({part})"),
            "definition": phrase[0].upper() + phrase[1:].rstrip(".") + ".",
            "numerator": None,
            "denominator": None,
            "unit": "count",
            "bounded": False,
            "decimals": 0,
        }
    )


def exclusions_text(indicator: Indicator, code: str | None) -> str:
    """What a figure leaves out, in Swedish: its own exclusions, else those of its definition."""
    return EXCLUSIONS[code] if code else indicator.exclusions


CATALOGUE = Path(str(resources.files("vardlaget.catalogue") / "indicators.yml"))


def load_indicators(path: Path | None = None) -> Indicators:
    """The package's catalogue with the regions' own indicators, or the one at `path` alone.

    Raises InputError with file and line.
    """
    return _load(path, None) if path else _load(CATALOGUE, project.find().settings)


@cache
def _load(path: Path, settings: Path | None) -> Indicators:
    # Imported here: settings hold indicators.
    from vardlaget.catalogue.settings import own_indicators

    own = own_indicators(settings) if settings else []
    return Indicators([*_entries(path), *own])


@cache
def _entries(path: Path) -> list[Indicator]:
    return read_yaml_list(path, Indicator)
