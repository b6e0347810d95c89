"""State grants: requirements, scenarios, the bonus pot and addenda, as rows in and rows out."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.agreements import Agreement
from vardlaget.catalogue.grant_rules import Measure
from vardlaget.indicators import grants
from vardlaget.periods import Month

INDICATORS = load_indicators()
DAY = date(2022, 11, 1)
# Three regions with a half, three tenths and a fifth of the people.
PEOPLE = pd.DataFrame(
    [("00", 100), ("01", 50), ("03", 30), ("04", 20)], columns=["region", "population"]
).assign(date=DAY, age_group="total")
REGIONS = ["01", "03", "04"]


def results(*rows) -> grants.Results:
    """Rows of indicator, region, month, basis, numerator, denominator, value."""
    columns = ["indicator", "region", "period", "basis", "numerator", "denominator", "value"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        span="month", scenario="actual", status="reported"
    )
    return grants.Results(observations.typed(frame))


def share(month, value, basis="waiting", indicator="first_visit_90d", region="01", of=None):
    numerator = None if of is None else value
    percent = value if of is None else 100 * value / of
    return indicator, region, month, basis, numerator, of, percent


NOW, BEFORE = "2023-02", "2022-02"
WAITING = {"indicator": "first_visit_90d", "basis": "waiting"}
# The measure, the figures, and the verdict.
VERDICTS = [
    ({"comparison": "level", "threshold": 80}, [share(NOW, 80)], ("met", "")),
    ({"comparison": "level", "threshold": 80}, [share(NOW, 79.9)], ("not_met", "")),
    ({"comparison": "level", "threshold": 80}, [], ("unknown", "no_figure")),
    ({"comparison": "level"}, [share(NOW, 99)], ("unknown", "no_threshold")),
    ({"comparison": "level", "threshold": 66}, [share(NOW, 659, of=1000)], ("not_met", "")),
    ({"comparison": "improvement"}, [share(NOW, 60.1), share(BEFORE, 60)], ("met", "")),
    ({"comparison": "improvement"}, [share(NOW, 60), share(BEFORE, 60)], ("not_met", "")),
    ({"comparison": "improvement"}, [share(NOW, 60)], ("unknown", "no_figure_last_year")),
    (
        {"comparison": "improvement"},
        [share(NOW, 2, of=3), share(BEFORE, 667, of=1000)],
        ("not_met", ""),
    ),
    (
        {"comparison": "improvement_or_level", "threshold": 80},
        [share(NOW, 60), share(BEFORE, 61)],
        ("not_met", ""),
    ),
    (
        {"comparison": "improvement_or_level", "threshold": 80},
        [share(NOW, 85), share(BEFORE, 90)],
        ("met", ""),
    ),
    ({"comparison": "improvement_or_level"}, [share(NOW, 60), share(BEFORE, 59)], ("met", "")),
    (
        {"comparison": "improvement_or_level"},
        [share(NOW, 59), share(BEFORE, 60)],
        ("unknown", "no_threshold"),
    ),
    ({}, [share(NOW, 99), share(BEFORE, 1)], ("unknown", "no_rule")),
    # Two values for one thing decide only what they agree on.
    (
        {"comparison": "level", "threshold": 80},
        [share(NOW, 79), share(NOW, 81)],
        ("unknown", "contradiction"),
    ),
    ({"comparison": "level", "threshold": 80}, [share(NOW, 82), share(NOW, 81)], ("met", "")),
    # The other basis and another region are something else.
    (
        {"comparison": "level", "threshold": 80},
        [share(NOW, 90, basis="completed"), share(NOW, 90, region="03")],
        ("unknown", "no_figure"),
    ),
    # A basis that is not known: both have to say the same.
    (
        {"basis": None, "comparison": "level", "threshold": 80},
        [share(NOW, 90), share(NOW, 85, basis="completed")],
        ("met", ""),
    ),
    (
        {"basis": None, "comparison": "level", "threshold": 80},
        [share(NOW, 90), share(NOW, 70, basis="completed")],
        ("unknown", "bases_differ"),
    ),
    (
        {"basis": None, "comparison": "level", "threshold": 80},
        [share(NOW, 90)],
        ("unknown", "no_figure"),
    ),
]


@pytest.mark.parametrize(("rule", "figures", "expected"), VERDICTS)
def test_a_requirement_is_met_not_met_or_unknown(rule, figures, expected):
    measure = Measure.model_validate(WAITING | rule)
    found = grants.verdict(measure, "01", NOW, results(*figures), INDICATORS)
    assert (found.status, found.reason) == expected


# Longer than 150 days: lower is better.
@pytest.mark.parametrize(("now", "status"), [(9.9, "met"), (10, "not_met"), (10.1, "not_met")])
def test_fewer_long_waits_are_an_improvement(now, status):
    id_ = "first_visit_over_150d"
    measure = Measure(indicator=id_, basis="waiting", comparison="improvement")
    figures = results(share(NOW, now, indicator=id_), share(BEFORE, 10, indicator=id_))
    assert grants.verdict(measure, "01", NOW, figures, INDICATORS).status == status


def test_over_a_series_break_an_improvement_is_unknown():
    measure = Measure.model_validate(WAITING | {"comparison": "improvement"})
    figures = results(share("2025-08", 70), share("2024-08", 60))
    found = grants.verdict(measure, "01", "2025-08", figures, INDICATORS)
    assert (found.status, found.reason) == ("unknown", "series_break")


# The measure, the figures, and how many patients more would have met it.
SHORT = [
    ({"comparison": "level", "threshold": 80}, [share(NOW, 70, of=100)], 10),
    ({"comparison": "level", "threshold": Decimal("66.7")}, [share(NOW, 1, of=3)], 2),
    ({"comparison": "level", "threshold": 80}, [share(NOW, 80, of=100)], 0),
    ({"comparison": "level", "threshold": 80}, [share(NOW, 70)], None),
    ({"comparison": "improvement"}, [share(NOW, 70, of=100), share(BEFORE, 72)], 3),
    (
        {"comparison": "improvement_or_level", "threshold": 71},
        [share(NOW, 70, of=100), share(BEFORE, 72)],
        1,
    ),
    ({"comparison": "improvement_or_level"}, [share(NOW, 70, of=100), share(BEFORE, 72)], 3),
    ({}, [share(NOW, 70, of=100)], None),
    # 20 of 73 within 30 days (vantetider.se, BUP i Jämtland Härjedalen), against 70 per cent.
    ({"comparison": "level", "threshold": 70}, [share(NOW, 20, of=73)], 32),
]


@pytest.mark.parametrize(("rule", "figures", "patients"), SHORT)
def test_how_many_more_patients_would_have_met_it(rule, figures, patients):
    measure = Measure.model_validate(WAITING | rule)
    assert grants.patients_short(measure, "01", NOW, results(*figures), INDICATORS) == patients


def test_the_patients_that_are_missing_are_the_fewest_that_meet_it():
    measure = Measure.model_validate(WAITING | {"comparison": "level", "threshold": 70})
    for numerator, status in ((20 + 31, "not_met"), (20 + 32, "met")):
        figures = results(share(NOW, numerator, of=73))
        assert grants.verdict(measure, "01", NOW, figures, INDICATORS).status == status


PART = {
    "id": "results",
    "name": "Prestation",
    "pot": 1000,
    "kind": "performance",
    "key": {"age_group": "total", "date": DAY},
    "months": ["2023-01", "2023-02", "2023-03", "2023-04"],
    "measures": [WAITING | {"comparison": "level", "threshold": 80}],
    "bonus": {"rule": "shared_by_key", "confidence": "low", "source": "s"},
    "source": "s",
    "confidence": "low",
}


def agreement(**changes) -> Agreement:
    whole = {"id": "a", "year": 2023, "title": "t", "decided": None, "total": 1000}
    whole |= {"parts": [PART], "sources": ["s"], "confidence": "low"}
    return Agreement.model_validate(whole | changes)


# January: region 01 and 03 meet it, 04 does not. February: only 03 is known not to.
FIGURES = results(
    share("2023-01", 85, region="01"),
    share("2023-01", 80, region="03"),
    share("2023-01", 70, region="04"),
    share("2023-02", 60, region="03"),
)


def judged(found: Agreement, month="2023-02") -> pd.DataFrame:
    lines = grants.lines(found, REGIONS, PEOPLE)
    return grants.evaluated(lines, found, FIGURES, INDICATORS, Month.parse(month))


def test_earned_lost_open_and_the_scenarios():
    found = grants.scenarios(judged(agreement())).set_index("region")
    columns = ["entitled", "earned", "lost", "open", "maximum", "persisting"]
    assert found.loc["01", columns].tolist() == [500, 125, 0, 375, 500, 500]
    assert found.loc["03", columns].tolist() == [300, 75, 75, 150, 225, 75]
    assert found.loc["04", columns].tolist() == [200, 0, 50, 150, 150, 0]


def test_status_by_month_and_region():
    found = judged(agreement()).pivot(index="region", columns="month", values="status")
    assert found.loc["01"].tolist() == ["met", "unknown", "open", "open"]
    assert found.loc["03"].tolist() == ["met", "not_met", "open", "open"]
    assert found.loc["04"].tolist() == ["not_met", "unknown", "open", "open"]


def test_the_bonus_pot_is_what_was_lost_where_all_is_known_shared_by_key():
    pot, shares = grants.bonus(judged(agreement()), REGIONS)
    assert pot == 50
    assert shares == {"01": Fraction(50 * 50, 80), "03": Fraction(50 * 30, 80)}
    assert sum(shares.values()) == pot


def test_without_figures_of_all_regions_there_is_no_bonus_pot():
    lines = grants.lines(agreement(), REGIONS, PEOPLE)
    none = grants.evaluated(lines, agreement(), results(), INDICATORS, Month(2023, 4))
    assert grants.bonus(none, REGIONS) == (None, {})


def test_what_is_at_stake_next_month():
    found = grants.at_stake(judged(agreement()), agreement(), Month(2023, 2))
    assert found.set_index("region")["at_stake"].to_dict() == {"01": 125, "03": 75, "04": 50}
    assert set(found["month"]) == {"2023-03"}
    assert grants.at_stake(judged(agreement()), agreement(), Month(2023, 4)).empty


# 2020: money for performance was shared by population from March on (addendum of 23–24 April).
# 432.9 mnkr at the decision and 2 453 mnkr for performance (skr.se overenskommelse2020.28512).
def agreement_2020() -> Agreement:
    months = [f"2020-{n:02d}" for n in range(1, 12)]
    performance = PART | {"pot": 2_453_000_000, "months": months}
    decided = PART | {"id": "decided", "pot": 432_900_000, "kind": "by_population"}
    decided |= {"months": [], "measures": []}
    addendum = {
        "decided": "2020-04-24",
        "from": "2020-03",
        "part": "results",
        "kind": "by_population",
        "reason": "pandemin",
        "source": "regeringen.se 2020/04",
    }
    return agreement(
        id="tillganglighet-2020",
        year=2020,
        total=2_885_900_000,
        parts=[decided, performance],
        addenda=[addendum],
    )


def test_an_addendum_changes_the_rule_from_its_month_on():
    found = agreement_2020()
    assert found.part_in("results", "2020-02").kind == "performance"
    assert found.part_in("results", "2020-03").kind == "by_population"
    assert found.part_in("results", "2020-03").measures == ()
    lines = grants.lines(found, REGIONS, PEOPLE)
    assert sum(lines["entitled"]) == found.total
    known = grants.evaluated(lines, found, results(), INDICATORS, Month(2020, 12))
    region = known[(known["region"] == "01") & (known["part"] == "results")]
    assert region["status"].tolist() == ["unknown"] * 2 + ["unconditional"] * 9
    row = grants.scenarios(region).iloc[0]
    assert row["entitled"] == 2_453_000_000 // 2
    assert abs(row["earned"] - Fraction(2_453_000_000 * 9, 22)) < 1


# Largest remainder: exact amounts, the total, whole kronor.
APPORTIONED = [
    (["1/3", "1/3", "1/3"], 1, [1, 0, 0]),
    (["3/2", "3/2"], 3, [2, 1]),
    (["1/4", "1/2", "1/4"], 1, [0, 1, 0]),
    (["2", "3"], 5, [2, 3]),
    (["49/10", "51/10"], 10, [5, 5]),
]


@pytest.mark.parametrize(("exact", "total", "kronor"), APPORTIONED)
def test_the_krona_left_goes_to_the_largest_remainder(exact, total, kronor):
    assert grants.apportioned(total, [Fraction(e) for e in exact]) == kronor


def test_where_one_amount_is_unknown_the_others_are_rounded_each_for_itself():
    found = grants.whole_amounts({"01": Fraction(3, 2), "03": None, "04": Fraction(1, 3)})
    assert found == {"01": 2, "03": None, "04": 0}
