"""A step that fails: notebook and cell are named, and the earlier edition is left as it was."""

import json

import nbformat

BUILD = ("build", "--region", "24", "--month", "2023-02", "--engine", "embedded")


def edit_cell(project, notebook: str, cell_id: str, source: str) -> None:
    path = project / "notebooks" / notebook
    content = nbformat.read(path, as_version=4)
    cell = next(cell for cell in content.cells if cell["id"] == cell_id)
    cell.source = source
    nbformat.write(content, path)


def test_a_failing_cell_is_named_and_the_earlier_edition_stays(project_copy, vardlaget):
    first = vardlaget(project_copy, *BUILD)
    assert first.returncode == 0, first.stderr
    edition = project_copy / "public" / "2023-02" / "vasterbotten"
    before = {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()}
    edit_cell(project_copy, "beds.ipynb", "beds-text", "#| label: beds-text\n1 / 0")

    done = vardlaget(project_copy, *BUILD)

    assert done.returncode == 1
    assert "beds.ipynb, cell 'beds-text': ZeroDivisionError" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    kept = project_copy / "build" / "2023-02" / "vasterbotten" / "executed" / "beds.ipynb"
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in edition.rglob("*") if path.is_file()} == before
    assert [path.name for path in edition.parent.iterdir()] == ["vasterbotten"]


def test_a_misspelt_parameter_is_an_error(project_copy, vardlaget):
    edit_cell(project_copy, "beds.ipynb", "parameters", 'regoin = "23"\nmonth = "2024-02"')
    done = vardlaget(project_copy, *BUILD)
    assert done.returncode == 1
    told = " ".join(done.stderr.split())
    assert "beds.ipynb: its cell tagged 'parameters' must set region and month" in told
    assert "month, regoin" in told


def test_a_reference_to_nothing_is_an_error_with_file_and_line(project_copy, vardlaget):
    report = project_copy / "reports" / "vardgaranti.qmd"
    lines = report.read_text(encoding="utf-8").splitlines()
    report.write_text("\n".join([*lines, "", "Se @fig-saknas."]) + "\n", encoding="utf-8")
    done = vardlaget(project_copy, *BUILD)
    assert done.returncode == 1
    assert f"reports/vardgaranti.qmd:{len(lines) + 2}:" in done.stderr
    assert not (project_copy / "public" / "2023-02").exists() or not list(
        (project_copy / "public" / "2023-02").iterdir()
    )


def test_a_caption_field_without_value_is_an_error(project_copy, vardlaget):
    edit_cell(
        project_copy,
        "data_quality.ipynb",
        "tbl-contradictions",
        '#| label: tbl-contradictions\n#| tbl-cap: "Till {maand}"\n'
        "from vardlaget.present.tables import Cell, Column, table\n"
        'table("t", "A", [Column("x", "X")], [("r", {"x": Cell("1", 1)})])',
    )
    done = vardlaget(project_copy, *BUILD)
    assert done.returncode == 1
    assert "{maand} has no value" in " ".join(done.stderr.split())


def test_committed_notebooks_have_no_outputs_and_the_projects_kernel():
    from conftest import ROOT

    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(notebooks) >= 4
    for path in notebooks:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["metadata"]["kernelspec"]["name"] == "vardlaget"
        for cell in content["cells"]:
            assert not cell.get("outputs"), f"{path.name} is committed with outputs"
            assert cell.get("execution_count") is None, path.name
