"""A second build does only what a change calls for, and says why."""

import json

import pytest

HEAD = "indicator,region,span,period,basis,value,status,source\n"
ROW = "{},{},month,2024-02,{},{},reported,Test\n"


@pytest.fixture
def country(project_copy, vardlaget):
    """Two regions with a figure each for February 2024, built once."""
    put(project_copy, "23", 60)
    put(project_copy, "24", 70)
    done = build(project_copy, vardlaget)
    assert "First time" in done.stderr
    return project_copy


def put(project, region: str, share: float) -> None:
    text = HEAD + ROW.format("treatment_90d", region, "waiting", share)
    (project / "data" / "raw" / f"{region}.csv").write_text(text, encoding="utf-8")


def build(project, vardlaget, *more: str):
    arguments = ("--all-regions", "--month", "2024-02", "--publication", "vardgaranti", *more)
    done = vardlaget(project, "build", *arguments, "--engine", "embedded")
    assert done.returncode == 0, done.stderr
    return done


def built(project, slug: str) -> str:
    path = project / "public" / "2024-02" / slug / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))["outputs"]["indicators.csv"]


def test_only_what_a_change_calls_for_is_done_again(country, vardlaget):
    again = build(country, vardlaget)
    assert "Nothing has changed" in again.stderr
    assert "vardgaranti.html" in again.stdout

    before = built(country, "jamtland-harjedalen"), built(country, "vasterbotten")
    put(country, "24", 71)
    after = build(country, vardlaget).stderr
    assert "own.parquet changed: " in after.replace("Build/", "build/")
    ran = [line for line in after.splitlines() if ".ipynb" in line or "steps" in line]
    own = [line for line in ran if "24/own" in line or "vasterbotten/store/own" in line]
    assert own, after
    assert not [line for line in ran if "jamtland-harjedalen/store/own" in line]
    assert "waiting_lists.ipynb 23 2024-02" in after, after
    assert "capacity.ipynb 23" not in after
    assert built(country, "vasterbotten") != before[1]

    (country / "reports" / "theme" / "vardlaget.css").open("a").write("\n/* */\n")
    style = build(country, vardlaget).stderr
    assert "vardlaget.css changed: edition" in style
    assert ".ipynb" not in style
