"""Figures that are typed by hand in a comment, looked up among the edition's own.

A figure is a number with a unit or a decimal. One that is this month's, on the basis that its
measure is known by, is right today and wrong next month: the variable's name is offered. One that
is another month's or basis's, that sources contradict each other on, or that is nobody's, is
warned of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from vardlaget import periods
from vardlaget.observations import BREAKDOWNS
from vardlaget.report import Report
from vardlaget.texts.comments import Comment, without_shortcodes
from vardlaget.texts.variables import HIDDEN, Variable

# Why a typed number is not right: another period's figure, another basis's, one of several that
# sources contradict each other with, or nobody's.
PERIOD, BASIS, SOURCES, UNKNOWN = "period", "basis", "sources", "unknown"
ANY = "any"
# Kinds that a bare number is not taken for.
SCALED = ("SEK", "clock")

# What a written unit counts, as the kind of figures it can be and how much one of it is.
UNITS = {
    "%": ("share", 1),
    "procent": ("share", 1),
    "procentenheter": ("points", 1),
    "procentenhet": ("points", 1),
    "kr": ("SEK", 1),
    "kronor": ("SEK", 1),
    "tkr": ("SEK", 10**3),
    "mkr": ("SEK", 10**6),
    "mnkr": ("SEK", 10**6),
    "miljoner": ("SEK", 10**6),
    "miljon": ("SEK", 10**6),
    "mdkr": ("SEK", 10**9),
    "miljarder": ("SEK", 10**9),
    "minuter": ("clock", 60),
    "min": ("clock", 60),
    "årsarbetare": ("count", 1),
    "vårdplatser": ("count", 1),
    "patienter": ("count", 1),
    "personer": ("count", 1),
    "besök": ("count", 1),
    "läkarbesök": ("count", 1),
    "operationer": ("count", 1),
    "vårdtillfällen": ("count", 1),
    "vårddagar": ("count", 1),
    "remisser": ("count", 1),
    "timmar": ("count", 1),
}
_KIND_OF_UNIT = {
    "percent": "share",
    "percentage_points": "points",
    "SEK": "SEK",
    "seconds": "clock",
    "minutes": "clock",
}
_SPACE = "[\u00a0\u202f\u2009 ]"
_NUMBER = re.compile(
    rf"(?<![\w/:.,§\u2013-])(?P<sign>[+\u2212\u2013-])?"
    rf"(?P<number>\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:,\d+)?|\d+(?:[,.]\d+)?)"
    rf"(?P<clock>:[0-5]\d)?"
    rf"(?:[\u2013-](?P<upper>\d+(?:,\d+)?))?"
    rf"(?:{_SPACE}?(?P<unit>%|[A-Za-zåäöÅÄÖ]+))?(?![\w/:]|-\d|[.,]\d)"
)
_NOT_TEXT = re.compile(
    r"`[^`\n]*`|\]\([^)\n]*\)|<https?:[^>\n]*>|^[ \t]*\d+[.)][ \t]", re.MULTILINE
)
_DATE = re.compile(r"\b(?:kl|klockan|kap|kapitel|sid|sidan|vecka|v|nr)\.?\s*$", re.IGNORECASE)
_WORD = re.compile(r"[a-zåäöé]{3,}|(?<![\d,])\d+(?![\d,])")
_COMMON = {
    "och",
    "som",
    "per",
    "med",
    "för",
    "inom",
    "efter",
    "till",
    "antal",
    "andel",
    "den",
    "det",
}
STEM = 6
# A sentence is about a measure if it has this much of the measure's name.
ENOUGH = 0.5


@dataclass(frozen=True)
class Typed:
    """A number as it stands in a comment: its value, its unit's kind and size, the sentence."""

    file: str
    line: int
    section: str
    shown: str
    value: Decimal
    kind: str
    scale: int
    sentence: str

    def fits(self, candidate: "Candidate") -> bool:
        """Whether a figure, rounded as the number is, is the number; its sign may be in words."""
        if self.kind not in (candidate.kind, ANY) or (
            self.kind == ANY and candidate.kind in SCALED
        ):
            return False
        step = Decimal(1).scaleb(self.value.as_tuple().exponent) * self.scale
        return abs(abs(Decimal(str(candidate.value))) - self.value * self.scale) <= step / 2


