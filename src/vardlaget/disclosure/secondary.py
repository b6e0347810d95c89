"""Which more rows to hide so that no hidden small count can be derived, or bounded too closely.

A small cell is safe when there are two tables of whole numbers that agree with everything shown:
one in which it is at least the threshold, one in which it is at most the smallest number that is
hidden. A reader can then rule out neither. Tables are looked for region by region, at the least
cost in figures that must change and therefore be hidden; the country's stand back for the regions'.
"""

import zlib

import numpy as np
import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.disclosure.cells import Cells
from vardlaget.disclosure.codes import LINE, REST
from vardlaget.disclosure.constraints import Constraints
from vardlaget.disclosure.policy import Policy
from vardlaget.disclosure.tables import Goal, agrees, moved
from vardlaget.observations import BREAKDOWNS

ROUNDS = 4
# What it costs to hide a figure of a whole region, in figures of its parts.
WHOLE_REGION = 20.0
HIDDEN = 1e-3
# What moves with any region: the country, and those of its regions that no row tells.
EVERYONES = (COUNTRY, REST)


class Hiding:
    """The search's state: which rows are hidden, and which small cells have been shown safe.

    `untold`: the cells of lines of which no row tells anything, so that they move for nothing.
    """

    def __init__(self, cells: Cells, small: np.ndarray, policy: Policy):
        self.cells, self.policy = cells, policy
        values = cells.values
        told = cells.tells
        self.open = np.zeros(len(values), dtype=bool)
        self.open[told.loc[told["open"] & told["value"].notna(), "cell"]] = True
        line = cells.frame["line"].to_numpy()
        self.untold = ~np.isin(line, line[told["cell"]])
        self.small = small & ~self.open
        self.high = ~self.small
        self.low = ~self.small | (values <= policy.least)
        self.rows = np.zeros(0, dtype=int)
        self.cost = _cost(cells)
        self.hide(self.small, bare=True)

    def hide(self, chosen: np.ndarray, bare: bool = False) -> None:
        """Hides every row that tells one of the chosen cells; `bare`: or a share of it alone."""
        told = self.cells.tells
        rows = told[chosen[told["cell"]] & ~told["open"] & (told["value"].notna() | bare)]
        self.rows = np.union1d(self.rows, rows["row"])

    @property
    def unknown(self) -> np.ndarray:
        """Cells that no row shown tells."""
        told = self.cells.tells
        shown = told["value"].notna() & (told["open"] | ~told["row"].isin(self.rows))
        unknown = np.ones(len(self.cells.frame), dtype=bool)
        unknown[told.loc[shown, "cell"]] = False
        return unknown

    @property
    def constraints(self) -> Constraints:
        return self.cells.constraints.without(self.rows)

    def move(self, movable: np.ndarray, up: np.ndarray, down: np.ndarray, whole=False) -> None:
        """Finds a table in which `up` cells rise and `down` cells fall, and hides what moves."""
        base, known = self.cells.table, ~np.isnan(self.cells.values)
        cost = np.where(self.unknown, HIDDEN, self.cost)
        goal = Goal(up, down, float(self.policy.threshold), float(self.policy.least))
        able = np.flatnonzero(movable & ~self.open)
        table = moved(self.constraints, base, able, np.where(known, cost, 0.0), goal, whole)
        if table is None:
            return
        self.hide(known & (table != base))
        if agrees(self.constraints, table, (table - base)[known]):
            self.high |= table >= self.policy.threshold
            self.low |= table <= self.policy.least

    def towards(self, movable: np.ndarray, own: np.ndarray, rising: np.ndarray) -> None:
        """Moves the own cells that are not yet safe: up where `rising`, else down."""
        up, down = own & ~self.high & rising, own & ~self.low & ~rising
        if up.any() or down.any():
            self.move(movable, up, down)

    @property
    def unsafe(self) -> np.ndarray:
        return ~(self.high & self.low)


def hidden_rows(cells: Cells, small: np.ndarray, policy: Policy) -> np.ndarray:
    """The rows of the one table to hide so that all `small` cells are safe, themselves included.

    What an earlier publication has told (`open` in `cells.tells`) cannot be hidden any more.
    """
    state = Hiding(cells, small, policy)
    regions = cells.frame["region"].to_numpy()
    signs = line_signs(cells.frame)
    for region in sorted(set(regions[state.unsafe]), reverse=True):
        _region(state, regions, region, signs)
    everywhere = np.ones(len(regions), dtype=bool)
    for cell in np.flatnonzero(state.unsafe):
        _alone(state, cell, np.isin(regions, [regions[cell], *EVERYONES]))
    for cell in np.flatnonzero(state.unsafe):
        _alone(state, cell, everywhere)
    if state.unsafe.any():
        state.hide(everywhere)
    return state.rows


def _region(state: Hiding, regions: np.ndarray, region: str, signs: np.ndarray) -> None:
    """A region's cells: what nobody knows first, then other figures with it.

    Half of the lines rise while the others fall, then the reverse, so that they balance.
    """
    own = regions == region
    movable = own | np.isin(regions, EVERYONES)
    everything = np.ones(len(signs), dtype=bool)
    for sign in (everything, ~everything):
        state.towards((movable | state.untold) & state.unknown, own, sign)
    for round_ in range(ROUNDS):
        rising = (signs >> round_) & 1 == 1
        for sign in (rising, ~rising):
            state.towards(movable, own, sign)


def _alone(state: Hiding, cell: int, movable: np.ndarray) -> None:
    """One cell that goes up, and down, for itself: with whole numbers if need be."""
    one = np.zeros(len(movable), dtype=bool)
    one[cell] = True
    none = np.zeros_like(one)
    for whole in (False, True):
        if not state.high[cell]:
            state.move(movable, one, none, whole)
        if not state.low[cell]:
            state.move(movable, none, one, whole)


def _cost(cells: Cells) -> np.ndarray:
    """What hiding each cell costs: the rows that tell it, more for large ones and whole regions."""
    rows = np.bincount(cells.tells["cell"], minlength=len(cells.frame))
    whole = (cells.frame[["unit", *BREAKDOWNS]] == "").all(axis=1).to_numpy()
    size = 1 + np.log10(1 + np.nan_to_num(cells.values))
    return rows * size * np.where(whole, WHOLE_REGION, 1.0)


def line_signs(frame: pd.DataFrame) -> np.ndarray:
    """For each cell bits that are its line's own, the same in every table that has the line."""
    first = frame.drop_duplicates("line").set_index("line")[list(LINE)]
    texts = first.agg("\x1f".join, axis=1)
    return frame["line"].map(texts.map(lambda text: zlib.crc32(text.encode()))).to_numpy()
