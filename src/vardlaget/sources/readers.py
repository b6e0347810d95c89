"""Reading many files: each once, side by side, and not again while nothing has changed."""

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.project import Project
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.mappings import Mapping, load_mappings
from vardlaget.sources.recognise import Part, read_file
from vardlaget.sources.remembered import Memory, keepable, readers_digest
from vardlaget.workers import end_with_main_process

MAPPINGS = "mappings"
# Bytes not yet known from which on more processes pay for their start.
WORTH_WORKERS = 3_000_000


@dataclass(frozen=True)
class Readers:
    """What a project's files are read with. `aside` is where records that are set aside go."""

    project: Project
    aside: Path
    catalogue: Catalogue
    mappings: list[Mapping]
    memory: Memory

    @classmethod
    def of(cls, project: Project, aside: Path) -> "Readers":
        regions = project.reference / "regions.csv"
        catalogue = Catalogue(load_indicators(), load_regions(regions))
        folders = [project.reference / MAPPINGS, project.data / MAPPINGS]
        described = [path for folder in folders for path in sorted(folder.glob("*.y*ml"))]
        memory = Memory(project.build / "readings", readers_digest([regions, *described]))
        return cls(project, aside, catalogue, load_mappings(folders, catalogue), memory)

    def read(self, files: list[Path]) -> list[list[Part]]:
        """The parts of each file, in order."""
        self.memory.forget_old()
        keys = {path: self._key(path) for path in files}
        fresh = self._read_unknown(keys)
        return [fresh.get(path) or self._recalled_or_read(path, keys[path]) for path in files]

    def read_anew(self, path: Path, key: str | None) -> list[Part]:
        """Reads a file, and keeps what it gave where that can be."""
        name = self.project.named(path)
        parts = read_file(path, name, self.catalogue, self.mappings, self.aside)
        if key is not None and keepable(parts):
            self.memory.keep(key, parts)
        return parts

    def _recalled_or_read(self, path: Path, key: str | None) -> list[Part]:
        parts = None if key is None else self.memory.recalled(key)
        return self.read_anew(path, key) if parts is None else parts

    def _key(self, path: Path) -> str | None:
        """None for a file that cannot be read: its reader tells why."""
        try:
            return self.memory.key(path, self.project.named(path))
        except OSError:
            return None

    def _read_unknown(self, keys: dict[Path, str | None]) -> dict[Path, list[Part]]:
        """Reads files that have not been read before in processes of their own, if they are many.

        Returns what could not be kept; the rest is recalled.
        """
        unknown = {
            path: path.stat().st_size
            for path, key in keys.items()
            if key is not None and not (self.memory.folder / key).is_dir()
        }
        workers = min(os.cpu_count() or 1, len(unknown))
        if sum(unknown.values()) < WORTH_WORKERS or workers < 2:
            return {}
        largest_first = sorted(unknown, key=unknown.__getitem__, reverse=True)
        method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
        start = (self.project, self.aside)
        fresh = {}
        # A worker that dies (of too little memory, say) leaves its files to be read afterwards,
        # where what is wrong with them is told.
        with (
            suppress(BrokenProcessPool),
            ProcessPoolExecutor(workers, get_context(method), _start, start) as pool,
        ):
            made = pool.map(_read, largest_first, [keys[path] for path in largest_first])
            for path, parts in zip(largest_first, made, strict=True):
                if parts:
                    fresh[path] = parts
        return fresh


_readers: Readers | None = None


def _start(project: Project, aside: Path) -> None:
    global _readers
    end_with_main_process()
    _readers = Readers.of(project, aside)


def _read(path: Path, key: str) -> list[Part]:
    """In a worker: the parts that could not be kept; what is kept is recalled from there."""
    assert _readers is not None
    parts = _readers.read_anew(path, key)
    return [] if keepable(parts) else parts
