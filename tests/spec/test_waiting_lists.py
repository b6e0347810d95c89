"""Those who wait by specialty and by days waited, and one region among all: tables in and out."""

import math

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators import comparison, waiting_lists

INDICATORS = load_indicators()
KEY = {"region": "23", "period": "2024-02", "basis": "waiting", "span": "month"}


def table(rows):
    frame = observations.typed(pd.DataFrame([KEY | {"status": "reported"} | row for row in rows]))
    return frame.assign(scenario="actual")


def test_the_number_over_90_days_is_what_the_share_within_them_leaves():
    frame = table(
        [
            {"indicator": "first_visit_90d", "specialty": "Urologi"}
            | {"numerator": 60, "denominator": 100, "value": 60},
            {"indicator": "first_visit_90d", "specialty": "Ortopedi"}
            | {"numerator": 70, "denominator": 200, "value": 35},
            {"indicator": "first_visit_over_90d_count", "specialty": "Ortopedi", "value": 131},
            {"indicator": "first_visit_90d", "specialty": "Ögon", "value": 50},
            {"indicator": "first_visit_over_90d_count", "specialty": "", "value": 500},
        ]
    )
    rows = waiting_lists.by_specialty(frame, "first_visit", "23", "2024-02")
    over = rows[rows["indicator"] == "first_visit_over_90d_count"]
    found = dict(zip(over["specialty"], over["value"], strict=True))
    # Orthopaedics keeps the source's own number; eyes have no counts to tell one from.
    assert found == {"Ortopedi": 131, "": 500, "Urologi": 40}
    assert waiting_lists.largest_first(rows, "first_visit") == ["Ortopedi", "Urologi", "Ögon"]


def test_intervals_come_in_the_order_of_days():
    shuffled = ["366_plus", "0_30", "121_180", "31_60", "181_365", "91_120", "61_90"]
    frame = table(
        [
            {"indicator": f"treatment_days_{interval}", "value": place}
            for place, interval in enumerate(shuffled)
        ]
    )
    rows = waiting_lists.intervals(frame, "treatment", "23", "2024-02")
    told = rows["indicator"].str.removeprefix("treatment_days_").tolist()
    assert told == list(waiting_lists.INTERVALS)


# values by region → ranks by region: equal values share a rank, the country has none
RANKS = [
    ("first_visit_90d", {"01": 70, "23": 60, "24": 80, "00": 69}, {"24": 1, "01": 2, "23": 3}),
    ("first_visit_90d", {"01": 70, "23": 70, "24": 60}, {"01": 1, "23": 1, "24": 3}),
    ("first_visit_median_wait", {"01": 70, "23": 60, "24": 80}, {"23": 1, "01": 2, "24": 3}),
    ("first_visit_90d", {"01": 70, "23": math.nan}, {"01": 1}),
]


@pytest.mark.parametrize(("id_", "given", "ranks"), RANKS)
def test_regions_are_ranked_with_the_best_first(id_, given, ranks):
    frame = table(
        [{"indicator": id_, "region": code, "value": value} for code, value in given.items()]
    )
    rows = comparison.of_month(frame, id_, "waiting", "2024-02")
    ranked = comparison.ranked(rows, INDICATORS[id_])
    assert dict(zip(ranked["region"], ranked["rank"], strict=True)) == ranks


def test_a_region_whose_sources_contradict_each_other_is_not_ranked():
    frame = table(
        [
            {"indicator": "first_visit_90d", "region": "23", "value": 67},
            {"indicator": "first_visit_90d", "region": "23", "value": 64, "source": "another"},
            {"indicator": "first_visit_90d", "region": "24", "value": 62},
        ]
    )
    rows = comparison.of_month(frame, "first_visit_90d", "waiting", "2024-02")
    assert rows["region"].tolist() == ["24"]