@dataclass(frozen=True)
class Candidate:
    """A figure of the edition that a number may be. `fault` is why it should not be typed:
    empty for this month's; `variable` the name to bind without `.text`, empty if there is none."""

    indicator: str
    kind: str
    value: float
    fault: str
    variable: str
    period: str
    basis: str
    others: str = ""
    part: bool = False

    @property
    def rank(self) -> int:
        """What a number is taken for first: the whole region's of this month, then what is
        contradicted, then a unit's or a part's, then what is of another time or basis."""
        if self.fault:
            return 1 if self.fault == SOURCES else 3
        return 2 if self.part else 0


@dataclass(frozen=True)
class Verdict:
    """What a typed number is; `figure` is None for one that is no figure of the edition."""

    typed: Typed
    fault: str
    figure: Candidate | None
    variable: str

    @property
    def is_warning(self) -> bool:
        return self.fault != ""

    def __str__(self) -> str:
        figure, shown = self.figure, f"'{self.typed.shown}' is typed by hand"
        place = f"{self.typed.file}, line {self.typed.line}"
        use = f". Write {{{{< var {self.variable} >}}}}" if self.variable else ""
        if figure is None:
            return f"{place}: {shown}, and is no figure of this edition{use}"
        told = {
            "": f"{shown}: it is {figure.indicator} this month, and will not follow the data",
            PERIOD: f"{shown}: it is {figure.indicator} of another period ({figure.period})",
            BASIS: f"{shown}: it is {figure.indicator} on another basis ({figure.basis})",
            SOURCES: f"{shown}: sources give {figure.others} for {figure.indicator}",
        }
        return f"{place}: {told[self.fault]}{use}"


def typed_figures(comment: Comment) -> Iterator[Typed]:
    """The numbers of a comment that are figures: those with a unit or a decimal.

    Years, dates, small bare numbers, a list's numbers, times of the day, laws and limits in days
    are none.
    """
    text = _NOT_TEXT.sub(_blank, without_shortcodes(comment.text, ""))
    for match in _NUMBER.finditer(text):
        if _DATE.search(text[: match.start()][-12:]):
            continue
        kind, scale = _kind(match)
        if kind is None:
            continue
        line = text.count("\n", 0, match.start()) + 1
        sentence = _sentence(text, match.start())
        for number in filter(None, (match["number"], match["upper"])):
            value = _value(number, match["clock"])
            shown = match[0].strip()
            yield Typed(comment.file, line, comment.section, shown, value, kind, scale, sentence)


def _blank(match: re.Match) -> str:
    """As much room for what is not looked at; an item of a numbered list stays an item."""
    text = match[0]
    if re.match(r"[ \t]*\d", text):
        return "- ".rjust(len(text))
    return "".join("\n" if char == "\n" else " " for char in text)


def _kind(match: re.Match) -> tuple[str | None, int]:
    """The kind of figures a written number can be, and its unit's size; None for no figure."""
    if match["clock"]:
        return "clock", 1
    unit = (match["unit"] or "").casefold()
    if unit in UNITS:
        return UNITS[unit]
    grouped = re.search(_SPACE, match["number"])
    if "," in match["number"] or (grouped and not unit.startswith("dag")):
        return ANY, 1
    return None, 1


def _value(number: str, clock: str | None) -> Decimal:
    """The number; a clock's minutes and seconds in seconds."""
    plain = re.sub(_SPACE, "", number).replace(",", ".")
    return Decimal(plain) * 60 + int(clock[1:]) if clock else Decimal(plain)


def _sentence(text: str, place: int) -> str:
    """The sentence, or the list's item, around a place."""
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s)|\n\s*\n|\n(?=\s*[-*+] )", text)]
    start = max([end for end in ends if end <= place], default=0)
    end = min([end for end in ends if end > place], default=len(text))
    return text[start:end]


def judge(
    comments: tuple[Comment, ...], report: Report, found: dict[str, Variable]
) -> list[Verdict]:
    """What each figure typed by hand is, in the order of the comments."""
    typed = [each for comment in comments for each in typed_figures(comment)]
    if not typed:
        return []
    candidates = [*_of_variables(report, found), *_of_observations(report)]
    names = _Names(report, {candidate.indicator for candidate in candidates})
    return [_verdict(each, candidates, names.in_sentence(each.sentence)) for each in typed]


