"""What is new since last month: which figures count, and when a target has been crossed."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import Target
from vardlaget.periods import Month
from vardlaget.present.whats_new import coming_and_going, crossed, monthly

MARCH = Month(2024, 3)
LAGS = {"phone_same_day": 1, "treatment_90d": 0}
# row, and whether it is one of March's whole-region figures
ROWS = [
    ({"indicator": "treatment_90d", "basis": "waiting", "period": "2024-03"}, True),
    ({"indicator": "treatment_90d", "basis": "completed", "period": "2024-03"}, True),
    ({"indicator": "treatment_90d", "basis": "waiting", "period": "2024-02"}, False),
    ({"indicator": "phone_same_day", "period": "2024-02"}, True),
    ({"indicator": "phone_same_day", "period": "2024-03"}, False),
    ({"indicator": "treatment_90d", "period": "2024-03", "unit": "A"}, False),
    ({"indicator": "treatment_90d", "period": "2024-03", "sex": "men"}, False),
    ({"indicator": "treatment_90d", "period": "2024-03", "scenario": "budget"}, False),
    ({"indicator": "treatment_90d", "period": "2024-03", "span": "ytd"}, False),
]


@pytest.mark.parametrize(("row", "counted"), ROWS)
def test_a_months_figures_are_whole_and_as_late_as_their_indicator(row, counted):
    usual = {"region": "23", "span": "month", "scenario": "actual", "value": 50.0}
    frame = observations.typed(pd.DataFrame([usual | {"status": "reported"} | row]))
    assert len(monthly(frame, MARCH, LAGS)) == counted


def target(lower: float | None = None, upper: float | None = None) -> Target:
    bounds = {"lower": lower, "upper": upper}
    return Target(indicator="x", region="23", valid_from=date(2024, 1, 1), source="Test", **bounds)


CROSSED = [
    (89.0, 91.0, target(lower=90), "met"),
    (91.0, 89.0, target(lower=90), "missed"),
    (85.0, 89.0, target(lower=90), ""),
    (91.0, 92.0, target(lower=90), ""),
    (92.0, 88.0, target(lower=85, upper=90), "met"),
    (84.0, 92.0, target(lower=85, upper=90), ""),
    (88.0, 92.0, target(lower=85, upper=90), "missed"),
    (1.0, 2.0, None, ""),
    (1.0, 2.0, target(), ""),
]


@pytest.mark.parametrize(("before", "now", "goal", "kind"), CROSSED)
def test_a_target_is_crossed_from_one_side_to_the_other(before, now, goal, kind):
    assert crossed(before, now, goal) == kind


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"value": 5.0}, {"value": 6.0}, []),
        ({"value": 5.0}, {"status": "missing"}, ["Uppgifter som saknas nu: Besök"]),
        ({"value": 5.0}, {"status": "suppressed"}, ["Uppgifter som är skyddade nu: Besök"]),
        ({"status": "suppressed"}, {"status": "suppressed"}, []),
        (
            {"status": "suppressed"},
            {"value": 5.0},
            ["Uppgifter som inte längre är skyddade: Besök"],
        ),
        ({"status": "suppressed"}, {"status": "missing"}, ["Uppgifter som saknas nu: Besök"]),
        ({"status": "missing"}, {"status": "suppressed"}, ["Uppgifter som har kommit till: Besök"]),
    ],
)
def test_what_is_hidden_is_not_called_missing(before, now, told):
    usual = {"region": "23", "span": "month", "scenario": "actual", "indicator": "treatment_90d"}
    months = (Month(2024, 2), before), (MARCH, now)
    rows = [usual | {"period": str(month), "status": "reported"} | row for month, row in months]
    frame = observations.typed(pd.DataFrame(rows))
    report = SimpleNamespace(name=lambda id_: "Besök")
    found = [monthly(frame, month, LAGS) for month, _ in months]
    assert coming_and_going(report, *found[::-1]) == told
