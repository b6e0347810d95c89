"""Production against plan: every printed deviation follows from its base figures.

Source of the table: see tests/README.md.
"""

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.indicators.production import against_plan, deviation_percent

PRINTED = Path(__file__).with_name("production_2023-02.csv")
# column of the deviation: (actual, reference)
DEVIATIONS = {
    "ytd_dev_budget_pct": ("ytd_actual", "ytd_budget"),
    "ytd_dev_last_year_pct": ("ytd_actual", "ytd_last_year"),
    "forecast_dev_budget_pct": ("year_forecast", "year_budget"),
}
# Printed as 0 where the source has no figure: no forecast for these lines, and no budget for the
# health centres. What is printed from them (−100,0 % and 0,0 %) says nothing about production.
MISSING = {"year_forecast", "ytd_budget", "year_budget"}
# Rounded twice in the source, first to two decimals: −14,545 → −14,55 → −14,6.
ROUNDED_TWICE = {
    ("Läkarbesök - Distans", "- Varav psykiatrisk vård.", "ytd_dev_budget_pct"),
    ("Läkarbesök - Distans", "- Varav somatisk vård.", "ytd_dev_last_year_pct"),
    ("Dagmedicin och Övrig dagsjukvård", "", "forecast_dev_budget_pct"),
    ("Operationer totalt", "", "forecast_dev_budget_pct"),
    ("Operationer totalt", "- Varav slutenvårdsoperationer", "ytd_dev_budget_pct"),
}


def rows():
    with PRINTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(row, column):
    text = row[column]
    absent = text == "" or (text == "0" and column in MISSING)
    return math.nan if absent else float(text)


def printed():
    for row in rows():
        for column, (actual, reference) in DEVIATIONS.items():
            if row[column]:
                yield pytest.param(
                    number(row, actual),
                    number(row, reference),
                    float(row[column]),
                    (row["line"], row["sub"], column) in ROUNDED_TWICE,
                    id=f"{row['group']}-{row['line']}-{row['sub']}-{column}",
                )


REPRODUCED = [p for p in printed() if not math.isnan(p.values[0] + p.values[1])]
OTHERS = [p for p in printed() if math.isnan(p.values[0] + p.values[1])]


def half_up(value, decimals):
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize(("actual", "reference", "deviation", "twice"), REPRODUCED)
def test_a_printed_deviation_follows_from_its_base_figures(actual, reference, deviation, twice):
    computed = deviation_percent(actual, reference)
    shown = half_up(computed, 1)
    assert (shown != Decimal(str(deviation))) == twice
    if twice:
        assert half_up(half_up(computed, 2), 1) == Decimal(str(deviation))


@pytest.mark.parametrize(("actual", "reference", "deviation", "twice"), OTHERS)
def test_no_deviation_where_the_source_has_no_figure(actual, reference, deviation, twice):
    assert not twice
    assert deviation in (-100.0, 0.0)
    assert math.isnan(deviation_percent(actual, reference))


def test_what_cannot_be_reproduced_is_printed_from_a_zero_that_means_missing():
    assert len(REPRODUCED) + len(OTHERS) == sum(bool(r[c]) for r in rows() for c in DEVIATIONS)
    without_forecast = [r for r in rows() if r["forecast_dev_budget_pct"] == "-100.0"]
    assert {r["year_forecast"] for r in without_forecast} == {"0"}
    without_budget = [r for r in rows() if r["group"] == "vardcentral"]
    assert {r["ytd_budget"] + r["year_budget"] for r in without_budget} == {"00"}


@pytest.mark.parametrize(
    ("actual", "reference", "percent"),
    [
        (110, 100, 10),
        (90, 100, -10),
        (0, 100, -100),
        (-90, -100, 10),  # a smaller deficit is above the plan
        (-110, -100, -10),
        (10, -100, 110),
    ],
)
def test_the_deviation_is_taken_of_the_size_of_the_reference(actual, reference, percent):
    assert deviation_percent(actual, reference) == percent


@pytest.mark.parametrize(
    ("actual", "reference"), [(1, 0), (0, 0), (math.nan, 1), (1, math.nan), (math.nan, 0)]
)
def test_no_deviation_from_nothing(actual, reference):
    assert math.isnan(deviation_percent(actual, reference))


# indicator, care type, period, scenario, value
PLAN_IN = [
    ("production.doctor_visits", "", "2023-02", "actual", 51927),
    ("production.doctor_visits", "", "2023-02", "budget", 50741),
    ("production.doctor_visits", "", "2022-02", "actual", 47009),
    ("production.doctor_visits", "psychiatric", "2023-02", "actual", 4510),
    ("production.doctor_visits", "psychiatric", "2023-02", "budget", 4493),
    ("production.vaccinations", "", "2023-02", "actual", 182),
    ("production.vaccinations", "", "2022-02", "actual", 315),
    ("production.care_days", "", "2022-02", "actual", 29794),  # nothing this year: no line
]
PLAN_OUT = [
    ("production.doctor_visits", "", 51927, 50741, 47009, 2.3, 10.5),
    ("production.doctor_visits", "psychiatric", 4510, 4493, None, 0.4, None),
    ("production.vaccinations", "", 182, None, 315, None, -42.2),
]


def test_against_plan_joins_budget_and_last_year_to_each_line():
    columns = ["indicator", "care_type", "period", "scenario", "value"]
    frame = observations.typed(pd.DataFrame(PLAN_IN, columns=columns).assign(span="ytd"))
    found = against_plan(frame, "ytd", "2023-02").round(1)
    deviations = ["budget_deviation", "last_year_deviation"]
    keys = ["indicator", "care_type", "actual", "budget", "last_year", *deviations]
    shown = found[keys].astype(object)
    shown = shown.where(shown.notna(), None)
    assert list(shown.itertuples(index=False, name=None)) == PLAN_OUT


def test_the_published_production_gives_the_printed_deviations(vastmanland):
    found = against_plan(vastmanland, "ytd", "2023-02")
    computed = {round(v, 1) for v in found["last_year_deviation"].dropna()}
    lines = [r for r in rows() if r["line"].startswith(("Läkarbesök", "Besök", "Operationer"))]
    assert {float(r["ytd_dev_last_year_pct"]) for r in lines} <= computed
