"""Counted waits as observations: the indicators of first visit and treatment."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from vardlaget.observations import COLUMNS, NUMBERS, SYNTHETIC
from vardlaget.sources.waiting_list.columns import CODES, PHASES
from vardlaget.sources.waiting_list.counting import (
    BASES,
    PERCENTILES,
    Calendar,
    Percentiles,
    within,
)
from vardlaget.sources.waiting_list.waits import Margin

# Limits in days: at most so many is inside. The catalogue's intervals are (first, last) day.
LIMITS = (30, 60, 90, 150)
INTERVALS = ((0, 30), (31, 60), (61, 90), (91, 120), (121, 180), (181, 365))
# Breakdowns with every indicator; the others have those of `ELSEWHERE`.
FULL = ("", "specialty")
ELSEWHERE = ("90d", "patients", "over_90d_count", "over_150d_count", *PERCENTILES)
_PIECE = 1 << 16
# What a share leaves out, as places in CODES; empty is the catalogue's definition, PvV.
_COUNTED = {"": ("", "mov"), "none": CODES, "pvv_mov": ("",)}


@dataclass(frozen=True)
class Measure:
    """One indicator's figures, each array by occasion, group and phase."""

    suffix: str
    value: np.ndarray
    numerator: np.ndarray | None = None
    denominator: np.ndarray | None = None
    exclusions: str = ""


@dataclass(frozen=True)
class Counts:
    """All that was counted: see `counting`."""

    calendar: Calendar
    margins: list[Margin]
    patients: np.ndarray
    percentiles: Percentiles


@dataclass(frozen=True)
class Origin:
    """What all figures of a file share: source, whether they are real, and which bases it has."""

    source: str
    synthetic: bool
    bases: tuple[str, ...]


def frame(counts: Counts, origin: Origin) -> pd.DataFrame:
    """The one table's rows for all margins and months.

    A group without any patient of a phase has no rows of it. A share of nobody and the median
    wait of nobody have no value, and status `zero`.
    """
    exact = {name: counts.percentiles.days(name) for name in PERCENTILES}
    parts = []
    for margin in counts.margins:
        days = {name: found[:, margin.places] for name, found in exact.items()}
        measures = _measures_of(margin, counts.patients[:, margin.places], days)
        parts.append(_rows(margin, measures, counts, origin))
    return pd.concat(parts, ignore_index=True)


def _measures_of(
    margin: Margin, patients: np.ndarray, days: dict[str, np.ndarray]
) -> list[Measure]:
    measures = [*_shares(patients), *_numbers_of(patients)]
    measures += [Measure(name, found) for name, found in days.items()]
    if margin.column not in FULL:
        measures = [measure for measure in measures if measure.suffix in ELSEWHERE]
    return [measure for measure in measures if not (margin.column and measure.exclusions)]


def _rows(margin: Margin, measures: list[Measure], counts: Counts, origin: Origin) -> pd.DataFrame:
    places = _places(margin, counts, origin.bases)
    values = np.concatenate([measure.value[places] for measure in measures])
    states = ["zero", "synthetic" if origin.synthetic else "reported"]
    told = (~np.isnan(values)).astype("int8")
    texts = _keys(margin, measures, places, counts.calendar) | {
        "span": _repeated("month", len(values)),
        "scenario": _repeated("actual", len(values)),
        "status": _joined([_texts(states, told)]),
        "source": _repeated(origin.source, len(values)),
        "note": _joined([_texts([SYNTHETIC if origin.synthetic else "", ""], told)]),
    }
    numbers = {
        "numerator": _numbers([m.numerator for m in measures], places),
        "denominator": _numbers([m.denominator for m in measures], places),
        "value": values,
    }
    empty = _repeated("", len(values))
    columns = {c: numbers[c] if c in NUMBERS else texts.get(c, empty) for c in COLUMNS}
    return pd.DataFrame(columns)


def _places(margin: Margin, counts: Counts, bases: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """The occasions, groups and phases of which figures are told."""
    patients = within(counts.patients[:, margin.places]).sum(axis=-1)
    told = np.zeros(patients.shape, dtype=bool)
    months = len(counts.calendar.months)
    for basis in map(BASES.index, bases):
        told[basis * months : (basis + 1) * months] = patients.any(axis=0)
    return np.nonzero(told)


def _keys(
    margin: Margin, measures: list[Measure], places: tuple[np.ndarray, ...], calendar: Calendar
) -> dict[str, pd.Series]:
    """The key columns that differ from row to row: measure after measure, each for all places."""
    occasion, group, phase = places
    months = [str(month) for month in calendar.months]
    once = {
        "period": _texts(months, occasion % len(months)),
        "basis": _texts(list(BASES), occasion // len(months)),
        "region": _texts([region for region, _ in margin.groups], group),
    }
    if margin.column:
        once[margin.column] = _texts([value for _, value in margin.groups], group)
    names = [[f"{phase}_{m.suffix}" for phase in PHASES] for m in measures]
    left_out = {m.exclusions: _texts([m.exclusions], np.zeros_like(phase)) for m in measures}
    return {column: _joined([texts] * len(measures)) for column, texts in once.items()} | {
        "indicator": _joined([_texts(labels, phase) for labels in names]),
        "exclusions": _joined([left_out[m.exclusions] for m in measures]),
    }


def _numbers_of(patients: np.ndarray) -> Iterator[Measure]:
    """Numbers of patients. Those over a limit leave PvV out; the others leave nobody out."""
    everybody = within(patients)
    yield Measure("patients", everybody.sum(axis=-1))
    yield Measure("patient_chosen", everybody[..., CODES.index("pvv")])
    yield Measure("medically_caused", everybody[..., CODES.index("mov")])
    for days in (90, 150):
        over = _of(everybody, "") - _of(within(patients, days), "")
        yield Measure(f"over_{days}d_count", over)
    below = np.zeros_like(everybody.sum(axis=-1))
    for first, last in INTERVALS:
        upto = within(patients, last).sum(axis=-1)
        yield Measure(f"days_{first}_{last}", upto - below)
        below = upto
    yield Measure("days_366_plus", everybody.sum(axis=-1) - below)


def _shares(patients: np.ndarray) -> Iterator[Measure]:
    everybody = within(patients)
    for days in LIMITS:
        for exclusions in _COUNTED if days == 90 else ("",):
            inside = _of(within(patients, days), exclusions)
            yield _share(f"{days}d", inside, _of(everybody, exclusions), exclusions)
    counted = _of(everybody, "")
    yield _share("over_150d", counted - _of(within(patients, 150), ""), counted)


def _of(patients: np.ndarray, exclusions: str) -> np.ndarray:
    """Patients summed over the deviation codes that are not left out."""
    return patients[..., [CODES.index(code) for code in _COUNTED[exclusions]]].sum(axis=-1)


def _share(
    suffix: str, numerator: np.ndarray, denominator: np.ndarray, exclusions: str = ""
) -> Measure:
    """A share in per cent; 0/0 has no value."""
    value = np.full(numerator.shape, np.nan)
    np.divide(100 * numerator, denominator, out=value, where=denominator > 0)
    return Measure(suffix, value, numerator, denominator, exclusions)


def _numbers(arrays: list[np.ndarray | None], places: tuple[np.ndarray, ...]) -> np.ndarray:
    nothing = np.full(len(places[0]), np.nan)
    return np.concatenate([nothing if a is None else a[places].astype("float64") for a in arrays])


def _texts(labels: list[str], places: np.ndarray) -> pa.LargeStringArray:
    """The label at each place."""
    return pa.array(labels, type=pa.large_string()).take(pa.array(places))


def _joined(pieces: list[pa.LargeStringArray]) -> pd.Series:
    """A column of text; a piece that comes again is held once."""
    return pd.Series(pd.array(pa.chunked_array(pieces), dtype="str"))


def _repeated(label: str, times: int) -> pd.Series:
    """One text for all rows."""
    piece = _texts([label], np.zeros(min(times, _PIECE), dtype="int8"))
    return _joined([piece] * (times // _PIECE) + [piece.slice(0, times % _PIECE)])
