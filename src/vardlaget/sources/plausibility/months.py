"""Gaps, ends, beginnings and breaks of monthly series. A month told as missing is no gap."""

import pandas as pd

from vardlaget.catalogue.indicators import Indicators
from vardlaget.observations import KEY
from vardlaget.sources.findings import Finding
from vardlaget.sources.plausibility.keyed import (
    FAMILY,
    month_number,
    month_text,
    numbered,
    of_indicator,
)
from vardlaget.sources.plausibility.telling import Case, gathered, named

# A series is monthly when it has this many months and at least half of its steps are one month.
SHORTEST = 3
# Published graphs show 13 months: a series that ended before them is no news.
ENDED_WITHIN = 12
# A unit is new in the newest months, where the region's others began this long before.
NEW_WITHIN = 3
MONTHS_NAMED = 6


def month_missing(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`month_missing`: a month without a row inside a monthly series; `period` is the first."""
    months = _months(figures)
    series = _series(months)
    holed = series[series["regular"] & (series["there"] < series["last"] - series["first"] + 1)]
    inside = months[months["series"].isin(holed["series"])]
    there = {series: set(group) for series, group in inside.groupby("series")["month"]}
    missing = [
        [month for month in range(row.first, row.last + 1) if month not in there[row.series]]
        for row in holed.itertuples()
    ]
    cases = holed.assign(
        missing=missing,
        period=[month_text(gap[0]) for gap in missing],
        found=holed["there"].astype("float64"),
        expected=(holed["last"] - holed["first"] + 1).astype("float64"),
    )
    return gathered("month_missing", cases, _tell_missing)


def _tell_missing(case: Case) -> str:
    within = f"between {month_text(case.first)} and {month_text(case.last)}"
    months = named(map(month_text, case.missing), MONTHS_NAMED)
    return f"no row for {months} {within} ({case.found:.0f} of {case.expected:.0f} months)"


def series_ended(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`series_ended`: a monthly series that stops while others of its indicator go on.

    It has stopped when it ends before the region's newest month, less the indicator's lag;
    `period` is the first month it lacks.
    """
    series = _series(_months(figures))
    due = series["newest"] - of_indicator(series, indicators, lambda i: i.lag_months)
    late = due - series["last"]
    cases = series[series["regular"] & (late > 0) & (late <= ENDED_WITHIN)]
    cases = cases.assign(
        period=[month_text(last + 1) for last in cases["last"]],
        found=cases["there"].astype("float64"),
        expected=(cases["there"] + cases["newest"] - cases["last"]).astype("float64"),
    )
    return gathered("series_ended", cases, _tell_ended)


def _tell_ended(case: Case) -> str:
    others = f"others of this indicator in the region go on to {month_text(case.newest)}"
    return (
        f"the last month is {month_text(case.last)}, while {others}; closed, renamed or not sent?"
    )


def unit_new(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`unit_new`: a unit whose first month is among the newest, where others began long before."""
    series = _series(_months(figures))
    recent = series["first"] > series["newest"] - NEW_WITHIN
    after = series["first"] >= series["oldest"] + SHORTEST
    cases = series[(series["unit"] != "") & recent & after]
    cases = cases.assign(
        period=[month_text(first) for first in cases["first"]],
        found=cases["there"].astype("float64"),
        expected=(cases["newest"] - cases["oldest"] + 1).astype("float64"),
    )
    return gathered("unit_new", cases, _tell_new)


def _tell_new(case: Case) -> str:
    others = f"others of this indicator in the region go back to {month_text(case.oldest)}"
    return f"the first month is {month_text(case.first)}, while {others}; opened or renamed?"


def series_break(figures: pd.DataFrame, indicators: Indicators) -> list[Finding]:
    """`series_break`: breaks of the catalogue that lie within a region's figures; for information.

    One finding an indicator and region; `period` is the latest break.
    """
    valued = figures[figures["value"].notna() & (figures["span"] != "point")]
    valued = valued.assign(start=valued["month"] - 11 * (valued["span"] == "year"))
    ranges = valued.groupby(["indicator", "region"], observed=True).agg(
        first=("start", "min"), last=("month", "max")
    )
    found = []
    for (indicator, region), first, last in ranges.sort_index().itertuples():
        breaks = indicators[indicator].breaks
        within = [b for b in breaks if first < month_number(b.from_) <= last]
        if within:
            told = " ".join(f"From {b.from_}: {b.reason}" for b in within).rstrip(".")
            reason = f"{indicator}, region {region}: the series has a break. {told}"
            key = {"indicator": indicator, "region": region, "period": within[-1].from_}
            found.append(Finding("warning", "series_break", reason, span="month", **key))
    return found


def _months(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[figures["span"] == "month"]


def _series(months: pd.DataFrame) -> pd.DataFrame:
    """One row a series: KEY and source of its last row, `first`, `last`, `there`, `regular`.

    `oldest` and `newest` are those of all series of the same indicator, region and basis.
    """
    months = months.sort_values(["series", "month"], kind="stable")
    step = months["month"].diff().where(months["series"].diff() == 0)
    by_series = months.assign(one=step == 1).groupby("series")
    series = by_series.agg(
        first=("month", "min"), last=("month", "max"), there=("month", "size"), ones=("one", "sum")
    )
    lasting = months.drop_duplicates("series", keep="last")[[*KEY, "source", "series"]]
    series = lasting.merge(series, left_on="series", right_index=True)
    family = series.groupby(numbered(series, list(FAMILY)))
    return series.assign(
        regular=(series["there"] >= SHORTEST) & (2 * series["ones"] >= series["there"] - 1),
        oldest=family["first"].transform("min"),
        newest=family["last"].transform("max"),
    )
