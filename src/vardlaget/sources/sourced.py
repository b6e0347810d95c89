"""Where a mapping's settings come from: its own text, the table's columns, the texts around it."""

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from vardlaget.catalogue import Regions
from vardlaget.errors import InputError
from vardlaget.sources import around
from vardlaget.sources.around import plain
from vardlaget.sources.cells import joined
from vardlaget.sources.mapping_models import FIRST, From
from vardlaget.sources.rows import Refusal, Rows
from vardlaget.sources.tables import Table

# What a pattern for the texts around the table is to find for a column of the one table.
_WANTED = {"region": "region", "period": "month"}
_ADVICE = {
    "region": "Name the region in a title above the table or in the file's name",
    "period": "Write the month, such as 2024-02, in a title above the table or in the file's name",
    "year": "Write the year in a title above the table or in the file's name",
}


@dataclass
class Sourced:
    """One table's texts. `used` are the columns that have been asked for."""

    table: Table
    regions: Regions
    rows: Rows
    used: set[str] = field(default_factory=set)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        columns = list(self.table.cells.columns)
        return {plain(column): column for column in reversed(columns)} | {FIRST: columns[0]}

    def column(self, names: tuple[str, ...]) -> str | None:
        """The table's column that has one of these names; `#1` is the first, whatever its name."""
        for name in names:
            if (column := self._by_name.get(plain(name))) is not None:
                self.used.add(column)
                return column
        return None

    def texts(self, name: str, sources: tuple[From, ...], positions: list[int]) -> pd.Series:
        """What a setting is in each row: the first of its sources that says anything.

        Raises InputError where region or period should be told for the whole table and is not.
        """
        found = pd.Series("", index=positions, dtype="str")
        by_cell = False
        for source in sources:
            texts = self._source(name, source, positions)
            by_cell |= isinstance(texts, pd.Series)
            found = found.where(found != "", texts)
        if name in _ADVICE and not by_cell and (found == "").any():
            raise InputError(f"nothing tells the {name}. {_ADVICE[name]}")
        return found

    def one(self, name: str, sources: tuple[From, ...]) -> str:
        """What a setting is for the whole table; empty where nothing tells it."""
        texts = (self._source(name, source, []) for source in sources)
        return next((text for text in texts if isinstance(text, str) and text), "")

    def year(self, sources: tuple[From, ...]) -> str:
        """The year of a table whose months are written without it. Raises InputError."""
        year = self.one("year", sources)
        if not year:
            raise InputError(f"nothing tells the year. {_ADVICE['year']}")
        return year

    def remarks(self, sources: tuple[From, ...], positions: list[int]) -> pd.Series:
        """All that the sources say of each row, joined."""
        said = pd.DataFrame(index=positions)
        for place, source in enumerate(sources):
            said[place] = self._source("note", source, positions)
        notes = ["; ".join(dict.fromkeys(filter(None, row))) for row in said.to_numpy()]
        return pd.Series(notes, index=positions, dtype="str")

    def _source(self, name: str, source: From, positions: list[int]) -> pd.Series | str:
        """A source's text: one for all rows, or one for each."""
        if source.constant is not None:
            return source.constant
        if source.around is not None:
            return self._around(name, source)
        if source.columns:
            columns = [self.column((name,)) for name in source.columns]
        else:
            columns = [self.column(source.column or ())]
        if None in columns:
            return ""
        cells = self.table.cells[columns].iloc[positions]
        texts = (
            [joined(list(row)) for row in cells.to_numpy()] if source.columns else cells.iloc[:, 0]
        )
        return self._translated(
            name, source, str(columns[-1]), pd.Series(texts, cells.index, "str")
        )

    def _around(self, name: str, source: From) -> str:
        pattern, wanted = source.around or "", _WANTED.get(name, "")
        meant = source.translations
        text = around.told(self.table, pattern, self.regions, wanted, meant)
        if text and source.values and source.others == "refuse" and text not in meant.values():
            known = ", ".join(f"'{value}'" for value in source.values)
            raise InputError(f"the texts around the table say '{text}', which is none of {known}")
        return text

    def _translated(self, name: str, source: From, column: str, cells: pd.Series) -> pd.Series:
        """Cells by a mapping's table of values; one that it lacks is refused, or kept."""
        if source.values is None:
            return cells
        meant = source.translations
        for position, text in cells.items():
            if text and plain(text) not in meant and source.others == "refuse":
                known = ", ".join(f"'{value}'" for value in source.values)
                row = self.table.rows[int(str(position))]
                self.rows.refuse(row, Refusal(f"unknown_{name}", f"none of {known}", column, text))
        return cells.map(lambda text: meant.get(plain(text), text) if text else "")
