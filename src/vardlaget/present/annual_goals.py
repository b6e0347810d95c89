"""The year's goals in the annual report: outcome, target, verdict and its reason."""

from dataclasses import dataclass
from functools import cache

import pandas as pd

from vardlaget.catalogue import Target
from vardlaget.catalogue.settings import Goal, GoalPart, Judged, Row
from vardlaget.indicators import annual, scorecard
from vardlaget.indicators.annual import DECEMBER, Verdict
from vardlaget.indicators.scorecard import Outcome
from vardlaget.indicators.waiting_times import bases
from vardlaget.observations import select
from vardlaget.present import scorecard_lines, tables
from vardlaget.present.figures import Published, nothing, raw, values
from vardlaget.present.numbers import in_words, number_text
from vardlaget.present.sentences import capitalised, count_word, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

VERDICTS = {
    "met": "● Uppnått",
    "partly": "◐ Delvis uppnått",
    "not_met": "■ Inte uppnått",
    "unknown": "○ Går inte att bedöma",
}
OWN_JUDGEMENT = "Regionens egen bedömning:"
IN_SENTENCES = {
    "met": "är uppnått",
    "partly": "är delvis uppnått",
    "not_met": "är inte uppnått",
    "unknown": "går inte att bedöma",
}
FROM_STATUS: dict[str, Verdict] = {"met": "met", "missed": "not_met", "unknown": "unknown"}
RULES = {
    "below_last_year": "lägre än året före",
    "above_last_year": "högre än året före",
    "as_planned": "enligt plan",
}
CHANGE_RULES = RULES | {"below_last_year": "en minskning", "above_last_year": "en ökning"}
CHANGE_OF = "Förändring av "
WHY_NOT = {
    "no_value": "utfallet för året saknas",
    "no_target": "målet har ingen nivå",
    "no_bounds": "målet har ingen nivå",
    "contradictory": "källorna säger emot varandra",
    "no_last_year": "året före saknas",
    "no_plan": "planen saknas",
}


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a goal as it went: its outcome (with text), verdict and why."""

    part: GoalPart
    outcome: pd.DataFrame
    target: Target | None
    verdict: Verdict
    reason: str
    own: Judged | None = None


@cache
def goals(report: Report) -> tuple[tuple[Goal, tuple[Part, ...]], ...]:
    """The region's goals with their parts judged; without goals, the scorecard's areas of targets.

    Empty but in December.
    """
    if report.month.number != DECEMBER:
        return ()
    return tuple(
        (goal, tuple(_judged(report, part) for part in goal.parts)) for goal in _chosen(report)
    )


def _chosen(report: Report) -> tuple[Goal, ...]:
    if report.settings.goals:
        return report.settings.goals
    found = []
    for number, area in enumerate(report.settings.scorecard or (), start=1):
        parts = [
            GoalPart(title=_label(report, row, id_), indicator=id_)
            for row in area.rows
            for id_ in row.indicators
            if report.target(id_)
        ]
        if parts:
            found.append(Goal(id=f"omrade-{number}", title=area.title, parts=tuple(parts)))
    return tuple(found)


def _label(report: Report, row: Row, id_: str) -> str:
    return row.label if row.label and len(row.indicators) == 1 else report.name(id_)


def _judged(report: Report, part: GoalPart) -> Part:
    own = next((each for each in part.judged if each.year == report.month.year), None)
    empty = report.own.iloc[:0]
    if part.indicator is None:
        verdict = own.verdict if own else "unknown"
        reason = own.reason if own else "Inget mått följer målet."
        return Part(part, empty, None, verdict, reason, own)
    outcome, target = _year(report, part.indicator), report.target(part.indicator)
    plan = scorecard_lines.part(report, part.indicator).plan
    judgement = scorecard.judge(outcome, target, report.indicators[part.indicator], plan)
    verdict = FROM_STATUS[judgement.status]
    shown = scorecard_lines.shown(report, outcome.rows)
    reason = _reason(report, part, shown, target, judgement)
    if verdict == "unknown" and own:
        return Part(part, shown, target, own.verdict, own.reason, own)
    return Part(part, shown, target, verdict, reason, own)


def _year(report: Report, id_: str) -> Outcome:
    """The whole region's full year, on the basis that the measure is known by; else the
    scorecard's outcome where that is the year's, computed from base figures."""
    rows = select(report.own, indicator=id_, unit="", basis=...)
    found = annual.full_year(rows, report.indicators, report.month.year)
    known = [basis for basis in bases(id_) if (found["basis"] == basis).any()]
    if known:
        year = found[found["basis"] == known[0]]
        before = year.assign(value=year["before"])
        return Outcome(id_, year, before[before["value"].notna()])
    outcome = scorecard_lines.part(report, id_).outcome
    if outcome.lag_months or not outcome.rows["span"].isin(["ytd", "r12", "year"]).all():
        return Outcome(id_, report.own.iloc[:0], report.own.iloc[:0])
    return outcome


def _reason(report: Report, part: GoalPart, shown: pd.DataFrame, target, judgement) -> str:
    """`Bruttokostnadsutveckling var 9,9 procent; målet var högst 6,8 procent.`"""
    if judgement.reason in WHY_NOT:
        return f"{capitalised(WHY_NOT[judgement.reason])}."
    entry = report.indicators[part.indicator or ""]
    value = in_words(str(shown["text"].iloc[0]), entry.unit)
    subject = f"{entry.name.sv}:"
    if entry.name.sv.startswith(CHANGE_OF):
        subject = entry.name.sv.replace(CHANGE_OF, "Förändringen av ", 1) + " var"
    return f"{subject} {value}; målet var {_wanted(report, target)}."


def _wanted(report: Report, target: Target) -> str:
    """What a target asks for, in words: `högst 4 procent`, `lägre än året före`."""
    if target.rule:
        return (CHANGE_RULES if scorecard.is_change(target.indicator) else RULES)[target.rule]
    unit = report.indicators[target.indicator].unit
    lower, upper = (
        None if bound is None else in_words(number_text(bound, unit, _places(bound)), unit)
        for bound in (target.lower, target.upper)
    )
    if lower and upper:
        return f"mellan {lower} och {upper}"
    return f"minst {lower}" if lower else f"högst {upper}"


def _places(bound: float) -> int:
    return 0 if bound == int(bound) else 1


def verdict_of(parts: tuple[Part, ...]) -> Verdict:
    return annual.overall(part.verdict for part in parts)


def available(report: Report) -> Published:
    """Whether there are goals to judge, and whether the region has judged any itself."""
    own = any(part.own for _, parts in goals(report) for part in parts)
    return values({"annual_goals": bool(goals(report)), "annual_goals_own": own})


def text(report: Report) -> Published:
    """How many goals are met, and each goal's verdict."""
    found = goals(report)
    if not found:
        return nothing()
    parts = [part for _, each in found for part in each]
    met = sum(part.verdict == "met" for part in parts)
    known = sum(part.verdict != "unknown" for part in parts)
    whose = "årets" if report.settings.goals else "styrkortets"
    count = "ingen" if met == 0 else count_word(met)
    lead = (
        f"**{capitalised(count)} av {whose} {count_word(len(parts))} målpunkter** är "
        f"{'uppnådd' if met < 2 else 'uppnådda'}"
    )
    if known < len(parts):
        lead += f"; {count_word(len(parts) - known)} går inte att bedöma"
    told = [f"*{plain(goal.title)}* {IN_SENTENCES[verdict_of(each)]}." for goal, each in found]
    return Published(f"{lead}. {' '.join(told)}", figures=_figures(parts))


