"""Shared by all kinds of tests: a copy of the project to build in, and the command."""

import atexit
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

import warm_kernels

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("_quarto.yml", "notebooks", "reports", "settings", "data/reference", "data/published")


# What a build folder remembers of its input.
REMEMBERED = ("readings", "disclosure")
# A command that takes longer hangs; a loaded machine alone takes minutes.
HANGING_SECONDS = 1800


def copy_project(target: Path, read_before: Path | None = None) -> Path:
    """A project of its own with the committed notebooks, reports and data, and an empty inbox.

    `read_before`: a project whose build folder remembers what was read and searched of the same
    input, so that it need not be done again.
    """
    for part in PARTS:
        source, copy = ROOT / part, target / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        else:
            shutil.copyfile(source, copy)
    (target / "data" / "raw").mkdir(parents=True)
    if read_before is not None:
        for part in REMEMBERED:
            shutil.copytree(read_before / "build" / part, target / "build" / part)
    return target


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker that asks for it makes, while the others wait."""
    try:
        folder.mkdir()
    except FileExistsError:
        return _awaited(folder)
    try:
        make(folder)
    except BaseException:
        (folder / "failed").touch()
        raise
    (folder / "done").touch()
    return folder


def _awaited(folder: Path) -> Path:
    for _ in range(HANGING_SECONDS):
        if (folder / "done").exists():
            return folder
        if (folder / "failed").exists():
            break
        time.sleep(1)
    pytest.fail(f"what another worker makes in {folder.name} did not come")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id) -> Path:
    """A folder that all workers have in common."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def read_before(shared_folder) -> Path:
    """A project that has read its committed data and hidden its small numbers."""
    return made_once(shared_folder / "read", _read) / "project"


def _read(folder: Path) -> None:
    from vardlaget import project
    from vardlaget.disclosure.release import release
    from vardlaget.sources import read_project

    place = project.find(copy_project(folder / "project"))
    release(read_project(place), place)


@cache
def _warm() -> str:
    """The address of a warm process that lives as long as the tests; empty where there is none."""
    from vardlaget.pipeline import notebooks

    lasting = ExitStack()
    address = lasting.enter_context(notebooks.warm_process())
    atexit.register(lasting.close)
    os.environ.pop(warm_kernels.ADDRESS, None)
    return address or ""


def run_command(cwd: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """The installed `vardlaget` command, run in a folder.

    Commands share a warm process. Tests of what happens to a build's own start it themselves.
    """
    command = [str(Path(sys.executable).with_name("vardlaget")), *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200", warm_kernels.ADDRESS: _warm()} | environment,
        capture_output=True,
        text=True,
        timeout=HANGING_SECONDS,
        check=False,
    )


@pytest.fixture
def project_copy(tmp_path: Path, read_before: Path) -> Path:
    return copy_project(tmp_path / "project", read_before)


@pytest.fixture
def vardlaget():
    """Runs the command: `vardlaget(folder, "build", "--region", "23", …)`."""
    return run_command
