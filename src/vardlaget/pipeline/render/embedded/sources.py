"""Where a line of the composed text comes from, and errors that say so."""

from pathlib import Path
from typing import NamedTuple, NoReturn

from vardlaget.errors import RenderError


class Source(NamedTuple):
    """A line in a file of the project, counted from 1."""

    file: str
    line: int


def fail(source: Source, message: str) -> NoReturn:
    """Raise a RenderError that begins with the file and the line."""
    raise RenderError(f"{source.file}:{source.line}: {message}")


def read_text(path: Path, source: Source) -> str:
    """The file's text without a byte order mark. Raises RenderError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(source, f"cannot read '{path.name}': {error.strerror}")
    except UnicodeDecodeError as error:
        fail(source, f"'{path.name}' is not UTF-8 (byte {error.start})")


def inside(project: Path, host: Path, target: str, source: Source) -> Path:
    """The file `target` names: from the project's root if it begins with "/", else beside `host`.

    Raises RenderError if it lies outside the project or does not exist.
    """
    root = project.resolve()
    base = root / target.lstrip("/") if target.startswith("/") else host.parent / target
    path = base.resolve()
    if not path.is_relative_to(root):
        fail(source, f"'{target}' is outside the project")
    if not path.is_file():
        fail(source, f"'{target}' does not exist")
    return path
