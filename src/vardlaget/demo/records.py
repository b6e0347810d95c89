"""Patients as a waiting list: one row a person and wait, as regions send them to the register."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from vardlaget.demo import names
from vardlaget.demo.patients import CODES, Patients, Phase, day
from vardlaget.demo.setting import Setting

_ROW_GROUP = 500_000
_SEXES, _OWNERS = ("Kvinna", "Man"), ("public", "private")
_PRIVATE_PART = 0.06
# Ages 0–17, 18–44, 45–64, 65–79, 80–97 years: first age, how many ages, part of the patients.
_AGES = ((0, 18, 0.12), (18, 27, 0.22), (45, 20, 0.27), (65, 15, 0.28), (80, 18, 0.11))


def told(setting: Setting, found: Patients, months: int) -> np.ndarray:
    """The places of the patients that a list of the last `months` months holds.

    Those whose wait ended in them, and those who still wait at the end.
    """
    first = day(setting.last.minus(months))
    return np.flatnonzero((found.start < 0) | (found.start > first))


def write(
    path: Path, setting: Setting, code: str, found: dict[Phase, Patients], months: int
) -> Path:
    """A region's waiting list as Parquet; patients are written a phase and row group at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pyarrow.parquet.ParquetWriter(path, _schema(), compression="zstd") as writer:
        for phase, patients in found.items():
            rows = told(setting, patients, months)
            rng = setting.rng("records", phase.id, code)
            order = rows[np.argsort(patients.referral[rows], kind="stable")]
            for first in range(0, len(order), _ROW_GROUP):
                part = patients.picked(order[first : first + _ROW_GROUP])
                writer.write_table(_table(setting, code, phase, part, rng))
    return path


def _schema() -> pa.Schema:
    text = pa.dictionary(pa.int32(), pa.string())
    texts = ("regionkod", "enhet", "specialitet", "fas", "avvikelsekod", "kon", "driftsform")
    fields = [pa.field(name, text) for name in texts]
    fields += [pa.field(f"{name}_datum", pa.date32()) for name in ("beslut", "start", "planerad")]
    return pa.schema([*fields, pa.field("alder", pa.int16()), pa.field("status", text)])


def _table(
    setting: Setting, code: str, phase: Phase, part: Patients, rng: np.random.Generator
) -> pa.Table:
    count = len(part)
    hospitals = names.hospitals(setting, code)
    units = [*hospitals, names.PRIVATE_CLINIC]
    parts = np.append(names.hospital_parts(len(hospitals)) * (1 - _PRIVATE_PART), _PRIVATE_PART)
    unit = np.minimum(np.searchsorted(parts.cumsum(), rng.random(count)), len(units) - 1)
    waiting = part.start < 0
    planned = day(setting.last) + rng.integers(1, 120, count)
    without = ~waiting | (rng.random(count) < 0.55)
    columns = {
        "regionkod": _texts(np.zeros(count), [code]),
        "enhet": _texts(unit, units),
        "specialitet": _texts(part.specialty, phase.specialties),
        "fas": _texts(np.zeros(count), ["1" if phase.id == "first_visit" else "2"]),
        "avvikelsekod": _texts(part.code, CODES),
        "kon": _texts(rng.random(count) < 0.46, _SEXES),
        "driftsform": _texts(unit == len(units) - 1, _OWNERS),
        "beslut_datum": _dates(part.referral),
        "start_datum": _dates(part.start, waiting),
        "planerad_datum": _dates(planned, without),
        "alder": pa.array(_ages(rng, count), pa.int16()),
        "status": _texts(np.zeros(count), ["syntetisk"]),
    }
    return pa.table(columns, schema=_schema())


def _texts(places: np.ndarray, words) -> pa.DictionaryArray:
    indices = pa.array(places.astype("int32"))
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def _dates(days: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    return pa.array(days.astype("int32"), pa.int32(), mask=absent).cast(pa.date32())


def _ages(rng: np.random.Generator, count: int) -> np.ndarray:
    firsts, widths, parts = (np.array(column) for column in zip(*_AGES, strict=True))
    group = np.searchsorted(parts.cumsum()[:-1], rng.random(count))
    return (firsts[group] + (rng.random(count) * widths[group]).astype("int64")).astype("int16")
