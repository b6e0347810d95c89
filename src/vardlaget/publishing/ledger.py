"""The revision ledger: an edition's number, and what it changed in the edition that it followed.

A rebuild with the same figures stays the same edition, however it looks.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vardlaget.accounts import CORRECTION
from vardlaget.pipeline import editions, inputs
from vardlaget.publishing import figures
from vardlaget.publishing.figures import KEY, TOLD, Difference, Figure

LEDGER = "revisions.json"
# Code that no figure comes out of.
_NOT_COUNTING = ("publishing", "pipeline", "demo", "cli.py")
# What a change in a file of the project means, by the beginning of its name; the first that fits.
_MEANINGS = {
    "reports/theme/": None,
    "_quarto.yml": None,
    "reports/": "publication",
    "notebooks/": "code",
    "settings/": "definition",
    "data/reference/": "definition",
    "vardlaget/catalogue/": "definition",
    "": "data",
}


@dataclass(frozen=True)
class Note:
    """What whoever builds says of a revision."""

    reason: str = ""
    scheduled: bool = False


NOTHING_SAID = Note()


@dataclass(frozen=True)
class Ledger:
    """An edition's number and all revisions so far, the newest first (as revisions.json has them).

    `follows`: the number of the edition in place that is to be kept beside this one.
    """

    edition: int
    revisions: tuple[dict, ...] = ()
    follows: int | None = None

    @property
    def newest(self) -> dict | None:
        return self.revisions[0] if self.revisions else None

    def write(self, folder: Path) -> Path:
        path = folder / LEDGER
        kept = {"edition": self.edition, "revisions": list(self.revisions)}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return path


def read(folder: Path) -> Ledger:
    """The ledger of an edition in place; that of a first edition where it has none."""
    path = folder / LEDGER
    if not path.is_file():
        return Ledger(1)
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Ledger(kept["edition"], tuple(kept["revisions"]))


def following(
    final: Path, about: dict, files: dict[str, str], rows: list[Figure], note: Note
) -> Ledger:
    """The ledger of an edition that is about to take the place `final`.

    `about` and `files` are what its manifest will say of it and of its inputs, `rows` what its
    indicators.csv will hold.
    """
    before = editions.manifest(final)
    if before is None:
        return Ledger(1)
    known = read(final)
    old, new = (_names(each) for each in (before, about))
    changed = figures.differences(figures.read(final), rows, old & new)
    if not changed and not old - new:
        return known
    revision = {
        "edition": known.edition + 1,
        "follows": known.edition,
        "built": about["built"],
        "scheduled": note.scheduled,
        "reason": note.reason,
        "causes": causes(before, about, files),
        "publications_added": sorted(new - old),
        "publications_removed": sorted(old - new),
        "figures": [told(difference) for difference in changed],
    }
    return Ledger(known.edition + 1, (revision, *known.revisions), known.edition)


def _names(about: dict) -> set[str]:
    return {publication["name"] for publication in about["publications"]}


def told(difference: Difference) -> dict:
    """A difference as revisions.json has it."""
    return dict(zip(KEY, difference.key, strict=True)) | {
        "publications": list(difference.publications),
        "from": None if difference.hidden else _side(difference.before),
        "protected": difference.hidden,
        "to": _side(difference.after),
        "change": difference.change,
    }


def _side(cells: tuple[str, ...] | None) -> dict | None:
    return None if cells is None else dict(zip(TOLD, cells, strict=True))


def causes(before: dict, about: dict, files: dict[str, str]) -> dict[str, list[str]]:
    """Why figures may differ: each cause with the files or versions that changed.

    `data`: observations were revised; `correction`: corrections of bookings were; `definition`:
    catalogue, targets, agreements or settings; `code`: the package or a notebook; `publication`:
    what is published, with the analyst's comments. An edition of a version that did not note its
    observations is judged by its files alone.
    """
    found: dict[str, list[str]] = {}
    for name in sorted(_changed(before["inputs"], files)):
        kind = _meaning(name, about["parameters"])
        if kind is not None:
            found.setdefault(kind, []).append(name)
    revised = {
        kind: before.get("data", {}).get(part) != about["data"][part]
        for kind, part in (("data", "observations"), ("correction", "corrections"))
    }
    names = found.pop("data", [])
    found |= {kind: names for kind, so in revised.items() if so}
    if before["package"] != about["package"]:
        found["code"] = [f"vardlaget {about['package']['version']}", *found.get("code", [])]
    return dict(sorted(found.items()))


def _changed(old: dict[str, str], new: dict[str, str]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _meaning(name: str, parameters: dict) -> str | None:
    """What a changed file means for the region and month; None where nothing."""
    own = {"settings/": (f"settings/{parameters['slug']}.yml", "settings/standard.yml")}
    own["reports/comments/"] = (f"reports/comments/{parameters['month']}/{parameters['slug']}/",)
    for folder, kept in own.items():
        if name.startswith(folder) and not name.startswith(kept):
            return None
    return next(kind for start, kind in _MEANINGS.items() if name.startswith(start))


def data_digests(store: Path) -> dict[str, str]:
    """One hash of what a region's notebooks read, and one of the corrections among it."""
    rows = [pd.read_parquet(path) for path in sorted(store.glob("*.parquet"))]
    rows = [frame for frame in rows if "scenario" in frame.columns]
    chosen = [frame["scenario"].str.startswith(CORRECTION) for frame in rows]
    return {
        "observations": _digest([frame[~c] for frame, c in zip(rows, chosen, strict=True)]),
        "corrections": _digest([frame[c] for frame, c in zip(rows, chosen, strict=True)]),
    }


def _digest(frames: list[pd.DataFrame]) -> str:
    hashes = [pd.util.hash_pandas_object(f, index=False).to_numpy().tobytes() for f in frames]
    return editions.digest({str(place): each.hex() for place, each in enumerate(hashes)})


def code_digest() -> str:
    """One hash of the package's code that figures come out of."""
    found = {}
    for path in inputs.files(inputs.PACKAGE):
        name = path.relative_to(inputs.PACKAGE).as_posix()
        counts = not name.startswith(_NOT_COUNTING) and not name.endswith("_command.py")
        if counts and path.suffix == ".py":
            found[name] = editions.sha256(path)
    return editions.digest(found)
