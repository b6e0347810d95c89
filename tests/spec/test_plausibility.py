"""Plausibility: tables in, the warnings that must come and no others."""

import math

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.periods import Month
from vardlaget.sources import plausibility

INDICATORS = load_indicators()
SHARE = {"indicator": "medical_assessment_3d", "basis": "completed"}
COUNT = {"indicator": "first_visit_patients", "basis": "waiting"}


def table(*rows: dict, **common: object) -> pd.DataFrame:
    usual = {"region": "23", "span": "month", "period": "2024-01", "scenario": "actual"}
    usual |= {"status": "reported", "source": "data/raw/mars.csv, rad 3"}
    return observations.typed(pd.DataFrame([usual | common | row for row in rows]))


def months(first: str, values: list, **common: object) -> list[dict]:
    """One row a month from `first` on; None is a month told as missing, ... one without a row."""
    start, rows = Month.parse(first), []
    for place, value in enumerate(values):
        if value is not ...:
            status = "missing" if value is None else "reported"
            period = str(start.minus(-place))
            rows.append({**common, "period": period, "value": value, "status": status})
    return rows


def found(frame: pd.DataFrame, *but: str) -> list:
    return [f for f in plausibility.findings(frame, INDICATORS) if f.code not in but]


def codes(frame: pd.DataFrame, *but: str) -> list[str]:
    return [finding.code for finding in found(frame, "series_break", *but)]


def test_the_published_figures_have_their_two_contradictions_and_nothing_else(published):
    told = [(f.code, f.region, f.indicator, {f.found, f.expected}) for f in found(published)]
    assert told == [
        ("contradiction", "19", "phone_same_day", {88.3, 87.5}),
        ("contradiction", "23", "phone_same_day", {89.0, 86.0}),
    ]


# Region, its parts → codes. Real: assessments within 3 days, January 2024, health centres of
# Region Jämtland Härjedalen (218 122 155 253 110 122 16 of 996).
JH = [218, 122, 155, 253, 110, 122, 16]
SUMS = [
    (COUNT, 996, JH, []),
    (COUNT, 990, JH, ["units_differ"]),
    (COUNT, 995, JH, ["units_differ"]),  # whole patients are not rounded
    (COUNT, 1000, JH, ["units_short"]),
    (COUNT, 1000, [218, None], []),  # the rest may be in the unit without a figure
    (COUNT, 200, [218, None], ["units_differ"]),
    (COUNT, None, JH, []),
    ({"indicator": "available_beds"}, 57, [12.3, 22.4, 22.7], []),  # 57.4 rounded
    ({"indicator": "available_beds"}, 54, [12.3, 22.4, 22.7], ["units_differ"]),
    ({"indicator": "production.care_days"}, 90, [50, 50], []),  # counted in two ways
    ({"indicator": "first_visit_median_wait"}, 40, [30, 50], []),  # medians are not added
    ({"indicator": "overcrowding_per_100"}, 4, [3, 5], []),
    ({"indicator": "budget_deviation"}, -165.6e6, [-50.2e6, -4.2e6, 12e6], []),
]


@pytest.mark.parametrize(("kind", "whole", "parts", "expected"), SUMS)
def test_units_sum_to_their_region(kind, whole, parts, expected):
    units = [{"unit": f"Enhet {place}", "value": value} for place, value in enumerate(parts)]
    frame = table({"value": whole}, *units, **kind)
    assert codes(frame) == expected


@pytest.mark.parametrize("scenario", ["budget", "target"])
def test_units_of_a_plan_are_not_added(scenario):
    frame = table({"value": 10}, {"unit": "A", "value": 20}, **COUNT, scenario=scenario)
    assert codes(frame) == []


