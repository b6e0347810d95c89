"""The project's own reference data and published figures."""

from pathlib import Path

import pytest

from vardlaget import project
from vardlaget.catalogue import load_agreements, load_populations
from vardlaget.sources import read_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Every committed figure, without the analyst's own input."""
    return read_project(project.find(ROOT, data=tmp_path_factory.mktemp("data"))).frame


@pytest.fixture(scope="session")
def vastmanland(published):
    return published[published["region"] == "19"]


@pytest.fixture(scope="session")
def populations():
    return load_populations(ROOT / "data" / "reference" / "populations.csv")


@pytest.fixture(scope="session")
def agreement():
    found = load_agreements(ROOT / "data" / "reference" / "agreements")
    return next(a for a in found if a.id == "tillganglighet-2024")
