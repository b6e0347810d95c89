"""Renderers: processes that live through a whole build and make editions while notebooks run."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from vardlaget.catalogue import Region
from vardlaget.pipeline.edition import Order, make
from vardlaget.pipeline.increments import Step
from vardlaget.workers import end_with_main_process


class Renderers:
    """As many processes as there are editions to make, at most one a processor.

    A single edition is made in this process: another would first have to load the libraries.
    `elsewhere` makes them in place of processes here.
    """

    def __init__(self, editions: int, elsewhere: Executor | None = None):
        self._pool = elsewhere
        if elsewhere is None and editions > 1:
            self._pool = ProcessPoolExecutor(
                min(editions, os.cpu_count() or 1),
                mp_context=get_context("spawn"),
                initializer=end_with_main_process,
            )
        self._ordered: dict[Future, tuple[Region, Step]] = {}

    def __enter__(self) -> "Renderers":
        return self

    def __exit__(self, *problem: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def ordered(self) -> int:
        return len(self._ordered)

    def order(self, order: Order, step: Step) -> None:
        """Makes the edition now, or as soon as a process is free."""
        if self._pool is None:
            done: Future = Future()
            done.set_result(make(order))
        else:
            done = self._pool.submit(make, order)
        self._ordered[done] = order.region, step

    def finished(self) -> Iterator[tuple[Region, Step, list[tuple[bool, str]] | None]]:
        """The editions as they are in place, each with what is to be told of its comments.

        In its place, None is an edition that was left out. Raises what making one of them raised.
        """
        for done in as_completed(self._ordered):
            yield *self._ordered[done], done.result()
