"""Input: every file of the analyst's folder and of data/published, read, recognised and checked."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.catalogue.agreements import SUFFIXES as AGREEMENT_SUFFIXES
from vardlaget.errors import InputError
from vardlaget.project import Project
from vardlaget.sources import canonical
from vardlaget.sources.tables import READERS, read_table


@dataclass(frozen=True)
class Reading:
    """What was read: the observations, and the files that they came from."""

    frame: pd.DataFrame
    files: tuple[Path, ...]


def read_project(project: Project) -> Reading:
    """Everything under data/published and the analyst's folder.

    Raises InputError naming file, row, column and value for the first thing that is wrong.
    """
    files = [*data_files(project.published), *data_files(project.data)]
    frames = [read_file(file, project) for file in files]
    return Reading(observations.combine(frames), tuple(files))


def data_files(folder: Path) -> list[Path]:
    """The data files below a folder, in a fixed order.

    Hidden files, lock files and README are passed over; a file of another kind is an InputError.
    """
    if not folder.is_dir():
        return []
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _ignored(path)]
    # Agreements are not observations: vardlaget.catalogue.agreements reads them.
    found = [path for path in files if not is_agreement(path, folder)]
    for path in found:
        if path.suffix.lower() not in READERS:
            kinds = ", ".join(sorted(READERS))
            raise InputError(
                f"{path}: not a kind of file that is read ({kinds}). Move it out of the folder."
            )
    return found


def read_file(path: Path, project: Project) -> pd.DataFrame:
    """One file as observations, each row with its source. Raises InputError."""
    name = project.named(path)
    table = read_table(path, name)
    indicators = load_indicators()
    regions = load_regions(project.reference / "regions.csv")
    return canonical.observations_from(table, indicators, regions)


def _ignored(path: Path) -> bool:
    return path.name.startswith((".", "~$")) or path.stem.upper() == "README"


def is_agreement(path: Path, folder: Path) -> bool:
    """Whether a file of a data folder is an agreement on state grants."""
    return path.parent == folder / "agreements" and path.suffix in AGREEMENT_SUFFIXES
