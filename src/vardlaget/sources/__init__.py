"""Input: every file of the analyst's folder and of data/published, read, recognised and checked.

Nothing is lost: a row is used, or set aside with its reason; a file that cannot be used is told.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.agreements import SUFFIXES as AGREEMENT_SUFFIXES
from vardlaget.project import Project
from vardlaget.sources import plausibility
from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.open import is_snapshot_file, load_kpis, read_snapshots
from vardlaget.sources.readers import MAPPINGS, Readers
from vardlaget.sources.recognise import Part
from vardlaget.sources.rows import write_set_aside


@dataclass(frozen=True)
class Reading:
    """What was read: the one table, the files, the account of each, and what was found.

    `set_aside` holds the rows that are not used: file, sheet, row, column, value, reason, cells.
    """

    frame: pd.DataFrame
    files: tuple[Path, ...]
    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]
    set_aside: pd.DataFrame

    @property
    def usable(self) -> bool:
        """Whether there is anything to build on, and no file that had to be left out whole."""
        refused = any(finding.kind == "refused" for finding in self.findings)
        return not refused and len(self.frame) > 0

    def checked(self) -> "Reading":
        """With the warnings that the figures themselves give."""
        found = plausibility.findings(self.frame, load_indicators())
        return replace(self, findings=(*self.findings, *found))


def read_project(project: Project, aside: Path | None = None) -> Reading:
    """Everything under data/published and the analyst's folder.

    With `aside`, rows set aside are kept there, one file for each that has any; the folder's
    earlier content goes.
    """
    with TemporaryDirectory() as unkept:
        return _read(project, _emptied(aside or Path(unkept)))


def _read(project: Project, aside: Path) -> Reading:
    files = [*data_files(project.published), *data_files(project.data)]
    snapshots = [path for path in files if is_snapshot_file(path)]
    tables = [path for path in files if path not in snapshots]
    readers = Readers.of(project, aside)
    parts = [part for each in readers.read(tables) for part in each]
    catalogue = readers.catalogue
    kpis = load_kpis(project.reference / "kolada.csv", catalogue.indicators)
    fetched, accounts, found = read_snapshots(
        snapshots, project.named, catalogue.regions, catalogue.indicators, kpis
    )
    set_aside = pd.concat([part.set_aside for part in parts]) if parts else Part().set_aside
    write_set_aside(set_aside, aside)
    return Reading(
        observations.combine([*(part.frame for part in parts), fetched]),
        tuple(files),
        (*(part.account for part in parts if part.account), *accounts),
        (*(finding for part in parts for finding in part.findings), *found),
        set_aside,
    )


def _emptied(folder: Path) -> Path:
    """The folder without what an earlier reading left in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.csv"):
        path.unlink()
    return folder


def data_files(folder: Path) -> list[Path]:
    """The data files below a folder, in a fixed order.

    Hidden files, lock files and README are passed over, and so are agreements and mappings, which
    are read elsewhere.
    """
    if not folder.is_dir():
        return []
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _ignored(path)]
    return [path for path in files if not is_agreement(path, folder) and not _mapping(path, folder)]


def _ignored(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.stem.upper() == "README"


def _mapping(path: Path, folder: Path) -> bool:
    return path.parent == folder / MAPPINGS and path.suffix in AGREEMENT_SUFFIXES


def is_agreement(path: Path, folder: Path) -> bool:
    """Whether a file of a data folder is an agreement on state grants."""
    return path.parent == folder / "agreements" and path.suffix in AGREEMENT_SUFFIXES
