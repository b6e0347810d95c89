"""`vardlaget verify`: an edition's files against its manifest, and the edition built once more."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import vardlaget
from vardlaget.disclosure.release import remember_as
from vardlaget.errors import InputError
from vardlaget.pipeline import editions
from vardlaget.pipeline.build import build
from vardlaget.pipeline.inputs import PACKAGE
from vardlaget.project import Project
from vardlaget.publishing import figures, integrity, ledger, publish
from vardlaget.publishing.integrity import Files

EPOCH = "SOURCE_DATE_EPOCH"


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild gave: figures that differ, files that differ, and what else was not alike.

    `inputs`: files of the edition that are gone or changed; nothing is rebuilt then.
    """

    inputs: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    count: int = 0

    @property
    def identical(self) -> bool:
        return not (self.inputs or self.figures or self.files)


def files(folder: Path) -> Files:
    """An edition's files, or a published site's with those of every edition in it.

    Raises InputError for another folder.
    """
    if not (folder / publish.SITE).is_file():
        return integrity.of_edition(folder)
    found = [publish.of_site(folder)]
    for path in sorted(folder.glob(f"????-??/*/{editions.MANIFEST}")):
        name = path.parent.relative_to(folder).as_posix()
        found.append(_below(name, integrity.of_edition(path.parent)))
    kinds = ("missing", "extra", "changed")
    gathered = [tuple(n for each in found for n in getattr(each, kind)) for kind in kinds]
    return Files(*gathered, found[0].count)


def _below(folder: str, found: Files) -> Files:
    named = [
        tuple(f"{folder}/{name}" for name in names)
        for names in (found.missing, found.extra, found.changed)
    ]
    return Files(*named, found.count)


def rebuild(
    project: Project, folder: Path, progress: Callable[[str], None] = lambda step: None
) -> Rebuilt:
    """Builds the edition once more from the project's files, in a folder that is then removed.

    The project itself, its memory and its editions stay as they are. Raises InputError where the
    folder holds no edition, and what a build raises.
    """
    about = editions.manifest(folder)
    if about is None:
        raise InputError(f"{folder}: no edition; it has no {editions.MANIFEST}.")
    changed = _changed_inputs(project, about["inputs"])
    if changed:
        return Rebuilt(inputs=tuple(changed))
    parameters = about["parameters"]
    with tempfile.TemporaryDirectory(prefix="vardlaget-verify-") as temporary:
        place = Path(temporary).resolve()
        again = Project(project.root, project.data, place / "public", place / "build")
        final = again.out / parameters["month"] / parameters["slug"]
        shutil.copytree(folder, final)  # its number, ledger and approvals go on from here
        remember_as(again, project, until=about["built"])
        with _at(about["built"]):
            build(
                again,
                parameters["region"],
                parameters["month"],
                parameters["publication"],
                about["engine"]["name"],
                progress,
            )
        return _compared(about, figures.read(folder), final)


def _changed_inputs(project: Project, inputs: dict[str, str]) -> list[str]:
    found = []
    for name, digest in inputs.items():
        path = place_of(project, name)
        if not path.is_file():
            found.append(f"gone: {name}")
        elif editions.sha256(path) != digest:
            found.append(f"changed: {name}")
    return found


def place_of(project: Project, name: str) -> Path:
    """Where an input stands that a manifest names."""
    kind, colon, rest = name.partition(":")
    if colon and kind in ("data", "out"):
        return (project.data if kind == "data" else project.out) / rest
    package = f"{PACKAGE.name}/"
    return PACKAGE / name.removeprefix(package) if name.startswith(package) else project.root / name


def _compared(about: dict, before: list[figures.Figure], final: Path) -> Rebuilt:
    again = editions.manifest(final) or {}
    differing = figures.differences(before, figures.read(final))
    old, new = about["outputs"], again["outputs"]
    unlike = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    told = [
        f"{', '.join(filter(None, d.key))}: {d.of('text', d.before) or 'none'} is "
        f"{d.of('text', d.after) or 'none'}"
        for d in differing
    ]
    return Rebuilt(
        figures=tuple(told),
        files=tuple(unlike),
        remarks=tuple(_remarks(about)),
        count=len(old),
    )


def _remarks(about: dict) -> list[str]:
    """What explains that bytes differ."""
    code = about["package"].get("code") != ledger.code_digest()
    version = about["package"]["version"]
    found = [f"built by vardlaget {version}, whose code has changed since"] if code else []
    if version != vardlaget.__version__:
        found.append(f"this is vardlaget {vardlaget.__version__}")
    return found


@contextmanager
def _at(moment: str) -> Iterator[None]:
    """The time that the rebuilt edition says it was made."""
    known = os.environ.get(EPOCH)
    os.environ[EPOCH] = str(int(datetime.fromisoformat(moment).timestamp()))
    try:
        yield
    finally:
        if known is None:
            del os.environ[EPOCH]
        else:
            os.environ[EPOCH] = known
