"""What an edition is made from: every file that a build reads, without reading it.

Imported before anything that loads slowly, so that a build with nothing to do is over at once.
"""

import hashlib
import os
import shutil
import sysconfig
from pathlib import Path

import vardlaget
from vardlaget.project import Project

PACKAGE = Path(vardlaget.__file__).parent
CATALOGUE = PACKAGE / "catalogue" / "indicators.yml"


def every(project: Project) -> frozenset[Path]:
    """All files that any build of the project may read."""
    folders = (
        project.data,
        project.published,
        project.reference,
        project.notebooks,
        project.reports,
        project.settings,
        PACKAGE,
    )
    found = {path for folder in folders for path in files(folder)}
    return frozenset(found | {project.root / "_quarto.yml"})


def files(folder: Path) -> list[Path]:
    """The files below a folder but hidden and compiled ones, in a fixed order."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        found += [Path(where, name) for name in names if name[0] != "."]
    return sorted(found)


def surroundings(engine: str) -> dict[str, str]:
    """What else an edition depends on: installed packages, the engine asked for, the moment."""
    installed = sorted(
        name
        for name in os.listdir(sysconfig.get_paths()["purelib"])
        if name.endswith((".dist-info", ".egg-info"))
    )
    quarto = os.environ.get("QUARTO_PATH") or shutil.which("quarto") or ""
    return {
        "installed packages": hashlib.sha256("\n".join(installed).encode()).hexdigest(),
        "engine": f"{engine} {quarto}",
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }
