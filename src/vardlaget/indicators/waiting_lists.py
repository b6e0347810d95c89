"""Those who wait: how many, how long, in which specialty.

Counts leave out what their definitions leave out (see the catalogue); days are calendar days.
"""

import pandas as pd

from vardlaget.observations import KEY, select

PHASES = ("first_visit", "treatment")
# The field's intervals of days waited (SKR, Väntetider i vården).
INTERVALS = ("0_30", "31_60", "61_90", "91_120", "121_180", "181_365", "366_plus")
COLUMNS = (
    "patients",
    "over_90d_count",
    "over_150d_count",
    "90d",
    "median_wait",
    "p90_wait",
    "patient_chosen",
)


def by_specialty(frame: pd.DataFrame, phase: str, region: str, period: str, basis: str = "waiting"):
    """A phase's measures for the region's specialties and the whole region in one month.

    Observations of `COLUMNS`, one row each; where a source gives only the share within 90 days
    with its counts, the number over 90 days is their difference, and hidden where the share is.
    `largest_first` orders them.
    """
    ids = [f"{phase}_{column}" for column in COLUMNS]
    rows = _of_month(frame, ids, region, period, basis, specialty=...)
    return pd.concat([rows, _over(rows, phase)])


def _of_month(
    frame: pd.DataFrame, ids: list[str], region: str, period: str, basis: str, **more: object
) -> pd.DataFrame:
    """The whole region's figures in one month, one row for each key."""
    when = {"unit": "", "span": "month", "period": period}
    rows = select(frame, indicator=ids, region=region, basis=basis, **when, **more)
    return rows.drop_duplicates(list(KEY))


def _over(rows: pd.DataFrame, phase: str) -> pd.DataFrame:
    """The number over 90 days where only the share within them is given."""
    told = rows[rows["indicator"] == f"{phase}_over_90d_count"]["specialty"]
    shares = rows[(rows["indicator"] == f"{phase}_90d") & ~rows["specialty"].isin(told)]
    counted = shares["denominator"].notna() & shares["numerator"].notna()
    shares = shares[counted | (shares["status"] == "suppressed")]
    return shares.assign(
        indicator=f"{phase}_over_90d_count",
        value=shares["denominator"] - shares["numerator"],
        numerator=float("nan"),
        denominator=float("nan"),
        source="Beräknat: nämnaren minus täljaren av andelen inom 90 dagar; " + shares["source"],
    )


def largest_first(rows: pd.DataFrame, phase: str) -> list[str]:
    """The specialties by the number who have waited more than 90 days."""
    over = rows[(rows["indicator"] == f"{phase}_over_90d_count") & (rows["specialty"] != "")]
    ordered = over.sort_values(["value", "specialty"], ascending=[False, True], kind="stable")
    rest = sorted(set(rows["specialty"]) - set(ordered["specialty"]) - {""})
    return [*ordered["specialty"], *rest]


def intervals(frame: pd.DataFrame, phase: str, region: str, period: str, basis: str = "waiting"):
    """The whole region's numbers by days waited, in the order of `INTERVALS`."""
    ids = [f"{phase}_days_{interval}" for interval in INTERVALS]
    rows = _of_month(frame, ids, region, period, basis)
    order = {id_: place for place, id_ in enumerate(ids)}
    return rows.sort_values("indicator", key=lambda column: column.map(order))
