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
from vardlaget.catalogue import load_indicators
from vardlaget.indicators.production import BASES, against_plan, deviation_percent, uneven

INDICATORS = load_indicators()

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


# indicator, care type, span, period, scenario, value
VISITS, VACCINATIONS = "production.doctor_visits", "production.vaccinations"
PLAN_IN = [
    (VISITS, "", "ytd", "2023-02", "actual", 51927),
    (VISITS, "", "ytd", "2023-02", "budget", 50741),
    (VISITS, "", "ytd", "2022-02", "actual", 47009),
    (VISITS, "", "year", "2023", "forecast", 219345),
    (VISITS, "", "year", "2023", "budget", 298132),
    (VISITS, "", "year", "2022", "actual", 294580),
    (VISITS, "psychiatric", "ytd", "2023-02", "actual", 4510),
    (VISITS, "psychiatric", "ytd", "2023-02", "budget", 4493),
    (VISITS, "psychiatric", "year", "2023", "budget", 26521),
    (VACCINATIONS, "", "ytd", "2023-02", "actual", 182),
    (VACCINATIONS, "", "ytd", "2022-02", "actual", 315),
    (VACCINATIONS, "", "year", "2022", "actual", 3275),
    ("production.care_days", "", "ytd", "2022-02", "actual", 29794),  # nothing this year: no line
]
PLAN_COLUMNS = ["indicator", "care_type", "part", *BASES]
PLAN_OUT = [
    (VISITS, "", False, 51927, 50741, 47009, 219345, 298132, 294580),
    (VISITS, "psychiatric", True, 4510, 4493, None, None, 26521, None),
    (VACCINATIONS, "", False, 182, None, 315, None, None, 3275),
]
# for each: the difference, and per cent
PLAN_DEVIATIONS = ("budget", "last_year", "forecast")
DEVIATIONS_OUT = [
    (1186, 2.3, 4918, 10.5, -78787, -26.4),
    (17, 0.4, None, None, None, None),
    (None, None, -133, -42.2, None, None),
]


