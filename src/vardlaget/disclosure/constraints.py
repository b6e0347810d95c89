"""Linear constraints among cells, put together from entries."""

from dataclasses import dataclass

import numpy as np
import scipy

# Of constraint, cell and coefficient.
KINDS = (int, int, float)
ALWAYS = -1
# Sums of counts are exact in floating point; products with a share are not.
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Constraints:
    """`lower <= matrix @ cells <= upper`, one row a constraint, no number below 0.

    `given_by`: the row of the one table that a constraint stands or falls with, else `ALWAYS`.
    `assumed`: whether it is what a reader takes for so, and not so of itself.
    """

    matrix: "scipy.sparse.csr_array"
    lower: np.ndarray
    upper: np.ndarray
    given_by: np.ndarray
    assumed: np.ndarray

    def at(self, chosen: np.ndarray) -> "Constraints":
        rows = (self.lower, self.upper, self.given_by, self.assumed)
        return Constraints(self.matrix[chosen], *(each[chosen] for each in rows))

    def without(self, rows: np.ndarray) -> "Constraints":
        """The constraints that hold when `rows` of the one table are not told."""
        return self.at(np.flatnonzero(~np.isin(self.given_by, rows)))

    def hold(self, values: np.ndarray) -> np.ndarray:
        """Which constraints the values satisfy; those of a value that is not known (NaN) do."""
        unknown = np.isnan(values)
        doubtful = abs(self.matrix) @ unknown.astype(float) > 0
        sums = self.matrix @ np.where(unknown, 0.0, values)
        kept = (sums >= self.lower - TOLERANCE) & (sums <= self.upper + TOLERANCE)
        return kept | doubtful


@dataclass(frozen=True, eq=False)
class Part:
    """Constraints in the making, with upper bound 0.

    `entries`: equally long arrays: constraint, cell, coefficient.
    """

    entries: tuple[np.ndarray, np.ndarray, np.ndarray]
    lower: np.ndarray
    given_by: np.ndarray
    assumed: np.ndarray

    @classmethod
    def of(cls, entries: list[tuple], lower: np.ndarray, given_by=None, assumed=None) -> "Part":
        """`entries`: such tuples, one after the other."""
        each = zip(*entries, strict=True) if entries else [([],)] * len(KINDS)
        constraint, cell, coefficient = (
            np.concatenate(arrays).astype(kind) for arrays, kind in zip(each, KINDS, strict=True)
        )
        free = np.full(len(lower), ALWAYS) if given_by is None else given_by
        sure = np.zeros(len(lower)) if assumed is None else assumed
        kinds = zip((lower, free, sure), (float, int, bool), strict=True)
        rows = (np.asarray(array, dtype=kind) for array, kind in kinds)
        return cls((constraint, cell, coefficient), *rows)


def stacked(parts: list[Part], cells: int) -> Constraints:
    """All constraints on so many cells."""
    starts = np.cumsum([0, *(len(part.lower) for part in parts)])
    numbers = [part.entries[0] + start for part, start in zip(parts, starts, strict=False)]
    places = np.concatenate(numbers), np.concatenate([part.entries[1] for part in parts])
    coefficients = np.concatenate([part.entries[2] for part in parts])
    matrix = scipy.sparse.coo_array((coefficients, places), shape=(starts[-1], cells))
    lower, given_by, assumed = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("lower", "given_by", "assumed")
    )
    return Constraints(matrix.tocsr(), lower, np.zeros(len(lower)), given_by, assumed)
