"""A scorecard's lines, and how a reader meets their targets, outcomes, statuses and trends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from vardlaget.catalogue import Target
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.catalogue.settings import Area, Row
from vardlaget.indicators import scorecard, scorecard_trend, waiting_times
from vardlaget.indicators.scorecard import Judgement, Outcome, Plan
from vardlaget.indicators.scorecard_base import as_outcome, from_base, planned_costs
from vardlaget.indicators.scorecard_trend import Development
from vardlaget.observations import any_synthetic
from vardlaget.present.economy import LEAST_TOLD, booked
from vardlaget.present.millions import SHORT, decimals_of, in_millions
from vardlaget.present.numbers import NBSP, SUFFIXES, bound_text, signed
from vardlaget.present.sentences import count_word
from vardlaget.report import Report

STATUS = {
    "met": f"●{NBSP}Nås",
    "missed": f"■{NBSP}Nås{NBSP}inte",
    "unknown": f"○{NBSP}Kan inte bedömas",
}
NO_TARGET = f"–{NBSP}Inget mål"
SIDES = {"below": " (under)", "above": " (över)"}
WHY = {
    "no_value": "utfall saknas",
    "no_bounds": "målet är inte ett tal",
    "contradictory": "uppgifterna ligger på båda sidor om målet",
    "no_last_year": "förra årets värde saknas",
    "no_plan": "planens värde saknas",
    "part_of_year": "målet gäller helåret",
}
TREND = {
    "improving": "↗ Förbättras",
    "deteriorating": "↘ Försämras",
    "unchanged": "→ Oförändrad",
    "unclear": "– Går inte att bedöma",
}
NO_TREND = {
    "neutral": "varken högre eller lägre är bättre",
    "break": "seriebrott sedan i fjol",
    "contradictory": "flera värden för samma period",
    "single": "en enda mätpunkt",
    "few": "för få månader",
    "no_value": "utfall saknas",
    "parts": "delarna bedöms på olika sätt",
}
SAME_PERIOD = {
    "month": "samma månad föregående år",
    "year": "föregående år",
}
SPAN_MARKS = {"ytd": "ack.", "r12": "R12", "year": "helår"}
RULES = {
    "below_last_year": "Lägre än föregående år",
    "above_last_year": "Högre än föregående år",
    "as_planned": "Enligt plan",
}
NEITHER = "–"
GUARANTEE = " (vårdgarantin)"
# The space between a number and its unit.
_UNIT = re.compile(r"(?<=\d) (?=\S)")
BASE_FIGURES = {
    "full_time_equivalents_change": "arbetad tid",
    "referrals_received_change_pct": "antalet remisser",
}


@dataclass(frozen=True, eq=False)
class Part:
    """One indicator of a line. `base`: the same outcome from base figures, where there are any."""

    outcome: Outcome
    target: Target | None
    judgement: Judgement
    development: Development
    base: Outcome | None = None
    plan: Plan | None = None

    @property
    def id_(self) -> str:
        return self.outcome.indicator


@dataclass(frozen=True, eq=False)
class Line:
    """A line of a scorecard: one indicator, or several that are told together."""

    label: str
    parts: tuple[Part, ...]

    @property
    def known(self) -> bool:
        return any(part.outcome.values for part in self.parts)

    @property
    def has_target(self) -> bool:
        return any(part.target is not None for part in self.parts)

    @property
    def status(self) -> scorecard.Status:
        return scorecard.all_met([part.judgement.status for part in self.parts])

    @property
    def development(self) -> Development:
        return scorecard_trend.together([part.development for part in self.parts])


@cache
def areas(report: Report) -> tuple[tuple[Area, tuple[Line, ...]], ...]:
    """The goal areas of the region's scorecard that have an outcome.

    With their lines, but for those that have neither a target nor an outcome.
    """
    made = [
        (area, tuple(each for row in area.rows if told(each := line(report, row))))
        for area in report.settings.scorecard or ()
    ]
    return tuple((area, lines) for area, lines in made if any(each.known for each in lines))


def told(each: Line) -> bool:
    """Whether there is anything to say in a line."""
    return each.known or each.has_target


def line(report: Report, row: Row, unit: str = "") -> Line:
    """A line for the whole region or a unit."""
    parts = tuple(part(report, id_, unit) for id_ in row.indicators)
    return Line(row.label or report.name(row.indicators[0]), parts)


@cache
def part(report: Report, id_: str, unit: str = "") -> Part:
    """An indicator's outcome, judged against its target and its own past."""
    entry, own = report.indicators[id_], _rows(report, id_)
    found = scorecard.outcome(own, report.indicators, id_, report.month, unit)
    base = None if unit else _base(report, id_)
    if not found.values and base is not None:
        found = base
    target = unit_target(report, id_, unit) if unit else report.target(id_)
    plan = scorecard.budgeted(own, found)
    if plan is None and not unit:
        plan = planned_costs(booked(report), id_)
    return Part(
        found,
        target,
        scorecard.judge(found, target, entry, plan),
        scorecard_trend.develop(found, own, target, report.indicators, base),
        base,
        plan,
    )


