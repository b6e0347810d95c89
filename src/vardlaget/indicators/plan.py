"""A plan's follow-up: outcomes by year, target levels, the distance and the pace that reach them.

Outcomes are observations with span `year` and scenario `actual`; target levels have scenario
`target`, economic frames scenario `budget` (a unit each, the whole region their printed sum).
"""

import math

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.indicators.production import deviation_percent
from vardlaget.observations import select, single

FRAME = "economic_frame"
# A level is reached, not yet, or was not reached by its year; without an outcome nobody knows.
STATUSES = ("reached", "ahead", "missed", "no_outcome")


def yearly(frame: pd.DataFrame, scenario: str, ids: list[str]) -> pd.DataFrame:
    """A whole region's figures of full years: a row an indicator, a column a year (as int)."""
    rows = single(select(frame, indicator=ids, unit="", span="year", scenario=scenario))
    rows = rows[rows["value"].notna()]
    table = rows.assign(year=rows["period"].astype(int))
    return table.pivot(index="indicator", columns="year", values="value").reindex(ids)


def reached(outcome: float, target: float, direction: str) -> bool:
    """Whether an outcome is as good as its target level, by the indicator's direction.

    Raises ValueError for an indicator of which neither more nor less is better.
    """
    if direction == "higher":
        return outcome >= target
    if direction == "lower":
        return outcome <= target
    raise ValueError(f"no target level can be judged of direction '{direction}'")


def progress(frame: pd.DataFrame, ids: list[str], indicators: Indicators) -> pd.DataFrame:
    """For each indicator and year with a target level: how far there is to go, and how fast.

    `frame`: observations of one region. Columns: indicator, target_year, target, outcome_year and
    outcome (the newest not after the target's year; NaN without), distance (target − outcome, in
    the indicator's unit), years (between them), pace (distance / years; NaN where the level is
    reached, its year has come, or there is no outcome), status (one of STATUSES).
    """
    outcomes, targets = yearly(frame, "actual", ids), yearly(frame, "target", ids)
    made = [
        _step(id_, int(year), target, outcomes.loc[id_].dropna(), indicators[id_].direction)
        for id_ in ids
        for year, target in targets.loc[id_].dropna().items()
    ]
    columns = ["indicator", "target_year", "target", "outcome_year", "outcome"]
    return pd.DataFrame(made, columns=[*columns, "distance", "years", "pace", "status"])


def _step(id_: str, year: int, target: float, outcomes: pd.Series, direction: str) -> tuple:
    known = outcomes[outcomes.index <= year]
    if known.empty:
        return id_, year, target, None, math.nan, math.nan, None, math.nan, "no_outcome"
    when, outcome = int(known.index[-1]), float(known.iloc[-1])
    distance, years = target - outcome, year - when
    if reached(outcome, target, direction):
        return id_, year, target, when, outcome, distance, years, math.nan, "reached"
    if years == 0:
        return id_, year, target, when, outcome, distance, years, math.nan, "missed"
    return id_, year, target, when, outcome, distance, years, distance / years, "ahead"


def frames(frame: pd.DataFrame) -> pd.DataFrame:
    """Economic frames in kronor: a row a unit, a column a year (as int)."""
    rows = single(select(frame, indicator=FRAME, unit=..., span="year", scenario="budget"))
    rows = rows[(rows["unit"] != "") & rows["value"].notna()]
    table = rows.assign(year=rows["period"].astype(int))
    return table.pivot(index="unit", columns="year", values="value")


def frame_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """The sum of the frames beside the printed one, and its change since the year before.

    A row a year with a printed sum: year, printed, computed, difference (printed − computed),
    change and change_percent of the printed sum (NaN for the first year). Kronor.
    """
    rows = single(select(frame, indicator=FRAME, unit="", span="year", scenario="budget"))
    printed = rows.assign(year=rows["period"].astype(int)).set_index("year")["value"].sort_index()
    found = pd.DataFrame({"printed": printed, "computed": frames(frame).sum(min_count=1)})
    found = found[found["printed"].notna()]
    found["difference"] = found["printed"] - found["computed"]
    before = pd.Series([found["printed"].get(year - 1, math.nan) for year in found.index])
    found["change"] = found["printed"].to_numpy() - before.to_numpy()
    percent = [deviation_percent(*both) for both in zip(found["printed"], before, strict=True)]
    return found.assign(change_percent=percent).rename_axis("year").reset_index()


def highest_allowed(reference: float, percent_above: float) -> float:
    """The highest value that a relative target allows: so many per cent above its reference."""
    return reference * (1 + percent_above / 100)


def lowest_reference(outcome: float, percent_above: float) -> float:
    """The lowest reference by which an outcome meets its relative target."""
    return outcome / (1 + percent_above / 100)
