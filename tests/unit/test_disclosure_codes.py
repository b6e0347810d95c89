"""Cells as whole numbers: keys tell names, and are joined."""

import numpy as np
import pandas as pd
import pytest

from vardlaget.disclosure.codes import CELL, LINE, Codes, pairs

LINES = pd.DataFrame(
    [
        {"region": "23", "unit": "", "span": "ytd", "period": "2024-02", "basis": "completed"},
        {"region": "23", "unit": "Östersund", "span": "month", "period": "2024-02", "sex": "men"},
        {"region": "00", "unit": "", "span": "year", "period": "2023", "basis": "waiting"},
    ],
    columns=list(LINE),
    dtype="str",
).fillna("")
QUANTITIES = ("own.within", "own.all", "own.over")


@pytest.fixture
def codes():
    return Codes.of(LINES, QUANTITIES)


def test_a_key_tells_every_name(codes):
    keys = codes.of_lines(LINES) + codes.number("quantity", "own.over")
    named = codes.named(keys)
    pd.testing.assert_frame_equal(named[list(LINE)], LINES, check_dtype=False)
    assert list(named.columns) == list(CELL)
    assert set(named["quantity"]) == {"own.over"}


def test_without_a_dimension_a_key_is_its_wholes(codes):
    found = codes.named(codes.but(codes.of_lines(LINES), "region", "unit", "sex"))
    assert set(found["region"]) == {"00"}
    assert set(found["unit"]) == set(found["sex"]) == {""}
    assert found["period"].tolist() == LINES["period"].tolist()


def test_a_dimension_is_taken_from_one_key_and_put_into_another(codes):
    whole, unit, _ = codes.of_lines(LINES)
    made = codes.named(np.array([whole + codes.only(np.array([unit]), "unit")[0]]))
    assert made.loc[0, ["unit", "span"]].tolist() == ["Östersund", "ytd"]


def test_only_what_has_several_names_varies(codes):
    keys = codes.of_lines(LINES)
    assert codes.varying(keys, ("region", "unit", "age_group")) == ["region", "unit"]
    assert codes.varying(keys[:1], LINE) == []


def test_what_happens_is_the_sum_of_its_months(codes):
    keys = codes.of_lines(LINES)
    assert codes.longer(keys).tolist() == [True, False, False]
    wholes, months = codes.months(keys[:1])
    found = codes.named(months)
    assert wholes.tolist() == [0, 0]
    assert found["period"].tolist() == ["2024-02", "2024-01"]
    assert set(found["span"]) == {"month"}
    assert set(found["basis"]) == {"completed"}


def test_a_year_ends_before_the_next_years_months(codes):
    both, month, year = codes.ends(codes.of_lines(LINES))
    assert year < both == month


def test_equal_keys_are_paired_in_the_order_of_the_left():
    left, right = pairs(np.array([7, 3, 7, 9]), np.array([3, 7, 5, 7]))
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [
        *[(0, 1), (0, 3), (1, 0)],
        *[(2, 1), (2, 3)],
    ]


def test_names_of_which_there_are_too_many_are_refused():
    many = pd.Index([str(number) for number in range(100_000)])
    with pytest.raises(OverflowError, match="more combinations"):
        Codes(dict.fromkeys(CELL, many))
