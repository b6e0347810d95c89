"""Plausibility of every table: few false alarms, planted faults found, few findings, no failure."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.periods import Month
from vardlaget.sources import plausibility

INDICATORS = load_indicators()
CODES = {
    "contradiction",
    "implausible_level",
    "units_differ",
    "units_short",
    "specialties_differ",
    "specialties_short",
    "sexes_differ",
    "zero_after_hundreds",
    "jump",
    "month_missing",
    "series_ended",
    "unit_new",
    "series_break",
}
few = settings(max_examples=12, deadline=None)

PERIODS = {
    "month": [str(Month(2023, 1).minus(-n)) for n in range(26)],
    "ytd": ["2023-02", "2023-03"],
    "r12": ["2023-02"],
    "year": ["2019", "2020", "2021", "2022"],
    "point": ["2024-02-29"],
}
numbers = st.one_of(st.just(float("nan")), st.integers(-5, 2000), st.floats(-1e9, 1e9))
rows = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(
            [
                "medical_assessment_3d",
                "treatment_60d",
                "treatment_90d",
                "treatment_patients",
                "treatment_days_0_30",
                "available_beds",
                "bed_occupancy",
                "budget_deviation",
                "treatment_90d.numerator",
            ]
        ),
        "region": st.sampled_from(["00", "23"]),
        "unit": st.sampled_from(["", "A", "B"]),
        "when": st.sampled_from([(span, p) for span, ps in PERIODS.items() for p in ps]),
        "scenario": st.sampled_from(["actual", "actual", "budget"]),
        "basis": st.sampled_from(["", "waiting"]),
        "sex": st.sampled_from(["", "", "women", "men"]),
        "specialty": st.sampled_from(["", "", "ortopedi"]),
        "status": st.sampled_from(observations.STATUSES),
        "source": st.sampled_from(["", "a.csv, rad 2", "b.xlsx, blad 'Å', rad 3", "Rapport, s. 4"]),
        "numerator": numbers,
        "denominator": numbers,
        "value": numbers,
    }
)


def table(drawn: list[dict]) -> pd.DataFrame:
    told = [{**row, "span": row["when"][0], "period": row["when"][1]} for row in drawn]
    return observations.combine([observations.typed(pd.DataFrame(told))])


@few
@given(st.lists(rows, min_size=1, max_size=80))
def test_any_table_gives_a_few_whole_findings(drawn):
    frame = table(drawn)
    before = frame.copy()
    found = plausibility.findings(frame, INDICATORS)
    pd.testing.assert_frame_equal(frame, before)
    assert {finding.code for finding in found} <= CODES
    for finding in found:
        assert finding.kind == "warning"
        assert finding.indicator in finding.reason
        assert f"region {finding.region}" in finding.reason
        assert not finding.reason.endswith(".")
        assert "nan" not in finding.reason
        assert 1 <= finding.rows <= len(frame)
    figures = Counter((f.code, f.indicator, f.region, f.span, f.basis) for f in found)
    assert max(figures.values(), default=0) <= 6


@few
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40), st.integers(1, 500))
def test_whole_counts_that_sum_are_well_and_one_patient_more_is_not(units, more):
    def codes(whole: int) -> list[str]:
        parts = [{"unit": f"Enhet {n}", "value": value} for n, value in enumerate(units)]
        frame = pd.DataFrame([{"unit": "", "value": whole}, *parts])
        return [
            f.code for f in plausibility.findings(typed(frame, "treatment_patients"), INDICATORS)
        ]

    assert codes(sum(units)) == []
    assert codes(sum(units) + more) == ["units_short"]
    if sum(units) >= more:
        assert codes(sum(units) - more) == ["units_differ"]


def typed(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    usual = {"indicator": indicator, "region": "23", "span": "month", "period": "2024-02"}
    return observations.typed(frame.assign(**(usual | frame.to_dict("series")), scenario="actual"))


def test_rounded_means_that_sum_are_well():
    random = np.random.default_rng(4)
    beds = random.uniform(5, 60, (21, 60, 12))
    whole = [(f"{r:02d}", "", f, v) for (r, f), v in np.ndenumerate(beds.sum(axis=2).round())]
    parts = [(f"{r:02d}", f"{u}", f, v) for (r, f, u), v in np.ndenumerate(beds.round(1))]
    frame = pd.DataFrame([*whole, *parts], columns=["region", "unit", "month", "value"])
    frame["period"] = frame["month"].map(lambda n: str(Month(2020, 1).minus(-n)))
    found = plausibility.findings(typed(frame, "available_beds"), INDICATORS)
    assert sum(f.rows for f in found if f.code.startswith("units")) <= 21 * 60 / 500


SERIES, LENGTH, FIRST = 1500, 39, Month(2021, 12)
JUDGED = 3 * SERIES


def seasons(random: np.random.Generator, spread: float, dip: float) -> np.ndarray:
    """Noise around a level of each series' own, with a dip in one month of the year."""
    level = random.normal(0, 0.3, (SERIES, 1)) + random.normal(0, spread, (SERIES, LENGTH))
    level[:, np.arange(LENGTH) % 12 == (LENGTH - 2) % 12] -= dip
    return level


