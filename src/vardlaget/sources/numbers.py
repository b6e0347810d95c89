"""Numbers as people in Sweden write them, and the symbols that stand in a number's place."""

import re

# The symbols of official Swedish statistics, and the status that each means.
SYMBOLS = {"..": "missing", ".": "not_applicable", "x": "suppressed", "–": "zero", "-": "zero"}

# Above this, floats no longer tell one unit from the next.
LARGEST = 1e15

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_NUMBER = re.compile(
    r"[+-]? ?((\d{1,3}( \d{3})+|\d+)([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?", re.ASCII
)


def parse_number(text: str) -> float:
    """A number with decimal comma or point, spaces in thousands, a true minus, `%` behind it.

    Raises ValueError for anything else, also for a number with both comma and point, and for two
    numbers side by side.
    """
    plain = text.translate(_SPACES).strip().replace("−", "-").removesuffix("%").rstrip()
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"not a number: {text[:30]!r}")
    number = float(plain.replace(" ", "").replace(",", "."))
    if abs(number) >= LARGEST:
        raise ValueError(f"not a number that a figure can have: {text[:30]!r}")
    return number


def parse_duration(text: str) -> float:
    """Minutes and seconds, `14:58`, or hours before them, as seconds. Raises ValueError."""
    match = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", text.strip(), re.ASCII)
    if match is None:
        raise ValueError(f"not a duration: {text!r}")
    return float(int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]))


def parse_cell(text: str) -> tuple[float, str]:
    """A cell as number and status: `12,5` → (12.5, ""), `..` → (nan, "missing"), `–` → (0, "zero").

    An empty cell gives (nan, ""). Raises ValueError where it is neither.
    """
    text = text.strip()
    if not text:
        return float("nan"), ""
    status = SYMBOLS.get(text.casefold())
    if status:
        return (0.0 if status == "zero" else float("nan")), status
    return parse_number(text), ""
