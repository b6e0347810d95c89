"""Other tables that a reader cannot tell from the true one, found by linear programming.

Who knows every published figure and every relation among cells knows that the hidden cells are
some table of whole numbers that agrees with all of them. A cell is safe when such tables exist in
which it is small and in which it is not: each is a proof that needs no trust in a solver, since it
can be checked against the constraints by arithmetic.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from vardlaget.disclosure.constraints import TOLERANCE, Constraints

# What it costs to miss a goal by one, beside the costs of moving cells: they never reach it.
MISSED = 1e6
# A limit of time would hide other figures on a slower machine.
NODES = 2000
# With fewer variables, making a problem of continuous numbers simpler first takes longer than it
# saves; with more, the search takes a third or a quarter of the time.
FEW = 2000
EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Goal:
    """Cells that are to reach at least `high`, and cells that are to reach at most `low`."""

    up: np.ndarray
    down: np.ndarray
    high: float
    low: float


def moved(
    constraints: Constraints,
    values: np.ndarray,
    movable: np.ndarray,
    cost: np.ndarray,
    goal: Goal,
    whole: bool = False,
) -> np.ndarray | None:
    """The values after the cheapest move towards the goal, goals that conflict being missed.

    `values` satisfy the constraints. `movable`: positions of cells that may change, `cost`: of
    each cell, for a step of one. `whole` asks the solver for whole numbers. None where it finds
    no table in the time that it has.
    """
    part, rows = _active(constraints.matrix, movable)
    start = constraints.matrix[rows] @ values
    found = _solve(
        part,
        (constraints.lower[rows] - start, constraints.upper[rows] - start),
        values[movable],
        cost[movable],
        Goal(goal.up[movable], goal.down[movable], goal.high, goal.low),
        whole,
    )
    if found.x is None:
        return None
    size = len(movable)
    table = values.copy()
    table[movable] += _rounded(found.x[:size] - found.x[size : 2 * size])
    return table


def agrees(constraints: Constraints, table: np.ndarray, steps: np.ndarray) -> bool:
    """Whether a table is one: it satisfies the constraints, and those `steps` are whole."""
    return _whole(steps) and bool((table >= 0).all()) and bool(constraints.hold(table).all())


def _whole(numbers: np.ndarray) -> bool:
    return bool((np.abs(numbers - np.round(numbers)) < EXACT).all())


def _rounded(numbers: np.ndarray) -> np.ndarray:
    """What a solver leaves beside a whole number is that number."""
    near = np.round(numbers)
    return np.where(np.abs(numbers - near) < TOLERANCE, near, numbers)


def completed(
    constraints: Constraints, values: np.ndarray, yielding: np.ndarray
) -> np.ndarray | None:
    """The values with numbers for those that are not known (NaN), at odds with as little as can be
    of the `yielding` constraints; None where they would be with others.

    In whole numbers where the solver finds such.
    """
    unknown = np.flatnonzero(np.isnan(values))
    table = np.nan_to_num(values)
    if not unknown.size:
        return table
    part, rows = _active(constraints.matrix, unknown)
    start = constraints.matrix[rows] @ table
    odds = scipy.sparse.eye_array(len(rows)).tocsc()[:, np.flatnonzero(yielding[rows])]
    rule = scipy.optimize.LinearConstraint(
        scipy.sparse.hstack([part, odds, -odds]).tocsr(),
        constraints.lower[rows] - start,
        constraints.upper[rows] - start,
    )
    size, free = len(unknown), 2 * odds.shape[1]
    cost = np.concatenate([np.zeros(size), np.ones(free)])
    # Sums alone have whole corners, which are found sooner.
    for whole in (0, 1):
        if whole or len(cost) < FEW:
            kinds = np.concatenate([np.full(size, whole), np.zeros(free)])
            found = _least(cost, integrality=kinds, constraints=rule)
        else:
            found = _least_from_inside(cost, rule)
        if found.x is None:
            return table if whole or yielding.all() else None
        table[unknown] = _rounded(found.x[:size])
        if _whole(table[unknown]):
            break
    return table


def _active(
    matrix: "scipy.sparse.csr_array", movable: np.ndarray
) -> tuple["scipy.sparse.csr_array", np.ndarray]:
    """The part of the matrix that the movable cells are in, and its rows' positions."""
    part = matrix[:, movable]
    rows = np.flatnonzero(np.diff(part.indptr))
    return part[rows], rows


def _solve(matrix, bounds, base, cost, goal: Goal, whole: bool) -> "scipy.optimize.OptimizeResult":
    """Variables: steps up, steps down, and by how much each goal is missed."""
    aims = np.flatnonzero(goal.up | goal.down)
    size, missed = len(base), len(aims)
    rising = goal.up[aims]
    lower, upper = np.zeros(2 * size + missed), np.full(2 * size + missed, np.inf)
    upper[size : 2 * size] = base
    places = np.arange(missed), aims
    picks = scipy.sparse.csr_array((np.ones(missed), places), shape=(missed, size))
    slack = scipy.sparse.diags_array(np.where(rising, 1.0, -1.0))
    rules = [
        scipy.optimize.LinearConstraint(
            scipy.sparse.hstack([matrix, -matrix, _nothing(matrix, missed)]).tocsr(), *bounds
        )
    ]
    if missed:
        wanted = np.where(rising, goal.high, goal.low) - base[aims]
        low, high = np.where(rising, wanted, -np.inf), np.where(rising, np.inf, wanted)
        reach = scipy.sparse.hstack([picks, -picks, slack]).tocsr()
        rules.append(scipy.optimize.LinearConstraint(reach, low, high))
    return _least(
        np.concatenate([cost, cost, np.full(missed, MISSED)]),
        integrality=np.full(2 * size + missed, int(whole)),
        bounds=scipy.optimize.Bounds(lower, upper),
        constraints=rules,
    )


def _least(cost: np.ndarray, integrality: np.ndarray, **problem) -> "scipy.optimize.OptimizeResult":
    options = {"node_limit": NODES, "presolve": bool(integrality.any()) or len(cost) >= FEW}
    return scipy.optimize.milp(cost, integrality=integrality, options=options, **problem)


def _least_from_inside(
    cost: np.ndarray, rule: "scipy.optimize.LinearConstraint"
) -> "scipy.optimize.OptimizeResult":
    """A corner with continuous numbers of at least 0, found by an interior point method: where
    there are many thousands that cost nothing, in a tenth of the time that corners alone take."""
    equal = rule.lb == rule.ub
    above, below = ~equal & np.isfinite(rule.ub), ~equal & np.isfinite(rule.lb)
    return scipy.optimize.linprog(
        cost,
        A_ub=scipy.sparse.vstack([rule.A[above], -rule.A[below]]),
        b_ub=np.concatenate([rule.ub[above], -rule.lb[below]]),
        A_eq=rule.A[equal],
        b_eq=rule.lb[equal],
        method="highs-ipm",
    )


def _nothing(matrix: "scipy.sparse.csr_array", columns: int) -> "scipy.sparse.csr_array":
    return scipy.sparse.csr_array((matrix.shape[0], columns))
