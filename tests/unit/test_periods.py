"""Months, and the Swedish words for periods."""

from datetime import date

import pandas as pd
import pytest

from vardlaget.errors import InputError
from vardlaget.indicators.periods import newest, year_before
from vardlaget.periods import Month, during, words


@pytest.mark.parametrize("text", ["2024-02", " 2024-02 ", "1990-01", "2100-12"])
def test_a_month_is_written_as_it_is_read(text):
    assert str(Month.parse(text)) == text.strip()


NO_MONTHS = ["2024-13", "2024-00", "2024-2", "202402", "24-02", "2024-02-01", "feb 2024", ""]
NO_MONTHS += ["1989-12", "2101-01", "2024–02", "2024-02\n2024-03", "1900-02"]


@pytest.mark.parametrize("text", NO_MONTHS)
def test_another_form_is_an_error_that_shows_the_right_one(text):
    with pytest.raises(InputError, match=r"not a month\. Write it as 2024-02"):
        Month.parse(text)


# Was wrong once: digits of other scripts pass, and the period then equals no other.
def test_a_month_is_written_with_the_digits_0_to_9():
    with pytest.raises(InputError, match="not a month"):
        Month.parse("２０２４-０２")


@pytest.mark.parametrize(
    ("month", "back", "result"),
    [
        ("2024-02", 0, "2024-02"),
        ("2024-02", 1, "2024-01"),
        ("2024-02", 2, "2023-12"),
        ("2024-02", 12, "2023-02"),
        ("2024-02", 26, "2021-12"),
        ("2023-12", -1, "2024-01"),
    ],
)
def test_minus_counts_months_over_the_turn_of_the_year(month, back, result):
    assert str(Month.parse(month).minus(back)) == result


@pytest.mark.parametrize(("month", "last"), [("2024-02", 29), ("2023-02", 28), ("2024-12", 31)])
def test_a_month_knows_its_last_day(month, last):
    found = Month.parse(month)
    assert found.days == last
    assert found.last_day == date(found.year, found.number, last)


def test_months_are_ordered():
    months = [Month.parse(text) for text in ("2024-01", "2023-12", "2023-02")]
    assert [str(m) for m in sorted(months)] == ["2023-02", "2023-12", "2024-01"]


# span, period, words, in a sentence
WORDS = [
    ("month", "2024-02", "februari 2024", "i februari 2024"),
    ("ytd", "2024-02", "januari–februari 2024", "under januari–februari 2024"),
    ("ytd", "2024-01", "januari 2024", "under januari 2024"),
    ("r12", "2024-02", "tolv månader till och med februari 2024", None),
    ("year", "2023", "helåret 2023", "under 2023"),
    ("point", "2024-02-29", "2024-02-29", "den 2024-02-29"),
]


@pytest.mark.parametrize(("span", "period", "plain", "sentence"), WORDS)
def test_a_period_in_words(span, period, plain, sentence):
    assert words(span, period) == plain
    assert during(span, period) == (sentence or f"under {plain}")


@pytest.mark.parametrize(
    ("period", "before"), [("2024-02", "2023-02"), ("2024", "2023"), ("2000-01", "1999-01")]
)
def test_the_year_before(period, before):
    assert year_before(period) == before


# rows as (period, value); month; lag; the periods chosen
NEWEST = [
    ([("2024-01", 1), ("2024-02", 2)], "2024-02", 0, ["2024-02"]),
    ([("2024-01", 1), ("2024-02", 2)], "2024-01", 0, ["2024-01"]),
    ([("2024-01", 1), ("2024-02", None)], "2024-02", 0, ["2024-01"]),
    ([("2024-01", None), ("2024-02", None)], "2024-02", 0, ["2024-02"]),
    ([("2024-01", 1)], "2024-03", 0, []),  # too old
    ([("2024-01", 1)], "2024-03", 1, ["2024-01"]),  # but not for an indicator that lags
    ([("2024-01", 1), ("2024-01", 2)], "2024-02", 0, ["2024-01", "2024-01"]),  # contradiction
    ([("2023-12", 1)], "2024-01", 0, ["2023-12"]),
]


@pytest.mark.parametrize(("rows", "month", "lag", "chosen"), NEWEST)
def test_the_newest_figure_is_not_too_old(rows, month, lag, chosen):
    frame = pd.DataFrame(rows, columns=["period", "value"]).astype({"value": "float64"})
    assert newest(frame, Month.parse(month), lag)["period"].tolist() == chosen
