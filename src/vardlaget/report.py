"""What a notebook works with: one region's figures up to a month, and the catalogue around them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from vardlaget import observations, project, store
from vardlaget.catalogue import (
    Agreement,
    Indicators,
    Region,
    Regions,
    Settings,
    Target,
    load_agreements,
    load_indicators,
    load_populations,
    load_regions,
    load_settings,
    load_targets,
    targets_for,
)
from vardlaget.catalogue.indicators import whole_of
from vardlaget.catalogue.look import chart_theme
from vardlaget.environment import DATA, IN_BUILD, STORE
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.present import citations, numbers

if TYPE_CHECKING:
    from vardlaget.sources import Reading


UNITS = {"hours": "timmar", "days": "dagar"}


@dataclass(frozen=True, eq=False)
class Report:
    """One region and month. `data` holds its observations and the country's, each with `text`.

    `part` reads a part of the store. `required` holds all regions' observations of what agreements
    on grants require, `compared` those that regions are compared by, `findings` what was found
    about the region's data, `settings` what the region has chosen.
    """

    region: Region
    regions: Regions
    month: Month
    data: pd.DataFrame
    decimals: dict[str, int]
    indicators: Indicators
    settings: Settings
    targets: dict[str, list[Target]]
    agreements: tuple[Agreement, ...]
    part: Callable[[str], pd.DataFrame]
    populations: pd.DataFrame
    look: dict

    @cached_property
    def own(self) -> pd.DataFrame:
        return self.data[self.data["region"] == self.region.code]

    @cached_property
    def required(self) -> pd.DataFrame:
        return self.part("required")

    @cached_property
    def compared(self) -> pd.DataFrame:
        return self.part("compared")

    @property
    def own_or_all(self) -> pd.DataFrame:
        """The region's figures; for the country also all regions' that it compares."""
        if self.region.code != observations.COUNTRY:
            return self.own
        return pd.concat([self.own, self.compared])

    @cached_property
    def findings(self) -> pd.DataFrame:
        return self.part("findings")

    def name(self, indicator: str) -> str:
        return self.indicators[indicator].name.sv

    def name_and_unit(self, indicator: str) -> str:
        """`Knivtid, timmar`: the name with the unit where numbers of many units stand together and
        do not have it themselves."""
        name, unit = self.name(indicator), UNITS.get(self.indicators[indicator].unit)
        return name if unit is None or unit in name.lower() else f"{name}, {unit}"

    def with_text(self, frame: pd.DataFrame) -> pd.DataFrame:
        return numbers.with_text(frame, self.indicators, self.decimals)

    def target(self, indicator: str) -> Target | None:
        """The target that holds for the region this month: its own before the nation's."""
        return next(iter(self.targets.get(indicator, [])), None)

    def computed(
        self,
        id_: str,
        value: float,
        formula: str,
        of: tuple[str, ...] = (),
        synthetic: bool | None = None,
        **key: str,
    ) -> pd.DataFrame:
        """A figure that is computed here, as one row with its text; `formula` says from what.

        `synthetic`: whether that is. If not told, whether the figures of the indicators `of`, else
        of its own indicator, are in its period, or at all where they have none in its period. A
        `status` among the other cells decides, if it is given.
        """
        row = {
            "indicator": id_,
            "region": self.region.code,
            "span": "month",
            "period": str(self.month),
            "scenario": "actual",
            "value": float(value),
            "source": citations.of_formula(formula),
        } | key
        if "status" not in row and pd.isna(value):
            row["status"] = "missing"
        elif "status" not in row:
            if synthetic is None:
                synthetic = self._synthetic_any(of or (id_,), row["span"], row["period"])
            row["status"] = "synthetic" if synthetic else "reported"
        shown = numbers.shown(self.indicators[id_], self.decimals)
        return observations.one(**row, text=numbers.text_of(row["status"], row["value"], shown))

    def _synthetic_any(self, ids: tuple[str, ...], span: str, period: str) -> bool:
        wanted = [whole_of(id_) for id_ in ids]
        return any(
            self._synthetic.get((id_, span, period), self._synthetic.get((id_, "", ""), False))
            for id_ in wanted
        )

    @cached_property
    def _synthetic(self) -> dict[tuple[str, str, str], bool]:
        """Whether an indicator has synthetic figures: in a period, and (without one) at all."""
        columns = [self.data[name] for name in ("indicator", "span", "period")]
        found = dict(observations.is_synthetic(self.data).groupby(columns, sort=False).any())
        for (id_, _, _), any_ in list(found.items()):
            found[id_, "", ""] = any_ or found.get((id_, "", ""), False)
        return found

    def population(self, age_group: str = "total") -> pd.Series | None:
        """The region's newest known population on or before the month's last day."""
        rows = self.populations
        rows = rows[(rows["region"] == self.region.code) & (rows["age_group"] == age_group)]
        rows = rows[rows["date"] <= self.month.last_day].sort_values("date")
        return rows.iloc[-1] if len(rows) else None


