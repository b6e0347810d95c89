"""Kronor as reports write them: millions, with one decimal in tables."""

from collections.abc import Iterable

import pandas as pd

from vardlaget.present.numbers import NBSP, SYMBOLS, decimal_text, signed
from vardlaget.present.tables import Cell

MILLION = 1_000_000
SHORT, LONG = f"{NBSP}mnkr", f"{NBSP}miljoner kronor"


def decimals_of(values: Iterable[float]) -> int:
    """None where all amounts are whole millions, else one."""
    return int(any(round(value * 10 / MILLION) % 10 for value in values if pd.notna(value)))


def in_millions(
    frame: pd.DataFrame, decimals: int = 1, sign: bool = False, size: bool = False, unit: str = ""
) -> pd.DataFrame:
    """Figures in kronor with their text in millions: `−174,1`.

    With `sign` a gain has a plus; with `size` an amount has no sign at all, for a sentence that
    has said which way it goes. A figure without a value keeps its symbol.
    """

    def text(value: float, status: str, old: str) -> str:
        if pd.isna(value) or status in SYMBOLS:
            return old
        shown = decimal_text((abs(value) if size else value) / MILLION, decimals)
        shown = "0" if shown == "−0" else shown
        return (signed(shown) if sign else shown) + unit

    columns = zip(frame["value"], frame["status"], frame["text"], strict=True)
    return frame.assign(text=[text(*each) for each in columns])


def cell(figure: pd.Series) -> Cell:
    """A table's cell of a figure in kronor: both its text and its number are millions."""
    known = pd.notna(figure["value"])
    return Cell(figure["text"], round(float(figure["value"]) / MILLION, 6) if known else None)


def amount(figure: pd.Series, decimals: int = 1, **how: bool) -> pd.Series:
    """One figure with its text as a sentence has it: `174,1 miljoner kronor`."""
    frame = in_millions(figure.to_frame().T, decimals, unit=LONG, **how)
    return frame.iloc[0]
