"""A missing figure recorded as zero: 0 in a series that otherwise is well above it.

The real case: Kolada U79119 has 0 per cent for Region Jämtland Härjedalen in 2016 and 2017, nothing
in 2018 and 2019, and 11–93 per cent since.
"""

import numpy as np
import pandas as pd

from vardlaget.catalogue.indicators import COUNT_UNITS, Indicator, Indicators
from vardlaget.observations import BREAKDOWNS, WITHOUT_VALUE
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility.telling import Case, figure, gathered, named, number

# What a series must have beside its zeros for them to be asked about.
HUNDREDS = 100
PER_CENT = 10
OTHERS = 3
# A share of 0 with known counts is asked about only where chance gives it more seldom than this.
CHANCE = 1e-4
SPANS = ("month", "ytd", "r12", "year")
TIMES = {"seconds", "minutes"}
PERIODS_NAMED = 6


def zero_after_hundreds(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`zero_after_hundreds`: one finding a series; `period` is its first such zero."""
    zeros = suspected(figures, indicators).sort_values(["series", "month"], kind="stable")
    periods = zeros.groupby("series")["period"].agg(list)
    cases = zeros.drop_duplicates("series").assign(found=0.0, expected=lambda c: c["usual"])
    cases["periods"] = cases["series"].map(periods)

    def tell(case: Case) -> str:
        zero = figure(0, case.indicator, indicators)
        usual = figure(case.usual, case.indicator, indicators)
        if case.empty:
            zero, usual = "a denominator of 0", f"a denominator of {number(case.usual)}"
        when = f"{zero} in {named(case.periods, PERIODS_NAMED)}"
        return f"{when}, where the series otherwise has {usual} (median); recorded for missing?"

    return gathered("zero_after_hundreds", cases, tell)


def suspected(figures: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows that are likely missing, not zero, with `usual` and `empty`.

    `usual` is the median of what is not zero: of the values, or, where `empty`, of the
    denominators.
    """
    told = figures["status"].isin(WITHOUT_VALUE) | ~figures["span"].isin(SPANS)
    figures = figures[~told]
    kind = figures["indicator"].map(
        {i: _kind(indicators[i]) for i in figures["indicator"].unique()}
    )
    counts, shares = figures[kind == "count"], figures[kind == "share"]
    empty = _zeros(figures[kind != ""], "denominator", HUNDREDS)
    zero_shares = _zeros(shares, "value", PER_CENT)
    zero_shares = zero_shares[_unlikely(zero_shares) & ~zero_shares["key"].isin(empty["key"])]
    found = [_zeros(counts, "value", HUNDREDS), zero_shares, empty.assign(empty=True)]
    return pd.concat(found).fillna({"empty": False})


def _kind(indicator: Indicator) -> str:
    if indicator.bounded:
        return "share"
    counted = indicator.numerator is None and indicator.unit in COUNT_UNITS | TIMES
    return "count" if counted and not indicator.id.endswith("_change") else ""


def _zeros(figures: pd.DataFrame, column: str, least: float) -> pd.DataFrame:
    """The rows that are 0 in `column` where their series otherwise is at least `least`.

    Its median, and the nearest figure before and after that is not zero, must be.
    """
    known = figures[figures[column].notna()]
    with_zero = known.loc[known[column] == 0, "series"].unique()
    known = known[known["series"].isin(with_zero)].sort_values(["series", "month"], kind="stable")
    other = known[column].where(known[column] != 0)
    by_series = other.groupby(known["series"])
    usual, count = by_series.transform("median"), by_series.transform("count")
    zeros = known.groupby("series")[column].transform("size") - count
    before, after = by_series.ffill(), by_series.bfill()
    near = (before.isna() | (before >= least)) & (after.isna() | (after >= least))
    high = near & (usual >= least) & (count >= OTHERS) & (count > zeros)
    return known.assign(usual=usual)[(known[column] == 0) & high]


def _unlikely(zeros: pd.DataFrame) -> pd.Series:
    """Whether chance cannot have given a share of 0.

    Without counts it is not known how many patients are behind it: only a whole region is judged.
    """
    chance = (1 - zeros["usual"] / 100).clip(0, 1) ** zeros["denominator"]
    whole = (zeros[["unit", *BREAKDOWNS]] == "").all(axis=1)
    return pd.Series(
        np.where(zeros["denominator"].notna(), chance < CHANCE, whole), index=zeros.index
    )