def test_both_figures_of_a_sum_are_shown():
    frame = table(
        {"numerator": 990, "denominator": 1440, "value": 68.75},
        {"unit": "Ripan", "numerator": 600, "denominator": 800, "value": 75},
        {"unit": "Renen", "numerator": 396, "denominator": 640, "value": 61.875},
        **SHARE,
    )
    [finding] = found(frame)
    shown = (finding.indicator, finding.region, finding.unit, finding.period, finding.basis)
    assert shown == ("medical_assessment_3d", "23", "", "2024-01", "completed")
    assert (finding.code, finding.found, finding.expected) == ("units_differ", 996, 990)
    assert finding.reason == (
        "medical_assessment_3d, region 23, 2024-01, completed: the numerators of 2 units sum to "
        "996, the whole has 990; parts cannot exceed the whole"
    )
    assert (finding.kind, finding.file, finding.row) == ("warning", "data/raw/mars.csv", 3)


@pytest.mark.parametrize(
    ("source", "file", "sheet", "row"),
    [
        ("data/raw/mars.csv, rad 3", "data/raw/mars.csv", "", 3),
        ("data/raw/a, b.xlsx, blad 'Enheter', rad 12", "data/raw/a, b.xlsx", "Enheter", 12),
        ("Region Västmanland, Månadsrapport februari 2023, sidan 4", "", "", None),
    ],
)
def test_the_file_is_named_where_the_source_names_one(source, file, sheet, row):
    [finding] = found(table({"value": -1}, indicator="available_beds", source=source))
    assert (finding.file, finding.sheet, finding.row) == (file, sheet, row)


SEXES = [(60, 40, []), (61, 40, ["sexes_differ"]), (50, 40, ["sexes_differ"]), (60, None, [])]


@pytest.mark.parametrize(("women", "men", "expected"), SEXES)
def test_women_and_men_are_all(women, men, expected):
    parts = {"sex": "women", "value": women}, {"sex": "men", "value": men}
    assert codes(table({"value": 100}, *parts, **COUNT)) == expected


def test_one_sex_alone_is_only_too_many_when_above_the_whole():
    assert codes(table({"value": 100}, {"sex": "women", "value": 60}, **COUNT)) == []
    assert codes(table({"value": 50}, {"sex": "women", "value": 60}, **COUNT)) == ["sexes_differ"]


def test_specialties_are_added_within_their_unit():
    ortopedi = {"unit": "Östersund", "specialty": "ortopedi", "value": 70}
    kirurgi = {"unit": "Östersund", "specialty": "kirurgi", "value": 40}
    [finding] = found(table({"unit": "Östersund", "value": 100}, ortopedi, kirurgi, **COUNT))
    shown = (finding.code, finding.unit, finding.found, finding.expected)
    assert shown == ("specialties_differ", "Östersund", 110, 100)


# Months from 2023-01 on (...: no row, None: told as missing) → what is told
GAPS = [
    ([1, 2, 3, 4], None),
    ([1, ..., 3, 4], "no row for 2023-02 between 2023-01 and 2023-04 (3 of 4 months)"),
    ([1, None, 3, 4], None),
    (
        [1, 2, ..., ..., 5],
        "no row for 2023-03, 2023-04 between 2023-01 and 2023-05 (3 of 5 months)",
    ),
    ([1, ..., ..., 4, ..., ..., 7], None),  # a quarterly series
    ([1] + [...] * 11 + [2], None),  # the same month last year
]


@pytest.mark.parametrize(("values", "reason"), GAPS)
def test_a_month_missing_inside_a_series_is_told(values, reason):
    told = found(table(*months("2023-01", values), **COUNT))
    assert [f.reason.split(": ")[1] for f in told if f.code == "month_missing"] == (
        [reason] if reason else []
    )


def test_a_missing_month_of_many_units_is_one_finding():
    rows = [row for unit in "ABCDE" for row in months("2023-01", [50, 50, ..., 50, 50], unit=unit)]
    [finding] = found(table(*rows, **COUNT))
    assert (finding.code, finding.period, finding.rows) == ("month_missing", "2023-03", 5)
    assert finding.reason.endswith("; one of 5 like it (A, B, C and 2 more)")


