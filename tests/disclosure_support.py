"""Small tables of observations, and the policy in force."""

from pathlib import Path

import pandas as pd

from vardlaget.catalogue import load_indicators
from vardlaget.disclosure import load_policy, protect
from vardlaget.observations import typed

INDICATORS = load_indicators()
FILE = Path(__file__).parents[1] / "data" / "reference" / "disclosure.yml"
POLICY = load_policy(FILE, INDICATORS)
COUNT, SHARE = "referrals_received", "phone_same_day"
PATIENTS = ("first_visit_patients", "first_visit_days_0_30")


def table(*rows, **common):
    """Observations of one region and month; a share is (numerator, denominator)."""
    usual = {"region": "23", "span": "month", "period": "2024-02", "scenario": "actual"}
    found = []
    for row in rows:
        value = row.get("value")
        if isinstance(value, tuple):
            above, below = value
            row = row | {"numerator": above, "denominator": below, "value": 100 * above / below}
        found.append(usual | {"status": "reported", "source": "fil.csv"} | common | row)
    return typed(pd.DataFrame(found))


def units(**values):
    return [{"unit": "" if name == "whole" else name, "value": n} for name, n in values.items()]


def kept(frame, policy=POLICY):
    """Which rows are shown, in the table's order."""
    return (protect(frame, policy, INDICATORS)["status"] != "suppressed").tolist()
