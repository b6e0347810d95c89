"""The figures that comments bind: `{{< var phone_same_day.text >}}`.

A figure's variables are its `text` (as tables have it), `words` (as running text has it), `size`
(words without sign, for "ett underskott på …"), `period`, `previous` (the same period a year
before), `change` since then, and `target`. The plain name of an indicator is its newest figure on
the basis and over the span that it is known by; other bases and spans have names of their own
where there are several. What sources contradict each other on has no plain `text`, only
`source1.text`, `source2.text`.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from vardlaget import periods
from vardlaget.catalogue import Indicator, Target
from vardlaget.indicators.periods import MONTHS_BACK, year_before
from vardlaget.indicators.waiting_times import bases
from vardlaget.observations import BREAKDOWNS, KEY, SPANS, label_of
from vardlaget.present.figures import FIGURE_COLUMNS
from vardlaget.present.numbers import NBSP, decimal_text, in_words, number_text, signed
from vardlaget.report import Report

# What a measure is known by: waits and beds by the month, money, staff and production by the
# year so far. The first span that has a figure counts.
BY_MONTH = ("month", "ytd", "r12", "year", "point")
SO_FAR = ("ytd", "year", "month", "r12", "point")
MONTHLY_SUBJECTS = ("waiting_times", "capacity", "beds")
# Beside what has happened: the name in variables, the figure's scenario and spans, years ahead.
PLANS = {
    "budget": ("budget", ("ytd", "month"), 0),
    "forecast": ("forecast", ("year",), 0),
    "year_budget": ("budget", ("year",), 0),
    "next_forecast": ("forecast", ("year",), 1),
    "next_budget": ("budget", ("year",), 1),
    "range_lower": ("range_lower", ("month", "ytd", "year"), 0),
    "range_upper": ("range_upper", ("month", "ytd", "year"), 0),
}
# Breakdowns whose values have names of their own; the rest would be thousands.
NAMED_BREAKDOWNS = ("sex", "age_group", "provider", "profession", "care_type", "contact_form")
# The status of a figure that is not shown; its variables are `x` and `skyddad uppgift`.
HIDDEN = "suppressed"
MILLION = 1_000_000
POINTS = "utfall − samma period föregående år"
PERCENT = "(utfall − samma period föregående år) / samma period föregående år"

# An observation as its columns; a figure may be several, where sources contradict each other.
Row = dict
Figures = list[Row]


@dataclass(frozen=True)
class Variable:
    """A text that comments can bind, and the figure behind it (None for a period's words)."""

    name: str
    text: str
    row: Row | None = field(default=None, repr=False)

    @property
    def record(self) -> dict | None:
        """The figure as a row of indicators.csv, with the text that stands in the comment."""
        if self.row is None:
            return None
        shown = {column: self.row.get(column) for column in FIGURE_COLUMNS}
        plain = {name: None if value != value else value for name, value in shown.items()}
        return plain | {"text": self.text, "synthetic": bool(label_of(self.row))}


def variables(report: Report) -> dict[str, Variable]:
    """Every variable of the region and month by name: the whole region's and its areas'."""
    return _Collector(report).collect()


def tree(found: dict[str, Variable]) -> dict:
    """The texts as nested keys, as _variables.yml has them."""
    nested: dict = {}
    for name, variable in found.items():
        *path, last = name.split(".")
        node = nested
        for part in path:
            node = node.setdefault(part, {})
        node[last] = variable.text
    return nested


def bound(found: dict[str, Variable], names: set[str]) -> dict[str, dict]:
    """The records of the figures behind the variables that are used, by the variable's name."""
    used = {name: found[name].record for name in sorted(names & set(found))}
    return {name: record for name, record in used.items() if record is not None}


def slug(text: str) -> str:
    """A name's part for use in a variable: `Nära vård` → `nara_vard`, `-29` → `to_29`."""
    text = re.sub(r"^-(\d)", r"to_\1", re.sub(r"^(\d+)-$", r"from_\1", text.strip()))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")


class _Collector:
    """Makes the variables of one report; it keeps the rows by key, for a year earlier."""

    def __init__(self, report: Report):
        self.report = report
        self.prefixes = {"": ""} | {
            unit: f"units.{slug(unit)}." for unit in report.settings.areas or ()
        }
        own = report.own
        known = own["value"].notna() | (own["status"] == HIDDEN)
        own = own[known & (own["exclusions"] == "")]
        own = own[own["unit"].isin(list(self.prefixes))]
        cut = own[list(BREAKDOWNS)] != ""
        named = cut[list(NAMED_BREAKDOWNS)].any(axis=1) & (own["unit"] == "")
        own = own[(cut.sum(axis=1) == 0) | ((cut.sum(axis=1) == 1) & named)]
        self.rows: Figures = own.to_dict("records")
        self.by_key: dict[tuple, Figures] = defaultdict(list)
        for row in self.rows:
            self.by_key[_key(row)].append(row)

    def collect(self) -> dict[str, Variable]:
        found: dict[str, Variable] = {}
        for name, rows in self._named().items():
            entry = self.report.indicators[rows[0]["indicator"]]
            for variable in self._of_indicator(name, entry, rows):
                found.setdefault(variable.name, variable)
        return found

    def _named(self) -> dict[str, Figures]:
        """The rows of each thing that has variables, by its name."""
        named: dict[str, Figures] = defaultdict(list)
        for row in self.rows:
            cuts = [breakdown for breakdown in BREAKDOWNS if row[breakdown]]
            name = self.prefixes[row["unit"]] + row["indicator"]
            if not cuts:
                named[name].append(row)
            else:
                named[f"{name}.{slug(row[cuts[0]])}"].append(row)
        return named

    def _of_indicator(self, name: str, entry: Indicator, rows: Figures) -> Iterator[Variable]:
        """The plain name first, then bases, spans and plans where there are any."""
        actual = [row for row in rows if row["scenario"] == "actual"]
        by_basis = {
            basis: spans
            for basis in bases(entry.id)
            if (spans := self._by_span(entry, [r for r in actual if r["basis"] == basis]))
        }
        if by_basis:
            yield from self._of_spans(name, next(iter(by_basis.values())))
        for basis, spans in by_basis.items():
            if len(by_basis) > 1 and basis:
                yield from self._of_spans(f"{name}.{basis}", spans)
        plans = {plan: self._plan(rows, *PLANS[plan]) for plan in PLANS}
        if not by_basis and plans["forecast"]:
            yield from self._of_figures(name, plans["forecast"])
        for plan, figures in plans.items():
            if figures:
                yield from self._of_figures(f"{name}.{plan}", figures, alone=True)

    def _by_span(self, entry: Indicator, rows: Figures) -> dict[str, Figures]:
        """The newest figures of each span that has any; the one the measure is known by first."""
        order = BY_MONTH if entry.subject in MONTHLY_SUBJECTS else SO_FAR
        first = str(self.report.month.minus(entry.lag_months + MONTHS_BACK))
        found = {}
        for span in order:
            near = [r for r in rows if r["span"] == span]
            if span not in ("year", "point"):
                near = [r for r in near if first <= r["period"] <= str(self.report.month)]
            near = [row for row in near if row["status"] != HIDDEN] or near
            if near:
                newest = max(row["period"] for row in near)
                found[span] = [row for row in near if row["period"] == newest]
        return found

    def _plan(self, rows: Figures, scenario: str, spans: tuple[str, ...], ahead: int) -> Figures:
        """The figures of a plan for the month, for its year, or for a year ahead."""
        year = str(self.report.month.year + ahead)
        now = (year,) if ahead else (year, str(self.report.month))
        near = [r for r in rows if r["scenario"] == scenario and r["period"] in now]
        for span in spans:
            if found := [row for row in near if row["span"] == span]:
                return found
        return []

    def _of_spans(self, name: str, spans: dict[str, Figures]) -> Iterator[Variable]:
        yield from self._of_figures(name, next(iter(spans.values())))
        if len(spans) > 1:
            for span in SPANS:
                if span in spans:
                    yield from self._of_figures(f"{name}.{span}", spans[span])

    def _of_figures(self, name: str, figures: Figures, alone: bool = False) -> Iterator[Variable]:
        """Variables of one figure; of several that contradict each other, a set a source."""
        figures = list({_value(row): row for row in figures}.values())
        row = figures[0]
        if len(figures) > 1:
            for number, source in enumerate(figures, start=1):
                yield from self._texts(f"{name}.source{number}", source)
        else:
            yield from self._texts(name, row)
            before = None if alone else self._year_before(row)
            if before is not None:
                yield from self._texts(f"{name}.previous", before)
                yield from self._change(f"{name}.change", row, before)
        target = self.report.target(row["indicator"])
        if target is not None and not (alone or _is_part(row)) and self._is_current(row):
            yield from self._target(f"{name}.target", row, target)

    def _is_current(self, row: Row) -> bool:
        """Whether this month's target is for the figure; an earlier year's was another."""
        return row["span"] != "year" or row["period"] == str(self.report.month.year)

    def _texts(self, name: str, row: Row) -> Iterator[Variable]:
        """`text`, `words`, `size` and `period` of one row."""
        unit = self._unit(row)
        text = row["text"] if row["status"] != "zero" else number_text(0, unit, 0)
        yield from _said(name, row["text"], _words(text, unit, row["value"]), row)
        yield Variable(f"{name}.period", periods.words(row["span"], row["period"]))

    def _unit(self, row: Row) -> str:
        return self.report.indicators[row["indicator"]].unit

    def _year_before(self, row: Row) -> Row | None:
        """The same figure a year before, if there is one and only one."""
        earlier = self.by_key.get(_key(row | {"period": year_before(row["period"])}), [])
        values = {_value(row): row for row in earlier}
        return next(iter(values.values())) if len(values) == 1 else None

    def _change(self, name: str, now: Row, before: Row) -> Iterator[Variable]:
        """The change since the year before: of shares in percentage points, else in per cent."""
        entry = self.report.indicators[now["indicator"]]
        if HIDDEN in (now["status"], before["status"]):
            return
        if entry.unit in ("percent", "percentage_points"):
            value, unit, formula = now["value"] - before["value"], "percentage_points", POINTS
            places = self.report.decimals.get(entry.id, entry.decimals)
        elif now["value"] * before["value"] > 0:
            value, unit, formula = 100 * (now["value"] / before["value"] - 1), "percent", PERCENT
            places = 1
        else:
            return
        text = signed(number_text(value, unit, places))
        row = _computed(now, value, "vs_last_year", f"Beräknat: {formula}")
        if "synthetic" in (now["status"], before["status"]):
            row["status"] = "synthetic"
        yield from _said(name, text, in_words(text, unit), row)

    def _target(self, name: str, row: Row, target: Target) -> Iterator[Variable]:
        unit = self._unit(row)
        bounds = [bound for bound in (target.lower, target.upper) if bound is not None]
        if not bounds:
            return
        low = number_text(bounds[0], "count", _places(bounds[0])) + "–" if bounds[1:] else ""
        text = low + number_text(bounds[-1], unit, _places(bounds[-1]))
        goal = _computed(row, bounds[0], "target", target.source)
        yield from _said(name, text, _words(text, unit, bounds[-1]), goal)


def _key(row: Row) -> tuple:
    return tuple(row[column] for column in KEY)


def _value(row: Row) -> float | str:
    return HIDDEN if row["status"] == HIDDEN else row["value"]


def _is_part(row: Row) -> bool:
    """Whether a figure is of a unit or a breakdown; targets are for the whole region."""
    return bool(row["unit"]) or any(row[breakdown] for breakdown in BREAKDOWNS)


def _said(name: str, text: str, words: str, row: Row) -> Iterator[Variable]:
    yield Variable(f"{name}.text", text, row)
    yield Variable(f"{name}.words", words, row)
    yield Variable(f"{name}.size", words.lstrip("−+"), row)


def _words(text: str, unit: str, value: float) -> str:
    """A figure in running text; money from a million on in millions, as reports write it."""
    if unit == "SEK" and abs(value) >= MILLION:
        exact = value / MILLION
        places = 0 if math.isclose(exact, round(exact), abs_tol=0.05) else 1
        return f"{decimal_text(exact, places)}{NBSP}miljoner kronor"
    return in_words(text, unit)


def _computed(row: Row, value: float, scenario: str, source: str) -> Row:
    none = {"numerator": None, "denominator": None}
    return (
        row
        | none
        | {
            "value": value,
            "scenario": scenario,
            "status": "reported",
            "source": source,
        }
    )


def _places(value: float) -> int:
    return 0 if float(value).is_integer() else 1
