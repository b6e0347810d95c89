"""Production against plan and against last year.

`ack` (year to date) is the sum of the year's months so far; see DOMAIN notes in the catalogue.
"""

import math

import pandas as pd

from vardlaget.indicators.periods import year_before
from vardlaget.observations import BREAKDOWNS

LINE = ("indicator", "unit", *BREAKDOWNS)


def deviation_percent(actual: float, reference: float) -> float:
    """100 · (actual − reference) / |reference|; NaN where one is missing or the reference is 0."""
    if math.isnan(actual) or math.isnan(reference) or reference == 0:
        return float("nan")
    return 100 * (actual - reference) / abs(reference)


def against_plan(frame: pd.DataFrame, span: str, period: str) -> pd.DataFrame:
    """Each line's actual, budget and last year, with deviations in per cent.

    `frame`: observations of one region. Returns the columns of LINE, then actual, budget,
    last_year, budget_deviation, last_year_deviation; one row a line, in the order first seen.
    """
    now = frame[(frame["span"] == span) & (frame["period"] == period)]
    before = frame[(frame["span"] == span) & (frame["period"] == year_before(period))]
    columns = {
        "actual": now[now["scenario"] == "actual"],
        "budget": now[now["scenario"] == "budget"],
        "last_year": before[before["scenario"] == "actual"],
    }
    lines = columns["actual"][list(LINE)].drop_duplicates(ignore_index=True)
    for name, rows in columns.items():
        values = rows.drop_duplicates(list(LINE))[[*LINE, "value"]]
        lines = lines.merge(values.rename(columns={"value": name}), on=list(LINE), how="left")
    for name in ("budget", "last_year"):
        lines[f"{name}_deviation"] = [
            deviation_percent(actual, reference)
            for actual, reference in zip(lines["actual"], lines[name], strict=True)
        ]
    return lines
