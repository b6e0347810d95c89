"""Render engines behind one interface: Quarto where it is found, else pandoc and Typst."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import pypandoc

from vardlaget.errors import InputError, RenderError
from vardlaget.pipeline import pictures
from vardlaget.pipeline.render import quarto

NAMES = ("auto", "quarto", "embedded")


Render = Callable[[Path, str, Path, int], list[Path]]


@dataclass(frozen=True)
class Engine:
    """A render engine: `render(project, document, out)` makes `<name>.html` and `<name>.pdf`."""

    name: str
    version: str
    render: Render


def choose(name: str) -> Engine:
    """The engine called `quarto` or `embedded`; `auto` takes Quarto where it is found.

    Raises InputError for another name, RenderError where Quarto is asked for and missing.
    """
    if name not in NAMES:
        raise InputError(f"--engine {name}: choose one of {', '.join(NAMES)}.")
    binary = None if name == "embedded" else find_quarto()
    if binary is not None:
        render = partial(_packed, quarto.renderer(binary))
        return Engine("quarto", _quarto_version(binary), render)
    if name == "quarto":
        raise RenderError(
            "Quarto was not found (QUARTO_PATH, PATH, the environment). "
            "Install it with `make quarto`, or use --engine embedded."
        )
    return Engine("embedded", _embedded_version(), partial(_packed, _render_embedded))


def find_quarto() -> Path | None:
    """Quarto's program: QUARTO_PATH, then PATH, then beside this environment's Python."""
    beside = Path(sys.executable).parent / "quarto"
    for candidate in (os.environ.get("QUARTO_PATH"), shutil.which("quarto"), beside):
        if candidate and os.access(candidate, os.X_OK) and Path(candidate).is_file():
            return Path(candidate)
    return None


@cache
def _quarto_version(binary: Path) -> str:
    done = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RenderError(f"{binary} --version failed: {done.stderr.strip() or done.returncode}")
    return done.stdout.strip()


@cache
def _embedded_version() -> str:
    return f"pandoc {pypandoc.get_pandoc_version()}, typst {version('typst')}"


def _packed(render: Render, project: Path, document: str, out: Path, timestamp: int) -> list[Path]:
    # Imported here: whoever only asks which engine there is does not wait for it.
    from vardlaget.pipeline.render import pdf

    files = render(project, document, out, timestamp)
    for path in files:
        if path.suffix == ".pdf":
            pdf.pack(path)
    return files


def _render_embedded(project: Path, document: str, out: Path, timestamp: int) -> list[Path]:
    # Imported here: pandoc and Typst are not needed where Quarto renders.
    from vardlaget.pipeline.render import embedded

    return embedded.render(project, document, out, fonts=pictures.fonts(), timestamp=timestamp)
