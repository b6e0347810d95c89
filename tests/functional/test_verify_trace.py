"""Proof: an edition's files are those of its manifest, it can be built again to the same bytes,
and each of its figures leads back to rows of files."""

import csv
import re
import shutil

import pytest

import small_project
from small_project import any_command, build, contents, folder, put
from vardlaget import project as projects
from vardlaget.publishing.trace import trace

EDITION = "public/2024-02/vasterbotten"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project whose newest edition has followed another."""
    project = small_project.make(tmp_path_factory.mktemp("built") / "project")
    build(project)
    put(project, 71)
    build(project)
    return project


@pytest.fixture
def project(built, tmp_path):
    return shutil.copytree(built, tmp_path / "project")


@pytest.mark.parametrize("name", ["vasterbotten", "vasterbotten.1"])
def test_an_edition_as_it_was_built_is_verified(built, name):
    done = any_command(built, "verify", f"public/2024-02/{name}")
    assert "0 changed, 0 missing, 0 extra" in done.stdout


def test_whatever_is_done_to_a_file_is_told(project):
    edition = folder(project)
    (edition / "indicators.csv").write_text("indicator\n")
    (edition / "prov.pdf").unlink()
    (edition / "extra.html").write_text("")
    (edition / "tables" / "link.csv").symlink_to("/etc/hostname")
    done = any_command(project, "verify", EDITION, fails=True)
    told = [line for line in done.stdout.splitlines() if ":" in line]
    assert told == [
        "missing: prov.pdf",
        "extra: extra.html",
        "extra: tables/link.csv",
        "changed: indicators.csv",
    ]


def test_a_rebuild_gives_the_same_bytes_and_touches_nothing(built):
    before = contents(built)
    done = any_command(built, "verify", EDITION, "--rebuild")
    assert re.search(r"Rebuilt: all figures and all \d+ files are identical\.", done.stdout)
    assert contents(built) == before


def test_a_rebuild_is_not_tried_where_an_input_is_another(project):
    put(project, 72)
    done = any_command(project, "verify", EDITION, "--rebuild", fails=True)
    assert "changed: data/raw/2024-02.csv" in done.stdout
    (project / "data" / "raw" / "2024-02.csv").unlink()
    done = any_command(project, "verify", EDITION, "--rebuild", fails=True)
    assert "gone: data/raw/2024-02.csv" in done.stdout


def test_a_folder_that_is_no_edition_is_refused(project):
    for name in ("public", "data", "nowhere"):
        assert "no edition" in any_command(project, "verify", name, fails=True).stderr


def test_a_figure_leads_to_its_row(built):
    told = any_command(built, "trace", EDITION, "treatment_90d", "scenario=actual", "unit=").stdout
    assert "stands in: prov: Läget" in told
    assert "source: Regionens rapport" in told
    digest = small_project.manifest(folder(built))["inputs"]["data/raw/2024-02.csv"]
    assert f"from: data/raw/2024-02.csv, row 2 (SHA-256 {digest}, unchanged)" in told


def test_a_text_leads_to_the_same_figure(built):
    text = next(f["text"] for f in figures(built) if f["value"] == "88.3")
    told = any_command(built, "trace", EDITION, text).stdout
    assert "source: En källa" in told
    assert "row 5 " in told


def test_a_computed_figure_tells_its_formula_and_what_is_behind_it(built):
    told = any_command(built, "trace", EDITION, "treatment_90d", "scenario=vs_target").stdout
    assert "formula: Beräknat: utfall − mål" in told
    assert "whatever their scenario" in told
    assert "data/raw/2024-02.csv, row 2" in told


def test_every_figure_has_a_way(built):
    place = projects.find(built)
    for figure in figures(built):
        key = " ".join(f"{k}={figure[k]}" for k in ("unit", "period", "scenario", "basis"))
        for way in trace(place, folder(built), f"{figure['indicator']} {key}"):
            assert way.references or all(origins for _, origins in way.rows), way


def test_a_changed_file_is_told_as_changed(project):
    with (project / "data" / "raw" / "2024-02.csv").open("a") as file:
        file.write("\n")
    told = any_command(project, "trace", EDITION, "treatment_90d scenario=actual unit=").stdout
    assert "changed since)" in told


@pytest.mark.parametrize("figure", ["no_such_indicator", "treatment_90d period=1999-01", "a=b"])
def test_what_is_not_there_is_told(built, figure):
    refused = any_command(built, "trace", EDITION, figure, fails=True)
    assert refused.returncode == 2


def figures(project) -> list[dict]:
    with (folder(project) / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