def observed(rows):
    columns = ["indicator", "care_type", "span", "period", "scenario", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    return observations.typed(frame.assign(region="19", status="reported"))


def tuples(frame):
    shown = frame.astype(object)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


def test_against_plan_joins_plan_and_last_year_to_each_line():
    found = against_plan(observed(PLAN_IN), "ytd", "2023-02")
    assert tuples(found[PLAN_COLUMNS]) == PLAN_OUT
    pairs = [(f"{name}_difference", f"{name}_deviation") for name in PLAN_DEVIATIONS]
    assert tuples(found[[c for pair in pairs for c in pair]].round(1)) == DEVIATIONS_OUT


def test_each_base_figure_tells_its_status():
    rows = observed(PLAN_IN)
    rows.loc[1, "status"] = "preliminary"
    found = against_plan(rows, "ytd", "2023-02").set_index(["indicator", "care_type"])
    assert found.loc[(VISITS, ""), "actual_status"] == "reported"
    assert found.loc[(VISITS, ""), "budget_status"] == "preliminary"
    assert found.loc[(VACCINATIONS, ""), ["budget_status", "forecast_status"]].tolist() == [
        "missing",
        "missing",
    ]


def test_base_figures_that_contradict_each_other_are_missing():
    rows = observed([*PLAN_IN, (VISITS, "", "year", "2023", "forecast", 220000)])
    line = against_plan(rows, "ytd", "2023-02").iloc[0]
    assert math.isnan(line["forecast"])
    assert math.isnan(line["forecast_difference"])
    assert line["forecast_status"] == "missing"


DRG = "production.drg_points"
# DRG points come a month later; the catalogue says so. What is older yet is not shown.
LAGGED = [
    (DRG, "", "ytd", "2023-01", "actual", 5993),
    (DRG, "", "ytd", "2022-01", "actual", 5659),
    (DRG, "", "ytd", "2022-02", "actual", 11000),
    (DRG, "outpatient", "ytd", "2023-01", "actual", 3228),
    (DRG, "inpatient", "ytd", "2022-11", "actual", 2853),
    (VISITS, "", "ytd", "2023-01", "actual", 26000),
    (VISITS, "", "ytd", "2023-02", "actual", 51927),
    (VACCINATIONS, "", "ytd", "2022-12", "actual", 3275),
]


def test_a_line_that_lags_is_held_against_the_same_months_last_year():
    found = against_plan(observed(LAGGED), "ytd", "2023-02", INDICATORS)
    columns = ["indicator", "care_type", "period", "lag_months", "actual", "last_year"]
    assert tuples(found[columns]) == [
        (VISITS, "", "2023-02", 0, 51927, None),
        (DRG, "", "2023-01", 1, 5993, 5659),
        (DRG, "outpatient", "2023-01", 1, 3228, None),
    ]


NEWEST_MISSING = [("2023-01", 26000), ("2023-02", None)]


def test_a_missing_figure_gives_way_to_the_month_before():
    rows = observed([(VISITS, "", "ytd", p, "actual", v) for p, v in NEWEST_MISSING])
    rows.loc[rows["value"].isna(), "status"] = "missing"
    found = against_plan(rows, "ytd", "2023-02", INDICATORS)
    assert tuples(found[["period", "lag_months", "actual"]]) == [("2023-01", 1, 26000)]
    exact = against_plan(rows, "ytd", "2023-02")
    assert tuples(exact[["period", "actual", "actual_status"]]) == [("2023-02", None, "missing")]


def test_without_a_line_there_is_a_table_without_rows():
    found = against_plan(observations.empty(), "ytd", "2023-02", INDICATORS)
    assert found.empty
    assert {"budget_deviation", "forecast_difference", "part", "lag_months"} <= set(found.columns)


# line of the printed table: indicator, contact form, kind of care of the line itself
LINES = {
    "Läkarbesök": (VISITS, "on_site", ""),
    "Läkarbesök - Distans": (VISITS, "remote", ""),
    "Besök, övriga yrkesgrupper": ("production.other_visits", "on_site", ""),
    "Besök, övriga yrkesgrupper - Distans": ("production.other_visits", "remote", ""),
    "Dagmedicin och Övrig dagsjukvård": ("production.day_care", "", ""),
    "Vaccinationer": (VACCINATIONS, "", ""),
    "Vårdtillfällen - somatik (utskrivna)": ("production.care_episodes", "", "somatic"),
    "Vårddagar - somatik exkl perm (utskrivna)": ("production.care_days", "", "somatic"),
    "Vårddagar - psykiatri exkl perm (belagda)": ("production.care_days", "", "psychiatric"),
    "Beläggning 06:00": ("bed_occupancy", "", ""),
    "Operationer totalt": ("production.operations", "", ""),
    "Knivtid": ("production.operating_time", "", ""),
    "DRG-poäng totalt  (1 mån släp)": (DRG, "", ""),
}
SUBS = {
    "somatisk vård": "somatic",
    "psykiatrisk vård": "psychiatric",
    "övrig primärvård": "primary_care",
    "slutenvårdsoperationer": "inpatient",
    "dagkirurgi": "day_surgery",
    "klinikegna operationer": "clinic",
    "DRG-poäng öppenvård (1 mån släp)": "outpatient",
    "DRG-poäng slutenvård (1 mån släp)": "inpatient",
}
PROVIDERS = {"egen": "own", "vardcentral": "health_centres"}
PRINTED_DEVIATIONS = {
    "ytd_dev_budget_pct": "budget_deviation",
    "ytd_dev_last_year_pct": "last_year_deviation",
    "forecast_dev_budget_pct": "forecast_deviation",
}


def test_the_published_production_gives_every_printed_deviation(vastmanland):
    found = against_plan(vastmanland, "ytd", "2023-02", INDICATORS)
    found = found[found["unit"] == ""].set_index(
        ["indicator", "contact_form", "care_type", "provider"]
    )
    assert len(rows()) == 35
    for row in rows():
        indicator, form, kind = LINES[row["line"]]
        sub = row["sub"].removeprefix("- Varav ").rstrip(".")
        provider = "" if indicator == "bed_occupancy" else PROVIDERS[row["group"]]
        line = found.loc[(indicator, form, SUBS.get(sub, kind), provider)]
        assert line["part"] == bool(sub)
        assert line["lag_months"] == (1 if indicator == DRG else 0)
        for column, name in PRINTED_DEVIATIONS.items():
            actual, reference = (number(row, base) for base in DEVIATIONS[column])
            if math.isnan(actual + reference):
                assert math.isnan(line[name])
            else:
                twice = (row["line"], row["sub"], column) in ROUNDED_TWICE
                shown = half_up(half_up(line[name], 2), 1) if twice else half_up(line[name], 1)
                assert shown == Decimal(row[column])


def test_which_forecasts_are_of_fewer_parts_than_the_budget(vastmanland):
    """Of doctors' and others' visits only somatic care has a forecast, all kinds a budget."""
    found = against_plan(vastmanland, "ytd", "2023-02", INDICATORS)
    own = found[found["provider"] == "own"]
    lines = own.loc[uneven(own, "forecast", "year_budget"), ["indicator", "contact_form"]]
    assert tuples(lines) == [
        ("production.doctor_visits", "on_site"),
        ("production.doctor_visits", "remote"),
        ("production.other_visits", "on_site"),
        ("production.other_visits", "remote"),
    ]
    assert not any(uneven(own, "actual", "budget"))
