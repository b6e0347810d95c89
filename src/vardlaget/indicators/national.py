"""All regions side by side in one month: values, ranks, the country, spread, change in a year.

Definitions are the catalogue's. The country's value is a source's own, else the sum of the
regions' numerators over the sum of their denominators.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicator, Indicators
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import beds, capacity, wards
from vardlaget.indicators.rolling import against_last_year
from vardlaget.indicators.wards import statuses
from vardlaget.observations import KEY, WITHOUT_VALUE, combine, select, single
from vardlaget.periods import Month

# With fewer regions there is no country to look at.
FEWEST = 3
RANKED = ("higher", "lower")


@dataclass(frozen=True)
class Headline:
    """A measure that regions are set side by side by, on one basis."""

    indicator: str
    basis: str = ""

    @property
    def key(self) -> str:
        return f"{self.indicator}.{self.basis}" if self.basis else self.indicator


@dataclass(frozen=True)
class Spread:
    """Of the regions with a value: how many, the lowest and the highest row, the median."""

    count: int
    lowest: pd.Series
    median: float
    highest: pd.Series


def completed(
    frame: pd.DataFrame, populations: pd.DataFrame, indicators: Indicators, regions: set[str]
) -> pd.DataFrame:
    """`frame` with what follows from its counts: occupancy, overcrowding and displaced patients
    per 100 beds, beds per 1,000 inhabitants, and the country's of these where no row gives it.

    `frame`: observations of whole regions; `populations` as in `beds.per_inhabitants`.
    """
    wards_rows = capacity.completed(frame, indicators)
    known = pd.concat([wards_rows, wards.country(wards_rows, indicators, regions)])
    per_1000 = beds.per_inhabitants(known, populations)
    given = select(frame, indicator="available_beds_per_1000", region=...)
    per_1000 = per_1000[~_keys(per_1000).isin(_keys(given[given["value"].notna()]))]
    rest = frame[~_keys(frame).isin(_keys(pd.concat([known, per_1000])))]
    return combine([rest, known, per_1000])


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[list(KEY)])


def newest_period(frame: pd.DataFrame, headline: Headline, month: Month, lag_months: int) -> str:
    """The newest month, at most the lag and one more old, that FEWEST regions have a value for.

    Empty where there is none.
    """
    rows = select(frame, indicator=headline.indicator, basis=headline.basis, span="month")
    rows = single(rows[rows["region"] != COUNTRY])
    counts = rows[rows["value"].notna()].groupby("period")["region"].nunique()
    months = [str(month.minus(back)) for back in range(lag_months + 2)]
    return next((period for period in months if counts.get(period, 0) >= FEWEST), "")


def side_by_side(
    frame: pd.DataFrame,
    headline: Headline,
    period: str,
    indicators: Indicators,
    regions: list[str],
    shown: Callable[[float], float] = float,
) -> pd.DataFrame:
    """One row for the country and one for each of `regions`, in this order, as observations.

    Adds rank (NaN without one; of the numbers that readers are `shown`), before (the same month
    last year), change (in the unit, so percentage points for a share) and comparable (False over a
    series break). A region without a row is `missing`, as is one whose sources contradict each
    other. `frame`: as of `completed`.
    """
    months = [period, f"{int(period[:4]) - 1}{period[4:]}"]
    rows = select(frame, indicator=headline.indicator, region=..., unit="", basis=headline.basis)
    rows = single(rows[(rows["span"] == "month") & rows["period"].isin(months)])
    entry = indicators[headline.indicator]
    rows = pd.concat([rows, *(_summed(rows, entry, month, regions) for month in months)])
    found = against_last_year(rows, indicators)
    found = found[found["period"] == period].set_index("region")
    found = found.reindex([COUNTRY, *regions]).rename_axis("region").reset_index()
    absent = found["indicator"].isna()
    fixed = {
        "indicator": headline.indicator,
        "basis": headline.basis,
        "span": "month",
        "period": period,
        "scenario": "actual",
        "status": "missing",
        "comparable": True,
    }
    for column in [*KEY, "status", "source", "note", "comparable"]:
        if column != "region":
            found.loc[absent, column] = fixed.get(column, "")
    return found.assign(rank=_ranks(found, entry, shown))


def _ranks(rows: pd.DataFrame, indicator: Indicator, shown: Callable[[float], float]) -> pd.Series:
    """The best has rank 1, equal values share one; none where neither more nor less is better."""
    values = rows["value"].where(rows["region"] != COUNTRY).map(shown, na_action="ignore")
    if indicator.direction not in RANKED:
        return pd.Series(np.nan, index=rows.index)
    return values.rank(method="min", ascending=indicator.direction == "lower")


def _summed(
    rows: pd.DataFrame, indicator: Indicator, period: str, regions: list[str]
) -> pd.DataFrame:
    """The country of one month from the regions' counts; no row where a source has one.

    What a source has not told of the country, or what must not be told, is not summed either.
    From the regions that have both counts; a note says how many where some have not.
    """
    now = rows[rows["period"] == period]
    parts = now[now["region"].isin(regions) & now["numerator"].notna()]
    parts = parts[(parts["denominator"] > 0) & ~parts["status"].isin(WITHOUT_VALUE)]
    given = now["region"] == COUNTRY
    valued = now["region"].isin(regions) & now["value"].notna()
    if given.any() or len(parts) < FEWEST or len(parts) < valued.sum():
        return rows.iloc[:0]
    above, below = parts["numerator"].sum(), parts["denominator"].sum()
    count = f"{len(parts)} av {len(regions)} regioner"
    return parts.head(1).assign(
        region=COUNTRY,
        numerator=above,
        denominator=below,
        value=(100 if indicator.unit == "percent" else 1) * above / below,
        status=statuses(parts, ["indicator"], np.array([True])),
        source=f"Beräknat: summan av täljarna / summan av nämnarna i {count}",
        note="" if len(parts) == len(regions) else f"gäller {count}",
    )


def spread(rows: pd.DataFrame) -> Spread | None:
    """How far apart the regions of `side_by_side` lie; None where fewer than FEWEST report.

    Of equal values the one with the lower county code is named.
    """
    valued = rows[(rows["region"] != COUNTRY) & rows["value"].notna()]
    if len(valued) < FEWEST:
        return None
    lowest, highest = valued.loc[valued["value"].idxmin()], valued.loc[valued["value"].idxmax()]
    return Spread(len(valued), lowest, float(valued["value"].median()), highest)


def moved(
    rows: pd.DataFrame, indicator: Indicator, shown: Callable[[float], float] = float
) -> tuple[int, int]:
    """How many regions have a better value than a year ago, and of how many with both; what
    readers are `shown` as no change is none."""
    both = rows[(rows["region"] != COUNTRY) & rows["change"].notna() & rows["comparable"]]
    sign = {"higher": 1, "lower": -1}[indicator.direction]
    return int((sign * both["change"].map(shown) > 0).sum()), len(both)


def reporting(found: dict[str, pd.DataFrame], regions: list[str]) -> pd.DataFrame:
    """Who reports: region, reported (how many of the measures), missing (their keys).

    A figure that is not shown since it stands on few people is reported.
    `found`: `side_by_side` of each measure that anyone reports, by its key.
    """
    lacking = {
        key: set(each.loc[each["value"].isna() & (each["status"] != "suppressed"), "region"])
        for key, each in found.items()
    }
    rows = []
    for code in regions:
        missing = tuple(key for key in found if code in lacking[key])
        rows.append((code, len(found) - len(missing), missing))
    return pd.DataFrame(rows, columns=["region", "reported", "missing"])
