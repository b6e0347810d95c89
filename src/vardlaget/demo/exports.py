"""A region's observations as the wide exports that the shipped mappings read (docs/mappings.md).

Each export takes the rows that it can hold and leaves the rest. A line of which a number is
published, and so not generated, is left whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from vardlaget.catalogue import Region
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.demo import monthly_report
from vardlaget.demo.files import MARK, Sheet, Style
from vardlaget.observations import BREAKDOWNS, NUMBERS
from vardlaget.periods import Month, short

_TITLE = "Väntetider i vården"
_WORDS = {
    "ownership": {"": "Alla ägarformer", "private": "Privat", "public": "Region"},
    "sex": {"": "Män & Kvinnor", "men": "Män", "women": "Kvinnor"},
    "profession": {"": "Alla yrken", "doctor": "Läkare", "nurse": "Sjuksköterska"},
    "contact_form": {
        "": "Alla kontaktformer",
        "on_site": "Mottagningsbesök",
        "remote": "Distanskontakt",
    },
    "care_type": {"": "Alla", "somatic": "Somatik", "psychiatric": "Psykiatri"},
}
_PHASES = {"first_visit": "Första besök", "treatment": "Operation"}
_BASES = {"waiting": "väntande", "completed": "genomförda"}
_CHILD_PSYCHIATRY = {
    "cap_first_visit": "Första besök",
    "cap_assessment": "Utredning",
    "cap_treatment": "Behandling",
}
_SERIES = {
    "referrals_received": "Inkommande remisser",
    "helpline_1177_wait": "Medelväntetid 1177",
    "helpline_1177_median_wait": "Medianväntetid 1177",
}
# What tells the rows of an export apart.
_PLACE = ("period", "unit", *BREAKDOWNS)
_WHOLE = {"unit": "", "scenario": "actual", "span": "month", "exclusions": ""}


@dataclass(frozen=True)
class Export:
    """A file's sheets."""

    name: str
    sheets: list[Sheet]


class Rest:
    """Observations of one region (index 0…n−1), of which exports take what they hold."""

    def __init__(self, frame: pd.DataFrame, region: Region):
        self.frame = frame
        self.region = region
        self.left = np.ones(len(frame), dtype=bool)

    def picked(self, **wanted: object) -> pd.DataFrame:
        """The rows that are left whose columns equal `wanted`; `...` is any value.

        Breakdowns not named are empty. Figures of nobody are passed over: the exports print them
        as they print what is suppressed.
        """
        wanted = dict.fromkeys(BREAKDOWNS, "") | _WHOLE | wanted
        rows = self.left & (self.frame["status"] != "zero").to_numpy()
        for column, value in wanted.items():
            if value is not ...:
                listed = value if isinstance(value, list) else [value]
                rows &= self.frame[column].isin(listed).to_numpy()
        return self.frame[rows]

    def taken(self, places: Iterable[int]) -> None:
        """Notes that an export holds the rows at these places."""
        self.left[list(places)] = False

    def figure(self, span: str, scenario: str, period: str, **wanted: str) -> int | None:
        """The place of the region's own figure of a year or a year to date; None without value."""
        key = dict.fromkeys(BREAKDOWNS, "") | wanted
        return self._sums.get((span, scenario, period, *sorted(key.items())))

    @cached_property
    def _sums(self) -> dict[tuple, int]:
        rows = self.frame[self.frame["span"].isin(["ytd", "year"]) & self.frame["value"].notna()]
        rows = rows[(rows["unit"] == "") & (rows["basis"] == "")]
        found = {}
        for place, row in rows[["indicator", "span", "scenario", "period", *BREAKDOWNS]].iterrows():
            key = {name: row[name] for name in ("indicator", *BREAKDOWNS)}
            told = (row["span"], row["scenario"], row["period"], *sorted(key.items()))
            found[told] = place
        return found

    def titles(self, *texts: str) -> tuple[str, ...]:
        """The titles of a sheet: what it holds, whose it is, and that it is made up."""
        return (*texts, self.region.name, MARK)


def wide(
    frame: pd.DataFrame, region: Region, last: Month, style: Style
) -> tuple[list[Export], pd.DataFrame]:
    """The exports of a region's (or the country's) observations, and the rows that they leave."""
    rest = Rest(frame, region)
    made = [_phone(rest, style), _specialised(rest), _child_psychiatry(rest), _beds(rest, style)]
    made.append(_monthly_series(rest, style))
    if style == "cp1252":
        made.append(_assessments(rest))
    if region.code != COUNTRY:
        made += [_specialties(rest), *_report(rest, last)]
    return [export for export in made if export.sheets], frame[rest.left]


