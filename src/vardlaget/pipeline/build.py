"""Building an edition: from the one table to HTML, PDF, tables and a manifest."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import vardlaget
from vardlaget import store
from vardlaget.catalogue import (
    Agreement,
    Region,
    Regions,
    load_agreements,
    load_indicators,
    load_regions,
    load_settings,
)
from vardlaget.catalogue.agreements import agreement_files
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError
from vardlaget.observations import months_with_data
from vardlaget.periods import Month
from vardlaget.pipeline import (
    assets,
    editions,
    front_page,
    inputs,
    notebooks,
    publications,
    render,
    steps,
)
from vardlaget.pipeline.increments import Memory, Step
from vardlaget.pipeline.publications import Publication
from vardlaget.pipeline.staging import Staged, stage
from vardlaget.pipeline.whole import tasks_file
from vardlaget.project import Project
from vardlaget.report import day_in_words, require_data
from vardlaget.sources import Reading, read_project

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Editions that are in place: their files, the engine that rendered them, what was read.

    `reasons`: the steps that ran, by the reason why.
    """

    folders: list[Path]
    files: list[Path]
    front_page: Path
    engine: render.Engine
    reading: Reading
    reasons: dict[str, list[str]]


@dataclass(frozen=True)
class Job:
    """What all editions of one call share."""

    project: Project
    month: Month
    publications: dict[Region, list[Publication]]
    engine: render.Engine
    reading: Reading
    agreements: tuple[Agreement, ...]
    built: datetime
    head: str
    memory: Memory
    around: dict[str, str]
    reasons: dict[str, list[str]]

    def folder(self, region: Region) -> Path:
        return self.project.build / str(self.month) / region.slug

    def edition(self, region: Region) -> Path:
        return self.project.out / str(self.month) / region.slug

    def ran(self, found: dict[Step, str]) -> None:
        """Keeps why steps ran."""
        for step, reason in found.items():
            self.reasons.setdefault(reason, []).append(step.name)


def build(
    project: Project,
    region: str | None,
    month: str,
    publication: str | None = None,
    engine: str = "auto",
    progress: Progress = lambda step: None,
    afresh: bool = False,
) -> Built:
    """Builds a region's edition of one month and puts it in place.

    `region` is a code, name or slug; None builds every region that has figures for the month,
    and the country. `publication` is one of reports/*.qmd; what the region has chosen if None.
    `progress` is told each step as it begins. Steps whose inputs are as they were when they were
    last done are not done again, unless `afresh`.
    Raises VardlagetError; editions that are not yet replaced are then untouched.
    """
    known = load_regions(project.reference / "regions.csv")
    asked = None if region is None else known[region]
    when = Month.parse(month)
    every = publications.all_publications(project)
    wanted = None if publication is None else publications.named(every, publication)
    if asked is not None and wanted is not None:
        wanted.require_suits(asked, when)
    chosen = render.choose(engine)
    progress("reading the data")
    reading = read_project(project, project.build / "set-aside").checked()
    regions = _regions(reading, known, asked, when)
    made = {each: _publications(project, each, when, every, wanted) for each in regions}
    regions = [each for each in regions if made[each]]
    if not regions:
        raise InputError(f"There is no publication to make for {when}.")
    agreements = load_agreements(*project.agreements)
    head = assets.build(project)
    memory = Memory(tasks_file(project), project.named)
    around = inputs.surroundings(f"{chosen.name} {chosen.version}")
    if afresh:
        memory.forget()
    job = Job(
        project, when, made, chosen, reading, agreements, _built_at(), head, memory, around, {}
    )
    executed = _run_notebooks(job, regions, progress)
    due = _due(job, executed)
    for number, each in enumerate(due, start=1):
        progress(f"rendering {each.name} with {chosen.name} ({number} of {len(due)})")
        memory.begin([due[each]])
        _make_edition(job, each, executed[each], required=wanted is not None)
        memory.done(due[each])
    index = front_page.write(project.out, job.head)
    folders = [job.edition(each) for each in regions]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return Built(folders, files, index, chosen, reading, job.reasons)


def _due(job: Job, executed: dict[Region, list[Path]]) -> dict[Region, Step]:
    """The editions that are to be made anew."""
    regions = {}
    for region, notebooks_done in executed.items():
        names = ", ".join(publication.name for publication in job.publications[region])
        around = job.around | {"publications": names}
        places = job.folder(region), job.edition(region)
        regions[steps.edition(job.project, *places, notebooks_done, around)] = region
    reasons = job.memory.reasons(regions)
    job.ran(reasons)
    return {regions[step]: step for step in reasons}


def _regions(reading: Reading, known: Regions, asked: Region | None, month: Month) -> list[Region]:
    """The region asked for, or all that have figures, and the country after them.

    Raises InputError where there are none.
    """
    if asked is not None:
        require_data(reading, asked, month)
        return [asked]
    everywhere = [*known, known[COUNTRY]]
    found = [r for r in everywhere if str(month) in months_with_data(reading.frame, r.code)]
    if not found:
        raise InputError(f"No region has figures for {month}. See: vardlaget check")
    return found


