"""What a mapping file may say; docs/mappings.md describes it with examples."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vardlaget.catalogue.reading import Entry
from vardlaget.errors import InputError
from vardlaget.observations import BASES, EXCLUSIONS, KEY, SPANS, STATUSES
from vardlaget.sources.around import compiled, plain
from vardlaget.sources.canonical import Catalogue

# What a mapping gives to a figure: its key, its status and a remark.
SETTINGS = (*KEY, "status", "note")
# The columns whose constants must be among these.
CLOSED = {"span": SPANS, "basis": BASES, "exclusions": EXCLUSIONS, "status": ("", *STATUSES)}
FIRST = "#1"
FOOTNOTES = r"^(\*|(källa|källor|anm|anmärkning|not|obs|uppdaterad|uttag)\b)"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, int, float)) else value


def _pattern(text: str) -> str:
    try:
        compiled(text, None)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error})") from None
    return text


def _constant(value: Any) -> Any:
    """A setting as a list of places to take it from; a bare text is a constant."""
    values = value if isinstance(value, list) else [value]
    bare = (str, int, float)
    return [
        {"constant": str(v)} if isinstance(v, bare) and not isinstance(v, bool) else v
        for v in values
    ]


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): "" if text is None else str(text) for key, text in value.items()}
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed)]
Reason = Literal["zero", "missing", "not_applicable", "suppressed"]
Symbols = Annotated[dict[str, Reason], BeforeValidator(_texts)]
Values = Annotated[dict[str, str], BeforeValidator(_texts)]


class From(Entry):
    """Where a text is taken from: a constant, a column, columns joined, or the texts around."""

    constant: str | None = None
    column: Names | None = None
    columns: tuple[str, ...] | None = None
    around: Pattern | None = None
    values: Values | None = None
    others: Literal["refuse", "keep"] = "refuse"

    @model_validator(mode="after")
    def _one_kind(self) -> "From":
        kinds = (self.constant, self.column, self.columns, self.around)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("give one of: a text, column, columns, around")
        return self

    @property
    def translations(self) -> dict[str, str]:
        """`values`, its keys as they are compared."""
        return {plain(key): text for key, text in (self.values or {}).items()}

    @property
    def constants(self) -> tuple[str, ...]:
        """The texts that the mapping itself writes."""
        listed = () if self.values is None else tuple(self.values.values())
        return listed if self.constant is None else (self.constant, *listed)


Setting = Annotated[tuple[From, ...], BeforeValidator(_constant)]


class Settings(Entry):
    """What is set for the figures of a table, a line or a column."""

    indicator: Setting = ()
    region: Setting = ()
    unit: Setting = ()
    span: Setting = ()
    period: Setting = ()
    scenario: Setting = ()
    basis: Setting = ()
    exclusions: Setting = ()
    sex: Setting = ()
    age_group: Setting = ()
    ownership: Setting = ()
    profession: Setting = ()
    contact_form: Setting = ()
    specialty: Setting = ()
    care_type: Setting = ()
    provider: Setting = ()
    status: Setting = ()
    note: Setting = ()

    def given(self) -> dict[str, tuple[From, ...]]:
        """The settings that are not empty, by column of the one table."""
        return {name: value for name in SETTINGS if (value := getattr(self, name))}


class Line(Settings):
    """A row known by its label. `parts` are the lines that may stand below it.

    A line without an indicator (its own or inherited) is a heading and may have no figures.
    """

    text: Names
    parts: tuple["Line", ...] = ()
    lag_months: int | None = Field(None, ge=0, le=12)
    leave_out: str | None = None


class Column(Settings):
    """A column of numbers, or with `months` all columns whose header is a month."""

    header: Names | None = None
    months: Pattern | None = None
    year: Setting = ()
    field: Literal["value", "numerator", "denominator"] = "value"
    scale: float = Field(1.0, gt=0)
    fractions: bool = False
    zero_is: Reason | None = None
    years_back: int = Field(0, ge=0, le=20)

    @model_validator(mode="after")
    def _one_kind(self) -> "Column":
        if (self.header is None) == (self.months is None):
            raise ValueError("give one of: header, months")
        return self

    @property
    def figure(self) -> str:
        """Equal for columns that are numbers of one figure (of one month, where `months` is)."""
        settings = self.model_dump_json(include={*SETTINGS, "years_back"})
        return f"{settings} {self.months is not None}"


class Recognise(Entry):
    """What an export is known by: columns, and patterns for the texts around the table."""

    columns: tuple[Names, ...] = Field(min_length=1)
    around: Patterns = ()
    not_around: Patterns = ()


class Definition(Entry):
    """A mapping file."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    name: str
    source: str
    note: str | None = None
    recognise: Recognise
    all: Settings = Settings()
    places: Names | None = None
    labels: Names = (FIRST,)
    lines: tuple[Line, ...] = ()
    columns: tuple[Column, ...] = Field(min_length=1)
    left_alone: tuple[str, ...] = ()
    symbols: Symbols = Field(default_factory=dict)
    footnotes: Pattern = FOOTNOTES
    lag_months: int = Field(0, ge=0, le=12)
    no_lag_in: tuple[int, ...] = ()

    def settings(self) -> Iterator[tuple[tuple, str, tuple[From, ...]]]:
        """Every setting: its place in the file, the column of the one table, its sources."""
        places = [(("all",), self.all), *_places(("lines",), self.lines)]
        places += [(("columns", n), column) for n, column in enumerate(self.columns)]
        for place, settings in places:
            for name, value in settings.given().items():
                yield (*place, name), name, value

    def alternatives(self) -> list[tuple[str, ...]]:
        """The lists of names that one column may have."""
        listed = [self.labels, *self.recognise.columns]
        listed += [self.places] if self.places else []
        listed += [column.header for column in self.columns if column.header]
        for _, _, value in self.settings():
            listed += [source.column for source in value if source.column]
        return listed


