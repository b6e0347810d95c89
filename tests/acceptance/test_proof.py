"""Verify and trace hold for every edition and every figure of the demo country."""

from collections import Counter

import pytest

from vardlaget import project as projects
from vardlaget.pipeline import editions
from vardlaget.publishing import verify
from vardlaget.publishing.trace import ways


@pytest.fixture(scope="module")
def place(site, country):
    return projects.find(site, data=site / "demo", out=country, work=site / "country-build")


def folders(place):
    found = [place.out / each["folder"] for each in editions.all_editions(place.out)]
    assert {folder.name for folder in found} >= {"riket", "vasterbotten"}
    return found


def test_every_edition_has_the_files_of_its_manifest(place):
    for folder in folders(place):
        found = verify.files(folder)
        assert found.whole, found.lines()
        assert found.count > 10


def test_every_figure_of_every_edition_leads_to_rows_or_to_what_it_was_computed_from(place):
    for folder in folders(place):
        ends, nowhere = Counter(), []
        for way in ways(place, folder):
            to_rows = way.rows and all(origins for _, origins in way.rows)
            to_inputs = not way.rows and way.references
            ends["rows" if to_rows else "inputs" if to_inputs else "nowhere"] += 1
            if not (to_rows or to_inputs):
                nowhere.append((way.figure["indicator"], way.figure["source"]))
        assert nowhere == [], (folder.name, ends, nowhere[:5])
        assert ends["rows"] > ends["inputs"]
