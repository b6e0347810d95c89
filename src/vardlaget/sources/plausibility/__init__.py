"""Whether the figures of the one table can be true: warnings that ask and do not stop.

Every rule is a function of the table with one row a key (`keyed.one_each`) and the indicators, and
gives findings; `gathered` keeps their number low, so that they are read.
"""

import pandas as pd

from vardlaget.catalogue.indicators import Indicators
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility import jumps, keyed, levels, months, sums, zeros

# In the order in which their findings are told.
RULES = (
    levels.implausible_level,
    sums.units_differ,
    sums.specialties_differ,
    sums.sexes_differ,
    zeros.zero_after_hundreds,
    jumps.jump,
    months.month_missing,
    months.series_ended,
    months.unit_new,
    months.series_break,
)


def findings(frame: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """What the figures themselves give reason to ask about; every kind is `warning`.

    `frame`: the one table, with the whole history (jumps, gaps and zeros are seen against it).
    Only outcomes (scenario `actual`) are judged; contradictions are told of every scenario.
    """
    rows = keyed.keyed(frame, indicators)
    if rows.empty:
        return []
    figures = keyed.one_each(rows)
    outcomes = figures[figures["scenario"] == "actual"]
    found = levels.contradiction(rows)
    for rule in RULES:
        found += rule(outcomes, indicators)
    return found
