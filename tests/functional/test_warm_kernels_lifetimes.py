"""Whatever dies, and however many there are, no process, descriptor or folder is left behind."""

import asyncio
import glob
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import warm_kernels
from warm_kernels.client import ForkedKernel, WarmProcessGone
from warm_kernels.provisioner import launch_of
from warm_kernels_support import (
    KERNEL,
    ORIGIN,
    alive,
    client,
    counts,
    eventually,
    outputs,
    run,
    warm_pid,
)

pytestmark = pytest.mark.skipif(
    not warm_kernels.supported(), reason="kernels are forked on Linux alone"
)


# Errors, timeouts, interrupts, deaths.


def test_an_error_is_told_and_the_next_kernel_is_there(warm):
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run("1 / 0")
    assert run(ORIGIN) == ["forked"]


def test_a_cell_that_takes_too_long_ends_the_kernel_and_what_it_started(warm, tmp_path):
    pids = tmp_path / "pids"
    cell = (
        "import os, subprocess, time; p = subprocess.Popen(['sleep', '99']);"
        f"open('{pids}', 'w').write(f'{{os.getpid()}} {{p.pid}}'); time.sleep(99)"
    )
    with pytest.raises(CellTimeoutError):
        run(cell, timeout=1)
    for pid in pids.read_text().split():
        assert eventually(lambda pid=int(pid): not alive(pid))


def test_an_interrupt_reaches_the_kernel_alone(warm):
    told, after = run(
        "import time\ntry: time.sleep(99)\nexcept KeyboardInterrupt: print('interrupted')",
        ORIGIN,
        timeout=1,
        interrupt_on_timeout=True,
    )
    assert (told, after) == ("interrupted", "forked")
    assert run(ORIGIN) == ["forked"]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("os._exit(3)", 3),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    ],
)
def test_a_kernel_that_dies_is_told_with_its_exit_code(warm, end, code):
    dying = client(f"import os, signal; {end}")
    manager = dying.create_kernel_manager()
    provisioner = manager.provisioner
    codes = []
    ended = provisioner.cleanup

    async def noting(restart=False):
        codes.append(await provisioner.poll())
        await ended(restart)

    provisioner.cleanup = noting
    with pytest.raises(DeadKernelError):
        dying.execute()
    assert codes[0] == code
    assert run(ORIGIN) == ["forked"]


def test_a_kernel_is_restarted_where_its_clients_know_it(warm):
    async def restarted() -> tuple[int, int, bool]:
        manager = warm_kernels.WarmKernelManager(kernel_name=KERNEL)
        await manager.start_kernel()
        first, socket = manager.provisioner.pid, manager.ip
        await manager.restart_kernel(now=True)
        kernel = manager.client()
        kernel.start_channels()
        await kernel.wait_for_ready(timeout=30)
        found = first, manager.provisioner.pid, socket == manager.ip
        kernel.stop_channels()
        await manager.shutdown_kernel()
        return found

    first, second, same_socket = asyncio.run(restarted())
    assert first != second
    assert same_socket
    assert not alive(second)


DRIVER = """
import os, nbformat, nbclient, warm_kernels
cell = ("import os, subprocess, time; p = subprocess.Popen(['sleep', '99']);"
        "open('pids', 'w').write(f'{os.getpid()} {p.pid} {os.getppid()}'); time.sleep(99)")
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
def drive():
    nbclient.NotebookClient(notebook, kernel_name="warm-test",
                            kernel_manager_class=warm_kernels.WarmKernelManager).execute()
"""


def running(folder: Path, program: str) -> tuple[subprocess.Popen, list[int]]:
    """A driver in a process of its own, and the kernel, what it started, and its parent."""
    driver = subprocess.Popen([sys.executable, "-c", DRIVER + program], cwd=folder)
    noted = folder / "pids"
    assert eventually(lambda: noted.exists() and len(noted.read_text().split()) == 3, 60)
    return driver, [int(pid) for pid in noted.read_text().split()]


def test_a_driver_that_is_killed_leaves_nothing(warm, tmp_path):
    before = counts(pid := warm_pid())
    driver, (kernel, started, _) = running(tmp_path, "drive()")
    driver.kill()
    driver.wait()
    assert eventually(lambda: not alive(kernel) and not alive(started))
    assert eventually(lambda: counts(pid) == before), (counts(pid), before)


def test_a_host_that_is_killed_leaves_nothing(surroundings, tmp_path):
    before = glob.glob(f"{tempfile.gettempdir()}/wk-*")
    host, pids = running(tmp_path, "with warm_kernels.serve():\n    drive()")
    host.kill()
    host.wait()
    assert eventually(lambda: not any(alive(pid) for pid in pids))
    assert eventually(lambda: glob.glob(f"{tempfile.gettempdir()}/wk-*") == before)


def test_when_the_warm_process_is_killed_its_kernels_die_and_the_next_start_plainly(surroundings):
    with warm_kernels.serve(["preloaded_here"]):
        with pytest.raises(DeadKernelError):
            run("import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(99)")
        assert run(ORIGIN) == ["plain"]
        assert warm_kernels.ADDRESS not in os.environ


# Many.


def test_two_hundred_in_a_row_leave_no_descriptor_and_no_process(warm):
    argv = [sys.executable, "-m", "ipykernel_launcher", "--version"]
    launch, _ = launch_of(argv, {}, None)

    async def one(null: int) -> int:
        kernel = await ForkedKernel.start(warm, launch, [null, null, null])
        await kernel.ended(60)
        return kernel.wait()

    before = counts(pid := warm_pid())
    with open(os.devnull, "r+b") as null:
        codes = [asyncio.run(one(null.fileno())) for _ in range(200)]
    assert codes == [0] * 200
    assert eventually(lambda: counts(pid) == before), (counts(pid), before)


def test_four_at_a_time_leave_no_descriptor_and_no_process(warm):
    async def four() -> list[str]:
        done = await asyncio.gather(
            *(client(ORIGIN, f"print({n})").async_execute() for n in range(4))
        )
        return [outputs(each)[1] for each in done]

    asyncio.run(four())
    before = counts(pid := warm_pid())
    for _ in range(3):
        assert asyncio.run(four()) == ["0", "1", "2", "3"]
    after = counts(pid)
    assert after == before


def test_kernels_are_forked_as_soon_as_the_warm_process_is_ready_not_before(surroundings):
    with warm_kernels.serve(["preloaded_here"]) as address:
        launch, _ = launch_of([sys.executable, "-m", "ipykernel_launcher", "--version"], {}, None)

        async def both() -> list[int]:
            kernels = [ForkedKernel.start(address, launch, [0, 1, 2]) for _ in range(2)]
            return [kernel.wait() for kernel in await asyncio.gather(*kernels)]

        assert asyncio.run(both()) == [0, 0]
    with pytest.raises(WarmProcessGone):
        asyncio.run(ForkedKernel.start(address, launch, [0, 1, 2]))
