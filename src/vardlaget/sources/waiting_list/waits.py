"""From the codes of a batch of rows to waits that can be counted, or reasons why not."""

from dataclasses import dataclass

import numpy as np

from vardlaget.sources.waiting_list.columns import CODES, MARGINS, PHASES
from vardlaget.sources.waiting_list.counting import (
    PVV,
    Calendar,
    Waits,
    counted_on_any_occasion,
)
from vardlaget.sources.waiting_list.reading import Batch, Coded
from vardlaget.sources.waiting_list.rejects import OTHER, REASONS, UNKNOWN, reasons_of

# In these columns a text either has a meaning or makes the row wrong.
_ORDERED = {"phase": PHASES, "deviation_code": CODES}
_CHECKED = ("region", "phase", "deviation_code", "sex", "age_group")


@dataclass(frozen=True)
class Margin:
    """The groups of one breakdown, pairs of region and value; column "" is the regions.

    In all counts the groups have the places from `first`; the place after them is for rows
    that belong to none, because their value is not told. `table[region code, value code]` is the
    place of a row.
    """

    column: str
    first: int
    groups: tuple[tuple[str, str], ...]
    table: np.ndarray

    @property
    def places(self) -> slice:
        return slice(self.first, self.first + len(self.groups))


@dataclass(frozen=True)
class Coding:
    """What the codes of a list mean: `meanings` by column (UNKNOWN, OTHER or from 0), margins."""

    meanings: dict[str, np.ndarray]
    margins: list[Margin]

    @classmethod
    def of(cls, coded: dict[str, Coded]) -> "Coding":
        meanings = {
            column: _places(column, coded[column]) for column in _CHECKED if column in coded
        }
        margins: list[Margin] = []
        for column in ("", *(column for column in MARGINS if column in coded)):
            first = margins[-1].places.stop + 1 if margins else 0
            margins.append(_margin(column, coded, first))
        return cls(meanings, margins)

    @property
    def groups(self) -> int:
        """How many groups there are in all margins, with those for rows that belong to none."""
        return self.margins[-1].places.stop + 1

    def reasons(self, batch: Batch) -> np.ndarray:
        """See `rejects.reasons_of`."""
        found = {column: self._of(column, batch.codes[column]) for column in self.meanings}
        return reasons_of(batch, found)

    def waits(
        self, batch: Batch, reasons: np.ndarray, calendar: Calendar, without_pvv: bool = False
    ) -> Waits:
        """The sound rows of a batch that are counted in some month."""
        kept = reasons == len(REASONS)
        kept &= counted_on_any_occasion(batch.referral, batch.start, calendar)
        if without_pvv and "deviation_code" in self.meanings:
            kept &= self._of("deviation_code", batch.codes["deviation_code"]) != PVV
        rows = np.flatnonzero(kept)
        codes = {column: codes.take(rows) for column, codes in batch.codes.items()}
        code = np.zeros(len(rows), dtype="int8")
        if "deviation_code" in codes:
            code = self._of("deviation_code", codes["deviation_code"])
        groups = np.empty((len(rows), len(self.margins)), dtype="int32")
        for place, margin in enumerate(self.margins):
            cell = codes["region"].astype("int32") * margin.table.shape[1]
            cell += codes[margin.column] if margin.column else 0
            groups[:, place] = margin.table.reshape(-1).take(cell)
        phase = self._of("phase", codes["phase"])
        return Waits(phase, code, batch.referral.take(rows), batch.start.take(rows), groups)

    def _of(self, column: str, codes: np.ndarray) -> np.ndarray:
        return self.meanings[column].take(codes)


def _places(column: str, coded: Coded) -> np.ndarray:
    order = _ORDERED.get(column)

    def place(meaning: str | None) -> int:
        if meaning is None:
            return UNKNOWN
        if not order:
            return 0
        return order.index(meaning) if meaning in order else OTHER

    return np.array([place(meaning) for meaning in coded.meanings], dtype="int8")


def _margin(column: str, coded: dict[str, Coded], first: int) -> Margin:
    regions = coded["region"].meanings
    values = coded[column].meanings if column else [""]
    told = coded[column].pairs if column else None
    pairs = np.ones((len(regions), len(values)), dtype=bool) if told is None else told
    occurring = [
        (row, code, (regions[row], values[code]))
        for row, code in np.argwhere(pairs).tolist()
        if regions[row] and (values[code] or not column)
    ]
    groups = sorted({pair for _, _, pair in occurring})
    place = {pair: first + index for index, pair in enumerate(groups)}
    table = np.full(pairs.shape, first + len(groups), dtype="int32")
    for row, code, pair in occurring:
        table[row, code] = place[pair]
    return Margin(column, first, tuple(groups), table)
