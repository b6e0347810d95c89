"""Building editions: from the one table to HTML, PDF, tables and a manifest."""

import os
import re
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

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
from vardlaget.disclosure.release import release
from vardlaget.errors import InputError
from vardlaget.observations import months_with_data
from vardlaget.periods import Month
from vardlaget.pipeline import (
    assets,
    editions,
    front_page,
    inputs,
    locks,
    notebooks,
    publications,
    render,
    steps,
)
from vardlaget.pipeline.edition import Order
from vardlaget.pipeline.increments import Memory, Step
from vardlaget.pipeline.publications import Publication
from vardlaget.pipeline.renderers import Renderers
from vardlaget.pipeline.whole import tasks_file
from vardlaget.project import Project
from vardlaget.publishing.approvals import Approval
from vardlaget.publishing.ledger import NOTHING_SAID, Note
from vardlaget.report import require_data
from vardlaget.sources import Reading, read_project
from vardlaget.texts import Texts, is_about_synthetic, read_texts

Progress = Callable[[str], None]
NOTHING = "There is no publication to make for {}."


@dataclass(frozen=True)
class Built:
    """Editions that are in place: their files, the engine that rendered them, what was read.

    `left_out`: of many, those without figures for any publication. `reasons`: the steps that ran,
    by the reason why. `typed_figures`: what is to be told of figures that are typed in comments:
    whether it is a warning, and the words. `passed_over`: the analyst's files that are about real
    figures where these are synthetic, or the other way round.
    """

    folders: list[Path]
    files: list[Path]
    front_page: Path
    engine: render.Engine
    reading: Reading
    left_out: list[Region]
    reasons: dict[str, list[str]]
    typed_figures: list[tuple[bool, str]]
    passed_over: list[str]


@dataclass(frozen=True)
class Job:
    """The orders of one call of build, and what is known of earlier ones.

    `reasons` gathers why steps run, and `left_out` the regions that had nothing to publish.
    """

    project: Project
    month: Month
    orders: dict[Region, Order]
    reading: Reading
    agreements: tuple[Agreement, ...]
    memory: Memory
    around: dict[str, str]
    reasons: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[Region] = field(default_factory=list)

    def due(self, wanted: list[Step]) -> list[Step]:
        """The steps that are to run; they count as begun."""
        found = self.memory.reasons(wanted)
        for step, reason in found.items():
            self.reasons.setdefault(reason, []).append(step.name)
        self.memory.begin(found)
        return list(found)


def build(
    project: Project,
    region: str | None,
    month: str,
    publication: str | None = None,
    engine: str = "auto",
    progress: Progress = lambda step: None,
    afresh: bool = False,
    note: Note = NOTHING_SAID,
    approval: Approval | None = None,
    cluster: str | None = None,
    share: str | None = None,
) -> Built:
    """Builds a region's edition of one month and puts it in place.

    `region` is a code, name or slug; None builds every region that has figures for the month,
    and the country. `publication` is one of reports/*.qmd; what the region has chosen if None.
    `progress` is told each step as it begins. Steps whose inputs are as they were when they were
    last done are not done again, unless `afresh`. `note` is what readers are told of a revision.
    With `approval`, the edition is made again with the status that it then has. `cluster` is the
    address of a scheduler whose workers do the steps, or `local`, and `share` the URL by way of
    which their files go, where they see no common folder (docs/cluster.md).
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
    workers = _workers(cluster, share, project)
    built = _built_at()
    texts = {
        each: read_texts(project, each, when)
        for each in ([asked] if asked else [*known, known[COUNTRY]])
    }
    agreements = load_agreements(*project.agreements)
    progress("reading the data")
    with locks.awaited(project.build):
        found = read_project(project, project.build / "set-aside")
        progress("looking for what small numbers must hide")
        allowed = release(found, project, os.cpu_count() or 1)
        allowed.require_safe()
    reading = allowed.reading
    texts = {each: _fitting(own, reading.frame, each, when) for each, own in texts.items()}
    made = {
        each: _publications(project, each, when, every, wanted)
        for each in _regions(reading, known, asked, when)
    }
    looks = {each: load_settings(project.settings, each.slug).look for each in made}
    head, made_of = assets.build(project), _inputs(project, reading)
    orders = {
        each: Order(
            *(project, each, when, tuple(found), wanted is not None, chosen),
            executed=_executed(project, each, when, found),
            built=built,
            head=head + assets.of_region(project, looks[each]),
            inputs=made_of,
            texts=texts[each],
            note=note,
            approval=approval,
            one_of_many=asked is None,
        )
        for each, found in made.items()
        if found
    }
    if not orders:
        raise InputError(NOTHING.format(when))
    memory = Memory(tasks_file(project), project.named)
    if afresh:
        memory.forget()
    around = inputs.surroundings(f"{chosen.name} {chosen.version}")
    job = Job(project, when, orders, reading, agreements, memory, around)
    with ExitStack() as stack:
        for order in orders.values():
            stack.enter_context(locks.held(order.folder, f"{order.region.name}, {when}"))
        typed = _make_all(job, stack.enter_context(workers), progress)
    folders = [order.final for region, order in orders.items() if region not in job.left_out]
    if not folders:
        raise InputError(NOTHING.format(when))
    with locks.awaited(project.build):
        index = front_page.write(project.out, head)
        allowed.record(folder.relative_to(project.out).as_posix() for folder in folders)
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    passed_over = [name for order in orders.values() for name in order.texts.passed_over]
    return Built(
        folders, files, index, chosen, reading, job.left_out, job.reasons, typed, passed_over
    )


def _fitting(texts: Texts, frame: pd.DataFrame, region: Region, month: Month) -> Texts:
    """The texts that are about the figures that the region's edition shows."""
    if not texts.files:
        return texts
    if region.code == COUNTRY:
        compared = store.compared(frame, load_indicators(), month)
        frame = pd.concat([frame[frame["region"] == COUNTRY], compared])
    return texts.about(is_about_synthetic(frame, region, month))


