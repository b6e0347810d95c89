"""What a synthetic country is made from: months, regions, populations, published figures, chance.

Everything that is random is drawn from `Setting.rng`, named by subject and region: a region's
figures are the same whichever regions are written.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Region, load_populations, load_regions
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.observations import BREAKDOWNS, KEY
from vardlaget.periods import Month
from vardlaget.project import Project

# Regions whose journal system changes: so many months before the last, waits have no figures.
GAPS = {"13": (10, 9), "21": (6, 5)}
# Where a region has changed its ways, its level moves so many months before the last one.
STEP_MONTHS_BACK = 12


@dataclass(frozen=True)
class Setting:
    """The months and regions (codes) that are written, all 21 regions, inhabitants, the seed.

    `published` holds the committed real figures as observations.
    """

    months: tuple[Month, ...]
    written: tuple[str, ...]
    regions: tuple[Region, ...]
    population: np.ndarray
    published: pd.DataFrame
    seed: int

    @property
    def last(self) -> Month:
        return self.months[-1]

    @property
    def codes(self) -> list[str]:
        return [region.code for region in self.regions]

    @property
    def places(self) -> list[str]:
        """The regions and, last, the country: what `with_country` has along its first axis."""
        return [*self.codes, COUNTRY]

    @cached_property
    def years(self) -> tuple[Month, ...]:
        """Whole calendar years around the months, with at least the two before the last one."""
        first = min(self.months[0].year, self.last.year - 2)
        return tuple(Month(y, m) for y in range(first, self.last.year + 1) for m in range(1, 13))

    @cached_property
    def window(self) -> np.ndarray:
        """The places of `months` in `years`."""
        return np.array([self.years.index(month) for month in self.months])

    @cached_property
    def _texts(self) -> dict[str, np.ndarray]:
        """The key columns of the published rows, quick to compare."""
        return {column: self.published[column].to_numpy(dtype=object) for column in KEY}

    @cached_property
    def _sums(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The published outcomes of years and years to date, by region and indicator."""
        rows = self.matching({"scenario": "actual"})
        rows = rows[rows["span"].isin(["ytd", "year"])]
        return {(str(r), str(i)): own for (r, i), own in rows.groupby(["region", "indicator"])}

    def rng(self, *names: str) -> np.random.Generator:
        """Chance that depends on the seed and these names alone."""
        return np.random.default_rng([self.seed, *(zlib.crc32(name.encode()) for name in names)])

    def anchors(self, indicator: str, region: str, **key: str) -> dict[Month, float]:
        """The published monthly values of a figure; where sources differ, their mean."""
        wanted = dict.fromkeys((*BREAKDOWNS, "exclusions"), "") | {
            "indicator": indicator,
            "region": region,
            "unit": "",
            "span": "month",
            "scenario": "actual",
        }
        rows = self.matching(wanted | key)
        return {Month.parse(p): v for p, v in rows.groupby("period")["value"].mean().items()}

    def matching(self, key: dict[str, str]) -> pd.DataFrame:
        """The published rows with a value whose columns equal `key`."""
        rows = self.published["value"].notna().to_numpy()
        for column, value in key.items():
            rows = rows & (self._texts[column] == value)
        return self.published[rows]

    def totals(self, region: str, indicator: str, **key: str) -> dict[tuple[Month, ...], float]:
        """Published outcomes of a year to date or a year, by the months of `years` they sum."""
        rows, found = self._sums.get((region, indicator)), {}
        if rows is None:
            return {}
        wanted = dict.fromkeys((*BREAKDOWNS, "exclusions", "basis", "unit"), "") | key
        rows = rows[np.logical_and.reduce([rows[name] == text for name, text in wanted.items()])]
        for row in rows.itertuples():
            end = Month.parse(row.period if row.span == "ytd" else f"{row.period}-12")
            months = tuple(Month(end.year, number) for number in range(1, end.number + 1))
            if set(months) <= set(self.years):
                found[months] = row.value
        return dict(sorted(found.items(), key=lambda item: len(item[0])))

    def gaps(self, code: str) -> list[int]:
        """The places in `months` that a change of journal system leaves without figures."""
        places = [len(self.months) - 1 - back for back in GAPS.get(code, ())]
        return [place for place in places if place >= 0]


def setting(
    place: Project, months: int, written: tuple[str, ...], seed: int, last: Month
) -> Setting:
    """The setting of a project: its regions, its newest populations, its published figures."""
    regions = tuple(load_regions(place.reference / "regions.csv"))
    return Setting(
        months=tuple(last.minus(back) for back in reversed(range(months))),
        written=written,
        regions=regions,
        population=_population(place, regions, last),
        published=_published(place),
        seed=seed,
    )


def _population(place: Project, regions: tuple[Region, ...], last: Month) -> np.ndarray:
    """Each region's inhabitants on the newest day that all regions are known for."""
    known = load_populations(place.reference / "populations.csv")
    known = known[(known["age_group"] == "total") & (known["region"] != COUNTRY)]
    complete = known.groupby("date").filter(lambda day: len(day) == len(regions))
    before = complete[complete["date"] <= last.last_day]
    days = before if len(before) else complete[complete["date"] == complete["date"].min()]
    newest = days[days["date"] == days["date"].max()].set_index("region")["population"]
    return newest.loc[[region.code for region in regions]].to_numpy("float64")


def _published(place: Project) -> pd.DataFrame:
    """The published observations; corrections of booked amounts stand in files of their own."""
    paths = sorted(place.published.rglob("*.csv"))
    frames = [pd.read_csv(path, dtype="str", keep_default_na=False) for path in paths]
    frames = [frame for frame in frames if {*observations.NUMBERS} <= {*frame.columns}]
    frames = [f.assign(**{n: pd.to_numeric(f[n]) for n in observations.NUMBERS}) for f in frames]
    return observations.typed(pd.concat(frames)) if frames else observations.empty()
