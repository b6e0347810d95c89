"""Whether an edition's files are those that its manifest names."""

import json
from dataclasses import dataclass
from pathlib import Path

from vardlaget.errors import InputError
from vardlaget.pipeline import editions


@dataclass(frozen=True)
class Files:
    """What is wrong with an edition's files, by their names in it."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[str, ...]
    count: int

    @property
    def whole(self) -> bool:
        return not (self.missing or self.extra or self.changed)

    def lines(self) -> list[str]:
        """One line for each file that is wrong."""
        kinds = (("missing", self.missing), ("extra", self.extra), ("changed", self.changed))
        return [f"{kind}: {name}" for kind, names in kinds for name in names]


def of_edition(folder: Path) -> Files:
    """Each file against the manifest. Raises InputError where there is none that can be read."""
    try:
        told = editions.manifest(folder)
        outputs = dict((told or {})["outputs"])
    except (KeyError, TypeError, ValueError):
        raise InputError(
            f"{folder}: no edition; it has no {editions.MANIFEST} to be read."
        ) from None
    paths = {path.relative_to(folder).as_posix(): path for path in editions.content_files(folder)}
    return against(paths, outputs)


def against(paths: dict[str, Path], hashes: dict[str, str]) -> Files:
    """Files against the hashes that they should have; a link is no file."""
    there = {name: path for name, path in paths.items() if not path.is_symlink()}
    common = sorted(there.keys() & hashes.keys())
    changed = [name for name in common if editions.sha256(there[name]) != hashes[name]]
    return Files(
        tuple(sorted(hashes.keys() - there.keys())),
        tuple(sorted(paths.keys() - hashes.keys())),
        tuple(changed),
        len(common),
    )


def require_whole(folder: Path, name: str) -> None:
    """Raises InputError where a file of the edition is not the one that was made."""
    found = of_edition(folder)
    if not found.whole:
        raise InputError(
            f"{name}: its files are not those that were built. Build it again with --afresh.\n  "
            + "\n  ".join(found.lines())
        )


def read_json(path: Path) -> dict | None:
    """A file of our own making; None where it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
