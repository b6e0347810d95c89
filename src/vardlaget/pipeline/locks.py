"""Locks: two builds at once of the same region and month do not mix.

A lock is the system's own on a file: it ends with the process that holds it, however that ends,
so that none is ever left behind.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from vardlaget.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

NAME = ".lock"


@contextmanager
def held(folder: Path, what: str) -> Iterator[None]:
    """Holds the folder's lock while the block lasts. Raises InputError where another process does.

    `what` is told then: `Region Skåne, februari 2024`.
    """
    with _opened(folder) as descriptor:
        if not _taken(descriptor, wait=False):
            raise InputError(
                f"{what}: {_holder(folder)} builds, approves or publishes it just now. "
                "Run the command again when that one is done."
            )
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {datetime.now():%H:%M}".encode(), 0)
        yield


@contextmanager
def awaited(folder: Path) -> Iterator[None]:
    """As `held`, for work of a moment: waits for the other process."""
    with _opened(folder) as descriptor:
        _taken(descriptor, wait=True)
        yield


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # which also gives the lock back


def _taken(descriptor: int, wait: bool) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _holder(folder: Path) -> str:
    told = (folder / NAME).read_text(encoding="utf-8").split()
    return f"process {told[0]} (since {told[1]})" if len(told) == 2 else "another process"
