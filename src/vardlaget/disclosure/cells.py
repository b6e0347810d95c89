"""Counts of people as cells: which rows tell them, and how they are tied to each other.

A cell is one quantity (see `families`) of one line. What holds among cells is linear:
`lower <= matrix @ cells <= upper`, so that optimisers can tell what a reader can derive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators
from vardlaget.disclosure import families
from vardlaget.disclosure.codes import LINE, WHOLES, Codes
from vardlaget.disclosure.constraints import Constraints, Part, stacked
from vardlaget.disclosure.sums import Table, nobody, sums
from vardlaget.disclosure.tables import completed
from vardlaget.disclosure.untold import added_up, fall_short, with_named, with_rest
from vardlaget.observations import NUMBERS

# Of what was told before, how many ways to take it are tried where figures of now contradict it.
MOST_READINGS = 16
# How far a share that is stored with more digits than its indicator prints may be off.
EXACT = 5e-7


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a family.

    `frame`: LINE, quantity, line (its number) and value (NaN where no row tells it), one row a
    cell; `table`: the values, with others that agree with them where they are NaN. `tells`: row
    (its index), cell, value, hidden (by the source), open (told before). `doubted`: the rows that
    were told before and that those of now do not agree with.
    """

    frame: pd.DataFrame
    table: np.ndarray
    tells: pd.DataFrame
    constraints: Constraints
    doubted: np.ndarray

    @property
    def values(self) -> np.ndarray:
        return self.frame["value"].to_numpy()


def readings(rows: pd.DataFrame, indicators: Indicators) -> Iterator[Cells]:
    """The cells of a family as `of_family` has them, and again without figures that are doubted.

    What was told before, and no row tells now, may be as it was or have been revised since: what
    a reader takes it for decides what the other figures tell. All that is doubted is left out, and
    each figure by itself, until nothing is; at most MOST_READINGS.
    """
    figure = rows.groupby([*LINE, "indicator", "exclusions"], sort=False).ngroup()
    waiting: list[frozenset] = [frozenset()]
    for number in range(MOST_READINGS):
        if number == len(waiting):
            return
        gone = waiting[number]
        left = rows[~(rows["former"] & figure.isin(gone))]
        if left.empty:
            continue
        cells = of_family(left, indicators)
        yield cells
        doubted = frozenset(figure[cells.doubted])
        for more in (doubted, *({each} for each in sorted(doubted))):
            if (without := gone | more) not in waiting:
                waiting.append(without)


