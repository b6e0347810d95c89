"""Editions: made aside, put in place in one step, listed by their manifests."""

import csv
import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.indicators import exclusions_text
from vardlaget.observations import BREAKDOWNS
from vardlaget.present.figures import breakdown

MANIFEST = "manifest.json"
INDICATOR_COLUMNS = (
    "publication",
    "indicator",
    "region",
    "unit",
    "span",
    "period",
    "scenario",
    "basis",
    "exclusions",
    "breakdown",
    "numerator",
    "denominator",
    "value",
    "text",
    "status",
    "source",
)
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


def write_indicators(path: Path, publications: dict[str, list[dict]]) -> None:
    """One row for each figure published; `publications` maps a name to its cells' records."""
    rows = []
    for publication, payloads in publications.items():
        for payload in payloads:
            rows += [_indicator_row(publication, figure) for figure in payload["figures"]]
    unique = list({tuple(row.values()): row for row in rows}.values())
    unique.sort(key=lambda row: [str(value) for value in row.values()])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, INDICATOR_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(unique)


def _indicator_row(publication: str, figure: dict) -> dict:
    row = {"publication": publication, "breakdown": breakdown(figure)}
    row |= {name: value for name, value in figure.items() if name not in BREAKDOWNS}
    row["exclusions"] = exclusions_text(load_indicators()[figure["indicator"]], row["exclusions"])
    return {column: _plain(row.get(column)) for column in INDICATOR_COLUMNS}


def _plain(value: object) -> object:
    """Numbers with a decimal point and no needless `.0`."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 10)
    return "" if value is None else value


def write_tables(folder: Path, payloads: list[dict]) -> list[Path]:
    """Each table as CSV: UTF-8, comma, decimal points, symbols where there is no number."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in (payload["table"] for payload in payloads):
        if table is None:
            continue
        path = folder / f"{table['name']}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table["columns"])
            writer.writerows([[_plain(cell) for cell in row] for row in table["rows"]])
        written.append(path)
    return written


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