def unit_target(report: Report, id_: str, unit: str) -> Target | None:
    """The unit's own target from the settings, else the region's where it holds for parts."""
    day = report.month.last_day
    for target in report.settings.targets:
        if target.indicator == id_ and target.unit == unit and target.holds(day):
            return target
    return scorecard.of_part(report.target(id_), report.indicators[id_])


def _base(report: Report, id_: str) -> Outcome | None:
    base = from_base(report.own, booked(report), id_, report.month, report.indicators)
    return base and as_outcome(base, id_, report.region.code, report.month)


def _rows(report: Report, id_: str) -> pd.DataFrame:
    return _by_indicator(report).get(id_, report.own.iloc[:0])


@cache
def _by_indicator(report: Report) -> dict[str, pd.DataFrame]:
    return dict(list(report.own.groupby("indicator")))


def shown(report: Report, rows: pd.DataFrame) -> pd.DataFrame:
    """Figures with their text: kronor in millions, changes and deviations with their sign."""
    rows = report.with_text(rows)
    if rows.empty:
        return rows
    id_ = rows["indicator"].iloc[0]
    sign = scorecard.is_change(id_) or scorecard.is_deviation(id_) or id_ == "full_year_forecast"
    if report.indicators[id_].unit == "SEK" and rows["value"].abs().max() >= LEAST_TOLD:
        return in_millions(rows, decimals_of(rows["value"]), sign=sign, unit=SHORT)
    return rows.assign(text=rows["text"].map(signed)) if sign else rows


def outcome_text(report: Report, each: Line) -> str:
    """`94 (140), ack.`, `88,3 % / 87,5 %`, `48,4/31,0/56,0 %`, `+171, ack., 1 mån släp`."""
    return ", ".join([values_text(report, each), *marks(each)])


def values_text(report: Report, each: Line) -> str:
    """The values of a line alone: `94 (140)`."""
    return _joined([_values_text(report, part) for part in each.parts])


def marks(each: Line) -> tuple[str, ...]:
    """What kind of period a line's figures are of, and their lag: `ack.`, `1 mån släp`."""
    found = {_marks(part.outcome) for part in each.parts if part.outcome.values}
    return found.pop() if len(found) == 1 else ()


def _values_text(report: Report, each: Part) -> str:
    rows = shown(report, each.outcome.rows)
    if rows.empty:
        return ".."
    if each.outcome.is_range:
        text = _joined(list(rows.sort_values("value")["text"]), "–")
    else:
        text = " / ".join(dict.fromkeys(rows["text"]))
    if _told_before(each):
        text += f" ({shown(report, each.outcome.before)['text'].iloc[0]})"
    return text


def _told_before(each: Part) -> bool:
    """Whether the target is understood only with last year's value."""
    by_last_year = each.target is not None and each.judgement.reason == "last_year"
    return by_last_year and each.outcome.last_year is not None


def _marks(found: Outcome) -> tuple[str, ...]:
    row = found.rows.iloc[0]
    span = SPAN_MARKS.get(row["span"], "") if row["scenario"] == "actual" else ""
    lag = f"{found.lag_months}{NBSP}mån släp" if found.lag_months else ""
    return tuple(mark for mark in (span, lag) if mark)


def _joined(texts: list[str], between: str = "/") -> str:
    """Several values with their common unit once: `90/80/80 %`."""
    if len(texts) < 2:
        return "".join(texts)
    for suffix in SUFFIXES.values():
        if all(text.endswith(suffix) for text in texts if text != ".."):
            return between.join(text.removesuffix(suffix) for text in texts) + suffix
    return between.join(texts)


def target_text(report: Report, each: Line) -> str:
    """`8 min`, `85–90 %`, `90/80/80 %`, `100 % (vårdgarantin)`; a dash without a target."""
    texts = [_target_text(report, part.target) for part in each.parts]
    return NEITHER if set(texts) == {NEITHER} else _joined(texts)


def _target_text(report: Report, target: Target | None) -> str:
    if target is None:
        return NEITHER
    if target.printed and target.region != COUNTRY:
        return _UNIT.sub(NBSP, target.printed)
    entry = report.indicators[target.indicator]
    lower, upper = (
        None if bound is None else bound_text(bound, entry.unit)
        for bound in (target.lower, target.upper)
    )
    guaranteed = target.region == COUNTRY and target.indicator in waiting_times.GUARANTEE
    kind = GUARANTEE if guaranteed else ""
    if lower and upper:
        return _joined([lower, upper], "–") + kind
    if lower:
        return lower + kind if entry.bounded and target.lower == 100 else f"minst {lower}" + kind
    if upper:
        return f"högst {upper}" + kind
    return target.printed or (RULES[target.rule] if target.rule else NEITHER)


