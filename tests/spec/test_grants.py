"""State grants: the amounts of the agreement on accessibility 2024, to the krona."""

from datetime import date
from fractions import Fraction

import pytest

from vardlaget.catalogue.agreements import Part, PopulationKey
from vardlaget.errors import InputError
from vardlaget.indicators import grants

NET = 1_197_500_000
REGIONS = 21


def by_population(day, pot=NET):
    key = PopulationKey(age_group="total", date=day)
    return Part(
        id="p", name="p", pot=pot, kind="by_population", key=key, source="s", confidence="high"
    )


def amount(part, region, populations):
    return part.net * grants.key_share(part, region, populations)


# part, pot, reserved, net, Region Jämtland Härjedalen's amount in whole kronor
ENTITLEMENTS_23 = [
    ("payment_1", 1_237_500_000, 40_000_000, 1_197_500_000, 15_024_892),
    ("cap_reserved", 40_000_000, 0, 40_000_000, 485_008),
    ("payment_2", 1_237_500_000, 0, 1_237_500_000, 15_526_768),
    ("cap_performance", 450_000_000, 0, 450_000_000, 5_456_340),
]


def test_the_agreement_gives_the_printed_amounts(agreement, populations):
    found = grants.entitlements(agreement, "23", populations)
    shown = [
        (r.part, r.pot, r.reserved, r.net, grants.whole_kronor(r.amount))
        for r in found.itertuples()
    ]
    assert shown == ENTITLEMENTS_23


def test_the_parts_that_are_not_taken_from_others_add_up_to_2_925_mnkr(agreement):
    own = [p.pot for p in agreement.parts if p.id not in agreement.reserved()]
    assert sum(own) == agreement.total == 2_925_000_000


# The day of the population, and how far the amount lies from the printed 15 024 892 kr.
KEYS = [
    (date(2023, 11, 1), 0),
    (date(2023, 12, 31), 20_538),
    (date(2022, 12, 31), 74_807),
    (date(2022, 11, 1), 63_442),
]


@pytest.mark.parametrize(("day", "residual"), KEYS)
def test_only_the_population_of_1_november_2023_gives_the_printed_amount(
    day, residual, populations
):
    found = amount(by_population(day), "23", populations)
    assert grants.whole_kronor(found) - 15_024_892 == residual


# The day of the key, the country's population, region 23's, and its share in per cent.
SHARES = [
    (date(2023, 11, 1), 10_557_682, 132_466, "1.254688"),
    (date(2022, 11, 1), 10_514_719, 132_484, "1.259986"),
    (date(2021, 11, 1), 10_443_100, 131_914, "1.263169"),
    (date(2020, 11, 1), 10_378_483, 131_064, "1.262844"),
    (date(2018, 12, 31), 10_230_185, 130_280, "1.273486"),
]


@pytest.mark.parametrize(("day", "country", "region", "percent"), SHARES)
def test_the_shares_behind_the_paid_grants_of_other_years(
    day, country, region, percent, populations
):
    share = grants.key_share(by_population(day), "23", populations)
    assert share == Fraction(region, country)
    assert f"{float(100 * share):.6f}" == percent


@pytest.mark.parametrize("day", [day for day, *_ in SHARES])
@pytest.mark.parametrize("pot", [NET, 450_000_000, 7])
def test_the_21_regions_share_the_whole_pot(day, pot, populations):
    part = by_population(day, pot)
    codes = [c for c in populations["region"].unique() if c != "00"]
    exact = [amount(part, code, populations) for code in codes]
    assert len(codes) == REGIONS
    assert sum(exact) == pot
    assert abs(sum(map(grants.whole_kronor, exact)) - pot) <= REGIONS


# BUP: 450 mnkr over eleven months and three measures, with the region's own share 1.212520 %.
def test_the_performance_part_by_month_and_measure(agreement, populations):
    part = agreement.part("cap_performance")
    full = amount(part, "23", populations)
    assert full == Fraction(450_000_000) * Fraction("0.01212520")
    assert (part.month_count, len(part.measures)) == (11, 3)
    assert grants.monthly(part, full) * 11 == full
    assert grants.per_measure(part, full) * 33 == full
    assert grants.whole_kronor(grants.monthly(part, full)) == 496_031
    assert grants.whole_kronor(grants.per_measure(part, full)) == 165_344


def test_three_rounded_measures_are_not_the_month():
    """Totals come from unrounded sums: three times the rounded measure is 1 krona too much."""
    assert 3 * 165_344 == 496_031 + 1


def test_a_region_whose_key_is_unknown_has_no_amount(agreement, populations):
    found = grants.entitlements(agreement, "24", populations).set_index("part")["amount"]
    assert grants.whole_kronor(found["payment_1"]) == 31_590_770
    assert found["cap_reserved"] is None
    assert found["cap_performance"] is None


@pytest.mark.parametrize(
    ("exact", "kronor"),
    [("0", 0), ("1/2", 1), ("3/2", 2), ("5/2", 3), ("0.4999", 0), ("15024892.49", 15_024_892)],
)
def test_kronor_are_rounded_half_up(exact, kronor):
    assert grants.whole_kronor(Fraction(exact)) == kronor


def test_a_population_that_is_not_in_the_reference_is_an_error(populations):
    with pytest.raises(InputError, match=r"no population of region 23.*total.*2019-11-01.*'p'"):
        grants.key_share(by_population(date(2019, 11, 1)), "23", populations)
