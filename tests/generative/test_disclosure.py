"""Whatever small numbers a table has: a reader with a solver of their own recovers none.

The reader here knows nothing of the package's cells and relations. They know that people make up
every figure, one group of people a *leaf*, which leaves each figure counts, and what is shown.
"""

import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from vardlaget.catalogue import load_indicators
from vardlaget.disclosure import exposed, hidden, load_policy, protect
from vardlaget.observations import typed

INDICATORS = load_indicators()
REFERENCE = Path(__file__).parents[2] / "data" / "reference"
POLICY = load_policy(REFERENCE / "disclosure.yml", INDICATORS)
# benchmarks/disclosure.py draws thousands.
EXAMPLES = int(os.environ.get("DISCLOSURE_EXAMPLES", "10"))
SIZES = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 7, 12, 40])
DAYS = ["0_30", "31_60", "61_90", "91_120", "121_180", "181_365", "366_plus"]
# Where waits of 150 days divide the fifth interval.
STEPS = [30, 60, 90, 120, 150, 180, 365, 366]
INTERVAL_OF = dict(zip(STEPS, [0, 1, 2, 3, 4, 4, 5, 6], strict=True))
CODES = ["", "pvv", "mov"]


@dataclass(frozen=True)
class Figure:
    """A row of the one table, and the leaves that it counts."""

    key: dict
    counted: frozenset
    among: frozenset | None = None

    def row(self, people: dict) -> dict:
        above = float(sum(people[leaf] for leaf in self.counted))
        if self.among is None:
            return self.key | {"value": above, "status": "zero" if above == 0 else "reported"}
        below = float(sum(people[leaf] for leaf in self.among))
        share = 100 * above / below if below else None
        return self.key | {
            "numerator": above,
            "denominator": below,
            "value": share,
            "status": "reported" if below else "zero",
        }

    def whole_key(self) -> tuple:
        return tuple(sorted(self.key.items()))

    def line(self) -> tuple:
        return tuple(
            item for item in self.whole_key() if item[0] not in ("indicator", "exclusions")
        )

    @property
    def quantities(self) -> list[frozenset]:
        if self.among is None:
            return [self.counted]
        return [self.counted, self.among, self.among - self.counted]


def table(figures, people):
    rows = [figure.row(people) | {"scenario": "actual"} for figure in figures]
    return typed(pd.DataFrame(rows).assign(source="fil.csv"))


def told_by(flags, figures):
    """The quantities that an edition tells: `flags` say which figures' rows it shows."""
    shown = [figure for figure, flag in zip(figures, flags, strict=True) if flag]
    return {quantity for figure in shown for quantity in figure.quantities}


def still_true(told, before, people):
    """The quantities told of people as they were before that are as they were."""
    return {
        quantity
        for quantity in told
        if sum(people[leaf] for leaf in quantity) == sum(before[leaf] for leaf in quantity)
    }


def recovered(told, flags, figures, people):
    """The small quantities of hidden rows of which the reader of what is told rules something out.

    `flags`: which figures' rows the last edition shows.
    """
    weights, rules = _reader(told, people)
    secret = {
        quantity
        for figure, shown in zip(figures, flags, strict=True)
        if not shown
        for quantity in figure.quantities
        if 0 < sum(people[leaf] for leaf in quantity) < POLICY.threshold
    }
    return [quantity for quantity in secret if not _free(weights(quantity), rules)]


def worked_out(told, flags, figures, people):
    """The hidden figures whose every number the reader of what is told works out."""
    weights, rules = _reader(told, people)
    hidden = [figure for figure, shown in zip(figures, flags, strict=True) if not shown]
    return [
        figure.key
        for figure in hidden
        if all(_certain(weights(quantity), rules) for quantity in figure.quantities)
    ]


def _reader(told, people):
    """How the reader counts a quantity's leaves, and the rules that what is told gives."""
    leaves = sorted(people)
    place = {leaf: n for n, leaf in enumerate(leaves)}

    def weights(quantity):
        found = np.zeros(len(leaves))
        found[[place[leaf] for leaf in quantity]] = 1
        return found

    known = sorted(told, key=sorted)
    rows = np.array([weights(quantity) for quantity in known]).reshape(len(known), len(leaves))
    sums = np.array([sum(people[leaf] for leaf in quantity) for quantity in known])
    return weights, [LinearConstraint(rows, sums, sums)] if known else []


