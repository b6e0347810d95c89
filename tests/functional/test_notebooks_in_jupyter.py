"""In JupyterLab each notebook runs from top to bottom as it stands, with the project's kernel."""

import nbclient
import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager

from conftest import ROOT, copy_project

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_projects_kernel_is_installed_with_the_package():
    spec = KernelSpecManager().get_kernel_spec("vardlaget")
    assert spec.display_name == "Vårdläget"


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory, read_before):
    """A project's notebooks: what one has read need not be read again by the next."""
    project = copy_project(tmp_path_factory.mktemp("jupyter") / "project", read_before)
    return project / "notebooks"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_as_it_stands_and_shows_what_it_makes(notebooks, name):
    notebook = nbformat.read(notebooks / name, as_version=4)
    client = nbclient.NotebookClient(
        notebook, resources={"metadata": {"path": str(notebooks)}}, timeout=120
    )
    client.execute()
    shown = [cell for cell in notebook.cells if cell.source.startswith("#| label:")]
    assert shown
    for cell in shown:
        kinds = set(cell.outputs[0]["data"])
        wanted = "image/svg+xml" if "fig-" in cell.source.splitlines()[0] else "text/"
        nothing_to_show = cell.outputs[0]["data"].get("text/markdown") == "Uppgift saknas."
        assert nothing_to_show or any(kind.startswith(wanted) for kind in kinds), cell.source
