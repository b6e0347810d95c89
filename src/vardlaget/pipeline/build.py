"""Building an edition: from the one table to HTML, PDF, tables and a manifest."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import yaml

import vardlaget
from vardlaget.catalogue import Region, load_agreements, load_regions
from vardlaget.catalogue.agreements import agreement_files
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import assets, editions, notebooks, render
from vardlaget.pipeline.staging import Staged, stage
from vardlaget.project import Project
from vardlaget.report import day_in_words, require_data
from vardlaget.sources import Reading, read_project

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """An edition that is in place: its folder, its files, the engine that rendered it."""

    folder: Path
    files: list[Path]
    front_page: Path
    engine: render.Engine


def build(
    project: Project,
    region: str,
    month: str,
    publication: str | None = None,
    engine: str = "auto",
    progress: Progress = lambda step: None,
) -> Built:
    """Builds one region's edition of one month and puts it in place.

    `region` is a code, name or slug; `publication` one of reports/*.qmd, all if None. `progress`
    is told each step as it begins. Raises VardlagetError; the earlier edition is then untouched.
    """
    found = load_regions(project.reference / "regions.csv")[region]
    when = Month.parse(month)
    documents = publications(project, publication)
    chosen = render.choose(engine)
    progress("reading the data")
    reading = read_project(project)
    require_data(reading.frame, found, when)
    load_agreements(*project.agreements)  # a wrong one is told before any notebook runs
    folder = project.build / str(when) / found.slug
    executed = _run_notebooks(project, folder, found, when, reading.frame, progress)
    progress("staging the publication")
    built = _built_at()
    head = assets.build(project)
    staged = stage(project, folder, executed, _edition_values(found, when, built), head)
    final = project.out / str(when) / found.slug
    with editions.aside(final) as temporary:
        for document in documents:
            progress(f"rendering {document.stem} with {chosen.name}")
            name = document.relative_to(project.root).as_posix()
            chosen.render(folder, name, temporary, int(built.timestamp()))
        _write_data(staged, documents, project, temporary)
        about = _about(found, when, documents, chosen, built)
        inputs = _inputs(project, reading)
        editions.write_manifest(temporary, about, inputs)
    front_page = editions.write_front_page(project.out, head)
    files = sorted(path for path in final.rglob("*") if path.is_file())
    return Built(final, files, front_page, chosen)


def publications(project: Project, name: str | None = None) -> list[Path]:
    """The publications reports/*.qmd, or the one called `name`. Raises InputError."""
    known = sorted(path for path in project.reports.glob("*.qmd") if path.name[0] != "_")
    if name is None:
        return known
    chosen = [path for path in known if path.stem == name]
    if not chosen:
        listed = ", ".join(path.stem for path in known)
        raise InputError(f"--publication {name}: no such publication. There are: {listed}.")
    return chosen


def _run_notebooks(
    project: Project,
    folder: Path,
    region: Region,
    month: Month,
    frame: pd.DataFrame,
    progress: Progress,
) -> list[Path]:
    """The executed notebooks, in the order of their names."""
    store = folder / "observations.parquet"
    store.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(store, index=False)
    sources = sorted(project.notebooks.glob("*.ipynb"))
    about = (region.code, str(month), store, project.data)
    runs = [notebooks.Run(path, folder / "executed" / path.name, *about) for path in sources]
    progress(f"running {len(runs)} notebooks")
    for number, run in enumerate(notebooks.run_all(runs), start=1):
        progress(f"ran {run.notebook.stem} ({number} of {len(runs)})")
    return [run.output for run in runs]


def _built_at() -> datetime:
    """Now, or the moment that SOURCE_DATE_EPOCH names, so that a rebuild can be identical."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not re.fullmatch(r"\d{1,11}", epoch):
        raise InputError(f"SOURCE_DATE_EPOCH={epoch}: not a number of seconds since 1970.")
    return datetime.fromtimestamp(int(epoch), UTC)


def _edition_values(region: Region, month: Month, built: datetime) -> dict:
    return {
        "region": region.name,
        "month": month.words,
        "date": day_in_words(built.date()),
        "version": vardlaget.__version__,
    }


def _write_data(staged: Staged, documents: list[Path], project: Project, folder: Path) -> None:
    cells = {
        document.stem: staged.embedded(document.relative_to(project.root).as_posix())
        for document in documents
    }
    editions.write_indicators(folder / "indicators.csv", cells)
    for payloads in cells.values():
        editions.write_tables(folder / "tables", payloads)


def _about(
    region: Region, month: Month, documents: list[Path], engine: render.Engine, built: datetime
) -> dict:
    return {
        "publications": [{"name": d.stem, "title": _title(d)} for d in documents],
        "parameters": {
            "region": region.code,
            "region_name": region.name,
            "slug": region.slug,
            "month": str(month),
        },
        "built": built.isoformat(),
        "package": {"name": "vardlaget", "version": vardlaget.__version__},
        "engine": {"name": engine.name, "version": engine.version},
    }


def _title(document: Path) -> str:
    front = document.read_text(encoding="utf-8").split("---", 2)[1]
    return str(yaml.safe_load(front)["title"])


def _inputs(project: Project, reading: Reading) -> dict[str, str]:
    """Every file that the edition depends on, by its name in the project, with its hash."""
    package = Path(vardlaget.__file__).parent
    files = [
        *reading.files,
        *agreement_files(project.agreements[1]),
        *(path for path in project.reference.rglob("*") if path.is_file()),
        *project.notebooks.glob("*.ipynb"),
        *(path for path in project.reports.rglob("*") if path.is_file()),
        project.root / "_quarto.yml",
    ]
    named = {project.named(path): editions.sha256(path) for path in files}
    catalogue = package / "catalogue" / "indicators.yml"
    named["vardlaget/catalogue/indicators.yml"] = editions.sha256(catalogue)
    return dict(sorted(named.items()))
