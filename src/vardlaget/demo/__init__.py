"""A whole country of plausible, synthetic input in the real formats.

Every figure is generated and marked synthetic, but for those that regions have published: these
are not generated, and what is generated beside them leads up to them and adds up to them.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from vardlaget.catalogue import Region, load_regions
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.demo import (
    beds,
    economy,
    exports,
    files,
    other_waits,
    primary_care,
    production,
    records,
    specialised_care,
)
from vardlaget.demo.figures import without
from vardlaget.demo.patients import PHASES, Patients, Phase, patients, targets
from vardlaget.demo.setting import Setting, setting
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.project import Project

# What a folder of the input is called that holds no region's but the country's.
_COUNTRY = "riket"
_WAITING_LIST = "vantelista.parquet"


def make(
    place: Project,
    out: Path,
    months: int,
    regions: list[Region],
    records: int,
    seed: int,
    last: Month,
) -> list[Path]:
    """Writes the input of these regions and of the country, below `out`, a folder for each.

    `months` months up to `last`. The country is all 21 regions, whichever are written. With
    `records`, each region has a waiting list of as many of the last months as fit into so many
    rows together; their figures then come from the list alone. Returns the files. Raises
    InputError where `out` is not empty, or `records` too few for one month.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"--out {out}: not an empty folder. Give a new one.")
    made = setting(place, months, tuple(region.code for region in regions), seed, last)
    care = SpecialisedCare(made)
    covered = care.covered(records) if records else {}
    others = _others(made)
    written = []
    for region in [load_regions(place.reference / "regions.csv")[COUNTRY], *regions]:
        own = others[others["region"] == region.code]
        special = without(care.frame(region.code, covered.get(region.code, 0)), made.published)
        style = files.STYLES[_place(made, region) % len(files.STYLES)]
        written += _write(out / region.slug, region, own, special, last, style)
        if region.code in covered:
            path = out / region.slug / _WAITING_LIST
            written.append(care.write_records(path, region.code, covered[region.code]))
    return written


def _place(made: Setting, region: Region) -> int:
    return 0 if region.code == COUNTRY else made.codes.index(region.code)


def _others(made: Setting) -> pd.DataFrame:
    """Everything but first visits and treatments, without what is published."""
    all_beds = beds.regions(made)
    parts = [
        primary_care.frames(made),
        other_waits.frames(made),
        beds.frames(made, all_beds),
        production.frames(made, production.lines(made), all_beds),
        economy.frames(made),
    ]
    return without(pd.concat(parts, ignore_index=True), made.published)


def _write(
    folder: Path,
    region: Region,
    own: pd.DataFrame,
    special: pd.DataFrame,
    last: Month,
    style: files.Style,
) -> list[Path]:
    """A region's files: wide exports where a mapping fits, observations for the rest."""
    frame = pd.concat([own, special], ignore_index=True)
    wide, rest = exports.wide(frame, region, last, style)
    written = [
        path
        for export in wide
        for path in files.write_wide(folder, export.name, export.sheets, style)
    ]
    many = rest["indicator"].str.startswith(tuple(f"{phase.id}_" for phase in PHASES))
    if many.any():
        path = folder / "specialiserad-vard-alla-matt"
        written.append(files.write_observations(path, rest[many], "xlsx"))
    written.append(files.write_observations(folder / "ovriga-matt", rest[~many], style))
    return written


class SpecialisedCare:
    """Patients of all regions, counted; those of the regions that are written are kept."""

    def __init__(self, made: Setting):
        self.setting = made
        self._counts: dict[tuple[Phase, str], np.ndarray] = {}
        self._patients: dict[str, dict[Phase, Patients]] = {code: {} for code in made.written}
        for phase, place, found in self._all():
            code = made.codes[place]
            counts = specialised_care.counted(made, phase, found)
            country = self._counts.setdefault(
                (phase, COUNTRY), specialised_care.country(made, phase)
            )
            specialised_care.add(made, code, counts, country)
            if code in made.written:
                self._patients[code][phase] = found

    def _all(self) -> Iterator[tuple[Phase, int, Patients]]:
        for phase in PHASES:
            wanted = targets(self.setting, phase)
            for place in range(len(self.setting.codes)):
                yield phase, place, patients(self.setting, phase, place, wanted[place])

    def frame(self, code: str, skipped: int) -> pd.DataFrame:
        """The observations of a region or the country but for the last `skipped` months."""
        parts = []
        for phase in PHASES:
            counts = self._counts.get((phase, code))
            if counts is None:
                found = self._patients[code][phase]
                counts = specialised_care.counted(self.setting, phase, found)
            parts.append(specialised_care.frames(self.setting, phase, code, counts, skipped))
        return pd.concat(parts, ignore_index=True)

    def covered(self, rows: int) -> dict[str, int]:
        """How many of the last months each region's list holds, so that all hold at most `rows`.

        A list goes no further back than to a gap of its region. Raises InputError where not even
        the last month fits.
        """
        found: dict[str, int] = {}
        for months in range(1, len(self.setting.months) + 1):
            tried = {code: min(months, self._since_gap(code)) for code in self._patients}
            if self._count(tried) > rows:
                break
            found = tried
        if not found:
            least = self._count(dict.fromkeys(self._patients, 1))
            raise InputError(
                f"--records {rows}: the lists of a single month have {least} rows. "
                "Give at least so many, or fewer regions."
            )
        return found

    def _since_gap(self, code: str) -> int:
        gaps = self.setting.gaps(code)
        return len(self.setting.months) - 1 - max(gaps, default=-1)

    def _count(self, months: dict[str, int]) -> int:
        return sum(
            len(records.told(self.setting, found, months[code]))
            for code, by_phase in self._patients.items()
            for found in by_phase.values()
        )

    def write_records(self, path: Path, code: str, months: int) -> Path:
        return records.write(path, self.setting, code, self._patients[code], months)