def _verdict(typed: Typed, candidates: list[Candidate], about: dict[str, float]) -> Verdict:
    """The best of the figures that fit: of a measure that the sentence names, and this month's."""
    fitting = [candidate for candidate in candidates if typed.fits(candidate)]
    if about:
        # In many figures any number is found: a part's or another month's says nothing of a
        # measure that the sentence does not name.
        fitting = [c for c in fitting if c.indicator in about or c.rank < 2]
    if fitting:
        best = min(
            fitting,
            key=lambda c: (c.indicator not in about, c.rank, -about.get(c.indicator, 0)),
        )
        return Verdict(typed, best.fault, best, _name_for(best, typed))
    named = [c for c in candidates if c.indicator in about and c.variable and c.kind == typed.kind]
    meant = max(named, key=lambda c: about[c.indicator], default=None)
    return Verdict(typed, UNKNOWN, None, _name_for(meant, typed) if meant else "")


def _name_for(figure: Candidate, typed: Typed) -> str:
    """The variable whose text reads as what was typed: with or without a sign, in words or not."""
    if not figure.variable:
        return ""
    unsigned = figure.value < 0 and typed.shown[0] not in "+-−–"
    in_words = not typed.shown.endswith("%") and typed.kind in ("share", "SEK")
    return f"{figure.variable}.{'size' if unsigned else 'words' if in_words else 'text'}"


def _of_variables(report: Report, found: dict[str, Variable]) -> Iterator[Candidate]:
    for name, variable in found.items():
        stem, _, last = name.rpartition(".")
        if last == "text" and variable.row is not None and variable.row["status"] != HIDDEN:
            others = _others(stem, found)
            fault = SOURCES if others else _variable_fault(report, stem, variable.row)
            yield _candidate(report, variable.row, fault, stem, others)
            if variable.row["scenario"] == "target":
                yield from _upper_bound(report, variable.row, stem)


def _upper_bound(report: Report, row: dict, stem: str) -> Iterator[Candidate]:
    """The other end of a target that is an interval."""
    target = report.target(row["indicator"])
    if target is not None and target.upper is not None:
        yield _candidate(report, row | {"value": target.upper}, "", stem)


def _others(stem: str, found: dict[str, Variable]) -> str:
    """The values that contradict each other, if the name is of one of them."""
    parent, _, last = stem.rpartition(".")
    if not last.startswith("source"):
        return ""
    values = [v.text for n, v in found.items() if re.fullmatch(rf"{parent}\.source\d+\.text", n)]
    return " and ".join(values)


def _variable_fault(report: Report, stem: str, row: dict) -> str:
    parts = stem.split(".")
    earlier = row["span"] == "year" and row["period"] < str(report.month.year)
    if "previous" in parts or earlier:
        return PERIOD
    return BASIS if row["basis"] and row["basis"] in parts else ""


def _of_observations(report: Report) -> Iterator[Candidate]:
    """Every figure with a value: other months, units, breakdowns, which have no variables."""
    own = report.own
    for row in own[own["value"].notna()].to_dict("records"):
        lag = report.indicators[row["indicator"]].lag_months
        now = {str(report.month), str(report.month.minus(lag)), str(report.month.year)}
        part = row["unit"] or any(row[breakdown] for breakdown in BREAKDOWNS)
        fault = PERIOD if row["period"] not in now else "" if part else BASIS
        if part or fault == PERIOD:
            yield _candidate(report, row, fault, "")


def _candidate(report: Report, row: dict, fault: str, variable: str, others: str = "") -> Candidate:
    unit = report.indicators[row["indicator"]].unit
    kind, value = _KIND_OF_UNIT.get(unit, "count"), row["value"]
    if row["scenario"] == "vs_last_year" and variable.endswith(".change"):
        kind = "points" if unit in ("percent", "percentage_points") else "share"
    if unit == "minutes":
        value *= 60
    period = periods.words(row["span"], row["period"])
    part = bool(row["unit"]) or any(row[breakdown] for breakdown in BREAKDOWNS)
    return Candidate(
        row["indicator"], kind, value, fault, variable, period, row["basis"], others, part
    )


class _Names:
    """The measures by the words of their names; a word that many names have says little."""

    def __init__(self, report: Report, ids: set[str]):
        self.stems = {id_: _stems(report.name(id_)) for id_ in sorted(ids)}
        self.rarity = {
            stem: 1 / sum(stem in stems for stems in self.stems.values())
            for stem in set().union(*self.stems.values())
        }

    def in_sentence(self, sentence: str) -> dict[str, float]:
        """How much of each measure's name a sentence has, 0–1, for those it has enough of."""
        said = _stems(sentence)
        scores = {
            id_: sum(self.rarity[s] for s in stems & said) / sum(self.rarity[s] for s in stems)
            for id_, stems in self.stems.items()
            if stems
        }
        return {id_: score for id_, score in scores.items() if score >= ENOUGH}


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in _WORD.findall(text.casefold()) if word not in _COMMON}
