"""Beds: available, decided, occupied, overcrowded, by hospital and specialty, in whole bed-days."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.demo import curves, names
from vardlaget.demo.figures import rows, with_country
from vardlaget.demo.setting import STEP_MONTHS_BACK, Setting
from vardlaget.periods import Month

SOMATIC, PSYCHIATRIC = 1.75, 0.36
_UNIVERSITY_MORE = 1.2
_SUMMER = np.array([1.0, 1.0, 1.01, 1.0, 0.99, 0.96, 0.84, 0.91, 0.99, 1.0, 1.0, 0.97])
_FULL = np.array([0.03, 0.035, 0.01, 0, -0.01, 0, 0.02, 0.01, 0, 0, 0.01, -0.01])
_OCCUPIED = 0.93
_STEP = {"05": 0.05}
_DAYS_DISPLACED = 3
_CARE = {"somatic": 0, "psychiatric": 1}


@dataclass(frozen=True)
class Beds:
    """A region's beds. Arrays are hospitals · wards · months of `setting.years`, whole numbers.

    `available` and `decided` are beds; `occupied`, `overcrowded` and `displaced` are bed-days;
    `patients` are those displaced. The last ward is psychiatric.
    """

    hospitals: list[str]
    available: np.ndarray
    decided: np.ndarray
    occupied: np.ndarray
    overcrowded: np.ndarray
    displaced: np.ndarray
    patients: np.ndarray


def days(setting: Setting) -> np.ndarray:
    """Days of the months of `setting.years`."""
    return np.array([month.days for month in setting.years])


def regions(setting: Setting) -> list[Beds]:
    """Every region's beds."""
    return [_region(setting, place) for place in range(len(setting.codes))]


def _region(setting: Setting, place: int) -> Beds:
    code = setting.codes[place]
    rng, hospitals = setting.rng("beds", code), names.hospitals(setting, code)
    available, decided = _available(setting, place, rng, hospitals)
    bed_days = available * days(setting)
    level = _OCCUPIED + rng.normal(0, 0.025) + rng.normal(0, 0.03, (*available.shape[:2], 1))
    path = level + curves.by_month(setting.years, _FULL)
    path = path + curves.wobble(rng, len(setting.years), 0.012)
    if code in _STEP:
        changed = [month > setting.last.minus(STEP_MONTHS_BACK) for month in setting.years]
        path = path + _STEP[code] * np.array(changed)
    path = path + rng.normal(0, 0.012, path.shape)
    occupied = np.rint(bed_days * _levelled(setting, code, path, bed_days))
    occupied = _as_published(setting, code, occupied, bed_days)
    part = np.divide(occupied, bed_days, out=np.zeros_like(path), where=bed_days > 0)
    overcrowded = rng.poisson(bed_days * 0.04 * np.exp(7 * (part - _OCCUPIED)))
    mean = bed_days * 0.018 / _DAYS_DISPLACED * np.exp(4 * (part - _OCCUPIED))
    patients = _displaced(setting, code, mean, rng)
    displaced = patients * _DAYS_DISPLACED + rng.binomial(patients, 0.4)
    return Beds(hospitals, available, decided, occupied, overcrowded, displaced, patients)


