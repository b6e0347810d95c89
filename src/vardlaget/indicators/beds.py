"""Available beds (disponibla vårdplatser): the change against the year before.

Definition: an inpatient place whose physical design, equipment and staffing secure patient
safety and work environment (Socialstyrelsen's term; SKR; Kolada N70845).
"""

import math
from typing import NamedTuple


class Change(NamedTuple):
    """Beds last year, the change in beds, and the change in per cent of last year's."""

    before: float
    beds: float
    percent: float


def change(now: float, beds: float) -> Change:
    """What follows from the mean now and the change in beds since last year.

    Per cent is NaN where there were no beds before.
    """
    before = now - beds
    return Change(before, beds, 100 * beds / before if before else math.nan)


def per_1000(beds: float, population: int) -> float:
    """Beds per 1,000 inhabitants. Raises ValueError where the population is not positive."""
    if population <= 0:
        raise ValueError("the population must be positive")
    return 1000 * beds / population
