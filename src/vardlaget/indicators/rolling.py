"""Twelve months, the year to date, the same month last year, and thirteen months for a chart.

Observations in, observations out, for any number of indicators, units and breakdowns at once. A
*line* is a key of the one table but for span and period. Sums come before ratios.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.catalogue.indicators import Indicator
from vardlaget.indicators.periods import year_before
from vardlaget.indicators.production import deviation_percent
from vardlaget.observations import (
    COLUMNS,
    KEY,
    WITHOUT_VALUE,
    empty,
    is_synthetic,
    labelled,
    last_months,
    single,
    typed,
)
from vardlaget.periods import Month

LINE = tuple(column for column in KEY if column not in ("span", "period"))
YEAR = 12
# Public graphs of waiting times show thirteen months, so that the same month last year is seen.
CHART_MONTHS = 13

Accumulation = Literal["sum", "ratio", "mean_of_days", "stock", "no"]
SUMMED_UNITS = {"count", "visits", "points", "hours", "SEK"}
# Mean numbers of a period's days, at 06:00, as the beds (unit `beds`) that they are compared with.
DAILY_MEANS = {"overcrowding", "displaced_daily"}
# A mean over cases: its counts, where a source gives them, weigh the months.
MEANS_OF_CASES = {"helpline_1177_wait"}
STOCKS = {"population"}
NOT_ADDED = {
    "full_year_forecast",
    "savings_plan_effect",
    "available_beds_per_1000.numerator",
    "available_beds_per_1000.denominator",
    "staff_turnover.denominator",
}

NOTES = {
    "break": "seriebrott inom perioden",
    "waiting": "antalen summerar månadsskiften, så samma patient kan räknas flera gånger",
    "month": "ett eller flera månadsvärden saknas eller motsäger varandra",
    "suppressed": "ett eller flera månadsvärden är skyddade",
    "counts": "täljare eller nämnare saknas för en eller flera månader",
    "stock": "antal vid en tidpunkt kan inte summeras över månader",
    "no": "månadsvärdena kan inte läggas ihop till en längre period",
}


def accumulation(indicator: Indicator, basis: str) -> Accumulation:
    """How months make a longer period.

    `sum` for what happens during a month; `ratio`, Σ numerators / Σ denominators, for shares and
    means of cases; `mean_of_days`, weighted by the months' days, for beds and full-time
    equivalents. Neither for a `stock`, such as patients waiting at the end of the month, nor for
    what cannot be added (`no`): medians, changes in per cent, forecasts, grants.
    """
    if indicator.id in STOCKS or (indicator.unit == "count" and basis == "waiting"):
        return "stock"
    if indicator.id in NOT_ADDED or indicator.subject == "grants":
        return "no"
    if (indicator.numerator and indicator.denominator) or indicator.id in MEANS_OF_CASES:
        return "ratio"
    if indicator.unit in ("beds", "fte") or indicator.id in DAILY_MEANS:
        return "mean_of_days"
    summed = indicator.unit in SUMMED_UNITS or indicator.id == "production.care_days"
    return "sum" if summed else "no"


def rolling_12(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """R12: the twelve months up to and with each month, as observations with span `r12`.

    One row for each line and month from its first to its last, computed from its rows of span
    `month` only. `accumulation` tells how; a ratio has its summed numerator and denominator, a
    mean of days the value times days and the days. Where one of the twelve is missing, or has two
    values, there is no value: status `missing` and a note that says why; `suppressed` where some
    are hidden and none is missing. 0/0 is `zero` without a value. The status is `synthetic`, else
    `preliminary`, where any month's is; the source is the newest month's. The note names the
    months, tells of a series break within them and, for shares of those waiting, that the counts
    add up ends of months.
    """
    return _accumulated(frame, indicators, "r12")


def year_to_date(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """Ack: January up to and with each month, as observations with span `ytd`.

    Otherwise as `rolling_12`.
    """
    return _accumulated(frame, indicators, "ytd")


def against_last_year(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows of `frame` (any span) with the same period last year.

    Adds before, change (in the unit, so percentage points for a share), change_percent (of
    `before`) and comparable: False where a series break lies between the two periods or within
    one of them. NaN where either value is missing or last year's rows contradict each other.
    """
    earlier = single(frame)[[*KEY, "value"]].rename(columns={"value": "before"})
    wanted = frame[list(KEY)].assign(period=frame["period"].map(year_before))
    before = wanted.merge(earlier, on=list(KEY), how="left")["before"].to_numpy()
    percent = [deviation_percent(*both) for both in zip(frame["value"], before, strict=True)]
    ends = _number(last_months(frame))
    lengths = frame["span"].map({"r12": YEAR, "year": YEAR}).fillna(1).astype(int)
    lengths = lengths.where(frame["span"] != "ytd", ends % YEAR + 1)
    broken = _broken(frame["indicator"], ends - YEAR - lengths + 1, ends, indicators)
    return frame.assign(
        before=before,
        change=frame["value"] - before,
        change_percent=np.array(percent, dtype="float64"),
        comparable=~broken,
    )


