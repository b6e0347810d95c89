"""Plans of a region: goal areas, goals, their indicators and measures, as data.

docs/plans.md describes the files. Outcomes, target levels and economic frames are observations.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from vardlaget.catalogue.reading import Entry, read_yaml
from vardlaget.errors import InputError


class Answer(Entry):
    """The outcome of a qualitative measure in a year, by whom it was told."""

    year: int = Field(ge=2000, le=2100)
    answer: Literal["yes", "no"]
    source: str


class Measure(Entry):
    """A measure that is answered yes or no; without answers it is unanswered."""

    text: str
    answers: tuple[Answer, ...] = ()

    def answer(self, year: int) -> Answer | None:
        return next((each for each in self.answers if each.year == year), None)


class PlanGoal(Entry):
    """A goal with the indicators and measures that it is followed by."""

    title: str
    indicators: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()


class GoalArea(Entry):
    """A goal area; `without` tells why it has no goals to follow."""

    title: str
    goals: tuple[PlanGoal, ...] = ()
    without: str | None = None

    @model_validator(mode="after")
    def _told(self) -> "GoalArea":
        if bool(self.goals) == bool(self.without):
            raise ValueError("give goals, or say in 'without' why there are none")
        return self


class RelativeTarget(Entry):
    """A target that follows from a reference: at most so many per cent above it."""

    indicator: str
    year: int = Field(ge=2000, le=2100)
    percent_above: float
    reference: str
    source: str


class Plan(Entry):
    """A region's plan for some years.

    `frames`: the units with an economic frame, in the order of the source. `notes` tell readers
    what the source leaves uncertain.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    region: str = Field(pattern=r"^\d{2}$")
    title: str
    first_year: int = Field(ge=2000, le=2100)
    last_year: int = Field(ge=2000, le=2100)
    source: str
    areas: tuple[GoalArea, ...] = Field(min_length=1)
    relative_targets: tuple[RelativeTarget, ...] = ()
    frames: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _years(self) -> "Plan":
        if self.first_year > self.last_year:
            raise ValueError("the first year is after the last")
        return self

    @property
    def goals(self) -> tuple[PlanGoal, ...]:
        return tuple(goal for area in self.areas for goal in area.goals)

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(id_ for goal in self.goals for id_ in goal.indicators)


@cache
def load_plans(folder: Path) -> tuple[Plan, ...]:
    """The plans of data/reference/plans/*.yml, in the order of their names; none without a folder.

    Raises InputError with file and line, and where two plans of a region have a year in common.
    """
    plans = [read_yaml(path, Plan) for path in sorted(folder.glob("*.yml"))]
    for n, plan in enumerate(plans):
        for other in plans[:n]:
            apart = other.last_year < plan.first_year or plan.last_year < other.first_year
            if plan.region == other.region and not apart:
                raise InputError(
                    f"{folder}: '{plan.id}' and '{other.id}' are plans of one region for the same "
                    "years. Keep one of them."
                )
    return tuple(plans)


def plan_for(plans: tuple[Plan, ...], region: str, year: int) -> Plan | None:
    """The region's plan that a report of `year` follows up: the newest begun, else the next."""
    own = sorted((p for p in plans if p.region == region), key=lambda plan: plan.first_year)
    begun = [plan for plan in own if plan.first_year <= year]
    return begun[-1] if begun else next(iter(own), None)