def _certain(quantity, rules):
    """Whether the quantity can be but one number."""
    ends = [
        milp(
            sign * quantity,
            integrality=np.ones(len(quantity)),
            bounds=Bounds(0, np.inf),
            constraints=rules,
        )
        for sign in (1, -1)
    ]
    return all(end.status == 0 for end in ends) and round(ends[0].fun) == -round(ends[1].fun)


def _free(quantity, rules):
    """Whether the quantity may be as large as the threshold, and as small as one or none."""
    for sign, enough in ((-1, POLICY.threshold), (1, -1)):
        reach = LinearConstraint(-sign * quantity, enough, np.inf)
        found = milp(
            np.zeros(len(quantity)),
            integrality=np.ones(len(quantity)),
            bounds=Bounds(0, np.inf),
            constraints=[*rules, reach],
        )
        if found.status == 2:
            return False
        assert found.status == 0
    return True


def shown(frame):
    return (frame["status"] != "suppressed").tolist()


@st.composite
def units_and_sexes(draw):
    """A share by unit, by sex and at times by both, in regions and the country; some totals are
    missing."""
    regions = ["14", "23", "25"][: draw(st.integers(1, 3))]
    leaves = [
        (region, unit, sex, within)
        for region in regions
        for unit in ("A", "B", "C")[: draw(st.integers(1, 3))]
        for sex in ("women", "men")
        for within in (True, False)
    ]
    people = {leaf: draw(SIZES) for leaf in leaves}
    cuts = [("", ""), *((unit, "") for unit in "ABC"), ("", "women"), ("", "men")]
    if draw(st.booleans()):
        cuts += product("ABC", ("women", "men"))
    figures = []
    for region, (unit, sex) in product(["00", *regions], cuts):
        among = frozenset(
            leaf
            for leaf in leaves
            if region in ("00", leaf[0]) and unit in ("", leaf[1]) and sex in ("", leaf[2])
        )
        if not among or (region == "00" and unit) or draw(st.integers(0, 9)) == 0:
            continue
        key = {"indicator": "phone_same_day", "basis": "completed", "region": region}
        key |= {"unit": unit, "sex": sex, "span": "month", "period": "2024-02"}
        figures.append(Figure(key, frozenset(leaf for leaf in among if leaf[3]), among))
    return figures, people


@st.composite
def waiting_lists(draw):
    """A waiting list by specialty in a region or two and the country: all the figures it gives."""
    regions = ["14", "23"][: draw(st.integers(1, 2))]
    specialties = ["Hud", "Kirurgi", "Ögon"][: draw(st.integers(1, 3))]
    leaves = list(product(regions, specialties, STEPS, CODES))
    sizes = draw(st.lists(SIZES, min_size=len(leaves), max_size=len(leaves)))
    people = dict(zip(leaves, sizes, strict=True))
    wanted = draw(st.sets(st.sampled_from(sorted(_waiting(leaves))), min_size=3))
    figures = []
    for region, specialty in product(["00", *regions], ["", *specialties]):
        own = [x for x in leaves if region in ("00", x[0]) and specialty in ("", x[1])]
        facets = _waiting(own)
        for id_, exclusions in sorted(wanted):
            key = {"indicator": id_, "exclusions": exclusions, "basis": "waiting"}
            key |= {"region": region, "specialty": specialty, "span": "month", "period": "2024-02"}
            figures.append(Figure(key, *facets[id_, exclusions]))
    return figures, people


