"""A step that fails: notebook and cell are named, and the earlier edition is left as it was."""

import json

import nbformat
import pytest

import small_project
from conftest import ROOT
from small_project import build, contents, folder

NOTEBOOK = "waiting_times.ipynb"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with an edition in place: its files are read again only where they change."""
    project = small_project.make(tmp_path_factory.mktemp("failures") / "project")
    build(project)
    return project


@pytest.fixture
def edited(project):
    """Puts another source in a cell of the notebook; the notebook is as it was afterwards."""
    path = project / "notebooks" / NOTEBOOK
    before = path.read_bytes()

    def edit(cell_id: str, source: str) -> None:
        content = nbformat.read(path, as_version=4)
        cell = next(cell for cell in content.cells if cell["id"] == cell_id)
        cell.source = source
        nbformat.write(content, path)

    yield edit
    path.write_bytes(before)


def refused(project) -> str:
    """What is told by a build that fails and leaves all that is in place as it is."""
    before = contents(project / "public")
    done = build(project, fails=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert contents(project / "public") == before
    return " ".join(done.stderr.split())


def test_a_failing_cell_is_named_and_what_it_had_executed_is_kept(project, edited):
    edited("tbl-headline", "#| label: tbl-headline\n1 / 0")
    assert f"{NOTEBOOK}, cell 'tbl-headline': ZeroDivisionError" in refused(project)
    kept = project / "build" / small_project.MONTH / small_project.SLUG / "executed" / NOTEBOOK
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    assert [path.name for path in folder(project).parent.iterdir()] == [small_project.SLUG]


def test_a_misspelt_parameter_is_an_error(project, edited):
    edited("parameters", 'regoin = "23"\nmonth = "2024-02"')
    told = refused(project)
    assert f"{NOTEBOOK}: its cell tagged 'parameters' must set region and month" in told
    assert "month, regoin" in told


def test_a_reference_to_nothing_is_an_error_with_file_and_line(project):
    report = project / "reports" / "prov.qmd"
    text = report.read_text(encoding="utf-8")
    report.write_text(f"{text}\nSe @fig-saknas.\n", encoding="utf-8")
    assert f"reports/prov.qmd:{len(text.splitlines()) + 2}:" in refused(project)
    report.write_text(text, encoding="utf-8")


def test_a_caption_field_without_value_is_an_error(project, edited):
    edited(
        "tbl-headline",
        '#| label: tbl-headline\n#| tbl-cap: "Till {maand}"\n'
        "from vardlaget.present.tables import Cell, Column, table\n"
        'table("t", "A", [Column("x", "X")], [("r", {"x": Cell("1", 1)})])',
    )
    assert "{maand} has no value" in refused(project)


def test_committed_notebooks_have_no_outputs_and_the_projects_kernel():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(notebooks) >= 4
    for path in notebooks:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["metadata"]["kernelspec"]["name"] == "vardlaget"
        for cell in content["cells"]:
            assert not cell.get("outputs"), f"{path.name} is committed with outputs"
            assert cell.get("execution_count") is None, path.name
