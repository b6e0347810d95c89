"""All regions side by side: a country's rows in, ranks, spread and the country's value out."""

import math

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators import national
from vardlaget.indicators.national import Headline
from vardlaget.periods import Month

INDICATORS = load_indicators()
PHONE = Headline("phone_same_day", "completed")
# Without a series break between 2023 and 2024.
COMPARABLE = Headline("medical_assessment_3d", "completed")
OVER = Headline("treatment_over_150d", "waiting")
OCCUPANCY = Headline("bed_occupancy")
CODES = ["01", "03", "04", "05", "06"]


def figure(headline, region, value, period="2024-02", **more):
    return {
        "indicator": headline.indicator,
        "region": region,
        "span": "month",
        "period": period,
        "scenario": "actual",
        "basis": headline.basis,
        "value": value,
        "status": "reported" if value is not None else "missing",
        "source": "test",
    } | more


def counted(headline, region, over, under, period="2024-02"):
    return figure(headline, region, 100 * over / under, period, numerator=over, denominator=under)


def side_by_side(rows, headline=PHONE, period="2024-02", shown=float):
    frame = observations.typed(pd.DataFrame(rows))
    found = national.side_by_side(frame, headline, period, INDICATORS, CODES, shown)
    return found.set_index("region")


def ranks(rows, headline):
    found = side_by_side(rows, headline)["rank"].drop("00")
    return {code: None if math.isnan(rank) else int(rank) for code, rank in found.items()}


# values by region → rank by region
RANKS = [
    (PHONE, {"01": 90, "03": 80, "04": 70}, {"01": 1, "03": 2, "04": 3}),
    (OVER, {"01": 9, "03": 8, "04": 7}, {"01": 3, "03": 2, "04": 1}),
    (PHONE, {"01": 80, "03": 90, "04": 90, "05": 70}, {"03": 1, "04": 1, "01": 3, "05": 4}),
    (PHONE, {"01": 0, "03": 0, "04": 0}, {"01": 1, "03": 1, "04": 1}),
    (OCCUPANCY, {"01": 90, "03": 101, "04": 85}, {}),
    (PHONE, {"01": 90, "03": None, "04": 70}, {"01": 1, "04": 2}),
]


@pytest.mark.parametrize(("headline", "given", "wanted"), RANKS)
def test_the_best_is_first_and_equals_share_a_rank(headline, given, wanted):
    rows = [figure(headline, code, value) for code, value in given.items()]
    rows.append(figure(headline, "00", 99))
    assert ranks(rows, headline) == {code: wanted.get(code) for code in CODES}


def test_what_readers_see_as_equal_shares_a_rank():
    rows = [figure(PHONE, "01", 89.94), figure(PHONE, "03", 89.86), figure(PHONE, "04", 89.84)]
    found = side_by_side(rows, shown=lambda value: round(value, 1))
    assert found["rank"].drop("00").dropna().tolist() == [1, 1, 3]
    assert found.loc["01", "value"] == 89.94


def test_what_readers_see_as_no_change_is_no_better():
    rows = [figure(PHONE, code, 80 + more) for code, more in (("01", 0.02), ("03", 1), ("04", 0))]
    before = [figure(PHONE, code, 80, "2023-02") for code in ("01", "03", "04")]
    given = [{**row, "indicator": COMPARABLE.indicator} for row in rows + before]
    found = side_by_side(given, COMPARABLE).reset_index()
    entry = INDICATORS[COMPARABLE.indicator]
    assert national.moved(found, entry) == (2, 3)
    assert national.moved(found, entry, lambda value: round(value, 1)) == (1, 3)


def test_the_country_and_every_region_have_a_row_and_only_regions_a_rank():
    found = side_by_side([figure(PHONE, "03", 80), figure(PHONE, "00", 82)])
    assert found.index.tolist() == ["00", *CODES]
    assert math.isnan(found.loc["00", "rank"])
    assert found.loc["03", "rank"] == 1
    assert set(found.loc[["01", "04", "05", "06"], "status"]) == {"missing"}


def test_a_country_that_no_source_has_is_the_sum_of_the_regions_counts():
    rows = [counted(PHONE, "01", 90, 100), counted(PHONE, "03", 10, 20), counted(PHONE, "04", 0, 5)]
    country = side_by_side(rows).loc["00"]
    assert country[["numerator", "denominator", "value"]].tolist() == [100, 125, 80]
    assert country["note"] == "gäller 3 av 5 regioner"
    assert country["source"].startswith("Beräknat: summan av täljarna / summan av nämnarna")


