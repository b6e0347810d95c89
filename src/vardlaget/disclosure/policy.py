"""The policy of small numbers: data with a source, see docs/disclosure.md."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator

from vardlaget.catalogue import Indicators
from vardlaget.catalogue.indicators import Subject, whole_of
from vardlaget.catalogue.reading import Entry, read_yaml
from vardlaget.disclosure.families import is_share
from vardlaget.errors import InputError

Rule = Literal["threshold", "show_zero", "rounding", "subjects", "scenarios"]


class Basis(Entry):
    """Who says a rule: a `source` and what it `says`, in own words; or why it is a `choice`."""

    source: str | None = Field(default=None, min_length=10)
    says: str | None = Field(default=None, min_length=10)
    confidence: Literal["high", "medium", "low"] | None = None
    choice: str | None = Field(default=None, min_length=10)
    since: date

    @model_validator(mode="after")
    def _said_or_chosen(self) -> "Basis":
        said = (self.source, self.says, self.confidence)
        if not (all(said) and not self.choice) and not (self.choice and not any(said)):
            raise ValueError(
                "needs either source, says and confidence, or a choice with its reason"
            )
        return self


class Policy(Entry):
    """What is too small to be shown, where that holds, and who says so: `basis`, rule by rule.

    Counts above 0 and under `threshold` are small; 0 is too, unless `show_zero`. `rounding` is a
    base that the counts shown are rounded to. Covered are the indicators of `subjects` and those
    of `also`, less those of `except`, in rows of `scenarios`.
    """

    threshold: int = Field(ge=2, le=1000)
    show_zero: bool = True
    rounding: int | None = Field(default=None, ge=2, le=1000)
    subjects: tuple[Subject, ...]
    also: tuple[str, ...] = ()
    except_: tuple[str, ...] = Field(default=(), alias="except")
    scenarios: tuple[str, ...] = ("actual",)
    earlier_rule: int | None = None
    basis: dict[Rule, Basis]

    @model_validator(mode="after")
    def _no_doubt(self) -> "Policy":
        both = sorted(set(self.also) & set(self.except_))
        if both:
            raise ValueError(f"{', '.join(both)} stands under both 'also' and 'except'")
        without = sorted(set(get_args(Rule)) - set(self.basis))
        if without:
            raise ValueError(f"{', '.join(without)} has no basis")
        return self

    @property
    def least(self) -> int:
        """The smallest number that is hidden."""
        return 1 if self.show_zero else 0

    def covers(self, id_: str, indicators: Indicators) -> bool:
        """Whether an indicator counts patients: a count, or a share of them with its counts."""
        names = {id_, whole_of(id_)}
        if names & set(self.except_):
            return False
        entry = indicators[id_]
        if entry.subject not in self.subjects and not names & set(self.also):
            return False
        return entry.unit == "count" or is_share(entry)


@cache
def load_policy(path: Path, indicators: Indicators) -> Policy:
    """The policy at `path` (data/reference/disclosure.yml).

    Raises InputError with file and line, and for an indicator that is not in the catalogue.
    """
    policy = read_yaml(path, Policy)
    for id_ in (*policy.also, *policy.except_):
        if id_ not in indicators:
            raise InputError(f"{path}: '{id_}': no such indicator in the catalogue.")
    return policy
