"""The Quarto engine: `quarto render` in the staged project, checked for what Quarto lets pass.

Quarto only warns of an unknown reference or key, and says nothing where an output holds the path
of the machine it was made on. Here these are errors.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from vardlaget.errors import RenderError
from vardlaget.pipeline import pictures

FORMATS = {"html": ".html", "typst": ".pdf"}
TIMEOUT_SECONDS = 600
_UNRESOLVED = re.compile(r"\?(?:meta|var):[\w.]+|\?@[\w-]+|Unable to resolve crossref @[\w-]+")
_CELL_ORIGIN = re.compile(r"""\sdata-notebook=("[^"]*"|'[^']*')""")
_OUTSIDE = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']https?://[^"']*""")


def renderer(binary: Path) -> Callable[[Path, str, Path, int], list[Path]]:
    """The rendering function of a Quarto program."""

    def render(project: Path, document: str, out: Path, timestamp: int) -> list[Path]:
        environment = os.environ | {
            "SOURCE_DATE_EPOCH": str(timestamp),
            "TYPST_FONT_PATHS": str(pictures.fonts()),
        }
        for format_ in FORMATS:
            _run(binary, project, document, format_, environment)
        return _collect(project, document, out)

    return render


def _run(binary: Path, project: Path, document: str, format_: str, environment: dict) -> None:
    command = [str(binary), "render", document, "--to", format_]
    try:
        done = subprocess.run(
            command,
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"{document}: Quarto took over {TIMEOUT_SECONDS} s ({format_})."
        ) from None
    told = done.stderr + done.stdout
    unresolved = _UNRESOLVED.search(told)
    if done.returncode or unresolved:
        last = "\n".join(told.strip().splitlines()[-12:])
        what = unresolved[0] if unresolved else f"Quarto failed with exit code {done.returncode}"
        raise RenderError(f"{document}: {what} ({format_}).\n{last}")


def _collect(project: Path, document: str, out: Path) -> list[Path]:
    """The outputs, with the page's own library folder beside it."""
    stem = Path(document).with_suffix("")
    rendered = project / "_output" / stem
    files = []
    for ending in FORMATS.values():
        target = out / (stem.name + ending)
        shutil.copyfile(rendered.with_suffix(ending), target)
        files.append(target)
    _check_page(files[0], project, document)
    for library in (rendered.with_name(stem.name + "_files"), project / "_output" / "site_libs"):
        if library.is_dir():
            shutil.copytree(library, out / library.name)
    return files


def _check_page(page: Path, project: Path, document: str) -> None:
    """Takes away where each cell came from on this machine, and refuses what else is wrong."""
    text = _CELL_ORIGIN.sub("", page.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8")
    wrong = _UNRESOLVED.search(text) or _OUTSIDE.search(text)
    if wrong:
        raise RenderError(f"{document}: the page holds {wrong[0]}")
    if str(project) in text:
        raise RenderError(f"{document}: the page holds the path of the folder it was made in.")
