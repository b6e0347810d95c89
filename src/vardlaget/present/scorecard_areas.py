"""The areas of activity: the scorecard one level down, beside each other and in words."""

from functools import cache

from vardlaget.catalogue.settings import MOST_UNITS, Row
from vardlaget.indicators.periods import newest
from vardlaget.observations import select
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.scorecard_lines import (
    NEITHER,
    STATUS,
    TREND,
    Line,
    figures,
    in_sentence,
    line,
    marks,
    met_of,
    shown,
    target_text,
    values_text,
)
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# So many columns fit on a page.
DEVIATION = "budget_deviation"


@cache
def units(report: Report) -> tuple[str, ...]:
    """The areas of activity: those of the settings, else units with a budget deviation this year.

    Political frames are no areas. Only those with an outcome of the scorecard count.
    """
    named = report.settings.areas
    if named is None:
        rows = select(report.own, indicator=DEVIATION, unit=..., span="ytd")
        rows = newest(rows[rows["unit"] != ""], report.month)
        frames = report.settings.frames or ()
        named = tuple(unit for unit in sorted(set(rows["unit"])) if unit not in frames)
    known = [unit for unit in named if any(each.known for each in lines(report, unit))]
    return tuple(known[:MOST_UNITS])


@cache
def lines(report: Report, unit: str) -> tuple[Line, ...]:
    """The lines of the area scorecard for one area."""
    return tuple(line(report, row, unit) for row in _rows(report))


def _rows(report: Report) -> list[Row]:
    return [row for area in report.settings.area_scorecard or () for row in area.rows]


def available(report: Report) -> Published:
    """Whether there are areas of activity to tell of."""
    return values({"areas": bool(units(report))})


def table(report: Report) -> Published:
    """All areas beside each other: each indicator's outcome, and whether its target is met."""
    found = units(report)
    if not found:
        return nothing(period=report.month.words)
    columns = [Column("target", "Mål", align="left")]
    columns += [Column(unit, report.settings.shown(unit), align="left") for unit in found]
    rows = []
    for beside in zip(*(lines(report, unit) for unit in found), strict=True):
        if not any(line.known for line in beside):
            continue
        goal = _common({target_text(report, line) for line in beside}, NEITHER)
        kind = _common({marks(line) for line in beside if line.known}, ())
        cells = {
            unit: Cell(_cell(report, line, goal, kind))
            for unit, line in zip(found, beside, strict=True)
        }
        rows.append((", ".join([beside[0].label, *kind]), {"target": Cell(goal)} | cells))
    every = [line for unit in found for line in lines(report, unit)]
    return tables.table(
        "verksamhetsomraden",
        "Indikator",
        columns,
        rows,
        figures(report, every),
        period=report.month.words,
    )


def _common(found: set, otherwise):
    """What all areas have, told once for the row."""
    return found.pop() if len(found) == 1 else otherwise


def _cell(report: Report, each: Line, goal: str, kind: tuple[str, ...]) -> str:
    """`−50,2 mnkr ■ Nås inte`, with the area's own target and period where the row's differ."""
    if not each.known:
        return ".."
    own = target_text(report, each)
    other = f" (mål {own})" if own not in (goal, NEITHER) else ""
    status = f" {STATUS[each.status]}" if each.has_target else ""
    period = () if marks(each) == kind else marks(each)
    return ", ".join([values_text(report, each), *period]) + other + status


def text(report: Report) -> Published:
    """For each area: how many targets are met, its money, and which way its outcomes go."""
    found = units(report)
    if not found:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga uppgifter efter "
            f"verksamhetsområde för {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)
    paragraph.say("\n".join(f"- {_area(report, paragraph, unit)}" for unit in found))
    paragraph.say(f"\n\n{_targets_used(report, found)}")
    return paragraph.published()


def _area(report: Report, paragraph: Paragraph, unit: str) -> str:
    told = [f"**{plain(report.settings.shown(unit))}**: {_met(lines(report, unit))}."]
    money = [_money(report, paragraph, line) for line in lines(report, unit)]
    money = [words for words in money if words]
    if money:
        told.append(f"{capitalised(listed(money))}.")
    told += _trends(lines(report, unit))
    return " ".join(told)


def _met(found: tuple[Line, ...]) -> str:
    judged = [line for line in found if line.has_target and line.status != "unknown"]
    met = [line for line in judged if line.status == "met"]
    if not judged:
        return "inga mål att jämföra med"
    names = listed([plain(in_sentence(line.label)) for line in met])
    return met_of(len(met), len(judged)) + (f" ({names})" if met else "")


def _money(report: Report, paragraph: Paragraph, each: Line) -> str:
    """`avvikelse mot budget −50,2 mnkr`"""
    part = each.parts[0]
    if report.indicators[part.id_].unit != "SEK" or len(part.outcome.values) != 1:
        return ""
    row = shown(report, part.outcome.rows).iloc[0]
    return f"{plain(in_sentence(each.label))} {paragraph.number(row, unit=False)}"


def _trends(found: tuple[Line, ...]) -> list[str]:
    told = []
    for word in ("improving", "deteriorating"):
        names = [plain(in_sentence(each.label)) for each in found if each.development.word == word]
        if names:
            told.append(f"{TREND[word].split(' ', 1)[1]}: {listed(names)}.")
    return told


def _targets_used(report: Report, found: tuple[str, ...]) -> str:
    parts = [
        part
        for unit in found
        for line in lines(report, unit)
        for part in line.parts
        if part.outcome.values
    ]
    own = [part.target.unit is not None for part in parts if part.target is not None]
    if not own:
        told = "Områdena har inga egna mål."
    elif all(own):
        told = "Målen är områdenas egna."
    else:
        told = f"Områdena jämförs med regionens mål{' där de inte har egna' if any(own) else ''}."
    sums = {part.id_ for part in parts if part.target is None and report.target(part.id_)}
    if sums:
        names = listed([plain(in_sentence(report.name(id_))) for id_ in sorted(sums)])
        told += f" Regionens belopp för {names} är inget mål för en del av regionen."
    return told
