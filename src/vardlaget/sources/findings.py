"""Findings: what is told of a file, a row, a cell or a series, and the account of every row."""

import math
from dataclasses import dataclass, fields
from typing import Literal

import pandas as pd

# refused: a whole file or sheet is not used; set_aside: a row is kept apart; warning: it is used.
Kind = Literal["refused", "set_aside", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing found. `code` names the rule; `reason` says it in one English sentence.

    `row` counts as the file does: from 1, title rows and header included. `rows` is how many rows
    it speaks of. The keys from `indicator` to `basis` say which figure it concerns, where one is
    known; `found` and `expected` are that figure's value and what it is held against.
    """

    kind: Kind
    code: str
    reason: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    rows: int = 1
    indicator: str = ""
    region: str = ""
    unit: str = ""
    span: str = ""
    period: str = ""
    basis: str = ""
    found: float = math.nan
    expected: float = math.nan

    @property
    def place(self) -> str:
        """`mars.xlsx, sheet 'Blad1', row 3, column 'region', value 'Jämtlnad'`"""
        parts = [self.file]
        parts += [f"sheet '{self.sheet}'"] if self.sheet else []
        parts += [f"row {self.row}"] if self.row is not None else []
        parts += [f"column '{self.column}'"] if self.column else []
        told = self.value or (self.kind == "set_aside" and self.column)
        parts += [f"value '{short(self.value)}'"] if told else []
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        end = "" if self.reason.endswith((".", "?", "!")) else "."
        return f"{self.place}: {self.reason}{end}" if self.place else f"{self.reason}{end}"


def short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


COLUMNS = tuple(field.name for field in fields(Finding))


def as_frame(findings: list[Finding] | tuple[Finding, ...]) -> pd.DataFrame:
    """The findings as a table, one row each, with the columns of `Finding`."""
    frame = pd.DataFrame([vars(finding) for finding in findings], columns=list(COLUMNS))
    frame["row"] = pd.array(frame["row"], dtype="Int64")
    return frame.astype({"rows": "int64", "found": "float64", "expected": "float64"})


@dataclass(frozen=True)
class Account:
    """What became of a file's rows: `read` = `used` + `set_aside`, always.

    `read` counts the rows that should hold figures: not titles, header, blank rows and footnotes.
    """

    file: str
    kind: str
    read: int
    used: int
    set_aside: int
    sheet: str = ""

    def __post_init__(self) -> None:
        if self.read != self.used + self.set_aside:
            raise ValueError(f"{self.file}: {self.read} ≠ {self.used} + {self.set_aside} rows")
