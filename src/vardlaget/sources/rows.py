"""Rows under check: which are set aside and why, none of them lost."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.tables import Table

# Rows told one by one before the rest with the same reason is gathered into one finding.
TOLD_EACH = 20
# Characters of a file's name in the name of its rows set aside: with four bytes each still a name.
_LONGEST_NAME = 50


@dataclass(frozen=True)
class Refusal:
    """Why a row is set aside: a rule's code, the column and the value as the file has it."""

    code: str
    reason: str
    column: str = ""
    value: str = ""


@dataclass
class Rows:
    """The rows of one table; the first reason found for a row is the one that is told.

    Rows are named by their number in the file. A row of a wide table gives several observations:
    if one of them is wrong, the whole row is set aside.
    """

    table: Table
    refused: dict[int, Refusal] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)

    def cell(self, row: int, column: str) -> str:
        """What the file has in a row and column."""
        if column not in self._texts:
            self._texts[column] = self.table.cells[column].tolist()
        return self._texts[column][self._places[row]]

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self.table.rows)}

    def refuse(self, row: int, refusal: Refusal) -> None:
        self.refused.setdefault(row, refusal)

    def accepted(self, rows: pd.Series) -> pd.Series:
        """Which of these row numbers are used."""
        return ~rows.isin(self.refused)

    def account(self, kind: str) -> Account:
        read, aside = len(self.table.rows), len(self.refused)
        return Account(self.table.file, kind, read, read - aside, aside, self.table.sheet)

    def findings(self) -> list[Finding]:
        """One finding a row, and one for all the rows beyond `TOLD_EACH` with one reason."""
        groups: dict[tuple, list[int]] = {}
        for row, refusal in sorted(self.refused.items()):
            groups.setdefault((refusal.code, refusal.reason, refusal.column), []).append(row)
        told = []
        for (code, reason, column), rows in groups.items():
            for row in rows[:TOLD_EACH]:
                told.append(self._finding(code, reason, column, row, self.refused[row].value, 1))
            if rest := rows[TOLD_EACH:]:
                more = f"{reason} (and {len(rest)} rows like it from here on)"
                value = self.refused[rest[0]].value
                told.append(self._finding(code, more, column, rest[0], value, len(rest)))
        return [*told, *self.warnings]

    def _finding(
        self, code: str, reason: str, column: str, row: int, value: str, n: int
    ) -> Finding:
        place = {"file": self.table.file, "sheet": self.table.sheet, "row": row, "rows": n}
        return Finding("set_aside", code, reason, column=column, value=value, **place)

    def warn(self, code: str, reason: str, **place: object) -> None:
        at = {"file": self.table.file, "sheet": self.table.sheet} | place
        self.warnings.append(Finding("warning", code, reason, **at))

    def set_aside(self) -> pd.DataFrame:
        """The rows set aside: file, sheet, row, column, value, reason, cells (JSON)."""
        refused = sorted(self.refused.items())
        cells = self.table.cells.iloc[[self._places[row] for row, _ in refused]]
        kept = [
            {
                "file": self.table.file,
                "sheet": self.table.sheet,
                "row": row,
                "column": refusal.column,
                "value": refusal.value,
                "reason": refusal.reason,
                "cells": _as_json(cells.columns, texts),
            }
            for (row, refusal), texts in zip(refused, cells.to_numpy(dtype=object), strict=True)
        ]
        return pd.DataFrame(kept, columns=list(SET_ASIDE))


SET_ASIDE = ("file", "sheet", "row", "column", "value", "reason", "cells")


def _as_json(names: Iterable[str], texts: Iterable[str]) -> str:
    filled = {str(name): text for name, text in zip(names, texts, strict=True) if text}
    return json.dumps(filled, ensure_ascii=False)


def write_set_aside(rows: pd.DataFrame, folder: Path) -> list[Path]:
    """One CSV for each file that has rows set aside; only their owner may read them."""
    written = []
    for file, group in rows.groupby("file", sort=True):
        path = folder / f"{file_slug(str(file))}.csv"
        group.to_csv(path, index=False)
        path.chmod(0o600)
        written.append(path)
    return written


def file_slug(name: str) -> str:
    """A file's shown name as one that a file can have, and no other file gets."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    return f"{plain[-_LONGEST_NAME:]}-{digest}"
