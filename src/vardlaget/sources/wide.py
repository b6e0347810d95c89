"""A wide table's cells as observations in text, as its mapping says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from vardlaget.catalogue import Regions
from vardlaget.errors import InputError
from vardlaget.observations import COLUMNS
from vardlaget.sources import cells, labels
from vardlaget.sources.around import plain
from vardlaget.sources.canonical import ORIGIN
from vardlaget.sources.mapping_models import Column, Definition
from vardlaget.sources.rows import Refusal, Rows
from vardlaget.sources.sourced import Sourced
from vardlaget.sources.tables import Table
from vardlaget.sources.written import parse_month


@dataclass(frozen=True)
class Figure:
    """The columns that are numbers of one figure; `month` is told by a month's header.

    `fields` has each number's column in the table, and what the mapping says of it.
    """

    column: Column
    month: str = ""
    fields: dict[str, tuple[str, Column]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The column that the figure is named by."""
        order = ("value", "numerator", "denominator")
        return next(self.fields[name][0] for name in order if name in self.fields)


@dataclass
class Wide:
    """One table under a mapping."""

    definition: Definition
    regions: Regions
    table: Table
    rows: Rows

    def observations(self) -> pd.DataFrame:
        """Text cells: the one table's columns and `ORIGIN`, ordered by row.

        Raises InputError for a table without any number.
        """
        self._refuse_long_rows()
        self._refuse_second_table()
        figures, place, known = self._figures(), self._place(), self._known()
        if not figures:
            raise InputError("the columns of numbers are blank. Fill them or move the file away")
        columns = [*COLUMNS, *ORIGIN]
        made: dict[str, list] = {name: [] for name in (*columns, "position")}
        for figure in figures:
            for line, positions in known:
                for name, cells_made in self._cells(figure, line, positions).items():
                    made[name] += cells_made
        frame = _frame(made, columns)
        if place is not None:
            placed = place.loc[frame.index]
            frame["region"], frame["unit"] = placed["region"].array, placed["unit"].array
        self._refuse_rows_without_figures(figures, frame)
        self._warn_of_unused_columns()
        frame = frame[self.rows.accepted(frame["row"])]
        return frame.sort_values("row", kind="stable", ignore_index=True)[columns]

    @cached_property
    def _sourced(self) -> Sourced:
        return Sourced(self.table, self.regions, self.rows)

    def _refuse(self, position: int, refusal: Refusal) -> None:
        self.rows.refuse(self.table.rows[position], refusal)

    def _needed(self, names: tuple[str, ...]) -> pd.Series:
        """The cells of a column. Raises InputError where the header lacks it."""
        column = self._sourced.column(names)
        if column is None:
            raise InputError(f"row {self.table.header_row}: the header lacks '{names[0]}'")
        return self.table.cells[column]

    def _figures(self) -> list[Figure]:
        """The figures that the table has columns for; a column that is blank has none."""
        found: dict[tuple[str, str], Figure] = {}
        for column in self.definition.columns:
            for name, month in self._columns_of(column):
                if (self.table.cells[name] == "").all():
                    continue
                figure = found.setdefault((column.figure, month), Figure(column, month))
                if column.field in figure.fields:
                    both = f"'{figure.fields[column.field][0]}' and '{name}'"
                    raise InputError(f"the columns {both} are for one month. Leave one of them")
                figure.fields[column.field] = (name, column)
        return list(found.values())

    def _columns_of(self, column: Column) -> Iterator[tuple[str, str]]:
        """The table's columns that a mapping's column is about, each with its month if it has."""
        if column.header:
            name = self._sourced.column(column.header)
            if name is not None:
                yield name, ""
            return
        year = self._sourced.year(column.year) if column.year else ""
        for name in self.table.cells.columns:
            if month := cells.month_in(name, column.months or ""):
                self._sourced.used.add(name)
                written = f"{month} {year}".strip()
                yield name, parse_month(written) if cells.is_month(written) else written

    def _warn_of_unused_columns(self) -> None:
        known = {plain(name) for name in self.definition.left_alone}
        for column in self.table.cells.columns:
            blank = (self.table.cells[column] == "").all()
            if not (blank or column in self._sourced.used or plain(column) in known):
                reason = f"not read: the mapping '{self.definition.id}' does not speak of it"
                self.rows.warn("unused_column", reason, column=column)

    def _refuse_long_rows(self) -> None:
        """Rows with cells beyond the header: a separator or a quote too many."""
        columns = list(self.table.cells.columns)
        width = max((n for n, c in enumerate(columns, 1) if not c.startswith("#")), default=0)
        beyond = self.table.cells.iloc[:, width:] != ""
        for position in beyond.any(axis=1).to_numpy().nonzero()[0]:
            reason = f"cells beyond the header's {width}. Check separators and quotes"
            self._refuse(position, Refusal("too_many_cells", reason))

    def _refuse_second_table(self) -> None:
        """Rows from a second header on, and the titles just above it."""
        header = [plain(c) for c in self.table.cells.columns if not c.startswith("#")]
        texts = self.table.cells.to_numpy()
        again = (n for n, row in enumerate(texts) if [plain(t) for t in row if t] == header)
        first = next(again, None)
        if first is None:
            return
        while first and (texts[first - 1] != "").sum() == 1:
            first -= 1
        reason = "a second table begins here. Put each table in a sheet or file of its own"
        for position in range(first, len(texts)):
            self._refuse(position, Refusal("second_table", reason))

    def _place(self) -> pd.DataFrame | None:
        """Region and unit of each row, where a column holds country, regions and units."""
        if self.definition.places is None:
            return None
        texts = self._needed(self.definition.places)
        fallback = self._sourced.one("region", self.definition.all.region)
        found = labels.places(texts, str(texts.name), fallback, self.regions)
        for position, place in enumerate(found):
            if place.refusal:
                self._refuse(position, place.refusal)
        return pd.DataFrame({"region": [p.region for p in found], "unit": [p.unit for p in found]})

    def _known(self) -> list[tuple[labels.Known, list[int]]]:
        """What the labels say, each with the positions of its rows."""
        definition = self.definition
        base = labels.Known(given=definition.all.given(), lag_months=definition.lag_months)
        if not definition.lines:
            return [(base, list(range(len(self.table.rows))))]
        texts = self._needed(definition.labels)
        found = labels.known_lines(texts, str(texts.name), definition.lines, base)
        by_line: dict[int, tuple[labels.Known, list[int]]] = {}
        for position, known in enumerate(found):
            if known.refusal:
                self._refuse(position, known.refusal)
            else:
                by_line.setdefault(id(known.line), (known, []))[1].append(position)
        return list(by_line.values())

    def _refuse_rows_without_figures(self, figures: list[Figure], frame: pd.DataFrame) -> None:
        """Headings that have figures: nothing says what they are."""
        names = sorted({name for figure in figures for name, _ in figure.fields.values()})
        for position in sorted(set(range(len(self.table.rows))) - set(frame.index)):
            row = self.table.cells.iloc[position]
            if written := next((name for name in names if row[name]), None):
                reason = "figures on a line that is a heading"
                self._refuse(
                    position, Refusal("heading_with_figures", reason, written, row[written])
                )

    def _cells(self, figure: Figure, line: labels.Known, positions: list[int]) -> dict[str, list]:
        """The observations of a figure in the rows of a line, by column; none without indicator."""
        given = labels.merged(line.given, figure.column)
        if "indicator" not in given or not positions:
            return {}
        told_elsewhere = {"note"} | ({"region", "unit"} if self.definition.places else set())
        told_elsewhere |= {"period"} if figure.month else set()
        texts = {
            name: self._sourced.texts(name, sources, positions)
            for name, sources in given.items()
            if name not in told_elsewhere
        }
        size = len(positions)
        made = {name: texts.get(name) or [""] * size for name in COLUMNS}
        if figure.month:
            made["period"] = [figure.month] * size
        made["period"] = self._periods(made, figure.column, line.lag_months)
        made["note"] = self._sourced.remarks(given.get("note", ()), positions)
        for name, (column, how) in figure.fields.items():
            self._write_numbers(made, name, column, how, positions)
        rows = [self.table.rows[position] for position in positions]
        made["source"] = [self._citation(row) for row in rows]
        origin = {"row": rows, "column": [figure.number] * size, "factor": [1.0] * size}
        return made | origin | {"position": positions}

    def _citation(self, row: int) -> str:
        sheet = f", blad '{self.table.sheet}'" if self.table.sheet else ""
        return f"{self.definition.source}, {self.table.file}{sheet}, rad {row}"

    def _periods(self, made: dict[str, list], column: Column, lag: int) -> list[str]:
        """Periods as the column and the line mean them."""
        pairs = list(zip(made["span"], made["period"], strict=True))
        back = (column.years_back, lag, self.definition.no_lag_in)
        moved = {pair: cells.moved(pair[0] or "month", pair[1], *back) for pair in set(pairs)}
        return [moved[pair] for pair in pairs]

    def _write_numbers(
        self, made: dict[str, list], name: str, column: str, how: Column, positions: list[int]
    ) -> None:
        """The cells of a column into a field, what they mean written as canonical cells have it."""
        scale = how.scale * (100 if how.fractions and self._has_fractions(column) else 1)
        every = self._texts(column)
        texts = [every[position] for position in positions]
        if how.zero_is:
            zero = [cells.number(text) == 0 for text in texts]
            symbol = cells.SYMBOL[how.zero_is]
            texts = [symbol if no else text for no, text in zip(zero, texts, strict=True)]
            if how.zero_is != "zero":
                notes = zip(zero, made["note"], strict=True)
                made["note"] = [
                    "; ".join(filter(None, (note, "källan skriver 0"))) if no else note
                    for no, note in notes
                ]
        made[name] = [cells.times(text, scale) for text in texts]

    def _texts(self, column: str) -> list[str]:
        """A column's cells, its own symbols written as those of official statistics."""
        symbols = self.definition.symbols.items()
        meant = {cells.bare(text): cells.SYMBOL[status] for text, status in symbols}
        texts = self._sourced.cells(column)
        return [meant.get(cells.bare(text), text) for text in texts] if meant else texts

    def _has_fractions(self, column: str) -> bool:
        """Whether a column holds shares of 1, as a spreadsheet stores what it shows with %."""
        if not cells.all_fractions(self._texts(column)):
            return False
        reason = "all numbers lie between 0 and 1: read as shares of 1, kept in per cent"
        if not any(
            w.code == "read_as_fractions" and w.column == column for w in self.rows.warnings
        ):
            self.rows.warn("read_as_fractions", reason, column=column)
        return True


def _frame(made: dict[str, list], columns: list[str]) -> pd.DataFrame:
    """Text cells of the observations, by their rows' positions in the table."""
    types = {"row": "int64", "factor": "float64"}
    cells_made = {name: pd.array(made[name], dtype=types.get(name, "str")) for name in columns}
    return pd.DataFrame(cells_made, index=made["position"])
