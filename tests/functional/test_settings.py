"""Settings in a build: the documented examples are read, and rule what an edition holds."""

import csv
import json
import re

import pdfplumber
import pytest
import yaml

from conftest import ROOT
from vardlaget.catalogue.settings import Settings

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
EXAMPLES = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "region:" in text]
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
OWN = (
    "indicator,region,span,period,value,status,source\n"
    "own.home_visits,23,month,2024-02,412,reported,Exempel\n"
)


@pytest.mark.parametrize("key", Settings.model_fields)
def test_every_key_is_documented(key):
    assert f"| `{key}` |" in PAGE


def test_the_example_of_vastmanland_is_the_beginning_of_its_file():
    example = yaml.safe_load(next(text for text in EXAMPLES if '"19"' in text))
    real = yaml.safe_load((ROOT / "settings" / "vastmanland.yml").read_text(encoding="utf-8"))
    assert {key: example[key] for key in example if key != "scorecard"}.items() <= real.items()
    first = example["scorecard"][0]
    assert all(row in real["scorecard"][0]["rows"] for row in first["rows"])


def test_a_region_chooses_publications_sections_targets_and_indicators(project_copy, vardlaget):
    example = next(text for text in EXAMPLES if '"23"' in text)
    (project_copy / "settings" / "jamtland-harjedalen.yml").write_text(example, encoding="utf-8")
    (project_copy / "data" / "raw" / "own.csv").write_text(OWN, encoding="utf-8")
    (project_copy / "settings" / "example.svg").write_text(LOGO, encoding="utf-8")
    done = vardlaget(project_copy, "build", "--region", "23", "--month", "2024-02")
    assert done.returncode == 0, done.stderr
    edition = project_copy / "public" / "2024-02" / "jamtland-harjedalen"
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert [p["name"] for p in manifest["publications"]] == ["vardgaranti", "manadsrapport"]
    page = (edition / "vardgaranti.html").read_text(encoding="utf-8")
    assert 'id="statsbidrag"' in page
    assert 'id="ej-verifierat"' not in page
    assert "planering@example.org" in page
    assert "Utgåvan publiceras 20 mars 2024." in page
    style = re.search(r'href="../../(assets/region-\w+\.css)"', page)[1]
    css = (project_copy / "public" / style).read_text(encoding="utf-8")
    assert "--own: #7a1f5c" in css
    drawn = re.search(r'url\("(example-\w+\.svg)"\)', css)[1]
    assert (project_copy / "public" / "assets" / drawn).read_text(encoding="utf-8") == LOGO
    with pdfplumber.open(edition / "vardgaranti.pdf") as pdf:
        title = pdf.pages[0]
        assert "Kontakt: Planeringsenheten" in title.extract_text()
        colours = {char["non_stroking_color"] for char in title.chars}
    assert any(
        colour == pytest.approx((0x7A / 255, 0x1F / 255, 0x5C / 255), abs=0.01)
        for colour in colours
        if len(colour) == 3
    )
    with (edition / "indicators.csv").open(encoding="utf-8", newline="") as file:
        own = [row for row in csv.DictReader(file) if row["indicator"] == "own.home_visits"]
    assert [(row["publication"], row["value"]) for row in own] == [("manadsrapport", "412")]
