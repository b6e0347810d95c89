"""One region among all: ranks and spread of a measure in one month."""

import pandas as pd

from vardlaget.catalogue import Indicator
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.observations import KEY, select


def of_month(frame: pd.DataFrame, id_: str, basis: str, period: str) -> pd.DataFrame:
    """All whole regions' figures of one measure, basis and month, the country's among them.

    Where sources contradict each other for a region it is left out: no one of them is chosen.
    """
    rows = select(frame, indicator=id_, region=..., unit="", span="month", basis=basis)
    rows = rows[rows["period"] == period].drop_duplicates([*KEY, "value"])
    return rows[~rows.duplicated(list(KEY), keep=False)]


def ranked(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """The regions with a value, best first, with `rank` from 1; equal values share a rank.

    `rows`: as of `of_month`; the country has no rank and is left out. A measure of which neither
    more nor less is better is ranked from the highest.
    """
    regions = rows[(rows["region"] != COUNTRY) & rows["value"].notna()]
    ascending = indicator.direction == "lower"
    ranks = regions["value"].rank(method="min", ascending=ascending).astype(int)
    return regions.assign(rank=ranks).sort_values(["rank", "region"], kind="stable")
