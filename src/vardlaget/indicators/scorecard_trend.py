"""How a scorecard's outcome develops, and by what that is known."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from vardlaget.catalogue import Indicators, Target
from vardlaget.catalogue.indicators import Indicator
from vardlaget.indicators import trend
from vardlaget.indicators.rolling import against_last_year
from vardlaget.indicators.scorecard import Outcome, is_change
from vardlaget.observations import KEY, select

Word = Literal["improving", "deteriorating", "unchanged", "unclear"]
Ground = Literal[
    "series",
    "last_year",
    "base",
    "sign",
    "parts",
    "neutral",
    "break",
    "contradictory",
    "single",
    "few",
    "no_value",
]
BY_SIGN: dict[int, Word] = {1: "improving", -1: "deteriorating", 0: "unchanged"}


@dataclass(frozen=True, eq=False)
class Development:
    """Which way an outcome goes, seen from its direction or target, and what that rests on.

    `ground`: `series`, the newest month among its own `months`; `last_year`, the same period last
    year; `base`, the same from base figures (`compared`); `sign`, a change that is its own
    comparison; the others tell why nothing is known.
    """

    word: Word
    ground: Ground
    months: int = 0
    compared: Outcome | None = None


def develop(
    found: Outcome,
    frame: pd.DataFrame,
    target: Target | None,
    indicators: Indicators,
    base: Outcome | None = None,
) -> Development:
    """The development of an outcome.

    By its monthly series, where that is long enough for limits (`trend.judge`); else against the
    same period last year; else, for a change, by its sign; else from base figures. `frame`:
    observations of one region. `base`: the same outcome from base figures.
    """
    entry = indicators[found.indicator]
    if not found.values:
        return Development("unclear", "no_value")
    if len(found.values) > 1:
        return Development("unclear", "contradictory")
    if entry.direction == "neutral" or (entry.direction == "interval" and target is None):
        return Development("unclear", "neutral")
    series = _of_series(found, frame, target, entry)
    if series is not None and series.ground == "series":
        return series
    return (
        _of_last_year(found, found, "last_year", target, indicators)
        or _of_sign(found, entry)
        or (base and _of_last_year(base, base, "base", target, indicators))
        or series
        or Development("unclear", "single")
    )


def _of_series(
    found: Outcome, frame: pd.DataFrame, target: Target | None, entry: Indicator
) -> Development | None:
    """`few` where limits need more months; None without any before the newest, and where that is
    neither good nor bad."""
    row = found.rows.iloc[0]
    if row["span"] != "month":
        return None
    series = select(
        frame, indicator=found.indicator, unit=row["unit"], basis=row["basis"], span="month"
    )
    series = series.drop_duplicates([*KEY, "value"])
    series = series[~series.duplicated(list(KEY), keep=False)]
    judged = trend.judge_indicator(series, entry, target)
    words: dict[str, Word] = {
        "improving": "improving",
        "deteriorating": "deteriorating",
        "common_cause": "unchanged",
    }
    if judged.period != row["period"]:
        return None
    if judged.variation == "too_few" and judged.used > 1:
        return Development("unclear", "few")
    if judged.variation not in words:
        return None
    return Development(words[judged.variation], "series", judged.used)


def _of_last_year(
    found: Outcome,
    compared: Outcome,
    ground: Ground,
    target: Target | None,
    indicators: Indicators,
) -> Development | None:
    if compared.last_year is None:
        return None
    both = pd.concat([compared.before, compared.rows])
    if not against_last_year(both, indicators)["comparable"].iloc[-1]:
        return Development("unclear", "break", compared=compared)
    sign = better(compared.values[0], compared.last_year, indicators[found.indicator], target)
    return Development(BY_SIGN[sign], ground, compared=compared)


def _of_sign(found: Outcome, entry: Indicator) -> Development | None:
    if not is_change(found.indicator):
        return None
    return Development(BY_SIGN[better(found.values[0], 0, entry, None)], "sign")


def better(now: float, before: float, entry: Indicator, target: Target | None) -> int:
    """1 where `now` is better, −1 where it is worse, 0 where they are shown alike or no matter.

    With an interval, better is nearer to it.
    """
    now, before = round(now, entry.decimals), round(before, entry.decimals)
    if entry.direction == "interval" and target is not None:
        now, before = -_outside(now, target), -_outside(before, target)
    elif entry.direction == "lower":
        now, before = -now, -before
    elif entry.direction != "higher":
        return 0
    return (now > before) - (now < before)


def _outside(value: float, target: Target) -> float:
    below = 0 if target.lower is None else target.lower - value
    above = 0 if target.upper is None else value - target.upper
    return round(max(below, above, 0), 9)


def together(parts: list[Development]) -> Development:
    """Several outcomes told as one: their word where none goes the other way."""
    if len(parts) == 1:
        return parts[0]
    words = {part.word for part in parts} - {"unchanged"}
    word = next(iter(words), "unchanged") if len(words) < 2 else "unclear"
    grounds = {part.ground for part in parts}
    return Development(word, parts[0].ground if len(grounds) == 1 else "parts")
