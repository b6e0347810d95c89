"""The scorecard: every line of a printed one follows from the project's own figures and targets.

Source of the table: see tests/README.md.
"""

import csv
import math
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import Target, load_indicators
from vardlaget.indicators import economy, scorecard, scorecard_trend
from vardlaget.indicators.scorecard import Judgement, Outcome, Plan
from vardlaget.indicators.scorecard_base import as_outcome, from_base, planned_costs
from vardlaget.periods import Month
from vardlaget.present import scorecard_lines
from vardlaget.report import open_report

INDICATORS = load_indicators()
FEBRUARY = Month(2023, 2)
PRINTED = Path(__file__).with_name("scorecard_2023-02.csv")
# Printed outcomes that are told in another way here, and why.
TOLD_OTHERWISE = {
    "Tillgänglighet primärvård på telefon": "another page of the source has 87,5 %: both are shown",
}
# Printed trends that the source's figures do not give: there is one figure, without history.
WITHOUT_HISTORY = {
    "Oplanerade återinskrivningar",
    "Vårdproduktion enligt överenskommelse",
    "Personalomsättning",
    "Avvikelse mot budget",
    "Bruttokostnadsutveckling",
    "Nettokostnadsutveckling",
}
# Printed as neutral. More full-time equivalents are the opposite of the target, so a worsening;
# of investments neither more nor less is better.
NEUTRAL = {"Årsarbetare": "deteriorating", "Investeringar": "unclear"}
WORDS = {"Positiv": "improving", "Negativ": "deteriorating"}
STATUSES = {
    "Medelväntetid 1177": "missed",
    "Tillgänglighet primärvård på telefon": "missed",
    "Medicinsk bedömning i primärvården": "missed",
    "Besök inom 90 dagar": "missed",
    "Åtgärd inom 90 dagar": "missed",
    "BUP 30/30/30": "missed",
    "Beläggningsgrad": "missed",
    "Andel digitala besök": "missed",
    "Oplanerade återinskrivningar": "missed",
    "Utlokaliserade patienter": "met",
    "Remissinflöde": "missed",
    "Undvikbar slutenvård": "met",
    "Vårdproduktion enligt överenskommelse": "missed",
    "Sjukfrånvaro": "missed",
    "Beroende av hyrpersonal": "missed",
    "Personalomsättning": "unknown",  # two months' leavers against a year's
    "Avvikelse mot budget": "missed",
    "Årsarbetare": "missed",
    "Bruttokostnadsutveckling": "met",
    "Nettokostnadsutveckling": "missed",
    "Helårsprognos": "missed",
    "DRG-poäng per årsarbetare": "missed",
    "Kostnad per arbetad timme": "missed",
    "Investeringar": "unknown",
}


@pytest.fixture(scope="module")
def report():
    return open_report("19", "2023-02")


@pytest.fixture(scope="module")
def lines(report):
    return [line for _, found in scorecard_lines.areas(report) for line in found]


def printed():
    with PRINTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paired(lines):
    assert len(lines) == len(printed())
    return list(zip(printed(), lines, strict=True))


def numbers(text):
    """The numbers of a printed text, in order: minutes as seconds."""
    text = text.replace("−", "-").replace("\u00a0", " ").replace("- ", "-").replace("+ ", "+")
    clock = re.fullmatch(r"(\d+):(\d\d)", text)
    if clock:
        return [60 * int(clock[1]) + int(clock[2])]
    return [float(n.replace(",", ".")) for n in re.findall(r"[+-]?\d+(?:,\d+)?", text)]


def test_the_lines_are_those_of_the_printed_scorecard(lines):
    assert [line.label for line in lines] == list(STATUSES)


def test_every_printed_outcome_is_reproduced(report, lines):
    differing = {
        line.label
        for row, line in paired(lines)
        if numbers(row["outcome_printed"]) != numbers(scorecard_lines.values_text(report, line))
    }
    assert differing == set(TOLD_OTHERWISE)


def test_a_contradicted_outcome_shows_the_printed_value_too(report, lines):
    for row, line in paired(lines):
        shown = numbers(scorecard_lines.values_text(report, line))
        assert set(numbers(row["outcome_printed"])) <= set(shown)


def test_every_printed_target_is_reproduced(report, lines):
    def plain(text):
        return re.sub(r"[\s%]", "", text).replace("–", "-").replace("−", "-")

    for row, line in paired(lines):
        target = scorecard_lines.target_text(report, line)
        assert plain(target) == plain(row["target_printed"] or "–")


