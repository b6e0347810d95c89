"""Where a mapping's settings come from: its own text, the table's columns, the texts around it."""

from dataclasses import dataclass, field
from functools import cached_property

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
    _cells: dict[str, list[str]] = field(default_factory=dict)

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

    def texts(self, name: str, sources: tuple[From, ...], positions: list[int]) -> list[str]:
        """What a setting is in each row: the first of its sources that says anything.

        Raises InputError where region or period should be told for the whole table and is not.
        """
        found = [""] * len(positions)
        by_cell = False
        for source in sources:
            texts = self._source(name, source, positions)
            by_cell |= isinstance(texts, list)
            told = texts if isinstance(texts, list) else [texts] * len(positions)
            found = [first or second for first, second in zip(found, told, strict=True)]
        if name in _ADVICE and not by_cell and "" in found:
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

    def remarks(self, sources: tuple[From, ...], positions: list[int]) -> list[str]:
        """All that the sources say of each row, joined."""
        said = [self._source("note", source, positions) for source in sources]
        columns = [s if isinstance(s, list) else [s] * len(positions) for s in said]
        rows = zip(*columns, strict=True) if columns else [()] * len(positions)
        return ["; ".join(dict.fromkeys(filter(None, row))) for row in rows]

    def _source(self, name: str, source: From, positions: list[int]) -> list[str] | str:
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
        cells = [self.cells(str(column)) for column in columns]
        texts = [joined([column[n] for column in cells]) for n in positions]
        if not source.columns:
            texts = [cells[0][n] for n in positions]
        return self._translated(name, source, str(columns[-1]), texts, positions)

    def _around(self, name: str, source: From) -> str:
        pattern, wanted = source.around or "", _WANTED.get(name, "")
        meant = source.translations
        text = around.told(self.table, pattern, self.regions, wanted, meant)
        if text and source.values and source.others == "refuse" and text not in meant.values():
            known = ", ".join(f"'{value}'" for value in source.values)
            raise InputError(f"the texts around the table say '{text}', which is none of {known}")
        return text

    def cells(self, column: str) -> list[str]:
        """A column's texts, taken out of the table once."""
        if column not in self._cells:
            self._cells[column] = self.table.cells[column].tolist()
        return self._cells[column]

    def _translated(
        self, name: str, source: From, column: str, texts: list[str], positions: list[int]
    ) -> list[str]:
        """Cells by a mapping's table of values; one that it lacks is refused, or kept."""
        if source.values is None:
            return texts
        meant = source.translations
        plains = {text: plain(text) for text in set(texts)}
        for position, text in zip(positions, texts, strict=True):
            if text and plains[text] not in meant and source.others == "refuse":
                known = ", ".join(f"'{value}'" for value in source.values)
                row = self.table.rows[position]
                self.rows.refuse(row, Refusal(f"unknown_{name}", f"none of {known}", column, text))
        return [meant.get(plains[text], text) if text else "" for text in texts]
