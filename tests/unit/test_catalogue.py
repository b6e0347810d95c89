"""The project's own catalogue is whole: every figure has its definition, every entry its form."""

import re

import pytest

from vardlaget.catalogue import load_agreements, load_indicators, load_targets
from vardlaget.errors import InputError
from vardlaget.indicators import consistency, waiting_times

INDICATORS = load_indicators()
ENTRIES = list(INDICATORS)


def test_every_published_figure_has_a_definition(published):
    assert [id_ for id_ in published["indicator"].unique() if id_ not in INDICATORS] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)
def test_every_entry_is_well_formed(entry):
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", entry.id)
    assert entry.name.sv[0].isupper() or entry.name.sv[0].isdigit()
    assert entry.definition.endswith(".")
    assert entry.source
    assert not entry.bounded or entry.unit == "percent"
    assert (entry.numerator is None) == (entry.denominator is None)


def test_swedish_names_are_unique():
    names = [entry.name.sv for entry in ENTRIES]
    assert sorted({n for n in names if names.count(n) > 1}) == []


@pytest.mark.parametrize("id_", [*waiting_times.GUARANTEE, *waiting_times.CHILD_PSYCHIATRY])
def test_the_guarantees_indicators_are_bounded_shares_with_parts(id_):
    entry = INDICATORS[id_]
    assert (entry.unit, entry.bounded, entry.direction) == ("percent", True, "higher")
    assert INDICATORS[f"{id_}.numerator"].unit == "count"
    assert INDICATORS[f"{id_}.denominator"].decimals == 0


def test_what_is_recomputed_is_in_the_catalogue():
    for rule in consistency.RECOMPUTATIONS:
        assert all(id_ in INDICATORS for id_ in (rule.indicator, *(i for i, _ in rule.inputs)))


@pytest.mark.parametrize(
    "id_", ["phone", "phone_same_day.", "phone_same_day.share", "available_beds.numerator", ""]
)
def test_an_unknown_indicator_is_an_error(id_):
    assert id_ not in INDICATORS
    with pytest.raises(InputError, match=re.escape(f"'{id_}': no such indicator")):
        INDICATORS[id_]


def test_every_target_is_of_a_known_indicator_and_region(root, regions):
    targets = load_targets(root / "data" / "reference" / "targets.csv")
    assert targets
    for target in targets:
        assert target.indicator in INDICATORS
        assert regions[target.region].code == target.region
        assert target.printed
        assert target.source


def test_every_measure_of_an_agreement_is_a_known_indicator(root):
    agreements = load_agreements(root / "data" / "reference" / "agreements")
    measures = [m for a in agreements for part in a.parts for m in part.measures]
    assert measures
    assert all(measure.indicator in INDICATORS for measure in measures)
