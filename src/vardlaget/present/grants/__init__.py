"""State grants as a reader meets them: amounts, the calculation line by line, what is at stake.

account.py: a year's agreements and their figures · agreement.py: what the agreements say ·
calculation.py: amounts and how they are computed · all_regions.py: a part for all regions ·
performance.py: requirements and scenarios.
"""

from vardlaget.present.grants.agreement import (
    available,
    brief,
    caveats,
    deadlines,
    focus_areas,
    quotes,
    text,
)
from vardlaget.present.grants.all_regions import outcomes_table, regions_table, regions_text
from vardlaget.present.grants.calculation import calculation, chart, payment_table
from vardlaget.present.grants.performance import (
    measure_table,
    outlook_table,
    outlook_text,
    stake_table,
    stake_text,
)

__all__ = [
    "available",
    "brief",
    "calculation",
    "caveats",
    "chart",
    "deadlines",
    "focus_areas",
    "measure_table",
    "outcomes_table",
    "outlook_table",
    "outlook_text",
    "payment_table",
    "quotes",
    "regions_table",
    "regions_text",
    "stake_table",
    "stake_text",
    "text",
]
