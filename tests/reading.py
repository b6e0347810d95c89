"""Reading one file as a build does, for tests that want its figures or the first thing told."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.project import Project
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.mappings import load_mappings
from vardlaget.sources.recognise import Part, read_file


def read_parts(path: Path, project: Project) -> list[Part]:
    """The parts of a file of the project's data folder."""
    catalogue = Catalogue(load_indicators(), load_regions(project.reference / "regions.csv"))
    mappings = load_mappings([project.reference / "mappings"], catalogue)
    with TemporaryDirectory() as aside:
        return read_file(path, project.named(path), catalogue, mappings, Path(aside))


def whole_store(frame: pd.DataFrame, findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The parts of a store that nothing has been cut from."""
    return {"own": frame, "required": frame, "compared": frame, "findings": findings}


def read_strictly(path: Path, project: Project) -> pd.DataFrame:
    """Its observations; InputError with the first finding if anything is refused or set aside."""
    parts = read_parts(path, project)
    for finding in (finding for part in parts for finding in part.findings):
        if finding.kind != "warning":
            raise InputError(str(finding))
    return pd.concat([part.frame for part in parts], ignore_index=True)
