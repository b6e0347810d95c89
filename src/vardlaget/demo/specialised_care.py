"""Specialised care: patients counted into every figure of first visits and treatments."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from vardlaget.demo.figures import rows
from vardlaget.demo.patients import CODES, LONGEST, Patients, Phase, day
from vardlaget.demo.setting import Setting

BASES = ("waiting", "completed")
LIMITS = (30, 60, 90, 150)
INTERVALS = ((0, 30), (31, 60), (61, 90), (91, 120), (121, 180), (181, 365))
PERCENTILES = {"median_wait": (1, 2), "p90_wait": (9, 10)}
# What specialties have for all months; the rest of their measures go 13 months back.
EVERY_MONTH = (
    "90d",
    "patients",
    "over_90d_count",
    "over_150d_count",
    "patient_chosen",
    "medically_caused",
    *PERCENTILES,
)
_MONTHS = 13
# What each way of leaving out counts, as places in CODES; empty is the definition's own, PvV.
_COUNTED = {"": [0, 2], "none": [0, 1, 2], "pvv_mov": [0]}
_EDGES = np.array([0, 31, 61, 91, 121, 151, 181, 366])


def counted(setting: Setting, phase: Phase, found: Patients) -> np.ndarray:
    """Patients by basis, code, specialty, month and day waited.

    Waiting: who waits on the last day of a month. Completed: whose wait ends in it.
    """
    ends = np.array([day(month) for month in setting.months])
    shape = (len(CODES), len(phase.specialties), len(ends), LONGEST + 1)
    group = found.code.astype("int64") * shape[1] + found.specialty
    enters = np.searchsorted(ends, found.referral)
    leaves = np.where(found.start < 0, len(ends), np.searchsorted(ends, found.start))
    cells: tuple[list[np.ndarray], ...] = ([], [])
    picked = np.flatnonzero(enters < leaves)
    month = enters[picked]
    while picked.size:
        waited = ends[month] - found.referral[picked]
        cells[0].append((group[picked] * shape[2] + month) * shape[3] + waited)
        on = month + 1 < leaves[picked]
        picked, month = picked[on], month[on] + 1
    done = np.flatnonzero((found.start >= 0) & (leaves < len(ends)))
    done = done[found.start[done] > ends[0] - setting.months[0].days]
    waited = found.start[done] - found.referral[done]
    cells[1].append((group[done] * shape[2] + leaves[done]) * shape[3] + waited)
    size = int(np.prod(shape))
    total = [np.bincount(np.concatenate(each or [done]), minlength=size) for each in cells]
    return np.array(total, dtype="int32").reshape(2, *shape)


def frames(
    setting: Setting, phase: Phase, code: str, counts: np.ndarray, skipped: int
) -> pd.DataFrame:
    """A region's (or the country's) observations from what `counted` gives.

    The last `skipped` months are left out: records tell them. Months in which the region is
    without figures are missing for the whole region. What nobody has waited for has no value.
    """
    months = len(setting.months) - skipped
    with_all = np.concatenate([counts.sum(axis=2, keepdims=True), counts], axis=2)[..., :months, :]
    gaps = [place for place in setting.gaps(code) if place < months]
    dims = {
        "basis": list(BASES),
        "specialty": ["", *phase.specialties],
        "period": [str(month) for month in setting.months[:months]],
    }
    made = []
    for suffix, numbers, exclusions in _measures(with_all):
        numbers = {name: array.astype("float64") for name, array in numbers.items()}
        whole_only = exclusions != ""
        own = dims | {"specialty": [""]} if whole_only else dims
        for name, array in numbers.items():
            array[:, :, gaps] = np.nan
            numbers[name] = array[:, :1] if whole_only else array
        id_ = f"{phase.id}_{suffix}"
        frame = rows(id_, own, **numbers, region=code, exclusions=exclusions)
        silent = frame["period"].isin([dims["period"][place] for place in gaps])
        frame["status"] = frame["status"].where(silent | (frame["status"] != "missing"), "zero")
        told = ~silent
        if suffix not in EVERY_MONTH:
            told &= frame["period"] > str(setting.last.minus(_MONTHS))
        made.append(frame[(frame["specialty"] == "") | told])
    return pd.concat(made, ignore_index=True)


def _measures(counts: np.ndarray) -> Iterator[tuple[str, dict[str, np.ndarray], str]]:
    """Suffix of the indicator, its numbers (basis · specialty · month), and exclusions."""
    upto = np.add.reduceat(counts, _EDGES, axis=-1).cumsum(axis=-1)
    limit = {int(edge) - 1: place - 1 for place, edge in enumerate(_EDGES) if place}
    limit[LONGEST] = len(_EDGES) - 1

    def within(days: int, exclusions: str = "") -> np.ndarray:
        return upto[..., limit[days]][:, _COUNTED[exclusions]].sum(axis=1)

    everybody = within(LONGEST)
    for days in LIMITS:
        for exclusions in _COUNTED if days == 90 else ("",):
            whole = within(LONGEST, exclusions)
            share = {"numerator": within(days, exclusions), "denominator": whole}
            yield f"{days}d", share, exclusions
    over = everybody - within(150)
    yield "over_150d", {"numerator": over, "denominator": everybody}, ""
    yield "over_90d_count", {"value": everybody - within(90)}, ""
    yield "over_150d_count", {"value": over}, ""
    yield "patients", {"value": within(LONGEST, "none")}, ""
    yield "patient_chosen", {"value": upto[:, CODES.index("PvV"), ..., -1]}, ""
    yield "medically_caused", {"value": upto[:, CODES.index("MoV"), ..., -1]}, ""
    below = np.zeros_like(everybody)
    for first, last in INTERVALS:
        yield f"days_{first}_{last}", {"value": within(last, "none") - below}, ""
        below = within(last, "none")
    yield "days_366_plus", {"value": within(LONGEST, "none") - below}, ""
    yield from _percentiles(counts[:, _COUNTED[""]].sum(axis=1))


def _percentiles(counts: np.ndarray) -> Iterator[tuple[str, dict[str, np.ndarray], str]]:
    """The least number of days that at least such a part of the patients do not exceed."""
    upto = counts.cumsum(axis=-1)
    everybody = upto[..., -1]
    for name, (part, whole) in PERCENTILES.items():
        rank = (everybody * part + whole - 1) // whole
        days = (upto < rank[..., None]).sum(axis=-1)
        yield name, {"value": np.where(everybody > 0, days, np.nan)}, ""


def add(setting: Setting, code: str, counts: np.ndarray, into: np.ndarray) -> None:
    """A region's counts into the country's, without the months that it has no figures for."""
    told = np.ones(len(setting.months), dtype=bool)
    told[setting.gaps(code)] = False
    into[..., told, :] += counts[..., told, :]


def country(setting: Setting, phase: Phase) -> np.ndarray:
    """Counts of nobody, of the shape that `counted` gives."""
    shape = (2, len(CODES), len(phase.specialties), len(setting.months), LONGEST + 1)
    return np.zeros(shape, dtype="int32")
