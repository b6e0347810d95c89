"""Kernels forked from a warm process: as a plain start gives, fresh, and plain where they must."""

import asyncio
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

import warm_kernels
from vardlaget.environment import only_for_notebooks
from vardlaget.pipeline import notebooks
from warm_kernels_support import KERNEL, ORIGIN, alive, children, client, eventually, outputs, run

pytestmark = pytest.mark.skipif(
    not warm_kernels.supported(), reason="kernels are forked on Linux alone"
)

PROBE = """
import json, os, signal, sys
handlers = {s.name: str(signal.getsignal(s)) for s in
            (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE, signal.SIGHUP)}
mask = os.umask(0); os.umask(mask)
print(json.dumps({
    "cwd": os.getcwd(), "umask": mask, "argv": [sys.argv[0], sys.argv[1], *sys.argv[3:]],
    "path": sys.path, "signals": handlers, "stdin": os.read(0, 9).decode(),
    "blocked": [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "leads": [os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid()],
    "driver": os.environ["JPY_PARENT_PID"],
    "env": {k: v for k, v in os.environ.items() if k not in ("WARM_KERNELS_ADDRESS",)},
    "name": __name__, "main": sys.modules["__main__"].__name__,
    "names": sorted(n for n in globals() if not n.startswith("_")),
    "ipc": "ipc" in open(sys.argv[2]).read(), "timezone": __import__("time").tzname,
}))
"""


def test_a_forked_kernel_is_what_a_plain_start_gives(warm, tmp_path, monkeypatch):
    monkeypatch.setenv("ONLY_HERE", "å")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    options = {"resources": {"metadata": {"path": str(tmp_path)}}}
    before = os.umask(0o27)
    try:
        forked, origin = run(PROBE, ORIGIN, **options)
        monkeypatch.delenv(warm_kernels.ADDRESS)
        plain, plain_origin = run(PROBE, ORIGIN, **options)
    finally:
        os.umask(before)
    assert (origin, plain_origin) == ("forked", "plain")
    assert json.loads(forked) == json.loads(plain)
    assert json.loads(forked)["cwd"] == str(tmp_path)
    assert json.loads(forked)["env"]["ONLY_HERE"] == "å"


def test_each_kernel_is_fresh(warm):
    first = run("import preloaded_here, os; preloaded_here.seen.append(1); x = 1", "print(x)")
    assert first[1] == "1"
    second = run("import preloaded_here", "print(preloaded_here.seen, 'x' in globals())")
    assert second[1] == "[] False"


RANDOM = """
import random, secrets, ssl, tempfile, uuid, numpy
print(random.random(), numpy.random.rand(), numpy.random.default_rng().random(), uuid.uuid4(),
      secrets.token_hex(), ssl.RAND_bytes(8).hex(), next(tempfile._get_candidate_names()))
"""


def test_no_two_kernels_draw_the_same_random_numbers(warm):
    first, second = (run(RANDOM)[0].split() for _ in range(2))
    assert [a for a, b in zip(first, second, strict=True) if a == b] == []


LEASES_HELD = """
import os
packets = {line.split()[6] for line in open("/proc/net/unix") if line.split()[4] == "0005"}
paths = [f"/proc/self/fd/{number}" for number in range(99)]
held = [os.readlink(path) for path in paths if os.path.lexists(path)]
print(held.count("anon_inode:[pidfd]"), sum(each.strip("socket:[]") in packets for each in held))
"""


def test_a_kernel_holds_nothing_of_the_warm_process_or_of_another_kernel(warm):
    async def together():
        return await asyncio.gather(*(client(LEASES_HELD).async_execute() for _ in range(3)))

    assert [outputs(each) for each in asyncio.run(together())] == [["0 0"]] * 3


def test_what_a_program_does_at_its_end_is_done_when_a_kernel_is_shut_down(warm, tmp_path):
    mark = tmp_path / "ended"
    run(f"import atexit, pathlib; atexit.register(pathlib.Path('{mark}').touch)",
        shutdown_kernel="graceful")  # fmt: skip
    assert mark.exists()


# Where kernels are not forked, they start plainly.


def test_a_module_that_starts_a_thread_ends_the_warm_process(surroundings, capfd):
    with warm_kernels.serve(["starts_a_thread"]):
        assert run(ORIGIN) == ["plain"]
    assert "importing starts_a_thread starts a thread" in capfd.readouterr().err


def test_a_module_that_cannot_be_imported_is_told_and_the_rest_serves(surroundings, capfd):
    with warm_kernels.serve(["no_such_module", "preloaded_here"]):
        assert run(ORIGIN) == ["forked"]
    assert "no_such_module is not preloaded: ModuleNotFoundError" in capfd.readouterr().err


