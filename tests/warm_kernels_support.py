"""For tests of warm kernels: a kernelspec with modules to preload, notebooks, and counts.

Fixtures: `surroundings` (no warm process yet) and `warm` (the address of one, shared by a module).
"""

import contextlib
import glob
import json
import os
import tempfile
import time
from pathlib import Path

import nbclient
import nbformat
import pytest

import warm_kernels

KERNEL = "warm-test"
SPEC = {
    "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "warm",
    "language": "python",
    "metadata": {
        "kernel_provisioner": {
            "provisioner_name": warm_kernels.NAME,
            "config": {"preload": ["preloaded_here"]},
        }
    },
}
# Who made this kernel: the warm process has imported what no notebook does.
ORIGIN = "import sys; print('forked' if 'preloaded_here' in sys.modules else 'plain')"


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    """A kernelspec, a registered provisioner and modules to preload, and a short /tmp of its own
    that must be empty in the end."""
    base = tmp_path_factory.mktemp("warm")
    (base / "kernels" / KERNEL).mkdir(parents=True)
    (base / "kernels" / KERNEL / "kernel.json").write_text(json.dumps(SPEC), encoding="utf-8")
    (base / "preloaded_here.py").write_text("import numpy.random\nseen = []\n", encoding="utf-8")
    (base / "starts_a_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\n",
        encoding="utf-8",
    )
    about = base / "warm_kernels_test-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: warm-kernels-test\nVersion: 1\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[jupyter_client.kernel_provisioners]\nwarm-provisioner = warm_kernels:WarmProvisioner\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(dir="/tmp") as short:
        patch.setattr(tempfile, "tempdir", short)
        patch.setenv("TMPDIR", short)
        patch.setenv("JUPYTER_PATH", str(base))
        patch.setenv("PYTHONPATH", str(base))
        patch.delenv(warm_kernels.ADDRESS, raising=False)
        yield
        assert glob.glob(f"{short}/wk-*") == []


@pytest.fixture(scope="module")
def warm(surroundings):
    with warm_kernels.serve(["preloaded_here"]) as address:
        yield address


def client(*cells: str, **options) -> nbclient.NotebookClient:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    options = {"kernel_name": KERNEL, "shutdown_kernel": "immediate", "timeout": 60} | options
    return nbclient.NotebookClient(
        notebook, kernel_manager_class=warm_kernels.WarmKernelManager, **options
    )


def outputs(notebook) -> list[str]:
    return ["".join(o.get("text", "") for o in cell.outputs).strip() for cell in notebook.cells]


def run(*cells: str, **options) -> list[str]:
    """What each cell prints."""
    return outputs(client(*cells, **options).execute())


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def eventually(holds, seconds: float = 20) -> bool:
    for _ in range(int(seconds * 50)):
        if holds():
            return True
        time.sleep(0.02)
    return False


def children(pid: int | None = None) -> list[int]:
    """A process's children, zombies too."""
    pid = pid or os.getpid()
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sorted(int(each) for task in tasks for each in (task / "children").read_text().split())


def counts(warm_pid: int) -> dict[str, int]:
    """Open descriptors and children of this process and of the warm one, and socket folders."""
    return {
        "descriptors here": len(os.listdir("/proc/self/fd")),
        "descriptors there": len(os.listdir(f"/proc/{warm_pid}/fd")),
        "children here": len(children()),
        "children there": len(children(warm_pid)),
        "folders": len(glob.glob(f"{tempfile.gettempdir()}/wk-*")),
    }


def warm_pid() -> int:
    return int(run("import os; print(os.getppid())")[0])
