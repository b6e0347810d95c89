"""Production and the income statement against plan and against last year.

One table for every statement of the shape that regions' monthly reports use: the year so far
(ack) against budget and last year, the full year's forecast against its budget, and the outcome
of last year. A deviation is told in the line's own unit (kronor in an income statement) and in
per cent.
"""

import math

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.indicators.periods import MONTHS_BACK, year_before
from vardlaget.observations import BREAKDOWNS, single
from vardlaget.periods import Month

LINE = ("indicator", "unit", *BREAKDOWNS)
# Base figures: scenario, whether of the full year, and whether of the year before.
BASES = {
    "actual": ("actual", False, False),
    "budget": ("budget", False, False),
    "last_year": ("actual", False, True),
    "forecast": ("forecast", True, False),
    "year_budget": ("budget", True, False),
    "last_full_year": ("actual", True, True),
}
DEVIATIONS = {
    "budget": ("actual", "budget"),
    "last_year": ("actual", "last_year"),
    "forecast": ("forecast", "year_budget"),
}
# How the name of an account begins that is a part of the account before it.
PART = "varav "


def deviation_percent(actual: float, reference: float) -> float:
    """100 · (actual − reference) / |reference|; NaN where one is missing or the reference is 0."""
    if math.isnan(actual) or math.isnan(reference) or reference == 0:
        return float("nan")
    return 100 * (actual - reference) / abs(reference)


def against_plan(
    frame: pd.DataFrame, span: str, period: str, indicators: Indicators | None = None
) -> pd.DataFrame:
    """Each line's figures against plan and last year; one row a line that has an actual row.

    `frame`: observations of one region, with year-to-date rows for span `ytd` (months become
    such in `rolling.year_to_date`). Returns the columns of LINE; `period` of the line and
    `lag_months`, how far it lies before `period`; `part`, whether the line is a part ("varav") of
    another; the BASES with `…_status` each; and for each of DEVIATIONS `…_difference`, in the
    line's unit, and `…_deviation`, in per cent of the size of what it is held against. What has
    no row, or rows that contradict each other, is missing: NaN, never 0 or −100 per cent.

    Without `indicators` the lines are those of `period`, in the order first seen. With it, each
    line is of its newest period that is at most its lag and MONTHS_BACK months old, and the lines
    come in the order of the catalogue, by provider, a line before its parts.
    """
    rows = single(frame[frame["span"].isin([span, "year"])])
    lines = _lines(rows, span, period, indicators)
    known = {
        (*line, *when): (value, status)
        for *line, when, value, status in zip(
            *(rows[column] for column in LINE),
            zip(rows["span"], rows["period"], rows["scenario"], strict=True),
            rows["value"],
            rows["status"],
            strict=True,
        )
    }
    found = [_figures(line, span, known) for line in lines.to_dict("records")]
    columns = [*BASES, *(f"{name}_status" for name in BASES)]
    columns += [f"{name}_{kind}" for name in DEVIATIONS for kind in ("difference", "deviation")]
    return lines.join(pd.DataFrame(found, index=lines.index, columns=columns))


def uneven(lines: pd.DataFrame, value: str, reference: str) -> list[bool]:
    """Which lines of `against_plan` have some of their parts in `value`, and more in `reference`.

    Their deviation holds a sum of some parts against a sum of more.
    """
    there: dict[tuple, list[tuple[bool, bool]]] = {}
    known = zip(lines[value].notna(), lines[reference].notna(), strict=True)
    for key, has in zip(_keys(lines), known, strict=True):
        for whole in _wholes(key):
            there.setdefault(whole, []).append(has)
    return [
        any(first for first, _ in parts) and any(not first and other for first, other in parts)
        for parts in (there.get(key, []) for key in _keys(lines))
    ]


def _keys(lines: pd.DataFrame) -> list[tuple]:
    return list(lines[list(LINE)].itertuples(index=False, name=None))


def _wholes(key: tuple) -> list[tuple]:
    """The lines that a line with such a key is a part of: without one of its breakdowns."""
    places = [place for place in range(2, len(LINE)) if key[place]]
    return [(*key[:place], "", *key[place + 1 :]) for place in places]


def _lines(
    rows: pd.DataFrame, span: str, period: str, indicators: Indicators | None
) -> pd.DataFrame:
    actual = rows[(rows["span"] == span) & (rows["scenario"] == "actual")]
    lags = pd.Series([_months_between(p, period) for p in actual["period"]], actual.index)
    if indicators is None or span == "year":
        near = lags == 0
    else:
        oldest = actual["indicator"].map(lambda id_: indicators[id_].lag_months + MONTHS_BACK)
        near = lags.between(0, oldest)
    lines = actual.assign(lag_months=lags, absent=actual["value"].isna())[near]
    first = lines.drop_duplicates(list(LINE))[list(LINE)].reset_index(drop=True)
    newest = lines.sort_values(["absent", "lag_months"], kind="stable").drop_duplicates(list(LINE))
    lines = first.merge(newest[[*LINE, "period", "lag_months"]], on=list(LINE), how="left")
    if indicators is not None:
        order = {entry.id: place for place, entry in enumerate(indicators)}
        places = lines.assign(indicator=lines["indicator"].map(order))
        lines = lines.loc[places.sort_values(["indicator", "unit", "provider", *LINE[2:-1]]).index]
    return lines.assign(part=_parts(lines, indicators)).reset_index(drop=True)


def _parts(lines: pd.DataFrame, indicators: Indicators | None) -> list[bool]:
    """Whether a line has one breakdown more than another line, or is named as a part."""
    keys = _keys(lines)
    every = set(keys)

    def is_part(key: tuple) -> bool:
        if indicators is not None and indicators[key[0]].name.sv.casefold().startswith(PART):
            return True
        return any(whole in every for whole in _wholes(key))

    return [is_part(key) for key in keys]


def _figures(line: dict, span: str, known: dict) -> dict:
    key = tuple(line[column] for column in LINE)
    found = {}
    for name, (scenario, full_year, before) in BASES.items():
        period = line["period"][:4] if full_year else line["period"]
        period = year_before(period) if before else period
        when = ("year" if full_year else span, period, scenario)
        found[name], found[f"{name}_status"] = known.get((*key, *when), (math.nan, "missing"))
    for name, (actual, reference) in DEVIATIONS.items():
        found[f"{name}_difference"] = found[actual] - found[reference]
        found[f"{name}_deviation"] = deviation_percent(found[actual], found[reference])
    return found


def _months_between(earlier: str, later: str) -> int:
    """How many months, or for years 12 times how many years, the one lies before the other."""
    first, last = (Month.parse(f"{period[:4]}-{period[5:] or 12}") for period in (earlier, later))
    return (last.year - first.year) * 12 + last.number - first.number
