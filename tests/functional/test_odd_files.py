"""Odd files: each is told clearly, no figure is wrong, no row is lost, and nothing falls over."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from odd_files import CASES, Case, plain
from reading import read_parts
from vardlaget.project import Project, find
from vardlaget.sources import Reading, read_project
from vardlaget.sources.rows import file_slug

# More would be what a bomb unpacks to; the interpreter and its libraries map half of it.
MOST_MEMORY = 3_000_000_000


def project_in(root: Path) -> Project:
    """A project with the reference data, nothing published and an empty folder."""
    (root / "data").mkdir()
    (root / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (root / "in").mkdir()
    return Project(root, root / "in", root / "public")


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def assert_as_expected(case: Case, reading: Reading) -> None:
    name = f"data/raw/{case.file}"
    told = [f for f in reading.findings if f.file == name]
    assert [(f.kind, f.code) for f in told] == [expected[:2] for expected in case.told], told
    for finding, expected in zip(told, case.told, strict=True):
        assert expected.says in str(finding)
    own = reading.frame[reading.frame["source"].str.startswith(f"{name}, ")]
    columns = ["value", "period", "unit", "indicator", "region", "status"]
    figures = sorted((plain(*row) for row in own[columns].itertuples(index=False)), key=str)
    assert figures == case.expected()
    accounts = [a for a in reading.accounts if a.file == name]
    assert sum(a.used for a in accounts) == case.used
    assert sum(a.set_aside for a in accounts) == case.aside


def test_a_folder_of_odd_files(project_copy, subtests):
    """The command tells of all of them in little memory; then what it has read is looked at."""
    shutil.rmtree(project_copy / "data" / "published")
    house = find(project_copy)
    for case in CASES:
        (house.data / case.file).write_bytes(case.content)
    command = [Path(sys.executable).with_name("vardlaget"), "check"]
    done = subprocess.run(
        command, cwd=project_copy, preexec_fn=limited, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "Written to build/check.csv" in done.stdout
    told = pd.read_csv(house.build / "check.csv", dtype="str", keep_default_na=False)
    names = {f"data/raw/{case.file}" for case in CASES}
    assert set(told["file"]) == names
    read, used, aside = (
        pd.to_numeric(told[f"rows_{n}"]).sum() for n in ("read", "used", "set_aside")
    )
    assert (used, aside) == (sum(c.used for c in CASES), sum(c.aside for c in CASES))
    assert read == used + aside
    kept = [pd.read_csv(path) for path in (house.build / "set-aside").glob("*.csv")]
    assert sum(map(len, kept)) == aside
    reading = read_project(house)
    assert {house.named(path) for path in reading.files} == names
    assert len(reading.frame) == sum(len(case.figures) for case in CASES)
    for case in CASES:
        with subtests.test(file=case.file):
            assert_as_expected(case, reading)


GOOD = "indicator,region,unit,period,value\navailable_beds,23,{},2024-01,5\n"


def test_a_folder_named_as_a_file_and_links(tmp_path):
    project = project_in(tmp_path)
    (project.data / "mapp.csv").mkdir()
    inner = project.data / "mapp.csv" / "inre.csv"
    inner.write_text(GOOD.format("inre"), encoding="utf-8")
    (tmp_path / "annan.csv").write_text(GOOD.format("annan"), encoding="utf-8")
    (project.data / "länk.csv").symlink_to(tmp_path / "annan.csv")
    (project.data / "mapp.csv" / "runt").symlink_to(project.data)
    reading = read_project(project)
    assert reading.findings == ()
    assert sorted(reading.frame["unit"]) == ["annan", "inre"]
    assert sorted(a.used for a in reading.accounts) == [1, 1]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_a_file_that_is_gone_when_it_is_read(suffix, tmp_path):
    project = project_in(tmp_path)
    (part,) = read_parts(project.data / f"borta{suffix}", project)
    (finding,) = part.findings
    assert str(finding) == f"in/borta{suffix}: cannot be read (No such file or directory)."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_a_file_that_may_not_be_read(suffix, tmp_path):
    project = project_in(tmp_path)
    path = project.data / f"hemlig{suffix}"
    path.write_text("hemligt", encoding="utf-8")
    path.chmod(0)
    (finding,) = read_project(project).findings
    assert str(finding) == f"in/hemlig{suffix}: cannot be read (Permission denied)."


# Was wrong once: no table and no file can hold such a name, so the whole reading fell.
def test_a_name_in_another_encoding(tmp_path):
    project = project_in(tmp_path)
    named = {}
    for name in (b"\xe5.csv", b"\xe4.csv"):
        path = Path(os.fsdecode(os.fsencode(project.data) + b"/" + name))
        path.write_text(GOOD.format("a"), encoding="utf-8")
        (part,) = read_parts(path, project)
        named[name] = part.account.file
        assert part.frame["source"].tolist() == [f"{part.account.file}, rad 2"]
    assert named == {b"\xe5.csv": "in/\\udce5.csv", b"\xe4.csv": "in/\\udce4.csv"}


def test_two_files_do_not_share_a_name_for_rows_set_aside():
    names = ["a b.csv", "a-b.csv", "a/b.csv", "A b.csv", f"{'å' * 200}1.csv", f"{'å' * 200}2.csv"]
    slugs = {file_slug(name) for name in names}
    assert len(slugs) == len(names)
    assert max(len(slug.encode()) for slug in slugs) < 250
