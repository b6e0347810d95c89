"""State grants: what a region gets, could get and stands to lose under an agreement.

shares.py: keys and whole kronor · entitlements.py: amounts by part, month and measure ·
results.py: requirements met or not · outlook.py: earned, lost, open, scenarios, bonus pot.
"""

from vardlaget.indicators.grants.entitlements import entitlements, lines, monthly, per_measure
from vardlaget.indicators.grants.outlook import (
    at_stake,
    bonus,
    evaluated,
    scenarios,
)
from vardlaget.indicators.grants.results import Results, Verdict, patients_short, verdict
from vardlaget.indicators.grants.shares import (
    apportioned,
    key_share,
    key_shares,
    whole_amounts,
    whole_kronor,
)

__all__ = [
    "Results",
    "Verdict",
    "apportioned",
    "at_stake",
    "bonus",
    "entitlements",
    "evaluated",
    "key_share",
    "key_shares",
    "lines",
    "monthly",
    "patients_short",
    "per_measure",
    "scenarios",
    "verdict",
    "whole_amounts",
    "whole_kronor",
]
