"""Capacity utilisation: occupancy, overcrowding, displaced patients, length of stay.

Occupancy = care days / (available beds · days), in per cent; above 100 is possible and right
(Kolada N72826; regions' monthly reports count occupied beds at 06:00).
"""

import math
from functools import cache

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators, Target
from vardlaget.indicators.wards import COUNTED, SHARES, month_means, totals
from vardlaget.observations import KEY, empty, single, typed
from vardlaget.periods import Month

STATES = {"below": "under målintervallet", "within": "inom målet", "above": "över målintervallet"}
# A stay that begins and ends on one day is 0 days as the difference of dates (Kolada N70832),
# but is often counted as 1 in production statistics. Counts of care days carry no mark of it.
SAME_DAY = (
    "vistelser som börjar och slutar samma dag ingår med så många vårddagar som källan räknar: "
    "0 som skillnad mellan datum, i produktionsstatistik ofta 1"
)
OF_CARE_DAYS = "beräknad av vårddagar, inte av belagda vårdplatser klockan 06"
# The provider of a region's own care, in statistics of production.
OWN = "own"
# A source's occupancy may be printed in whole per cent.
ROUNDING = 0.5


def occupancy(care_days: float, available_beds: float, days: int) -> float:
    """Occupancy in per cent of beds that were available on average over `days` days.

    NaN where there are no beds: 0/0 is not 0 per cent. Raises ValueError for negative input.
    """
    if min(care_days, available_beds, days) < 0:
        raise ValueError("care days, beds and days cannot be negative")
    bed_days = available_beds * days
    return 100 * care_days / bed_days if bed_days else math.nan


def state(value: float, target: Target) -> str | None:
    """`below`, `within` or `above` the target's interval; None where it has no bounds."""
    return target.status(value)


