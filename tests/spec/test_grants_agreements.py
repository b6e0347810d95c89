"""The agreements of 2022, 2023 and 2024, and the beds grant of 2023, as the sources have them."""

from fractions import Fraction
from pathlib import Path

import pytest

from vardlaget.catalogue import load_agreements, load_regions
from vardlaget.indicators import grants

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
AGREEMENTS = {a.id: a for a in load_agreements(REFERENCE / "agreements")}
CODES = [region.code for region in load_regions(REFERENCE / "regions.csv")]

# agreement, total, parts (kronor), retained
POTS = [
    ("tillganglighet-2022", 2_967_000_000, [443_400_000, 2_512_600_000], 11_000_000),
    ("tillganglighet-2023", None, [None, None], 0),
    ("vardplatser-2023", 1_990_000_000, [750_000_000, 1_240_000_000], 0),
    (
        "tillganglighet-2024",
        2_925_000_000,
        [1_237_500_000, 40_000_000, 1_237_500_000, 450_000_000],
        0,
    ),
]


@pytest.mark.parametrize(("id_", "total", "pots", "retained"), POTS)
def test_the_amounts_are_those_of_the_sources(id_, total, pots, retained):
    found = AGREEMENTS[id_]
    assert found.total == total
    assert [part.pot for part in found.parts] == pots
    assert sum(amount.amount for amount in found.retained) == retained


def test_2023_has_nine_requirements_a_month_from_january_to_november():
    part = AGREEMENTS["tillganglighet-2023"].part("performance")
    assert (len(part.measures), len(part.months)) == (9, 11)
    assert (part.months[0], part.months[-1]) == ("2023-01", "2023-11")
    assert {m.comparison for m in part.measures} == {"improvement_or_level"}


def test_2022_counts_february_to_november():
    part = AGREEMENTS["tillganglighet-2022"].part("performance")
    assert (part.months[0], part.months[-1], part.month_count) == ("2022-02", "2022-11", 10)


def test_levels_that_are_not_known_stand_nowhere():
    measures = [m for a in AGREEMENTS.values() for p in a.parts for m in p.measures]
    assert {measure.threshold for measure in measures} == {None}


@pytest.mark.parametrize("id_", list(AGREEMENTS))
def test_what_is_not_known_is_told_as_not_verified(id_):
    for part in AGREEMENTS[id_].parts:
        sure = part.pot is not None and part.key is not None and part.kind != "performance"
        assert sure or part.unverified


def test_the_first_payment_of_2024_is_the_printed_one(populations):
    lines = grants.lines(AGREEMENTS["tillganglighet-2024"], CODES, populations)
    first = lines[lines["part"] == "payment_1"].set_index("region")["entitled"]
    assert first["23"] == 15_024_892
    assert (len(first), sum(first)) == (21, 1_197_500_000)


# part and the sum over all regions
SUMS = [
    ("tillganglighet-2022", "block_2", 443_400_000),
    ("tillganglighet-2022", "performance", 2_512_600_000),
    ("tillganglighet-2024", "payment_1", 1_197_500_000),
    ("tillganglighet-2024", "payment_2", 1_237_500_000),
]


@pytest.mark.parametrize(("id_", "part", "pot"), SUMS)
def test_the_regions_share_the_pot_to_the_krona(id_, part, pot, populations):
    lines = grants.lines(AGREEMENTS[id_], CODES, populations)
    assert sum(lines["entitled"][lines["part"] == part]) == pot


def test_in_2022_the_plain_rounding_misses_the_pot(populations):
    """As SKR's own tables do: there a krona is taken from Örebro and from Västerbotten."""
    part = AGREEMENTS["tillganglighet-2022"].part("block_2")
    exact = {c: part.net * s for c, s in grants.key_shares(part, CODES, populations).items()}
    whole = grants.whole_amounts(exact)
    plain = {code: grants.whole_kronor(amount) for code, amount in exact.items()}
    assert sum(whole.values()) == part.net
    assert all(abs(whole[code] - plain[code]) <= 1 for code in CODES)
    assert all(abs(whole[code] - exact[code]) < 1 for code in CODES)


def test_cap_in_2024_is_450_mnkr_over_eleven_months_and_three_measures(populations):
    lines = grants.lines(AGREEMENTS["tillganglighet-2024"], CODES, populations)
    mine = lines[(lines["part"] == "cap_performance") & (lines["region"] == "23")]
    share = Fraction("0.0121252")
    assert (mine["month"].nunique(), mine["measure"].nunique(), len(mine)) == (11, 3, 33)
    assert set(mine["exact"]) == {450_000_000 * share / 33}
    assert sum(mine["exact"]) == 450_000_000 * share
    assert sum(mine["entitled"]) == 5_456_340
    assert set(mine["entitled"]) == {165_343, 165_344}
    others = lines[(lines["part"] == "cap_performance") & (lines["region"] != "23")]
    assert others["entitled"].isna().all()


def test_once_the_population_by_age_is_there_it_is_every_regions_key(populations):
    part = AGREEMENTS["tillganglighet-2024"].part("cap_performance")
    total = populations[
        (populations["date"] == part.key.date) & (populations["age_group"] == "total")
    ]
    fetched = total.assign(age_group="0-17", population=total["population"] // 5)
    fetched.loc[fetched["region"] == "00", "population"] = sum(
        fetched["population"][fetched["region"] != "00"]
    )
    shares = grants.key_shares(part, CODES, fetched)
    assert sum(shares.values()) == 1
    assert shares["23"] != Fraction("0.0121252")


@pytest.mark.parametrize("words", ["rygt 32 miljoner", "irka 18 miljoner"])
def test_what_no_rule_gives_is_quoted(words):
    quotes = [q for q in AGREEMENTS["tillganglighet-2024"].quotes if words in q.text]
    assert [(q.region, bool(q.source)) for q in quotes] == [("23", True)]