def test_units_new_or_gone():
    rows = [
        *months("2023-01", [10] * 14, unit="Ripan"),
        *months("2023-01", [10] * 10, unit="Renen"),
        *months("2024-01", [10] * 2, unit="Nya Närvården"),
        *months("2022-01", [10] * 3, unit="Fjällvivan"),  # closed long ago
        *months("2023-01", [10] * 12 + [None] * 2, unit="Offerdal"),  # told
    ]
    told = [(f.code, f.unit, f.period) for f in found(table(*rows, **COUNT))]
    assert told == [
        ("series_ended", "Renen", "2023-11"),
        ("unit_new", "Nya Närvården", "2024-01"),
    ]


def test_a_series_that_ends_within_its_indicators_lag_is_not_gone():
    rows = [*months("2023-06", [80] * 8), *months("2023-06", [80] * 7, unit="Ripan")]
    assert codes(table(*rows, indicator="phone_same_day", basis="completed")) == []
    assert codes(table(*rows, **SHARE)) == ["series_ended"]


def test_nothing_is_new_when_everything_is():
    rows = [*months("2024-01", [80] * 2), *months("2024-01", [80] * 2, unit="Ripan")]
    assert codes(table(*rows, **SHARE)) == []


# Region Jämtland Härjedalen, months from February 2016 to January 2017 (vantetider.se), then the
# newest month.
PHONE = [86, 81, 84, 82, 85, 85, 79, 84, 81, 83, 82, 86]
JUMPS = [(85, []), (79, []), (90, []), (55, ["jump"]), (0.85, ["jump"]), (100, ["jump"])]


@pytest.mark.parametrize(("newest", "expected"), JUMPS)
def test_a_jump_is_beyond_what_the_history_makes_plausible(newest, expected):
    frame = table(*months("2016-02", [*PHONE, newest]), indicator="phone_same_day")
    assert codes(frame) == expected


def test_a_jump_shows_what_was_expected():
    frame = table(*months("2016-02", [*PHONE, 55]), indicator="phone_same_day")
    [finding] = found(frame)
    assert (finding.found, round(finding.expected, 6), finding.period) == (55, 83, "2017-02")
    assert "55 %, where the months before give 83 % and usually change by" in finding.reason


@pytest.mark.parametrize(
    "values",
    [
        [*PHONE[:11], 55],  # too little history
        [*PHONE, 55, 84, 85, 83],  # an older oddity
        [*PHONE, None],
    ],
)
def test_what_cannot_or_should_not_be_judged_is_no_jump(values):
    assert codes(table(*months("2016-02", values), indicator="phone_same_day")) == []


def test_a_july_like_the_last_one_is_no_jump():
    year = [500, 510, 495, 505, 500, 490, 200, 400, 510, 500, 505, 480]
    frame = table(*months("2022-01", [*year, *year[:6], 210]), indicator="production.operations")
    assert codes(frame) == []
    frame = table(*months("2022-01", [*year, *year[:6], 40]), indicator="production.operations")
    assert codes(frame) == ["jump"]


def test_few_patients_make_no_jump():
    def series(base: int, newest: float) -> pd.DataFrame:
        rows = months("2023-01", [*[70, 73, 71, 72, 69, 70] * 2, newest], denominator=base)
        rows = [row | {"numerator": round(base * row["value"] / 100)} for row in rows]
        return table(*rows, unit="Frostviken", **SHARE)

    assert codes(series(10, 40)) == []
    assert codes(series(1000, 40)) == ["jump"]


def test_history_before_a_break_is_not_compared():
    values = [*[60] * 14, 85]
    before = table(*months("2020-01", values), indicator="medical_assessment_3d")
    assert codes(before) == []
    assert codes(table(*months("2022-01", values), indicator="medical_assessment_3d")) == ["jump"]


def years(values: list, **common: object) -> pd.DataFrame:
    rows = [
        {"period": str(2016 + place), "value": value, "status": "reported"}
        for place, value in enumerate(values)
        if value is not None
    ]
    return table(*rows, span="year", **common)


