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
from vardlaget.sources.remembered import Memory, readers_digest, recall_or_read

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
        self._read_unknown(files)
        return [self.read_one(path) for path in files]

    def read_one(self, path: Path) -> list[Part]:
        name = self.project.named(path)
        return recall_or_read(
            self.memory,
            path,
            name,
            lambda: read_file(path, name, self.catalogue, self.mappings, self.aside),
        )

    def _read_unknown(self, files: list[Path]) -> None:
        """Files that have not been read before, in processes of their own if they are many."""
        unknown = [path for path in files if path.is_file() and not self._known(path)]
        sizes = [path.stat().st_size for path in unknown]
        workers = min(os.cpu_count() or 1, len(unknown))
        if sum(sizes) < WORTH_WORKERS or workers < 2:
            return
        largest_first = [path for _, path in sorted(zip(sizes, unknown, strict=True), reverse=True)]
        method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
        # A worker that dies (of too little memory, say) leaves its files to be read below, where
        # what is wrong with them is told.
        with (
            suppress(BrokenProcessPool),
            ProcessPoolExecutor(
                workers, get_context(method), _start, (self.project, self.aside)
            ) as pool,
        ):
            for _ in pool.map(_read, largest_first):
                pass

    def _known(self, path: Path) -> bool:
        try:
            key = self.memory.key(path, self.project.named(path))
        except OSError:
            return True  # told when it is read
        return (self.memory.folder / key).is_dir()


_readers: Readers | None = None


def _start(project: Project, aside: Path) -> None:
    global _readers
    _readers = Readers.of(project, aside)


def _read(path: Path) -> None:
    """In a worker: what is read is kept, and recalled from there."""
    assert _readers is not None
    _readers.read_one(path)
