"""A build whose workers see no common folder: what each task reads is sent, what it makes is taken.

See share for the place in between, and docs/cluster.md.
"""

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from vardlaget.catalogue.agreements import agreement_files
from vardlaget.pipeline import editions, inputs, share
from vardlaget.pipeline.edition import Order
from vardlaget.pipeline.notebooks import Run
from vardlaget.project import Project

# So many tasks are on their way at a time: each waits in a thread for what a worker makes.
AT_A_TIME = 256


class Sharing(Executor):
    """Workers that see no common folder, as an executor of `notebooks.execute` and `edition.make`.

    What a task makes is put where a local one puts it before its future is done.
    """

    def __init__(self, workers: Executor, project: Project, place: share.Place):
        self._workers = workers
        self._project = project
        self._roots = share.Roots.of(project)
        self._place = place
        self._sent: dict[str, Lock] = {}
        self._there: set[str] = set()
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(AT_A_TIME)

    def submit(self, function: Callable, argument: Run | Order, /) -> Future:
        return self._threads.submit(self._done, function, argument)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._workers.shutdown(wait, cancel_futures=cancel_futures)
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def _done(self, function: Callable, argument: Run | Order) -> Any:
        task = _Edition(argument) if isinstance(argument, Order) else _Notebook(argument)
        sent = share.Sent(
            self._place,
            self._roots.packed((function, argument)),
            self._common | self._names(task.reads()),
            (str(self._roots.place(self._project.data)),),
            tuple(str(self._roots.place(path)) for path in task.afresh()),
            tuple(str(self._roots.place(path)) for path in task.gives()),
        )
        made = self._workers.submit(share.do, sent, what=function.__name__).result()
        with self._lock:
            self._there |= set(made.files.values())
        found = {self._roots.path(place): name for place, name in made.files.items()}
        if made.error is not None:
            self._take(found, task.left_by_failure())
            raise type(made.error)(self._roots.told(str(made.error), made.roots))
        task.put_in_place(found, self._take, made.value)
        return made.value

    @cached_property
    def _common(self) -> dict[str, str]:
        """What any task may read, but for a region's own files, as it is when the build begins."""
        project = self._project
        folders = (project.notebooks, project.reports, project.settings, project.reference)
        files = [path for folder in folders for path in inputs.files(folder)]
        files += [*agreement_files(project.agreements[1]), project.root / "_quarto.yml"]
        return self._names(files)

    def _names(self, files: Iterable[Path]) -> dict[str, str]:
        """The files' names at the place, where they are now, by their places."""
        return {str(self._roots.place(path)): self._put(path) for path in files}

    def _put(self, path: Path) -> str:
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        with self._lock:
            sending = self._sent.setdefault(name, Lock())
        with sending:
            if name not in self._there:
                self._place.put(content)
                self._there.add(name)
        return name

    def _take(self, found: dict[Path, str], wanted: dict[Path, Path]) -> None:
        """Writes files that a task has made, each where `wanted` has it."""
        for path, target in wanted.items():
            if path in found:
                target.parent.mkdir(parents=True, exist_ok=True)
                aside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
                aside.write_bytes(self._place.get(found[path]))
                aside.replace(target)


Take = Callable[[dict[Path, str], dict[Path, Path]], None]


@dataclass(frozen=True)
class _Notebook:
    """What executing a notebook reads and makes beside what all tasks read."""

    run: Run

    def reads(self) -> list[Path]:
        return inputs.files(self.run.store)

    def afresh(self) -> tuple[Path, ...]:
        return ()

    def gives(self) -> tuple[Path, ...]:
        return (self.run.output, self.run.read_list)

    def left_by_failure(self) -> dict[Path, Path]:
        return {path: path for path in self.gives()}

    def put_in_place(self, found: dict[Path, str], take: Take, value: object) -> None:
        take(found, {path: path for path in found})


@dataclass(frozen=True)
class _Edition:
    """What making an edition reads and makes beside what all tasks read.

    The edition that it follows is read, and is kept beside it where it is another.
    """

    order: Order

    def reads(self) -> list[Path]:
        editions.recover(self.order.final)
        store = inputs.files(self.order.folder / "store")
        return [*store, *self.order.executed, *share.files_of(self.order.final)]

    def afresh(self) -> tuple[Path, ...]:
        staged = (self.order.folder / name for name in ("reports", "notebooks", "_output"))
        return (self.order.final, self._kept, *staged)

    def gives(self) -> tuple[Path, ...]:
        return (self.order.folder, self.order.final, self._kept)

    def left_by_failure(self) -> dict[Path, Path]:
        return {}

    @property
    def _kept(self) -> Path:
        number = (editions.manifest(self.order.final) or {}).get("edition", 1)
        return editions.numbered(self.order.final, number)

    def put_in_place(self, found: dict[Path, str], take: Take, value: object) -> None:
        folder, final = self.order.folder, self.order.final
        for path in self.afresh()[2:]:
            shutil.rmtree(path, ignore_errors=True)
        take(found, {p: p for p in found if p.is_relative_to(folder)})
        if value is None:
            return
        kept = any(path.is_relative_to(self._kept) for path in found)
        with editions.aside(final) as aside:
            made = [path for path in found if path.is_relative_to(final)]
            take(found, {path: aside / path.relative_to(final) for path in made})
            if kept:
                editions.keep(final)