BUP = {"indicator": "cap_treatment_30d", "basis": "completed"}
# Kolada U79119, 2016–2025; the last four lines are made.
ZEROS = [
    (BUP, [0, 0, None, None, 93.3, 41.7, 51.7, 16.4, 11.1, 14.3], 29.05),  # Jämtland Härjedalen
    (BUP, [88.4, 75.9, 65, 84.6, 72.5, 20.9, 5.6, 0, None, 33.3], None),  # Sörmland: came down
    (BUP, [73.3, 51.9, 37, 24.8, 27.3, 5.7, 1.6, 23.5, 21.8, 12.3], None),  # Jönköping
    (BUP | {"unit": "Mottagningen"}, [50, 100, 33, 0, 67, 50], None),  # perhaps three patients
    (COUNT, [512, 0, 498, 530, 505], 508.5),
    (COUNT, [12, 0, 8, 13, 9], None),
    ({"indicator": "overcrowding_per_100"}, [2.1, 0, 1.2, 0.8, 1.1], None),
]


@pytest.mark.parametrize(("kind", "values", "usual"), ZEROS)
def test_a_zero_where_the_series_has_much_more_is_told_once(kind, values, usual):
    told = [f for f in found(years(values, **kind)) if f.code == "zero_after_hundreds"]
    assert [(f.found, f.expected) for f in told] == ([(0, pytest.approx(usual))] if usual else [])


def test_the_periods_of_the_zeros_are_named():
    [finding] = found(years([0, 0, None, None, 93.3, 41.7, 51.7, 16.4], **BUP), "series_break")
    assert finding.period == "2016"
    assert "0 % in 2016, 2017, where the series otherwise has 46.7 % (median)" in finding.reason


def test_a_zero_among_months_is_told_as_zero_and_not_as_a_jump_too():
    values = [*[500, 510, 490, 505] * 4, 0]
    assert codes(table(*months("2023-01", values), **COUNT)) == ["zero_after_hundreds"]


def test_no_denominator_where_there_are_hundreds():
    rows = months("2023-01", [70, 71, 69, 70], numerator=350, denominator=500)
    rows[2] |= {"numerator": 0, "denominator": 0, "value": None}
    frame = table(*rows, **SHARE)
    [finding] = [f for f in found(frame) if f.code == "zero_after_hundreds"]
    assert (finding.period, finding.expected) == ("2023-03", 500)


def test_a_share_of_zero_that_chance_may_give_is_not_told():
    def series(base: int) -> pd.DataFrame:
        rows = [{"numerator": base * v / 100, "denominator": base} for v in (50, 40, 0, 50, 60)]
        shares = months("2023-01", [50, 40, 0, 50, 60])
        return table(*(row | share for row, share in zip(rows, shares, strict=True)), **SHARE)

    assert "zero_after_hundreds" not in codes(series(10))
    assert "zero_after_hundreds" in codes(series(40))


def test_a_break_is_told_once_an_indicator_and_region():
    rows = [row for unit in ["", "A", "B"] for row in months("2020-12", [60] * 3, unit=unit)]
    breaks = [f for f in found(table(*rows, **SHARE)) if f.code == "series_break"]
    assert [(f.indicator, f.region, f.unit, f.period) for f in breaks] == [
        ("medical_assessment_3d", "23", "", "2021-01")
    ]
    assert "Ny uppföljningsmodell" in breaks[0].reason
    assert found(table(*months("2021-01", [60] * 3), **SHARE)) == []


def test_a_break_within_a_year_is_told_for_years():
    [finding] = found(years([None] * 8 + [60, 61], **SHARE))
    assert (finding.code, finding.period) == ("series_break", "2025-07")


def test_a_contradiction_shows_both_values_and_sources():
    rows = [{"value": 89, "source": "x.csv, rad 1"}, {"value": 86, "source": "y.csv, rad 9"}]
    [finding] = found(table(*rows, **SHARE))
    assert (finding.code, finding.found, finding.expected) == ("contradiction", 89, 86)
    assert "89 in «x.csv, rad 1», but 86 in «y.csv, rad 9»; which one is right?" in finding.reason


def test_the_same_value_twice_is_no_contradiction():
    rows = [{"value": 89}, {"value": 89, "status": "preliminary"}, {"status": "missing"}]
    assert codes(table(*rows, **SHARE)) == []
    assert codes(table({"value": 89}, {"value": 86, "exclusions": "none"}, **SHARE)) == []


