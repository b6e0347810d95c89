"""Numbers as Swedish text, with CLDR's symbols: decimal comma, no-break spaces, true minus."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import cache, partial

import numpy as np
import pandas as pd
from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

from vardlaget.catalogue import Indicator, Indicators

LOCALE = "sv_SE"
NBSP = "\u00a0"
ANY_SIZE = Context(prec=400)
# Below so much, and with so few decimals, the digits that a float shows and the exact number it
# stands for are rounded alike, but where they end half-way: no other decimal number as short lies
# as near. Python then writes it, many times as fast.
LARGE, FEW = 1e9, 4
# What lies no nearer half-way than so, in units of the last decimal, needs no look at its digits.
NEAR = 1e-3
# Python writes thousands, decimals and signs; a tenth of the time that Babel's patterns take.
_SWEDISH = {
    ",": get_group_symbol(LOCALE),
    ".": get_decimal_symbol(LOCALE),
    "-": get_minus_sign_symbol(LOCALE),
}

PROTECTED = "skyddad uppgift"
# The symbols of official Swedish statistics.
SYMBOLS = {"missing": "..", "not_applicable": ".", "suppressed": "x", "zero": "–"}

SUFFIXES = {
    "percent": f"{NBSP}%",
    "SEK": f"{NBSP}kr",
    "percentage_points": f"{NBSP}procentenheter",
}
WORDS = {
    "percent": "procent",
    "SEK": "kronor",
    "beds": "vårdplatser",
    "percentage_points": "procentenheter",
}


def decimal_text(value: float | int | Decimal, decimals: int) -> str:
    """`12 345,6` and `−12,3`: rounded half up on the decimal digits that the number shows."""
    if isinstance(value, float) and abs(value) < LARGE and decimals <= FEW:
        shortest = float.__repr__(value)
        digits = shortest.partition(".")[2]
        if "e" not in shortest and not (len(digits) == decimals + 1 and digits[-1] == "5"):
            return _swedish(_unsigned_zero(f"{value:,.{decimals}f}"))
    return _swedish(f"{rounded(value, decimals):,f}")


def _swedish(text: str) -> str:
    """What Python has written, with CLDR's symbols."""
    for symbol, own in _SWEDISH.items():  # thousands first: their comma is the decimals' own
        text = text.replace(symbol, own)
    return text


def rounded(value: float | int | Decimal, decimals: int) -> Decimal:
    """The number that a reader sees: half up on the digits that it shows, 0 unsigned."""
    with localcontext(ANY_SIZE):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _unsigned_zero(text: str) -> str:
    return text[1:] if text[0] == "-" and not text.strip("-0.") else text


def number_text(value: float | int | Decimal, unit: str, decimals: int) -> str:
    """A number with its unit as a table or chart shows it: `69 %`, `15 024 892 kr`, `14:58`."""
    if unit == "seconds":
        return _clock(value)
    return decimal_text(value, decimals) + SUFFIXES.get(unit, "")


def number_texts(values: np.ndarray, unit: str, decimals: int) -> list[str]:
    """`number_text` of each of these floats, in a fraction of the time that one by one takes."""
    texts = np.empty(len(values), dtype=object)
    size = np.abs(values) * 10**decimals
    # All of these are rounded as Python rounds them, and none to a zero with a sign.
    plain = (
        (size < LARGE * 10) & (np.abs(size % 1 - 0.5) > NEAR) & (~np.signbit(values) | (size >= 1))
    )
    if unit == "seconds" or decimals > FEW:
        plain[:] = False
    form, suffix = f",.{decimals}f", SUFFIXES.get(unit, "")
    lines = "".join([f"{value:{form}}{suffix}\n" for value in values[plain].tolist()])
    texts[plain] = _swedish(lines).splitlines()
    texts[~plain] = [number_text(value, unit, decimals) for value in values[~plain].tolist()]
    return texts.tolist()


def bound_text(bound: float, unit: str) -> str:
    """A target's bound: `6 %`, `7,5 %`."""
    return number_text(bound, unit, 0 if bound == int(bound) else 1)


