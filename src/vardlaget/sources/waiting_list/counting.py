"""Waits counted by length: arrays whose size is that of the answer, not of the list.

Two passes over the rows. The first counts patients in bins whose edges are the limits that are
reported; the second counts single days within the bins that hold a median or a percentile.

An occasion is a month in a basis: first the months at whose end patients wait, then the months in
which waits are completed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vardlaget.periods import Month
from vardlaget.sources.waiting_list.columns import CODES, PHASES
from vardlaget.sources.waiting_list.reading import EPOCH, LAST_DAY

BASES = ("waiting", "completed")
PVV = CODES.index("pvv")
# Percentiles as exact fractions: the median and the ninetieth.
PERCENTILES = {"median_wait": (1, 2), "p90_wait": (9, 10)}
_YEAR = 365
# The last day of each bin. 30, 60, 90, 120, 150, 180 and 365 are limits of what is reported;
# beyond a year the bins widen with the wait.
_LAST_DAYS = np.array(
    [
        *range(15, 181, 15),
        *range(217, 366, 37),
        *(
            years * (_YEAR + 73 * part)
            for years in (2**n for n in range(7))
            for part in range(1, 6)
        ),
    ]
)
_FIRST_DAYS = np.array([0, *(_LAST_DAYS[:-1] + 1)])
_WIDTHS = _LAST_DAYS - _FIRST_DAYS + 1
_BIN = np.repeat(np.arange(len(_WIDTHS)), _WIDTHS)
_DAY_IN_BIN = np.arange(len(_BIN)) - _FIRST_DAYS[_BIN]
_ONE = np.uint32(1)


@dataclass(frozen=True)
class Calendar:
    """The months that are counted, in their order."""

    months: tuple[Month, ...]

    @cached_property
    def last(self) -> np.ndarray:
        """The last day of each."""
        return np.array([(month.last_day - EPOCH).days for month in self.months], dtype="int32")

    @cached_property
    def ending_from(self) -> np.ndarray:
        """For each day the place of the first month that ends on it or later."""
        return np.searchsorted(self.last, np.arange(LAST_DAY + 1))

    @cached_property
    def includes(self) -> np.ndarray:
        """For each day whether it is in one of the months."""
        months = {(month.year, month.number) for month in self.months}
        days = np.arange(LAST_DAY + 1).astype("datetime64[D]")
        numbers = days.astype("datetime64[M]").astype("int64")
        return np.isin(numbers, [(year - 1970) * 12 + number - 1 for year, number in months])


@dataclass(frozen=True)
class Waits:
    """Rows that are counted: places of phase and deviation code, days, and groups.

    `start` is below 0 for who still waits. `groups` has one column for each breakdown.
    """

    phase: np.ndarray
    code: np.ndarray
    referral: np.ndarray
    start: np.ndarray
    groups: np.ndarray


def no_patients(calendar: Calendar, groups: int, longest: int) -> np.ndarray:
    """Counts of waits of at most `longest` days: by occasion, group, phase, code and bin."""
    occasions = len(BASES) * len(calendar.months)
    return np.zeros((occasions, groups, len(PHASES), len(CODES), _BIN[longest] + 1), "uint32")


def count(waits: Waits, patients: np.ndarray, calendar: Calendar) -> None:
    """Adds waits to the counts of patients, in each of their groups."""
    _, groups, phases, codes, bins = patients.shape
    size = groups * phases * codes * bins
    cells = ((waits.groups * phases + waits.phase[:, None]) * codes + waits.code[:, None]) * bins
    for occasion, picked, days in _occasions(waits, calendar):
        place = occasion * size + _BIN.take(days)
        np.add.at(patients.reshape(-1), _shifted(cells, picked, place), _ONE)


def within(patients: np.ndarray, days: int | None = None) -> np.ndarray:
    """Patients who waited at most `days`, which is the last day of a bin; None is all."""
    bins = None if days is None else int(np.searchsorted(_LAST_DAYS, days)) + 1
    return patients[..., :bins].sum(axis=-1, dtype="int64")


class Percentiles:
    """The exact percentiles of waits without PvV, by occasion, group and phase.

    A percentile is the smallest number of days that at least that part of the patients do not
    exceed. The counts of the first pass tell in which bin it is, and how many come before it.
    """

    def __init__(self, patients: np.ndarray):
        counted = patients.sum(axis=-2, dtype="uint32") - patients[..., PVV, :]
        upto = counted.cumsum(axis=-1, dtype="uint32")
        self._all = upto[..., -1].astype("int64")
        self._bins = counted.shape[-1]
        self._cell, self._rank = {}, {}
        first = np.arange(self._all.size).reshape(self._all.shape) * self._bins
        for name, (part, whole) in PERCENTILES.items():
            rank = (self._all * part + whole - 1) // whole
            cell = first + np.minimum((upto < rank[..., None]).sum(axis=-1), self._bins - 1)
            before = upto.reshape(-1).take(cell).astype("int64") - counted.reshape(-1).take(cell)
            self._cell[name], self._rank[name] = cell, rank - before
        self._allot(counted.shape)

    def _allot(self, shape: tuple[int, ...]) -> None:
        """Room for the days of each bin that holds a percentile; -1 where none does."""
        told = self._all > 0
        cells = np.unique(np.concatenate([cell[told] for cell in self._cell.values()]))
        widths = _WIDTHS[cells % self._bins]
        self._room = np.full(shape, -1, dtype="int32")
        self._room.reshape(-1)[cells] = np.cumsum(widths) - widths
        self._days = np.zeros(int(widths.sum()), dtype="uint32")

    def count(self, waits: Waits, calendar: Calendar) -> None:
        """Adds waits, of which none has PvV."""
        cells = (waits.groups * len(PHASES) + waits.phase[:, None]) * self._bins
        size = int(np.prod(self._room.shape[1:]))
        for occasion, picked, days in _occasions(waits, calendar):
            place = occasion * size + _BIN.take(days)
            room = self._room.reshape(-1).take(_shifted(cells, picked, place))
            inside = np.flatnonzero(room >= 0)
            day = _DAY_IN_BIN.take(days.take(inside // cells.shape[1]))
            np.add.at(self._days, room.take(inside) + day, _ONE)

    def days(self, name: str) -> np.ndarray:
        """A percentile in days; nan where nobody waited."""
        upto = np.concatenate([[0], self._days.cumsum(dtype="int64")])
        cell, rank = self._cell[name], self._rank[name]
        room = np.maximum(self._room.reshape(-1).take(cell), 0)
        place = np.searchsorted(upto[1:], upto.take(room) + rank)
        found = _FIRST_DAYS.take(cell % self._bins) + place - room
        return np.where(self._all > 0, found, np.nan)


def counted_on_any_occasion(
    referral: np.ndarray, start: np.ndarray, calendar: Calendar
) -> np.ndarray:
    """Whether each wait is counted at all."""
    at, until = _month_ends(referral, start, calendar)
    return (at < until) | (calendar.includes.take(start) & (start >= 0))


def _month_ends(
    referral: np.ndarray, start: np.ndarray, calendar: Calendar
) -> tuple[np.ndarray, np.ndarray]:
    """The first month at whose end each one waits, and the first at whose end no longer."""
    ended = calendar.ending_from.take(start)
    return calendar.ending_from.take(referral), np.where(start < 0, len(calendar.months), ended)


def _occasions(
    waits: Waits, calendar: Calendar
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Occasions, which waits are counted on them, and the days they had lasted.

    Waiting at the end of a month: the wait began on its last day or before, and had not ended
    then. Completed in a month: the wait ended in it.
    """
    month, until = _month_ends(waits.referral, waits.start, calendar)
    picked = np.flatnonzero(month < until)
    month, until = month.take(picked), until.take(picked)
    while picked.size:
        yield month, picked, calendar.last.take(month) - waits.referral.take(picked)
        month = month + 1
        on = np.flatnonzero(month < until)
        picked, month, until = picked.take(on), month.take(on), until.take(on)
    picked = np.flatnonzero((waits.start >= 0) & calendar.includes.take(waits.start))
    start = waits.start.take(picked)
    completed = len(calendar.months) + calendar.ending_from.take(start)
    yield completed, picked, start - waits.referral.take(picked)


def _shifted(cells: np.ndarray, picked: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The cells of the rows picked, each row shifted by its own number, as one list."""
    return (cells.take(picked, axis=0) + by[:, None]).reshape(-1)
