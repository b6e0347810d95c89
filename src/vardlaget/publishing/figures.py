"""An edition's published figures, read back from indicators.csv and set against another's."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from vardlaget.pipeline.attachments.csv_files import plain, safe

KEY = (
    "indicator",
    "region",
    "unit",
    "span",
    "period",
    "scenario",
    "basis",
    "exclusions",
    "breakdown",
)
TOLD = ("numerator", "denominator", "value", "text", "status")
Figure = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A figure in two editions: `key` as KEY has it, `before` and `after` as TOLD has them.

    None is a figure that the edition does not have. `publications` are those that show it.
    """

    key: tuple[str, ...]
    publications: tuple[str, ...]
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None

    def of(self, name: str, told: tuple[str, ...] | None) -> str:
        return "" if told is None else told[TOLD.index(name)]

    @property
    def change(self) -> float | None:
        """The value's difference in the indicator's unit; None where one has no value."""
        values = [self.of("value", told) for told in (self.before, self.after)]
        if "" in values or self.hidden:
            return None
        return round(float(values[1]) - float(values[0]), 10)

    @property
    def hidden(self) -> bool:
        """Whether what stood before is protected now, and is not to be repeated."""
        return self.before is not None and self.of("status", self.after) == "suppressed"


def read(folder: Path) -> list[Figure]:
    """The rows of an edition's indicators.csv; none where it has no such file."""
    path = folder / "indicators.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_read(rows: Iterable[dict]) -> list[Figure]:
    """Rows that are about to be written, as they will be read."""
    return [{name: str(safe(plain(cell))) for name, cell in row.items()} for row in rows]


def differences(
    before: list[Figure], after: list[Figure], publications: set[str] | None = None
) -> list[Difference]:
    """The figures that differ, by key, in the order of the keys.

    `publications`: only figures that these show. A figure may stand in several texts (`69 %`,
    `69,0 %`), and in several values where sources contradict each other: what is the same in both
    editions is taken away, and the rest is paired in order. Texts of the same values are one.
    """
    old, new = _by_key(before, publications), _by_key(after, publications)
    keys = sorted(old.keys() | new.keys())
    return [d for key in keys for d in _of_key(key, old.get(key, {}), new.get(key, {}))]


def _of_key(key: tuple[str, ...], old: dict, new: dict) -> list[Difference]:
    gone = sorted(old.keys() - new.keys(), key=_order)
    come = sorted(new.keys() - old.keys(), key=_order)
    found: dict[tuple, Difference] = {}
    for before, after in zip_longest(gone, come):
        shown = old.get(before, set()) | new.get(after, set())
        values = (_values(before), _values(after))
        pair = values if values[0] != values[1] else (before, after)
        known = found.get(pair)
        if known is not None:
            shown |= set(known.publications)
            before, after = known.before, known.after
        found[pair] = Difference(key, tuple(sorted(shown)), before, after)
    return list(found.values())


def _values(told: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What is told but for its text."""
    return told and (*told[: TOLD.index("text")], *told[TOLD.index("text") + 1 :])


def _by_key(rows: list[Figure], publications: set[str] | None) -> dict:
    found: dict[tuple, dict[tuple, set[str]]] = {}
    for row in rows:
        if publications is None or row["publication"] in publications:
            key = tuple(row[name] for name in KEY)
            told = tuple(row[name] for name in TOLD)
            found.setdefault(key, {}).setdefault(told, set()).add(row["publication"])
    return found


def _order(told: tuple[str, ...]) -> tuple:
    value = told[TOLD.index("value")]
    return (len(told[TOLD.index("text")]), float(value) if value else float("-inf"), told)
