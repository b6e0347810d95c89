"""Settings: a file over the standard, own targets and indicators, errors with lines."""

from pathlib import Path

import pytest

from vardlaget import project
from vardlaget.catalogue import load_indicators, load_settings
from vardlaget.catalogue.settings import all_settings, own_indicators
from vardlaget.errors import InputError

OWN = """
indicators:
  - id: own.home_visits
    name: {sv: Hembesök, en: Home visits}
    subject: production
    definition: Antalet hembesök som mobila team gör under en månad.
    exclusions: Inga
    unit: visits
    decimals: 0
    direction: higher
    lag_months: 0
    source: Regionens vårdsystem
    confidence: medium
"""


def put(folder: Path, slug: str, text: str) -> None:
    (folder / f"{slug}.yml").write_text(text, encoding="utf-8")


def test_what_a_region_leaves_out_is_as_in_the_standard(tmp_path):
    put(tmp_path, "standard", "hours_per_fte_year: 1725\nareas: [A]\n")
    put(tmp_path, "vast", 'region: "19"\nareas: [B, C]\nnames: {B: Bé}\n')
    settings = load_settings(tmp_path, "vast")
    assert (settings.hours_per_fte_year, settings.areas) == (1725, ("B", "C"))
    assert (settings.shown("B"), settings.shown("C")) == ("Bé", "C")
    other = load_settings(tmp_path, "ost")
    assert (other.region, other.areas, other.publications) == (None, ("A",), None)


def test_a_region_without_any_file_has_no_choices(tmp_path):
    assert load_settings(tmp_path, "vast").scorecard is None


def test_a_target_of_a_regions_file_is_the_regions(tmp_path):
    text = "targets:\n  - {indicator: sick_leave, valid_from: 2023-01-01, upper: 6, source: S}\n"
    put(tmp_path, "vast", 'region: "19"\n' + text)
    assert load_settings(tmp_path, "vast").targets[0].region == "19"


def test_an_own_indicator_is_known_beside_the_catalogue(tmp_path):
    put(tmp_path, "vast", 'region: "19"' + OWN)
    assert [entry.id for entry in own_indicators(tmp_path)] == ["own.home_visits"]


def test_two_regions_may_share_an_indicator_but_not_differ_in_it(tmp_path):
    put(tmp_path, "vast", 'region: "19"' + OWN)
    put(tmp_path, "ost", 'region: "05"' + OWN)
    assert len(own_indicators(tmp_path)) == 1
    put(tmp_path, "syd", 'region: "12"' + OWN.replace("higher", "lower"))
    with pytest.raises(InputError, match=r"'own\.home_visits' is defined in two ways"):
        own_indicators(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('region: "19"\nareas: A\n', r"vast\.yml, line 2, areas"),
        ('region: "19"\n\nscorecards: []\n', r"vast\.yml, line 3, scorecards: Extra inputs"),
        (OWN.replace("own.home_visits", "home_visits"), "its id must begin with 'own.'"),
        ('look: {colour: "#aabbcc"}\n', r"line 1, look\.colour: .* contrast with #ffffff is 2\.0"),
        ("hours_per_fte_year: 0\n", r"line 1, hours_per_fte_year"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, text, told):
    put(tmp_path, "vast", text)
    with pytest.raises(InputError, match=told):
        load_settings(tmp_path, "vast")


def test_the_projects_own_settings_are_sound():
    every = all_settings(project.find().settings)
    known = load_indicators()
    assert len(every) >= 4
    assert all(id_ in known for settings in every for id_ in settings.named_indicators())
