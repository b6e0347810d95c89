"""Snapshots of open sources as observations: the newest answer to each question is used.

What an older snapshot was asked and a newer one was asked again is set aside; where the answer
differs, the source has revised it, and that is told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from vardlaget import observations as table
from vardlaget import project
from vardlaget.catalogue import Indicators, Regions
from vardlaget.errors import InputError
from vardlaget.observations import COLUMNS, KEY
from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.open import kolada, scb
from vardlaget.sources.open.kolada import Kpi, load_kpis
from vardlaget.sources.open.snapshots import Cell, Snapshot, digest, load, shaped
from vardlaget.sources.schema import violations

# What a cell was asked as, beside the observation that it became.
QUESTION = ["series", "place", "time"]

Mask = pd.Series


@dataclass(frozen=True)
class _Part:
    """One snapshot read: observations with QUESTION, `cells` and `file`, and what was found.

    `read` counts its cells; `asked` holds every question of its query, answered or not.
    """

    file: str
    kind: str
    age: tuple[date, int]
    frame: pd.DataFrame
    read: int
    asked: set[tuple[str, ...]]
    findings: list[Finding] = field(default_factory=list)


def observations_from(
    content: object,
    name: str,
    regions: Regions,
    indicators: Indicators,
    kpis: dict[str, Kpi] | None = None,
) -> pd.DataFrame:
    """A snapshot's JSON as observations, with nothing of other snapshots taken into account.

    `kpis` is data/reference/kolada.csv as read; that of the project in which the command runs, if
    left out. Raises InputError where the JSON is no snapshot, or not as it was fetched.
    """
    return table.typed(_read(content, name, regions, indicators, kpis).frame)


def read_snapshots(
    paths: list[Path],
    named: Callable[[Path], str],
    regions: Regions,
    indicators: Indicators,
    kpis: dict[str, Kpi] | None = None,
) -> tuple[pd.DataFrame, list[Account], list[Finding]]:
    """All snapshots together: observations, an account of each file's values, and what was found.

    `named` gives a file's name as shown. A file that is cut or changed is refused, without account.
    """
    parts, findings = [], []
    for path in paths:
        name = named(path)
        try:
            parts.append(_read(load(path, name), name, regions, indicators, kpis))
        except InputError as error:
            reason = str(error).removeprefix(f"{name}: ").rstrip(".")
            findings.append(Finding("refused", "not_read", reason, file=name))
    state, revised = _folded(sorted(parts, key=lambda part: (part.age, part.file)))
    used = state.groupby("file")["cells"].sum() if len(state) else {}
    accounts = []
    for part in parts:
        kept = int(used.get(part.file, 0))
        findings += [*part.findings, *_superseded(part, int(part.frame["cells"].sum()) - kept)]
        accounts.append(Account(part.file, part.kind, part.read, kept, part.read - kept))
    return table.typed(state.reset_index(drop=True)), accounts, [*findings, *revised]


def revisions(older: pd.DataFrame, newer: pd.DataFrame, file: str = "") -> list[Finding]:
    """A warning for each value that a source changed, added or took away between two answers.

    `older` and `newer` are observations of the same questions, each key once; `file` is the newer
    snapshot. `found` is the new value and `expected` the old one.
    """
    columns = [*KEY, "value", "source"]
    both = older[columns].merge(newer[columns], on=list(KEY), how="outer", suffixes=("_old", ""))
    changed = (both["value"] != both["value_old"]) & both[["value", "value_old"]].notna().any(
        axis=1
    )
    return [_revised(row, file) for row in both[changed].itertuples()]


def _revised(row, file: str) -> Finding:
    old = f"{row.value_old:.10g}" if pd.notna(row.value_old) else "no value"
    new = f"{row.value:.10g}" if pd.notna(row.value) else "no value"
    parts = [row.sex, row.age_group, row.care_type]
    told = f" ({', '.join(part for part in parts if part)})" if any(parts) else ""
    before = row.source_old if isinstance(row.source_old, str) else "before"
    return Finding(
        "warning",
        "revised",
        f"the source gives {new} where it gave {old} ({before}){told}",
        file=file,
        value=new,
        indicator=row.indicator,
        region=row.region,
        unit=row.unit,
        span=row.span,
        period=row.period,
        basis=row.basis,
        found=row.value,
        expected=row.value_old,
    )


def _folded(parts: list[_Part]) -> tuple[pd.DataFrame, list[Finding]]:
    """The newest answer to each question, and the revisions on the way there."""
    state = pd.DataFrame(columns=[*COLUMNS, *QUESTION, "cells", "file"])
    asked: set[tuple[str, ...]] = set()
    findings: list[Finding] = []
    for part in parts:
        again = _in(state, part.asked)
        findings += revisions(state[again], part.frame[_in(part.frame, asked)], part.file)
        state = pd.concat([frame for frame in (state[~again], part.frame) if len(frame)] or [state])
        asked |= part.asked
    return state, findings


def _in(frame: pd.DataFrame, questions: set[tuple[str, ...]]) -> Mask:
    asked = [question in questions for question in zip(*(frame[c] for c in QUESTION), strict=True)]
    return pd.Series(asked, index=frame.index, dtype=bool)


def _superseded(part: _Part, cells: int) -> list[Finding]:
    if not cells:
        return []
    reason = "a newer snapshot answers the same question"
    return [Finding("set_aside", "superseded", reason, file=part.file, rows=cells)]


def _read(
    content: object,
    name: str,
    regions: Regions,
    indicators: Indicators,
    kpis: dict[str, Kpi] | None,
) -> _Part:
    snapshot = shaped(Snapshot, content, name)
    source = {"kolada": kolada, "scb": scb}[snapshot.source]
    query = shaped(source.Query, snapshot.query, name)
    found = source.cells(snapshot.responses, query)
    if digest(snapshot.source, snapshot.query, found) != snapshot.sha256:
        raise InputError(
            f"{name}: its hash does not fit its content, so it is cut or changed. "
            "Put the file back as it was fetched, or remove it and fetch again."
        )
    cells = pd.DataFrame(found, columns=list(Cell._fields)).astype({"value": "float64"})
    if snapshot.source == "kolada":
        kpis = kpis if kpis is not None else _own_kpis(indicators)
        cells, findings = _known(cells, name, {"series": kpis, "part": kolada.SEXES}, regions)
        frame = kolada.observations(cells, snapshot.fetched, kpis)
    else:
        cells, findings = _known(cells, name, {}, regions)
        frame = scb.observations(cells, snapshot.fetched, query)
    frame = frame.assign(file=name, region=[regions[place].code for place in frame["place"]])
    frame, broken = _valid(frame.reset_index(drop=True), name, indicators)
    return _Part(
        name,
        snapshot.source,
        snapshot.age,
        frame,
        len(found),
        query.asked(),
        [*findings, *broken],
    )


def _own_kpis(indicators: Indicators) -> dict[str, Kpi]:
    return load_kpis(project.find().reference / "kolada.csv", indicators)


_NAMES = {"series": "KPI", "place": "region", "part": "sex"}


def _known(
    cells: pd.DataFrame, name: str, allowed: dict[str, Iterable[str]], regions: Regions
) -> tuple[pd.DataFrame, list[Finding]]:
    """Cells whose codes are known, and a finding for each code that is not."""
    places = {place for place in cells["place"].unique() if regions.get(place)}
    findings = []
    for column, known in {**allowed, "place": places}.items():
        strange = ~cells[column].isin(list(known))
        findings += [
            Finding(
                "set_aside",
                f"unknown_{_NAMES[column].lower()}",
                f"no such {_NAMES[column]} is known here",
                file=name,
                column=_NAMES[column],
                value=code,
                rows=int(rows),
            )
            for code, rows in cells.loc[strange, column].value_counts(sort=False).items()
        ]
        cells = cells[~strange]
    return cells, findings


def _valid(
    frame: pd.DataFrame, name: str, indicators: Indicators
) -> tuple[pd.DataFrame, list[Finding]]:
    """Observations that keep the rules of the one table, and a finding for each that does not."""
    typed = pd.concat([table.typed(frame), frame[[*QUESTION, "cells", "file"]]], axis=1)
    findings, wrong = [], pd.Series(False, index=typed.index)
    for rule, broken in violations(typed, indicators):
        findings += [
            Finding(
                "set_aside",
                rule.code,
                rule.reason,
                file=name,
                column=rule.column,
                value=f"{row.value:.10g}",
                rows=row.cells,
                indicator=row.indicator,
                region=row.region,
                span=row.span,
                period=row.period,
                basis=row.basis,
                found=row.value,
            )
            for row in typed[broken & ~wrong].itertuples()
        ]
        wrong |= broken
    return typed[~wrong], findings
