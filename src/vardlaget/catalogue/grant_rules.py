"""A part of an agreement: its pot, its key, and the rules by which regions earn it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, field_validator, model_validator

from vardlaget.catalogue.indicators import load_indicators
from vardlaget.catalogue.reading import Entry
from vardlaget.catalogue.terms import Confidence, Deadline, MonthText, is_region_code

Kind = Literal["by_population", "performance", "strategic"]
Percent = Annotated[Decimal, Field(gt=0, le=100)]


class Retained(Entry):
    """An amount of the total that no region gets, such as SKR's own."""

    amount: int = Field(gt=0)
    to: str
    source: str


class Reduction(Entry):
    """An amount taken from a part's pot, and the part that it goes to."""

    amount: int = Field(gt=0)
    to: str
    reason: str


class KnownShares(Entry):
    """Shares that are known as such, in per cent by county code, and how they are known."""

    shares: dict[str, Percent] = Field(default_factory=dict)
    derivation: str = ""

    @model_validator(mode="after")
    def _possible(self) -> "KnownShares":
        for code in self.shares:
            if not is_region_code(code):
                raise ValueError(f"'{code}' is not a county code such as '23'")
        if sum(self.shares.values()) > 100:
            raise ValueError("the shares are more than 100 per cent together")
        if bool(self.shares) != bool(self.derivation):
            raise ValueError("shares need a derivation, and a derivation needs shares")
        return self


class PopulationKey(KnownShares):
    """A region's share of the population of an age group on a day.

    `shares` stand in for regions while the series has not been fetched.
    """

    age_group: str
    date: date


class ShareKey(KnownShares):
    """Known shares only; those of other regions are not known."""

    shares: dict[str, Percent] = Field(min_length=1)


def _key(value: Any) -> PopulationKey | ShareKey | None:
    """The key that is meant, so that an error is about that kind of key alone."""
    if value is None or isinstance(value, KnownShares):
        return value
    series = not isinstance(value, dict) or {"age_group", "date"} & set(value)
    only_shares = not series and "shares" in value
    return (ShareKey if only_shares else PopulationKey).model_validate(value)


Key = Annotated[PopulationKey | ShareKey | None, PlainValidator(_key)]


class Measure(Entry):
    """A requirement: an indicator that has to reach a level, or be better than a year before.

    `comparison` null: the rule is not known. `threshold` null: the level (per cent) is not known.
    `basis` null: not known, so that a requirement is decided only where every basis of the
    indicator decides it alike.
    """

    indicator: str
    basis: Literal["waiting", "completed"] | None = None
    comparison: Literal["level", "improvement", "improvement_or_level"] | None = None
    threshold: Decimal | None = Field(default=None, ge=0)
    better: Literal["higher", "lower"] | None = None

    @field_validator("indicator")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in load_indicators():
            raise ValueError("no such indicator in the catalogue (docs/indicators.md)")
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Measure":
        bases = load_indicators()[self.indicator].basis
        if self.basis is not None and self.basis not in bases:
            raise ValueError(f"'{self.indicator}' has no basis '{self.basis}'")
        if self.threshold is not None and self.comparison in (None, "improvement"):
            raise ValueError("a threshold needs the comparison level or improvement_or_level")
        return self

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases that have to agree; one that is empty where the indicator knows none."""
        return (self.basis,) if self.basis else load_indicators()[self.indicator].basis or ("",)

    @property
    def direction(self) -> str:
        """Which way is better: `higher`, `lower`, or another word where that is not known."""
        return self.better or load_indicators()[self.indicator].direction


class Bonus(Entry):
    """What happens to money that regions did not earn: shared by key among those that earned."""

    rule: Literal["shared_by_key"]
    confidence: Confidence
    source: str


class Part(Entry):
    """A part of an agreement: its pot in kronor and how it is shared among the regions.

    `months` lists the months that count; where they are not known `month_count` tells how many.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    pot: int | None = Field(gt=0)
    kind: Kind
    key: Key
    reductions: tuple[Reduction, ...] = ()
    months: tuple[MonthText, ...] = ()
    month_count: int = Field(default=1, ge=1, le=12)
    measures: tuple[Measure, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    bonus: Bonus | None = None
    source: str
    confidence: Confidence
    unverified: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _count_listed_months(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("months"), list) and data["months"]:
            return {"month_count": len(data["months"])} | data
        return data

    @model_validator(mode="after")
    def _holds_together(self) -> "Part":
        if len(set(self.months)) < len(self.months):
            raise ValueError("a month is listed twice")
        if self.months and self.month_count != len(self.months):
            raise ValueError(f"month_count is {self.month_count}, listed are {len(self.months)}")
        if self.measures and self.kind != "performance":
            raise ValueError("only a performance part has measures")
        if len({(m.indicator, m.basis) for m in self.measures}) < len(self.measures):
            raise ValueError("a measure is listed twice")
        if self.pot is not None and self.net <= 0:
            raise ValueError(f"the reductions take the whole pot of {self.pot}")
        return self

    @property
    def net(self) -> int | None:
        """The pot in kronor when what is reserved for other parts has been taken away."""
        if self.pot is None:
            return None
        return self.pot - sum(reduction.amount for reduction in self.reductions)

    @property
    def periods(self) -> tuple[str, ...]:
        """The months that count; `month 1 of 11` where only their number is known, or one empty
        text where the part is not divided by month."""
        if self.months or self.month_count == 1:
            return self.months or ("",)
        return tuple(f"month {n} of {self.month_count}" for n in range(1, self.month_count + 1))

    def measure_names(self) -> dict[str, Measure]:
        """The measures by name: the indicator, with its basis where it occurs with several."""
        ids = [measure.indicator for measure in self.measures]
        return {
            m.indicator if ids.count(m.indicator) == 1 else f"{m.indicator}:{m.basis or ''}": m
            for m in self.measures
        }


class Addendum(Entry):
    """A later decision that changes a part from a month on; what it does not name stays."""

    decided: date
    from_: MonthText = Field(alias="from")
    part: str
    kind: Kind | None = None
    key: Key = None
    measures: tuple[Measure, ...] | None = None
    reason: str
    source: str

    def applied(self, part: Part) -> Part:
        """The part as it is after the decision."""
        kind = self.kind or part.kind
        measures = part.measures if self.measures is None else self.measures
        changed = {
            "kind": kind,
            "key": self.key or part.key,
            "measures": measures if kind == "performance" else (),
        }
        return part.model_copy(update=changed)
