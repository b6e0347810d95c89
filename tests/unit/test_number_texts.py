"""Numbers as Swedish text: decimal comma, no-break spaces, true minus, rounded half up."""

from decimal import Decimal

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.present.numbers import (
    decimal_text,
    decimals_shown,
    in_words,
    number_text,
    signed,
    with_text,
)

NBSP, MINUS = "\u00a0", "\u2212"

DECIMALS = [
    (0, 0, "0"),
    (0.5, 0, "1"),
    (1.5, 0, "2"),
    (2.5, 0, "3"),
    (-0.5, 0, f"{MINUS}1"),
    (2.345, 2, "2,35"),
    (1.005, 2, "1,01"),
    (-0.04, 0, "0"),
    (-0.04, 1, "0,0"),
    (-0.05, 1, f"{MINUS}0,1"),
    (69, 1, "69,0"),
    (999.95, 1, f"1{NBSP}000,0"),
    (12345.6, 1, f"12{NBSP}345,6"),
    (-973_000_000, 0, f"{MINUS}973{NBSP}000{NBSP}000"),
    (Decimal("15024892.49"), 0, f"15{NBSP}024{NBSP}892"),
    (1e-7, 0, "0"),
]


@pytest.mark.parametrize(("value", "decimals", "text"), DECIMALS)
def test_a_decimal_number(value, decimals, text):
    assert decimal_text(value, decimals) == text


# Was wrong once: decimal.InvalidOperation. The reader lets such a number in, so it ends a build.
@pytest.mark.parametrize("value", [1e28, 1e50])
def test_a_number_of_any_size_has_a_text(value):
    assert decimal_text(value, 1).startswith("10")


TEXTS = [
    (69, "percent", 0, f"69{NBSP}%"),
    (88.3, "percent", 1, f"88,3{NBSP}%"),
    (15_024_892, "SEK", 0, f"15{NBSP}024{NBSP}892{NBSP}kr"),
    (-6, "percentage_points", 0, f"{MINUS}6{NBSP}procentenheter"),
    (523, "beds", 0, "523"),
    (51_927, "visits", 0, f"51{NBSP}927"),
    (898, "seconds", 0, "14:58"),
    (480, "seconds", 0, "8:00"),
    (9, "seconds", 0, "0:09"),
    (59.6, "seconds", 0, "1:00"),
    (898.5, "seconds", 0, "14:59"),  # Was wrong once: seconds are rounded half to even: 14:58
    (-65, "seconds", 0, f"{MINUS}1:05"),  # Was wrong once: -2:55
]


@pytest.mark.parametrize(("value", "unit", "decimals", "text"), TEXTS)
def test_a_number_with_its_unit(value, unit, decimals, text):
    assert number_text(value, unit, decimals) == text


WORDS = [
    (f"69{NBSP}%", "percent", f"69{NBSP}procent"),
    (f"15{NBSP}024{NBSP}892{NBSP}kr", "SEK", f"15{NBSP}024{NBSP}892{NBSP}kronor"),
    ("523", "beds", f"523{NBSP}vårdplatser"),
    (f"{MINUS}6{NBSP}procentenheter", "percentage_points", f"{MINUS}6{NBSP}procentenheter"),
    ("743", "count", "743"),
    ("14:58", "seconds", "14:58"),
]


@pytest.mark.parametrize(("text", "unit", "words"), WORDS)
def test_a_number_in_running_text(text, unit, words):
    assert in_words(text, unit) == words


SIGNED = [
    ("3,9", "+3,9"),
    (f"3,9{NBSP}%", f"+3,9{NBSP}%"),
    (f"{MINUS}3,9", f"{MINUS}3,9"),
    ("10", "+10"),
    (f"100{NBSP}%", f"+100{NBSP}%"),
    ("0", "0"),
    ("0,0", "0,0"),
    (f"0,0{NBSP}%", f"0,0{NBSP}%"),  # Was wrong once: +0,0 %
    (f"0{NBSP}kr", f"0{NBSP}kr"),  # Was wrong once: +0 kr
    (f"0{NBSP}procentenheter", f"0{NBSP}procentenheter"),  # Was wrong once: +0 procentenheter
]


@pytest.mark.parametrize(("text", "with_sign"), SIGNED)
def test_a_difference_has_its_sign_and_nothing_has_none(text, with_sign):
    assert signed(text) == with_sign


INDICATORS = load_indicators()


def figures(rows):
    return observations.typed(pd.DataFrame(rows, columns=["indicator", "value", "status"]))


# values of telephone access (one decimal in the catalogue), and the decimals all are shown with
SHOWN = [
    ([92, 86, 100], 0),
    ([92, 87.5], 1),
    ([92, 87.04], 0),
    ([92, 87.06], 1),
    ([100 / 3], 1),
    ([None], 0),
]


@pytest.mark.parametrize(("values", "decimals"), SHOWN)
def test_no_more_decimals_than_the_source_has_nor_than_the_catalogue_allows(values, decimals):
    frame = figures([("phone_same_day", value, "reported") for value in values])
    assert decimals_shown(frame, INDICATORS) == {"phone_same_day": decimals}


def test_a_share_with_its_denominator_has_the_catalogues_decimals():
    frame = figures([("phone_same_day", 92, "reported")]).assign(denominator=50.0)
    assert decimals_shown(frame, INDICATORS) == {"phone_same_day": 1}


STATUSES = [
    ("reported", 89, f"89,0{NBSP}%"),
    ("preliminary", 89, f"89,0{NBSP}%"),
    ("synthetic", 89, f"89,0{NBSP}%"),
    ("reported", 0, f"0,0{NBSP}%"),
    ("zero", 0, "–"),
    ("missing", None, ".."),
    ("not_applicable", None, "."),
    ("suppressed", None, "x"),
]


@pytest.mark.parametrize(("status", "value", "text"), STATUSES)
def test_a_figures_text_tells_its_status(status, value, text):
    frame = with_text(figures([("phone_same_day", value, status)]), INDICATORS, {})
    assert frame["text"].tolist() == [text]
