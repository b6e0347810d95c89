"""Making one edition from executed notebooks: staged, rendered, put in place in one step."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import vardlaget
from vardlaget.catalogue import Region, load_settings
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import attachments, editions, publications, render
from vardlaget.pipeline.publications import Publication
from vardlaget.pipeline.staging import Staged, stage
from vardlaget.project import Project
from vardlaget.report import day_in_words
from vardlaget.texts import Texts

# What an edition is until somebody has reviewed and approved it.
DRAFT = "utkast"


@dataclass(frozen=True)
class Order:
    """What an edition is to hold, and from what. It can be given to another process.

    `required`: a publication without figures is an error, and not left out. `inputs`: the hash of
    each file that the edition depends on, by its name.
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

    @property
    def folder(self) -> Path:
        """The staged project, the executed notebooks and what they read."""
        return self.project.build / str(self.month) / self.region.slug

    @property
    def final(self) -> Path:
        return self.project.out / str(self.month) / self.region.slug


def make(order: Order) -> None:
    """Makes the edition and puts it in place. Raises VardlagetError; the earlier one then stays."""
    project = order.project
    staged = stage(
        project, order.folder, list(order.executed), _values(order), order.head, order.texts
    )
    made = _with_figures(order, staged)
    hidden = load_settings(project.settings, order.region.slug).hidden
    _keep(order.folder / "reports", made, hidden)
    with editions.aside(order.final) as temporary:
        for publication in made:
            name = f"reports/{publication.path.name}"
            order.engine.render(order.folder, name, temporary, int(order.built.timestamp()))
        about = _about(order, made)
        cells = {p.name: staged.embedded(f"reports/{p.path.name}") for p in made}
        attachments.write(temporary, cells, about, attachments.captions(staged))
        editions.write_manifest(temporary, about, order.inputs)


def _with_figures(order: Order, staged: Staged) -> list[Publication]:
    """The publications for which the notebooks have found figures. Raises InputError."""
    available = staged.merged("available")
    may = order.publications
    made = [p for p in may if p.requires is None or available.get(p.requires)]
    if not made or (order.required and len(made) < len(may)):
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


def _values(order: Order) -> dict:
    return {
        "region": order.region.name,
        "month": order.month.words,
        "date": day_in_words(order.built.date()),
        "version": vardlaget.__version__,
        "status": DRAFT,
    }


def _about(order: Order, made: list[Publication]) -> dict:
    return {
        "publications": [{"name": p.name, "title": p.title} for p in made],
        "parameters": {
            "region": order.region.code,
            "region_name": order.region.name,
            "slug": order.region.slug,
            "month": str(order.month),
            "status": DRAFT,
        },
        "built": order.built.isoformat(),
        "package": {"name": "vardlaget", "version": vardlaget.__version__},
        "engine": {"name": order.engine.name, "version": order.engine.version},
    }
