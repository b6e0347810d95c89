"""Real editions, built once with the installed command and read back by the tests."""

import shutil
from pathlib import Path

import pytest

from acceptance_support import Edition
from browser_support import browser, server, visit  # noqa: F401
from conftest import copy_project, made_once, run_command

EDITIONS = {
    "jh-feb": ("23", "2024-02", "2024-02/jamtland-harjedalen"),
    "jh-jan": ("jamtland-harjedalen", "2024-01", "2024-01/jamtland-harjedalen"),
    "vm-feb": ("vastmanland", "2023-02", "2023-02/vastmanland"),
    "vb-feb": ("Västerbotten", "2023-02", "2023-02/vasterbotten"),
    "vb-dec": ("24", "2023-12", "2023-12/vasterbotten"),
}
# A plan's follow-up: the region has no other figures.
PLAN = ("22", "2020-12")
# One moment for all, so that a rebuild can be compared.
EPOCH = "1709251200"


@pytest.fixture(scope="session")
def site(shared_folder) -> Path:
    """A project with all five editions built, once for all workers; its out folder is `public`."""
    return made_once(shared_folder / "site", _build_all) / "project"


def _build_all(folder: Path) -> None:
    project = copy_project(folder / "project")
    _build_country(project)
    for region, month in [PLAN, *(each[:2] for each in EDITIONS.values())]:
        done = run_command(
            project,
            *("build", "--region", region, "--month", month, "--engine", "embedded"),
            SOURCE_DATE_EPOCH=EPOCH,
        )
        assert done.returncode == 0, done.stderr


def _build_country(project: Path) -> None:
    """Three regions of a synthetic country, from input in the real formats."""
    made = run_command(project, "demo", "--out", "demo", "--months", "14", "--regions", "22,23,24")
    assert made.returncode == 0, made.stderr
    done = run_command(
        project,
        *("build", "--all-regions", "--month", "2024-02", "--engine", "embedded"),
        *("--data", "demo", "--out", "country", "--work", "country-build"),
        SOURCE_DATE_EPOCH=EPOCH,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def country(site) -> Path:
    """The editions of the synthetic country."""
    return site / "country"


@pytest.fixture(scope="session")
def run():
    """Runs the command, for fixtures that last longer than one test."""
    return run_command


@pytest.fixture(params=sorted(EDITIONS))
def edition(request, site) -> Edition:
    return Edition(request.param, site / "public" / EDITIONS[request.param][2])


@pytest.fixture
def editions(site) -> dict[str, Edition]:
    return {name: Edition(name, site / "public" / e[2]) for name, e in EDITIONS.items()}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser, or a loud skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("NO BROWSER: Chromium is not installed, so no page was opened in a browser")