# Figures of one key → whether they can be
LEVELS = [
    ({"available_beds": -1}, False),
    ({"available_beds_change": -55}, True),
    ({"worked_time.on_call_deduction": -11801}, True),
    ({"budget_deviation": -165.6e6}, True),
    ({"first_visit_median_wait": -3}, False),
    ({"bed_occupancy": 104}, True),
    ({"bed_occupancy": 201}, False),
    ({"bed_occupancy": 9}, False),
    ({"first_visit_median_wait": 61, "first_visit_p90_wait": 60}, False),
    ({"first_visit_median_wait": 60, "first_visit_p90_wait": 60}, True),
    ({"treatment_over_150d_count": 10, "treatment_over_90d_count": 9}, False),
    ({"treatment_over_90d_count": 10, "treatment_patients": 9}, False),
    ({"treatment_over_90d_count": 10, "first_visit_patients": 9}, True),
    ({"treatment_60d": 60, "treatment_90d": 48}, False),
    ({"treatment_60d": 48.3, "treatment_90d": 48}, True),  # rounded to whole per cent
    ({"medical_assessment_0d": 75, "medical_assessment_3d": 69}, False),
    ({"medical_assessment_0d": 51, "medical_assessment_3d": 69}, True),
    ({"available_beds": 110, "decided_beds": 100}, True),
    ({"available_beds": 111, "decided_beds": 100}, False),
    ({"first_visit_days_0_30": 10, "first_visit_days_31_60": 5, "first_visit_patients": 14}, False),
    ({"first_visit_days_0_30": 10, "first_visit_patients": 14}, True),
]


@pytest.mark.parametrize(("figures", "possible"), LEVELS)
def test_levels_that_cannot_be(figures, possible):
    frame = table(*({"indicator": id_, "value": value} for id_, value in figures.items()))
    assert codes(frame) == ([] if possible else ["implausible_level"])


def test_a_relation_shows_both_figures():
    rows = [
        {"indicator": "treatment_60d", "value": 60},
        {"indicator": "treatment_90d", "value": 48},
    ]
    [finding] = found(table(*rows, basis="waiting"))
    assert (finding.indicator, finding.found, finding.expected) == ("treatment_60d", 60, 48)
    assert finding.reason.endswith(
        "60 %, which is above treatment_90d for the same unit and period, 48 %"
    )


def test_a_numerator_above_its_denominator():
    [finding] = found(table({"numerator": 12, "denominator": 10, "value": 100}, **SHARE))
    assert (finding.code, finding.found, finding.expected) == ("implausible_level", 12, 10)


def test_figures_of_different_keys_are_not_compared():
    rows = [
        {"indicator": "treatment_60d", "value": 60},
        {"indicator": "treatment_90d", "value": 48},
    ]
    assert codes(table(rows[0] | {"unit": "A"}, rows[1] | {"unit": "B"})) == []
    assert codes(table(rows[0] | {"basis": "waiting"}, rows[1] | {"basis": "completed"})) == []


def test_the_same_fault_in_many_months_is_one_finding_with_the_newest():
    rows = [
        row
        for unit, value in {"": 100, "A": 80, "B": 40}.items()
        for row in months("2023-01", [value] * 10, unit=unit)
    ]
    [finding] = found(table(*rows, **COUNT))
    shown = (finding.code, finding.period, finding.rows, finding.found, finding.expected)
    assert shown == ("units_differ", "2023-10", 10, 120, 100)
    assert finding.reason.endswith("; one of 10 like it (2023-01 to 2023-10)")


def test_a_table_without_rows_has_no_findings():
    assert plausibility.findings(observations.empty(), INDICATORS) == []


def test_figures_that_are_all_well_leave_nothing_to_ask():
    rows = [
        row | {"numerator": 70 * n, "denominator": 100 * n}
        for unit, n in {"": 5, "A": 2, "B": 3}.items()
        for row in months("2023-01", [70] * 14, unit=unit)
    ]
    assert found(table(*rows, **SHARE)) == []
    assert all(math.isnan(f.found) for f in found(table(*months("2020-06", [70] * 14), **SHARE)))