def completed(frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows of COUNTED and SHARES in `frame` and what follows from them, one row for each key.

    What follows: months' means of daily counts, wholes of their parts (`wards.totals`), and from
    these occupancy, overcrowding and displaced patients per 100 available beds, and the mean
    length of stay, each with its numerator and denominator so that months can be rolled into
    years. `frame`: observations of any regions and units.

    A share that the source gives with its counts stands. One without gives way to one that is
    computed from counts; where they differ by more than ROUNDING a note tells the source's.
    """
    wanted = frame["indicator"].isin([*COUNTED, *SHARES]) & (frame["scenario"] == "actual")
    own = single(frame[wanted])
    days = month_means(own)
    own = own[own["span"] != "point"]
    given = pd.concat([own, days[~_keys(days).isin(_keys(own))]], ignore_index=True)
    rows = totals(given, indicators)
    computed = pd.concat([occupancy_at_6(rows), per_100_beds(rows), lengths_of_stay(rows)])
    counted = rows["numerator"].notna() | ~rows["indicator"].isin(SHARES)
    known = rows["value"].notna()
    found = pd.concat(
        [
            rows[counted & (known | (rows["denominator"] == 0))],
            _telling(computed[computed["status"] != "missing"], rows[known & ~counted]),
            rows[known],
            occupancy_of_care_days(rows),
            rows,
            computed,
        ]
    )
    return typed(found.drop_duplicates(list(KEY)).reset_index(drop=True))


def occupancy_at_6(frame: pd.DataFrame) -> pd.DataFrame:
    """Occupancy of each month from beds occupied at 06:00, with the sums over its days.

    Numerator: occupied beds · days; denominator: available beds · days.
    """
    return _of_bed_days(frame, "occupied_beds", "bed_occupancy", 100)


def per_100_beds(frame: pd.DataFrame) -> pd.DataFrame:
    """Each month's overcrowding and displaced patients per 100 available beds.

    From daily counts: the number of patients displaced in a month is another measure. Numerator:
    patients · days; denominator: hundreds of available beds · days.
    """
    return pd.concat(
        [
            _of_bed_days(frame, "overcrowding", "overcrowding_per_100", 1, hundreds=True),
            _of_bed_days(frame, "displaced_daily", "displaced_per_100", 1, hundreds=True),
        ]
    )


def occupancy_of_care_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Occupancy from care days and mean available beds, of each period that has both.

    For spans month, year to date, twelve months and year. Not the measure of 06:00: the note says
    so. Care days of patients discharged belong to the month in which the stay ended.
    """
    care_days = _own(frame, "production.care_days")
    beds = frame[(frame["indicator"] == "available_beds") & (frame["span"] != "point")]
    return _quotient(care_days, _over_days(beds), "bed_occupancy", 100, OF_CARE_DAYS)


def lengths_of_stay(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean length of stay in days: care days / care episodes, of each period that has both.

    From the region's own production. The note states how stays within a day are counted.
    """
    days = _own(frame, "production.care_days")
    episodes = _own(frame, "production.care_episodes")
    return _quotient(days, episodes, "mean_length_of_stay", 1, SAME_DAY)


def against_country(rows: pd.DataFrame, indicator: str, region: str, period: str) -> pd.DataFrame:
    """One indicator of a region's units and specialties in a month, and the country's.

    The country's value is that of the same specialty and kind of care, of all units. Returns the
    columns unit, specialty, care_type, value, country, difference (in the indicator's unit).
    """
    now = rows[(rows["indicator"] == indicator) & (rows["period"] == period)]
    now = single(now[(now["span"] == "month") & (now["scenario"] == "actual")])
    kinds = ["specialty", "care_type"]
    of_all = now[(now["region"] == "00") & (now["unit"] == "")].drop_duplicates(kinds)
    own = now[now["region"] == region][["unit", *kinds, "value"]]
    found = own.merge(
        of_all[[*kinds, "value"]].rename(columns={"value": "country"}), on=kinds, how="left"
    )
    return found.assign(difference=found["value"] - found["country"])


@cache
def days_of(span: str, period: str) -> int:
    """How many days a period has. Raises InputError for what is no month or year."""
    last = Month.parse(f"{period}-12" if span == "year" else period)
    months = {"month": 1, "ytd": last.number}.get(span, 12)
    return sum(last.minus(back).days for back in range(months))


def _of_bed_days(
    frame: pd.DataFrame, counted: str, id_: str, scale: float, hundreds: bool = False
) -> pd.DataFrame:
    wanted = frame["indicator"].isin([counted, "available_beds"]) & (frame["span"] == "month")
    months = _over_days(frame[wanted])
    beds = months[months["indicator"] == "available_beds"]
    beds = beds.assign(value=beds["value"] / (100 if hundreds else 1))
    return _quotient(months[months["indicator"] == counted], beds, id_, scale, "")


def _over_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Means of a period's days as sums over them."""
    days = [days_of(*when) for when in zip(rows["span"], rows["period"], strict=True)]
    return rows.assign(value=rows["value"] * np.array(days, dtype="float64"))


def _quotient(
    above: pd.DataFrame, below: pd.DataFrame, id_: str, scale: float, note: str
) -> pd.DataFrame:
    """Rows of `id_`: scale · above / below, where the two have the same key but for indicator."""
    if above.empty or below.empty:
        return empty()
    rest = [column for column in KEY if column != "indicator"]
    rows = above.merge(below[[*rest, "value", "status"]], on=rest, suffixes=("", "_below"))
    over, under = rows["value"], rows["value_below"]
    known = over.notna() & under.notna()
    states = rows[["status", "status_below"]]
    return typed(
        rows.assign(
            indicator=id_,
            numerator=over.where(known),
            denominator=under.where(known),
            value=scale * over.where(known) / under.replace(0, np.nan),
            status=np.select(
                [
                    ~known,
                    under == 0,
                    (states == "synthetic").any(axis=1),
                    (states == "preliminary").any(axis=1),
                    over == 0,
                ],
                ["missing", "zero", "synthetic", "preliminary", "zero"],
                "reported",
            ),
            source="Beräknat av täljare och nämnare; " + rows["source"],
            note=note,
        )
    )


def _own(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The region's own production as the region's, as beds are told."""
    rows = frame[(frame["indicator"] == indicator) & frame["provider"].isin(["", OWN])]
    rows = rows.sort_values("provider", ascending=False, kind="stable").assign(provider="")
    return rows.drop_duplicates(list(KEY)).sort_index()


def _telling(computed: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """The computed rows; where the source's own value differs, a note tells it."""
    own = computed[list(KEY)].merge(given[[*KEY, "value"]], on=list(KEY), how="left")["value"]
    differs = ((own - computed["value"].to_numpy()).abs() > ROUNDING).to_numpy()
    told = [f"källans eget värde är {value:g}".replace(".", ",") for value in own]
    notes = zip(computed["note"], told, differs, strict=True)
    return computed.assign(
        note=["; ".join(filter(None, (note, text if other else ""))) for note, text, other in notes]
    )


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[list(KEY)])
