"""Numbers as people in Sweden write them."""

import math

import pytest

from vardlaget.sources.numbers import parse_cell, parse_number

NUMBERS = [
    ("12 345,6", 12345.6),
    ("12\u00a0345,6", 12345.6),
    ("12\u202f345,6", 12345.6),
    ("12\u2009345,6", 12345.6),
    ("12345.6", 12345.6),
    ("1 237 500 000", 1_237_500_000),
    ("−3", -3),
    ("-3", -3),
    ("− 3,5", -3.5),
    ("+5", 5),
    ("69 %", 69),
    ("69\u00a0%", 69),
    ("69%", 69),
    ("0", 0),
    (",5", 0.5),
    ("007", 7),
    ("1e3", 1000),
    ("1,5E-05", 0.000015),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_number_in_swedish_form(text, number):
    assert parse_number(text) == number


REFUSED = [
    "1,234.5",  # comma and point: which is the decimal sign?
    "1.234,5",
    "1,2,3",
    "12-13",
    "--5",
    "5-",
    "%",
    "5%%",
    "abc",
    "12 st",
    "",
    " ",
    ",",
    "nan",
    "inf",
    "1e999",
    "0x10",
    "1_000",
    "14:58",
    "2024-02",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


# Was wrong once: more digits than a number can hold become infinity, which no table can show.
def test_a_number_is_finite():
    with pytest.raises(ValueError, match="not a number"):
        parse_number("9" * 400)


CELLS = [
    ("12,5", 12.5, ""),
    (" 12,5 ", 12.5, ""),
    ("", math.nan, ""),
    ("  ", math.nan, ""),
    ("\u00a0", math.nan, ""),
    ("..", math.nan, "missing"),
    (".", math.nan, "not_applicable"),
    ("x", math.nan, "suppressed"),
    ("X", math.nan, "suppressed"),
    ("–", 0, "zero"),
    ("-", 0, "zero"),
    (" – ", 0, "zero"),
    ("0", 0, ""),
]


@pytest.mark.parametrize(("text", "number", "status"), CELLS)
def test_a_cell_is_a_number_or_the_reason_why_there_is_none(text, number, status):
    found, why = parse_cell(text)
    assert (found, why) == (pytest.approx(number, nan_ok=True), status)


@pytest.mark.parametrize("text", ["n/a", "…", "xx", "- -", "saknas", "#DIVISION/0!"])
def test_a_cell_that_is_neither_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_cell(text)
