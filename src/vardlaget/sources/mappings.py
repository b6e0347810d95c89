"""Wide exports, each described by a small file: docs/mappings.md.

A mapping knows its export by the header and the texts around the table, and writes each number
as an observation in text; `canonical.checked` parses and checks them as it does all others.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from vardlaget.catalogue import Regions
from vardlaget.catalogue.reading import read_yaml
from vardlaget.errors import InputError
from vardlaget.sources import around, cells
from vardlaget.sources.around import plain
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.mapping_models import Definition, checked_by
from vardlaget.sources.rows import Rows
from vardlaget.sources.tables import Sheet, Table
from vardlaget.sources.wide import Wide

SUFFIXES = (".yml", ".yaml")


def load_mappings(folders: list[Path], catalogue: Catalogue) -> list["Mapping"]:
    """The mappings of the folders (one that is not there has none), the most specific first.

    Raises InputError with file and line for a file that is wrong, for an indicator or region that
    the catalogue does not have, and for an id that two files have.
    """
    model = checked_by(catalogue)
    found: dict[str, tuple[Path, Mapping]] = {}
    for path in (path for folder in folders for path in mapping_files(folder)):
        mapping = Mapping(read_yaml(path, model), catalogue.regions)
        earlier = found.setdefault(mapping.id, (path, mapping))[0]
        if earlier != path:
            raise InputError(
                f"{path}: the id '{mapping.id}' is that of {earlier} too. Give it another id."
            )
    return sorted((mapping for _, mapping in found.values()), key=lambda m: m.order)


def mapping_files(folder: Path) -> list[Path]:
    """The mapping files of a folder, in order of their names."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [p for p in paths if p.suffix in SUFFIXES and not p.name.startswith(".")]


@dataclass(frozen=True)
class Mapping:
    """One kind of export, and how its cells become observations."""

    definition: Definition
    regions: Regions

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def order(self) -> tuple[int, int, str]:
        """Those that ask for more come first."""
        asked = self.definition.recognise
        return -len(asked.columns), -len(asked.around), self.id

    def found_in(self, sheet: Sheet) -> Table | None:
        """The table under the header that has the required columns, if the texts around it fit.

        Footnotes below the table are left out. Raises InputError for a header with a name twice.
        """
        twice: InputError | None = None
        for number, header in sheet.headers():
            if self._absent(header):
                continue
            try:
                table = sheet.below(number, header)
            except InputError as error:
                twice = error
                continue
            if not self._unmet(table):
                return cells.without_footnotes(table, self.definition.footnotes)
        if twice is not None:
            raise twice
        return None

    def lacking(self, sheet: Sheet) -> list[str] | None:
        """What the most like header lacks; None when less than half of it is there."""
        candidates = [(self._absent(header), n, header) for n, header in sheet.headers()]
        if not candidates:
            return None
        absent, number, header = min(candidates, key=lambda candidate: len(candidate[0]))
        if absent:
            wanted = len(self._wanted)
            return absent if 2 * len(absent) <= wanted and len(absent) < wanted else None
        try:
            return self._unmet(sheet.below(number, header)) or None
        except InputError:
            return None

    @cached_property
    def _wanted(self) -> list[tuple[str, frozenset[str]]]:
        """Each required column: how it is called in a message, and the names it may have."""
        lists = [frozenset(map(plain, names)) for names in self.definition.alternatives()]
        wanted = []
        for names in self.definition.recognise.columns:
            also = [other for other in lists if other & set(map(plain, names))]
            wanted.append((names[0], frozenset().union(*also)))
        return wanted

    def _absent(self, header: list[str]) -> list[str]:
        there = {plain(name) for name in header}
        absent = [name for name, names in self._wanted if not names & there]
        patterns = [c.months for c in self.definition.columns if c.months]
        if patterns and not any(cells.month_in(name, p) for name in header for p in patterns):
            absent.append("a column for a month")
        return absent

    def _unmet(self, table: Table) -> list[str]:
        """Which patterns the texts around a table do not meet."""
        asked = self.definition.recognise
        unmet = [p for p in asked.around if not around.says(table, p, self.regions)]
        unmet += [f"not {p}" for p in asked.not_around if around.says(table, p, self.regions)]
        return [f"title, sheet or file name: {pattern}" for pattern in unmet]

    def translated(self, table: Table, rows: Rows) -> pd.DataFrame:
        """The table's numbers as text cells of the one table, with `canonical.ORIGIN`.

        Rows that the mapping cannot place are refused in `rows`. Raises InputError where neither
        titles nor names tell what they should.
        """
        return Wide(self.definition, self.regions, table, rows).observations()
