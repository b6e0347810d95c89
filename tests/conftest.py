"""Shared by all kinds of tests: a copy of the project to build in, and the command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def run_command(cwd: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """The installed `vardlaget` command, run in a folder."""
    command = [str(Path(sys.executable).with_name("vardlaget")), *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200"} | environment,
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