@pytest.mark.parametrize("status", ["suppressed", "missing"])
def test_what_is_not_told_of_the_country_is_not_summed(status):
    rows = [counted(PHONE, code, 1, 2) for code in CODES]
    country = side_by_side([*rows, figure(PHONE, "00", None, status=status)]).loc["00"]
    assert math.isnan(country["value"])
    assert country["status"] == status


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([counted(PHONE, c, 1, 2) for c in CODES] + [figure(PHONE, "00", 77)], 77),
        ([counted(PHONE, "01", 1, 2), counted(PHONE, "03", 1, 2)], None),
        ([figure(PHONE, "01", 50), *(counted(PHONE, c, 1, 2) for c in CODES[1:])], None),
    ],
    ids=["a source's own stands", "too few regions", "a region without counts"],
)
def test_the_country_is_never_guessed(rows, value):
    found = side_by_side(rows).loc["00", "value"]
    assert found == value if value is not None else math.isnan(found)


def test_a_change_is_against_the_same_month_and_not_over_a_series_break():
    rows = [
        figure(PHONE, "01", 90, "2024-02"),
        figure(PHONE, "01", 85, "2023-02"),
        figure(PHONE, "01", 10, "2024-01"),
    ]
    broken = side_by_side(rows).loc["01"]
    assert (broken["before"], broken["change"], broken["comparable"]) == (85, 5, False)
    same_series = [
        row | {"period": row["period"].replace("2024", "2023").replace("2023-02", p)}
        for row, p in zip(rows[:2], ("2023-02", "2022-02"), strict=True)
    ]
    found = side_by_side(same_series, period="2023-02").loc["01"]
    assert (found["change"], found["comparable"]) == (5, True)


def test_sources_that_contradict_each_other_leave_a_region_without_value_or_rank():
    rows = [
        figure(PHONE, "01", 90),
        figure(PHONE, "01", 91, source="other"),
        figure(PHONE, "03", 1),
    ]
    found = side_by_side(rows).loc["01"]
    assert math.isnan(found["value"])
    assert math.isnan(found["rank"])


# months with how many regions → the month shown; telephone figures may be a month late
PERIODS = [
    ({"2024-02": 3, "2024-01": 5}, "2024-02"),
    ({"2024-02": 2, "2024-01": 5}, "2024-01"),
    ({"2023-12": 5}, "2023-12"),
    ({"2023-11": 5}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("months", "period"), PERIODS)
def test_the_newest_month_that_enough_regions_report_is_shown(months, period):
    rows = [figure(PHONE, c, 80, m) for m, count in months.items() for c in CODES[:count]]
    rows += [figure(PHONE, "00", 80, "2024-02")]
    frame = observations.typed(pd.DataFrame(rows))
    lag = INDICATORS["phone_same_day"].lag_months
    assert lag == 1
    assert national.newest_period(frame, PHONE, Month(2024, 2), lag) == period


def test_spread_names_the_ends_and_takes_the_median_of_regions_alone():
    rows = [figure(PHONE, c, v) for c, v in zip(CODES, (90, 80, 80, 95, None), strict=True)]
    spread = national.spread(side_by_side([*rows, figure(PHONE, "00", 1)]).reset_index())
    assert (spread.count, spread.median) == (4, 85)
    assert (spread.lowest["region"], spread.highest["region"]) == ("03", "05")
    assert national.spread(side_by_side(rows[:2]).reset_index()) is None


def test_who_does_not_report_is_named():
    phone = side_by_side([figure(PHONE, c, 80) for c in CODES[:4]]).reset_index()
    over = side_by_side([figure(OVER, c, 8) for c in CODES[1:4]], OVER).reset_index()
    told = national.reporting({PHONE.key: phone, OVER.key: over}, CODES).set_index("region")
    assert told["reported"].tolist() == [1, 2, 2, 2, 0]
    assert told.loc["01", "missing"] == ("treatment_over_150d.waiting",)
    assert told.loc["06", "missing"] == (PHONE.key, OVER.key)


def test_lower_is_better_where_the_catalogue_says_so():
    now = [figure(OVER, c, v) for c, v in (("01", 5), ("03", 9), ("04", 8))]
    before = [figure(OVER, c, 8, "2023-02") for c in ("01", "03", "04")]
    found = side_by_side([*now, *before], OVER).reset_index()
    assert national.moved(found, INDICATORS["treatment_over_150d"]) == (1, 3)
