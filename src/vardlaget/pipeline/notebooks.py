"""Running notebooks: papermill, each in a process of its own with a kernel of its own.

The kernels are forked from one warm process that has imported what notebooks import (the list is
in kernel/kernel.json), where the system can: see docs/warm_kernels.md. Elsewhere they start
plainly, and the result is the same.
"""

import os
import re
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec

import warm_kernels
from vardlaget.environment import (
    DATA,
    IN_BUILD,
    PARTS,
    READ,
    STORE,
    of_notebooks,
    only_for_notebooks,
)
from vardlaget.errors import NotebookError
from vardlaget.workers import end_with_main_process

PARAMETERS = ("region", "month")
CELL_TIMEOUT_SECONDS = 600
# 0 starts each kernel plainly.
WARM = "VARDLAGET_WARM"
_KERNEL = Path(__file__).parent / "kernel"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Run:
    """One notebook for one region and month: where it is, where the executed one goes."""

    notebook: Path
    output: Path
    region: str
    month: str
    store: Path
    data: Path

    @property
    def read_list(self) -> Path:
        """The file in which the notebook notes which parts of the store it reads."""
        return self.output.with_suffix(".read")

    def parts_read(self) -> tuple[str, ...]:
        """The parts that it read when it was last run; all of them where that is not known."""
        if not self.read_list.exists():
            return PARTS
        return tuple(sorted(set(self.read_list.read_text(encoding="utf-8").split())))


def run_all(
    runs: list[Run], workers: int | None = None, elsewhere: Executor | None = None
) -> Iterator[Run]:
    """Runs the notebooks side by side and yields each as it is done.

    Raises NotebookError with notebook and cell for the first that fails; what it had executed is
    kept. Processes, not threads: papermill changes its process's working directory. One more than
    there are processors if not told: a client waits idle for a fifth of a second a kernel.
    `elsewhere` takes them in place of processes here.
    """
    if not runs:
        return
    workers = min(workers or (os.cpu_count() or 1) + 1, len(runs))
    with nullcontext(elsewhere) if elsewhere else _processes(workers) as pool:
        waiting = {pool.submit(execute, run): run for run in runs}
        try:
            for done in as_completed(waiting):
                done.result()
                yield waiting[done]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Processes of this machine, whose kernels come from one warm process."""
    with (
        warm_process() as address,
        ProcessPoolExecutor(
            workers, mp_context=_context(), initializer=_join, initargs=(address,)
        ) as pool,
    ):
        yield pool


def warm_process() -> AbstractContextManager[str | None]:
    """The warm process that kernels are forked from while the block lasts; yields its address.

    One that serves already is shared. Its imports take a while, and nobody waits for them before
    the first kernel does.
    """
    if os.environ.get(WARM) == "0":
        return nullcontext()
    running = os.environ.get(warm_kernels.ADDRESS)
    if running:
        return nullcontext(running)
    preload = warm_kernels.preload_of(KernelSpec.from_resource_dir(str(_KERNEL)))
    return warm_kernels.serve(preload, environment=of_notebooks(os.environ))


def _join(address: str | None) -> None:
    """A worker's kernels come from the main process's warm process, not from an earlier one."""
    end_with_main_process()
    os.environ.pop(warm_kernels.ADDRESS, None)
    if address:
        os.environ[warm_kernels.ADDRESS] = address


def _context() -> BaseContext:
    """Workers forked from a process that has imported papermill, where there is such a thing."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__, "papermill"])
    return context


def execute(run: Run) -> None:
    """Executes one notebook with its parameters. Raises NotebookError."""
    # Imported here: only the processes that run notebooks need it.
    import papermill
    from papermill.exceptions import PapermillException, PapermillExecutionError

    name = run.notebook.name
    _check_parameters(run.notebook)
    run.output.parent.mkdir(parents=True, exist_ok=True)
    run.read_list.unlink(missing_ok=True)
    told = {IN_BUILD: "1", STORE: str(run.store), DATA: str(run.data), READ: str(run.read_list)}
    try:
        with only_for_notebooks(**told):
            papermill.execute_notebook(
                run.notebook,
                run.output,
                parameters={"region": run.region, "month": run.month},
                cwd=run.notebook.parent,
                kernel_manager_class=warm_kernels.WarmKernelManager,
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
    import papermill

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
