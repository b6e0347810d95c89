"""Which figures stand on too few people by themselves."""

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.disclosure import families
from vardlaget.disclosure.cells import Cells
from vardlaget.disclosure.codes import LINE, PERIODS, months_of
from vardlaget.disclosure.policy import Policy
from vardlaget.periods import Month


def small_cells(cells: Cells, policy: Policy) -> np.ndarray:
    """Which cells are too small to be shown: by any row's number, or hidden by their source."""
    told = cells.tells
    few = told["value"] < policy.threshold
    few &= (told["value"] > 0) | (told["value"] == policy.least)
    small, by_source = (
        flags.groupby(told["cell"])
        .any()
        .reindex(range(len(cells.frame)), fill_value=False)
        .to_numpy()
        for flags in (few, told["hidden"])
    )
    return small | (by_source & np.isnan(cells.values))


def problems(
    frame: pd.DataFrame, policy: Policy, indicators: Indicators
) -> list[tuple[str, pd.DataFrame]]:
    """The covered rows, family by family, those apart that no relation ties to each other.

    Months stand apart unless a longer period ties them. Those without a small count are left out:
    they cost nothing.
    """
    covered = {id_: policy.covers(id_, indicators) for id_ in frame["indicator"].unique()}
    rows = frame[frame["indicator"].map(covered).astype(bool)]
    rows = rows[rows["scenario"].isin(policy.scenarios)]
    if rows.empty:
        return []
    kinds = rows[["indicator", "exclusions"]].drop_duplicates()
    kinds["family"] = [
        families.facet(indicators[id_], exclusions).family
        for id_, exclusions in kinds.itertuples(index=False)
    ]
    family = rows[["indicator", "exclusions"]].merge(kinds, how="left")["family"].to_numpy()
    group = pd.Series(family, rows.index) + "\x1f" + rows["scenario"] + "\x1f" + rows["basis"]
    group += "\x1f" + _tied(rows, group)
    doubtful = _doubtful(rows, policy, indicators).groupby(group).transform("any")
    found = rows[doubtful]
    return [(str(name).split("\x1f")[0], part) for name, part in found.groupby(group[doubtful])]


def _tied(rows: pd.DataFrame, group: pd.Series) -> pd.Series:
    """A name for the periods of a group that sums over months may tie to each row's.

    What happens adds up, so that periods that overlap are tied; those who wait do not.
    """
    adds_up = (rows["basis"] != "waiting") & (rows["span"] != "point")
    alone = rows["span"] + " " + rows["period"]
    periods = pd.DataFrame({"group": group, "span": rows["span"], "period": rows["period"]})
    each = periods[adds_up].drop_duplicates()
    months = [
        months_of(span, period) if span in PERIODS else [Month.parse(period)]
        for span, period in zip(each["span"], each["period"], strict=True)
    ]
    each = each.assign(first=[str(min(m)) for m in months], last=[str(max(m)) for m in months])
    each = each.sort_values(["group", "first"], kind="stable")
    before, until, start, starts = None, "", "", []
    for name, first, last in zip(each["group"], each["first"], each["last"], strict=True):
        if name != before or first > until:
            before, until, start = name, last, first
        until = max(until, last)
        starts.append(start)
    tied = periods.merge(each.assign(since=starts), how="left", on=list(periods))["since"]
    return alone.where(~adds_up, "since " + tied.astype(str).set_axis(rows.index))


def _doubtful(rows: pd.DataFrame, policy: Policy, indicators: Indicators) -> pd.Series:
    """Rows that may stand on few: by a count of theirs, hidden by their source, or a bare share."""
    rest = rows["denominator"] - rows["numerator"]
    kinds = {id_: families.is_share(indicators[id_]) for id_ in rows["indicator"].unique()}
    bare = rows["value"].notna() & rest.isna() & rows["indicator"].map(kinds).astype(bool)
    found = (rows["status"] == "suppressed") | bare
    for numbers in (rows["value"], rows["numerator"], rows["denominator"], rest):
        found |= (numbers >= policy.least) & (numbers < policy.threshold)
    return found


def summaries(frame: pd.DataFrame, lines: pd.DataFrame) -> pd.Index:
    """The medians and percentiles of the lines whose patients are too few.

    `lines`: LINE and family.
    """
    followed = {id_: families.follows(id_) for id_ in frame["indicator"].unique()}
    rows = frame[frame["indicator"].map(lambda id_: followed[id_] is not None)]
    if rows.empty or lines.empty:
        return rows.index[:0]
    named = rows.assign(family=[followed[id_][0] for id_ in rows["indicator"]])
    columns = [*LINE, "family"]
    both = named[columns].merge(lines[columns].drop_duplicates(), how="left", indicator="in_")
    return rows.index[both["in_"] == "both"]
