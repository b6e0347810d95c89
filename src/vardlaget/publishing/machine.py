"""Traces of the machine in what is about to be published: its folders, its user, its name."""

import getpass
import re
import socket
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from vardlaget.errors import InputError
from vardlaget.project import Project

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
# A name of fewer letters stands in any text.
_SHORTEST = 3


def require_none(folder: Path, project: Project) -> None:
    """Raises InputError that names the files below the folder that tell of this machine."""
    patterns = _patterns(project)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            kinds = [kind for kind, pattern in patterns if any(map(pattern.search, _texts(path)))]
            name = path.relative_to(folder).as_posix()
            found += [f"{name}: {kind}" for kind in kinds]
    if found:
        raise InputError("Not published; these tell of this machine:\n  " + "\n  ".join(found))


def _patterns(project: Project) -> list[tuple[str, re.Pattern]]:
    """What is looked for: folders, and the names of user and host where they stand as such.

    A user called Skåne must not keep a region from publishing.
    """
    folders = {project.root, project.data, project.out, Path.home(), Path(tempfile.gettempdir())}
    paths = [re.escape(str(path)) for path in folders if len(path.parts) > 1]
    found = [("a path", "|".join(rf"(?:{path})(?![\w-])" for path in paths))]
    for kind, name, forms in (
        ("the user's name", getpass.getuser(), r"\b{0}@|/home/{0}\b|\\Users\\{0}\b"),
        ("the machine's name", socket.gethostname(), r"@{0}\b|(?<![:\w])//{0}/|\\\\{0}\\|\b{0}:\d"),
    ):
        if len(name) >= _SHORTEST:
            found.append((kind, forms.format(re.escape(name))))
    return [(kind, re.compile(pattern.encode())) for kind, pattern in found]


def _texts(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what is packed in it."""
    content = path.read_bytes()
    yield content
    if path.suffix == ".pdf":
        for packed in _STREAM.findall(content):
            try:
                yield zlib.decompressobj().decompress(packed)
            except zlib.error:
                continue
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                yield parts.read(name)
