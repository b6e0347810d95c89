"""Building an edition: from the one table to HTML, PDF, tables and a manifest."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

import vardlaget
from vardlaget import store
from vardlaget.catalogue import (
    Agreement,
    Region,
    Regions,
    load_agreements,
    load_indicators,
    load_regions,
)
from vardlaget.catalogue.agreements import agreement_files
from vardlaget.errors import InputError
from vardlaget.observations import months_with_data
from vardlaget.periods import Month
from vardlaget.pipeline import assets, editions, notebooks, render
from vardlaget.pipeline.staging import Staged, stage
from vardlaget.project import Project
from vardlaget.report import day_in_words, require_data
from vardlaget.sources import Reading, read_project

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Editions that are in place: their files, the engine that rendered them, what was read."""

    folders: list[Path]
    files: list[Path]
    front_page: Path
    engine: render.Engine
    reading: Reading


@dataclass(frozen=True)
class Job:
    """What all editions of one call share."""

    project: Project
    month: Month
    documents: list[Path]
    engine: render.Engine
    reading: Reading
    agreements: tuple[Agreement, ...]
    built: datetime
    head: str

    def folder(self, region: Region) -> Path:
        return self.project.build / str(self.month) / region.slug

    def edition(self, region: Region) -> Path:
        return self.project.out / str(self.month) / region.slug


def build(
    project: Project,
    region: str | None,
    month: str,
    publication: str | None = None,
    engine: str = "auto",
    progress: Progress = lambda step: None,
) -> Built:
    """Builds a region's edition of one month and puts it in place.

    `region` is a code, name or slug; None builds every region that has figures for the month.
    `publication` is one of reports/*.qmd, all if None. `progress` is told each step as it begins.
    Raises VardlagetError; editions that are not yet replaced are then untouched.
    """
    known = load_regions(project.reference / "regions.csv")
    asked = None if region is None else known[region]
    when = Month.parse(month)
    documents = publications(project, publication)
    chosen = render.choose(engine)
    progress("reading the data")
    reading = read_project(project, project.build / "set-aside").checked()
    regions = _regions(reading, known, asked, when)
    agreements = load_agreements(*project.agreements)
    head = assets.build(project)
    job = Job(project, when, documents, chosen, reading, agreements, _built_at(), head)
    executed = _run_notebooks(job, regions, progress)
    for number, each in enumerate(regions, start=1):
        progress(f"rendering {each.name} with {chosen.name} ({number} of {len(regions)})")
        _make_edition(job, each, executed[each])
    front_page = editions.write_front_page(project.out, job.head)
    folders = [job.edition(each) for each in regions]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return Built(folders, files, front_page, chosen, reading)


def _regions(reading: Reading, known: Regions, asked: Region | None, month: Month) -> list[Region]:
    """The region asked for, or all that have figures. Raises InputError where there are none."""
    if asked is not None:
        require_data(reading, asked, month)
        return [asked]
    found = [r for r in known if str(month) in months_with_data(reading.frame, r.code)]
    if not found:
        raise InputError(f"No region has figures for {month}. See: vardlaget check")
    return found


def _make_edition(job: Job, region: Region, executed: list[Path]) -> None:
    folder, project = job.folder(region), job.project
    values = _edition_values(region, job.month, job.built)
    staged = stage(project, folder, executed, values, job.head)
    with editions.aside(job.edition(region)) as temporary:
        for document in job.documents:
            name = document.relative_to(project.root).as_posix()
            job.engine.render(folder, name, temporary, int(job.built.timestamp()))
        _write_data(staged, job.documents, project, temporary)
        about = _about(region, job.month, job.documents, job.engine, job.built)
        editions.write_manifest(temporary, about, _inputs(project, job.reading))


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


def _run_notebooks(job: Job, regions: list[Region], progress: Progress) -> dict:
    """The executed notebooks of each region, in the order of their names."""
    project = job.project
    sources = sorted(project.notebooks.glob("*.ipynb"))
    runs = {}
    for region in regions:
        folder = job.folder(region)
        cut = store.cut(job.reading, region, job.month, job.agreements, load_indicators())
        about = (region.code, str(job.month), store.write(folder / "store", *cut), project.data)
        runs[region] = [
            notebooks.Run(path, folder / "executed" / path.name, *about) for path in sources
        ]
    every = [run for each in runs.values() for run in each]
    progress(f"running {len(every)} notebooks")
    for number, run in enumerate(notebooks.run_all(every), start=1):
        progress(f"ran {run.notebook.stem} {run.region} ({number} of {len(every)})")
    return {region: [run.output for run in each] for region, each in runs.items()}


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