def _executed(
    project: Project, region: Region, month: Month, made: list[Publication]
) -> tuple[Path, ...]:
    """Where the executed notebooks lie that a region's publications embed, by name."""
    embedded = set().union(*(publication.notebooks for publication in made))
    names = [path.name for path in sorted(project.notebooks.glob("*.ipynb"))]
    folder = project.build / str(month) / region.slug / "executed"
    return tuple(folder / name for name in names if name in embedded)


def _workers(
    address: str | None, share: str | None, project: Project
) -> AbstractContextManager[Executor | None]:
    """What does the steps in place of processes here, if anything. Raises InputError."""
    if address is None:
        if share is not None:
            raise InputError("--share is for the workers of --cluster: give an address too.")
        return nullcontext()
    if find_spec("distributed") is None:
        raise InputError(
            "--cluster needs dask.distributed. Install it with: pip install 'vardlaget[cluster]'"
        )
    from vardlaget.pipeline import cluster

    return cluster.joined(address, project, share)


def _make_all(job: Job, elsewhere: Executor | None, progress: Progress) -> list[tuple[bool, str]]:
    """Runs the notebooks that are due, and makes each edition as soon as its own are done.

    `elsewhere` does them in place of processes here. Returns what is to be told of figures typed
    in comments.
    """
    typed: list[tuple[bool, str]] = []
    known = {_step(job, run): run for run in _runs(job)}
    due = job.due(list(known))
    waiting = {region: {s for s in due if known[s].region == region.code} for region in job.orders}
    with Renderers(len(job.orders), elsewhere) as renderers:
        for region in [region for region, left in waiting.items() if not left]:
            _order(job, region, renderers)
        progress(f"running {len(due)} of {len(known)} notebooks")
        by_name = {step.name: step for step in due}
        ran = notebooks.run_all([known[step] for step in due], elsewhere=elsewhere)
        for number, run in enumerate(ran, start=1):
            done = _step(job, run)
            job.memory.done(done)
            progress(f"ran {run.notebook.stem} {run.region} ({number} of {len(due)})")
            region = next(each for each in job.orders if each.code == run.region)
            waiting[region].discard(by_name[done.name])
            if not waiting[region]:
                _order(job, region, renderers)
        for number, (region, step, told) in enumerate(renderers.finished(), start=1):
            if told is None:
                job.left_out.append(region)
                continue
            job.memory.done(step)
            typed += told
            progress(f"rendered {region.name} ({number} of {renderers.ordered})")
    return typed


def _step(job: Job, run: notebooks.Run) -> Step:
    return steps.notebook(job.project, run, job.around)


def _order(job: Job, region: Region, renderers: Renderers) -> None:
    """Orders a region's edition, if it is to be made anew."""
    order = job.orders[region]
    names = ", ".join(publication.name for publication in order.publications)
    over = " ".join(order.texts.passed_over)
    step = steps.edition(order, job.around | {"publications": names, "passed over": over})
    due = job.due([step])
    if order.approval is not None and not due:
        job.memory.begin([step])
    if order.approval is not None or due:
        renderers.order(order, step)


def _runs(job: Job) -> list[notebooks.Run]:
    """Every notebook of every order, with what it reads laid ready."""
    stores = {region: order.folder / "store" for region, order in job.orders.items()}
    store.lay_ready(stores, job.reading, job.month, job.agreements, load_indicators())
    return [
        notebooks.Run(
            *(job.project.notebooks / path.name, path, region.code, str(job.month)),
            *(stores[region], job.project.data),
        )
        for region, order in job.orders.items()
        for path in order.executed
    ]


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


def _built_at() -> datetime:
    """Now, or the moment that SOURCE_DATE_EPOCH names, so that a rebuild can be identical."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not re.fullmatch(r"\d{1,11}", epoch):
        raise InputError(f"SOURCE_DATE_EPOCH={epoch}: not a number of seconds since 1970.")
    return datetime.fromtimestamp(int(epoch), UTC)


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
