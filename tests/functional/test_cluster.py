"""Builds on Dask workers: a real scheduler and worker processes on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import small_project
from small_project import EPOCH, MONTH
from vardlaget.errors import InputError

pytest.importorskip("distributed", reason="the extra 'cluster' (dask.distributed) is missing")

SECONDS = 600
DASK = Path(sys.executable).with_name("dask")
NOTEBOOK = "notebooks/waiting_times.ipynb"
# The first kernel that comes here tells whose it is and waits; later ones go on.
WAITS = """
import os, pathlib, time
told = pathlib.Path({path!r})
if not told.exists():
    told.with_suffix(".new").write_text(os.environ["JPY_PARENT_PID"])
    told.with_suffix(".new").rename(told)
    time.sleep(600)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "project")


@contextmanager
def started(*command: object, where: Path | None = None) -> Iterator[subprocess.Popen]:
    environment = os.environ | {"DASK_DISTRIBUTED__DASHBOARD__ENABLED": "False"}
    process = subprocess.Popen(
        list(map(str, command)),
        env=environment,
        cwd=where,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(SECONDS)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """A scheduler's address."""
    file = tmp_path / "scheduler.json"
    with started(DASK, "scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard",
                 "--scheduler-file", file) as process:  # fmt: skip
        awaited(file, process)
        yield json.loads(file.read_text())["address"]


def worker(address: str, where: Path | None = None):
    """A worker process, in a folder of its own if told."""
    command = (DASK, "worker", address, "--nthreads", 1, "--no-nanny", "--no-dashboard")
    return started(*command, where=where)


def awaited(path: Path, process: subprocess.Popen) -> None:
    """Waits for a file that a process writes."""
    end = time.monotonic() + SECONDS
    while not path.exists() or not path.read_text():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.1)


def put_first(project: Path, code: str) -> None:
    """The notebook, with a cell of this code before all others but the parameters."""
    path = project / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    place = next(n for n, c in enumerate(notebook["cells"]) if c["cell_type"] == "code") + 1
    cell = {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "source": code}
    notebook["cells"].insert(place, cell | {"execution_count": None})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def arguments(out: Path, *more: str) -> tuple[object, ...]:
    return ("build", "--all-regions", "--month", MONTH, "--engine", "embedded", "--out", out, *more)


