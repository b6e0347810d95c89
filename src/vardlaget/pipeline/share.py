"""Files by way of a place that all machines reach, for workers that see no common folder.

The place is any URL that fsspec knows (`file:///…`, `s3://…`, `ftp://…`): see docs/cluster.md. A
build has a folder of its own there, which is gone when it is over. Files lie in it by the hash of
their content, so that what many tasks read is sent and fetched once.
"""

import atexit
import hashlib
import io
import pickle
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from vardlaget.errors import InputError, VardlagetError
from vardlaget.project import Project

# What lies in an edition's folder before the edition is staged there.
_BEFORE = ("store", "executed")


class ShareError(VardlagetError):
    """The place that all machines reach has not given, or not taken, a file."""

    exit_code = 1


@dataclass(frozen=True)
class Place:
    """A build's folder at a URL: files by their hash."""

    url: str

    def reach(self) -> None:
        """Raises InputError where the URL is of no kind that can be reached from here, ShareError
        where it does not answer."""
        with self._told("take"):
            pass

    def put(self, content: bytes) -> str:
        """Keeps the content, and returns its name."""
        name = hashlib.sha256(content).hexdigest()
        with self._told("take") as (files, folder):
            files.pipe_file(f"{folder}/{name}", content)
        return name

    def get(self, name: str) -> bytes:
        with self._told("give") as (files, folder):
            content = files.cat_file(f"{folder}/{name}")
        if hashlib.sha256(content).hexdigest() != name:
            raise ShareError(f"{self.url} has given another file than was put there.")
        return content

    def make(self) -> None:
        with self._told("take") as (files, folder):
            files.makedirs(folder, exist_ok=True)

    def remove(self) -> None:
        with self._told("remove") as (files, folder):
            files.rm(folder, recursive=True)

    @contextmanager
    def _told(self, doing: str) -> Iterator[tuple[fsspec.AbstractFileSystem, str]]:
        """The file system and its folder. Raises ShareError and InputError."""
        try:
            yield fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise InputError(f"--share {self.url}: {error}") from error
        except Exception as error:  # the kinds' own libraries have errors of their own
            raise ShareError(f"{self.url} does not {doing} files: {error}") from error


@dataclass(frozen=True)
class Roots:
    """A project's folders as they lie on one machine. A place is `name:path`, from one of them."""

    folders: dict[str, Path]

    @classmethod
    def of(cls, project: Project) -> "Roots":
        apart = {"data": project.data, "out": project.out, "work": project.work}
        within = {n: p for n, p in apart.items() if p and not p.is_relative_to(project.root)}
        return cls(within | {"root": project.root})

    @classmethod
    def below(cls, folder: Path) -> "Roots":
        return cls({name: folder / name for name in ("data", "out", "work", "root")})

    def place(self, path: Path) -> str | None:
        """None for what lies in none of the folders."""
        for name, folder in self.folders.items():
            if path.is_relative_to(folder):
                return f"{name}:{path.relative_to(folder).as_posix()}"
        return None

    def path(self, place: str) -> Path:
        name, _, rest = place.partition(":")
        return self.folders[name] / rest

    def packed(self, call: object) -> bytes:
        """What is called, pickled with places for paths."""
        target = io.BytesIO()
        _Pickler(target, self).dump(call)
        return target.getvalue()

    def unpacked(self, call: bytes) -> Any:
        return _Unpickler(io.BytesIO(call), self).load()

    def told(self, text: str, there: "Roots") -> str:
        """A message of another machine, with the paths that its files have here."""
        for name, folder in self.folders.items():
            text = text.replace(str(there.folders[name]), str(folder))
        return text


class _Pickler(pickle.Pickler):
    def __init__(self, target: io.BytesIO, roots: Roots):
        super().__init__(target)
        self._roots = roots

    def persistent_id(self, each: object) -> str | None:
        return self._roots.place(each) if isinstance(each, Path) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, roots: Roots):
        super().__init__(source)
        self._roots = roots

    def persistent_load(self, place: str) -> Path:
        return self._roots.path(place)


@dataclass(frozen=True)
class Sent:
    """A task as a worker gets it.

    `call`: a function and its argument, packed. `takes`: the names of the files that it reads, by
    their places. `folders` must be there, `afresh` are folders that hold nothing else when it
    begins. `gives`: what it makes, files and folders. All these are places.
    """

    place: Place
    call: bytes
    takes: dict[str, str]
    folders: tuple[str, ...]
    afresh: tuple[str, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """What a task returned or raised, and the names of the files that it made, by their places.

    `roots`: where they lay.
    """

    value: Any
    error: VardlagetError | None
    files: dict[str, str]
    roots: Roots


class Mirror:
    """A worker's own copies of what its tasks read and make; gone when its process ends."""

    def __init__(self, place: Place):
        self._place = place
        self._folder = Path(tempfile.mkdtemp(prefix="vardlaget-"))
        self.roots = Roots.below(self._folder.resolve())
        self._names: dict[str, str] = {}
        atexit.register(self.remove)

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def do(self, sent: Sent) -> Made:
        for place in sent.afresh:
            shutil.rmtree(self.roots.path(place), ignore_errors=True)
        for place, name in sent.takes.items():
            self._fetch(place, name)
        for place in sent.folders:
            self.roots.path(place).mkdir(parents=True, exist_ok=True)
        function, argument = self.roots.unpacked(sent.call)
        value = error = None
        try:
            with chdir(self.roots.folders["root"]):
                value = function(argument)
        except VardlagetError as raised:
            error = raised
        return Made(value, error, dict(self._kept(sent.gives)), self.roots)

    def _fetch(self, place: str, name: str) -> None:
        path = self.roots.path(place)
        if self._names.get(place) != name or not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._place.get(name))
            self._names[place] = name

    def _kept(self, gives: Iterable[str]) -> Iterator[tuple[str, str]]:
        for given in gives:
            for path in files_of(self.roots.path(given)):
                place = str(self.roots.place(path))
                if not _is_before(place, given):
                    self._names[place] = self._place.put(path.read_bytes())
                    yield place, self._names[place]


_mirrors: dict[Place, Mirror] = {}


def do(sent: Sent) -> Made:
    """Does a task in this process, from copies of its files."""
    if sent.place not in _mirrors:
        _mirrors[sent.place] = Mirror(sent.place)
    return _mirrors[sent.place].do(sent)


def forget(place: Place) -> None:
    """Removes this process's copies of a build's files."""
    if place in _mirrors:
        _mirrors.pop(place).remove()


def files_of(path: Path) -> list[Path]:
    """A file, or those below a folder; nothing where it is not there."""
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [each for each in found if each.is_file()]


def _is_before(place: str, folder: str) -> bool:
    """Whether a file lies in an edition's folder before the edition is staged there."""
    return place.removeprefix(f"{folder}/").split("/")[0] in _BEFORE


@contextmanager
def place(url: str) -> Iterator[Place]:
    """A folder of this build's own at a URL, while the block lasts.

    Raises InputError for what is no URL of a known kind, ShareError where nothing can be put there.
    """
    found = Place(f"{url.rstrip('/')}/vardlaget-{uuid.uuid4().hex}")
    found.make()
    try:
        yield found
    finally:
        found.remove()
