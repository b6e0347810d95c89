"""Shared by all kinds of tests: a copy of the project to build in, and the command."""

import atexit
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

import warm_kernels

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("_quarto.yml", "notebooks", "reports", "settings", "data/reference", "data/published")


# A command that takes longer hangs; a loaded machine alone takes minutes.
HANGING_SECONDS = 1800


def copy_project(target: Path) -> Path:
    """A project of its own with the committed notebooks, reports and data, and an empty inbox."""
    for part in PARTS:
        source, copy = ROOT / part, target / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        else:
            shutil.copyfile(source, copy)
    (target / "data" / "raw").mkdir(parents=True)
    return target


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
def project_copy(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")


@pytest.fixture
def vardlaget():
    """Runs the command: `vardlaget(folder, "build", "--region", "23", …)`."""
    return run_command
