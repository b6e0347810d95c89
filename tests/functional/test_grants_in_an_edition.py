"""An agreement in the analyst's folder: an edition computes it for all regions side by side."""

import csv

import pypdf
import pytest

from conftest import ROOT
from vardlaget.catalogue import load_regions

CODES = [region.code for region in load_regions(ROOT / "data/reference/regions.csv")]
AGREEMENT = """
id: prov-2024
year: 2024
title: Prov
short_title: Prov
decided: null
total: 2100000
sources: [Prov]
confidence: high
parts:
  - id: trial
    name: Provprestation
    pot: 2100000
    kind: performance
    key: {age_group: total, date: 2023-11-01}
    months: [2024-01, 2024-02, 2024-03]
    measures:
      - {indicator: treatment_90d, basis: waiting, comparison: level, threshold: 50}
    bonus: {rule: shared_by_key, confidence: low, source: Antagande}
    source: Prov
    confidence: high
"""


@pytest.fixture
def data(tmp_path):
    """All regions reach the level in January; region 01 does not in February."""
    folder = tmp_path / "in"
    (folder / "agreements").mkdir(parents=True)
    (folder / "agreements" / "prov-2024.yml").write_text(AGREEMENT, encoding="utf-8")
    rows = ["indicator,region,period,basis,numerator,denominator,value,status"]
    for code in CODES:
        for month, share in (("2024-01", 60), ("2024-02", 40 if code == "01" else 70)):
            # Region 23 has published its own February figure, 48 %: it stays as it is.
            if (code, month) != ("23", "2024-02"):
                rows.append(f"treatment_90d,{code},{month},waiting,{share},100,,synthetic")
    (folder / "alla.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_all_regions_outcomes_and_the_bonus_pot(project_copy, vardlaget, data):
    arguments = ("build", "--region", "24", "--month", "2024-02", "--engine", "embedded")
    arguments = (*arguments, "--publication", "vardgaranti")
    done = vardlaget(project_copy, *arguments, "--data", data)
    assert done.returncode == 0, done.stderr
    folder = project_copy / "public" / "2024-02" / "vasterbotten"
    with (folder / "indicators.csv").open(encoding="utf-8") as file:
        found = [f for f in csv.DictReader(file) if f["unit"] == "trial"]
    of = {(f["indicator"], f["region"]): f["value"] for f in found}
    assert {region for id_, region in of if id_ == "grant.earned"} == set(CODES)
    lost = {code: int(of["grant.lost", code]) for code in CODES}
    assert {code for code in CODES if lost[code]} == {"01", "23"}
    assert of["grant.bonus_pot", "24"] == str(lost["01"] + lost["23"])
    shared = sum(int(of["grant.bonus_amount", code]) for code in CODES)
    assert abs(shared - lost["01"] - lost["23"]) <= len(CODES)
    for code in CODES:
        parts = sum(int(of[f"grant.{part}", code]) for part in ("earned", "lost", "open"))
        assert parts == int(of["grant.region_amount", code])
    page = (folder / "vardgaranti.html").read_text(encoding="utf-8")
    assert "Prestationsmedel, alla regioner, till och med februari 2024" in page
    assert page.count("Syntetiska uppgifter.") >= 3  # below each that shows such a figure
    for sheet in pypdf.PdfReader(folder / "vardgaranti.pdf").pages:
        assert "Syntetiska uppgifter" in sheet.extract_text()
    assert (folder / "tables" / "statsbidrag_utfall_regioner.csv").is_file()
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert "data:agreements/prov-2024.yml" in manifest


def test_a_wrong_agreement_stops_the_build_before_any_notebook(project_copy, vardlaget, data):
    path = data / "agreements" / "prov-2024.yml"
    path.write_text(AGREEMENT.replace("pot: 2100000", "pot: 2000000"), encoding="utf-8")
    arguments = ("build", "--region", "24", "--month", "2024-02", "--data", data)
    done = vardlaget(project_copy, *arguments)
    assert done.returncode == 2
    assert "prov-2024.yml" in done.stderr
    assert "line" in done.stderr
    assert not (project_copy / "public").exists()