def test_whether_targets_are_met(lines):
    assert {line.label: line.status for line in lines} == STATUSES


def test_which_printed_trends_follow_from_the_figures(lines):
    for row, line in paired(lines):
        word = line.development.word
        if line.label in WITHOUT_HISTORY:
            assert (word, line.development.ground) == ("unclear", "single")
        elif line.label in NEUTRAL:
            assert row["trend_printed"] == "Neutral"
            assert word == NEUTRAL[line.label]
        elif row["trend_printed"]:
            assert word == WORDS[row["trend_printed"]], line.label


def test_the_deviation_the_forecast_and_full_time_equivalents_follow_from_base_figures(report):
    told = economy.statement(report.own, FEBRUARY, INDICATORS)
    for id_ in ("budget_deviation", "full_year_forecast", "full_time_equivalents_change"):
        base = from_base(report.own, told, id_, FEBRUARY, INDICATORS)
        found = scorecard.outcome(report.own, INDICATORS, id_, FEBRUARY)
        assert found.values == [pytest.approx(base.value)]


def test_costs_against_plan(report):
    told = economy.statement(report.own, FEBRUARY, INDICATORS)
    plan = planned_costs(told, "net_cost_development")
    # Costs less all revenue but the region's own funding, in millions of kronor.
    assert plan.actual == pytest.approx((1711.8 - (1537.7 - 1418.4)) * 1e6)
    assert plan.value == pytest.approx((1568.2 - (1559.8 - 1436.3)) * 1e6)


def target(**bounds):
    return Target(indicator="x", region="19", valid_from=date(2023, 1, 1), source="test", **bounds)


def outcome(id_, *values, before=None, span="month", scenario=None):
    def row(value, period, kind="actual"):
        return {
            "indicator": id_,
            "region": "19",
            "span": span,
            "period": period,
            "scenario": kind,
            "value": value,
            "status": "reported",
        }

    kinds = scenario or ["actual"] * len(values)
    now = [row(v, "2023-02", k) for v, k in zip(values, kinds, strict=True)]
    then = [] if before is None else [row(before, "2022-02")]
    return Outcome(
        id_, observations.typed(pd.DataFrame(now)), observations.typed(pd.DataFrame(then))
    )


RANGE = ["range_lower", "range_upper"]
LOWER, HIGHER = {"rule": "below_last_year"}, {"rule": "above_last_year"}
PLANNED, BETWEEN = {"rule": "as_planned"}, {"lower": 85, "upper": 90}
UNCLEAR = ("unknown", "contradictory", "")


@pytest.mark.parametrize(
    ("found", "goal", "expected"),
    [
        (outcome("sick_leave", 6.0), {"upper": 6}, ("met", "bounds", "within")),
        (outcome("sick_leave", 6.1), {"upper": 6}, ("missed", "bounds", "above")),
        (outcome("helpline_1177_wait", 898), {"upper": 480}, ("missed", "bounds", "above")),
        (outcome("bed_occupancy", 96), BETWEEN, ("missed", "bounds", "above")),
        (outcome("bed_occupancy", 84.9), BETWEEN, ("missed", "bounds", "below")),
        (outcome("bed_occupancy", 90), BETWEEN, ("met", "bounds", "within")),
        (outcome("displaced_patients", 94, before=140), LOWER, ("met", "last_year", "")),
        (outcome("displaced_patients", 140, before=140), LOWER, ("missed", "last_year", "")),
        (outcome("displaced_patients", 94), LOWER, ("unknown", "no_last_year", "")),
        (outcome("digital_visit_share", 16.8, before=21.5), HIGHER, ("missed", "last_year", "")),
        (outcome("referrals_received_change_pct", 10.9), LOWER, ("missed", "sign", "")),
        (outcome("drg_points_per_fte_change", 0.0), HIGHER, ("missed", "sign", "")),
        (outcome("production_agreement_deviation", -1.7), PLANNED, ("missed", "sign", "")),
        (outcome("production_agreement_deviation", 0.0), PLANNED, ("met", "sign", "")),
        (outcome("net_cost_development", 8.4), PLANNED, ("unknown", "no_plan", "")),
        (outcome("sick_leave", 8.3), {"printed": "Minska"}, ("unknown", "no_bounds", "")),
        (outcome("sick_leave", math.nan), {"upper": 6}, ("unknown", "no_value", "")),
        (outcome("phone_same_day", 88.3, 87.5), {"lower": 100}, ("missed", "bounds", "below")),
        (outcome("phone_same_day", 88.3, 87.5), {"lower": 88}, UNCLEAR),
        (outcome("sick_leave", 5, 6, scenario=RANGE), {"upper": 6}, ("met", "bounds", "within")),
        (outcome("sick_leave", 5, 7, scenario=RANGE), {"upper": 6}, UNCLEAR),
    ],
)  # fmt: skip
def test_status(found, goal, expected):
    judged = scorecard.judge(found, target(**goal), INDICATORS[found.indicator])
    assert judged == Judgement(*expected)


