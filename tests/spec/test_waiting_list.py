"""What a waiting list's figures must be: a small list in, figures reckoned by hand out.

The definitions: SKR, Väntetider i vården; waits are calendar days, and at most 90 is inside.
"""

import math
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.observations import is_synthetic, select
from vardlaget.periods import Month
from vardlaget.sources.waiting_list import aggregate

ROOT = Path(__file__).parents[2]
REGIONS = load_regions(ROOT / "data" / "reference" / "regions.csv")
JANUARY, FEBRUARY = Month(2024, 1), Month(2024, 2)
LAST = pd.Timestamp("2024-02-29")


@pytest.fixture
def figures(tmp_path):
    """The observations of a list; columns that a row does not name are those of the first case."""

    def aggregated(rows, months=(FEBRUARY,)):
        usual = {"region": "23", "phase": "first_visit", "start_date": ""}
        table = pd.DataFrame([usual | row for row in rows]).fillna("")
        path = tmp_path / "list.csv"
        table.to_csv(path, index=False)
        return aggregate(path, "list.csv", REGIONS, months, tmp_path / "aside").frame

    return aggregated


def value(frame, indicator, basis="waiting", **key):
    row = select(frame, indicator=indicator, basis=basis, **key)
    assert len(row) == 1
    return row.iloc[0]["value"]


def waiting(days, **more):
    """Somebody who has waited so many days on the last of February."""
    return {"referral_date": (LAST - pd.Timedelta(days=days)).date().isoformat()} | more


@pytest.mark.parametrize(
    ("referral", "start", "waited", "took"),
    [
        ("2023-12-01", "", 90, None),
        ("2023-11-30", "", 91, None),
        ("2024-02-29", "", 0, None),  # decided on the last day: waits
        ("2023-02-28", "", 366, None),
        ("2023-12-01", "2024-03-01", 90, None),  # ended the day after
        ("2023-12-01", "2024-02-29", None, 90),  # ended on the last day: no longer waits
        ("2023-12-01", "2024-02-01", None, 62),
        ("2024-02-28", "2024-02-29", None, 1),
        ("2024-02-29", "2024-02-29", None, 0),
        ("2020-02-29", "2024-02-28", None, 1460),
    ],
)
def test_a_wait_is_counted_in_calendar_days(figures, referral, start, waited, took):
    # One more is seen and one more waits, for other treatment, so that both bases are told.
    others = [waiting(1, phase="operation"), waiting(1, phase="operation", start_date="2024-02-29")]
    frame = figures([{"referral_date": referral, "start_date": start}, *others])
    for basis, days in (("waiting", waited), ("completed", took)):
        patients = value(frame, "first_visit_patients", basis)
        median = value(frame, "first_visit_median_wait", basis)
        share = value(frame, "first_visit_90d", basis)
        if days is None:
            assert patients == 0
            assert math.isnan(median)
            assert math.isnan(share)
        else:
            assert (patients, median, share) == (1, days, 100 if days <= 90 else 0)


@pytest.mark.parametrize(
    ("referral", "start"),
    [("2024-03-01", ""), ("2023-12-01", "2024-01-31"), ("2024-03-01", "2024-03-02")],
)
def test_outside_the_month_nothing_is_counted(figures, referral, start):
    frame = figures([{"referral_date": referral, "start_date": start}])
    assert frame.empty


# Waited, code, patients: 20 in all, of whom 4 have PvV, 3 MoV and 2 SoV.
CODES = [
    (10, "", 5),
    (10, "PvV", 1),
    (10, "SoV", 2),
    (80, "MoV", 1),
    (100, "", 4),
    (100, "1", 2),
    (200, "", 2),
    (200, "2", 2),
    (400, "PvV", 1),
]


@pytest.mark.parametrize(
    ("indicator", "exclusions", "numerator", "denominator"),
    [
        ("first_visit_90d", "", 8, 16),
        ("first_visit_90d", "none", 9, 20),
        ("first_visit_90d", "pvv_mov", 7, 13),
        ("first_visit_30d", "", 7, 16),
        ("first_visit_60d", "", 7, 16),
        ("first_visit_150d", "", 12, 16),
        ("first_visit_over_150d", "", 4, 16),
    ],
)
def test_a_share_leaves_out_patients_own_choice(
    figures, indicator, exclusions, numerator, denominator
):
    frame = figures([waiting(days, deviation=code) for days, code, n in CODES for _ in range(n)])
    row = select(frame, indicator=indicator, basis="waiting", exclusions=exclusions).iloc[0]
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    assert row["value"] == 100 * numerator / denominator