def open_report(region: str, month: str) -> Report:
    """The report of a region (code, name or slug) and a month (`2024-02`).

    Raises InputError for an unknown region or month, or one without data.
    """
    if os.environ.get(IN_BUILD):
        from vardlaget.present import charts

        charts.unchecked()
    given = os.environ.get(DATA)
    place = project.find(data=Path(given) if given else None)
    regions = load_regions(place.reference / "regions.csv")
    found = regions[region]
    when = Month.parse(month)
    agreements = load_agreements(*place.agreements)
    indicators = load_indicators()
    settings = load_settings(place.settings, found.slug)
    part = _parts(place, found, when, agreements, indicators)
    data = observations.slice_for(part("own"), found.code, when, store.MONTHS_BACK)
    decimals = numbers.decimals_shown(data, indicators)
    return Report(
        region=found,
        regions=regions,
        month=when,
        data=numbers.with_text(data, indicators, decimals),
        decimals=decimals,
        indicators=indicators,
        settings=settings,
        targets=targets_for(
            (*settings.targets, *load_targets(place.reference / "targets.csv")),
            found.code,
            when.last_day,
        ),
        agreements=agreements,
        part=part,
        populations=load_populations(place.reference / "populations.csv"),
        look=chart_theme(place.reports / "theme" / "chart.json"),
    )


def require_data(reading: "Reading", region: Region, month: Month) -> None:
    """Raises InputError where the region has no figure of its own for the month."""
    months = observations.months_with_data(reading.frame, region.code)
    if str(month) in months:
        return
    known = ", ".join(months[-12:]) if months else "none"
    unused = [finding for finding in reading.findings if finding.kind != "warning"]
    more = "".join(f"\n  {finding}" for finding in unused[:5])
    raise InputError(
        f"{region.name} has no figures for {month}. Months with figures: {known}. "
        "Put the month's files into the data folder, or choose another month."
        + (f"\nNot used ({len(unused)}; see vardlaget check):{more}" if unused else "")
    )


def _parts(
    place: project.Project,
    region: Region,
    month: Month,
    agreements: tuple[Agreement, ...],
    indicators: Indicators,
) -> Callable[[str], pd.DataFrame]:
    """What a build has laid ready, or else the same cut from the files themselves."""
    folder = os.environ.get(STORE)
    if folder:
        return partial(store.read, Path(folder))
    # Imported here: the readers' libraries load slowly, and builds lay a store ready.
    from vardlaget.disclosure.release import release
    from vardlaget.sources import read_project

    reading = release(read_project(place), place).reading
    require_data(reading, region, month)
    return store.cut(reading, region, month, agreements, indicators).__getitem__


def day_in_words(day: date) -> str:
    """`22 november 2026`"""
    return f"{day.day} {Month(day.year, day.month).words}"
