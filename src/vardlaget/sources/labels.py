"""Rows told by their labels: lines with parts below them, and places with units below them."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from vardlaget.catalogue import Regions
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.sources.around import plain
from vardlaget.sources.mapping_models import From, Line, Settings
from vardlaget.sources.rows import Refusal

# How like a region's name a text must be to be taken for a misspelling of it.
NEAR_A_REGION = 0.85


@dataclass(frozen=True)
class Place:
    """A region (as the file writes it) and a unit of it, or why a row has none."""

    region: str = ""
    unit: str = ""
    refusal: Refusal | None = None


def places(texts: Iterable[str], column: str, fallback: str, regions: Regions) -> list[Place]:
    """The region and unit of each row, from a column that holds country, regions and units.

    A cell that names the country or a region starts it; the rows that follow are its units.
    `fallback` is the region of units that stand before any region, if the file tells one.
    """
    texts = list(texts)
    meant = {text: regions.get(text) for text in set(texts) if text}
    misspelt = {text: _misspelt(text, regions) for text in set(texts) if not meant.get(text)}
    found, current = [], fallback
    for text in texts:
        if region := meant.get(text):
            current = region.code
            found.append(Place(current))
        elif problem := _no_unit(text, misspelt[text], current):
            current = "" if misspelt[text] else current
            found.append(Place(refusal=Refusal("unknown_place", problem, column, text)))
        else:
            found.append(Place(current, text))
    return found


def _no_unit(text: str, misspelt: str, current: str) -> str:
    """Why a text that names no region cannot be a unit of the region above it either."""
    if not text:
        return "no name of a region or a unit"
    if misspelt:
        return f"no such region. Did you mean '{misspelt}'?"
    if not current:
        return "no region above it that it could be a unit of"
    if current == COUNTRY:
        return "neither a region nor a unit of one: only the country stands above it"
    return ""


def _misspelt(text: str, regions: Regions) -> str:
    """The region that a text seems to mean: it begins as one, or is almost its name."""
    names = {plain(region.name): region.name for region in regions}
    cutoff = 0.0 if plain(text).startswith("region ") else NEAR_A_REGION
    near = difflib.get_close_matches(plain(text), names, n=1, cutoff=cutoff)
    return names[near[0]] if near else ""


@dataclass(frozen=True)
class Known:
    """A line in its place: what it and those above it set, and how far its figures lag."""

    line: Line | None = None
    given: dict[str, tuple[From, ...]] = field(default_factory=dict)
    lag_months: int = 0
    refusal: Refusal | None = None


def known_lines(
    texts: Iterable[str], column: str, lines: tuple[Line, ...], base: Known
) -> list[Known]:
    """The line that each row's label means.

    A label is looked for among the parts of the line above it first, then among the parts of
    that line's own parent, and so on to the lines of the table.
    """
    found: list[Known] = []
    path: list[Known] | None = []
    for text in texts:
        depth, line = _line(plain(text), path or [], lines)
        if line is None or (path is None and depth):
            refusal = Refusal("unknown_line", _no_line(text, path, lines), column, text)
            found.append(Known(refusal=refusal))
            path = path if _is_part(text) else None
            continue
        above = (path or [])[:depth]
        known = _below(above[-1] if above else base, line, column, text)
        path = [*above, known]
        found.append(known)
    return found


def _line(label: str, path: list[Known], lines: tuple[Line, ...]) -> tuple[int, Line | None]:
    """The line with a label and how deep it stands."""
    for depth in range(len(path), -1, -1):
        siblings = path[depth - 1].line.parts if depth else lines
        for line in siblings:
            if label in map(plain, line.text):
                return depth, line
    return 0, None


def _below(parent: Known, line: Line, column: str, text: str) -> Known:
    given = merged(parent.given, line)
    lag = parent.lag_months if line.lag_months is None else line.lag_months
    reason = line.leave_out or (parent.refusal.reason if parent.refusal else "")
    refusal = Refusal("left_out", reason, column, text) if reason else None
    return Known(line, given, lag, refusal)


def merged(given: dict[str, tuple[From, ...]], settings: Settings) -> dict[str, tuple[From, ...]]:
    """Settings with those that are nearer to the figure in their stead; remarks are all kept."""
    nearer = settings.given()
    notes = (*given.get("note", ()), *settings.note)
    return given | nearer | ({"note": notes} if notes else {})


def _is_part(text: str) -> bool:
    """Whether a label says of itself that it is a part of the line above it."""
    return text.lstrip().startswith(("-", "–", "—", "•")) or plain(text).startswith("varav")


def _no_line(text: str, path: list[Known] | None, lines: tuple[Line, ...]) -> str:
    if path is None and _is_part(text):
        return "a part of a line that the mapping does not know"
    known = [name for line in lines for name in line.text]
    known += [name for above in path or [] for part in above.line.parts for name in part.text]
    by_plain = {plain(name): name for name in known}
    near = difflib.get_close_matches(plain(text), by_plain, n=1)
    hint = f". Did you mean '{by_plain[near[0]]}'?" if near else ""
    return f"no line of the mapping{hint}"
