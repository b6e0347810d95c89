"""Capacity utilisation: occupancy of available beds against a target interval.

Occupancy = care days / (available beds · days), in per cent; above 100 is possible and right
(Kolada N72826; regions' monthly reports count occupied beds at 06:00).
"""

import math

from vardlaget.catalogue import Target

STATES = {"below": "under målintervallet", "within": "inom målet", "above": "över målintervallet"}


def occupancy(care_days: float, available_beds: float, days: int) -> float:
    """Occupancy in per cent of beds that were available on average over `days` days.

    NaN where there are no beds: 0/0 is not 0 per cent. Raises ValueError for negative input.
    """
    if min(care_days, available_beds, days) < 0:
        raise ValueError("care days, beds and days cannot be negative")
    bed_days = available_beds * days
    return 100 * care_days / bed_days if bed_days else math.nan


def state(value: float, target: Target) -> str | None:
    """`below`, `within` or `above` the target's interval; None where it has no bounds."""
    return target.status(value)
