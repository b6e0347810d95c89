"""The project's own reference data, and a place for the analyst's files."""

from pathlib import Path

import pandas as pd
import pytest

from reading import read_strictly
from vardlaget import project
from vardlaget.catalogue import load_regions
from vardlaget.sources import read_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def regions():
    return load_regions(ROOT / "data" / "reference" / "regions.csv")


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    return read_project(project.find(ROOT, data=tmp_path_factory.mktemp("data"))).frame


@pytest.fixture
def house(tmp_path):
    """The project, with an empty folder for the analyst's files."""
    return project.find(ROOT, data=tmp_path)


@pytest.fixture
def read(house):
    """Writes a file (text, bytes, or rows for Parquet) into the folder and reads it."""

    def write_and_read(content, name="fil.csv", encoding="utf-8") -> pd.DataFrame:
        path = house.data / name
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read_strictly(path, house)

    return write_and_read
