"""Sums over days, wards, specialties and kinds of care, which come before any ratio.

Overcrowding and displaced patients are counted for each ward and day at 06:00; wards and days
are summed first and divided afterwards (SKR, Disponibla vårdplatser, överbeläggningar och
utlokaliserade patienter). What a source gives as the whole stands; it is summed only where it is
not given.
"""

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.observations import KEY, NUMBERS, single, typed
from vardlaget.periods import Month

# Counted each day at 06:00 and told as the mean of the period's days.
DAILY = ("available_beds", "decided_beds", "occupied_beds", "overcrowding", "displaced_daily")
COUNTED = (
    *DAILY,
    "displaced_patients",
    "available_beds_need",
    "production.care_days",
    "production.care_episodes",
)
SHARES = (
    "bed_occupancy",
    "overcrowding_per_100",
    "displaced_per_100",
    "mean_length_of_stay",
    "ready_for_discharge_share",
    "theatre_use",
)
# The parts of a whole, in the order in which they are summed, with their Swedish names.
PARTS = {"specialty": "specialiteter", "unit": "enheter", "care_type": "vårdformer"}
# Somatic care days are those of patients discharged, psychiatric ones those of occupied beds; care
# episodes are told of somatic care alone.
NOT_OF_ALL_CARE = {"production.care_days", "production.care_episodes", "mean_length_of_stay"}
REGIONS = "regioner"
REGION_AND_MONTH = ["indicator", "region", "span", "period", "scenario"]


def month_means(frame: pd.DataFrame) -> pd.DataFrame:
    """The means over each month's days of what is counted daily, as rows of span `month`.

    From the rows of span `point` of DAILY. A ward without beds on a day counts as 0 only where a
    row says so: a month without all its days has no mean, status `missing` and a note.
    """
    days = frame[(frame["span"] == "point") & frame["indicator"].isin(DAILY)]
    if days.empty:
        return typed(days)
    days = single(days).assign(span="month", period=lambda rows: rows["period"].str[:7])
    grouped = days.groupby(list(KEY), sort=False)
    means = grouped["value"].agg(["sum", "count"]).reset_index()
    means["days"] = [Month.parse(period).days for period in means["period"]]
    known = means["count"] == means["days"]
    absent = (means["days"] - means["count"]).astype("str")
    return typed(
        means.assign(
            value=(means["sum"] / means["days"]).where(known),
            status=statuses(days, list(KEY), known.to_numpy()),
            source=grouped["source"].first().to_numpy(),
            note=np.where(
                known,
                "medelvärde av månadens dygn",
                "uppgift saknas för " + absent + " av " + means["days"].astype("str") + " dygn",
            ),
        )
    )


def totals(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """`frame` with the wholes that its parts give: hospitals, specialties and kinds of care.

    For the indicators of COUNTED and SHARES. Counts are added; a share is the sum of numerators
    over the sum of denominators. A part that is `not_applicable` is left out; where another part
    has no number, the whole is `missing` and a note says so. Parts must be all there are: a region
    of which only one kind of care is told has no wholes of all care.
    """
    rows = single(frame)
    for column in PARTS:
        rows = pd.concat([rows, _wholes(rows, column, indicators)], ignore_index=True)
    return typed(rows)


def country(frame: pd.DataFrame, indicators: Indicators, regions: set[str]) -> pd.DataFrame:
    """The country (region `00`) where no row gives it, from the whole `regions`.

    Counts only where all regions have one. Shares from the regions that have counts behind
    theirs; a note says how many where some have not.
    """
    rows = single(frame)
    rows = rows[(rows["unit"] == "") & rows["indicator"].isin([*COUNTED, *SHARES])]
    given = pd.MultiIndex.from_frame(rows.loc[rows["region"] == "00", list(KEY)])
    parts = rows[rows["region"].isin(regions) & rows["indicator"].isin(SHARES)]
    parts = parts[parts["numerator"].notna() & parts["denominator"].notna()]
    counts = rows[rows["region"].isin(regions) & rows["indicator"].isin(COUNTED)]
    found = _summed(pd.concat([parts, counts]), "region", REGIONS, indicators)
    found = found.assign(region="00")
    complete = found["parts"] == len(regions)
    share = found["indicator"].isin(SHARES)
    found.loc[~complete & ~share, list(NUMBERS)] = float("nan")
    found.loc[~complete & ~share, "status"] = "missing"
    partial = "gäller " + found["parts"].astype("str") + f" av {len(regions)} {REGIONS}"
    found["note"] = found["note"].where(complete, partial)
    return typed(found[~pd.MultiIndex.from_frame(found[list(KEY)]).isin(given)])


def statuses(rows: pd.DataFrame, by: list[str], known: np.ndarray) -> np.ndarray:
    """A status for each group of `rows`, in its order: `missing` where its number is not known."""
    flags = pd.DataFrame(
        {
            "synthetic": rows["status"] == "synthetic",
            "preliminary": rows["status"] == "preliminary",
            "other": rows["status"] != "zero",
        }
    )
    found = flags.groupby([rows[column] for column in by], sort=False).any()
    return np.select(
        [~known, found["synthetic"], found["preliminary"], ~found["other"]],
        ["missing", "synthetic", "preliminary", "zero"],
        "reported",
    )


def _wholes(rows: pd.DataFrame, column: str, indicators: Indicators) -> pd.DataFrame:
    rest = [name for name in KEY if name != column]
    summable = rows["indicator"].isin([*COUNTED, *SHARES])
    parts = rows[summable & (rows[column] != "") & (rows["status"] != "not_applicable")]
    if column == "care_type":
        parts = parts[~parts["indicator"].isin(NOT_OF_ALL_CARE)]
        kinds = parts.groupby(REGION_AND_MONTH)["care_type"].transform("nunique")
        parts = parts[kinds > 1]
    given = pd.MultiIndex.from_frame(rows.loc[rows[column] == "", rest])
    parts = parts[~pd.MultiIndex.from_frame(parts[rest]).isin(given)]
    return _summed(parts, column, PARTS[column], indicators).drop(columns="parts")


def _summed(parts: pd.DataFrame, column: str, name: str, indicators: Indicators) -> pd.DataFrame:
    """One row for each group of parts, with `column` empty and `parts`, their number."""
    rest = [key for key in KEY if key != column]
    grouped = parts.groupby(rest, sort=False)
    sizes = grouped.size()
    sums = grouped[list(NUMBERS)].sum()
    sums = sums.where(grouped[list(NUMBERS)].count().eq(sizes, axis=0))
    found = sums.reset_index().assign(parts=sizes.to_numpy())
    share = found["indicator"].isin(SHARES)
    percent = [indicators[id_].unit == "percent" for id_ in found["indicator"]]
    scale = np.where(np.array(percent, dtype=bool), 100, 1)
    base = found["denominator"].replace(0, np.nan)
    found["value"] = found["value"].where(~share, scale * found["numerator"] / base)
    found[["numerator", "denominator"]] = found[["numerator", "denominator"]].where(share)
    empty = found["denominator"] == 0
    known = (found["value"].notna() | empty).to_numpy()
    count = found["parts"].astype("str")
    return found.assign(
        **{column: ""},
        status=np.where(empty, "zero", statuses(parts, rest, known)),
        source="Beräknat: summan av " + count + f" {name}; " + grouped["source"].first().to_numpy(),
        note=np.where(known, "", f"uppgift saknas för någon av {name}na"),
    )
