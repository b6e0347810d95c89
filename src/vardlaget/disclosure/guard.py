"""The differencing guard: what everything published, taken together, gives away.

Each small cell that is hidden now is tried against all that is shown now and all that earlier
editions showed: is there a table in which it is not small, and one in which it is nobody's? What
an earlier edition told and is no longer true gives nothing away, since data were revised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy

from vardlaget.catalogue import Indicators
from vardlaget.disclosure.cells import Cells, readings
from vardlaget.disclosure.codes import LINE
from vardlaget.disclosure.constraints import Constraints
from vardlaget.disclosure.policy import Policy
from vardlaget.disclosure.primary import problems, small_cells
from vardlaget.disclosure.secondary import line_signs
from vardlaget.disclosure.tables import Goal, agrees, moved
from vardlaget.observations import COLUMNS

ROUNDS = 4
EDITION = "edition"


@dataclass(frozen=True)
class Exposure:
    """A small count that is hidden and can be derived, or bounded to within the threshold.

    `by`: what gives it away, as `edition: figure`. Its text has no number of what is hidden;
    `lower` and `upper` are what a reader can derive.
    """

    cell: str
    by: tuple[str, ...]
    lower: float = field(repr=False)
    upper: float = field(repr=False)

    def __str__(self) -> str:
        return f"{self.cell}: can be derived from {'; '.join(self.by)}."


def hidden(frame: pd.DataFrame, protected: pd.DataFrame) -> pd.DataFrame:
    """The rows of `frame` that `protect` has hidden, with their numbers: never to be published."""
    gone = (protected["status"] == "suppressed").to_numpy()
    return frame[gone & (frame["status"] != "suppressed").to_numpy()]


def exposed(
    published: Mapping[str, pd.DataFrame],
    hidden: pd.DataFrame,
    policy: Policy,
    indicators: Indicators,
) -> list[Exposure]:
    """The small cells of `hidden` that the published tables give away, in the order of the table.

    `published`: tables by the name of their edition, oldest first, the last the one that is about
    to be published. Rows that an edition itself shows as `suppressed` are tried too.
    """
    tables = [hidden.assign(open=False, **{EDITION: ""})]
    tables += [
        table.assign(open=table["status"] != "suppressed", **{EDITION: name})
        for name, table in reversed(published.items())
    ]
    rows = pd.concat([table[[*COLUMNS, "open", EDITION]] for table in tables], ignore_index=True)
    rows["former"] = rows["open"] & (rows[EDITION] != next(reversed(published), ""))
    found: dict[str, Exposure] = {}
    for family, part in problems(rows, policy, indicators):
        for cells in readings(part, indicators):
            for exposure in _Attack(family, part, cells, policy).exposures():
                found.setdefault(exposure.cell, exposure)
    return [*found.values()]


class _Attack:
    """What a reader of all tables knows of one family's cells."""

    def __init__(self, family: str, rows: pd.DataFrame, cells: Cells, policy: Policy):
        self.family, self.rows, self.cells, self.policy = family, rows, cells, policy
        told = cells.tells[cells.tells["open"] & cells.tells["value"].notna()]
        true = np.isclose(told["value"], cells.values[told["cell"]])
        self.told = told[true]
        self.known = np.zeros(len(cells.frame), dtype=bool)
        self.known[self.told["cell"]] = True
        secret = rows.index[~rows["open"]]
        self.constraints: Constraints = cells.constraints.without(secret.to_numpy())
        self.small = self._secret(secret, small_cells(cells, policy))

    def _secret(self, rows: pd.Index, small: np.ndarray) -> np.ndarray:
        """Small cells that a hidden row tells."""
        concerned = np.zeros(len(small), dtype=bool)
        concerned[self.cells.tells.loc[self.cells.tells["row"].isin(rows), "cell"]] = True
        return small & concerned

    def exposures(self) -> list[Exposure]:
        high, low = self._safe()
        doubtful = np.flatnonzero(self.small & ~(high & low))
        return [found for cell in doubtful if (found := self._exposure(int(cell)))]

    def _safe(self) -> tuple[np.ndarray, np.ndarray]:
        """Which cells have a table that makes them large, and one that makes them nobody's."""
        base, policy = self.cells.table, self.policy
        high, low = ~self.small, ~self.small
        high[self.known], low[self.known] = ~self.small[self.known], ~self.small[self.known]
        free = np.flatnonzero(~self.known)
        for signs in self._signs():
            goal = Goal(
                ~high & signs & ~self.known,
                ~low & ~signs & ~self.known,
                float(policy.threshold),
                float(policy.least),
            )
            if not (goal.up | goal.down).any():
                continue
            table = moved(self.constraints, base, free, np.zeros(len(base)), goal)
            given = ~np.isnan(self.cells.values)
            if table is not None and agrees(self.constraints, table, (table - base)[given]):
                high |= ~self.known & (table >= policy.threshold)
                low |= ~self.known & (table <= policy.least)
        return high, low

    def _signs(self):
        bits = line_signs(self.cells.frame)
        for round_ in range(ROUNDS):
            rising = (bits >> round_) & 1 == 1
            yield from (rising, ~rising)

    def _exposure(self, cell: int) -> Exposure | None:
        """The cell with what gives it away, unless a reader can rule out neither."""
        name = self._name(cell)
        if self.known[cell]:
            value = float(self.cells.values[cell])
            return Exposure(name, self._tellers(np.array([cell])), value, value)
        upper, over = self._bound(cell, highest=True)
        lower, under = self._bound(cell, highest=False)
        if upper >= self.policy.threshold and lower <= self.policy.least:
            return None
        close = upper < self.policy.threshold
        telling = np.union1d(over if close else [], under if lower > self.policy.least else [])
        return Exposure(name, self._tellers(telling.astype(int)), lower, upper)

    def _bound(self, cell: int, highest: bool) -> tuple[float, np.ndarray]:
        """The least or greatest whole number that the cell can be, and the cells that bound it."""
        base, free = self.cells.table, np.flatnonzero(~self.known)
        aim = np.zeros(len(base), dtype=bool)
        aim[cell] = True
        none = np.zeros_like(aim)
        goal = (
            Goal(aim, none, float(self.policy.threshold), 0.0)
            if highest
            else Goal(none, aim, 0.0, float(self.policy.least))
        )
        table = moved(self.constraints, base, free, np.zeros(len(base)), goal, whole=True)
        value = base[cell] if table is None else table[cell]
        return float(value), self._certificate(cell, highest)

    def _certificate(self, cell: int, highest: bool) -> np.ndarray:
        """The known cells in the constraints whose multipliers prove the cell's bound.

        By the duality of linear programming they suffice for it.
        """
        matrix, free = self.constraints.matrix, np.flatnonzero(~self.known)
        part = matrix[:, free]
        rows = np.flatnonzero(np.diff(part.indptr))
        equal = self.constraints.lower[rows] == self.constraints.upper[rows]
        fixed = matrix[rows] @ np.where(self.known, self.cells.table, 0.0)
        right = self.constraints.upper[rows] - fixed
        objective = np.where(free == cell, -1.0 if highest else 1.0, 0.0)
        part = part[rows]
        found = scipy.optimize.linprog(
            objective,
            A_ub=part[~equal] if (~equal).any() else None,
            b_ub=right[~equal] if (~equal).any() else None,
            A_eq=part[equal] if equal.any() else None,
            b_eq=right[equal] if equal.any() else None,
        )
        if found.x is None:
            return np.zeros(0, dtype=int)
        weights = np.zeros(len(rows))
        weights[~equal] = found.ineqlin.marginals if (~equal).any() else []
        weights[equal] = found.eqlin.marginals if equal.any() else []
        binding = matrix[rows[np.abs(weights) > 1e-9]]
        involved = np.unique(binding.indices)
        return involved[self.known[involved]]

    def _tellers(self, cells: np.ndarray) -> tuple[str, ...]:
        """For each cell the edition and figure that tell it, the newest edition first."""
        told = self.told[self.told["cell"].isin(cells)].drop_duplicates("cell")
        rows = self.rows.loc[told["row"]].drop_duplicates([*COLUMNS, EDITION])
        return tuple(f"{row[EDITION]}: {_figure(row)}" for _, row in rows.iterrows())

    def _name(self, cell: int) -> str:
        row = self.cells.frame.loc[cell]
        return _line(f"{self.family} {row['quantity']}", row)


def _figure(row: pd.Series) -> str:
    return _line(f"{row['indicator']} {row['exclusions']}".strip(), row)


def _line(name: str, row: pd.Series) -> str:
    return " ".join([name, *(row[column] for column in LINE if row[column])])
