"""Cells by their keys, and the sums among them: units of a region, groups of a breakdown, regions
of the country, months of a year.

A whole is the sum of its parts where their values say so, or where one of them is not known. Where
known parts fall short of the whole, they are at most the whole; where they exceed it, sources
contradict each other and nothing holds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from vardlaget.disclosure.codes import WHOLE, WHOLES, Codes
from vardlaget.disclosure.constraints import Part


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


def nobody(table: Table, keys: np.ndarray) -> Part:
    """These cells are nobody: that is what a reader takes for so, and no more."""
    entries = [(np.arange(len(keys)), table.places(keys), np.ones(len(keys)))]
    return Part.of(entries, np.full(len(keys), -np.inf), assumed=np.ones(len(keys)))


def sums(table: Table, codes: Codes, rest: Collection[str] = ()) -> list[Part]:
    """All sums among cells. What is left of wholes has none of its own: they would follow from
    those of the wholes and of their parts.

    `rest`: the dimensions in which wholes have a rest among their parts. In others, what is not
    known is assumed to be what the parts add up to.
    """
    names = codes.varying(table.keys, WHOLES)
    found = [_over(table, name, names[:n], name in rest, codes) for n, name in enumerate(names)]
    longer = codes.longer(table.keys) & ~codes.left(table.keys, names)
    return [*found, _over_months(table, np.flatnonzero(longer), codes)] if longer.any() else found


def _over(table: Table, name: str, before: list[str], sure: bool, codes: Codes) -> Part:
    """The sums over one dimension, after those over others."""
    parts = codes.at(table.keys, name) != WHOLE
    parts = np.flatnonzero(parts & ~codes.left(table.keys, before))
    wholes = table.places(codes.but(table.keys[parts], name))
    there = wholes >= 0
    return _sums(table.values, wholes[there], parts[there], sure=sure)


def _over_months(table: Table, longer: np.ndarray, codes: Codes) -> Part:
    """Year to date, twelve months and years of what happens, not of those who wait."""
    places, months = codes.months(table.keys[longer])
    wholes, found = longer[places], table.places(months)
    known = found >= 0
    return _sums(table.values, wholes[known], found[known], np.unique(wholes[~known]))


def _sums(
    values: np.ndarray, wholes: np.ndarray, parts: np.ndarray, short=(), sure: bool = True
) -> Part:
    """Whole and part cell by cell, as constraints; the wholes in `short` have more parts.

    Unless that is `sure`, parts of which not all is known are at most the whole, and that they are
    no less is assumed, in a constraint of its own.
    """
    ids, number = np.unique(wholes, return_inverse=True)
    left = values[ids] - np.bincount(number, values[parts], len(ids))
    unknown = np.isnan(left)
    equal = (unknown | np.isclose(left, 0)) & ~np.isin(ids, np.asarray(short))
    assumed = np.flatnonzero(unknown & equal & (not sure))
    equal[assumed] = False
    again = pd.Index(assumed).get_indexer(number)
    entries = [
        (number, parts, np.ones(len(parts))),
        (np.arange(len(ids)), ids, -np.ones(len(ids))),
        (len(ids) + again[again >= 0], parts[again >= 0], -np.ones(sum(again >= 0))),
        (len(ids) + np.arange(len(assumed)), ids[assumed], np.ones(len(assumed))),
    ]
    lower = np.append(np.where(equal, 0, -np.inf), np.full(len(assumed), -np.inf))
    return Part.of(entries, lower, assumed=np.arange(len(lower)) >= len(ids))