def _share(value: float, status: str) -> str | float:
    """A printed share with one decimal, or the symbol for a missing one."""
    return ".." if status == "missing" else round(value, 1)


def _percent(value: float, status: str) -> str | float:
    """As a text with `%`, as web pages print it."""
    share = _share(value, status)
    return share if isinstance(share, str) else f"{share:.1f} %".replace(".", ",")


def _count(value: float) -> float | None:
    return None if np.isnan(value) else value


def _in_place(rest: Rest, rows: pd.DataFrame) -> list[str]:
    """The column that names the region, or the unit below it."""
    return [unit or rest.region.name for unit in rows["unit"]]


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["period", "unit", *BREAKDOWNS], kind="stable")


def _phone(rest: Rest, style: Style) -> Export:
    """Calls answered the same day; a workbook holds shares of 1, which it shows with %."""
    rows = _by_month(
        rest.picked(indicator="phone_same_day", basis="completed", unit=..., ownership=...)
    )
    rest.taken(rows.index)
    if style == "xlsx":
        shares = [
            s if isinstance(s, str) else s / 100 for s in map(_share, rows["value"], rows["status"])
        ]
    else:
        shares = list(map(_percent, rows["value"], rows["status"]))
    cells = zip(
        _in_place(rest, rows),
        rows["period"],
        rows["ownership"].map(_WORDS["ownership"]),
        shares,
        map(_count, rows["denominator"]),
        map(_count, rows["numerator"]),
        strict=True,
    )
    header = ["Region", "Månad", "Ägarform", "Andel", "Antal", "Antal inom gräns"]
    titles = rest.titles("Telefontillgänglighet i primärvården", _TITLE)
    sheets = [Sheet("Telefontillgänglighet", titles, header, [list(c) for c in cells])]
    return Export("telefontillganglighet", sheets if len(rows) else [])


def _assessments(rest: Rest) -> Export:
    """Medical assessments within 0 and 3 days, side by side; this form has no denominators."""
    ids = ["medical_assessment_0d", "medical_assessment_3d"]
    rows = rest.picked(
        indicator=ids,
        basis="completed",
        unit=...,
        sex=...,
        profession=...,
        contact_form=...,
        ownership=...,
    )
    known = (rows["status"] == "synthetic") & rows["profession"].isin(_WORDS["profession"])
    rows = rows[known & rows["contact_form"].isin(_WORDS["contact_form"])]
    both = _beside(rows, ids)
    lines = []
    for key, (same, third) in both:
        rest.taken((same.Index, third.Index))
        place = [key["unit"] or rest.region.name, key["period"]]
        words = [_WORDS[c][key[c]] for c in ("sex", "profession", "contact_form", "ownership")]
        numbers = [
            n for row in (same, third) for n in (row.numerator, _percent(row.value, row.status))
        ]
        lines.append([*place, *words, *numbers])
    header = ["", "Månad", "Kön", "Yrkesgrupp", "Besöksform", "Ägarform"]
    header += ["0 dagar (antal)", "0 dagar (andel)", "0-3 dagar (antal)", "0-3 dagar (andel)"]
    titles = rest.titles("Medicinsk bedömning", _TITLE)
    sheets = [Sheet("Medicinsk bedömning", titles, header, lines)]
    return Export("medicinsk-bedomning", sheets if lines else [])


def _beside(rows: pd.DataFrame, ids: list[str]) -> Iterator[tuple[dict[str, str], list]]:
    """For each key the rows of all the indicators, where all are there, in order of month."""
    groups: dict[tuple, dict] = {}
    told = rows[[*_PLACE, "indicator", *NUMBERS, "status"]]
    for row in told.itertuples():
        groups.setdefault(row[1 : len(_PLACE) + 1], {})[row.indicator] = row
    for key in sorted(groups):
        found = groups[key]
        if all(id_ in found for id_ in ids):
            yield dict(zip(_PLACE, key, strict=True)), [found[id_] for id_ in ids]


def _specialised(rest: Rest) -> Export:
    """First visits and treatments within 90 days, one sheet for each of the two bases."""
    header = ["Region", "Månad", "Andel", "Antal", "Antal inom gräns", "PvV"]
    return Export("specialiserad-vard", _within_90(rest, header, specialties=False))


def _specialties(rest: Rest) -> Export:
    header = ["Specialitet", "Månad", "Andel", "Antal", "Antal inom gräns", "PvV"]
    return Export("specialiserad-vard-specialiteter", _within_90(rest, header, specialties=True))


