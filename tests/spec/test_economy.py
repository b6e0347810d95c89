"""Economy: sums, cost development, corrections and agency staff, against what regions print.

Sources: Region Västmanland, Månadsrapport hälso- och sjukvårdsförvaltningen februari 2023, with
bilaga 1; Region Västerbotten, Hälso- och sjukvårdsnämnden årsrapport 2023-12.
"""

import dataclasses

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators import corrections, economy
from vardlaget.observations import select
from vardlaget.periods import Month

INDICATORS = load_indicators()
FEBRUARY = Month(2023, 2)
MNKR = 1_000_000


@pytest.fixture(scope="module")
def booked(vastmanland):
    return economy.statement(vastmanland, FEBRUARY, INDICATORS)


@pytest.fixture(scope="module")
def corrected(vastmanland, booked):
    return corrections.corrected(booked, corrections.corrections_of(vastmanland, booked))


@pytest.fixture(scope="module")
def vasterbotten(published):
    return published[published["region"] == "24"]


def printed(frame, indicator, **key):
    """The value that a source prints."""
    found = select(frame, indicator=indicator, **({"unit": ""} | key))
    assert len(found) == 1
    return found["value"].iloc[0]


def developments(told):
    return economy.cost_development(told).set_index("indicator")["development"].round(1).to_dict()


def test_the_statement_is_of_the_year_so_far(booked):
    assert (booked.span, booked.period) == ("ytd", "2023-02")
    assert booked.amount("income.result") == -174.1 * MNKR
    assert booked.line("income.result")["budget_difference"] == pytest.approx(-165.6 * MNKR)


# Sum, base figures and how far (in kronor) the printed sum lies from the sum of printed lines:
# all others are equal. Two amounts rounded to 0.1 million cannot tell more.
SUMS_OFF = {
    ("income.total_revenue", "actual"): -100_000,
    ("income.total_revenue", "budget"): 100_000,
    ("income.total_revenue", "last_year"): 100_000,
    ("income.total_revenue", "forecast"): 100_000,
    ("income.total_costs", "last_full_year"): 100_000,
    ("income.result", "budget"): -100_000,
}


def test_the_lines_add_up_to_the_printed_sums_but_for_rounding(booked):
    sums = economy.sums(booked)
    off = sums[sums["difference"] != 0].set_index(["indicator", "base"])["difference"]
    assert off.to_dict() == SUMS_OFF
    assert len(sums) == 18
    assert sums["rounding"].all()


def test_a_sum_that_rounding_cannot_explain_is_told_as_such(booked):
    lines = booked.lines.copy()
    lines.loc[lines["indicator"] == "income.premises", "actual"] -= MNKR
    sums = economy.sums(economy.Statement(lines)).set_index(["indicator", "base"])
    assert sums.loc[("income.total_costs", "actual"), "difference"] == MNKR
    assert not sums.loc[("income.total_costs", "actual"), "rounding"]


def test_cost_development_by_kind_gross_and_net(booked):
    assert developments(booked) == {
        "salary_cost_development": 4.6,
        "agency_cost_development": 44.3,
        "purchased_care_cost_development": 16.2,
        "medicine_cost_change_pct": 9.0,
        "remaining_cost_development": 0.8,
        "other_cost_development": 1.8,
        "gross_cost_development": 6.0,  # the source prints 5.4, adjusted
        "net_cost_development": 5.8,  # the source prints 8.4, adjusted
    }


def test_the_net_cost_is_costs_less_revenue_but_for_what_pays_it(booked):
    net = economy.cost_development(booked).set_index("indicator").loc["net_cost_development"]
    assert net["cost"] == pytest.approx((1711.8 - (1537.7 - 1418.4)) * MNKR)
    assert net["before"] == pytest.approx((1614.5 - (1494.8 - 1385.4)) * MNKR)


# What the source prints corrected, and what follows from its two corrections.
CORRECTED = [
    ("income.result_corrected", "income.result", "actual"),
    ("budget_deviation_corrected", "income.result", "budget_difference"),
]


@pytest.mark.parametrize(("id_", "account", "column"), CORRECTED)
def test_corrections_give_the_printed_corrected_amounts(
    vastmanland, corrected, id_, account, column
):
    assert corrected.line(account)[column] == pytest.approx(printed(vastmanland, id_))


@pytest.mark.parametrize(
    ("id_", "kind"),
    [
        ("purchased_care_cost_development_corrected", "purchased_care_cost_development"),
        ("other_cost_development_corrected", "other_cost_development"),
    ],
)
def test_corrections_give_the_printed_cost_developments(vastmanland, corrected, id_, kind):
    assert developments(corrected)[kind] == printed(vastmanland, id_)


