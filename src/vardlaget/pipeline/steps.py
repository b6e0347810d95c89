"""The steps of a build, and what each depends on: see increments."""

from pathlib import Path

from vardlaget import store
from vardlaget.catalogue.agreements import agreement_files
from vardlaget.pipeline import imports, inputs
from vardlaget.pipeline.edition import Order
from vardlaget.pipeline.increments import Step
from vardlaget.pipeline.notebooks import Run
from vardlaget.project import Project

_TEXTS = imports.PACKAGE / "texts"


def notebook(project: Project, run: Run, around: dict[str, str]) -> Step:
    """Executing one notebook for a region and month.

    It depends on those parts of the store that it read when it was last run.
    """
    code = imports.of_notebook(run.notebook)
    reads = {run.notebook, inputs.CATALOGUE, *code, *_reference(project)}
    reads |= {store.file(run.store, part) for part in run.parts_read()}
    if any(path.is_relative_to(_TEXTS) for path in code):
        # Which sections take comments stands in the reports; tables of activities are read too.
        reads |= set(comments(project, run.month, run.store.parent.name))
        reads |= {path for path in inputs.files(project.reports) if path.suffix == ".qmd"}
        reads |= imports.of_module("vardlaget.sources.tables")
    name = f"{run.notebook.name} {run.region} {run.month}"
    return Step(name, frozenset(reads), (run.output,), around)


def edition(order: Order, around: dict[str, str]) -> Step:
    """Staging and rendering a region's publications of a month, and putting them in place."""
    project, month, slug = order.project, str(order.month), order.region.slug
    reports = [
        path
        for path in inputs.files(project.reports)
        if not path.is_relative_to(project.reports / "comments")
    ]
    reads = {
        *order.executed,
        *reports,
        *comments(project, month, slug),
        *imports.of_module("vardlaget.pipeline.edition"),
        *inputs.files(imports.PACKAGE / "pipeline"),
        *_reference(project),
        inputs.CATALOGUE,
        project.root / "_quarto.yml",
    }
    name = f"edition {slug} {month} in {project.named(order.final)}"
    return Step(name, frozenset(reads), (order.final / "manifest.json",), around)


def comments(project: Project, month: str, slug: str) -> list[Path]:
    """The files that an analyst has written for a region's month."""
    return inputs.files(project.reports / "comments" / month / slug)


def _reference(project: Project) -> list[Path]:
    """What notebooks read beside figures: regions, targets, agreements, settings, the look."""
    kept = [path for path in inputs.files(project.reference) if path.parent.name != "mappings"]
    return [
        *kept,
        *agreement_files(project.agreements[1]),
        *inputs.files(project.settings),
        project.reports / "theme" / "chart.json",
    ]
