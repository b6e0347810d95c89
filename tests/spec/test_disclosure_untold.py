"""Small numbers that figures give away together with what no row tells."""

import numpy as np
import pytest

from disclosure_support import COUNT, INDICATORS, PATIENTS, kept, table, units
from vardlaget.disclosure import tables
from vardlaget.disclosure.cells import of_family
from vardlaget.disclosure.codes import REST


@pytest.mark.parametrize(
    ("country", "all_men_are_shown"),
    [
        # The other region's men are at most 12, so that these are at least 4.
        ([], False),
        # There are more regions: their men are anybody's.
        ([{"region": "00", "value": 400}], True),
    ],
)
def test_a_group_that_another_region_does_not_tell_is_at_most_that_region(
    country, all_men_are_shown
):
    men, women = {"sex": "men"}, {"sex": "women"}
    frame = table(
        *({"region": "00", "value": 16} | men, *country),
        *({"region": "14", "value": 4} | men, {"region": "14", "value": 90} | women),
        *({"region": "23", "unit": unit, "value": n} for unit, n in (("A", 5), ("B", 7))),
        indicator=COUNT,
    )
    assert kept(frame)[0] == all_men_are_shown
    assert not kept(frame)[len(country) + 1]


def test_the_parts_that_are_told_are_not_the_whole_where_one_is_told_before_and_after():
    """Else the region's years to date from March on would be unit A's, less than in February."""
    frame = table(
        {"value": 9, "period": "2024-02"},
        {"value": 11, "span": "ytd", "period": "2024-02"},
        *({"unit": unit, "value": 1, "period": "2024-01"} for unit in "AB"),
        *({"unit": "A", "value": 6, "span": "ytd", "period": f"2024-0{n}"} for n in range(3, 8)),
        {"unit": "B", "value": 31, "span": "ytd", "period": "2024-08"},
        indicator=COUNT,
    )
    assert kept(frame)[:2] != [True, True]


def test_a_unit_that_is_not_told_in_between_leaves_the_others_with_the_region_at_most():
    frame = table(
        {"region": "00", "value": 100},
        {"region": "14", "value": 67},
        {"unit": "A", "value": 3},
        {"unit": "B", "value": 30},
        {"unit": "B", "value": 90, "span": "ytd", "period": "2024-03"},
        *({"unit": "C", "value": 40, "period": f"2024-0{n}"} for n in (1, 3)),
        indicator=COUNT,
    )
    assert kept(frame)[:4] != [True, True, False, True]


@pytest.mark.parametrize(("country", "more"), [(900, True), (100, False)])
def test_parts_that_fall_short_in_one_count_do_so_in_all(country, more):
    """Two of the country's regions: not even what nobody tells adds up to the country.

    The country's second count is told by none, nor is the third count of anyone.
    """
    counts = {"14": (60, 8), "23": (40, 7), "00": (country,)}
    rows = [
        {"region": region, "indicator": id_, "value": value}
        for region, values in counts.items()
        for id_, value in zip(PATIENTS, values, strict=False)
    ]
    cells = of_family(table(*rows, basis="waiting").assign(open=False, former=False), INDICATORS)
    named = cells.frame.reset_index().set_index(["region", "quantity"])["index"]
    rules = cells.constraints.matrix.toarray()
    for quantity in ("none.all", "none.days_0_30", "none.days_31_60"):
        regions = [named[region, quantity] for region in ("00", "14", "23")]
        assert [-1, 1, 1] in rules[:, regions].tolist()
        assert ((REST, quantity) in named) == more
        if more:
            rest = named[REST, quantity]
            assert [-1, 1, 1, 1] in rules[:, [*regions, rest]].tolist()
            alone = np.abs(rules).sum(axis=1) == 1
            assert not rules[alone, rest].any()


def test_units_that_no_row_tells_have_no_more_in_a_month_than_in_the_year():
    """Unit B has nobody until September, so others have all 7: it has 2 at most in the year."""
    frame = table(
        {"span": "month", "period": "2023-09", "value": 7},
        {"span": "year", "period": "2023", "value": 9},
        {"unit": "B", "span": "ytd", "period": "2023-09", "value": 0, "status": "zero"},
        {"unit": "B", "span": "year", "period": "2023", "value": 1},
        indicator=COUNT,
    )
    assert kept(frame) != [True, True, True, False]


def test_a_group_is_told_by_its_region_and_the_other_group():
    """Region 14 has nobody but women, so that 1 of the country's 81 women is left for region 25."""
    frame = table(
        {"region": "00", "value": 93},
        {"region": "00", "sex": "women", "value": 81},
        {"region": "14", "value": 80},
        {"region": "14", "sex": "men", "value": 0, "status": "zero"},
        {"region": "25", "sex": "women", "value": 1},
        indicator=COUNT,
    )
    assert kept(frame) != [True, True, True, True, False]


def test_a_total_that_no_row_tells_is_more_than_the_one_group_that_is_told():
    """Unit B has 6 and 5 of them are men: so 1 of the country's 5 women, and A has 4."""
    frame = table(
        {"region": "00", "value": 13},
        {"region": "00", "sex": "women", "value": 5},
        {"unit": "A", "value": 7},
        {"unit": "A", "sex": "women", "value": 4},
        {"unit": "B", "sex": "men", "value": 5},
        indicator=COUNT,
    )
    assert kept(frame) != [True, True, True, False, True]


def test_regions_that_no_row_tells_have_no_more_of_a_specialty_than_in_all():
    """Others have 3 who wait up to 30 days, so that of the 5 of dermatology at least 2 are here."""
    frame = table(
        {"region": "00", "indicator": "first_visit_days_0_30", "value": 8},
        {"region": "00", "indicator": "first_visit_30d", "specialty": "Hud", "value": (5, 10)},
        {"indicator": "first_visit_days_0_30", "value": 5},
        {"indicator": "first_visit_60d", "specialty": "Hud", "value": (2, 7)},
        basis="waiting",
    )
    assert kept(frame) != [True, True, True, False]


@pytest.mark.parametrize("few", [0, 2000])
def test_what_no_row_tells_is_completed_by_the_method_for_many_as_by_that_for_few(few, monkeypatch):
    """Days of two regions of three, and shares of the third: whole numbers that agree with all."""
    monkeypatch.setattr(tables, "FEW", few)
    rows = [
        {"region": region, "indicator": f"first_visit_{name}", "value": value}
        for region, counts in {"14": (60, 8, 11), "23": (40, 7, 9), "00": (130,)}.items()
        for name, value in zip(("patients", "days_0_30", "days_31_60"), counts, strict=False)
    ]
    rows.append({"region": "24", "indicator": "first_visit_90d", "value": (20, 25)})
    frame = table(*rows, basis="waiting").assign(open=False, former=False)
    cells = of_family(frame, INDICATORS)
    known = ~np.isnan(cells.values)
    assert known.any()
    assert not known.all()
    assert (cells.table[known] == cells.values[known]).all()
    assert (cells.table >= 0).all()
    assert (cells.table == cells.table.round()).all()
    assert cells.constraints.hold(cells.table).all()


def test_the_order_of_the_rows_decides_nothing():
    frame = table(
        *units(A=2, B=7, C=12, whole=30),
        {"region": "00", "value": 90},
        {"region": "14", "sex": "men", "value": 3},
        {"region": "14", "value": 20},
        indicator=COUNT,
    )
    first, again = (
        of_family(rows.assign(open=False, former=False), INDICATORS)
        for rows in (frame, frame.iloc[::-1])
    )
    assert first.frame.equals(again.frame)
    assert (first.table == again.table).all()
