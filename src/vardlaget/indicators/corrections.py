"""Corrections: wrongly booked amounts put right, and all that follows from them.

A correction is an observation of the account that it concerns with a scenario of its own
(`correction.…`): `value` is what is to be added to the booked amount, in kronor; `note` says why
and `source` when and by whom.
"""

import pandas as pd

from vardlaget.accounts import CORRECTION, PARTS, SUMS
from vardlaget.indicators.economy import Statement
from vardlaget.indicators.production import DEVIATIONS, deviation_percent
from vardlaget.observations import select


def corrections_of(frame: pd.DataFrame, told: Statement) -> pd.DataFrame:
    """The corrections of a statement's period, in the order of its lines.

    `frame`: observations of one region.
    """
    rows = select(frame, unit="", span=told.span, period=told.period, scenario=...)
    rows = rows[rows["scenario"].str.startswith(CORRECTION) & rows["value"].notna()]
    order = {id_: place for place, id_ in enumerate(told.lines["indicator"])}
    rows = rows[rows["indicator"].isin(order)]
    places = rows.assign(place=rows["indicator"].map(order))
    return rows.loc[places.sort_values(["place", "source", "note"], kind="stable").index]


def corrected(told: Statement, corrections: pd.DataFrame) -> Statement:
    """The statement with what is to be added to its booked amounts, and every sum after them.

    `corrections` has indicator (an account of the statement) and value. A part's correction also
    moves the line that holds it; a line's moves its sum and the result. Deviations follow from
    the new amounts; plans and last year stay.
    """
    added: dict[str, float] = {}
    for account, value in zip(corrections["indicator"], corrections["value"], strict=True):
        for moved in (account, *_above(account)):
            added[moved] = added.get(moved, 0.0) + float(value)
    lines = told.lines.copy()
    lines["actual"] += lines["indicator"].map(added).fillna(0.0)
    for name, (actual, reference) in DEVIATIONS.items():
        pairs = zip(lines[actual], lines[reference], strict=True)
        lines[f"{name}_difference"] = lines[actual] - lines[reference]
        lines[f"{name}_deviation"] = [deviation_percent(*pair) for pair in pairs]
    return Statement(lines, told.span, told.period)


def _above(account: str) -> tuple[str, ...]:
    """The lines that hold an account's amount, from the nearest to the result."""
    holding = {part: total for total, parts in SUMS.items() for part in parts}
    line = (PARTS | holding).get(account)
    return () if line is None else (line, *_above(line))
