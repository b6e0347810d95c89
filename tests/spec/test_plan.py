"""A plan's follow-up: outcomes, levels and frames as printed, distance and pace computed.

Source of the tables: Region Västernorrland, Hälso- och sjukvårdsnämndens verksamhetsplan
2022–2024, 2.2.1–2.3.2 and 3.2.
"""

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.plans import load_plans
from vardlaget.indicators import plan as formulas

INDICATORS = load_indicators()
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMES = {
    "NPE Tillgänglighet primärvård": "npe_access_primary",
    "NPE Delaktighet och involvering primärvård": "npe_participation_primary",
    "NPE Tillgänglighet specialiserad sluten": "npe_access_inpatient",
    "NPE Delaktighet och involvering specialiserad sluten": "npe_participation_inpatient",
    "NPE Tillgänglighet specialiserad öppen": "npe_access_outpatient",
    "NPE Delaktighet och involvering specialiserad öppen": "npe_participation_outpatient",
    "Kostnad per DRG-poäng (somatisk vård)": "cost_per_drg_point",
    "HME Totalindex": "hme_total",
    "Andel kostnad inhyrd personal": "agency_cost_share",
    "HSE övergripande medelvärdesindex": "hse_index",
    "HME delindex Styrning": "hme_governance",
    "HME delindex Ledarskap": "hme_leadership",
}
MILLION = 1_000_000


