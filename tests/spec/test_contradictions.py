"""Contradictions: the printed documents' own, all of them and no others."""

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.indicators import consistency

# region: indicator, span, period, the two values, and whether the second is recomputed
FOUND = {
    "23": [("phone_same_day", "month", "2024-01", {89, 86}, False)],
    "19": [
        ("phone_same_day", "month", "2023-02", {88.3, 87.5}, False),
        ("agency_cost_share", "ytd", "2023-02", {7.6, 6.96}, True),  # of all staff costs
        ("agency_cost_share", "ytd", "2023-02", {7.6, 7.48}, True),  # of own staff's
        ("gross_cost_development", "ytd", "2023-02", {5.4, 6.03}, True),  # adjusted in print
        ("net_cost_development", "ytd", "2023-02", {8.4, 5.81}, True),  # two misbooked items
    ],
    "24": [("available_beds_change_pct", "year", "2023", {-9.6, -9.52}, True)],
    "01": [],
}


@pytest.mark.parametrize("region", FOUND)
def test_exactly_the_contradictions_of_the_documents_are_found(region, published):
    found = consistency.find(published, region)
    shown = [
        (r.indicator, r.span, r.period, {round(r.first, 2), round(r.second, 2)}, r.formula != "")
        for r in found.itertuples()
    ]
    assert shown == FOUND[region]


@pytest.mark.parametrize("region", ["19", "23", "24"])
def test_every_contradiction_names_its_sources(region, published):
    found = consistency.find(published, region)
    assert (found["first_source"] != "").all()
    assert ((found["second_source"] != "") & (found["region"] == region)).all()


# beds, change, printed per cent → is it a contradiction?
PRINTED_CHANGES = [
    (523, -55, -9.6, True),
    (523, -55, -9.5, False),
    (523, -55, -9.52, False),
    (578, 0, 0, False),
    (None, -55, -9.6, False),  # nothing to compute from
]


@pytest.mark.parametrize(("now", "change", "percent", "wrong"), PRINTED_CHANGES)
def test_a_printed_change_is_refuted_by_its_own_base_figures(now, change, percent, wrong):
    values = {
        "available_beds": now,
        "available_beds_change": change,
        "available_beds_change_pct": percent,
    }
    rows = [{"indicator": id_, "value": value} for id_, value in values.items()]
    frame = observations.typed(pd.DataFrame(rows)).assign(
        region="24", span="year", period="2023", scenario="actual"
    )
    assert len(consistency.find(frame, "24")) == wrong


def test_one_value_from_two_sources_is_no_contradiction():
    row = {"indicator": "sick_leave", "region": "19", "span": "ytd", "period": "2023-02"}
    frame = observations.typed(
        pd.DataFrame([row | {"value": 7.1, "source": s} for s in ("styrkort", "tabell")])
    ).assign(scenario="actual")
    assert consistency.find(frame, "19").empty
