"""The scorecard: a table for each goal area, how many targets are met, and what to know of it."""

import pandas as pd

from vardlaget.catalogue.settings import MOST_AREAS
from vardlaget.indicators.scorecard import shortfall
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import in_words
from vardlaget.present.scorecard_lines import (
    GUARANTEE,
    Line,
    Part,
    areas,
    computed_from,
    figures,
    in_sentence,
    met_of,
    outcome_text,
    shown,
    status_text,
    target_text,
    trend_text,
)
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# A publication has so many tables for goal areas.
MOST_NAMED = 3
COLUMNS = [
    Column("target", "Mål", align="left"),
    Column("outcome", "Utfall", align="left"),
    Column("status", "Status", align="left"),
    Column("trend", "Trend", align="left"),
]
SYMBOLS = {
    "met": "● att målet nås",
    "missed": "■ att målet inte nås",
    "unknown": "○ att det inte kan bedömas om målet nås",
}
ABBREVIATIONS = {
    "ack.": "hittills i år",
    "R12": "de senaste tolv månaderna",
    "släp": "uppgiften gäller en tidigare månad",
}
TRENDS = "Trenden anger om utfallet förbättras eller försämras, oavsett om målet nås."


def available(report: Report) -> Published:
    """Whether there is a scorecard, and which of its goal areas have a table."""
    found = areas(report)
    flags = {f"scorecard_{n}": n <= len(found) for n in range(1, MOST_AREAS + 1)}
    return values({"scorecard": bool(found)} | flags)


def area_table(report: Report, number: int) -> Published:
    """The table of a goal area, the first being 1."""
    found = areas(report)
    if number > len(found):
        return nothing(area="", period=report.month.words)
    area, lines = found[number - 1]
    rows = [(line.label, cells(report, line)) for line in lines]
    return tables.table(
        f"styrkort_{number}",
        "Indikator",
        COLUMNS,
        rows,
        figures(report, lines),
        area=area.title,
        period=report.month.words,
    )


def cells(report: Report, line: Line) -> dict[str, Cell]:
    return {
        "target": Cell(target_text(report, line)),
        "outcome": Cell(outcome_text(report, line)),
        "status": Cell(status_text(report, line)),
        "trend": Cell(trend_text(report, line)),
    }


def summary(report: Report) -> Published:
    """How many targets are met, which are furthest away, and which way the outcomes go."""
    lines = [line for _, lines in areas(report) for line in lines]
    aimed = [line for line in lines if line.has_target]
    if not lines:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga utfall för styrkortets "
            f"indikatorer {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)
    if not aimed:
        paragraph.say("Regionen har inga mål för styrkortets indikatorer.")
    else:
        _say_met(paragraph, [line for line in aimed if line.status != "unknown"])
        _say_furthest(report, paragraph, aimed)
        _say_unknown(paragraph, [line for line in aimed if line.status == "unknown"])
    _say_trends(paragraph, lines)
    return paragraph.published()


def _say_met(paragraph: Paragraph, judged: list[Line]) -> None:
    met = [line for line in judged if line.status == "met"]
    if not judged:
        return
    names = f": {_names(met)}" if 0 < len(met) < len(judged) else ""
    paragraph.say(f"**{capitalised(met_of(len(met), len(judged)))}**{names}.")


def _say_unknown(paragraph: Paragraph, unknown: list[Line]) -> None:
    silent = [line for line in unknown if not line.known]
    others = [line for line in unknown if line.known]
    if others:
        paragraph.say(f"Om målet nås kan inte bedömas för {_names(others)}.")
    if silent:
        kind = "Ett mål" if len(silent) == 1 else f"{capitalised(count_word(len(silent)))} mål"
        paragraph.say(f"{kind} saknar utfall.")