@pytest.mark.parametrize(
    ("indicator", "number"),
    [
        ("first_visit_patients", 20),
        ("first_visit_patient_chosen", 4),
        ("first_visit_medically_caused", 3),
        ("first_visit_over_90d_count", 8),
        ("first_visit_over_150d_count", 4),
        ("first_visit_days_0_30", 8),
        ("first_visit_days_91_120", 6),
        ("first_visit_days_181_365", 4),
        ("first_visit_days_366_plus", 1),
        # 16 without PvV: the eighth waited 80 days, the fifteenth 200.
        ("first_visit_median_wait", 80),
        ("first_visit_p90_wait", 200),
    ],
)
def test_numbers_of_patients(figures, indicator, number):
    frame = figures([waiting(days, deviation=code) for days, code, n in CODES for _ in range(n)])
    row = select(frame, indicator=indicator, basis="waiting").iloc[0]
    assert row["value"] == number
    assert math.isnan(row["numerator"])
    assert row["status"] == "reported"


def test_each_interval_has_its_first_and_last_day(figures):
    ends = [0, 30, 31, 60, 61, 90, 91, 120, 121, 180, 181, 365, 366, 12_000]
    frame = figures([waiting(days) for days in ends])
    intervals = frame[frame["indicator"].str.startswith("first_visit_days_")]
    assert intervals["indicator"].nunique() == 7
    assert (intervals["value"] == 2).all()


@pytest.mark.parametrize(
    ("waits", "median", "ninetieth"),
    [
        (range(1, 11), 5, 9),
        (range(1, 12), 6, 10),
        ([10, 20, 30, 40], 20, 40),
        ([7], 7, 7),
        ([5, 5, 5, 90], 5, 90),
        ([3000, 3001, 3002], 3001, 3002),
    ],
)
def test_a_percentile_is_the_fewest_days_that_enough_do_not_exceed(
    figures, waits, median, ninetieth
):
    frame = figures([waiting(days) for days in waits])
    assert value(frame, "first_visit_median_wait") == median
    assert value(frame, "first_visit_p90_wait") == ninetieth


def test_each_breakdown_is_a_margin_of_the_region(figures):
    frame = figures(
        [
            waiting(10, specialty="Ortopedi", unit="Östersund", kön="K", ålder="17", regi="privat"),
            waiting(95, specialty="Ortopedi", unit="Östersund", kön="M", ålder="18", regi="privat"),
            waiting(20, specialty="Ögon", unit="", kön="", ålder="", regi=""),
        ]
    )
    patients = frame[frame["indicator"] == "first_visit_patients"]
    breakdowns = ["specialty", "unit", "sex", "age_group", "ownership"]
    told = {(*row[breakdowns], row["value"]) for _, row in patients.iterrows()}
    assert told == {
        ("", "", "", "", "", 3),
        ("Ortopedi", "", "", "", "", 2),
        ("Ögon", "", "", "", "", 1),
        ("", "Östersund", "", "", "", 2),
        ("", "", "women", "", "", 1),
        ("", "", "men", "", "", 1),
        ("", "", "", "0-17", "", 1),
        ("", "", "", "18-44", "", 1),
        ("", "", "", "", "privat", 2),
    }
    assert value(frame, "first_visit_90d", unit="Östersund") == 50
    assert value(frame, "first_visit_days_91_120", specialty="Ortopedi") == 1
    assert set(frame[frame["sex"] == "men"]["indicator"]) == {
        f"first_visit_{measure}"
        for measure in (
            "90d",
            "patients",
            "over_90d_count",
            "over_150d_count",
            "median_wait",
            "p90_wait",
        )
    }
    assert set(frame[frame["exclusions"] != ""]["specialty"]) == {""}


def test_regions_and_phases_are_kept_apart(figures):
    frame = figures(
        [
            waiting(10),
            waiting(20, region="Jämtland", phase="Första besök"),
            waiting(30, region="1", phase="2"),
            waiting(40, region="VGR", phase="Operation"),
            waiting(50, region="14", phase="åtgärd"),
        ]
    )
    patients = frame[frame["indicator"].str.endswith("_patients")]
    assert {tuple(row) for row in patients[["indicator", "region", "value"]].to_numpy()} == {
        ("first_visit_patients", "23", 2),
        ("treatment_patients", "01", 1),
        ("treatment_patients", "14", 2),
    }