def _figures(parts: list[Part]) -> pd.DataFrame | None:
    rows = [part.outcome for part in parts if len(part.outcome)]
    return pd.concat(rows) if rows else None


COLUMNS = [
    Column("target", "Kriterium", align="left"),
    Column("outcome", "Utfall"),
    Column("verdict", "Bedömning", align="left"),
    Column("reason", "Skäl", align="left"),
]


def table(report: Report) -> Published:
    """Every goal with its parts: target, outcome, verdict and reason."""
    found = goals(report)
    if not found:
        return nothing(year=str(report.month.year))
    rows = []
    for goal, parts in found:
        verdict = VERDICTS[verdict_of(parts)]
        rows.append((goal.title, {"verdict": Cell(verdict)}))
        rows += [(part.part.title, _cells(report, part)) for part in parts]
    return tables.table(
        "maluppfyllelse",
        "Mål",
        COLUMNS,
        rows,
        _figures([part for _, parts in found for part in parts]),
        emphasised=tuple(goal.title for goal, _ in found),
        year=str(report.month.year),
    )


def _cells(report: Report, part: Part) -> dict[str, Cell]:
    wanted = part.part.criterion
    if wanted is None and part.target is not None:
        wanted = capitalised(_wanted(report, part.target))
    outcome = " / ".join(part.outcome["text"]) if len(part.outcome) else ""
    return {
        "target": Cell(wanted or ""),
        "outcome": Cell(outcome),
        "verdict": Cell(VERDICTS[part.verdict]),
        "reason": Cell(_told_reason(part)),
    }


def _told_reason(part: Part) -> str:
    """The computed reason; where the region has judged itself, whether it says the same."""
    if part.own is None or part.reason == part.own.reason:
        return part.reason
    if part.own.verdict == part.verdict:
        return f"{part.reason} Regionen bedömer likadant."
    other = VERDICTS[part.own.verdict].split(" ", 1)[1].lower()
    return f"{part.reason} Regionen bedömer själv: {other}."


def own_judgements(report: Report) -> Published:
    """What the region has said itself of its goals, with the source."""
    judged = [part for _, parts in goals(report) for part in parts if part.own]
    if not judged:
        return nothing()
    told = [
        f"- {plain(part.part.title)} {IN_SENTENCES[part.own.verdict]}. {plain(part.own.reason)}"
        for part in judged
    ]
    sources = "; ".join(plain(source) for source in dict.fromkeys(p.own.source for p in judged))
    lead = raw(f"<p>{OWN_JUDGEMENT}</p>", f"#block(sticky: true)[{OWN_JUDGEMENT}]")
    return Published(lead + "\n" + "\n".join(told) + f"\n\nKälla: {sources}.\n")