def _say_furthest(report: Report, paragraph: Paragraph, judged: list[Line]) -> None:
    gaps = []
    for line in judged:
        for part in line.parts:
            gap = shortfall(part.outcome, part.target)
            if part.judgement.status == "missed" and gap is not None:
                gaps.append((gap, line, part))
    gaps = sorted(gaps, key=lambda each: -each[0])[:MOST_NAMED]
    if not gaps:
        return
    told = []
    for _, line, part in gaps:
        name = line.label if len(line.parts) == 1 else report.name(part.id_)
        rows = shown(report, part.outcome.rows)
        numbers = listed([_spoken(paragraph, row) for _, row in rows.iterrows()], "eller")
        goal = in_sentence(target_text(report, Line(name, (part,))).removesuffix(GUARANTEE))
        goal = in_words(goal, report.indicators[part.id_].unit)
        told.append(f"{plain(in_sentence(name))} ({numbers}, mål {plain(goal)})")
    ranked = "" if len(told) == 1 else ", räknat i förhållande till målets storlek,"
    paragraph.say(f"Längst från målet{ranked} ligger {listed(told)}.")


def _say_trends(paragraph: Paragraph, lines: list[Line]) -> None:
    words = [line.development.word for line in lines if line.known]
    better, worse, same = (words.count(w) for w in ("improving", "deteriorating", "unchanged"))
    if better + worse + same == 0:
        return
    unclear = len(words) - better - worse - same
    told = [
        words_.format("ett" if n == 1 else count_word(n))
        for n, words_ in (
            (better, "förbättras {}"),
            (worse, "försämras {}"),
            (same, f"är {{}} i stort sett {'oförändrat' if same == 1 else 'oförändrade'}"),
        )
        if n
    ]
    if len(words) == 1:
        paragraph.say(f"Det enda utfallet {told[0].replace(' ett', '', 1)}.")
        return
    rest = f"; {count_word(unclear)} går inte att bedöma" if unclear else ""
    paragraph.say(f"Av {count_word(len(words))} utfall {listed(told)}{rest}.")


def _names(lines: list[Line]) -> str:
    return listed([plain(in_sentence(line.label)) for line in lines])


def notes(report: Report) -> Published:
    """How to read the tables, which figures have several values, and which base figures differ."""
    lines = [line for _, lines in areas(report) for line in lines]
    if not lines:
        return nothing()
    paragraph = Paragraph(report.indicators)
    used = {line.status for line in lines if line.has_target}
    symbols = [words for status, words in SYMBOLS.items() if status in used]
    paragraph.say(f"I tabellerna betyder {listed(symbols)}. {TRENDS}" if symbols else TRENDS)
    for sentence in _marks_used(report, lines):
        paragraph.say(sentence)
    told = [
        words
        for line in lines
        for part in line.parts
        for words in (_two_values(line, part), _other_base(report, paragraph, line, part))
        if words
    ]
    if told:
        paragraph.say("\n\n" + "\n".join(f"- {words}" for words in told))
    return paragraph.published()


def _marks_used(report: Report, lines: list[Line]) -> list[str]:
    """What the abbreviations and the parentheses of the outcomes stand for, in sentences."""
    texts = " ".join(outcome_text(report, line) for line in lines)
    told = [f"*{mark}* = {words}" for mark, words in ABBREVIATIONS.items() if mark in texts]
    said = [f"Förkortningar: {'; '.join(told)}."] if told else []
    return said + (["Inom parentes står värdet samma period föregående år."] * ("(" in texts))


def _two_values(line: Line, part: Part) -> str:
    if not part.outcome.contradictory:
        return ""
    return f"{plain(line.label)}: underlaget har två olika värden, och båda visas."


def _other_base(report: Report, paragraph: Paragraph, line: Line, part: Part) -> str:
    """Where the source's figure is another than the one that its base figures give."""
    if part.base is None or part.outcome.computed or len(part.outcome.values) != 1:
        return ""
    printed, computed = (shown(report, each.rows).iloc[0] for each in (part.outcome, part.base))
    if printed["period"] != computed["period"] or printed["text"] == computed["text"]:
        return ""
    return (
        f"{plain(line.label)}: källan anger {_spoken(paragraph, printed)}; "
        f"{computed_from(part.id_)} är värdet {_spoken(paragraph, computed)}."
    )


def _spoken(paragraph: Paragraph, row: pd.Series) -> str:
    return paragraph.number(row, unit="mnkr" not in row["text"])
