"""Editions: made aside, put in place in one step, listed by their manifests."""

import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANIFEST = "manifest.json"
_EXCHANGE = 2  # renameat2's RENAME_EXCHANGE
_AT_FDCWD = -100


@contextmanager
def aside(final: Path) -> Iterator[Path]:
    """A folder to make an edition in; at the end it takes the final one's place in one step.

    If anything goes wrong inside, it is removed and the earlier edition is left whole.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{final.name}-", dir=final.parent))
    try:
        yield folder
        folder.chmod(0o755)
        _put_in_place(folder, final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(folder: Path, final: Path) -> None:
    """Afterwards `folder` holds the earlier edition, or is gone."""
    if not final.exists():
        folder.rename(final)
        return
    if _exchanged(folder, final):
        return
    earlier = folder.with_name(folder.name + "-earlier")
    final.rename(earlier)
    folder.rename(final)
    shutil.rmtree(earlier, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Swaps two folders atomically where the system can (Linux); False where it cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, about: dict, inputs: dict[str, str]) -> None:
    """The manifest, written last: what the edition was made of, and every file in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    outputs = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    manifest = about | {"inputs": inputs, "outputs": outputs}
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def all_editions(out: Path) -> list[dict]:
    """The manifests of all editions that are in place, newest month first, then by region."""
    found = []
    for path in out.glob(f"????-??/[!.]*/{MANIFEST}"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found.append(manifest | {"folder": path.parent.relative_to(out).as_posix()})
    found.sort(key=lambda m: m["parameters"]["region_name"])
    found.sort(key=lambda m: m["parameters"]["month"], reverse=True)
    return found
