"""Where an observation stands: the file, the sheet, the row, and the file's hash in a manifest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from vardlaget.catalogue import load_indicators
from vardlaget.errors import InputError
from vardlaget.pipeline import editions
from vardlaget.project import Project
from vardlaget.publishing.verify import place_of
from vardlaget.sources import canonical, corrections
from vardlaget.sources.numbers import parse_number
from vardlaget.sources.tables import READERS, Table, read_sheets

_SHEET = re.compile(r"blad '(.*?)'")
_ROW = re.compile(r"rad (\d+)")
_OUTSIDE = "data:"


@dataclass(frozen=True)
class Origin:
    """A row of a file. `row` is None where the observation was counted from many rows."""

    file: str
    sheet: str
    row: int | None
    digest: str
    state: str

    def __str__(self) -> str:
        sheet = f", sheet '{self.sheet}'" if self.sheet else ""
        row = f", row {self.row}" if self.row is not None else ""
        return f"{self.file}{sheet}{row} (SHA-256 {self.digest}, {self.state})"


@dataclass
class Origins:
    """Finds observations in an edition's input files. `inputs` are the manifest's."""

    project: Project
    inputs: Mapping[str, str]
    _cites: dict[str, list[Origin]] = field(default_factory=dict)
    _states: dict[str, str] = field(default_factory=dict)

    def of(self, observation: Mapping[str, object]) -> list[Origin]:
        """The rows that an observation comes from: the one that its source cites, or else those
        that hold it. Empty where no input of the edition does."""
        source = str(observation["source"])
        if source not in self._cites:
            self._cites[source] = self._cited(source)
        return self._cites[source] or list(self._found(observation))

    def _cited(self, source: str) -> list[Origin]:
        names = [name for name in self._data_files if name in source]
        if not names:
            return []
        name = max(names, key=len)
        rest = source[source.index(name) + len(name) :]
        sheet, row = _SHEET.search(rest), _ROW.search(rest)
        return [self._origin(name, sheet[1] if sheet else "", int(row[1]) if row else None)]

    def _found(self, observation: Mapping[str, object]) -> Iterator[Origin]:
        period = str(observation["period"])
        same = [str(observation[name]) for name in ("source", "unit", "indicator")]
        for month in dict.fromkeys((period[:7], period[:4])):
            for name, sheet, row in self._rows.get((*same, month), ()):
                if _has_number(row, observation) and _is_region(row, observation):
                    yield self._origin(name, sheet, int(row.row))

    @cached_property
    def _data_files(self) -> list[str]:
        """The inputs that hold observations: the analyst's own files and what others published."""
        folders = (self.project.data, self.project.published)
        starts = (_OUTSIDE, *(f"{self.project.named(folder)}/" for folder in folders))
        return [name for name in self.inputs if name.startswith(starts)]

    def _origin(self, name: str, sheet: str, row: int | None) -> Origin:
        return Origin(name, sheet, row, self.inputs[name], self._state(name))

    def _state(self, name: str) -> str:
        if name not in self._states:
            path = place_of(self.project, name)
            if not path.is_file():
                self._states[name] = "gone since"
            else:
                same = editions.sha256(path) == self.inputs[name]
                self._states[name] = "unchanged" if same else "changed since"
        return self._states[name]

    @cached_property
    def _rows(self) -> dict[tuple, list[tuple]]:
        """File, sheet and row of all tables that cite sources of their own (observations and
        corrections), by source, unit, indicator and month."""
        found: dict[tuple, list[tuple]] = {}
        for name in self._data_files:
            path = place_of(self.project, name)
            if path.is_file() and path.suffix.lower() in READERS:
                for sheet, rows in _own_tables(path, name):
                    for key, row in _by_key(rows):
                        found.setdefault(key, []).append((name, sheet, row))
        return found


def _own_tables(path: Path, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    try:
        sheets = read_sheets(path, name)
    except InputError:
        return
    for sheet in sheets:
        for number, header in sheet.headers():
            if corrections.looks_like(header):
                yield sheet.name, _corrections(sheet.below(number, header))
                break
            if canonical.looks_canonical(header):
                yield sheet.name, canonical.translated(sheet.below(number, header))
                break


def _corrections(table: Table) -> pd.DataFrame:
    """Corrections under the names of observations, as far as they are searched by."""
    plain = {column: column.strip().casefold() for column in table.cells.columns}
    names = {column: corrections.SWEDISH.get(name, name) for column, name in plain.items()}
    cells = table.cells.rename(columns=names)
    return pd.DataFrame(
        {
            "indicator": cells["target"],
            "unit": "",
            "period": cells["period"],
            "value": cells["amount"],
            "source": cells["date"] + ", " + cells["role"],
            "row": table.rows,
        }
    ).reindex(columns=["numerator", *("indicator", "unit", "period", "value", "source", "row")])


def _by_key(table: pd.DataFrame) -> Iterator[tuple[tuple, object]]:
    """A table's rows by source, unit, indicator's id, and month or year."""
    ids = {text: _id(text) for text in table["indicator"].unique()}
    for row in table.itertuples():
        yield (row.source, row.unit, ids[row.indicator], row.period[:7]), row


def _id(text: str) -> str:
    try:
        return load_indicators().named(text).id
    except InputError:
        return ""


def _is_region(row, observation: Mapping[str, object]) -> bool:
    """Whether the row is of the observation's region, where it tells a region by its code."""
    told = str(getattr(row, "region", "") or "")
    return not told.isdigit() or told.zfill(2) == observation["region"]


def _has_number(row, observation: Mapping[str, object]) -> bool:
    wanted = {observation[name] for name in ("value", "numerator") if pd.notna(observation[name])}
    if not wanted:
        return True
    found = {_number(text) for text in (row.value, row.numerator) if isinstance(text, str)}
    return any(n is not None and abs(n - w) < 1e-6 for n in found for w in wanted)


def _number(text: str) -> float | None:
    try:
        return float(parse_number(text))
    except (ValueError, TypeError):
        return None
