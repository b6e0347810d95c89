"""A second build does only what a change calls for, and says why."""

import json

import pytest

import small_project

# A notebook that shows the figures, one that compares regions, and one that reads neither.
REPORT = """---
title: Prov
---

## Läget {#laget}

{{< embed /notebooks/waiting_times.ipynb#tbl-headline >}}

## Jämförelse {#jamforelse}

{{< embed /notebooks/waiting_lists.ipynb#tbl-regions >}}

## Kapacitet {#kapacitet}

{{< embed /notebooks/capacity.ipynb#capacity-text >}}
"""
HEAD = "indicator,region,span,period,basis,value,status,source\n"
ROW = "{},{},month,2024-02,{},{},reported,Test\n"


@pytest.fixture
def country(tmp_path):
    """Two regions with a figure each for February 2024, built once."""
    project = small_project.make(tmp_path / "project")
    (project / "data" / "raw" / f"{small_project.MONTH}.csv").unlink()
    (project / "reports" / "prov.qmd").write_text(REPORT, encoding="utf-8")
    put(project, "23", 60)
    put(project, "24", 70)
    done = build(project)
    assert "First time" in done.stderr
    return project


def put(project, region: str, share: float) -> None:
    text = HEAD + ROW.format("treatment_90d", region, "waiting", share)
    (project / "data" / "raw" / f"{region}.csv").write_text(text, encoding="utf-8")


def build(project):
    arguments = ("--all-regions", "--month", small_project.MONTH, "--engine", "embedded")
    return small_project.any_command(project, "build", *arguments)


def built(project, slug: str) -> str:
    path = project / "public" / "2024-02" / slug / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))["outputs"]["indicators.csv"]


def test_only_what_a_change_calls_for_is_done_again(country):
    again = build(country)
    assert "Nothing has changed" in again.stderr
    assert "prov.html" in again.stdout

    before = built(country, "jamtland-harjedalen"), built(country, "vasterbotten")
    put(country, "24", 71)
    after = build(country).stderr
    assert "own.parquet changed: " in after.replace("Build/", "build/")
    ran = [line for line in after.splitlines() if ".ipynb" in line or "steps" in line]
    own = [line for line in ran if "24/own" in line or "vasterbotten/store/own" in line]
    assert own, after
    assert not [line for line in ran if "jamtland-harjedalen/store/own" in line]
    assert "waiting_lists.ipynb 23 2024-02" in after, after
    assert "capacity.ipynb 23" not in after
    assert built(country, "vasterbotten") != before[1]

    (country / "reports" / "theme" / "vardlaget.css").open("a").write("\n/* */\n")
    style = build(country).stderr
    assert "vardlaget.css changed: edition" in style
    assert ".ipynb" not in style
