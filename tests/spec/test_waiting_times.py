"""Waiting times by unit, as printed for January 2024 (source: see tests/README.md)."""

import math

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators import waiting_times
from vardlaget.periods import Month

INDICATORS = load_indicators()
FEBRUARY = Month(2024, 2)
REGION, COUNTRY = "23", "00"

# unit, within 0 days (count, per cent), within 3 days (count, per cent)
PRINTED = [
    ("Alla regioner", 231_960, 75, 281_130, 91),
    ("Region Jämtland Härjedalen", 743, 51, 996, 69),
    ("Fjällhälsan", 181, 56, 218, 67),
    ("Hälsocentralen Fjällvivan", 71, 28, 122, 48),
    ("Hälsocentralen Renen", 114, 63, 155, 86),
    ("Hälsocentralen Ripan", 205, 59, 253, 72),
    ("Hälsorum Offerdal", 82, 49, 110, 65),
    ("Nya Närvården", 78, 52, 122, 81),
    ("Närvård Frostviken", 12, 75, 16, 100),
]
WHOLE = {"Alla regioner": COUNTRY, "Region Jämtland Härjedalen": REGION}


def table(rows):
    """Observations from rows of dicts."""
    return observations.typed(pd.DataFrame(rows)).assign(scenario="actual")


def share(id_, unit, count, percent, period="2024-01"):
    return {
        "indicator": id_,
        "region": WHOLE.get(unit, REGION),
        "unit": "" if unit in WHOLE else unit,
        "span": "month",
        "period": period,
        "numerator": count,
        "value": percent,
    }


def january():
    rows = []
    for unit, n0, p0, n3, p3 in reversed(PRINTED):
        rows.append(share("medical_assessment_0d", unit, n0, p0))
        rows.append(share("medical_assessment_3d", unit, n3, p3))
    return table(rows)


@pytest.mark.parametrize(
    ("id_", "column", "total"),
    [("medical_assessment_0d", 1, 743), ("medical_assessment_3d", 3, 996)],
)
def test_by_unit_gives_country_region_and_units_by_name(id_, column, total):
    found = waiting_times.by_unit(january(), INDICATORS, id_, REGION, FEBRUARY)
    shown = list(
        zip(found["region"], found["unit"], found["numerator"], found["value"], strict=True)
    )
    assert shown == [
        (WHOLE.get(row[0], REGION), "" if row[0] in WHOLE else row[0], row[column], row[column + 1])
        for row in PRINTED
    ]
    assert waiting_times.unit_sum(found, REGION) == (total, total)


def test_by_unit_takes_one_month_for_all():
    newer = table(
        [share("medical_assessment_3d", "Region Jämtland Härjedalen", None, 70, "2024-02")]
    )
    frame = pd.concat([january(), newer], ignore_index=True)
    found = waiting_times.by_unit(frame, INDICATORS, "medical_assessment_3d", REGION, FEBRUARY)
    assert set(found["period"]) == {"2024-01"}
    assert found["value"].tolist()[1] == 69


@pytest.mark.parametrize("month", [Month(2023, 12), Month(2024, 4)])
def test_by_unit_has_no_rows_before_or_long_after_the_units_month(month):
    found = waiting_times.by_unit(january(), INDICATORS, "medical_assessment_3d", REGION, month)
    assert found.empty


def test_the_published_table_is_the_printed_one(published):
    found = waiting_times.by_unit(published, INDICATORS, "medical_assessment_3d", REGION, FEBRUARY)
    shown = found[["numerator", "value"]].itertuples(index=False, name=None)
    assert list(shown) == [(n3, p3) for *_, n3, p3 in PRINTED]


# The front page of February 2024: indicator, month, values. Telephone access stands there with
# 89 per cent and in the table with 86: both are kept.
HEADLINE = [
    ("phone_same_day", "2024-01", [86, 89]),
    ("medical_assessment_3d", "2024-02", [70]),
    ("first_visit_90d", "2024-02", [67]),
    ("treatment_90d", "2024-02", [48]),
]


def test_headline_gives_the_newest_figures_in_the_order_of_the_guarantee(published):
    found = waiting_times.headline(published, INDICATORS, REGION, FEBRUARY)
    shown = [
        (id_, rows["period"].iloc[0], sorted(rows["value"]))
        for id_, rows in found.groupby("indicator", sort=False)
    ]
    assert shown == HEADLINE
    assert set(found["region"]) == {REGION}
    assert set(found["unit"]) == {""}


def test_counted_turns_numerators_into_figures_of_their_own():
    shares = table(
        [
            share("medical_assessment_3d", "Nya Närvården", 122, 81),
            share("medical_assessment_3d", "Hälsorum Offerdal", None, 65),
        ]
    )
    found = waiting_times.counted(shares)
    assert found["indicator"].tolist() == ["medical_assessment_3d.numerator"]
    assert found["value"].tolist() == [122]
    assert found[["numerator", "denominator"]].isna().all(axis=None)
    assert found["indicator"].iloc[0] in INDICATORS


@pytest.mark.parametrize(("own", "other", "points"), [(86, 92, -6), (100, 92, 8), (92, 92, 0)])
def test_gap_is_in_percentage_points_above_the_other(own, other, points):
    assert waiting_times.gap(pd.Series({"value": own}), pd.Series({"value": other})) == points


# counts of the region and of its units; what unit_sum gives
UNIT_SUMS = [
    (996, [900, 96], (996, 996)),
    (996, [900, 90], (996, 990)),
    (996, [900, None], (996, math.nan)),  # a sum with a gap is no sum
    (996, [], (996, math.nan)),
    (None, [900], (math.nan, 900)),
]


@pytest.mark.parametrize(("region", "units", "sums"), UNIT_SUMS)
def test_unit_sum_sets_the_regions_own_count_beside_its_units(region, units, sums):
    rows = [share("medical_assessment_3d", "Region Jämtland Härjedalen", region, 69)]
    rows += [share("medical_assessment_3d", f"Enhet {n}", c, 50) for n, c in enumerate(units)]
    assert waiting_times.unit_sum(table(rows), REGION) == pytest.approx(sums, nan_ok=True)


def test_first_of_each_keeps_one_row_where_sources_contradict_each_other(published):
    found = waiting_times.headline(published, INDICATORS, REGION, FEBRUARY)
    assert waiting_times.first_of_each(found)["indicator"].is_unique