def last_13(frame: pd.DataFrame, month: Month) -> pd.DataFrame:
    """The thirteen months up to and with `month` of each line in `frame`, gaps as rows.

    Of span `month`. A month without a row, or with rows that contradict each other, becomes one
    with status `missing`, so that a chart shows the gap.
    """
    months = single(frame[frame["span"] == "month"])
    lines = months[list(LINE)].drop_duplicates()
    shown = [str(month.minus(back)) for back in reversed(range(CHART_MONTHS))]
    return _observations(_filled(lines.merge(pd.DataFrame({"period": shown}), how="cross"), months))


def _accumulated(frame: pd.DataFrame, indicators: Indicators, span: str) -> pd.DataFrame:
    months = frame[frame["span"] == "month"]
    if months.empty:
        return empty()
    months = _calendar(single(months))
    entries = {id_: indicators[id_] for id_ in months["indicator"].unique()}
    kind = np.array(
        [
            accumulation(entries[id_], basis)
            for id_, basis in zip(months["indicator"], months["basis"], strict=True)
        ]
    )
    scale = months["indicator"].map(lambda id_: 100 if entries[id_].unit == "percent" else 1)
    windows = _Windows.of(months, span)
    months = months.assign(span=span, **_numbers(windows, months, kind, scale))
    broken = _broken(months["indicator"], windows.starts, windows.ends, indicators)
    synthetic = windows.any(is_synthetic(months))
    made = months.assign(
        status=_statuses(windows, months, synthetic), note=_notes(windows, months, kind, broken)
    )
    return labelled(_observations(made), pd.Series(synthetic))


@dataclass(frozen=True)
class _Windows:
    """For each row of a calendar the rows of its period's months, newest first.

    `rows` and `inside`: a line each with YEAR places; `inside` is False beyond the period, and
    `whole` where the calendar begins too late for it. `starts` and `ends` number its months.
    """

    rows: np.ndarray
    inside: np.ndarray
    whole: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, months: pd.DataFrame, span: str) -> "_Windows":
        ends = _number(months["period"]).to_numpy()
        lengths = ends % YEAR + 1 if span == "ytd" else np.full(len(ends), YEAR)
        since = months.groupby(list(LINE), sort=False).cumcount().to_numpy()
        back = np.arange(YEAR)
        rows = np.maximum(np.arange(len(ends))[:, None] - back, 0)
        return cls(rows, back < lengths[:, None], since + 1 >= lengths, ends - lengths + 1, ends)

    def sum(self, values: pd.Series) -> np.ndarray:
        """The sum over each period; NaN where a month has no value or no row."""
        total = np.where(self.inside, values.to_numpy()[self.rows], 0).sum(axis=1)
        return np.where(self.whole, total, np.nan)

    def any(self, flags: pd.Series) -> np.ndarray:
        """Whether a month of each period that is whole has the flag."""
        return self.whole & (self.inside & flags.to_numpy()[self.rows]).any(axis=1)


def _numbers(windows: _Windows, months: pd.DataFrame, kind: np.ndarray, scale: pd.Series) -> dict:
    """Numerator, denominator and value of each period."""
    days = months["period"].map(lambda period: float(Month.parse(period).days))
    above = np.full(len(months), np.nan)
    below = above.copy()
    for name, over, under in (
        ("ratio", months["numerator"], months["denominator"]),
        ("mean_of_days", months["value"] * days, days),
    ):
        above = np.where(kind == name, windows.sum(over), above)
        below = np.where(kind == name, windows.sum(under), below)
    unknown = np.isnan(above) | np.isnan(below)
    above, below = (np.where(unknown, np.nan, side) for side in (above, below))
    quotient = scale * above / np.where(below == 0, np.nan, below)
    value = np.where(kind == "sum", windows.sum(months["value"]), quotient)
    return {"numerator": above, "denominator": below, "value": value}