def _publications(
    project: Project,
    region: Region,
    month: Month,
    every: list[Publication],
    wanted: Publication | None,
) -> list[Publication]:
    """What a region's edition may hold: the one asked for if it suits, or what it has chosen."""
    settings = load_settings(project.settings, region.slug)
    if wanted is None:
        return publications.chosen(every, settings, region, month)
    publications.check(every, settings, region)
    return [wanted] if wanted.suits(region, month) else []


def _make_edition(job: Job, region: Region, executed: list[Path], required: bool) -> None:
    """`required`: a publication without figures is an error, and not left out."""
    folder, project = job.folder(region), job.project
    values = _edition_values(region, job.month, job.built)
    staged = stage(project, folder, executed, values, job.head)
    made = _with_figures(job, region, staged, required)
    _keep(folder / "reports", made, load_settings(project.settings, region.slug).hidden)
    with editions.aside(job.edition(region)) as temporary:
        for publication in made:
            name = publication.path.relative_to(project.root).as_posix()
            job.engine.render(folder, name, temporary, int(job.built.timestamp()))
        _write_data(staged, made, project, temporary)
        about = _about(region, job.month, made, job.engine, job.built)
        editions.write_manifest(temporary, about, _inputs(project, job.reading))


def _with_figures(job: Job, region: Region, staged: Staged, required: bool) -> list[Publication]:
    """The publications for which the notebooks have found figures. Raises InputError."""
    available = staged.merged("available")
    may = job.publications[region]
    made = [p for p in may if p.requires is None or available.get(p.requires)]
    if not made or (required and len(made) < len(may)):
        listed = ", ".join(publication.name for publication in may)
        raise InputError(f"{region.name} has no figures for {listed} in {job.month}.")
    return made


def _keep(reports: Path, made: list[Publication], hidden: dict[str, tuple[str, ...]]) -> None:
    """Leaves the staged project the publications that are made, without hidden sections."""
    names = {publication.path.name for publication in made}
    for path in reports.glob("*.qmd"):
        if path.name[0] == "_":
            continue
        if path.name not in names:
            path.unlink()
        elif path.stem in hidden:
            text = path.read_text(encoding="utf-8")
            shown = publications.without_sections(text, hidden[path.stem])
            path.write_text(shown, encoding="utf-8")


def _run_notebooks(job: Job, regions: list[Region], progress: Progress) -> dict:
    """The executed notebooks of each region: those that its publications embed, by name."""
    project = job.project
    runs = {}
    for region in regions:
        wanted = set().union(*(p.notebooks for p in job.publications[region]))
        sources = [
            path for path in sorted(project.notebooks.glob("*.ipynb")) if path.name in wanted
        ]
        folder = job.folder(region)
        cut = store.cut(job.reading, region, job.month, job.agreements, load_indicators())
        about = (region.code, str(job.month), store.write(folder / "store", cut), project.data)
        runs[region] = [
            notebooks.Run(path, folder / "executed" / path.name, *about) for path in sources
        ]
    every = [run for each in runs.values() for run in each]
    known = {steps.notebook(project, run, job.around): run for run in every}
    reasons = job.memory.reasons(known)
    job.ran(reasons)
    job.memory.begin(reasons)
    progress(f"running {len(reasons)} of {len(every)} notebooks")
    done = notebooks.run_all([known[step] for step in reasons]) if reasons else []
    for number, run in enumerate(done, start=1):
        job.memory.done(steps.notebook(project, run, job.around))
        progress(f"ran {run.notebook.stem} {run.region} ({number} of {len(reasons)})")
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


def _write_data(staged: Staged, made: list[Publication], project: Project, folder: Path) -> None:
    cells = {p.name: staged.embedded(p.path.relative_to(project.root).as_posix()) for p in made}
    editions.write_indicators(folder / "indicators.csv", cells)
    for payloads in cells.values():
        editions.write_tables(folder / "tables", payloads)


def _about(
    region: Region, month: Month, made: list[Publication], engine: render.Engine, built: datetime
) -> dict:
    return {
        "publications": [{"name": p.name, "title": p.title} for p in made],
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


def _inputs(project: Project, reading: Reading) -> dict[str, str]:
    """Every file that the edition depends on, by its name in the project, with its hash."""
    package = Path(vardlaget.__file__).parent
    files = [
        *reading.files,
        *agreement_files(project.agreements[1]),
        *(path for path in project.reference.rglob("*") if path.is_file()),
        *project.notebooks.glob("*.ipynb"),
        *(path for path in project.reports.rglob("*") if path.is_file()),
        *project.settings.glob("*.yml"),
        project.root / "_quarto.yml",
    ]
    named = {project.named(path): editions.sha256(path) for path in files}
    catalogue = package / "catalogue" / "indicators.yml"
    named["vardlaget/catalogue/indicators.yml"] = editions.sha256(catalogue)
    return dict(sorted(named.items()))