def shares(random: np.random.Generator, base: int, spread: float, dip: float, told: bool):
    """Binomial shares around 70 per cent of `base` patients, with or without their counts."""
    chance = 1 / (1 + np.exp(-0.85 - seasons(random, spread, dip)))
    inside = random.binomial(base, chance)
    counts = {"numerator": inside, "denominator": np.full_like(inside, base)} if told else {}
    return {"value": 100 * inside / base, **counts}


def counts(random: np.random.Generator, mean: float, spread: float, dip: float):
    """Poisson counts around `mean`."""
    return {"value": random.poisson(mean * np.exp(seasons(random, spread, dip)))}


def monthly(columns: dict[str, np.ndarray], indicator: str, months: int) -> pd.DataFrame:
    """The last `months` months of simulated series as observations, a unit each."""
    index = pd.MultiIndex.from_product([range(SERIES), range(LENGTH)], names=["unit", "month"])
    frame = pd.DataFrame({name: cells.ravel() for name, cells in columns.items()}, index=index)
    frame = frame.reset_index().query("month >= @LENGTH - @months")
    periods = {n: str(FIRST.minus(-n)) for n in range(LENGTH)}
    frame = frame.assign(
        period=frame["month"].map(periods), unit="Enhet " + frame["unit"].astype(str)
    )
    return typed(frame.drop(columns="month"), indicator)


def jumps(frame: pd.DataFrame) -> int:
    return sum(f.rows for f in plausibility.findings(frame, INDICATORS) if f.code == "jump")


# Without a break in the catalogue, so that the whole history counts.
SHARE, COUNT = "ready_for_discharge_share", "production.operations"
STABLE = [
    (SHARE, lambda random: shares(random, 8, 0.1, 0, told=True)),
    (SHARE, lambda random: shares(random, 8, 0.1, 0, told=False)),
    (SHARE, lambda random: shares(random, 300, 0.1, 0.8, told=True)),
    (SHARE, lambda random: shares(random, 5000, 0.15, 0, told=False)),
    (COUNT, lambda random: counts(random, 3, 0, 0)),
    (COUNT, lambda random: counts(random, 200, 0.08, 0.5)),
    (COUNT, lambda random: counts(random, 3000, 0.1, 0)),
]


@pytest.mark.parametrize("months", [15, 27, 39])
@pytest.mark.parametrize("case", range(len(STABLE)))
def test_stable_series_give_less_than_one_false_alarm_in_500(case, months):
    indicator, simulate = STABLE[case]
    frame = monthly(simulate(np.random.default_rng(case)), indicator, months)
    assert jumps(frame) < JUDGED / 500


# Months, series, what a fault does to their newest value, and how many of the faults are found.
# A unit's share without counts is judged after two years only.
PLANTED = [
    (15, SHARE, lambda random: shares(random, 500, 0.05, 0, told=True), lambda v: v - 35, 0.98),
    (39, SHARE, lambda random: shares(random, 500, 0.05, 0, told=True), lambda v: v / 100, 0.99),
    (27, SHARE, lambda random: shares(random, 500, 0.05, 0, told=False), lambda v: v - 35, 0.95),
    (15, COUNT, lambda random: counts(random, 1000, 0.05, 0), lambda v: 2 * v, 0.95),
    (39, COUNT, lambda random: counts(random, 1000, 0.1, 0.3), lambda v: 10 * v, 0.99),
    (15, COUNT, lambda random: counts(random, 1000, 0.1, 0.3), lambda v: v // 10, 0.99),
]


@pytest.mark.parametrize("case", range(len(PLANTED)))
def test_planted_jumps_are_found(case):
    months, indicator, simulate, fault, part = PLANTED[case]
    columns = simulate(np.random.default_rng(case))
    value = columns["value"].astype("float64")
    value[:, -1] = np.clip(fault(value[:, -1]), 0, None)
    columns["value"] = value
    if "numerator" in columns:
        columns["numerator"] = value / 100 * columns["denominator"]
    assert jumps(monthly(columns, indicator, months)) >= part * SERIES
