"""A build's notebooks and editions on many machines, by dask.distributed: see docs/cluster.md.

The workers are Dask's own and see the project folder at the same path. What they make is put where
a local build puts it, so that nothing but the work is sent. A task whose worker dies is done
again by another.
"""

import asyncio
import hashlib
import os
import socket
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import AbstractContextManager, ExitStack, chdir, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin

from vardlaget.environment import DATA, IN_BUILD, READ, STORE
from vardlaget.errors import InputError, VardlagetError
from vardlaget.pipeline import inputs, notebooks, share
from vardlaget.pipeline.edition import make
from vardlaget.pipeline.sharing import Sharing
from vardlaget.project import Project

LOCAL = "local"
WAIT_SECONDS = 30
_IDLE_SECONDS = 0.1
# Editions before notebooks that wait: a region's edition is in place soon after its notebooks.
EDITION, NOTEBOOK = 1, 0
# Notebooks change their process's working directory and environment: one at a time in a process.
_ONE = threading.Lock()


class ClusterError(VardlagetError):
    """The workers could not do a task, or the scheduler is gone."""

    exit_code = 1


@dataclass(frozen=True)
class Terms:
    """What a worker must share with the build: its folder, in which `mark` lies, and its code.

    Without a mark files come by way of another place: see share.
    """

    root: Path
    mark: Path | None
    code: str

    def require(self) -> None:
        """Raises InputError where the worker differs."""
        where = f"The worker on {socket.gethostname()} (process {os.getpid()})"
        if self.mark is not None and not self.mark.exists():
            raise InputError(
                f"{where} does not see {self.root}. All machines need the project folder at "
                "the same path, on a shared disk, or --share with a URL that all of them reach."
            )
        if code() != self.code:
            raise InputError(
                f"{where} runs other code or other packages than this build. Install the same "
                "on all machines and restart the workers."
            )


class WarmProcess(WorkerPlugin):
    """A plugin of Dask's workers: each has a warm process of its own while the build lasts.

    `place`: where its files go by, if not by a common folder; copies of them are gone at the end.
    """

    def __init__(self, place: share.Place | None = None):
        self._place = place

    def setup(self, worker: object) -> None:
        _forget_files()
        self._stack = ExitStack()
        self._stack.enter_context(notebooks.warm_process())

    def teardown(self, worker: object) -> None:
        self._stack.close()
        if self._place:
            share.forget(self._place)


class Workers(Executor):
    """The cluster as an executor, until `shutdown`."""

    def __init__(self, client: Client, terms: Terms):
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._terms = terms
        self._futures: list[Future] = []

    def submit(self, function: Callable, /, *arguments: Any, what: str = "") -> Future:
        name = what or function.__name__
        priority = EDITION if name == make.__name__ else NOTEBOOK
        done = self._executor.submit(
            run,
            self._terms,
            function,
            *arguments,
            priority=priority,
            key=f"{name}-{uuid.uuid4().hex}",
        )
        self._futures.append(done)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancels what is not done, and waits for what the workers have in hand."""
        left = [future for future in self._futures if not future.done()]
        self._futures = []
        for future in left:
            future.cancel()
        if left and self._client.status == "running":
            self._client.run(_idle, on_error="ignore")


def joined(
    address: str, project: Project, url: str | None = None
) -> AbstractContextManager[Executor]:
    """The workers of the scheduler at an address (`tcp://…`) while a block lasts.

    `local` starts a worker for each processor of this machine. With `url` (any of fsspec), files
    go by way of it. Raises InputError at once for what is no address or no URL of use, and as the
    block begins where no scheduler or worker answers; within it ClusterError where they fail,
    share.ShareError where the URL does.
    """
    if address != LOCAL and "://" not in address:
        raise InputError(f"--cluster {address}: give tcp://host:port of a scheduler, or local.")
    if url:
        share.Place(url).reach()
    return _joined(address, project, url)


@contextmanager
def _joined(address: str, project: Project, url: str | None) -> Iterator[Executor]:
    with ExitStack() as stack:
        place = stack.enter_context(share.place(url)) if url else None
        client = stack.enter_context(_client(address))
        mark = None if place else stack.enter_context(_mark(project))
        workers: Executor = Workers(client, Terms(project.root, mark, code()))
        if place:
            workers = Sharing(workers, project, place)
        stack.enter_context(_warm(client, place))
        try:
            yield workers
        except KilledWorker as error:
            raise ClusterError(
                f"{error.task}: {error.allowed_failures + 1} workers have died doing it. "
                "Their own logs say why; too little memory is the usual reason."
            ) from error
        except CancelledError:
            raise ClusterError(
                f"The scheduler at {address} is gone. Run the command again when it is back: "
                "what is done is not done again."
            ) from None
        finally:
            workers.shutdown()


@cache
def code() -> str:
    """The hash of the package's files and of the names of what is installed, as first asked."""
    found = hashlib.sha256(inputs.surroundings("")["installed packages"].encode())
    for path in inputs.files(inputs.PACKAGE):
        found.update(path.relative_to(inputs.PACKAGE).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def run(terms: Terms, function: Callable, *arguments: Any) -> Any:
    """Does a task on a worker. Raises InputError where the worker does not meet the terms."""
    with _ONE:
        terms.require()
        try:
            # A region's own indicators are those of the project that a process works in.
            with chdir(terms.root) if terms.mark else nullcontext():
                return function(*arguments)
        finally:
            for name in (IN_BUILD, STORE, DATA, READ):
                os.environ.pop(name, None)


def _forget_files() -> None:
    """Forgets what files of the catalogue and the settings said in an earlier build."""
    for name, module in list(sys.modules.items()):
        if name.startswith("vardlaget.catalogue"):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()


async def _idle() -> None:
    """Waits until the worker has nothing in hand."""
    while _ONE.locked():
        await asyncio.sleep(_IDLE_SECONDS)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    with ExitStack() as stack:
        if address == LOCAL:
            machine = LocalCluster(threads_per_worker=1, dashboard_address=None)
            address = stack.enter_context(machine).scheduler_address
        try:
            client = stack.enter_context(Client(address, timeout=WAIT_SECONDS))
        except (OSError, ValueError) as error:
            raise InputError(f"--cluster {address}: no scheduler answers ({error}).") from error
        try:
            client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except TimeoutError as error:
            raise InputError(
                f"--cluster {address}: the scheduler has no workers. "
                f"Start some: dask worker {address} --nthreads 1"
            ) from error
        yield client


@contextmanager
def _mark(project: Project) -> Iterator[Path]:
    project.build.mkdir(parents=True, exist_ok=True)
    mark = project.build / f".cluster-{uuid.uuid4().hex}"
    mark.touch()
    try:
        yield mark
    finally:
        mark.unlink(missing_ok=True)


@contextmanager
def _warm(client: Client, place: share.Place | None) -> Iterator[None]:
    name = f"vardlaget-{uuid.uuid4().hex}"
    try:
        client.register_plugin(WarmProcess(place), name=name)
    except ImportError as error:
        raise InputError(
            f"A worker cannot load this program ({error}). Install the same on all machines."
        ) from error
    try:
        yield
    finally:
        if client.status == "running":
            client.unregister_worker_plugin(name)