def _clock(seconds: float | int | Decimal) -> str:
    """Minutes and seconds: `14:58`, `−1:05`."""
    whole = int(Decimal(str(seconds)).quantize(Decimal(1), ROUND_HALF_UP))
    minutes, rest = divmod(abs(whole), 60)
    return f"{'−' if whole < 0 else ''}{minutes}:{rest:02d}"


def in_words(text: str, unit: str) -> str:
    """A number's text as running text has it: `69 procent` for `69 %`, `523 vårdplatser`.

    What is hidden is `skyddad uppgift`.
    """
    if aloud(text) != text:
        return PROTECTED
    plain = text.removesuffix(SUFFIXES.get(unit, ""))
    return f"{plain}{NBSP}{WORDS[unit]}" if unit in WORDS else plain


def aloud(text: str) -> str:
    """A number's text as a chart's alternative reads it out: what is hidden in words."""
    return PROTECTED if text == SYMBOLS["suppressed"] else text


def signed(text: str) -> str:
    """A difference's text with its sign: `+3,9`."""
    return f"+{text}" if re.search("[1-9]", text) and not text.startswith("−") else text


def decimals_shown(frame: pd.DataFrame, indicators: Indicators) -> dict[str, int]:
    """How many decimals each indicator of a table is shown with, everywhere in its publication.

    As many as the values of its kind (same subject, same unit, shares apart) have, at most the
    catalogue's: a source that prints whole per cent is not made to look more precise than it is,
    and 31,0 % beside 48,4 % keeps its zero. A share with its denominator has the catalogue's.
    """
    kinds: dict[tuple, int] = {}
    values, counted = frame["value"].to_numpy(), frame["denominator"].notna().to_numpy()
    codes, ids = pd.factorize(frame["indicator"])
    entries = [indicators[id_] for id_ in ids]
    for code, entry in enumerate(entries):
        rows = codes == code
        exact = counted[rows].any()
        most = entry.decimals if exact else _most_needed(values[rows], entry.decimals)
        kinds[_kind(entry)] = max(kinds.get(_kind(entry), 0), most)
    return {entry.id: min(kinds[_kind(entry)], entry.decimals) for entry in entries}


def _kind(entry: Indicator) -> tuple:
    return entry.subject, entry.unit, entry.bounded


def _most_needed(values: np.ndarray, most: int) -> int:
    found = 0
    for value in pd.unique(values[~np.isnan(values)]).tolist():
        found = max(found, _needed(value, most))
        if found == most:
            break
    return found


def _needed(value: float, most: int) -> int:
    """The fewest decimals, at most `most`, that lose nothing of the value."""
    return next(d for d in range(most + 1) if d == most or round(value, d) == round(value, most))


def with_text(
    frame: pd.DataFrame, indicators: Indicators, decimals: dict[str, int]
) -> pd.DataFrame:
    """The figures with a column `text`: exactly what a reader sees."""
    values = frame["value"].to_numpy(dtype="float64")
    places, statuses = pd.factorize(frame["status"])
    texts = np.array([SYMBOLS.get(status) for status in statuses], dtype=object)[places]
    told = np.isin(statuses, [*SYMBOLS])[places]
    codes, ids = pd.factorize(frame["indicator"])
    # A value that comes again is not written again: there are a third as many as rows.
    for code, id_ in enumerate(ids):
        rows = np.flatnonzero((codes == code) & ~told)
        places, distinct = pd.factorize(values[rows], use_na_sentinel=False)
        indicator = indicators[id_]
        written = number_texts(distinct, indicator.unit, _places(indicator, decimals))
        texts[rows] = np.array(written, dtype=object)[places]
    return frame.assign(text=pd.Series(texts, index=frame.index, dtype="str"))


def text_of(status: str, value: float, how: Callable[[float], str]) -> str:
    """What a reader sees of a figure: its value as `how` writes it, or its status's symbol."""
    return SYMBOLS[status] if status in SYMBOLS else how(value)


def shown(indicator: Indicator, decimals: dict[str, int]) -> Callable[[float], str]:
    """How an indicator's values are written; a value that comes again is not written again."""
    places = _places(indicator, decimals)
    return cache(partial(number_text, unit=indicator.unit, decimals=places))


def _places(indicator: Indicator, decimals: dict[str, int]) -> int:
    return decimals.get(indicator.id, indicator.decimals)