def printed(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def vasternorrland(published):
    return published[published["region"] == "22"]


@pytest.fixture(scope="module")
def plan():
    return next(p for p in load_plans(ROOT / "data" / "reference" / "plans") if p.region == "22")


def test_the_plan_follows_the_printed_indicators(plan):
    assert list(plan.indicators) == [NAMES[row["indicator"]] for row in printed_plan()]
    assert all(id_ in INDICATORS for id_ in plan.indicators)


def printed_plan():
    return printed("plan_2022-2024.csv")


@pytest.mark.parametrize(
    ("column", "scenario", "year"),
    [
        ("outcome_2019", "actual", 2019),
        ("outcome_2020", "actual", 2020),
        ("target_2022", "target", 2022),
        ("target_2024", "target", 2024),
    ],
)
def test_outcomes_and_levels_are_the_printed_ones(vasternorrland, column, scenario, year):
    found = formulas.yearly(vasternorrland, scenario, list(NAMES.values()))
    for row in printed_plan():
        value = found.loc[NAMES[row["indicator"]]].get(year, math.nan)
        assert (value if row[column] else math.isnan(value)) == (float(row[column] or 1))


# indicator, year, distance, pace, status: from the printed outcomes and levels
STEPS = [
    ("npe_access_primary", 2022, 1, 1 / 3, "ahead"),
    ("npe_access_primary", 2024, 3, 3 / 5, "ahead"),
    ("npe_participation_inpatient", 2022, 0, None, "reached"),
    ("hme_total", 2022, 1, 1 / 2, "ahead"),
    ("hme_total", 2024, 2, 2 / 4, "ahead"),
    ("agency_cost_share", 2022, -3.3, -1.65, "ahead"),
    ("agency_cost_share", 2024, -7.3, -1.825, "ahead"),
    ("hme_governance", 2022, 0, None, "reached"),
    ("hme_leadership", 2024, 2, 0.5, "ahead"),
]


@pytest.fixture(scope="module")
def steps(vasternorrland, plan):
    found = formulas.progress(vasternorrland, list(plan.indicators), INDICATORS)
    return found.set_index(["indicator", "target_year"])


@pytest.mark.parametrize(("id_", "year", "distance", "pace", "status"), STEPS)
def test_distance_and_pace_to_a_level(steps, id_, year, distance, pace, status):
    row = steps.loc[(id_, year)]
    expected = (distance, math.nan if pace is None else pace)
    assert (row["distance"], row["pace"]) == pytest.approx(expected, nan_ok=True)
    assert row["status"] == status


def test_only_printed_levels_are_followed(steps):
    levels = [
        (NAMES[r["indicator"]], int(y))
        for r in printed_plan()
        for y in (2022, 2024)
        if r[f"target_{y}"]
    ]
    assert list(steps.index) == levels
    assert steps["status"].value_counts().to_dict() == {"ahead": 12, "reached": 8}


def observed(rows):
    columns = ["indicator", "period", "scenario", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    return observations.typed(frame.assign(region="22", span="year", status="reported"))


# outcomes by year, level's year and value, direction's indicator: what comes out
HIGHER, LOWER = "hme_total", "agency_cost_share"
RULES = [
    (HIGHER, {2020: 80}, 2024, 84, (2020, 4, 1, "ahead")),
    (HIGHER, {2020: 80, 2023: 83}, 2024, 84, (2023, 1, 1, "ahead")),
    (HIGHER, {2020: 80, 2024: 83}, 2024, 84, (2024, 1, None, "missed")),
    (HIGHER, {2020: 85}, 2024, 84, (2020, -1, None, "reached")),
    (HIGHER, {2025: 90, 2024: 80}, 2024, 84, (2024, 4, None, "missed")),  # later is too late
    (LOWER, {2020: 3}, 2024, 4, (2020, 1, None, "reached")),
    (LOWER, {2020: 6}, 2024, 4, (2020, -2, -0.5, "ahead")),
    (LOWER, {}, 2024, 4, (None, None, None, "no_outcome")),
    (LOWER, {2025: 3}, 2024, 4, (None, None, None, "no_outcome")),
]


@pytest.mark.parametrize(("id_", "outcomes", "year", "target", "expected"), RULES)
def test_the_newest_outcome_until_the_levels_year_counts(id_, outcomes, year, target, expected):
    rows = [(id_, str(y), "actual", v) for y, v in outcomes.items()]
    found = formulas.progress(
        observed([*rows, (id_, str(year), "target", target)]), [id_], INDICATORS
    )
    row = found.iloc[0]
    shown = tuple(None if pd.isna(row[c]) else row[c] for c in ("outcome_year", "distance", "pace"))
    assert (*shown, row["status"]) == expected


def test_a_level_needs_a_direction():
    with pytest.raises(ValueError, match="neutral"):
        formulas.reached(1, 2, "neutral")


def printed_frames():
    return {row.pop("frame"): row for row in printed("plan_frames.csv")}


def test_the_frames_are_the_printed_ones_and_add_up(vasternorrland):
    lines = printed_frames()
    total = lines.pop("Summa")
    found = formulas.frames(vasternorrland)
    assert set(found.index) == set(lines)
    for unit, row in lines.items():
        for year in (2021, 2022, 2023, 2024):
            text = row[f"frame_{year}"]
            value = found.loc[unit, year]
            assert round(value / MILLION, 1) == float(text) if text else math.isnan(value)
    sums = formulas.frame_sums(vasternorrland).set_index("year")
    for year, row in sums.iterrows():
        assert row["printed"] / MILLION == float(total[f"frame_{year}"])
    assert sums["computed"].tolist() == sums["printed"].tolist()
    assert sums["difference"].tolist() == [0, 0, 0, 0]


def test_the_sum_changes_from_year_to_year(vasternorrland):
    sums = formulas.frame_sums(vasternorrland)
    assert (sums["change"] / MILLION).round(1).tolist()[1:] == [232.9, 109.7, 201.1]
    assert sums["change_percent"].round(1).tolist()[1:] == [4.1, 1.8, 3.3]
    assert math.isnan(sums["change"].iloc[0])


def test_a_sum_that_does_not_add_up_is_told():
    rows = [("economic_frame", "2022", "budget", v) for v in (60, 30, 100)]
    frame = observed(rows).assign(unit=["a", "b", ""])
    row = formulas.frame_sums(frame).iloc[0]
    assert (row["computed"], row["printed"], row["difference"]) == (90, 100, 10)


def test_a_relative_target_and_its_reverse():
    assert formulas.highest_allowed(60000, 7.5) == 64500
    assert round(formulas.lowest_reference(68639, 7.5)) == 63850


def test_the_plan_is_of_known_years_and_units(vasternorrland, plan):
    assert set(formulas.frames(vasternorrland).index) == set(plan.frames)
    assert (plan.first_year, plan.last_year) == (2022, 2024)
    assert [bool(area.goals) for area in plan.areas] == [False, True, True]
    assert sum(len(goal.measures) for goal in plan.goals) == 3
