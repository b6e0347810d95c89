"""What holds for all pots, keys, months and outcomes: no krona is lost or made."""

from datetime import date
from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.agreements import Agreement
from vardlaget.indicators import grants
from vardlaget.indicators.grants.results import Result
from vardlaget.periods import Month

few = settings(max_examples=60, deadline=None)
DAY = date(2022, 11, 1)
INDICATORS = load_indicators()
IDS = ["first_visit_90d", "treatment_90d", "first_visit_over_150d"]

people = st.lists(st.integers(1, 3_000_000), min_size=1, max_size=21)
pots = st.integers(1, 10**10)
months = st.lists(
    st.sampled_from([f"2023-{n:02d}" for n in range(1, 13)]), min_size=1, max_size=12, unique=True
)
measures = st.lists(st.sampled_from(IDS), max_size=3, unique=True)
cut = st.one_of(st.none(), st.integers(0, 11))


def populations(counts: list[int]) -> pd.DataFrame:
    codes = [f"{n:02d}" for n in range(1, len(counts) + 1)]
    rows = zip(["00", *codes], [sum(counts), *counts], strict=True)
    frame = pd.DataFrame(rows, columns=["region", "population"])
    return frame.assign(date=DAY, age_group="total")


def agreement(pot, months, measures, threshold=50, cut=None) -> Agreement:
    key = {"age_group": "total", "date": DAY}
    rule = {"basis": "waiting", "comparison": "improvement_or_level", "threshold": threshold}
    part = {"id": "p", "name": "p", "pot": pot, "kind": "performance", "key": key}
    part |= {"months": sorted(months), "measures": [{"indicator": i} | rule for i in measures]}
    part |= {"source": "s", "confidence": "low"}
    whole = {"id": "a", "year": 2023, "title": "t", "decided": None, "total": pot}
    whole |= {"parts": [part], "sources": ["s"], "confidence": "low"}
    if cut is not None:
        change = {"decided": DAY, "from": sorted(months)[cut % len(months)], "part": "p"}
        whole["addenda"] = [change | {"kind": "by_population", "reason": "r", "source": "s"}]
    return Agreement.model_validate(whole)


@few
@given(pot=pots, counts=people, months=months, measures=measures, cut=cut)
def test_the_sum_over_regions_months_and_measures_is_the_pot(pot, counts, months, measures, cut):
    found = populations(counts)
    codes = found["region"].tolist()[1:]
    lines = grants.lines(agreement(pot, months, measures, cut=cut), codes, found)
    assert sum(lines["exact"]) == sum(lines["entitled"]) == pot
    assert all(abs(a - k) < 1 for a, k in zip(lines["exact"], lines["entitled"], strict=True))
    amounts = lines.groupby("region")["exact"].sum()
    kronor = lines.groupby("region")["entitled"].sum()
    assert all(abs(amounts[code] - kronor[code]) < 1 for code in codes)


class SomeResults:
    """Stands for figures: each share is one of a list, or is missing."""

    def __init__(self, values):
        self._values = values

    def find(self, indicator, region, month, basis):
        n = (7 * IDS.index(indicator) + 31 * int(region) + month.number) % len(self._values)
        value = self._values[n]
        return [] if value is None else [Result(Fraction(value), value, 100)]


outcomes = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=40)


@few
@given(
    pot=pots,
    counts=people,
    months=months,
    measures=measures,
    values=outcomes,
    until=st.integers(1, 12),
    cut=cut,
)
def test_earned_lost_and_open_are_what_a_region_can_get(
    pot, counts, months, measures, values, until, cut
):
    found = populations(counts)
    codes = found["region"].tolist()[1:]
    rules = agreement(pot, months, measures, cut=cut)
    lines = grants.lines(rules, codes, found)
    judged = grants.evaluated(lines, rules, SomeResults(values), INDICATORS, Month(2023, until))
    for row in grants.scenarios(judged).itertuples():
        assert row.earned + row.lost + row.open == row.entitled
        assert row.maximum == row.earned + row.open
        assert row.persisting is None or row.earned <= row.persisting <= row.maximum
        assert min(row.earned, row.lost, row.open) >= 0
    assert set(judged["status"][judged["month"] > f"2023-{until:02d}"]) <= {"open"}
    pot_, shares = grants.bonus(judged, codes)
    assert pot_ is None or pot_ <= pot
    assert not shares or sum(shares.values()) == pot_


@few
@given(numerator=st.integers(0, 300), more=st.integers(0, 300), threshold=st.integers(0, 100))
def test_the_patients_that_are_missing_are_the_fewest(numerator, more, threshold):
    denominator = numerator + more + 1
    rules = agreement(1, ["2023-01"], ["first_visit_90d"], threshold)
    measure = rules.parts[0].measures[0].model_copy(update={"comparison": "level"})

    class One:
        def __init__(self, count):
            self.count = count

        def find(self, indicator, region, month, basis):
            return [Result(Fraction(100 * self.count, denominator), self.count, denominator)]

    def met(count):
        return grants.verdict(measure, "01", "2023-01", One(count), INDICATORS).status == "met"

    short = grants.patients_short(measure, "01", "2023-01", One(numerator), INDICATORS)
    assert met(numerator + short)
    assert short == 0 or not met(numerator + short - 1)


@few
@given(exact=st.lists(st.fractions(0, 1000), min_size=1, max_size=30))
def test_largest_remainder_gives_the_total_and_moves_less_than_a_krona(exact):
    total = grants.whole_kronor(sum(exact))
    kronor = grants.apportioned(total, exact)
    assert sum(kronor) == total
    assert all(abs(k - e) <= 1 for k, e in zip(kronor, exact, strict=True))