def _waiting(leaves):
    """The leaves that each figure of a waiting list counts, and those that it is a share of."""
    left_out = {"none": set(), "": {"pvv"}, "pvv_mov": {"pvv", "mov"}}
    among = {
        code: frozenset(leaf for leaf in leaves if leaf[3] not in out)
        for code, out in left_out.items()
    }

    def within(days, code):
        return frozenset(leaf for leaf in among[code] if leaf[2] <= days)

    found = {
        ("first_visit_patients", ""): (among["none"],),
        ("first_visit_over_90d_count", ""): (among[""] - within(90, ""),),
        ("first_visit_over_150d_count", ""): (among[""] - within(150, ""),),
        ("first_visit_over_150d", ""): (among[""] - within(150, ""), among[""]),
        ("first_visit_patient_chosen", ""): (among["none"] - among[""],),
        ("first_visit_medically_caused", ""): (among[""] - among["pvv_mov"],),
        ("first_visit_90d.numerator", ""): (within(90, ""),),
    }
    for n, interval in enumerate(DAYS):
        inside = frozenset(leaf for leaf in leaves if INTERVAL_OF[leaf[2]] == n)
        found[f"first_visit_days_{interval}", ""] = (inside,)
    for days in (30, 60, 90, 150):
        found[f"first_visit_{days}d", ""] = (within(days, ""), among[""])
    for code in ("none", "pvv_mov"):
        found["first_visit_90d", code] = (within(90, code), among[code])
    return found


@st.composite
def months(draw):
    """A count by month, year to date and in the year, of a region's units."""
    leaves = list(product(("A", "B"), range(1, 13)))
    sizes = draw(st.lists(SIZES, min_size=len(leaves), max_size=len(leaves)))
    people = dict(zip(leaves, sizes, strict=True))
    figures = []
    for unit, month in product(("", "A", "B"), range(1, 13)):
        own = frozenset(leaf for leaf in leaves if unit in ("", leaf[0]))
        key = {"indicator": "referrals_received", "region": "23", "unit": unit}
        one = frozenset(leaf for leaf in own if leaf[1] == month)
        figures.append(Figure(key | {"span": "month", "period": f"2023-{month:02d}"}, one))
        if draw(st.booleans()):
            until = frozenset(leaf for leaf in own if leaf[1] <= month)
            figures.append(Figure(key | {"span": "ytd", "period": f"2023-{month:02d}"}, until))
        if month == 12 and draw(st.booleans()):
            figures.append(Figure(key | {"span": "year", "period": "2023"}, own))
    return figures, people


@st.composite
def tables(draw):
    """One of these tables, whole or with rows, or whole lines, that it does not have."""
    figures, people = draw(st.one_of(units_and_sexes(), waiting_lists(), months()))
    of_a_kind = draw(st.sampled_from([Figure.whole_key, Figure.line]))
    kinds = sorted({of_a_kind(figure) for figure in figures})
    chance = draw(st.sampled_from([0, 0, 2, 5, 8]))
    luck = draw(st.lists(st.integers(0, 9), min_size=len(kinds), max_size=len(kinds)))
    there = {kind for kind, n in zip(kinds, luck, strict=True) if n >= chance}
    return [figure for figure in figures if of_a_kind(figure) in there], people


TABLES = tables().filter(lambda drawn: drawn[0])


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES)
def test_no_small_number_is_recovered_from_what_is_shown(drawn):
    figures, people = drawn
    frame = table(figures, people)
    protected = protect(frame, POLICY, INDICATORS)
    flags = shown(protected)
    assert recovered(told_by(flags, figures), flags, figures, people) == []
    assert exposed({"1": protected}, hidden(frame, protected), POLICY, INDICATORS) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES)
def test_no_hidden_figure_is_worked_out(drawn):
    """Those hidden for others' sake neither: what can be worked out need not be hidden."""
    figures, people = drawn
    flags = shown(protect(table(figures, people), POLICY, INDICATORS))
    assert worked_out(told_by(flags, figures), flags, figures, people) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES)