def test_a_kernel_that_needs_another_start_is_started_plainly(warm, monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    assert run(ORIGIN) == ["plain"]
    monkeypatch.delenv("PYTHONWARNINGS")
    assert run(ORIGIN) == ["forked"]


def test_where_the_system_cannot_fork_kernels_start_plainly(surroundings, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with warm_kernels.serve(["preloaded_here"]) as address:
        assert address is None
        assert run(ORIGIN) == ["plain"]


def test_a_manager_that_has_chosen_its_connection_keeps_it(warm, tmp_path):
    manager = warm_kernels.WarmKernelManager(
        kernel_name=KERNEL, connection_file=str(tmp_path / "mine.json")
    )
    ran = client(ORIGIN)
    ran.km, ran.owns_km = manager, True
    ran.execute()
    assert (manager.transport, outputs(ran.nb)) == ("tcp", ["forked"])


# Under stock papermill, and in a build.


def test_stock_papermill_by_the_kernelspec_alone(surroundings, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ORIGIN)])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    command = [sys.executable, "-m", "papermill", "a.ipynb", "out.ipynb", "-k", KERNEL]
    done = subprocess.run(
        [sys.executable, "-m", "warm_kernels", KERNEL, *command, "--no-progress-bar"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert outputs(nbformat.read(tmp_path / "out.ipynb", 4)) == ["forked"]


BUILD = """
import sys
from pathlib import Path
from vardlaget.errors import NotebookError
from vardlaget.pipeline import notebooks
at = Path(".").resolve()
run = notebooks.Run(at / "a.ipynb", at / "out" / "a.ipynb", "01", "2024-03", at, at)
try:
    print([done == run for done in notebooks.run_all([run])])
except NotebookError as error:
    print(error)
"""
IN_A_BUILD = "import os, sys; print('altair' in sys.modules, os.environ['VARDLAGET_BUILD'], region)"


PIDS = "import os, time; open('pids', 'w').write(f'{os.getpid()} {os.getppid()}'); time.sleep(99)"


def build_of(folder: Path, *cells: str) -> subprocess.Popen:
    """Runs a notebook with these cells as a build does, in a process group of its own."""
    parameters = nbformat.v4.new_code_cell(
        'region = "23"\nmonth = "2024-02"', metadata={"tags": ["parameters"]}
    )
    cells = [parameters, *(nbformat.v4.new_code_cell(cell) for cell in cells)]
    spec = {"name": KERNEL, "display_name": "", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(notebook, folder / "a.ipynb")
    return subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def build(folder: Path, *cells: str) -> str:
    out, err = build_of(folder, *cells).communicate(timeout=120)
    assert "Traceback" not in err, err
    return out.strip()


@pytest.mark.parametrize(("asked", "preloaded"), [("1", "True"), ("0", "False")])
def test_a_build_forks_its_kernels_unless_told_not_to(
    surroundings, tmp_path, monkeypatch, asked, preloaded
):
    monkeypatch.delenv(warm_kernels.ADDRESS, raising=False)
    monkeypatch.setenv(notebooks.WARM, asked)
    assert build(tmp_path, IN_A_BUILD) == "[True]"
    executed = nbformat.read(tmp_path / "out" / "a.ipynb", 4)
    assert outputs(executed)[-1] == f"{preloaded} 1 01"


SECRETS_SEEN = """
import os, pathlib
place = pathlib.Path("/proc/self/environ")
started = place.read_text() if place.exists() else ""
print([n for n in ("DB_PASSWORD", "JUPYTER_TOKEN", "AWS_SECRET_ACCESS_KEY") if n in os.environ])
print("s3cret" in started, "s3cret" in str(os.environ), os.environ["TZ"])
"""


@pytest.mark.parametrize("asked", ["1", "0"], ids=["forked", "plain"])
def test_a_notebook_gets_no_more_of_the_environment_than_it_needs(
    surroundings, tmp_path, monkeypatch, asked
):
    monkeypatch.delenv(warm_kernels.ADDRESS, raising=False)
    monkeypatch.setenv(notebooks.WARM, asked)
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    for name in ("DB_PASSWORD", "JUPYTER_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "s3cret")
    assert build(tmp_path, SECRETS_SEEN) == "[True]"
    executed = nbformat.read(tmp_path / "out" / "a.ipynb", 4)
    assert "".join(outputs(executed)).split("\n") == ["[]", "False False Europe/Stockholm"]


def test_a_build_has_its_own_environment_again_after_a_notebook(monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "s3cret")
    monkeypatch.setenv(warm_kernels.ADDRESS, "gone")
    before = dict(os.environ)
    with only_for_notebooks(VARDLAGET_BUILD="1"):
        assert "DB_PASSWORD" not in os.environ
        assert os.environ["VARDLAGET_BUILD"] == "1"
        del os.environ[warm_kernels.ADDRESS]
    del before[warm_kernels.ADDRESS]
    assert dict(os.environ) == before


def test_a_build_shares_the_warm_process_that_serves_and_names_a_notebook_whose_kernel_dies(
    warm, tmp_path
):
    cell = "import os, sys; assert 'preloaded_here' in sys.modules; os._exit(1)"
    assert build(tmp_path, cell) == "a.ipynb: Kernel died"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_killed_or_interrupted_leaves_nothing(
    surroundings, tmp_path, monkeypatch, end
):
    monkeypatch.delenv(warm_kernels.ADDRESS, raising=False)
    before = glob.glob(f"{tempfile.gettempdir()}/wk-*")
    whole = build_of(tmp_path, PIDS)
    noted = tmp_path / "pids"
    assert eventually(lambda: noted.exists() and len(noted.read_text().split()) == 2, 60)
    kernel, warm_process = map(int, noted.read_text().split())
    started = [kernel, warm_process, *children(whole.pid)]
    started += [worker for each in children(whole.pid) for worker in children(each)]
    (os.killpg if end == signal.SIGINT else os.kill)(whole.pid, end)
    whole.communicate(timeout=60)
    assert eventually(lambda: not any(alive(pid) for pid in started))
    assert eventually(lambda: glob.glob(f"{tempfile.gettempdir()}/wk-*") == before)