def of_family(rows: pd.DataFrame, indicators: Indicators) -> Cells:
    """The cells of one family's rows of the one table, with `open` and `former`, see `Cells`.

    `former`: the row was told before, and none is known to tell it now.

    A constraint that the values do not satisfy is left out: sources contradict each other. Where
    two rows tell one cell differently the first counts; else the rows' order decides nothing.
    """
    lines = rows.groupby(list(LINE)).ngroup().to_numpy()
    told = pd.concat(_told(rows, lines, indicators), ignore_index=True)
    quantities = pd.Index(sorted(told["quantity"].unique()))
    code = told["line"].to_numpy() * len(quantities) + quantities.get_indexer(told["quantity"])
    unique, cell = np.unique(code, return_inverse=True)
    told = _elsewhere(rows, told.assign(cell=cell), indicators)
    values = told.dropna(subset="value").drop_duplicates("cell").set_index("cell")["value"]
    first = rows[list(LINE)].drop_duplicates().sort_values(list(LINE), ignore_index=True)
    relations = families.relations(_family(rows, indicators), frozenset(quantities))
    tied = {name for relation in relations for name, _ in relation.terms}
    codes = Codes.of(first, [*quantities, *sorted(tied)])
    keys = codes.of_lines(first)[unique // len(quantities)] + unique % len(quantities)
    given = Table(keys, values.reindex(range(len(unique))).to_numpy())
    found, outside = with_named(_with_untold(given, tied, codes), codes)
    ratios = _ratios(rows, told, indicators)
    cells, table, valid = _completed(found, outside, relations, ratios, codes)
    doubted = np.zeros(0, dtype=int)
    if told["former"].any():
        exact = [replace(part, lower=np.zeros(len(part.lower))) for part in sums(found, codes)]
        exact += [_within_lines(found, relations, codes), ratios]
        doubted = _doubted(stacked(exact, len(found.keys)), found.values, told)
    line = pd.factorize(codes.but(cells.keys, "quantity"))[0]
    values = np.where(codes.left(cells.keys, WHOLES), np.nan, cells.values)
    frame = codes.named(cells.keys).assign(line=line, value=values)
    tells = told[["row", "cell", "value", "hidden", "open"]]
    return Cells(frame, table, tells, valid, doubted)


def _completed(
    found: Table,
    outside: np.ndarray,
    relations: tuple[families.Relation, ...],
    ratios: Part,
    codes: Codes,
) -> tuple[Table, np.ndarray, Constraints]:
    """All cells, a value for each, and the constraints that these satisfy.

    What parts add up to is tried first for wholes that no row tells, and taken if nothing but what
    is assumed is at odds with it. Where sources contradict each other, whatever is known gives way.
    `outside`: keys that are assumed to be nobody.
    """

    def joined(cells: Table, left: np.ndarray, dimensions: set[str]) -> Constraints:
        parts = [*sums(cells, codes, dimensions), nobody(cells, np.append(outside, left))]
        parts += [_within_lines(cells, relations, codes), ratios]
        return stacked(parts, len(cells.keys))

    summed = added_up(found, codes)
    guessed = np.flatnonzero(np.isnan(found.values) & ~np.isnan(summed.values))
    agreed = _agreed(summed, guessed, True, joined, codes)
    if not agreed and guessed.size:
        agreed = _agreed(found, guessed[:0], True, joined, codes)
    if not agreed:
        agreed = _agreed(found, guessed[:0], False, joined, codes)
    cells, table, valid = agreed
    return cells, table, valid.at(np.flatnonzero(valid.hold(table)))


def _agreed(
    start: Table,
    guessed: np.ndarray,
    strict: bool,
    joined: Callable[..., Constraints],
    codes: Codes,
) -> tuple[Table, np.ndarray, Constraints] | None:
    """The cells with the rest of wholes, a value for each, and the constraints on them.

    Wholes have a rest in the dimensions where their parts fall short of them: those that are told,
    or those without which nothing agrees. None where guessed cells are at odds with what is so, or
    nothing agrees though, if `strict`, all that is assumed gives way.
    """
    dimensions = fall_short(start, codes)
    while True:
        cells, left = with_rest(start, dimensions, codes)
        every = joined(cells, left, dimensions)
        held = every.hold(cells.values)
        if np.isin(every.at(np.flatnonzero(~held)).matrix.indices, guessed).any():
            return None
        valid = every.at(np.flatnonzero(held))
        values = completed(valid, cells.values, valid.assumed | (not strict))
        if values is None:
            return None
        more = fall_short(Table(cells.keys, values), codes) - dimensions
        if not more:
            return cells, values, valid
        dimensions |= more


def _doubted(exact: Constraints, values: np.ndarray, told: pd.DataFrame) -> np.ndarray:
    """The former rows that alone tell a cell of a sum that is none, or of what cannot be."""
    valued = told[told["value"].notna()]
    wrong = exact.at(np.flatnonzero(~exact.hold(values)))
    involved = np.zeros(len(values), dtype=bool)
    involved[wrong.matrix.indices] = True
    involved[valued.loc[~valued["former"], "cell"]] = False
    return valued.loc[valued["former"] & involved[valued["cell"]], "row"].unique()


def _with_untold(table: Table, tied: set[str], codes: Codes) -> Table:
    """The cells and, after them, those of the relations' counts that no row of their line tells."""
    wanted = np.array([codes.number("quantity", name) for name in sorted(tied)], dtype=int)
    lines = pd.unique(codes.but(table.keys, "quantity"))
    return table.extended((lines[:, None] + wanted).ravel())


def _family(rows: pd.DataFrame, indicators: Indicators) -> str:
    first = rows.iloc[0]
    return families.facet(indicators[first["indicator"]], first["exclusions"]).family


def _told(rows: pd.DataFrame, lines: np.ndarray, indicators: Indicators) -> list[pd.DataFrame]:
    """What each row tells: row, line, quantity, role, value, hidden, open, former."""
    found = []
    for (id_, exclusions), group in rows.assign(line=lines).groupby(["indicator", "exclusions"]):
        facet = families.facet(indicators[id_], exclusions)
        numbers = {
            "count": group["value"],
            "numerator": group["numerator"],
            "denominator": group["denominator"],
            "rest": group["denominator"] - group["numerator"],
        }
        if facet.numerator:
            numbers |= _implied(group, indicators[id_].decimals)
        found += [
            pd.DataFrame(
                {
                    "row": group.index,
                    "line": group["line"].to_numpy(),
                    "quantity": getattr(facet, role),
                    "role": role,
                    "value": values.to_numpy(),
                    "hidden": (group["status"] == "suppressed").to_numpy(),
                    "open": group["open"].to_numpy(),
                    "former": group["former"].to_numpy(),
                }
            )
            for role, values in numbers.items()
            if getattr(facet, role)
        ]
    return found


def _implied(shares: pd.DataFrame, decimals: int) -> dict[str, pd.Series]:
    """The counts that a printed share and one of its counts leave no doubt about."""
    above, below, value = (shares[column] for column in NUMBERS)
    half = _half(value, decimals)
    low, high = (value - half) / 100, (value + half) / 100
    above = above.fillna(_only(low * below, high * below))
    below = below.fillna(_only(above / high, above / low.where(low > 0)))
    return {"numerator": above, "denominator": below, "rest": below - above}


def _elsewhere(rows: pd.DataFrame, told: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """What shares without counts tell, when other rows of their line tell one of the counts."""
    bare = told[(told["role"] != "count") & told["value"].isna()]
    bare = bare[rows["value"].notna().reindex(bare["row"]).to_numpy()]
    if bare.empty:
        return told
    known = told.dropna(subset="value").drop_duplicates("cell").set_index("cell")["value"]
    sides = told[told["row"].isin(bare["row"])].pivot(index="row", columns="role", values="cell")
    shares = pd.DataFrame({name: sides[name].map(known) for name in NUMBERS[:2]})
    shares["value"] = rows["value"].reindex(shares.index)
    decimals = rows["indicator"].reindex(shares.index).map(lambda id_: indicators[id_].decimals)
    found = pd.concat(
        pd.DataFrame(_implied(group, int(d))) for d, group in shares.groupby(decimals)
    )
    values = found.dropna().stack()
    wanted = pd.MultiIndex.from_frame(bare[["row", "role"]])
    filled = pd.Series(values.reindex(wanted).to_numpy(), index=bare.index)
    return told.assign(value=told["value"].fillna(filled))


def _half(value: pd.Series, decimals: int) -> pd.Series:
    """How far a printed share may lie from the share itself: half of its last digit."""
    printed = np.isclose(value, value.round(decimals), rtol=0, atol=1e-9)
    return pd.Series(np.where(printed, 0.5 * 10.0**-decimals, EXACT), value.index)


def _only(low: pd.Series, high: pd.Series) -> pd.Series:
    """The whole number from `low` to `high` where there is but one, else NaN."""
    first = np.ceil(low - EXACT)
    return first.where(first == np.floor(high + EXACT))


def _within_lines(table: Table, relations: tuple[families.Relation, ...], codes: Codes) -> Part:
    """The relations of each line; of what is left of a whole, equalities follow from others'."""
    lines = pd.unique(codes.but(table.keys, "quantity"))
    left = codes.left(lines, WHOLES)
    entries, equal, start = [], [], 0
    for relation in relations:
        those = lines[~left] if relation.equal else lines
        numbers = [codes.number("quantity", name) for name, _ in relation.terms]
        cells = np.column_stack([table.places(those + number) for number in numbers])
        cells = cells[(cells >= 0).all(axis=1)]
        number = start + np.arange(len(cells))
        for place, (_, coefficient) in enumerate(relation.terms):
            entries.append((number, cells[:, place], np.full(len(cells), float(coefficient))))
        equal.append(np.full(len(cells), relation.equal))
        start += len(cells)
    if not start:
        return Part.of([], np.zeros(0))
    return Part.of(entries, np.where(np.concatenate(equal), 0, -np.inf))


def _ratios(rows: pd.DataFrame, told: pd.DataFrame, indicators: Indicators) -> Part:
    """A share that is printed without its counts bounds their ratio, as its rounding does."""
    sides = told[told["role"].isin(["numerator", "denominator"])]
    cells = sides.pivot(index="row", columns="role", values=["cell", "value"])
    if len(cells):
        cells = cells[cells["value"].isna().any(axis=1)].sort_values([*cells.columns])
    shares = rows.loc[cells.index]
    shares = shares[shares["value"].notna()]
    if shares.empty:
        return Part.of([], np.zeros(0))
    pairs = cells.loc[shares.index, "cell"]
    decimals = shares["indicator"].map(lambda id_: indicators[id_].decimals)
    half = pd.concat([_half(rows, int(d)) for d, rows in shares["value"].groupby(decimals)])
    half = half.loc[shares.index]
    numbers, entries = np.arange(len(shares)), []
    for start, sign in ((0, -1.0), (len(shares), 1.0)):
        limit = (shares["value"] + sign * half).to_numpy() / 100
        above, below = (pairs[role].to_numpy(dtype=int) for role in ("numerator", "denominator"))
        entries.append((start + numbers, above, np.full(len(shares), sign)))
        entries.append((start + numbers, below, -sign * limit))
    rows_twice = np.tile(shares.index.to_numpy(), 2)
    return Part.of(entries, np.full(2 * len(shares), -np.inf), rows_twice)
