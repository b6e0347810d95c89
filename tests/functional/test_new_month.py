"""A new month's files: laid out, with last month's as help, and never written over."""

import shutil

import pytest

from vardlaget import project
from vardlaget.catalogue import load_regions
from vardlaget.errors import InputError
from vardlaget.new_month_command import lay_out
from vardlaget.periods import Month
from vardlaget.texts import read_texts

REPORT = """---
title: Rapport
---

{{< include comments/medarbetare.md >}}

{{< include comments/framtid.md >}}
"""
ACTIVITIES = """id,aktivitet,område,tidplan,ansvarig roll,status,kommentar
A,Sjukhusvård,,Q1 2023,Chef,Pågår,
"""


@pytest.fixture
def place(project_copy, monkeypatch):
    """A project whose publication takes comments on two sections, with one for February."""
    for path in (project_copy / "reports").glob("*.qmd"):
        path.unlink()
    shutil.rmtree(project_copy / "reports" / "comments", ignore_errors=True)
    (project_copy / "reports" / "rapport.qmd").write_text(REPORT, encoding="utf-8")
    before = project_copy / "reports/comments/2023-02/vastmanland"
    before.mkdir(parents=True)
    (before / "medarbetare.md").write_text("Färre är sjuka.\n", encoding="utf-8")
    (before / "aktiviteter.csv").write_text(ACTIVITIES, encoding="utf-8")
    monkeypatch.chdir(project_copy)
    return project.find()


def contents(paths) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def test_a_new_month_has_last_months_texts_as_help(place):
    made = contents(lay_out(place, "19", "2023-03"))
    assert sorted(made) == [
        "aktiviteter.csv",
        "framtid.md",
        "kalender.csv",
        "medarbetare.forra.md",
        "medarbetare.md",
    ]
    assert made["medarbetare.forra.md"] == "Färre är sjuka.\n"
    assert made["aktiviteter.csv"] == ACTIVITIES
    assert made["kalender.csv"] == "datum,händelse,mottagare\n"
    assert "sick_leave.text  Sjukfrånvaro" in made["medarbetare.md"]
    texts = read_texts(place, load_regions(place.reference / "regions.csv")["19"], Month(2023, 3))
    assert all(comment.is_empty for comment in texts.comments)
    assert len(texts.activities) == 1


def test_a_month_with_figures_has_them_told(place):
    shutil.rmtree(place.reports / "comments")
    made = contents(lay_out(place, "vastmanland", "2023-02"))
    assert "sick_leave.text  Sjukfrånvaro: 8,3\u00a0%" in made["medarbetare.md"]
    assert made["aktiviteter.csv"].startswith("id,aktivitet,område")


def test_what_stands_is_not_written_over(place):
    folder = place.reports / "comments/2023-03/vastmanland"
    folder.mkdir(parents=True)
    (folder / "framtid.md").write_text("Mitt", encoding="utf-8")
    with pytest.raises(InputError, match=r"framtid\.md: stands already"):
        lay_out(place, "19", "2023-03")
    assert contents(folder.iterdir()) == {"framtid.md": "Mitt"}


@pytest.mark.parametrize(("region", "month"), [("x", "2023-03"), ("19", "mars")])
def test_an_unknown_region_or_month_is_told(region, month, place):
    with pytest.raises(InputError, match=f"'{'x' if region == 'x' else 'mars'}'"):
        lay_out(place, region, month)


def test_a_synthetic_month_takes_nothing_over_from_a_real_one(place):
    rows = ["indicator,region,span,period,value,status", "sick_leave,19,month,2023-03,8,synthetic"]
    (place.data / "fil.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = contents(lay_out(place, "19", "2023-03"))
    assert "medarbetare.forra.md" not in made
    assert "Q1 2023" not in made["aktiviteter.csv"]
    texts = read_texts(place, load_regions(place.reference / "regions.csv")["19"], Month(2023, 3))
    assert all(comment.synthetic for comment in texts.comments)
