"""What editions in place give away together stops a build, also where nothing else is known."""

import shutil

import pytest

import small_project
from small_project import build, contents, folder

REPORT = """---
title: Prov
---

## Telefon {#telefon}

{{< embed /notebooks/waiting_times.ipynb#tbl-phone-units >}}
"""
FIRST = {"Alfhälsan": (4127, 6133), "": (4130, 6140)}
THEN = FIRST | {"Björkhälsan": (3, 7)}


def put(project, units: dict[str, tuple[int, int]]) -> None:
    rows = [
        f"phone_same_day,24,{unit},month,2024-02,completed,{above},{below},{100 * above / below},,"
        for unit, (above, below) in units.items()
    ]
    text = small_project.HEAD + "\n".join(rows) + "\n"
    (project / "data" / "raw" / "2024-02.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    """An edition that shows a unit and its whole, and figures by which they tell another unit's."""
    project = small_project.make(tmp_path / "project")
    (project / "reports" / "prov.qmd").write_text(REPORT, encoding="utf-8")
    put(project, FIRST)
    build(project)
    put(project, THEN)
    return project


@pytest.mark.parametrize("forgotten", [(), ("build",)], ids=["same folder", "fresh clone"])
def test_a_build_stops_and_names_what_gives_a_count_away(project, forgotten):
    for name in forgotten:
        shutil.rmtree(project / name)
    before = contents(project / "public")
    told = " ".join(build(project, fails=True).stderr.split())
    assert "phone_same_day own.within 24 Björkhälsan month 2024-02 actual completed" in told
    assert "2024-02/vasterbotten: phone_same_day 24 Alfhälsan month 2024-02" in told
    assert "this edition: phone_same_day 24 month 2024-02" in told
    assert not any(number in told for number in ("4127", "4130", "6133", "6140"))
    assert contents(project / "public") == before


def test_without_the_edition_another_figure_is_hidden(project):
    """The data themselves can be published: what stops the build is what was shown."""
    shutil.rmtree(project / "public")
    shutil.rmtree(project / "build")
    build(project)
    figures = (folder(project) / "indicators.csv").read_text(encoding="utf-8")
    assert "4130" in figures
    assert "4127" not in figures
