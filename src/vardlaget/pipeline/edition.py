"""Making one edition from executed notebooks: staged, rendered, put in place in one step."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import vardlaget
from vardlaget import yaml_text
from vardlaget.catalogue import Region, Settings, load_settings
from vardlaget.catalogue.sign_off import DRAFT
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import (
    assets,
    attachments,
    editions,
    glossaries,
    publications,
    render,
    search,
)
from vardlaget.pipeline.attachments.csv_files import indicator_rows
from vardlaget.pipeline.publications import Publication
from vardlaget.pipeline.staging import Staged, shows_synthetic, stage
from vardlaget.project import Project
from vardlaget.publishing import approvals, figures, ledger, ledger_text
from vardlaget.publishing.approvals import Approval
from vardlaget.publishing.ledger import NOTHING_SAID, Ledger, Note
from vardlaget.report import day_in_words
from vardlaget.texts import Texts

# Where a region's logo lies in the staged project, without its suffix.
LOGO = "reports/theme/logo"

# The staged file that tells an edition's number and status; it is no part of what is approved.
SIGNED = "_signed.md"


@dataclass(frozen=True)
class Order:
    """What an edition is to hold, and from what. It can be given to another process.

    `required`: a publication without figures is an error, and not left out. `inputs`: the hash of
    each file that the edition depends on, by its name. `note`: what is said of a revision.
    `approval`: one that comes with this rendering, if the edition still has the content approved.
    `one_of_many`: without any publication that has figures, the edition is left out; no error.
    """

    project: Project
    region: Region
    month: Month
    publications: tuple[Publication, ...]
    required: bool
    engine: render.Engine
    executed: tuple[Path, ...]
    built: datetime
    head: str
    inputs: dict[str, str]
    texts: Texts
    note: Note = NOTHING_SAID
    approval: Approval | None = None
    one_of_many: bool = False

    @property
    def folder(self) -> Path:
        """The staged project, the executed notebooks and what they read."""
        return self.project.build / str(self.month) / self.region.slug

    @property
    def final(self) -> Path:
        return self.project.out / str(self.month) / self.region.slug


def make(order: Order) -> list[tuple[bool, str]] | None:
    """Makes the edition and puts it in place. Raises VardlagetError; the earlier one then stays.

    The lock of the region and month must be held. Returns what is to be told of figures that are
    typed in comments (whether it is a warning, and the words), or None where one of many editions
    has nothing to publish.
    """
    project, final = order.project, order.final
    editions.recover(final)
    settings = load_settings(project.settings, order.region.slug)
    values = _values(order, settings)
    # A comment on what is not built now may bind figures of notebooks that are not run for it.
    texts = order.texts.on(publications.commented(order.publications, settings.hidden))
    staged = stage(project, order.folder, list(order.executed), values, order.head, texts)
    if settings.look and settings.look.logo:
        staged_logo = order.folder / values["logo"].removeprefix("/")
        shutil.copyfile(assets.logo(project, settings.look), staged_logo)
    made = _with_figures(order, staged)
    if not made and order.one_of_many:
        return None
    _keep(order.folder / "reports", made, settings.hidden)
    cells = {p.name: staged.embedded(f"reports/{p.path.name}") for p in made}
    shown = {f"reports/{p.path.name}": _figures(cells[p.name]) for p in made}
    glossaries.write(staged, shown)
    about = _about(order, made)
    rows = figures.as_read(indicator_rows(cells))
    revised = ledger.following(final, about, order.inputs, rows, order.note)
    _end(order.folder / "reports", made, cells, revised)
    _set_values(order, number=str(revised.edition))
    content = approvals.content_digest(staged, _made_with(order, made))
    approved = _approved(order, content)
    status = approvals.status(approved, content, settings.signed_off)
    told = approvals.sentence(revised.edition, status, approved, content)
    _set_values(order, status=status)
    (order.folder / "reports" / SIGNED).write_text(told + "\n", encoding="utf-8")
    about |= {"edition": revised.edition, "content": content}
    about["synthetic"] = any(shows_synthetic(cell) for each in cells.values() for cell in each)
    about["parameters"] |= {"status": status}
    with editions.aside(final) as temporary:
        for publication in made:
            name = f"reports/{publication.path.name}"
            order.engine.render(order.folder, name, temporary, int(order.built.timestamp()))
        attachments.write(temporary, cells, about, attachments.captions(staged))
        revised.write(temporary)
        search.write_terms(temporary)
        editions.write_manifest(temporary, about, order.inputs)
        if approved:
            approvals.write(temporary, approved)
        if revised.follows is not None:
            editions.keep(final)
    return staged.typed_figures


def _figures(payloads: list[dict]) -> list[dict]:
    return [figure for payload in payloads for figure in payload["figures"]]


def _end(
    reports: Path, made: list[Publication], cells: dict[str, list[dict]], revised: Ledger
) -> None:
    """Ends each publication with the edition's number and status, and a revised one with what has
    changed, for the reader and as an attachment; `cells` gains the record."""
    (reports / SIGNED).write_text("", encoding="utf-8")
    for publication in made:
        ending = f"\n\n{{{{< include {SIGNED} >}}}}\n"
        if revised.newest is not None:
            text, table = ledger_text.section(revised.newest, publication.name)
            ending += text
            cells[publication.name] = [*cells[publication.name], table.payload()]
        with (reports / publication.path.name).open("a", encoding="utf-8") as file:
            file.write(ending)


def _set_values(order: Order, **values: str) -> None:
    """Changes what the staged project says of the edition."""
    path = order.folder / "_variables.yml"
    variables = yaml_text.load(path.read_text(encoding="utf-8"))
    variables["edition"] |= values
    text = yaml_text.dump(variables)
    path.write_text(text, encoding="utf-8")


def _made_with(order: Order, made: list[Publication]) -> dict[str, str]:
    return {
        "engine": f"{order.engine.name} {order.engine.version}",
        "head": order.head,
        "publications": " ".join(publication.name for publication in made),
    }


def _approved(order: Order, content: str) -> tuple[Approval, ...]:
    """The approvals beside the edition. Raises InputError where one comes for other content."""
    known = approvals.read(order.final)
    if order.approval is None:
        return known
    if order.approval.content != content:
        raise InputError(
            f"{order.region.name}, {order.month}: data, texts or code have changed since the "
            "edition was built, so that it is not what was reviewed. Build and review it again."
        )
    return (*known, order.approval)


def _with_figures(order: Order, staged: Staged) -> list[Publication]:
    """The publications for which the notebooks have found figures. Raises InputError."""
    available = staged.merged("available")
    may = order.publications
    made = [p for p in may if p.requires is None or available.get(p.requires)]
    missing = len(made) < len(may) if order.required else not made
    if missing and not order.one_of_many:
        listed = ", ".join(publication.name for publication in may)
        raise InputError(f"{order.region.name} has no figures for {listed} in {order.month}.")
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


def _values(order: Order, settings: Settings) -> dict:
    look = settings.look
    release = settings.releases.get(str(order.month))
    return {
        "region": order.region.name,
        "month": order.month.words,
        "date": day_in_words(order.built.date()),
        "version": vardlaget.__version__,
        "status": DRAFT,
        "contact": settings.contact or "",
        "release": day_in_words(release) if release else "",
        "colour": look.colour if look else "",
        "logo": f"/{LOGO}{Path(look.logo).suffix}" if look and look.logo else "",
    }


def _about(order: Order, made: list[Publication]) -> dict:
    return {
        "publications": [{"name": p.name, "title": p.title} for p in made],
        "parameters": {
            "region": order.region.code,
            "region_name": order.region.name,
            "slug": order.region.slug,
            "month": str(order.month),
            "publication": order.publications[0].name if order.required else None,
            "status": DRAFT,
        },
        "built": order.built.isoformat(),
        "package": {
            "name": "vardlaget",
            "version": vardlaget.__version__,
            "code": ledger.code_digest(),
        },
        "data": ledger.data_digests(order.folder / "store"),
        "engine": {"name": order.engine.name, "version": order.engine.version},
    }
