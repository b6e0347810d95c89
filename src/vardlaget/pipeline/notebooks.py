"""Running notebooks: papermill, each in a process of its own with a kernel of its own."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path

import papermill
from jupyter_client import AsyncKernelManager
from papermill.exceptions import PapermillException, PapermillExecutionError
from traitlets import default

from vardlaget.environment import DATA, IN_BUILD, STORE
from vardlaget.errors import NotebookError

PARAMETERS = ("region", "month")
CELL_TIMEOUT_SECONDS = 600
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class PrivateKernelManager(AsyncKernelManager):
    """A kernel reached through sockets in a folder of its own.

    TCP ports are chosen before the kernel binds them: of notebooks run side by side about one in
    two hundred got another's port and hung. A private path has no such race and no open port.
    """

    @default("transport")
    def _private_transport(self) -> str:
        return "ipc" if os.name == "posix" else "tcp"

    @default("ip")
    def _private_path(self) -> str:
        if self.transport != "ipc":
            return "127.0.0.1"
        self._folder = tempfile.mkdtemp(prefix="vl-")
        return os.path.join(self._folder, "k")

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart and hasattr(self, "_folder"):
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


@dataclass(frozen=True)
class Run:
    """One notebook for one region and month: where it is, where the executed one goes."""

    notebook: Path
    output: Path
    region: str
    month: str
    store: Path
    data: Path


def run_all(runs: list[Run], workers: int | None = None) -> Iterator[Run]:
    """Runs the notebooks side by side and yields each as it is done.

    Raises NotebookError with notebook and cell for the first that fails; what it had executed is
    kept. Processes, not threads: papermill changes its process's working directory.
    """
    workers = min(workers or os.cpu_count() or 1, len(runs))
    with ProcessPoolExecutor(workers, mp_context=_context()) as pool:
        waiting = {pool.submit(execute, run): run for run in runs}
        try:
            for done in as_completed(waiting):
                done.result()
                yield waiting[done]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _context() -> BaseContext:
    """Workers forked from a process that has imported papermill, where there is such a thing."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def execute(run: Run) -> None:
    """Executes one notebook with its parameters. Raises NotebookError."""
    name = run.notebook.name
    _check_parameters(run.notebook)
    run.output.parent.mkdir(parents=True, exist_ok=True)
    os.environ |= {IN_BUILD: "1", STORE: str(run.store), DATA: str(run.data)}
    try:
        papermill.execute_notebook(
            run.notebook,
            run.output,
            parameters={"region": run.region, "month": run.month},
            cwd=run.notebook.parent,
            kernel_manager_class=PrivateKernelManager,
            execution_timeout=CELL_TIMEOUT_SECONDS,
            request_save_on_cell_execute=False,
            shutdown_kernel="immediate",
            progress_bar=False,
            log_output=False,
        )
    except PapermillExecutionError as error:
        where = _cell_label(error.source) or f"cell {error.exec_count}"
        problem = _ANSI.sub("", f"{error.ename}: {error.evalue}")
        raise NotebookError(
            f"{name}, {where}: {problem}\nThe executed notebook is kept in {run.output}."
        ) from None
    except (PapermillException, RuntimeError, TimeoutError) as error:
        raise NotebookError(
            f"{name}: {_ANSI.sub('', str(error)) or type(error).__name__}"
        ) from None


def _check_parameters(notebook: Path) -> None:
    """Papermill only warns of a parameter that a notebook lacks, and runs with the default."""
    found = papermill.inspect_notebook(str(notebook))
    if set(found) != set(PARAMETERS):
        listed = ", ".join(sorted(found)) or "none"
        raise NotebookError(
            f"{notebook.name}: its cell tagged 'parameters' must set {' and '.join(PARAMETERS)}, "
            f"and nothing else; it sets {listed}."
        )


def _cell_label(source: str) -> str | None:
    match = re.search(r"^#\|\s*label:\s*(\S+)", source or "", re.MULTILINE)
    return f"cell '{match[1]}'" if match else None
