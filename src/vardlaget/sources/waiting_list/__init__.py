"""Waiting lists: one row a person and wait, aggregated straight from the file.

DuckDB reads the file piece by piece; what is held is counts, so that a hundred million rows need
no more memory than one million. No row leaves: figures, counts and row numbers do.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vardlaget import observations
from vardlaget.catalogue import Regions
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.waiting_list.columns import checks, is_waiting_list
from vardlaget.sources.waiting_list.counting import (
    BASES,
    Calendar,
    Percentiles,
    count,
    no_patients,
)
from vardlaget.sources.waiting_list.coverage import Days, covered_months
from vardlaget.sources.waiting_list.figures import Counts, Origin, frame
from vardlaget.sources.waiting_list.files import OpenList, columns_of, opened
from vardlaget.sources.waiting_list.reading import Coded, batches, coded_columns, days
from vardlaget.sources.waiting_list.rejects import REASONS, SetAside, path_for
from vardlaget.sources.waiting_list.waits import Coding

KIND = "waiting_list"

__all__ = ["KIND", "WaitingList", "aggregate", "columns_of", "is_waiting_list"]


@dataclass(frozen=True)
class WaitingList:
    """A waiting list's figures, what became of its rows, and what was found in them."""

    frame: pd.DataFrame
    account: Account
    findings: tuple[Finding, ...]


def aggregate(
    path: Path, name: str, regions: Regions, months: tuple[Month, ...] | None, aside: Path
) -> WaitingList:
    """A waiting list, Parquet or CSV, as observations of first visits and treatments.

    The indicators are those of the catalogue whose ids begin with `first_visit_` and
    `treatment_`, for each region and month, both bases, and one breakdown at a time. Waits are
    calendar days from the decision to the start, or to the last day of the month.

    `months` are the months to count; None is those that the list covers, see `covered_months`.
    Rows that cannot be counted are set aside: their row numbers and reasons go to a file in
    `aside`. Raises InputError, with `name` and what to do, for a file that cannot be used.
    """
    with opened(path, name) as rows:
        known = Days.of(days(rows))
        if not known.rows:
            raise InputError(f"{name}: no rows below the header. Fill it or move it away.")
        calendar = Calendar((months and tuple(sorted(set(months)))) or covered_months(known, name))
        coded = coded_columns(rows, checks(regions))
        with SetAside(path_for(name, aside)) as rejects:
            counts = _counts(rows, coded, calendar, known, rejects)
    left_out = sum(rejects.rows.values())
    account = Account(name, KIND, known.rows, known.rows - left_out, left_out)
    findings = (*rejects.findings(name, rows.headers), *_warnings(known, rows))
    figures = observations.empty()
    if account.used:
        figures = frame(counts, _origin(account, coded, known))
    return WaitingList(figures, account, findings)


def _counts(
    rows: OpenList, coded: dict[str, Coded], calendar: Calendar, known: Days, rejects: SetAside
) -> Counts:
    """Both passes over the rows; the first sets rows aside."""
    coding = Coding.of(coded)
    longest = max(0, max(calendar.last, default=0) - min(known.referrals, default=0))
    patients = no_patients(calendar, coding.groups, longest)
    for batch in batches(rows, coded):
        reasons = coding.reasons(batch)
        wrong = np.flatnonzero(reasons < len(REASONS))
        if wrong.size:
            rejects.add(reasons[wrong], batch.first + wrong, rows.headers)
        count(coding.waits(batch, reasons, calendar), patients, calendar)
    percentiles = Percentiles(patients)
    for batch in batches(rows, coded):
        reasons = coding.reasons(batch)
        percentiles.count(coding.waits(batch, reasons, calendar, without_pvv=True), calendar)
    return Counts(calendar, coding.margins, patients, percentiles)


def _origin(account: Account, coded: dict[str, Coded], known: Days) -> Origin:
    synthetic = "status" in coded and "synthetic" in coded["status"].meanings
    used = f"{account.used:,}".replace(",", "\u00a0")
    bases = BASES if known.starts else ("waiting",)
    return Origin(f"{account.file}, {used} rader", synthetic, bases)


def _warnings(known: Days, rows: OpenList) -> list[Finding]:
    """A list of completed waits alone cannot tell how many were waiting."""
    if known.waiting or not known.starts:
        return []
    return [
        Finding(
            "warning",
            "nobody_waiting",
            "Every row has a start date: who still waits is missing, so the figures of patients "
            "waiting are too low.",
            file=rows.name,
            column=rows.headers["start_date"],
            rows=known.rows,
        )
    ]