def _places(place: tuple, lines: tuple[Line, ...]) -> Iterator[tuple[tuple, Line]]:
    for n, line in enumerate(lines):
        yield (*place, n), line
        yield from _places((*place, n, "parts"), line.parts)


def checked_by(catalogue: Catalogue) -> type[Definition]:
    """The model of a mapping file whose indicators and regions the catalogue must know."""

    class Checked(Definition):
        @model_validator(mode="after")
        def _known(self) -> "Definition":
            for loc, problem, value in problems(self, catalogue):
                detail = PydanticCustomError("mapping", "{problem}", {"problem": problem})
                raise ValidationError.from_exception_data(
                    self.id, [{"type": detail, "loc": loc, "input": value}]
                )
            return self

    return Checked


def problems(definition: Definition, catalogue: Catalogue) -> Iterator[tuple[tuple, str, object]]:
    """What is wrong between the parts of a mapping: place in the file, what, the value."""
    for loc, name, value in definition.settings():
        for text in (text for source in value for text in source.constants):
            if problem := _unknown(name, text, catalogue):
                yield loc, problem, text
    yield from _line_problems(("lines",), definition.lines)
    yield from _column_problems(definition)
    if not definition.lines and not definition.all.indicator:
        for n, column in enumerate(definition.columns):
            if not column.indicator:
                yield ("columns", n), "no indicator: neither here nor for all nor in lines", {}
    if not definition.all.region and definition.places is None:
        yield ("all",), "no region: set it for all, or name the column of places", {}
    if not definition.all.period and not all(c.months or c.period for c in definition.columns):
        yield ("all",), "no period: set it for all, or for each column", {}


def _unknown(name: str, text: str, catalogue: Catalogue) -> str:
    """Why a constant cannot stand in a column of the one table; empty if it can."""
    try:
        if name == "indicator":
            catalogue.indicators.named(text)
        if name == "region":
            catalogue.regions[text]
    except InputError as error:
        return str(error).rstrip(".")
    if text not in CLOSED.get(name, (text,)):
        return "none of " + ", ".join(allowed for allowed in CLOSED[name] if allowed)
    return ""


def _line_problems(place: tuple, lines: tuple[Line, ...]) -> Iterator[tuple[tuple, str, object]]:
    seen: set[str] = set()
    for n, line in enumerate(lines):
        for text in line.text:
            if plain(text) in seen:
                yield (*place, n, "text"), "the same text stands twice under one line", text
            seen.add(plain(text))
        yield from _line_problems((*place, n, "parts"), line.parts)


def _column_problems(definition: Definition) -> Iterator[tuple[tuple, str, object]]:
    """Columns of one figure: each a field of its own."""
    fields: dict[str, dict[str, Column]] = {}
    for n, column in enumerate(definition.columns):
        same = fields.setdefault(column.figure, {})
        if column.field in same:
            problem = f"another column gives the {column.field} of the same figure"
            yield ("columns", n), problem, {}
        same[column.field] = column
