"""The package's own modules that a source imports, and those that these import."""

import json
import re
from functools import cache
from pathlib import Path

import vardlaget

PACKAGE = Path(vardlaget.__file__).parent
# In a build, notebooks read a store that is ready, and never the data files themselves.
NOT_IN_NOTEBOOKS = f"{vardlaget.__name__}.sources"
_OWN = rf"{vardlaget.__name__}\b[\w.]*"
_FROM = re.compile(rf"\bfrom\s+({_OWN})\s+import\b\s*(\([^)]*\)|[^\n]*)")
_IMPORT = re.compile(rf"\bimport\s+([^\n]*{_OWN}[^\n]*)")


def of_notebook(path: Path) -> frozenset[Path]:
    """The files of the package that a notebook's cells use."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return _closure(_imported("\n".join(code)), NOT_IN_NOTEBOOKS)


def of_module(name: str) -> frozenset[Path]:
    """The files of the package that a module uses, its own among them."""
    return _closure({name})


def _closure(names: set[str], but: str = "") -> frozenset[Path]:
    found: set[Path] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if but and name.startswith(but):
            continue
        for path in _files(name):
            if path not in found:
                found.add(path)
                waiting += _imported_by(path)
    return frozenset(found)


@cache
def _files(name: str) -> list[Path]:
    """The file of a module with those of the packages that it lies in; none for a mere name."""
    parts = name.split(".")[1:]
    packages = [PACKAGE.joinpath(*parts[:n], "__init__.py") for n in range(len(parts) + 1)]
    module = [PACKAGE.joinpath(*parts).with_suffix(".py")] if parts else []
    return [path for path in (*packages, *module) if path.is_file()]


@cache
def _imported_by(path: Path) -> frozenset[str]:
    return frozenset(_imported(path.read_text(encoding="utf-8")))


def _imported(source: str) -> set[str]:
    """The names that its import statements may mean; some are no module's.

    Found by how they look: parsing the whole package takes longer than many a notebook, and a
    notebook's magics cannot be parsed.
    """
    found = set()
    for module, names in _FROM.findall(source):
        found |= {module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    for names in _IMPORT.findall(source):
        found |= set(re.findall(_OWN, names))
    return found
