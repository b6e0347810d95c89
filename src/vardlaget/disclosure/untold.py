"""Cells that no row tells, and that a reader reckons with all the same.

A reader adds up parts to wholes, and takes from a whole what they know of its parts. Which parts
there are is what all rows together name: a part of one count, time or group is one of all. What a
whole may have beside them is one more part, its rest. Of the rest, and of a part in months before
it is first told of or after it is last, a reader assumes that it is nobody, unless the figures say
otherwise: who sees every part but one takes the others from the whole.
"""

from itertools import permutations

import numpy as np
import pandas as pd

from vardlaget.disclosure.codes import REST, WHOLE, WHOLES, Codes, pairs
from vardlaget.disclosure.constraints import TOLERANCE
from vardlaget.disclosure.sums import Table
from vardlaget.observations import BREAKDOWNS


def with_named(table: Table, codes: Codes) -> tuple[Table, np.ndarray]:
    """The cells and, after them, those of all wholes and of all parts that the rows name; and the
    keys of those that are assumed to be nobody."""
    table = _with_parts(_with_wholes(_with_months(table, codes), codes), codes)
    return _with_lives(table, codes)


def added_up(table: Table, codes: Codes) -> Table:
    """The cells with the values of wholes that no row tells, where all that they are divided into
    has one sum, and other parts that are known no more than that."""
    names = codes.varying(table.keys, WHOLES)
    for _ in names:
        least, most, told = np.full((3, len(table.keys)), [[np.inf], [-np.inf], [0]])
        some = Table(table.keys, np.nan_to_num(table.values))
        for name in names:
            total = _totals(table, name, codes)
            places = table.places(total.keys)
            np.maximum.at(told, places, _totals(some, name, codes).values)
            known = ~np.isnan(total.values) & ~_free(_left(table, total), name, codes)
            np.minimum.at(least, places[known], total.values[known])
            np.maximum.at(most, places[known], total.values[known])
        agreed = np.isnan(table.values) & (least == most) & (told <= most)
        if not agreed.any():
            break
        table = Table(table.keys, np.where(agreed, least, table.values))
    return table


def fall_short(table: Table, codes: Codes) -> set[str]:
    """The dimensions in which parts that are known are less than their whole."""
    names = codes.varying(table.keys, WHOLES)
    left = {name: _left(table, _totals(table, name, codes)).values for name in names}
    return {name for name in names if (left[name] > TOLERANCE).any()}


def with_rest(table: Table, dimensions: set[str], codes: Codes) -> tuple[Table, np.ndarray]:
    """The cells and, after them, what is left of each whole when all its parts in one of these
    dimensions are taken from it; and the keys of those that are assumed to be nobody.

    Nothing is assumed of what is not known where known parts fall short, of another count or of
    the whole that it is a group of.
    """
    assumed = [np.zeros(0, dtype=np.int64)]
    for name in [each for each in WHOLES if each in dimensions]:
        left = _left(table, _totals(table, name, codes))
        left = left.at(~(left.values < -TOLERANCE))
        free = _free(left, name, codes)
        keys = left.keys + codes.number(name, REST) * codes.steps[name]
        none = left.values <= TOLERANCE
        assumed.append(keys[none | np.isnan(left.values) & ~free])
        table = table.extended(keys, np.where(none, 0, left.values))
    return table, np.concatenate(assumed)


def _with_months(table: Table, codes: Codes) -> Table:
    """With the months of longer periods: the difference of two years to date is a month, whether
    or not the months before it are told."""
    longer = table.keys[codes.longer(table.keys)]
    return table.extended(codes.months(longer)[1]) if len(longer) else table


def _with_wholes(table: Table, codes: Codes) -> Table:
    """With what parts are parts of: a region without a row of its own still ties its units to the
    country."""
    for name in codes.varying(table.keys, ("unit", *BREAKDOWNS, "region")):
        table = table.extended(codes.but(_parts(table, name, codes).keys, name))
    return table


def _with_parts(table: Table, codes: Codes) -> Table:
    """With the groups of parts that are told, where other parts are told of in that group.

    The country's men less one region's are another region's, and no more than that region's women
    and men: so where both have a row but not the two together, there is a cell all the same.
    """
    dimensions = [*permutations(codes.varying(table.keys, WHOLES), 2)]
    before = 0
    while before < len(table.keys):
        before = len(table.keys)
        for name, other in dimensions:
            if {name, other} != {"region", "unit"}:
                table = table.extended(_untold(table, name, other, codes))
    return table


def _untold(table: Table, name: str, other: str, codes: Codes) -> np.ndarray:
    """The parts by `name` that are told, in each group by `other` that has any of them."""
    if "region" in (name, other):
        table = table.at(codes.at(table.keys, "unit") == WHOLE)
    part = codes.at(table.keys, name) != WHOLE
    group = codes.at(table.keys, other) != WHOLE
    groups = np.unique(codes.but(table.keys[part & group], name))
    groups = groups[table.places(groups) >= 0]
    told = table.keys[part & ~group]
    left, right = pairs(codes.but(groups, other), codes.but(told, name))
    return groups[left] + codes.only(told[right], name)


def _with_lives(table: Table, codes: Codes) -> tuple[Table, np.ndarray]:
    """With each part of all counts and at all times that its whole is of; and the keys of those in
    months before and after all that it is told of."""
    outside = [np.zeros(0, dtype=np.int64)]
    for name in codes.varying(table.keys, WHOLES):
        parts = _parts(table, name, codes).keys
        number, lives = pd.factorize(_life(parts, codes))
        ends = codes.ends(parts)
        first, last = np.full(len(lives), ends.max(initial=0)), np.zeros(len(lives), dtype=int)
        np.minimum.at(first, number, ends)
        np.maximum.at(last, number, ends)
        whole, life = pairs(_life(table.keys, codes), codes.but(lives, name))
        keys = table.keys[whole] + codes.only(lives[life], name)
        end = codes.ends(keys)
        gone = ((end < first[life]) | (last[life] < end)) & ~codes.longer(keys)
        outside.append(keys[gone & (table.places(keys) < 0)])
        table = table.extended(keys)
    return table, np.concatenate(outside)


def _life(keys: np.ndarray, codes: Codes) -> np.ndarray:
    """Whom keys are of, at whatever time and whichever count of them."""
    return codes.but(keys, "span", "period", "quantity")


def _left(table: Table, totals: Table) -> Table:
    """What their parts leave of wholes; NaN where that is not known."""
    return Table(totals.keys, table.told(totals.keys) - totals.values)


def _free(left: Table, name: str, codes: Codes) -> np.ndarray:
    """Of which wholes there may be more than their parts: these fall short in another count, or in
    the whole that they are a group of."""
    line = codes.but(left.keys, "quantity")
    whole = codes.but(line, *(each for each in WHOLES if each not in (name, "region")))
    short = line[left.values > TOLERANCE]
    return np.isin(line, short) | np.isin(whole, short)


def _totals(table: Table, name: str, codes: Codes) -> Table:
    """The sums of the parts of each whole that there is, NaN where a part is not known."""
    parts = _parts(table, name, codes)
    number, keys = pd.factorize(codes.but(parts.keys, name))
    total = Table(keys, np.bincount(number, parts.values, len(keys)))
    return total.at(table.places(keys) >= 0)


def _parts(table: Table, name: str, codes: Codes) -> Table:
    chosen = codes.at(table.keys, name) != WHOLE
    if name == "region":
        chosen &= codes.at(table.keys, "unit") == WHOLE
    return table.at(chosen)