def _statuses(windows: _Windows, months: pd.DataFrame, synthetic: np.ndarray) -> np.ndarray:
    """`months` has the months' statuses, and the numbers of the period."""
    nothing = ~windows.any(months["status"] != "zero")
    preliminary = windows.any(months["status"] == "preliminary")
    hidden = months["value"].isna() & _only_hidden(windows, months)
    return np.select(
        [
            months["denominator"] == 0,
            hidden,
            months["value"].isna(),
            synthetic & ~nothing,
            preliminary,
            nothing,
        ],
        ["zero", "suppressed", "missing", "synthetic", "preliminary", "zero"],
        "reported",
    )


def _only_hidden(windows: _Windows, months: pd.DataFrame) -> np.ndarray:
    """Whether hidden months, and no others, are what each period lacks."""
    lacking = months["status"].isin(WITHOUT_VALUE)
    hidden = months["status"] == "suppressed"
    return windows.any(hidden) & ~windows.any(lacking & ~hidden)


def _notes(
    windows: _Windows, months: pd.DataFrame, kind: np.ndarray, broken: np.ndarray
) -> np.ndarray:
    """How each period came about, or why it has no value."""
    absent = ~windows.whole | windows.any(months["status"].isin(WITHOUT_VALUE))
    names = [str(_month(number)) for number in windows.starts]
    computed = (
        "beräknat av månadsvärdena " + pd.Series(names, months.index) + "–" + months["period"]
    )
    computed = computed.where(~broken, computed + "; " + NOTES["break"])
    stocks = (kind == "ratio") & (months["basis"] == "waiting")
    computed = computed.where(~stocks, computed + "; " + NOTES["waiting"])
    known = months["value"].notna() | (months["denominator"] == 0)
    return np.select(
        [known, kind == "stock", kind == "no", _only_hidden(windows, months), absent],
        [computed, NOTES["stock"], NOTES["no"], NOTES["suppressed"], NOTES["month"]],
        NOTES["counts"],
    )


def _calendar(months: pd.DataFrame) -> pd.DataFrame:
    """A row for every month of each line from its first to its last, in order."""
    numbers = _number(months["period"])
    spans = months.assign(number=numbers).groupby(list(LINE), sort=False)["number"]
    ends = spans.agg(["min", "max"]).reset_index()
    lengths = ends["max"] - ends["min"] + 1
    lines = ends.loc[ends.index.repeat(lengths), [*LINE, "min"]].reset_index(drop=True)
    steps = lines.groupby(list(LINE), sort=False).cumcount()
    periods = [str(_month(number)) for number in lines["min"] + steps]
    return _filled(lines[list(LINE)].assign(period=periods), months)


def _filled(lines: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """The months of `lines` (LINE, period) with their rows' other columns, else `missing`."""
    rows = lines.assign(span="month").astype("str").merge(months, on=list(KEY), how="left")
    rows["status"] = rows["status"].where(rows["status"].notna(), "missing")
    return rows


def _observations(rows: pd.DataFrame) -> pd.DataFrame:
    return typed(rows[list(COLUMNS)]).reset_index(drop=True)


def _number(periods: pd.Series) -> pd.Series:
    """Months counted from year 0, so that they can be subtracted."""
    return periods.str[:4].astype(int) * YEAR + periods.str[5:7].astype(int) - 1


def _month(number: int) -> Month:
    return Month(number // YEAR, number % YEAR + 1)


def _broken(ids: pd.Series, starts, ends, indicators: Indicators) -> np.ndarray:
    """Whether a series break of the indicator lies after the first and up to the last month."""
    broken = np.zeros(len(ids), dtype=bool)
    for id_ in ids.unique():
        breaks = pd.Series([each.from_ for each in indicators[id_].breaks], dtype="str")
        for number in _number(breaks):
            broken |= (ids == id_).to_numpy() & np.asarray((starts < number) & (number <= ends))
    return broken
