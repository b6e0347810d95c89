"""Odd files: each is told clearly, no figure is wrong, no row is lost, and nothing falls over."""

import pytest

from conftest import ROOT
from odd_files import CASES, Case, plain
from vardlaget.project import Project
from vardlaget.sources import Reading, read_project


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Project:
    """A project with the reference data, nothing published, and all odd files in one folder."""
    root = tmp_path_factory.mktemp("odd")
    (root / "data").mkdir()
    (root / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (root / "in").mkdir()
    for case in CASES:
        (root / "in" / case.file).write_bytes(case.content)
    return Project(root, root / "in", root / "public")


@pytest.fixture(scope="module")
def reading(house) -> Reading:
    return read_project(house)


def figures_of(reading: Reading, name: str) -> list[tuple]:
    """A file's observations as `Case.expected` has them."""
    own = reading.frame[reading.frame["source"].str.startswith(f"in/{name}, ")]
    columns = ["value", "period", "unit", "indicator", "region", "status"]
    return sorted((plain(*row) for row in own[columns].itertuples(index=False)), key=str)


def assert_as_expected(reading: Reading, case: Case) -> None:
    name = f"in/{case.file}"
    told = [f for f in reading.findings if f.file == name]
    assert [(f.kind, f.code) for f in told] == [t[:2] for t in case.told], told
    for finding, expected in zip(told, case.told, strict=True):
        assert expected.says in str(finding)
    accounts = [a for a in reading.accounts if a.file == name]
    assert sum(a.used for a in accounts) == case.used
    assert sum(a.set_aside for a in accounts) == case.aside
    assert (reading.set_aside["file"] == name).sum() == case.aside
    assert figures_of(reading, case.file) == case.expected()


@pytest.mark.parametrize("case", CASES, ids=[case.file[:40] for case in CASES])
def test_an_odd_file(case, reading):
    assert_as_expected(reading, case)
