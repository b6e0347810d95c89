"""Editions: made aside, put in place in one step, kept when another follows, listed.

`<month>/<region>/` is the newest edition. One that another has followed stands beside it as it
was, `<month>/<region>.<number>/`: as deep in the folders, so that its links lead where they did.
"""

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
# Kept beside an edition's content and no part of it: who has approved it.
APPROVALS = "approvals.json"
_EXCHANGE = 2  # renameat2's RENAME_EXCHANGE
_AT_FDCWD = -100
_EARLIER = "-earlier"


@contextmanager
def aside(final: Path) -> Iterator[Path]:
    """A folder to make an edition in; at the end it takes the final one's place in one step.

    If anything goes wrong inside, it is removed and the earlier edition is left whole.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    folder = _temporary(final)
    try:
        yield folder
        folder.chmod(0o755)
        put_in_place(folder, final)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _temporary(final: Path) -> Path:
    # No region's name has a dot, so that this is no other region's folder.
    return Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=final.parent))


def recover(final: Path) -> None:
    """Puts right what a process that was killed has left; the edition's lock must be held."""
    left = sorted(final.parent.glob(f".{final.name}.*"))
    for folder in left:
        if folder.name.endswith(_EARLIER) and not final.exists():
            folder.rename(final)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    now = manifest(final)
    for number, folder in earlier(final).items():
        if now is not None and number >= now.get("edition", 1):
            shutil.rmtree(folder)


def keep(final: Path) -> None:
    """Copies the edition in place to where it stays when another follows."""
    number = (manifest(final) or {}).get("edition", 1)
    folder = _temporary(final)
    try:
        shutil.copytree(final, folder, dirs_exist_ok=True)
        folder.rename(numbered(final, number))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def numbered(final: Path, number: int) -> Path:
    """Where an edition stands that another has followed."""
    return final.with_name(f"{final.name}.{number}")


def earlier(final: Path) -> dict[int, Path]:
    """The editions that others have followed, by number, in order."""
    found = {folder.suffix[1:]: folder for folder in final.parent.glob(f"{final.name}.*")}
    return {int(number): found[number] for number in sorted(filter(str.isdigit, found), key=int)}


def put_in_place(folder: Path, final: Path) -> None:
    """Gives a folder the final one's place; afterwards it holds the earlier edition, or is gone."""
    if not final.exists():
        folder.rename(final)
        return
    if _exchanged(folder, final):
        return
    replaced = folder.with_name(folder.name + _EARLIER)
    final.rename(replaced)
    folder.rename(final)
    shutil.rmtree(replaced, ignore_errors=True)


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


def content_files(folder: Path) -> list[Path]:
    """The files of an edition, but its manifest and its approvals."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return [path for path in files if path not in (folder / MANIFEST, folder / APPROVALS)]


def write_manifest(folder: Path, about: dict, inputs: dict[str, str]) -> None:
    """The manifest, written last: what the edition was made of, and every file in it."""
    files = content_files(folder)
    outputs = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    made = about | {"inputs": inputs, "outputs": outputs}
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def manifest(folder: Path) -> dict | None:
    """An edition's manifest; None where there is no edition."""
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def digest(outputs: dict[str, str]) -> str:
    """One hash for all of an edition's files."""
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def all_editions(out: Path) -> list[dict]:
    """The manifests of the newest editions, newest month first, then by region.

    `folder` is where the edition stands below `out`, `earlier` where those that it followed do,
    by number.
    """
    found = []
    for path in out.glob(f"????-??/[!.]*/{MANIFEST}"):
        folder = path.parent
        if "." in folder.name:
            continue
        places = {n: each.relative_to(out).as_posix() for n, each in earlier(folder).items()}
        place = {"folder": folder.relative_to(out).as_posix(), "earlier": places}
        found.append(json.loads(path.read_text(encoding="utf-8")) | place)
    found.sort(key=lambda m: m["parameters"]["region_name"])
    found.sort(key=lambda m: m["parameters"]["month"], reverse=True)
    return found
