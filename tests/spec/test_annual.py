"""The annual report's own functions give the figures that a region's annual report prints."""

import math
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.settings import load_settings
from vardlaget.indicators import annual
from vardlaget.indicators.annual import Measure
from vardlaget.observations import select
from vardlaget.present.annual_measures import SUBJECTS

ROOT = Path(__file__).parents[2]
INDICATORS = load_indicators()


@pytest.fixture(scope="module")
def year(published):
    """Every measure of the annual report of Västerbotten 2023, by level or change."""
    own = published[published["region"] == "24"]
    rows = select(own, unit="", care_type=..., basis=...)
    measures = [measure for subject in SUBJECTS.values() for measure in subject]
    return annual.against_year_before(rows, measures, INDICATORS, 2023)


@pytest.fixture(scope="module")
def root_settings():
    return load_settings(ROOT / "settings", "vasterbotten")


def one(year, measure_id, care_type=""):
    named = (year[["level", "change", "percent"]] == measure_id).any(axis=1)
    rows = year[named & (year["care_type"] == care_type)]
    assert len(rows) == 1
    return rows.iloc[0]


# Region Västerbotten, Hälso- och sjukvårdsnämnden, årsrapport 2023: value, before, change and
# change in per cent as the publication gives them; None where the source has none.
PRINTED = [
    ("net_cost_development", "", None, None, None, 19.7),
    ("revenue_change_pct", "", None, None, None, -2.6),
    ("gross_cost_development", "", None, None, None, 9.9),
    ("weighted_care_services_change_pct", "", None, None, None, -4.3),
    ("weighted_care_services_change_pct", "primary_care", None, None, None, -12.2),
    ("weighted_care_services_change_pct", "hospital", None, None, None, -1.8),
    ("care_episodes_change_pct", "", None, None, None, -5.9),
    ("bed_occupancy_change_pct", "", None, None, None, 5.7),
    ("mean_length_of_stay_change_pct", "", None, None, None, 0.4),
    ("production.doctor_visits_change_pct", "", None, None, None, 2.8),
    ("production.other_visits_change_pct", "", None, None, None, -13.2),
    ("dental_visits_change_pct", "", None, None, None, -6.2),
    ("available_beds", "", 523, 578, -55, -9.6),
    ("agency_cost", "", 306e6, 268e6, 38e6, None),
    ("out_of_county_care_cost", "", 355e6, 266e6, 89e6, 33.4),
    ("production.vaccinations", "primary_care", 65629, 200310, -134681, None),
    ("medicine_cost_change_pct", "", None, None, None, 5.0),
    ("travel_cost_change_pct", "", None, None, None, 18.4),
]


@pytest.mark.parametrize(("id_", "care_type", "value", "before", "change", "percent"), PRINTED)
def test_a_year_stands_beside_the_year_before(year, id_, care_type, value, before, change, percent):
    row = one(year, id_, care_type)
    wanted = {"value": value, "before": before, "difference": change, "printed_percent": percent}
    for column, number in wanted.items():
        assert row[column] == number if number is not None else math.isnan(row[column]), column


def test_the_third_year_is_told_where_a_source_has_it(year):
    assert one(year, "production.vaccinations", "primary_care")["earlier"] == 374_894


# The source's own figures give another change than the one it prints: both are told.
@pytest.mark.parametrize(
    ("id_", "printed", "computed"),
    [("available_beds", -9.6, -9.516), ("out_of_county_care_cost", 33.4, 33.459)],
)
def test_a_printed_change_that_the_figures_do_not_give_is_told(year, id_, printed, computed):
    row = one(year, id_)
    assert row["printed_percent"] == printed
    assert row["difference_percent"] == pytest.approx(computed, abs=0.001)
    assert row["before_from"] == "change"
    assert annual.differs(row)


def rows_of(*given, id_="available_beds"):
    """(span, period, value) as observations."""
    frame = pd.DataFrame(given, columns=["span", "period", "value"])
    return observations.typed(
        frame.assign(
            indicator=id_, region="24", scenario="actual", status="reported", source="test"
        )
    )


def months(year, value):
    return [("month", f"{year}-{number:02d}", value) for number in range(1, 13)]


# figures → made, value, before
YEARS = [
    ([("year", "2023", 523), *months(2023, 500), *months(2022, 400)], "year", 523, None),
    ([("year", "2023", 523), ("year", "2022", 578), *months(2023, 500)], "year", 523, 578),
    ([("ytd", "2023-12", 510), ("ytd", "2022-12", 520), *months(2023, 1)], "ytd", 510, 520),
    ([("r12", "2023-12", 510), ("r12", "2023-11", 9)], "r12", 510, None),
    ([*months(2023, 500), *months(2022, 400)], "months", 500, 400),
    ([*months(2023, 500), *months(2022, 400)[1:]], "months", 500, None),
]


@pytest.mark.parametrize(("given", "made", "value", "before"), YEARS)
def test_a_year_is_only_compared_with_one_that_was_made_alike(given, made, value, before):
    row = annual.full_year(rows_of(*given), INDICATORS, 2023).iloc[0]
    assert (row["made"], row["value"]) == (made, pytest.approx(value))
    assert row["before"] == pytest.approx(before) if before else math.isnan(row["before"])


@pytest.mark.parametrize(
    "given", [months(2023, 500)[:-1], [("ytd", "2023-11", 500)], [("year", "2022", 500)], []]
)
def test_a_part_of_a_year_is_no_year(given):
    assert annual.full_year(rows_of(*given), INDICATORS, 2023).empty


def test_contradicting_sources_give_no_year():
    rows = rows_of(("year", "2023", 523), ("year", "2023", 530), ("ytd", "2023-12", 510))
    found = annual.full_year(rows, INDICATORS, 2023)
    assert found["status"].tolist() == ["missing"]
    assert math.isnan(found["value"].iloc[0])


def test_costs_are_told_as_amounts_and_shares_have_no_change_in_per_cent():
    costs = rows_of(("year", "2023", -110), ("year", "2022", -100), id_="income.total_costs")
    shares = rows_of(("year", "2023", 90), ("year", "2022", 80), id_="phone_same_day")
    measures = [Measure("income.total_costs", cost=True), Measure("phone_same_day")]
    found = annual.against_year_before(pd.concat([costs, shares]), measures, INDICATORS, 2023)
    assert found["value"].tolist() == [110, 90]
    assert found["difference"].tolist() == [10, 10]
    assert found["difference_percent"].iloc[0] == pytest.approx(10)
    assert math.isnan(found["difference_percent"].iloc[1])


VERDICTS = [
    (["met", "met"], "met"),
    (["not_met", "not_met", "not_met"], "not_met"),
    (["met", "not_met"], "partly"),
    (["partly"], "partly"),
    (["met", "not_met", "unknown"], "partly"),
    (["met", "unknown"], "unknown"),
    (["not_met", "unknown"], "unknown"),
    (["unknown"], "unknown"),
    ([], "unknown"),
]


@pytest.mark.parametrize(("parts", "verdict"), VERDICTS)
def test_a_goal_is_judged_by_what_holds_whatever_is_unknown(parts, verdict):
    assert annual.overall(parts) == verdict
    assert annual.overall(reversed(parts)) == verdict


def test_a_regions_own_verdicts_have_a_year_and_a_source(root_settings):
    judged = [each for goal in root_settings.goals for part in goal.parts for each in part.judged]
    assert [(each.year, each.verdict) for each in judged] == [(2023, "not_met")] * 3
    assert all("årsrapport 2023-12" in each.source for each in judged)
