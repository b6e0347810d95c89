"""The month's key facts on one page: numbers side by side, and the same in sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.accounts import RESULT
from vardlaget.indicators.scorecard import Outcome
from vardlaget.indicators.waiting_times import GUARANTEE
from vardlaget.observations import select
from vardlaget.present import cards
from vardlaget.present.care_guarantee import headline
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import SUFFIXES, in_words
from vardlaget.present.scorecard_lines import (
    Line,
    Part,
    computed_from,
    in_sentence,
    part,
    shown,
    target_text,
)
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.report import Report

CARDS_IN_A_ROW = 4
FORECAST, DEVIATION = "full_year_forecast", "budget_deviation"
CARE = {
    "phone_same_day": "telefon samma dag",
    "medical_assessment_3d": "medicinsk bedömning inom 3 dagar",
    "first_visit_90d": "första besök inom 90 dagar",
    "treatment_90d": "operation eller åtgärd inom 90 dagar",
}


@dataclass(frozen=True)
class Fact:
    """A fact: what its card is called, and its sentence's subject and verbs (more, less, as much).

    Without verbs its sentence says what it is.
    """

    indicator: str
    name: str
    subject: str
    verbs: tuple[str, str, str] | None = None


LEVEL = ("har ökat till", "har minskat till", "är oförändrat")
FACTS = (
    Fact("bed_occupancy", "Beläggningsgrad", "Beläggningsgraden", LEVEL),
    Fact("sick_leave", "Sjukfrånvaro", "Sjukfrånvaron", LEVEL),
    Fact("full_time_equivalents_change", "Årsarbetare, förändring", "Antalet årsarbetare"),
    Fact(RESULT, "Resultat", "Resultatet"),
    Fact(DEVIATION, "Avvikelse mot budget", "Avvikelsen mot budget"),
    Fact("gross_cost_development", "Bruttokostnadsutveckling", "Bruttokostnaden"),
    Fact("net_cost_development", "Nettokostnadsutveckling", "Nettokostnaden"),
    Fact(FORECAST, "Helårsprognos", "Prognosen för helåret"),
)
# Changes against last year, told with their size.
CHANGES = ("full_time_equivalents_change", "gross_cost_development", "net_cost_development")


@cache
def known(report: Report) -> tuple[tuple[Fact, Part], ...]:
    """The facts that the region has an outcome of, in their order."""
    found = [(fact, part(report, fact.indicator)) for fact in FACTS]
    return tuple((fact, each) for fact, each in found if each.outcome.values)


def available(report: Report) -> Published:
    """Whether there is any key fact but the care guarantee's."""
    care = bool(headline(report)["value"].notna().any())
    return values({"key_facts": bool(known(report)), "key_facts_text": bool(known(report)) or care})