def test_a_worker_killed_in_mid_run_loses_nothing(project, tmp_path, scheduler, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    told = tmp_path / "told"
    put_first(project, WAITS.format(path=str(told)))
    command = [Path(sys.executable).with_name("vardlaget"), *arguments(tmp_path / "ours")]
    with worker(scheduler) as one, worker(scheduler) as other:
        build = subprocess.Popen(
            [*map(str, command), "--cluster", scheduler],
            cwd=project, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        awaited(told, build)
        victim = int(told.read_text())
        assert victim in (one.pid, other.pid)
        os.kill(victim, signal.SIGKILL)
        _, errors = build.communicate(timeout=SECONDS)
    assert build.returncode == 0, errors
    small_project.any_command(project, *arguments(tmp_path / "local", "--afresh"))
    made = small_project.contents(tmp_path / "ours")
    assert made == small_project.contents(tmp_path / "local")
    assert {name.split("/")[1] for name in made if name.startswith(MONTH)} == {
        "vasterbotten", "jamtland-harjedalen"
    }  # fmt: skip
    assert not list((project / "build").glob(".cluster-*"))


def test_a_cell_that_fails_on_a_worker_is_told(project, tmp_path, scheduler):
    put_first(project, "#| label: broken\n1 / 0")
    with worker(scheduler):
        done = small_project.any_command(
            project, *arguments(tmp_path / "out"), "--cluster", scheduler, fails=True
        )
    assert done.returncode == 1
    assert "waiting_times.ipynb, cell 'broken': ZeroDivisionError" in done.stderr
    assert not (tmp_path / "out" / MONTH).exists()


def test_workers_that_see_no_common_folder_make_the_same(project, tmp_path, scheduler, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    there = tmp_path / "there"
    there.mkdir()
    (tmp_path / "elsewhere").mkdir()
    ways = {
        "ours": ("--cluster", scheduler, "--share", there.as_uri()),
        "local": ("--work", tmp_path / "work"),
    }
    executed = "build/{}/vasterbotten/executed/waiting_times.ipynb"
    with worker(scheduler, tmp_path / "elsewhere"):
        for _ in range(2):  # the second time as a revision, with the first edition kept
            for out, more in ways.items():
                small_project.any_command(project, *arguments(tmp_path / out, *more))
            made = small_project.contents(tmp_path / "ours")
            assert made == small_project.contents(tmp_path / "local")
            assert not list(there.iterdir())
            notebook = json.loads((project / executed.format(MONTH)).read_text(encoding="utf-8"))
            place = Path(notebook["metadata"]["papermill"]["output_path"])
            assert not place.is_relative_to(project)
            small_project.put(project, 71)
    assert {f"{MONTH}/vasterbotten/prov.html", f"{MONTH}/vasterbotten.1/prov.html"} <= set(made)
    assert (project / "build" / MONTH / "vasterbotten" / "_variables.yml").is_file()


def test_what_fails_elsewhere_is_told_with_the_paths_here(project, tmp_path, scheduler):
    put_first(project, "#| label: broken\n1 / 0")
    there = tmp_path / "there"
    with worker(scheduler):
        more = ("--cluster", scheduler, "--share", there.as_uri())
        done = small_project.any_command(project, *arguments(tmp_path / "out", *more), fails=True)
    assert done.returncode == 1
    assert "waiting_times.ipynb, cell 'broken': ZeroDivisionError" in done.stderr
    told = " ".join(done.stderr.split())
    kept = Path(told.partition("is kept in ")[2].split(".ipynb")[0].replace(" ", "") + ".ipynb")
    assert kept.is_relative_to(project)
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    assert not list(there.iterdir())


def test_a_share_needs_a_cluster_and_a_url_of_a_known_kind(project, tmp_path):
    out = arguments(tmp_path / "out")
    alone = small_project.any_command(project, *out, "--share", "s3://a", fails=True)
    assert (alone.returncode, "--share is for" in alone.stderr) == (2, True)
    odd = ("--cluster", "local", "--share", "carrier-pigeon://a")
    refused = small_project.any_command(project, *out, *odd, fails=True)
    assert (refused.returncode, "carrier-pigeon" in refused.stderr) == (2, True)


def test_an_address_that_is_none_is_refused(project, tmp_path):
    done = small_project.any_command(
        project, *arguments(tmp_path / "out"), "--cluster", "host", fails=True
    )
    assert done.returncode == 2
    assert "--cluster host" in done.stderr


def test_workers_forget_settings_between_builds(tmp_path):
    from vardlaget.catalogue import load_settings
    from vardlaget.pipeline import cluster

    told = []
    for contact in ("a@region.se", "b@region.se"):
        text = f"region: '24'\ncontact: {contact}\n"
        (tmp_path / "vasterbotten.yml").write_text(text, encoding="utf-8")
        cluster._forget_files()
        told.append(load_settings(tmp_path, "vasterbotten").contact)
    assert told == ["a@region.se", "b@region.se"]


def test_workers_must_see_the_folder_and_run_the_same_code(tmp_path):
    from vardlaget.pipeline import cluster

    mark = tmp_path / "mark"
    with pytest.raises(InputError, match="does not see"):
        cluster.Terms(tmp_path, mark, cluster.code()).require()
    mark.touch()
    cluster.Terms(tmp_path, mark, cluster.code()).require()
    with pytest.raises(InputError, match="other code"):
        cluster.Terms(tmp_path, mark, "0").require()
