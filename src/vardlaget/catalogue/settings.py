"""What a region chooses for its publications: one settings file, without code."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from vardlaget.catalogue.indicators import Indicator
from vardlaget.catalogue.look import Look
from vardlaget.catalogue.reading import Entry, read_yaml
from vardlaget.catalogue.sign_off import SignOff
from vardlaget.catalogue.targets import Target
from vardlaget.errors import InputError

STANDARD = "standard"
# A report has places for so many goal areas, and a table for so many areas of activity.
MOST_AREAS, MOST_UNITS = 8, 6


class Row(Entry):
    """A line of a scorecard: one indicator, or several that are told together (BUP 90/80/80)."""

    indicators: tuple[str, ...] = Field(min_length=1)
    label: str | None = None


class Area(Entry):
    """A goal area of a scorecard."""

    title: str
    subtitle: str | None = None
    rows: tuple[Row, ...] = Field(min_length=1)


class Judged(Entry):
    """The region's own verdict on a part of a goal in one year, with its reason and source."""

    year: int
    verdict: Literal["met", "partly", "not_met"]
    reason: str
    source: str


class GoalPart(Entry):
    """A part of a goal: what is to happen, the indicator that tells, and how it is judged.

    `judged` holds the verdicts that the region has given itself.
    """

    title: str
    indicator: str | None = None
    criterion: str | None = None
    judged: tuple[Judged, ...] = ()


class Goal(Entry):
    """A goal of the year, as the annual report judges it."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    parts: tuple[GoalPart, ...] = Field(min_length=1)


class Settings(Entry):
    """One region's choices. What is None is as in settings/standard.yml, or all there is.

    `hidden`: for each publication, the ids of sections that are left out. `areas` and `frames`:
    units that are areas of activity, and units that a political body has given an economic frame.
    `names`: what a unit is called in publications. `hours_per_fte_year`: hours that make one
    full-time equivalent in a year. `look`: the region's colour and
    logo; `contact`: who answers questions; `releases`: the day on which each month's edition is
    made public. `sign_off`: what approval demands. `targets` come before
    data/reference/targets.csv; `indicators` are the region's own, their ids beginning with `own.`.
    """

    region: str | None = None
    publications: tuple[str, ...] | None = None
    hidden: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    areas: tuple[str, ...] | None = Field(None, max_length=MOST_UNITS)
    frames: tuple[str, ...] | None = None
    names: dict[str, str] = Field(default_factory=dict)
    hours_per_fte_year: float | None = Field(None, gt=0)
    hours_per_fte_source: str | None = None
    scorecard: tuple[Area, ...] | None = Field(None, max_length=MOST_AREAS)
    area_scorecard: tuple[Area, ...] | None = None
    goals: tuple[Goal, ...] | None = None
    look: Look | None = None
    contact: str | None = None
    releases: dict[str, date] = Field(default_factory=dict)
    sign_off: SignOff | None = None
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_the_region(cls, values: object) -> object:
        """A target in a region's file is the region's."""
        if isinstance(values, dict) and isinstance(values.get("targets"), list):
            own = {"region": values.get("region")}
            targets = [own | t if isinstance(t, dict) else t for t in values["targets"]]
            values = values | {"targets": targets}
        return values

    @model_validator(mode="after")
    def _own_ids(self) -> "Settings":
        for indicator in self.indicators:
            if not indicator.id.startswith("own."):
                raise ValueError(f"own indicator '{indicator.id}': its id must begin with 'own.'")
        return self

    def over(self, standard: "Settings") -> "Settings":
        """These settings, with the standard's for what they leave out."""
        missing = {name: value for name, value in standard if getattr(self, name) in (None, (), {})}
        return self.model_copy(update={"region": self.region} | missing)

    @property
    def signed_off(self) -> SignOff:
        """What approval demands; the usual where nothing is chosen."""
        return self.sign_off or SignOff()

    def shown(self, unit: str) -> str:
        """What a unit is called."""
        return self.names.get(unit, unit)

    def named_indicators(self) -> set[str]:
        """The indicators that scorecards, goals and targets speak of."""
        areas = (*(self.scorecard or ()), *(self.area_scorecard or ()))
        named = {id_ for area in areas for row in area.rows for id_ in row.indicators}
        parts = [part for goal in self.goals or () for part in goal.parts]
        named |= {part.indicator for part in parts if part.indicator}
        return named | {target.indicator for target in self.targets}


def load_settings(folder: Path, slug: str) -> Settings:
    """A region's settings: settings/<slug>.yml over settings/standard.yml; both may be absent.

    Raises InputError with file and line.
    """
    standard = _read(folder / f"{STANDARD}.yml")
    return _read(folder / f"{slug}.yml").over(standard)


def all_settings(folder: Path) -> list[Settings]:
    """Every file of the settings folder, in the order of their names. Raises InputError."""
    return [_read(path) for path in sorted(folder.glob("*.yml"))]


@cache
def _read(path: Path) -> Settings:
    return read_yaml(path, Settings) if path.is_file() else Settings()


def own_indicators(folder: Path) -> list[Indicator]:
    """All regions' own indicators. Raises InputError where two differ under one id."""
    found: dict[str, Indicator] = {}
    for settings in all_settings(folder):
        for indicator in settings.indicators:
            if found.setdefault(indicator.id, indicator) != indicator:
                raise InputError(f"{folder}: '{indicator.id}' is defined in two ways.")
    return list(found.values())
