"""A build or a publication that is killed leaves the site as it was before or as it is after."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import small_project
from small_project import EPOCH, any_command, build, command, contents, folder, put
from vardlaget.publishing import integrity

# How many moments are tried of each; benchmarks/kills.py tries many.
MOMENTS = int(os.environ.get("VARDLAGET_KILLS", "1"))


def killed(project: Path, seconds: float, *arguments: str) -> bool:
    """Starts the command and kills it and its processes after a while; whether it was alive."""
    command_line = [str(Path(sys.executable).with_name("vardlaget")), *arguments]
    process = subprocess.Popen(
        command_line,
        cwd=project,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


def timed(project: Path, *arguments: str) -> float:
    start = time.monotonic()
    any_command(project, *arguments)
    return time.monotonic() - start


def whole(site: Path, possible: list[dict[str, bytes]]) -> None:
    """Every edition that a reader can reach is one of those that there may be, and whole."""
    for path in site.glob("????-??/[!.]*/manifest.json"):
        assert integrity.of_edition(path.parent).whole, path
        assert contents(path.parent) in possible, path


def seen(site: Path) -> dict[str, bytes]:
    """What a reader can reach: not what a killed process has left aside."""
    return {name: content for name, content in contents(site).items() if "/." not in f"/{name}"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = small_project.make(tmp_path_factory.mktemp("killed") / "project")
    build(project)
    return project


def test_a_killed_build_leaves_an_edition_whole_and_the_next_one_completes_it(project, tmp_path):
    first = contents(folder(project))
    arguments = ("build", "--region", "24", "--month", "2024-02", "--engine", "embedded")
    put(project, 71)
    there = shutil.copytree(project, tmp_path / "project")
    start = time.monotonic()
    build(there)
    takes = time.monotonic() - start
    wanted = seen(there / "public")
    second = contents(folder(there))
    chance = random.Random(1)
    for number in range(MOMENTS):
        there = shutil.copytree(project, tmp_path / f"{number}")
        killed(there, chance.uniform(0.3, 1) * takes, *arguments)
        whole(there / "public", [first, second])
        build(there)
        assert seen(there / "public") == wanted
        left = [path.name for path in folder(there).parent.iterdir()]
        assert sorted(left) == ["vasterbotten", "vasterbotten.1"]


def test_a_killed_publication_leaves_the_old_site_or_the_new_one(project, tmp_path):
    there = shutil.copytree(project, tmp_path / "project")
    settings = "region: '24'\nsign_off: {publish: draft}\n"
    (there / "settings" / "vasterbotten.yml").write_text(settings, encoding="utf-8")
    any_command(there, "publish", "--to", "site")
    old = contents(there / "site")
    put(there, 73)
    build(there)
    command(there, "review")
    shutil.copytree(there / "site", there / "kept")
    takes = timed(there, "publish", "--to", "site")
    new = contents(there / "site")
    chance = random.Random(2)
    for _ in range(MOMENTS):
        shutil.rmtree(there / "site")
        shutil.copytree(there / "kept", there / "site")
        killed(there, chance.uniform(0.3, 1) * takes, "publish", "--to", "site")
        assert contents(there / "site") in (old, new)
        any_command(there, "publish", "--to", "site")
        assert contents(there / "site") == new
        assert [path.name for path in there.glob(".site*")] == []