def _available(
    setting: Setting, place: int, rng: np.random.Generator, hospitals: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Available and decided beds, whole numbers that last a month."""
    thousands = setting.population[place] / 1000
    more = _UNIVERSITY_MORE if hospitals[0].startswith("Universitet") else 1.0
    more *= np.exp(rng.normal(0, 0.06))
    wards = np.append(thousands * SOMATIC * more * names.WARD_PARTS, thousands * PSYCHIATRIC)
    parts = names.hospital_parts(len(hospitals))[:, None] * np.exp(
        rng.normal(0, 0.15, (len(hospitals), len(wards)))
    )
    base = parts / parts.sum(axis=0) * wards
    base = np.where(base < 4, 0, base)
    base[0] += wards - base.sum(axis=0)
    time = curves.years_from_base(setting.years)
    factor = curves.by_month(setting.years, _SUMMER) * (1 - 0.012 * time)
    exact = base[..., None] * factor
    means = _published_means(setting, setting.codes[place])
    sums = {span: mean * len(span) for span, mean in means.items()}
    whole = exact.sum(axis=(0, 1))
    exact = exact * (curves.levelled(whole, setting.years, sums) / whole)
    exact = exact * np.exp(rng.normal(0, 0.008, exact.shape))
    available = np.rint(exact)
    for span, total in sums.items():
        inside = [setting.years.index(month) for month in span]
        lacking = round(total - available[..., inside].sum())
        available[0, 0, inside] += np.diff(np.linspace(0, lacking, len(span) + 1).round())
    decided = np.maximum(np.rint(base[..., None] * 1.05), available)
    return available, decided


def _published_means(setting: Setting, code: str) -> dict[tuple[Month, ...], float]:
    """Published yearly means, and those of the year before that a published change gives."""
    found = {}
    changes = setting.totals(code, indicator="available_beds_change")
    for span, mean in setting.totals(code, indicator="available_beds").items():
        before = tuple(month.minus(12) for month in span)
        if span in changes and set(before) <= set(setting.years):
            found[before] = mean - changes[span]
        found[span] = mean
    return found


def _levelled(setting: Setting, code: str, path: np.ndarray, bed_days: np.ndarray) -> np.ndarray:
    """Occupancy on the level of what is published; between two such times the level glides."""
    whole = (path * bed_days).sum(axis=(0, 1)) / bed_days.sum(axis=(0, 1))
    totals = setting.totals(code, indicator="bed_occupancy")
    sums = {span: percent / 100 * len(span) for span, percent in totals.items()}
    return path * (curves.levelled(whole, setting.years, sums) / whole)


def _as_published(
    setting: Setting, code: str, occupied: np.ndarray, bed_days: np.ndarray
) -> np.ndarray:
    """Occupied bed-days, moved to the occupancy of published years to date, years and changes."""
    occupied, settled = occupied.copy(), np.zeros(len(setting.years), dtype=bool)
    for span, percent in _published_occupancy(setting, code, occupied, bed_days).items():
        inside = np.isin(np.arange(len(settled)), [setting.years.index(m) for m in span])
        free = inside & ~settled
        wanted = percent / 100 * bed_days[..., inside].sum()
        rest = wanted - occupied[..., inside & settled].sum()
        if free.any():
            occupied[..., free] = np.rint(occupied[..., free] * rest / occupied[..., free].sum())
        settled |= inside
    return occupied


def _published_occupancy(
    setting: Setting, code: str, occupied: np.ndarray, bed_days: np.ndarray
) -> dict[tuple[Month, ...], float]:
    found = setting.totals(code, indicator="bed_occupancy")
    for span, percent in setting.totals(code, indicator="bed_occupancy_change_pct").items():
        before = tuple(month.minus(12) for month in span)
        if set(before) <= set(setting.years):
            inside = [setting.years.index(month) for month in before]
            earlier = 100 * occupied[..., inside].sum() / bed_days[..., inside].sum()
            found[span] = earlier * (1 + percent / 100)
    return found


def _displaced(
    setting: Setting, code: str, mean: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Displaced patients, whose sums are those published."""
    totals = setting.totals(code, indicator="displaced_patients")
    whole = mean.sum(axis=(0, 1))
    patients = rng.poisson(mean * curves.levelled(whole, setting.years, totals) / whole)
    by_month = patients.sum(axis=(0, 1))
    wanted = curves.summed_to(by_month, setting.years, totals)
    for place in np.flatnonzero(wanted != by_month):
        weights = patients[..., place].reshape(-1) + 0.01
        parts = curves.whole(int(wanted[place]), weights)
        patients[..., place] = parts.reshape(patients.shape[:2])
    return patients


def frames(setting: Setting, beds: list[Beds]) -> pd.DataFrame:
    """Observations by month: country, regions and hospitals, all and by care type; specialties."""
    made = []
    for name in ("", *_CARE):
        sums = [_summed(setting, own, name) for own in beds]
        whole = {key: with_country(np.array([s[key] for s in sums])) for key in sums[0]}
        made += _rows(setting, {"region": setting.places}, whole, care_type=name)
    written = [(c, b) for c, b in zip(setting.codes, beds, strict=True) if c in setting.written]
    for code, own in written:
        for name in ("", *_CARE):
            sums = _by_hospital(setting, own, name)
            made += _rows(setting, {"unit": own.hospitals}, sums, region=code, care_type=name)
        dims = {"unit": own.hospitals, "specialty": [*names.WARDS, names.PSYCHIATRY]}
        made += _rows(setting, dims, _cut(setting, own, slice(None)), region=code)
    made.append(_year_to_date(setting, beds))
    return pd.concat(made, ignore_index=True)


def _wards(care_type: str) -> slice:
    count = len(names.WARDS)
    return {"": slice(None), "somatic": slice(count), "psychiatric": slice(count, None)}[care_type]


def _cut(setting: Setting, own: Beds, wards: slice) -> dict[str, np.ndarray]:
    """Sums over the days of the setting's months, hospitals · wards · months."""
    length = days(setting)[setting.window]
    told = (own.available, own.decided, own.occupied, own.overcrowded, own.displaced, own.patients)
    keys = ("available", "decided", "occupied", "overcrowded", "displaced", "patients")
    cut = {k: a[:, wards][..., setting.window] for k, a in zip(keys, told, strict=True)}
    return cut | {"available": cut["available"] * length, "decided": cut["decided"] * length}


def _by_hospital(setting: Setting, own: Beds, care_type: str) -> dict[str, np.ndarray]:
    return {k: a.sum(axis=1) for k, a in _cut(setting, own, _wards(care_type)).items()}


def _summed(setting: Setting, own: Beds, care_type: str) -> dict[str, np.ndarray]:
    return {k: a.sum(axis=0) for k, a in _by_hospital(setting, own, care_type).items()}


def _rows(
    setting: Setting, dims: dict[str, list[str]], sums: dict[str, np.ndarray], **fixed: str
) -> list[pd.DataFrame]:
    """The measures of beds from sums over days, months along the last axis."""
    dims = dims | {"period": [str(month) for month in setting.months]}
    length = days(setting)[setting.window]
    beds = sums["available"]
    there = (beds > 0).reshape(-1)
    hundreds = np.where(beds > 0, beds, np.nan) / 100
    made = [
        rows("available_beds", dims, value=beds / length, **fixed),
        rows("decided_beds", dims, value=sums["decided"] / length, **fixed),
        rows("occupied_beds", dims, value=sums["occupied"] / length, **fixed),
        rows("overcrowding", dims, value=sums["overcrowded"] / length, **fixed),
        rows("displaced_patients", dims, value=sums["patients"], **fixed),
        rows("bed_occupancy", dims, numerator=sums["occupied"], denominator=beds, **fixed),
    ]
    for id_, key in (("overcrowding_per_100", "overcrowded"), ("displaced_per_100", "displaced")):
        per = sums[key] / hundreds
        numbers = {"numerator": sums[key], "denominator": hundreds, "value": per}
        if "specialty" not in dims:
            made.append(rows(id_, dims, **numbers, **fixed))
    return [frame[there] for frame in made]


def _year_to_date(setting: Setting, beds: list[Beds]) -> pd.DataFrame:
    """Occupancy of the year to date at the last month and a year earlier, and of last year."""
    made = []
    spans = [("ytd", setting.last), ("ytd", setting.last.minus(12))]
    for span, end in [*spans, ("year", Month(setting.last.year - 1, 12))]:
        inside = [setting.years.index(Month(end.year, n)) for n in range(1, end.number + 1)]
        num = np.array([own.occupied[..., inside].sum() for own in beds])
        den = np.array([(own.available * days(setting))[..., inside].sum() for own in beds])
        dims = {"region": setting.places, "period": [str(end) if span == "ytd" else str(end.year)]}
        num, den = with_country(num[:, None]), with_country(den[:, None])
        made.append(rows("bed_occupancy", dims, numerator=num, denominator=den, span=span))
    return pd.concat(made, ignore_index=True)
