"""The full year against the year before, and whether the year's goals are met.

Observations in, tables and verdicts out. A year is what a source prints for it, else the source's
year to date in December, else its twelve months to December, else computed from the year's months
(`rolling`): sums before ratios. A year is only set beside one that was made in the same way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.indicators.production import deviation_percent
from vardlaget.indicators.rolling import LINE, against_last_year, year_to_date
from vardlaget.observations import single

# The month whose report tells the year.
DECEMBER = 12
MADE = ("year", "ytd", "r12", "months")
BY = tuple(column for column in LINE if column != "indicator")
SHARES = ("percent", "percentage_points")
# Sources print changes with one decimal.
ROUNDING = 0.05

Verdict = Literal["met", "partly", "not_met", "unknown"]


@dataclass(frozen=True)
class Measure:
    """What is set beside last year: a level, and the source's own changes of it.

    `change` is in the level's unit, `percent` in per cent; each may be all that a source prints.
    A `cost` is booked below zero and told as an amount above it, so that more is more.
    """

    level: str = ""
    change: str = ""
    percent: str = ""
    cost: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(id_ for id_ in (self.level, self.change, self.percent) if id_)


def full_year(frame: pd.DataFrame, indicators: Indicators, year: int) -> pd.DataFrame:
    """Each line's full year, as observations with span `year`, and what it was the year before.

    Adds made (of MADE), before, change, change_percent and comparable, as
    `rolling.against_last_year`. A line whose sources contradict each other is `missing`.
    """
    return _of_year(_every_year(frame, indicators), year)


def _every_year(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    actual = frame[frame["scenario"] == "actual"]
    return pd.concat([_of_kind(actual, made, indicators) for made in MADE], ignore_index=True)


def _of_year(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = rows[rows["period"] == str(year)]
    return rows.drop_duplicates(list(LINE)).reset_index(drop=True)


def _of_kind(actual: pd.DataFrame, made: str, indicators: Indicators) -> pd.DataFrame:
    """Every full year of one kind with a value, of each line."""
    months = made == "months"
    rows = year_to_date(actual, indicators) if months else actual[actual["span"] == made]
    whole = rows["value"].notna() & ((made == "year") | rows["period"].str.endswith("-12"))
    rows = rows[whole].assign(span="year", period=rows.loc[whole, "period"].str[:4])
    return against_last_year(single(rows), indicators).assign(made=made)


def against_year_before(
    frame: pd.DataFrame, measures: Iterable[Measure], indicators: Indicators, year: int
) -> pd.DataFrame:
    """The measures of a year beside the year before, one row for each line, in their order.

    `frame`: observations of one region. Columns: BY, level, change and percent (the measure's
    ids), value, before, earlier (two years before), difference, difference_percent (computed),
    printed_change and printed_percent (the source's own), made, before_from (`same`, or `change`
    where the year before follows from the source's change), comparable, status, source, note.
    """
    measures = list(measures)
    wanted = {id_ for measure in measures for id_ in measure.ids}
    every = _every_year(frame[frame["indicator"].isin(wanted)], indicators)
    earlier = _of_year(every, year - 1)[[*LINE, "made", "before"]]
    earlier = earlier.rename(columns={"before": "earlier"})
    rows = _of_year(every, year).merge(earlier, on=[*LINE, "made"], how="left")
    rows = rows.set_index(rows.groupby(list(BY), sort=False).ngroup())
    lines = rows.loc[~rows.index.duplicated(), list(BY)]
    found = [_measured(rows, lines, measure, indicators) for measure in measures]
    return pd.concat(found, ignore_index=True)


def _measured(
    rows: pd.DataFrame, lines: pd.DataFrame, measure: Measure, indicators: Indicators
) -> pd.DataFrame:
    """`rows` and `lines`: indexed by the number of a line, of which `lines` has the BY."""
    sides = [
        rows[rows["indicator"] == id_] for id_ in (measure.level, measure.change, measure.percent)
    ]
    keys = list(dict.fromkeys(key for side in sides for key in side.index))
    level, change, percent = (side.reindex(keys) for side in sides)
    sign = -1 if measure.cost else 1
    found = lines.loc[keys].assign(
        level=measure.level,
        change=measure.change,
        percent=measure.percent,
        value=sign * level["value"],
        before=sign * level["before"],
        earlier=sign * level["earlier"],
        printed_change=change["value"],
        printed_percent=percent["value"],
        made=level["made"].fillna("printed"),
        comparable=level["comparable"].isna() | level["comparable"].eq(True),
    )
    for column in ("status", "source", "note"):
        found[column] = level[column].fillna(change[column]).fillna(percent[column])
    return _differences(found.reset_index(drop=True), measure, indicators)


def _differences(found: pd.DataFrame, measure: Measure, indicators: Indicators) -> pd.DataFrame:
    """With the year before, where only the source's change tells it, and what lies between."""
    follows = found["before"].isna()
    before = found["before"].where(~follows, found["value"] - found["printed_change"])
    is_share = bool(measure.level) and indicators[measure.level].unit in SHARES
    percent = [
        float("nan") if is_share else deviation_percent(*both)
        for both in zip(found["value"], before, strict=True)
    ]
    return found.assign(
        before=before,
        before_from=["change" if each else "same" for each in follows & before.notna()],
        difference=found["value"] - before,
        difference_percent=pd.Series(percent, index=found.index, dtype="float64"),
    )


def differs(row: pd.Series) -> bool:
    """Whether the source's change in per cent is another than its own figures give."""
    printed, computed = row["printed_percent"], row["difference_percent"]
    if pd.isna(printed) or pd.isna(computed):
        return False
    return abs(printed - computed) >= ROUNDING


def overall(parts: Iterable[Verdict]) -> Verdict:
    """A goal's verdict from its parts': what holds whatever the unknown ones turn out to be.

    Met where all are, not met where none is, partly where some are.
    """
    known = set(parts)
    if "partly" in known or {"met", "not_met"} <= known:
        return "partly"
    if not known or "unknown" in known:
        return "unknown"
    return known.pop()
