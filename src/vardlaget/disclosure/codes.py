"""Cells as whole numbers: a key tells a cell's name in every dimension.

What is grouped and joined often is so at a fraction of what columns of text cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.observations import BREAKDOWNS, last_months
from vardlaget.periods import Month

LINE = ("region", "unit", "span", "period", "scenario", "basis", *BREAKDOWNS)
CELL = (*LINE, "quantity")
WHOLES = {"region": COUNTRY, **dict.fromkeys(("unit", *BREAKDOWNS), "")}
# The number of a whole among its dimension's names.
WHOLE = 0
# The part of a whole that is none of its parts.
REST = "\x1frest"
PERIODS = ("ytd", "r12", "year")


@dataclass(frozen=True, eq=False)
class Codes:
    """For each dimension of CELL its names; a name's number is its place among them.

    Raises OverflowError where there are more combinations of names than whole numbers.
    """

    names: dict[str, pd.Index]

    def __post_init__(self) -> None:
        if prod(map(len, self.names.values())) > np.iinfo(np.int64).max:
            raise OverflowError("there are more combinations of dimensions than numbers")

    @classmethod
    def of(cls, lines: pd.DataFrame, quantities: Iterable[str]) -> "Codes":
        """`lines`: rows with the columns of LINE. The months of longer periods have names too."""
        found = {name: lines[name].unique().tolist() for name in LINE}
        longer = lines.loc[lines["span"].isin(PERIODS), ["span", "period"]].drop_duplicates()
        for span, period in longer.itertuples(index=False):
            found["span"].append("month")
            found["period"] += map(str, months_of(span, period))
        found["quantity"] = list(quantities)
        whole = {name: [whole] for name, whole in WHOLES.items()}
        names = {name: dict.fromkeys([*whole.get(name, ()), *found[name]]) for name in CELL}
        for name in WHOLES:
            if len(names[name]) > 1:
                names[name][REST] = None
        return cls({name: pd.Index(each, dtype="str") for name, each in names.items()})

    @cached_property
    def steps(self) -> dict[str, int]:
        """By how much a key grows from one name of a dimension to the next."""
        sizes = [len(self.names[name]) for name in CELL]
        return {name: prod(sizes[place + 1 :]) for place, name in enumerate(CELL)}

    def of_lines(self, lines: pd.DataFrame) -> np.ndarray:
        """The keys of rows with the columns of LINE, for the first quantity."""
        found = np.zeros(len(lines), dtype=np.int64)
        for name in LINE:
            if len(self.names[name]) > 1:
                found += self.names[name].get_indexer(lines[name]) * self.steps[name]
        return found

    def named(self, keys: np.ndarray) -> pd.DataFrame:
        """The columns of CELL."""
        return pd.DataFrame({name: self.names[name].take(self.at(keys, name)) for name in CELL})

    def at(self, keys: np.ndarray, dimension: str) -> np.ndarray:
        """The names' numbers in a dimension."""
        return keys // self.steps[dimension] % len(self.names[dimension])

    def but(self, keys: np.ndarray, *dimensions: str) -> np.ndarray:
        """The keys with the first name in these dimensions: the wholes, where there are such."""
        for name in dimensions:
            keys = keys - self.only(keys, name)
        return keys

    def only(self, keys: np.ndarray, dimension: str) -> np.ndarray:
        """What of the keys tells this dimension: to be added to keys that have its first name."""
        return self.at(keys, dimension) * self.steps[dimension]

    def varying(self, keys: np.ndarray, dimensions: Iterable[str]) -> list[str]:
        """The dimensions in which the keys have more than one name."""
        return [name for name in dimensions if len(set(self.at(keys, name).tolist())) > 1]

    def left(self, keys: np.ndarray, dimensions: Iterable[str]) -> np.ndarray:
        """Which keys are of what is none of a whole's parts, in one of these dimensions."""
        found = np.zeros(len(keys), dtype=bool)
        for name in dimensions:
            found |= self.at(keys, name) == self.number(name, REST)
        return found

    def number(self, dimension: str, name: str) -> int:
        """A name's number, -1 where it is not there."""
        return self._numbers[dimension].get(name, -1)

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        return {
            each: {name: i for i, name in enumerate(names)} for each, names in self.names.items()
        }

    def ends(self, keys: np.ndarray) -> np.ndarray:
        """The last month of each key's period, as numbers that grow with time."""
        return self._ends[self.at(keys, "span"), self.at(keys, "period")]

    @cached_property
    def _ends(self) -> np.ndarray:
        spans, periods = self.names["span"], self.names["period"]
        pairs = pd.MultiIndex.from_product([spans, periods], names=["span", "period"])
        months = last_months(pairs.to_frame(index=False))
        places = np.unique(months.to_numpy(dtype=object), return_inverse=True)[1]
        return places.reshape(len(spans), len(periods))

    def longer(self, keys: np.ndarray) -> np.ndarray:
        """Which keys are of periods that add up months: what happens does, who waits does not."""
        spans = [self.number("span", span) for span in PERIODS]
        adds_up = self.at(keys, "basis") != self.number("basis", "waiting")
        return adds_up & np.isin(self.at(keys, "span"), spans)

    def months(self, longer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The place of each of these keys, and the key of each of its months."""
        spans, periods = self.names["span"], self.names["period"]
        pairs, pair = np.unique(
            [self.at(longer, "span"), self.at(longer, "period")], axis=1, return_inverse=True
        )
        each = [
            periods.get_indexer([str(month) for month in months_of(spans[span], periods[period])])
            for span, period in pairs.T
        ]
        wholes = np.repeat(np.arange(len(longer)), [len(each[number]) for number in pair])
        months = np.concatenate([each[number] for number in pair])
        keys = self.but(longer, "span", "period")[wholes] + months * self.steps["period"]
        return wholes, keys + self.number("span", "month") * self.steps["span"]


def months_of(span: str, period: str) -> list[Month]:
    """The months of a year to date, of twelve months or of a year."""
    last = Month.parse(f"{period}-12" if span == "year" else period)
    length = last.number if span == "ytd" else 12
    return [last.minus(back) for back in range(length)]


def pairs(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of equal keys in both, in the order of the left."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, "left")
    count = np.searchsorted(right[order], left, "right") - first
    before = np.repeat(np.cumsum(count) - count, count)
    within = np.arange(count.sum()) - before
    return np.repeat(np.arange(len(left)), count), order[np.repeat(first, count) + within]
