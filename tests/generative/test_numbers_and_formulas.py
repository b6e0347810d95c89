"""What holds for every number, pot, key and table."""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from vardlaget import observations
from vardlaget.catalogue.agreements import Part, PopulationKey
from vardlaget.indicators import beds, grants
from vardlaget.indicators.production import deviation_percent
from vardlaget.present.numbers import decimal_text, number_text, number_texts, signed
from vardlaget.sources.numbers import parse_cell, parse_number

few = settings(max_examples=100, deadline=None)
finite = st.floats(-1e12, 1e12, allow_nan=False)
positive = st.floats(0.01, 1e9)


# Ends of decimals, where rounding is decided, beside any number.
near_halves = st.builds(
    lambda whole, places, towards: math.nextafter(whole / 10**places, towards),
    st.integers(-(10**11), 10**11),
    st.integers(0, 6),
    st.sampled_from((-math.inf, math.inf)),
) | st.builds(
    lambda whole, places: whole / 10**places, st.integers(-(10**9), 10**9), st.integers(0, 6)
)


@settings(max_examples=3000, deadline=None)
@given(number=near_halves | finite, decimals=st.integers(0, 5))
def test_a_float_is_rounded_half_up_as_its_shortest_decimal_number(number, decimals):
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    plain = f"{abs(exact):f}".replace(".", ",")
    sign = "−" if exact < 0 else ""
    assert decimal_text(number, decimals).replace("\xa0", "") == sign + plain


@settings(max_examples=500, deadline=None)
@given(
    numbers=st.lists(near_halves | finite | st.just(math.nan)),
    unit=st.sampled_from(("percent", "SEK", "persons", "seconds")),
    decimals=st.integers(0, 5),
)
def test_many_numbers_are_written_as_each_is(numbers, unit, decimals):
    known = [number for number in numbers if unit != "seconds" or math.isfinite(number)]
    expected = [number_text(number, unit, decimals) for number in known]
    assert number_texts(np.array(known, dtype="float64"), unit, decimals) == expected


@few
@given(number=finite, decimals=st.integers(0, 4))
def test_a_published_number_is_read_back_as_it_was_rounded(number, decimals):
    text = decimal_text(number, decimals)
    assert abs(parse_number(text) - number) <= 0.5 * 10**-decimals + 1e-4
    assert decimal_text(parse_number(text), decimals) == text
    assert "-" not in text
    assert " " not in text
    assert text.strip("−0,") != "" or not text.startswith("−")


@few
@given(number=finite)
def test_a_sign_does_not_change_the_number(number):
    text = decimal_text(number, 1)
    assert parse_number(signed(text)) == parse_number(text)


@few
@given(text=st.text(max_size=12))
def test_a_cell_is_a_number_a_symbol_or_refused(text):
    try:
        number, status = parse_cell(text)
    except ValueError:
        return
    assert math.isnan(number) == (status in observations.WITHOUT_VALUE or not text.strip())


@few
@given(
    pot=st.integers(1, 10**11),
    people=st.lists(st.integers(1, 10**7), min_size=1, max_size=21),
)
def test_the_regions_amounts_are_the_pot(pot, people):
    day = date(2023, 11, 1)
    key = PopulationKey(age_group="total", date=day)
    part = Part(
        id="p", name="p", pot=pot, kind="by_population", key=key, source="s", confidence="high"
    )
    codes = [f"{n:02d}" for n in range(1, len(people) + 1)]
    rows = zip(["00", *codes], [sum(people), *people], strict=True)
    populations = pd.DataFrame(rows, columns=["region", "population"])
    populations = populations.assign(date=day, age_group="total")
    amounts = [part.net * grants.key_share(part, code, populations) for code in codes]
    assert sum(amounts) == pot
    assert all(abs(grants.whole_kronor(amount) - amount) <= Fraction(1, 2) for amount in amounts)
    assert abs(sum(map(grants.whole_kronor, amounts)) - pot) < len(people)


@few
@given(reference=positive, factor=st.floats(-10, 10))
def test_a_deviation_gives_back_the_actual_value(reference, factor):
    actual = reference * factor
    deviation = deviation_percent(actual, reference)
    assert reference * (1 + deviation / 100) == pytest.approx(
        actual, rel=1e-9, abs=1e-9 * reference
    )
    assert deviation_percent(reference, reference) == 0
    assert (deviation > 0) == (actual > reference)


@few
@given(actual=finite, reference=positive)
def test_a_deviation_does_not_depend_on_the_unit(actual, reference):
    thousands = deviation_percent(actual / 1000, reference / 1000)
    assert thousands == pytest.approx(deviation_percent(actual, reference), rel=1e-6, abs=1e-6)


@few
@given(before=st.integers(1, 10**6), now=st.integers(0, 10**6))
def test_a_change_in_beds_is_the_deviation_from_last_year(before, now):
    found = beds.change(now, now - before)
    assert found.before == before
    assert found.percent == pytest.approx(deviation_percent(now, before))


CODES = st.sampled_from(["23", "24"])
SAYING = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["beds", "visits"]),
        "region": CODES,
        "period": st.sampled_from(["2024-01", "2024-02"]),
        "value": st.sampled_from([1.0, 2.0, None]),
        "source": st.sampled_from(["a", "b"]),
    }
)


# Was wrong once: rows that differ only in value stay in the order in which they came.
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=st.lists(SAYING, min_size=1, max_size=6), data=st.data())
def test_combining_depends_neither_on_order_nor_on_repetition(rows, data):
    everything = observations.typed(pd.DataFrame(rows))
    places = data.draw(st.permutations(range(len(rows))))
    once = observations.combine([everything])
    assert observations.combine([everything.iloc[[place]] for place in places]).equals(once)
    assert observations.combine([once, once]).equals(once)
    assert len(once) == len(everything.drop_duplicates([*observations.KEY, "value"]))
