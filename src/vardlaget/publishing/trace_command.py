"""What `vardlaget trace` prints."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from vardlaget.catalogue import load_indicators
from vardlaget.observations import BREAKDOWNS
from vardlaget.present.citations import COMPUTED
from vardlaget.project import Project
from vardlaget.publishing.trace import MOST_FIGURES, MOST_ROWS, Way, trace

_CELLS = ("indicator", "region", "unit", "span", "period", "scenario", "basis", *BREAKDOWNS)
_NUMBERS = ("numerator", "denominator", "value")


def text(project: Project, folder: Path, figure: str) -> str:
    """The ways of the figures meant. Raises InputError, see `trace`."""
    ways = trace(project, folder, figure)
    told = ["\n".join(_way(way)) for way in ways[:MOST_FIGURES]]
    if len(ways) > MOST_FIGURES:
        told.append(f"… and {len(ways) - MOST_FIGURES} more figures; narrow it with period=, unit=")
    return "\n\n".join(told) + "\n"


def _way(way: Way) -> Iterator[str]:
    figure, known = way.figure, load_indicators()
    id_ = figure["indicator"]
    yield " / ".join(way.texts)
    yield f"  figure: {_filled(figure, (*_CELLS, 'exclusions', 'breakdown'))}"
    if id_ in known:
        yield f"  is: {known[id_].name.sv}. {known[id_].definition}"
    for place in way.places:
        yield f"  stands in: {place}"
    computed = figure["source"].startswith(COMPUTED)
    yield f"  {'formula' if computed else 'source'}: {figure['source']}"
    yield f"  {_filled(figure, (*_NUMBERS, 'status'))}"
    if way.nearest:
        yield f"  observations of the indicator, whatever their {way.nearest}:"
    for row, origins in way.rows[:MOST_ROWS]:
        yield f"  observation: {_filled(row, (*_CELLS, *_NUMBERS, 'status'))}"
        yield f"    says: {row['source']}"
        for origin in origins:
            yield f"    from: {origin}"
        if not origins:
            yield "    from: no row of an input file holds it as it is"
    if len(way.rows) > MOST_ROWS:
        yield f"  … and {len(way.rows) - MOST_ROWS} more observations"
    if way.references:
        yield "  no observation has this indicator; it is computed from others and from:"
        yield from (f"    {reference}" for reference in way.references)


def _filled(row: dict, names: tuple[str, ...]) -> str:
    """`indicator=treatment_90d region=23`, without what is empty."""
    told = [(name, row.get(name)) for name in dict.fromkeys(names)]
    return " ".join(f"{name}={_plain(value)}" for name, value in told if _told(value))


def _told(value: object) -> bool:
    return value not in (None, "") and not (isinstance(value, float) and pd.isna(value))


def _plain(value: object) -> object:
    return f"{value:.10g}" if isinstance(value, float) else value