def test_a_month_without_patients_is_told(figures):
    rows = [waiting(10, sex="K"), waiting(50, sex="M", start_date="2024-02-28")]
    frame = figures(rows, (FEBRUARY, JANUARY, FEBRUARY))
    men = select(frame, sex="men", basis="waiting", period="2024-02").set_index("indicator")
    assert men.loc["first_visit_patients", ["value", "status"]].tolist() == [0, "reported"]
    assert men.loc["first_visit_90d", ["numerator", "denominator"]].tolist() == [0, 0]
    for nothing in ("first_visit_90d", "first_visit_median_wait"):
        assert math.isnan(men.loc[nothing, "value"])
        assert men.loc[nothing, "status"] == "zero"
    assert value(frame, "first_visit_patients", sex="men", period="2024-01") == 1
    assert value(frame, "first_visit_patients", "completed", sex="men", period="2024-02") == 1


def test_figures_of_a_synthetic_list_say_so(figures):
    people = [waiting(10, sex="K"), waiting(50, sex="M", start_date="2024-02-28")]
    rows = [person | {"status": "synthetic"} for person in people]
    frame = figures(rows, (FEBRUARY, JANUARY, FEBRUARY))
    assert set(frame[frame["value"].notna()]["status"]) == {"synthetic"}
    assert {"zero", "synthetic"} == set(frame["status"])
    assert is_synthetic(frame).all()


@pytest.mark.parametrize("phase", ["first_visit", "treatment"])
def test_the_indicators_are_those_of_the_catalogue(figures, phase):
    frame = figures([waiting(10, phase=phase), waiting(20, phase=phase, start_date="2024-02-29")])
    defined = {
        indicator.id
        for indicator in load_indicators()
        if indicator.id.startswith(f"{phase}_") and indicator.basis
    }
    for basis in ("waiting", "completed"):
        assert set(frame[frame["basis"] == basis]["indicator"]) == defined


def test_the_rows_are_those_of_the_one_table(figures):
    frame = figures([waiting(10, specialty="Ögon"), waiting(20, start_date="2024-02-29")])
    pd.testing.assert_frame_equal(frame, observations.typed(frame))
    assert not frame.duplicated(list(observations.KEY)).any()
    assert set(frame["source"]) == {"list.csv, 2 rader"}
    assert set(frame["span"]) == {"month"}
    assert set(frame["period"]) == {"2024-02"}


@pytest.mark.parametrize(
    ("rows", "months"),
    [
        # The first is that of the earliest start, the last one that has ended.
        ([("2023-05-01", "2023-12-20"), ("2024-02-29", "")], ["2023-12", "2024-01", "2024-02"]),
        ([("2023-05-01", "2024-01-31"), ("2024-02-28", "")], ["2024-01"]),
        ([("2024-01-01", ""), ("2024-02-28", "2024-03-01")], []),
        ([("2023-05-01", ""), ("2024-03-04", "")], ["2024-02"]),
    ],
)
def test_months_that_a_list_covers(tmp_path, rows, months):
    path = tmp_path / "list.csv"
    table = pd.DataFrame(rows, columns=["referral_date", "start_date"])
    table.assign(region="23", phase="1").to_csv(path, index=False)
    if not months:
        with pytest.raises(InputError, match="no whole month"):
            aggregate(path, "list.csv", REGIONS, None, tmp_path / "aside")
        return
    frame = aggregate(path, "list.csv", REGIONS, None, tmp_path / "aside").frame
    assert list(dict.fromkeys(frame["period"])) == months


def test_stray_dates_do_not_make_months(tmp_path):
    path = tmp_path / "list.csv"
    usual = [("2024-01-15", "2024-02-10")] * 200 + [("2024-02-01", "")] * 200
    stray = [("1991-01-01", "1991-02-01"), ("2024-01-15", "2099-01-01")]
    ending = [("2024-02-29", "")]
    table = pd.DataFrame(usual + stray + ending, columns=["referral_date", "start_date"])
    table.assign(region="23", phase="1").to_csv(path, index=False)
    frame = aggregate(path, "list.csv", REGIONS, None, tmp_path / "aside").frame
    assert set(frame["period"]) == {"2024-02"}