def _within_90(rest: Rest, header: list[str], *, specialties: bool) -> list[Sheet]:
    sheets = []
    for phase, name in _PHASES.items():
        for basis, word in _BASES.items():
            ids = [f"{phase}_90d", f"{phase}_patient_chosen"]
            rows = rest.picked(indicator=ids, basis=basis, specialty=... if specialties else "")
            lines = []
            for key, (share, chosen) in _beside(rows, ids):
                rest.taken((share.Index, chosen.Index))
                place = key["specialty"] if specialties else rest.region.name
                numbers = [_count(n) for n in (share.denominator, share.numerator, chosen.value)]
                if share.status == "missing":
                    numbers[-1] = ".."
                lines.append([place, key["period"], _percent(share.value, share.status), *numbers])
            if lines:
                titles = rest.titles(f"{name} – {word}", _TITLE)
                sheets.append(Sheet(f"{name}, {word}", titles, header, lines))
    return sheets


def _child_psychiatry(rest: Rest) -> Export:
    """The three measuring points within 30 days, completed."""
    header = ["Region", "Månad", "Genomförda", "Genomförda exkl PvV ≥31", "Inom 30 dagar"]
    header += ["PvV ≥31", "Andel"]
    sheets = []
    for name, word in _CHILD_PSYCHIATRY.items():
        ids = [f"{name}_30d", f"{name}_patient_chosen_31d"]
        rows, lines = rest.picked(indicator=ids, basis="completed"), []
        for key, (share, chosen) in _beside(rows, ids):
            rest.taken((share.Index, chosen.Index))
            all_ = _count(share.denominator + chosen.value)
            numbers = [
                all_,
                _count(share.denominator),
                _count(share.numerator),
                _count(chosen.value),
            ]
            if share.status == "missing":
                numbers[-1] = ".."
            percent = _percent(share.value, share.status)
            lines.append([rest.region.name, key["period"], *numbers, percent])
        if lines:
            titles = rest.titles(f"{word}, barn- och ungdomspsykiatrin (BUP)", _TITLE)
            sheets.append(Sheet(f"BUP {word.lower()}", titles, header, lines))
    return Export("bup", sheets)


def _beds(rest: Rest, style: Style) -> Export:
    """Beds by hospital, specialty and form of care: means and sums over the month's days."""
    ids = ["decided_beds", "available_beds", "occupied_beds", "overcrowding", "displaced_patients"]
    rows = rest.picked(indicator=[*ids, "bed_occupancy"], unit=..., specialty=..., care_type=...)
    lines = []
    for key, found in _beside(rows, [*ids, "bed_occupancy"]):
        rest.taken(row.Index for row in found)
        days = Month.parse(key["period"]).days
        place = [key["unit"] or "Alla sjukhus", key["specialty"] or "Alla"]
        place += [_WORDS["care_type"][key["care_type"]], _written(key["period"], style)]
        means = [round(row.value, 1) for row in found[:-1]]
        sums = [found[-1].numerator, found[-1].denominator]
        lines.append([rest.region.name, *place, *means, *sums, days])
    header = ["Region", "Sjukhus", "Specialitet", "Vårdform", "Månad", "Fastställda vårdplatser"]
    header += ["Disponibla vårdplatser", "Belagda vårdplatser", "Överbeläggningar"]
    header += [
        "Utlokaliserade patienter",
        "Belagda vårdplatsdygn",
        "Disponibla vårdplatsdygn",
        "Dygn",
    ]
    titles = rest.titles("Vårdplatser klockan 06")
    return Export("vardplatser", [Sheet("Vårdplatser", titles, header, lines)] if lines else [])


def _written(period: str, style: Style) -> str:
    """A month as files of a style write it: `feb 2024`, `202402`, `2024-02`."""
    if style == "xlsx":
        return f"{short(period).split()[0][:3]} {period[:4]}"
    return period.replace("-", "") if style == "cp1252" else period


def _monthly_series(rest: Rest, style: Style) -> Export:
    """One measure a row, one month a column; waits as minutes and seconds."""
    lines, months = [], sorted(rest.frame.loc[rest.frame["span"] == "month", "period"].unique())
    for id_, name in _SERIES.items():
        rows = rest.picked(indicator=id_)
        if len(rows) < len(months) or rows.empty:
            continue
        rest.taken(rows.index)
        by_month = rows.set_index("period")["value"]
        write: Callable[[float], str | float] = _duration if "1177" in id_ else float
        lines.append([rest.region.name, name, *(write(by_month[month]) for month in months)])
    header = ["Region", "Mått", *(_written(month, style) for month in months)]
    titles = rest.titles("Månadsserier")
    return Export("manadsserier", [Sheet("Månadsserier", titles, header, lines)] if lines else [])


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _report(rest: Rest, last: Month) -> list[Export]:
    return [Export(f"manadsrapport-{last}", monthly_report.sheets(rest, last))]
