"""Wholes and their parts: units of a region, groups of a breakdown, regions of the country, months.

A whole is the sum of its parts where their values say so, or where one of them is not known: a
reader who sees every part but one takes it so. Where known parts fall short of the whole, they are
at most the whole; where they exceed it, sources contradict each other and nothing holds. The parts
are the same whatever is counted: where those of one quantity fall short, those of all do.
"""

from itertools import permutations

import numpy as np
import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.disclosure.constraints import TOLERANCE, Part
from vardlaget.observations import BREAKDOWNS, last_months
from vardlaget.periods import Month

WHOLES = {"region": COUNTRY, **dict.fromkeys(("unit", *BREAKDOWNS), "")}
PERIODS = ("ytd", "r12", "year")


def not_among(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The rows that are not among others, by the columns of these."""
    found = rows.merge(others, how="left", indicator="found")
    return found[found["found"] == "left_only"].drop(columns="found")


def with_wholes(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """The cells and, after them, wholes that no row tells: a reader adds up the parts themselves.

    A region without a row of its own still ties its units to the country. Of several sums the
    largest is taken: the parts of the others are not all. So they are not where a part is missing
    that is told before and after: it is added, without a value.
    """
    for names in (("unit", *BREAKDOWNS), ("region",)):
        varying = [name for name in names if frame[name].nunique() > 1]
        if not varying:
            continue
        missing = [_missing(frame, name, dimensions) for name in varying]
        frame = pd.concat([frame, *missing], ignore_index=True).drop_duplicates(list(dimensions))
        sums = [_sum(frame, name, dimensions) for name in varying]
        found = pd.concat(sums).groupby(list(dimensions), sort=False)["value"]
        largest = found.max().where(found.count() == found.size()).reset_index()
        added = not_among(largest, frame[list(dimensions)])
        frame = pd.concat([frame, added], ignore_index=True)
    return frame


def with_parts(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """The cells and, after them, parts that no row tells, of wholes that other parts are told of.

    The country's men less one region's are another region's, and no more than that region's women
    and men: so where both have a row but not the two together, there is a cell all the same. Not
    where the parts told, whatever their group, fall short of their whole: there are more of them.
    """
    varying = [name for name in WHOLES if frame[name].nunique() > 1]
    added = [
        _untold(frame, name, other, dimensions)
        for name, other in permutations(varying, 2)
        if {name, other} != {"region", "unit"}
    ]
    return pd.concat([frame, *added], ignore_index=True).drop_duplicates(list(dimensions))


def _missing(frame: pd.DataFrame, name: str, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """The parts that are told before and after, but not with those that are told meanwhile."""
    parts = _parts(frame, name)
    rest = [each for each in dimensions if each != name]
    wanted = parts[rest].drop_duplicates().merge(_between(parts, name, dimensions))
    return not_among(wanted, frame[list(dimensions)])[list(dimensions)]


def _untold(
    frame: pd.DataFrame, name: str, other: str, dimensions: tuple[str, ...]
) -> pd.DataFrame:
    """The parts by `name` that are told, but not in a group by `other` of which others are."""
    if "region" in (name, other):
        frame = frame[frame["unit"] == ""]
    part, group = frame[name] != WHOLES[name], frame[other] != WHOLES[other]
    rest = [each for each in dimensions if each not in (name, other)]
    divided = _short(frame[~part & group], frame[part & group], [*rest, other])
    short = _short(frame[~part & ~group], frame[part & ~group], rest)
    wanted = divided.merge(frame.loc[part & ~group, [*rest, name]])
    return not_among(not_among(wanted, frame[list(dimensions)]), short)[list(dimensions)]


def _short(wholes: pd.DataFrame, parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The wholes, by name, that their parts fall short of; of both the values are known."""
    values = parts.groupby(by, sort=False)["value"]
    total = values.sum().where(values.count() == values.size()).rename("parts").reset_index()
    both = total.merge(wholes[[*by, "value"]])
    return both.loc[both["parts"] < both["value"] - TOLERANCE, by]


def with_months(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """The cells and, after them, the months of longer periods that no row tells: the difference of
    two years to date is a month, whether or not the months before it are told."""
    longer = frame[(frame["basis"] != "waiting") & frame["span"].isin(PERIODS)]
    if longer.empty:
        return frame
    spans = longer[["span", "period"]].drop_duplicates()
    months = pd.DataFrame(
        [
            (span, period, "month", str(month))
            for span, period in spans.itertuples(index=False)
            for month in months_of(span, period)
        ],
        columns=["span", "period", "span_", "period_"],
    )
    wanted = longer[list(dimensions)].merge(months, on=["span", "period"])
    wanted = wanted.assign(span=wanted["span_"], period=wanted["period_"])
    wanted = wanted[list(dimensions)].drop_duplicates()
    added = not_among(wanted, frame[list(dimensions)])
    return pd.concat([frame, added], ignore_index=True)


def _sum(frame: pd.DataFrame, name: str, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """The sum over one dimension; NaN where a part has no value."""
    rest = [each for each in dimensions if each != name]
    values = _parts(frame, name).groupby(rest, sort=False)["value"]
    total = values.sum().where(values.count() == values.size())
    return total.reset_index().assign(**{name: WHOLES[name]})


def _parts(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    parts = frame[frame[name] != WHOLES[name]]
    return parts[parts["unit"] == ""] if name == "region" else parts


def _between(parts: pd.DataFrame, name: str, dimensions: tuple[str, ...]) -> pd.DataFrame:
    """Each period that some part is told of, with the parts that are told then, or both before and
    after: no row a quantity."""
    context = [each for each in dimensions if each not in (name, "span", "period", "quantity")]
    parts = parts.assign(end=last_months(parts))
    told = parts.groupby([*context, name], sort=False)["end"].agg(["min", "max"]).reset_index()
    found = parts[[*context, "span", "period", "end"]].drop_duplicates().merge(told)
    return found.loc[
        found["end"].between(found["min"], found["max"]), [*context, "span", "period", name]
    ]


def sums(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> list[Part]:
    """All sums among cells. `frame`: `dimensions`, line (its number) and value, one row a cell."""
    varying = [name for name in WHOLES if frame[name].nunique() > 1]
    codes = {name: pd.factorize(frame[name])[0] for name in dimensions}
    found = [_over(frame, codes, name) for name in varying]
    if frame["span"].isin(PERIODS).any():
        found.append(_over_months(frame, dimensions))
    return found


def _over(frame: pd.DataFrame, codes: dict[str, np.ndarray], dimension: str) -> Part:
    """The sums over one dimension."""
    group = np.zeros(len(frame), dtype=int)
    for name, code in codes.items():
        if name != dimension:
            group = pd.factorize(group * (code.max() + 1) + code)[0]
    whole = (frame[dimension] == WHOLES[dimension]).to_numpy()
    wholes = pd.Series(np.flatnonzero(whole), index=group[whole])
    parts = np.flatnonzero(~whole & np.isin(group, group[whole]))
    lines = frame["line"].to_numpy()
    return _sums(frame["value"].to_numpy(), wholes[group[parts]].to_numpy(), parts, lines=lines)


def _over_months(frame: pd.DataFrame, dimensions: tuple[str, ...]) -> Part:
    """Year to date, twelve months and years of what happens, not of those who wait."""
    flows = frame[frame["basis"] != "waiting"].assign(cell=lambda rows: rows.index)
    rest = [name for name in dimensions if name not in ("span", "period")]
    longer = flows[flows["span"].isin(PERIODS)]
    months = [
        (cell, str(month))
        for cell, span, period in zip(longer["cell"], longer["span"], longer["period"], strict=True)
        for month in months_of(span, period)
    ]
    wanted = pd.DataFrame(months, columns=["whole", "period"]).merge(
        longer[rest].assign(whole=longer["cell"]), on="whole"
    )
    monthly = flows[flows["span"] == "month"]
    found = wanted.merge(monthly[[*rest, "period", "cell"]], on=[*rest, "period"], how="left")
    complete = found.groupby("whole")["cell"].transform(lambda cells: cells.notna().all())
    known = found["cell"].notna()
    found, short = found[known], found.loc[known & ~complete, "whole"].unique()
    wholes, parts = (found[name].to_numpy(dtype=int) for name in ("whole", "cell"))
    return _sums(frame["value"].to_numpy(), wholes, parts, short)


def months_of(span: str, period: str) -> list[Month]:
    """The months of a year to date, of twelve months or of a year."""
    last = Month.parse(f"{period}-12" if span == "year" else period)
    length = last.number if span == "ytd" else 12
    return [last.minus(back) for back in range(length)]


def _sums(values: np.ndarray, wholes: np.ndarray, parts: np.ndarray, short=(), lines=None) -> Part:
    """Whole and part cell by cell, as constraints; the wholes in `short` have more parts.

    `lines`: the number of each cell's line.
    """
    ids, number = np.unique(wholes, return_inverse=True)
    known = ~np.isnan(values)
    sums = np.bincount(number, np.where(known, values, 0)[parts], len(ids))
    unsure = ~known[ids] | (np.bincount(number, ~known[parts], len(ids)) > 0)
    whole = np.isclose(sums, values[ids])
    if lines is not None:
        there = pd.DataFrame({"line": lines[wholes], "part": lines[parts]})
        every = there.groupby("line")["part"].nunique()
        complete = np.bincount(number) == every[lines[ids]].to_numpy()
        short_of = ~unsure & ~whole & (sums < values[ids]) & complete
        unsure &= ~np.isin(lines[ids], lines[ids[short_of]])
    equal = (unsure | whole) & ~np.isin(ids, np.asarray(short))
    entries = [
        (number, parts, np.ones(len(parts))),
        (np.arange(len(ids)), ids, -np.ones(len(ids))),
    ]
    return Part.of(entries, np.where(equal, 0, -np.inf))