def as_cards(report: Report) -> Published:
    """The facts side by side, at most so many in a row as fit on a page."""
    found = known(report)
    if not found:
        return nothing()
    made = [_card(report, fact, each) for fact, each in found]
    shown_ = _figures(report, found)
    rows = -(-len(made) // CARDS_IN_A_ROW)
    size = -(-len(made) // rows)
    parts = [cards.row(made[n : n + size], shown_, report.look) for n in range(0, len(made), size)]
    html = "".join(each.preview["text/html"] for each in parts)
    return Published(
        "\n".join(each.markdown for each in parts), figures=shown_, preview={"text/html": html}
    )


def _card(report: Report, fact: Fact, each: Part) -> cards.Card:
    rows = shown(report, each.outcome.rows)
    row = rows.iloc[0]
    details = [capitalised(periods.words(row["span"], row["period"]))]
    if each.outcome.lag_months:
        details[0] += f", {each.outcome.lag_months} mån släp"
    if each.outcome.last_year is not None:
        before = shown(report, each.outcome.before)["text"].iloc[0]
        details.append(f"Ett år tidigare: {before}")
    interval = _interval(report, fact.indicator)
    if len(interval):
        low, high = shown(report, interval)["text"]
        details.append(f"Intervall: {low} till {high}")
    status, verdict = _verdict(report, fact, each)
    text = " / ".join(dict.fromkeys(rows["text"]))
    return cards.Card(text, fact.name, tuple(details), status, verdict)


def _verdict(report: Report, fact: Fact, each: Part) -> tuple[str, str]:
    if each.judgement.status == "unknown":
        return "", ""
    goal = in_sentence(target_text(report, Line(fact.name, (each,))))
    if each.judgement.status == "met":
        return "met", f"Når målet ({goal})"
    return "missed", f"Når inte målet ({goal})"


def _interval(report: Report, id_: str) -> pd.DataFrame:
    """The forecast's range, lowest first; empty unless both ends are known."""
    if id_ != FORECAST:
        return report.own.iloc[:0]
    rows = select(
        report.own,
        indicator=FORECAST,
        unit="",
        span="year",
        period=str(report.month.year),
        scenario=["range_lower", "range_upper"],
    )
    rows = rows[rows["value"].notna()].sort_values("value")
    return rows if len(rows) == 2 else rows.iloc[:0]


def _figures(report: Report, found: tuple[tuple[Fact, Part], ...]) -> pd.DataFrame:
    frames = []
    for fact, each in found:
        frames += [each.outcome.rows, each.outcome.before, _interval(report, fact.indicator)]
    return pd.concat([shown(report, frame) for frame in frames if len(frame)])


def text(report: Report) -> Published:
    """The facts as sentences, the care guarantee last."""
    paragraph = Paragraph(report.indicators)
    told = [_sentence(report, paragraph, *each) for each in _sentences(report)]
    care = _care(report, paragraph)
    items = [*told, care] if care else told
    if not items:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga nyckeltal för "
            f"{report.month.words}."
        )
    paragraph.say("\n".join(f"- {item}" for item in items))
    return paragraph.published()


def _sentences(report: Report) -> list[tuple[Fact, Part]]:
    """The deviation is told with the result, where both are known."""
    ids = {fact.indicator for fact, _ in known(report)}
    both = {RESULT, DEVIATION} <= ids
    return [each for each in known(report) if not (both and each[0].indicator == DEVIATION)]


def _sentence(report: Report, paragraph: Paragraph, fact: Fact, each: Part) -> str:
    how: Callable = _level
    if fact.indicator in CHANGES:
        how = _changed
    elif fact.indicator == FORECAST:
        how = _forecast
    elif fact.indicator == RESULT:
        how = _result
    return how(report, paragraph, fact, each) + _goal(report, fact, each)


def _number(report: Report, paragraph: Paragraph, found: Outcome, size: bool = False) -> str:
    rows = shown(report, found.rows)
    if size:
        rows = rows.assign(text=rows["text"].str.lstrip("+−"))
    return listed([_spoken(paragraph, row) for _, row in rows.iterrows()], "eller")


def _spoken(paragraph: Paragraph, row: pd.Series) -> str:
    """A figure in words; millions of kronor keep their short unit."""
    return paragraph.number(row, unit="mnkr" not in row["text"])


def _span(each: Part) -> str:
    return each.outcome.rows["span"].iloc[0]


def _when(each: Part) -> str:
    row = each.outcome.rows.iloc[0]
    months = each.outcome.lag_months
    behind = f"{count_word(months)} {'månad' if months == 1 else 'månader'}"
    lag = f" (uppgiften släpar {behind})" if months else ""
    return periods.during(row["span"], row["period"]) + lag


def _level(report: Report, paragraph: Paragraph, fact: Fact, each: Part) -> str:
    """`Sjukfrånvaron har minskat till 8,3 procent januari–februari 2023 (11,7 procent …)`"""
    number = f"**{_number(report, paragraph, each.outcome)}**"
    if each.outcome.last_year is None or fact.verbs is None:
        return f"{fact.subject} är {number} {_when(each)}."
    before = _spoken(paragraph, shown(report, each.outcome.before).iloc[0])
    now, then = each.outcome.values[0], each.outcome.last_year
    verb = fact.verbs[0 if now > then else 1 if now < then else 2]
    return f"{fact.subject} {verb} {number} {_when(each)} ({before} ett år tidigare)."


def _changed(report: Report, paragraph: Paragraph, fact: Fact, each: Part) -> str:
    """`Antalet årsarbetare har ökat med 171 …`"""
    value = each.outcome.values[0]
    if len(each.outcome.values) > 1 or value == 0:
        return f"{fact.name}: **{_number(report, paragraph, each.outcome)}** {_when(each)}."
    verb = "har ökat med" if value > 0 else "har minskat med"
    number = _number(report, paragraph, each.outcome, size=True)
    how = f", {computed_from(fact.indicator)}" if each.outcome.computed else ""
    than = "året före" if _span(each) == "year" else "samma period året före"
    return f"{fact.subject} {verb} **{number}** {_when(each)} jämfört med {than}{how}."


def _result(report: Report, paragraph: Paragraph, fact: Fact, each: Part) -> str:
    """`Resultatet är −174,1 mnkr …, 165,6 mnkr sämre än budget.`"""
    number = f"**{_number(report, paragraph, each.outcome)}**"
    deviation = part(report, DEVIATION)
    against = ""
    for found in (deviation.outcome, deviation.base):
        if found and len(found.values) == 1 and _same_period(found, each.outcome):
            size = _number(report, paragraph, found, size=True)
            worse = "sämre" if found.values[0] < 0 else "bättre"
            against = f", **{size}** {worse} än budget"
            break
    return f"{fact.subject} är {number} {_when(each)}{against}."


def _same_period(one: Outcome, other: Outcome) -> bool:
    when = [found.rows[["span", "period"]].iloc[0].tolist() for found in (one, other)]
    return when[0] == when[1]


def _forecast(report: Report, paragraph: Paragraph, fact: Fact, each: Part) -> str:
    number = f"**{_number(report, paragraph, each.outcome)}**"
    interval = _interval(report, fact.indicator)
    between = ""
    if len(interval):
        low, high = (_spoken(paragraph, row) for _, row in shown(report, interval).iterrows())
        between = f", med ett intervall från {low} till {high}"
    return f"{fact.subject} är {number}{between}."


def _goal(report: Report, fact: Fact, each: Part) -> str:
    if each.judgement.status == "unknown":
        return ""
    goal = in_sentence(target_text(report, Line(fact.name, (each,))))
    suffix = SUFFIXES["percent"]
    goal = plain(in_words(goal, "percent") if goal.endswith(suffix) else goal)
    verb = "nås" if each.judgement.status == "met" else "nås inte"
    return f" Målet ({goal}) {verb}."


def _care(report: Report, paragraph: Paragraph) -> str:
    """The care guarantee's four figures in one sentence, and how many of their targets are met."""
    figures = headline(report)
    told, sides = [], []
    for id_ in GUARANTEE:
        rows = figures[(figures["indicator"] == id_) & figures["value"].notna()]
        numbers = [paragraph.number(row) for _, row in rows.drop_duplicates("value").iterrows()]
        if numbers:
            lag = rows["period"].iloc[0] != str(report.month)
            when = f", {periods.words('month', rows['period'].iloc[0])}" if lag else ""
            told.append(f"{CARE[id_]} **{listed(numbers, 'eller')}**{when}")
            if target := report.target(id_):
                sides.append({target.status(value) for value in rows["value"]})
    return f"Vårdgarantin: {'; '.join(told)}.{_met(sides)}" if told else ""


def _met(sides: list[set]) -> str:
    """` Inget av målen nås.`; empty where values lie on both sides of a target, or none has one."""
    if len(sides) < 2 or any(len(each) > 1 for each in sides):
        return ""
    met = sum(each == {"within"} for each in sides)
    which = {0: "Inget av de", len(sides): "Alla"}
    words = which.get(met, f"{capitalised(count_word(met))} av de")
    return f" {words} {count_word(len(sides))} målen nås."
