"""Waiting times: the care guarantee's figures by unit, against the country, against the limit.

Definitions: SKR, Väntetider i vården (see the catalogue). A share is in per cent, a gap in
percentage points.
"""

import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators.periods import newest
from vardlaget.observations import KEY, label_of, select
from vardlaget.periods import Month

# The care guarantee 0–3–90–90 (patientlagen 2014:821, patientförordningen 2014:827).
GUARANTEE = ("phone_same_day", "medical_assessment_3d", "first_visit_90d", "treatment_90d")
# The reinforced guarantee of child and adolescent psychiatry, 30/30/30.
CHILD_PSYCHIATRY = ("cap_first_visit_30d", "cap_assessment_30d", "cap_treatment_30d")
# The basis that a measure is known by: SKR counts primary care and BUP on completed contacts,
# specialised care on those who are waiting. The two differ by 15–25 points under one name.
WAITING_FIRST = ("first_visit_90d", "treatment_90d")


def bases(id_: str) -> tuple[str, ...]:
    """The bases of a measure, the one that it is known by first; a figure may also have none."""
    return ("waiting", "completed", "") if id_ in WAITING_FIRST else ("completed", "waiting", "")


def headline(
    frame: pd.DataFrame,
    indicators: Indicators,
    region: str,
    month: Month,
    ids=GUARANTEE,
    every_basis: bool = False,
) -> pd.DataFrame:
    """The newest figures of the whole region, in the order of `ids`, each on its first basis.

    With `every_basis` on all of them. An indicator has several rows of one basis where sources
    contradict each other, and none where the region has no row of it.
    """
    found = []
    for id_ in ids:
        rows = select(frame, indicator=id_, region=region, unit="", span=["month", "ytd"])
        near = [
            newest(rows[rows["basis"] == basis], month, indicators[id_].lag_months)
            for basis in bases(id_)
        ]
        near = [rows for rows in near if len(rows)]
        valued = [rows for rows in near if rows["value"].notna().any()]
        found += near if every_basis else (valued or near)[:1]
    return pd.concat(found) if found else frame.iloc[:0]


def by_unit(
    frame: pd.DataFrame, indicators: Indicators, id_: str, region: str, month: Month
) -> pd.DataFrame:
    """One indicator for the region's units, the region and the country, in one and the same month.

    The month is the newest for which units have values; without units there are no rows. Rows
    come in the order country, region, units by name.
    """
    units = select(frame, indicator=id_, region=region, unit=..., span="month")
    basis = next((b for b in bases(id_) if (units["basis"] == b).any()), "")
    units = units[units["basis"] == basis]
    period = newest(units[units["unit"] != ""], month, indicators[id_].lag_months)["period"].max()
    if not isinstance(period, str):
        return frame.iloc[:0]
    rows = select(
        frame,
        indicator=id_,
        region=[region, COUNTRY],
        unit=...,
        span="month",
        period=period,
        basis=basis,
    )
    level = (rows["region"] != COUNTRY).astype(int) + (rows["unit"] != "").astype(int)
    return (
        rows.assign(level=level).sort_values(["level", "unit"], kind="stable").drop(columns="level")
    )


def reinforced_share(completed: float, chosen: float, within: float) -> tuple[float, float]:
    """30/30/30: the denominator, completed less waits of 31 days or more that patients chose
    themselves, and the share in per cent within 30 days; NaN of 0.

    Source: SKR, Väntetider i vården, BUP. `completed` are all completed in the month.
    """
    denominator = completed - chosen
    return denominator, 100 * within / denominator if denominator else float("nan")


def reinforced(frame: pd.DataFrame, region: str, period: str, ids=CHILD_PSYCHIATRY) -> pd.DataFrame:
    """The counts behind 30/30/30 in a month, one row a measure that has them.

    indicator, completed, chosen, denominator, within, value (per cent), status, hidden (whether
    what is NaN is suppressed), note (the label if either is synthetic). `completed` is the share's
    denominator and those who chose to wait; the value is computed from the counts, and the share's
    own where those who chose are hidden.
    """
    rows = []
    for id_ in ids:
        parts = {
            name: select(
                frame, indicator=key, region=region, unit="", period=period, basis="completed"
            )
            for name, key in (
                ("share", id_),
                ("chosen", f"{id_.removesuffix('_30d')}_patient_chosen_31d"),
            )
        }
        if any(len(part) != 1 for part in parts.values()):
            continue
        share, chosen = parts["share"].iloc[0], float(parts["chosen"]["value"].iloc[0])
        completed, within = share["denominator"] + chosen, share["numerator"]
        denominator, value = reinforced_share(completed, chosen, within)
        without = parts["chosen"]["status"].iloc[0] == "suppressed"
        if without:
            denominator, value = share["denominator"], share["value"]
        hidden = without or share["status"] == "suppressed"
        counts = (completed, chosen, denominator, within, value)
        label = label_of(share, parts["chosen"].iloc[0])
        rows.append((id_, *counts, share["status"], hidden, label))
    counts = ["completed", "chosen", "denominator", "within", "value"]
    return pd.DataFrame(rows, columns=["indicator", *counts, "status", "hidden", "note"])


def counted(shares: pd.DataFrame) -> pd.DataFrame:
    """The counts behind shares, as figures of their own: value = numerator, id `x.numerator`.

    Where any share has its counts, those of hidden shares are hidden too.
    """
    counts = shares["numerator"].notna()
    known = shares[counts | (counts.any() & (shares["status"] == "suppressed"))]
    return known.assign(
        indicator=known["indicator"] + ".numerator",
        value=known["numerator"],
        numerator=float("nan"),
        denominator=float("nan"),
    )


def gap(own: pd.Series, other: pd.Series) -> float:
    """How many percentage points a share lies above (+) or below (−) another."""
    return float(own["value"] - other["value"])


def unit_sum(rows: pd.DataFrame, region: str) -> tuple[float, float]:
    """The region's own count within the limit, and the sum of its units' (both may be NaN)."""
    own = rows[(rows["region"] == region) & (rows["unit"] == "")]
    units = rows[(rows["region"] == region) & (rows["unit"] != "")]
    total = units["numerator"].sum(min_count=len(units)) if len(units) else float("nan")
    return (float(own["numerator"].iloc[0]) if len(own) else float("nan"), float(total))


def first_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each key, where contradicting sources gave several."""
    return rows.drop_duplicates(list(KEY))
