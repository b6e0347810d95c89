"""Wholes and their parts: units of a region, groups of a breakdown, regions of the country, months.

A whole is the sum of its parts where their values say so, or where one of them is not known: a
reader who sees every part but one takes it so. Where known parts fall short of the whole, they are
at most the whole; where they exceed it, sources contradict each other and nothing holds. The parts
are the same whatever is counted: where those of one quantity fall short, those of all do.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np
import pandas as pd

from vardlaget.disclosure.codes import WHOLE, WHOLES, Codes, pairs
from vardlaget.disclosure.constraints import TOLERANCE, Part
from vardlaget.observations import BREAKDOWNS


@dataclass(frozen=True, eq=False)
class Table:
    """Cells by their keys (see `Codes`), each once, and their values: NaN where no row tells it."""

    keys: np.ndarray
    values: np.ndarray

    def at(self, chosen: np.ndarray) -> "Table":
        return Table(self.keys[chosen], self.values[chosen])

    def extended(self, keys: np.ndarray, values: np.ndarray | None = None) -> "Table":
        """The cells and, after them, those of other keys: with these values, or without."""
        values = np.full(len(keys), np.nan) if values is None else values
        joined = Table(np.append(self.keys, keys), np.append(self.values, values))
        return joined.at(~pd.Series(joined.keys).duplicated().to_numpy())

    @cached_property
    def _index(self) -> pd.Index:
        return pd.Index(self.keys)

    def places(self, keys: np.ndarray) -> np.ndarray:
        """Where keys are, -1 for others."""
        return self._index.get_indexer(keys)

    def told(self, keys: np.ndarray) -> np.ndarray:
        """The values of keys, NaN for others."""
        return np.append(self.values, np.nan)[self.places(keys)]


def with_wholes(table: Table, codes: Codes) -> Table:
    """The cells and, after them, wholes that no row tells: a reader adds up the parts themselves.

    A region without a row of its own still ties its units to the country. Of several sums the
    largest is taken: the parts of the others are not all. So they are not where a part is missing
    that is told before and after: it is added, without a value.
    """
    for names in (("unit", *BREAKDOWNS), ("region",)):
        varying = codes.varying(table.keys, names)
        for missing in [_missing(table, name, codes) for name in varying]:
            table = table.extended(missing)
        sums = [_totals(_parts(table, name, codes), name, codes) for name in varying]
        if sums:
            number, keys = pd.factorize(np.concatenate([each.keys for each in sums]))
            values = np.concatenate([each.values for each in sums])
            largest = np.zeros(len(keys))
            np.maximum.at(largest, number, np.where(np.isnan(values), np.inf, values))
            table = table.extended(keys, np.where(np.isinf(largest), np.nan, largest))
    return table


def with_parts(table: Table, codes: Codes) -> Table:
    """The cells and, after them, parts that no row tells, of wholes that other parts are told of.

    The country's men less one region's are another region's, and no more than that region's women
    and men: so where both have a row but not the two together, there is a cell all the same. Not
    where the parts told, whatever their group, fall short of their whole: there are more of them.
    """
    added = [
        _untold(table, name, other, codes)
        for name, other in permutations(codes.varying(table.keys, WHOLES), 2)
        if {name, other} != {"region", "unit"}
    ]
    return table.extended(np.concatenate(added)) if added else table


def with_months(table: Table, codes: Codes) -> Table:
    """The cells and, after them, the months of longer periods that no row tells: the difference of
    two years to date is a month, whether or not the months before it are told."""
    longer = table.keys[codes.longer(table.keys)]
    return table.extended(codes.months(longer)[1]) if len(longer) else table


def _missing(table: Table, name: str, codes: Codes) -> np.ndarray:
    """The parts that are told before and after, but not with those that are told meanwhile."""
    parts = _parts(table, name, codes).keys
    wholes = pd.unique(codes.but(parts, name))
    between = _between(parts, name, codes)
    left, right = pairs(codes.but(wholes, "quantity"), codes.but(between, name))
    return wholes[left] + codes.only(between[right], name)


def _between(parts: np.ndarray, name: str, codes: Codes) -> np.ndarray:
    """Each period that some part is told of, with the parts that are told then, or both before and
    after: keys of one quantity."""
    ends = codes.ends(parts)
    number, lives = pd.factorize(codes.but(parts, "span", "period", "quantity"))
    first, last = np.full(len(lives), ends.max(initial=0)), np.zeros(len(lives), dtype=int)
    np.minimum.at(first, number, ends)
    np.maximum.at(last, number, ends)
    times = pd.unique(codes.but(parts, name, "quantity"))
    time, life = pairs(codes.but(times, "span", "period"), codes.but(lives, name))
    end = codes.ends(times)[time]
    alive = (first[life] <= end) & (end <= last[life])
    return (times[time] + codes.only(lives[life], name))[alive]


def _untold(table: Table, name: str, other: str, codes: Codes) -> np.ndarray:
    """The parts by `name` that are told, but not in a group by `other` of which others are."""
    if "region" in (name, other):
        table = table.at(codes.at(table.keys, "unit") == WHOLE)
    part = codes.at(table.keys, name) != WHOLE
    group = codes.at(table.keys, other) != WHOLE
    divided = _short(table.at(~part & group), table.at(part & group), name, codes)
    short = _short(table.at(~part & ~group), table.at(part & ~group), name, codes)
    told = table.keys[part & ~group]
    left, right = pairs(codes.but(divided, other), codes.but(told, name))
    wanted = divided[left] + codes.only(told[right], name)
    return wanted[~np.isin(codes.but(wanted, name, other), short)]


def _short(wholes: Table, parts: Table, name: str, codes: Codes) -> np.ndarray:
    """The wholes that their parts by `name` fall short of; of both the values are known."""
    total = _totals(parts, name, codes)
    return total.keys[total.values < wholes.told(total.keys) - TOLERANCE]


def _totals(parts: Table, name: str, codes: Codes) -> Table:
    """The sums over a dimension, NaN where a part is not known."""
    number, keys = pd.factorize(codes.but(parts.keys, name))
    return Table(keys, np.bincount(number, parts.values, len(keys)))


def _parts(table: Table, name: str, codes: Codes) -> Table:
    chosen = codes.at(table.keys, name) != WHOLE
    if name == "region":
        chosen &= codes.at(table.keys, "unit") == WHOLE
    return table.at(chosen)


def sums(table: Table, codes: Codes) -> list[Part]:
    """All sums among cells."""
    found = [_over(table, name, codes) for name in codes.varying(table.keys, WHOLES)]
    longer = np.flatnonzero(codes.longer(table.keys))
    return [*found, _over_months(table, longer, codes)] if len(longer) else found


def _over(table: Table, name: str, codes: Codes) -> Part:
    """The sums over one dimension."""
    parts = np.flatnonzero(codes.at(table.keys, name) != WHOLE)
    wholes = table.places(codes.but(table.keys[parts], name))
    there = wholes >= 0
    lines = codes.but(table.keys, "quantity")
    return _sums(table.values, wholes[there], parts[there], lines=lines)


def _over_months(table: Table, longer: np.ndarray, codes: Codes) -> Part:
    """Year to date, twelve months and years of what happens, not of those who wait."""
    places, months = codes.months(table.keys[longer])
    wholes, found = longer[places], table.places(months)
    known = found >= 0
    return _sums(table.values, wholes[known], found[known], np.unique(wholes[~known]))


def _sums(values: np.ndarray, wholes: np.ndarray, parts: np.ndarray, short=(), lines=None) -> Part:
    """Whole and part cell by cell, as constraints; the wholes in `short` have more parts.

    `lines`: a number of each cell's line.
    """
    ids, number = np.unique(wholes, return_inverse=True)
    known = ~np.isnan(values)
    sums = np.bincount(number, np.where(known, values, 0)[parts], len(ids))
    unsure = ~known[ids] | (np.bincount(number, ~known[parts], len(ids)) > 0)
    whole = np.isclose(sums, values[ids])
    if lines is not None:
        complete = np.bincount(number) == _different(lines[wholes], lines[parts], lines[ids])
        short_of = ~unsure & ~whole & (sums < values[ids]) & complete
        unsure &= ~np.isin(lines[ids], lines[ids[short_of]])
    equal = (unsure | whole) & ~np.isin(ids, np.asarray(short))
    entries = [
        (number, parts, np.ones(len(parts))),
        (np.arange(len(ids)), ids, -np.ones(len(ids))),
    ]
    return Part.of(entries, np.where(equal, 0, -np.inf))


def _different(wholes: np.ndarray, parts: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """How many different parts each of the wholes asked for has."""
    number, ids = pd.factorize(wholes)
    count = np.bincount(np.unique([number, parts], axis=1)[0], minlength=len(ids))
    return count[pd.Index(ids).get_indexer(asked)]