def test_without_a_target_nothing_is_judged():
    judged = scorecard.judge(outcome("sick_leave", 8), None, INDICATORS["sick_leave"])
    assert judged == Judgement("unknown", "no_target")


@pytest.mark.parametrize(
    ("plan", "status"),
    [(Plan(100, 99, costs=True), "met"), (Plan(100, 101, costs=True), "missed")],
)
def test_costs_as_planned_are_at_most_the_budget(plan, status):
    found = outcome("net_cost_development", 8.4)
    judged = scorecard.judge(
        found, target(rule="as_planned"), INDICATORS["net_cost_development"], plan
    )
    assert judged == Judgement(status, "plan")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["met", "met", "met"], "met"),
        (["met", "missed", "met"], "missed"),
        (["met", "unknown"], "unknown"),
        (["missed", "unknown"], "missed"),
    ],
)
def test_a_triple_is_met_only_if_all_are(statuses, expected):
    assert scorecard.all_met(statuses) == expected


OCCUPANCY = target(lower=85, upper=90)


@pytest.mark.parametrize(
    ("id_", "now", "before", "goal", "expected"),
    [
        ("displaced_patients", 94, 140, None, 1),
        ("digital_visit_share", 16.8, 21.5, None, -1),
        ("sick_leave", 8.32, 8.28, None, 0),
        ("bed_occupancy", 96, 90, OCCUPANCY, -1),
        ("bed_occupancy", 80, 96, OCCUPANCY, 1),
        ("bed_occupancy", 86, 89, OCCUPANCY, 0),
        ("full_year_forecast", -890e6, -480.5e6, None, -1),
        ("investments", 1e6, 2e6, None, 0),
    ],
)
def test_which_way_is_better(id_, now, before, goal, expected):
    assert scorecard_trend.better(now, before, INDICATORS[id_], goal) == expected


def develop(found, goal=None, frame=None, base=None):
    frame = found.rows if frame is None else frame
    made = scorecard_trend.develop(found, frame, goal, INDICATORS, base)
    return made.word, made.ground


def test_a_development_tells_what_it_rests_on():
    assert develop(outcome("displaced_patients", 94, before=140)) == ("improving", "last_year")
    assert develop(outcome("cost_per_hour_change", 3.0)) == ("deteriorating", "sign")
    assert develop(outcome("staff_turnover", 2.1)) == ("unclear", "single")
    assert develop(outcome("investments", 1, before=2)) == ("unclear", "neutral")
    assert develop(outcome("phone_same_day", 88.3, 87.5)) == ("unclear", "contradictory")
    base = outcome("agency_cost_share", 7.5, before=5.4)
    assert develop(outcome("agency_cost_share", 7.6), base=base) == ("deteriorating", "base")


def series(last):
    values = [70.0, 71.0] * 10 + [last]
    months = [str(FEBRUARY.minus(back)) for back in reversed(range(len(values)))]
    rows = pd.DataFrame({"period": months, "value": values}).assign(
        indicator="treatment_90d",
        region="19",
        span="month",
        scenario="actual",
        basis="waiting",
        status="reported",
    )
    return observations.typed(rows)


@pytest.mark.parametrize(
    ("last", "expected"), [(70.5, "unchanged"), (60.0, "deteriorating"), (80.0, "improving")]
)
def test_a_long_series_is_judged_by_its_own_variation(last, expected):
    frame = series(last)
    found = scorecard.outcome(frame, INDICATORS, "treatment_90d", FEBRUARY)
    assert develop(found, frame=frame) == (expected, "series")


def test_a_series_too_short_for_limits_is_no_single_figure():
    frame = series(70.5).tail(2)
    found = scorecard.outcome(frame, INDICATORS, "treatment_90d", FEBRUARY)
    assert develop(found, frame=frame) == ("unclear", "few")
    assert develop(found, frame=frame.tail(1)) == ("unclear", "single")


def observation(id_, value, span="month", period="2023-02", **more):
    row = {"indicator": id_, "region": "19", "span": span, "period": period, "value": value}
    return row | {"scenario": "actual", "status": "reported"} | more