def status_text(report: Report, each: Line) -> str:
    """The status in words with its symbol, and why where it cannot be judged."""
    if not each.has_target:
        return NO_TARGET
    if len(each.parts) > 1:
        met = sum(part.judgement.status == "met" for part in each.parts)
        return f"{STATUS[each.status]} ({met} av {len(each.parts)} nås)"
    only = each.parts[0]
    text = STATUS[each.status]
    if each.status == "unknown":
        return f"{text}: {WHY[only.judgement.reason]}"
    if only.judgement.reason == "plan" and only.plan is not None and only.plan.costs:
        return f"{text}: {plan_gap(report, only)['text'].iloc[0]} mot budget"
    both = only.target is not None and None not in (only.target.lower, only.target.upper)
    return text + (SIDES.get(only.judgement.side, "") if both else "")


def plan_gap(report: Report, each: Part) -> pd.DataFrame:
    """What costs deviate from their plan, as a figure: more is plus."""
    plan = each.plan
    gap = plan.actual - plan.value if plan else float("nan")
    row = each.outcome.rows.iloc[0]
    key = {"span": row["span"], "period": row["period"], "scenario": "vs_budget"}
    formula, synthetic = f"kostnad − budget, {each.id_}", any_synthetic(row)
    figure = report.computed("cost_budget_deviation", gap, formula, synthetic=synthetic, **key)
    return in_millions(figure, 1, sign=True, unit=SHORT)


def trend_text(report: Report, each: Line) -> str:
    """`↗ Förbättras: 94 mot 140 samma period föregående år`"""
    if not each.known:
        return NEITHER
    return f"{TREND[each.development.word]}: {reason_text(report, each)}"


def reason_text(report: Report, each: Line) -> str:
    """What a trend rests on."""
    made = each.development
    if len(each.parts) > 1 and made.ground in ("series", "last_year", "base", "sign"):
        words = [TREND[part.development.word].split(" ", 1)[1].lower() for part in each.parts]
        if len(set(words)) > 1:
            return "/".join(words)
        how = _variation(made) if made.ground == "series" else "mot föregående år"
        return f"{'båda' if len(words) == 2 else f'alla {count_word(len(words))}'} {how}"
    if made.ground == "series":
        return f"{_variation(made)}, {made.months} månader"
    if made.ground == "sign":
        text = shown(report, each.parts[0].outcome.rows)["text"].iloc[0]
        return f"{text} mot föregående år"
    if made.compared is not None and made.ground in ("last_year", "base"):
        return _comparison(report, made)
    return NO_TREND[made.ground]


def _variation(made: Development) -> str:
    return f"{'inom' if made.word == 'unchanged' else 'utöver'} normal variation"


def _comparison(report: Report, made: Development) -> str:
    now, before = compared(report, made)
    when = SAME_PERIOD.get(now["span"], "samma period föregående år")
    if now["scenario"] == "forecast":
        when = "föregående års utfall"
    how = f", {computed_from(now['indicator'])}" if made.ground == "base" else ""
    return f"{now['text']} mot {before['text']} {when}{how}"


def computed_from(id_: str) -> str:
    """From which base figures an outcome is computed."""
    return f"beräknat ur {BASE_FIGURES.get(id_, 'resultaträkningen')}"


def compared(report: Report, made: Development) -> tuple[pd.Series, pd.Series]:
    """The two figures that a development compares."""
    now, before = shown(report, made.compared.rows), shown(report, made.compared.before)
    return now.iloc[0], before.iloc[0]


def met_of(count: int, total: int) -> str:
    """`inget av de fyra målen nås`, `ett av fyra mål nås`, `alla fyra mål nås`, `målet nås`"""
    if total == 1:
        return "målet nås" if count else "målet nås inte"
    if count == total:
        return f"alla {count_word(total)} mål nås"
    if count == 0:
        return f"inget av de {count_word(total)} målen nås"
    return f"{'ett' if count == 1 else count_word(count)} av {count_word(total)} mål nås"


def in_sentence(label: str) -> str:
    """A label within a sentence: its first letter is small, but not that of `BUP` or `DRG`."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _without_unit(rows: pd.DataFrame, joined: bool) -> pd.DataFrame:
    """Values that stand together have their common unit once, after the last."""
    if not joined or rows.empty:
        return rows
    plain = rows["text"].str.removesuffix(SUFFIXES["percent"])
    return rows.assign(text=plain)


def figures(report: Report, lines: Iterable[Line]) -> pd.DataFrame | None:
    """Every figure that the lines show, with its text."""
    found = []
    for each in lines:
        for part in each.parts:
            joined = len(each.parts) > 1 or part.outcome.is_range
            found.append(_without_unit(shown(report, part.outcome.rows), joined))
            if _told_before(part):
                found.append(shown(report, part.outcome.before))
            if part.judgement.reason == "plan" and part.plan is not None and part.plan.costs:
                found.append(plan_gap(report, part))
            made = part.development
            if len(each.parts) == 1 and made.compared is not None:
                found.append(pd.DataFrame(compared(report, made)))
    found = [frame for frame in found if len(frame)]
    return pd.concat(found).drop_duplicates() if found else None