def test_every_small_number_is_hidden_and_what_is_shown_is_unchanged(drawn):
    figures, people = drawn
    frame = table(figures, people)
    protected = protect(frame, POLICY, INDICATORS)
    for figure, kept in zip(figures, shown(protected), strict=True):
        sizes = [sum(people[leaf] for leaf in quantity) for quantity in figure.quantities]
        assert not (kept and any(0 < size < POLICY.threshold for size in sizes))
    left = protected["status"] != "suppressed"
    pd.testing.assert_frame_equal(protected[left], frame[left])
    assert protected.loc[~left, ["numerator", "denominator", "value"]].isna().all(axis=None)


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES, st.data())
def test_the_guard_finds_what_a_reader_with_another_solver_finds(drawn, data):
    """Rows that were hidden are shown after all, as in an earlier edition that hid others."""
    figures, people = drawn
    frame = table(figures, people)
    protected = protect(frame, POLICY, INDICATORS)
    now = shown(protected)
    chance = data.draw(st.integers(1, 9))
    luck = data.draw(st.lists(st.integers(0, 9), min_size=len(now), max_size=len(now)))
    before = [n < chance for n in luck]
    earlier = frame[before]
    found = exposed(
        {"first": earlier, "second": protected}, hidden(frame, protected), POLICY, INDICATORS
    )
    told = told_by(before, figures) | told_by(now, figures)
    assert bool(found) == bool(recovered(told, now, figures, people))
    for exposure in found:
        assert exposure.by


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES, st.data())
def test_what_was_told_before_gives_nothing_away_later(drawn, data):
    """Of two editions the second knows what the first showed, and more figures."""
    figures, people = drawn
    frame = table(figures, people)
    flags = data.draw(st.lists(st.booleans(), min_size=len(figures), max_size=len(figures)))
    first = protect(frame[flags], POLICY, INDICATORS)
    second = protect(frame, POLICY, INDICATORS, earlier=[first])
    kept = dict(zip(np.flatnonzero(flags), shown(first), strict=True))
    before = [kept.get(n, False) for n in range(len(figures))]
    editions = {"first": first, "second": second}
    found = exposed(editions, hidden(frame, second), POLICY, INDICATORS)
    told = told_by(before, figures) | told_by(shown(second), figures)
    assert bool(found) == bool(recovered(told, shown(second), figures, people))


@settings(max_examples=EXAMPLES, deadline=None)
@given(TABLES, st.data())
def test_editions_that_revise_each_other_give_nothing_away(drawn, data):
    """Three editions, each with other figures and some people moved; each knows those before it.

    The reader has everything that any of them told and that is still so. The guard may stop more:
    it takes the parts that are there for all parts where they add up.
    """
    figures, people = drawn
    published, told = {}, []
    for number in range(3):
        if number:
            moved = data.draw(st.dictionaries(st.sampled_from(sorted(people)), SIZES, max_size=3))
            people = people | moved
        among = st.lists(st.integers(0, 3), min_size=len(figures), max_size=len(figures))
        there = [number == 2 or n > 0 for n in data.draw(among)]
        frame = table(figures, people)
        kept = protect(frame[there], POLICY, INDICATORS, earlier=list(published.values()))
        seen = dict(zip(np.flatnonzero(there), shown(kept), strict=True))
        flags = [seen.get(n, False) for n in range(len(figures))]
        alone = [n for n in range(len(figures)) if there[n]]
        own = [figures[n] for n in alone]
        earlier = [still_true(quantities, before, people) for quantities, before in told]
        now = told_by(flags, figures).union(*earlier)
        found = exposed(
            published | {str(number): kept}, hidden(frame[there], kept), POLICY, INDICATORS
        )
        assert found or not recovered(now, [flags[n] for n in alone], own, people)
        published[str(number)] = kept
        told.append((told_by(flags, figures), people))


@pytest.mark.parametrize("size", range(1, 5))
@settings(max_examples=EXAMPLES, deadline=None)
@given(others=st.lists(st.integers(0, 6), min_size=1, max_size=2))
def test_counting_through_every_table_recovers_nothing(size, others):
    """A region's units and their sum: every table that agrees with what is shown, one by one."""
    units = [size, *others]
    rows = [{"unit": name, "value": n} for name, n in zip("ABCD", units, strict=False)]
    rows = pd.DataFrame([*rows, {"unit": "", "value": sum(units)}])
    common = {"indicator": "referrals_received", "region": "23", "span": "month"}
    frame = typed(rows.assign(period="2024-02", scenario="actual", status="reported", **common))
    kept = protect(frame, POLICY, INDICATORS)["value"].tolist()
    *parts, whole = kept
    guesses = np.indices([sum(units) + 6] * len(units)).reshape(len(units), -1)
    agreeing = np.ones(guesses.shape[1], dtype=bool)
    for told, guess in [*zip(parts, guesses, strict=True), (whole, guesses.sum(axis=0))]:
        agreeing &= np.isnan(told) | (guess == told)
    for place, n in enumerate(units):
        if 0 < n < POLICY.threshold:
            possible = guesses[place, agreeing]
            assert possible.min() <= 1
            assert possible.max() >= POLICY.threshold