@pytest.mark.parametrize(
    ("rows", "expected", "lag"),
    [
        ([("month", "2023-02", 1), ("ytd", "2023-02", 2)], 1, 0),
        ([("month", "2023-01", 1), ("ytd", "2022-12", 2)], 1, 1),
        ([("month", "2022-11", 1), ("ytd", "2023-01", 2)], 2, 1),
        ([("r12", "2023-02", 3), ("month", "2022-11", 1)], 3, 0),
        ([("year", "2022", 4)], None, 0),
    ],
)
def test_which_period_an_outcome_is_of(rows, expected, lag):
    """The oldest allowed is the month before; a year counts as its December."""
    frame = pd.DataFrame([observation("sick_leave", v, s, p) for s, p, v in rows])
    found = scorecard.outcome(observations.typed(frame), INDICATORS, "sick_leave", FEBRUARY)
    assert found.values == ([] if expected is None else [expected])
    assert found.lag_months == lag


def test_money_is_told_for_the_year_so_far_and_in_december_for_the_year():
    rows = [observation("budget_deviation", 1), observation("budget_deviation", 2, "ytd")]
    frame = observations.typed(pd.DataFrame(rows))
    assert scorecard.outcome(frame, INDICATORS, "budget_deviation", FEBRUARY).values == [2]
    year = observations.typed(pd.DataFrame([observation("budget_deviation", 3, "year", "2023")]))
    december = Month(2023, 12)
    assert scorecard.outcome(year, INDICATORS, "budget_deviation", december).values == [3]


def test_a_region_target_in_kronor_is_no_target_of_a_part_unless_it_is_zero():
    entry = INDICATORS["full_year_forecast"]
    assert scorecard.of_part(target(lower=-800e6), entry) is None
    assert scorecard.of_part(target(lower=0), entry) is not None
    assert scorecard.of_part(target(upper=6), INDICATORS["sick_leave"]) is not None


@pytest.mark.parametrize(
    ("values", "goal", "expected"),
    [
        ((7.6,), {"upper": 2}, 2.8),
        ((88.3, 87.5), {"lower": 100}, 0.117),
        ((1.0,), {"upper": 2}, None),
        ((-5.0,), {"lower": 0}, None),
    ],
)
def test_how_far_from_the_target(values, goal, expected):
    gap = scorecard.shortfall(outcome("agency_cost_share", *values), target(**goal))
    assert gap == (expected if expected is None else pytest.approx(expected))


def test_an_outcome_of_base_figures_says_that_it_is_computed():
    rows = [
        observation("full_time_equivalents", 5033, "ytd", "2023-01"),
        observation("full_time_equivalents", 4862, "ytd", "2022-01", status="synthetic"),
    ]
    frame = observations.typed(pd.DataFrame(rows))
    told = economy.statement(frame, FEBRUARY, INDICATORS)
    base = from_base(frame, told, "full_time_equivalents_change", FEBRUARY, INDICATORS)
    found = as_outcome(base, "full_time_equivalents_change", "19", FEBRUARY)
    row = found.rows.iloc[0]
    assert (row["value"], row["status"], row["period"]) == (171, "synthetic", "2023-01")
    assert row["source"].startswith("Beräknat: ")
    assert (found.lag_months, found.computed) == (1, True)


@pytest.mark.parametrize(
    ("value", "span", "period", "goal", "expected"),
    [
        (2.1, "ytd", "2023-02", {"upper": 9}, ("unknown", "part_of_year")),
        (9.4, "ytd", "2023-10", {"upper": 9}, ("missed", "bounds")),
        (8.9, "ytd", "2023-12", {"upper": 9}, ("met", "bounds")),
        (8.9, "year", "2023", {"upper": 9}, ("met", "bounds")),
        (5.0, "ytd", "2023-06", {"lower": 4}, ("met", "bounds")),
        (3.0, "ytd", "2023-06", {"lower": 4}, ("unknown", "part_of_year")),
    ],
)
def test_what_grows_over_a_year_is_held_against_its_target_when_that_is_certain(
    value, span, period, goal, expected
):
    frame = observations.typed(pd.DataFrame([observation("staff_turnover", value, span, period)]))
    month = Month.parse(period if span == "ytd" else f"{period}-12")
    found = scorecard.outcome(frame, INDICATORS, "staff_turnover", month)
    judged = scorecard.judge(found, target(**goal), INDICATORS["staff_turnover"])
    assert (judged.status, judged.reason) == expected
