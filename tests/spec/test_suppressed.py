"""Figures that are not shown: observations with `suppressed` rows in, `suppressed` rows out."""

import pandas as pd
import pytest

from vardlaget.catalogue import load_indicators
from vardlaget.indicators import national, rolling, waiting_lists, waiting_times
from vardlaget.observations import SYNTHETIC, is_synthetic, typed
from vardlaget.present.numbers import aloud, in_words, with_text

INDICATORS = load_indicators()
YEAR = [f"2023-{month:02d}" for month in range(1, 13)]


def table(*rows, **common):
    usual = {"region": "23", "span": "month", "scenario": "actual", "source": "fil.csv"}
    found = [usual | {"period": "2024-02", "status": "reported"} | common | row for row in rows]
    return typed(pd.DataFrame(found))


def months(values, **common):
    """One row a month of 2023; None is suppressed, ... is missing."""
    states = {None: {"status": "suppressed"}, ...: {"status": "missing"}}
    rows = [
        {"period": period} | states.get(value, {"value": value})
        for period, value in zip(YEAR, values, strict=True)
    ]
    return table(*rows, indicator="referrals_received", **common)


def last(frame):
    return frame.iloc[-1]


@pytest.mark.parametrize("made", [rolling.rolling_12, rolling.year_to_date])
def test_a_longer_period_over_a_hidden_month_is_hidden_and_not_missing(made):
    row = last(made(months([10] * 11 + [None]), INDICATORS))
    assert row["status"] == "suppressed"
    assert pd.isna(row["value"])
    assert row["note"] == rolling.NOTES["suppressed"]


def test_a_longer_period_that_lacks_a_month_too_is_missing():
    row = last(rolling.rolling_12(months([...] + [10] * 10 + [None]), INDICATORS))
    assert (row["status"], row["note"]) == ("missing", rolling.NOTES["month"])


def test_a_longer_period_after_the_hidden_month_has_its_sum():
    made = rolling.year_to_date(months([None] + [10] * 11), INDICATORS)
    assert set(made["status"]) == {"suppressed"}
    made = rolling.year_to_date(months([10] * 11 + [None]), INDICATORS)
    assert made["value"].tolist()[:11] == [10.0 * n for n in range(1, 12)]


def test_a_share_over_a_hidden_month_has_no_counts():
    shown = {"numerator": 80, "denominator": 100, "value": 80, "status": "reported"}
    rows = [{"period": p} | (shown if p != "2023-05" else {"status": "suppressed"}) for p in YEAR]
    frame = table(*rows, indicator="first_visit_90d", basis="completed")
    row = last(rolling.rolling_12(frame, INDICATORS))
    assert row["status"] == "suppressed"
    assert row[["numerator", "denominator", "value"]].isna().all()


def test_those_over_90_days_are_hidden_where_the_share_within_is():
    frame = table(
        {"specialty": "Hud", "status": "suppressed"},
        {"specialty": "Öron", "numerator": 80, "denominator": 100, "value": 80},
        {"specialty": "Ögon", "value": 75},  # its source gives no counts
        indicator="first_visit_90d",
        basis="waiting",
    )
    made = waiting_lists.by_specialty(frame, "first_visit", "23", "2024-02")
    over = made[made["indicator"] == "first_visit_over_90d_count"].set_index("specialty")
    assert over["status"].to_dict() == {"Hud": "suppressed", "Öron": "reported"}
    assert over.loc["Öron", "value"] == 20
    assert pd.isna(over.loc["Hud", "value"])


def cap(share, chosen):
    frame = table(
        {"indicator": "cap_treatment_30d"} | share,
        {"indicator": "cap_treatment_patient_chosen_31d"} | chosen,
        basis="completed",
    )
    (row,) = waiting_times.reinforced(frame, "23", "2024-02").to_dict("records")
    return row


def test_the_reinforced_guarantee_keeps_its_share_where_those_who_chose_are_hidden():
    share = {"numerator": 20, "denominator": 40, "value": 50}
    row = cap(share, {"status": "suppressed"})
    assert (row["denominator"], row["within"], row["value"]) == (40, 20, 50)
    assert pd.isna(row["completed"])
    assert pd.isna(row["chosen"])
    assert row["hidden"]
    shown = cap(share, {"value": 10})
    assert (shown["completed"], shown["hidden"]) == (50, False)


def test_the_reinforced_guarantee_tells_nothing_of_a_hidden_share():
    row = cap({"status": "suppressed"}, {"value": 10})
    assert all(pd.isna(row[name]) for name in ("completed", "denominator", "within", "value"))
    assert row["hidden"]


def test_counts_behind_hidden_shares_are_hidden_where_others_have_theirs():
    shown = {"numerator": 80, "denominator": 100, "value": 80}
    units = [{"unit": "A"} | shown, {"unit": "B", "status": "suppressed"}]
    counts = waiting_times.counted(table(*units, indicator="medical_assessment_3d"))
    assert counts["status"].tolist() == ["reported", "suppressed"]
    without = table({"unit": "A", "value": 80}, units[1], indicator="medical_assessment_3d")
    assert waiting_times.counted(without).empty


def test_the_units_sum_is_unknown_where_one_is_hidden():
    frame = table(
        {"numerator": 90, "denominator": 100, "value": 90},
        {"unit": "A", "numerator": 40, "denominator": 50, "value": 80},
        {"unit": "B", "status": "suppressed"},
        indicator="medical_assessment_3d",
    )
    own, total = waiting_times.unit_sum(frame, "23")
    assert own == 90
    assert pd.isna(total)


def test_a_region_whose_figure_is_hidden_has_reported_it():
    rows = table(
        {"region": "22", "value": 80},
        {"region": "23", "status": "suppressed"},
        {"region": "24", "status": "missing"},
        indicator="first_visit_90d",
    )
    told = national.reporting({"besök": rows}, ["22", "23", "24"]).set_index("region")
    assert told["missing"].to_dict() == {"22": (), "23": (), "24": ("besök",)}


def test_what_is_hidden_reads_x_and_is_said_in_words():
    frame = table({"status": "suppressed"}, indicator="first_visit_90d", basis="waiting")
    (text,) = with_text(frame, INDICATORS, {})["text"]
    assert text == "x"
    assert in_words(text, "percent") == "skyddad uppgift"
    assert aloud(text) == "skyddad uppgift"
    assert aloud("69 %") == "69 %"


HIDDEN_AND_SYNTHETIC = {"status": "suppressed", "note": f"räknat om; {SYNTHETIC}; visas inte: få"}


@pytest.mark.parametrize("made", [rolling.rolling_12, rolling.year_to_date])
def test_a_longer_period_over_a_hidden_synthetic_month_is_synthetic(made):
    rows = [{"period": period, "value": 10} for period in YEAR[:11]]
    frame = table(
        *rows, {"period": YEAR[11]} | HIDDEN_AND_SYNTHETIC, indicator="referrals_received"
    )
    found = made(frame, INDICATORS)
    assert last(found)["status"] == "suppressed"
    assert is_synthetic(found).tolist()[-1]
    assert not is_synthetic(found).tolist()[0]


@pytest.mark.parametrize("hidden", ["share", "chosen"])
def test_the_reinforced_guarantee_keeps_the_label_of_a_hidden_count(hidden):
    parts = {"share": {"numerator": 20, "denominator": 40, "value": 50}, "chosen": {"value": 10}}
    assert cap(**parts)["note"] == ""
    assert cap(**parts | {hidden: HIDDEN_AND_SYNTHETIC})["note"] == SYNTHETIC