def test_corrections_move_the_adjusted_developments_as_much_as_the_computed(
    vastmanland, booked, corrected
):
    """The source's adjustment is not in its tables, but the corrections' effect is."""
    for kind in ("gross_cost_development", "net_cost_development"):
        effect = printed(vastmanland, f"{kind}_corrected") - printed(vastmanland, kind)
        before, after = (
            economy.cost_development(told).set_index("indicator")["development"][kind]
            for told in (booked, corrected)
        )
        assert after - before == pytest.approx(effect, abs=0.05)


def test_corrections_keep_plans_and_move_only_what_follows(booked, corrected):
    moved = booked.lines["actual"] != corrected.lines["actual"]
    assert corrected.lines.loc[moved, "indicator"].tolist() == [
        "income.purchased_care",
        "income.other_operating_costs",
        "income.total_costs",
        "income.result",
    ]
    for base in ("budget", "last_year", "forecast", "year_budget", "last_full_year"):
        assert corrected.lines[base].equals(booked.lines[base])
    deviations = corrected.lines.set_index("indicator")["budget_difference"] / MNKR
    assert deviations["income.purchased_care"] == pytest.approx(-4.0)
    assert deviations["income.other_operating_costs"] == pytest.approx(8.5)


def test_a_part_is_corrected_with_the_line_that_holds_it(booked):
    told = corrections.corrected(
        booked, pd.DataFrame({"indicator": ["income.overtime"], "value": [MNKR]})
    )
    for account in ("income.overtime", "income.staff_costs", "income.total_costs", "income.result"):
        assert told.amount(account) - booked.amount(account) == pytest.approx(MNKR)
    assert told.amount("income.agency_staff") == booked.amount("income.agency_staff")


def test_no_corrections_change_nothing(booked):
    none = pd.DataFrame({"indicator": [], "value": []})
    pd.testing.assert_frame_equal(corrections.corrected(booked, none).lines, booked.lines)


def test_agency_staff_on_both_denominators(booked):
    shares = {id_: 100 * n / d for id_, (n, d) in economy.agency_shares(booked).items()}
    assert shares == {
        "agency_cost_share": pytest.approx(7.48, abs=0.005),  # the source prints 7.6
        "agency_cost_share_of_all": pytest.approx(6.96, abs=0.005),
    }


@pytest.mark.parametrize(("agency", "staff"), [(0.0, 0.0), (-5.0, -5.0)])
def test_agency_staff_has_no_share_of_nothing(booked, agency, staff):
    amounts = {"income.agency_staff": agency, "income.staff_costs": staff}
    told = booked.lines["indicator"].map(amounts)
    lines = booked.lines.assign(actual=told.fillna(booked.lines["actual"]))
    assert economy.agency_shares(dataclasses.replace(booked, lines=lines)) == {}


def test_the_frames_add_up_to_the_whole(vasterbotten):
    frames = ("Primärvård", "Sjukhusvården", "Tandvården", "Administration och anslag")
    found = economy.by_unit(vasterbotten, frames[::-1], "year", "2023")
    assert found["unit"].tolist() == [*frames[::-1]]
    assert found["value"].tolist() == [56 * MNKR, -49 * MNKR, -770 * MNKR, -210 * MNKR]
    assert found["value"].sum() == printed(vasterbotten, "budget_deviation", span="year")


def test_without_named_units_all_are_told(vastmanland):
    found = economy.by_unit(vastmanland, None, "ytd", "2023-02")
    assert found["value"].sum() == pytest.approx(-42.4 * MNKR)


def test_last_year_follows_from_the_change(vasterbotten):
    now = printed(vasterbotten, "out_of_county_care_cost")
    change = printed(vasterbotten, "out_of_county_care_cost_change")
    before, percent = economy.before_change(now, change)
    assert before == 266 * MNKR
    assert percent == pytest.approx(33.46, abs=0.005)  # printed as 33.4, of unrounded amounts


def test_in_december_a_year_of_its_own_is_told():
    accounts = {"income.total_revenue": 100.0, "income.total_costs": -120.0, "income.result": -20.0}
    frame = pd.DataFrame({"indicator": list(accounts), "value": list(accounts.values())})
    frame = observations.typed(
        frame.assign(region="24", span="year", period="2023", scenario="actual", status="reported")
    )
    told = economy.statement(frame, Month(2023, 12), INDICATORS)
    assert (told.span, told.period, told.amount("income.result")) == ("year", "2023", -20.0)
    assert economy.statement(frame, Month(2023, 11), INDICATORS).empty
    assert economy.statement(frame.iloc[:0], Month(2023, 12), INDICATORS).empty
