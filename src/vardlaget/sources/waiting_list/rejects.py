"""Rows that cannot be counted: why, how many, and where in the file. Never what stands in them."""

import csv
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from vardlaget.sources.findings import Finding
from vardlaget.sources.rows import file_slug
from vardlaget.sources.waiting_list.reading import (
    MISSING,
    NO_SUCH_DAY,
    OUT_OF_RANGE,
    UNREADABLE,
    Batch,
)

# In the place of a cell, which is about a person.
WITHHELD = "(withheld)"
HEADER = ("row", "column", "code", "reason")
# The header is row 1.
_FIRST_ROW = 2
# What a code of a row means where it means nothing that is counted.
UNKNOWN, OTHER = -1, -2


@dataclass(frozen=True)
class Reason:
    code: str
    column: str
    text: str


# A row has the first of these that is true of it.
REASONS = (
    Reason("referral_date_missing", "referral_date", "The date of the decision is missing."),
    Reason("referral_date_unreadable", "referral_date", "The date of the decision is no date."),
    Reason(
        "referral_date_no_leap_year",
        "referral_date",
        "The date of the decision is 29 February of a year that has none.",
    ),
    Reason(
        "referral_date_out_of_range",
        "referral_date",
        "The date of the decision is before 1990 or after 2100.",
    ),
    Reason("start_date_unreadable", "start_date", "The start date is no date."),
    Reason(
        "start_date_no_leap_year",
        "start_date",
        "The start date is 29 February of a year that has none.",
    ),
    Reason("start_date_out_of_range", "start_date", "The start date is before 1990 or after 2100."),
    Reason("start_before_referral", "start_date", "The wait ends before it began."),
    Reason("region_unknown", "region", "There is no such region."),
    Reason("phase_unknown", "phase", "The phase is neither of those that are known."),
    Reason("phase_other", "phase", "The phase is neither first visit nor treatment."),
    Reason("deviation_code_unknown", "deviation_code", "The deviation code is unknown."),
    Reason("sex_unknown", "sex", "The sex is neither of those that are known."),
    Reason("age_impossible", "age_group", "The age is not one that a person can have."),
)


@dataclass
class SetAside(AbstractContextManager):
    """Counts the rows set aside and writes where they stand to `path`, if there are any.

    The file is for the analyst alone (mode 0600); it names rows, columns and reasons. Rows are
    numbered as in the file, its header being row 1; blank lines of a CSV file are not counted.
    """

    path: Path
    rows: dict[Reason, int] = field(default_factory=dict)
    first: dict[Reason, int] = field(default_factory=dict)
    _file: TextIO | None = None

    def __enter__(self) -> "SetAside":
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, kind, error, trace) -> None:
        if self._file:
            self._file.close()
            if kind:
                self.path.unlink(missing_ok=True)

    def add(self, reasons: np.ndarray, rows: np.ndarray, headers: dict[str, str]) -> None:
        """Rows by their number in the data, from 0, and the place of their reason in REASONS."""
        writer = csv.writer(self._opened())
        for place, row in zip(reasons.tolist(), rows.tolist(), strict=True):
            reason, number = REASONS[place], row + _FIRST_ROW
            self.rows[reason] = self.rows.get(reason, 0) + 1
            self.first.setdefault(reason, number)
            writer.writerow([number, header_of(reason, headers), reason.code, reason.text])

    def findings(self, name: str, headers: dict[str, str]) -> list[Finding]:
        """One for each reason, in the order of REASONS."""
        return [
            Finding(
                "set_aside",
                reason.code,
                reason.text,
                file=name,
                row=self.first[reason],
                column=header_of(reason, headers),
                value=WITHHELD,
                rows=self.rows[reason],
            )
            for reason in REASONS
            if reason in self.rows
        ]

    def _opened(self) -> TextIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            self._file = os.fdopen(os.open(self.path, flags, 0o600), "w", encoding="utf-8")
            csv.writer(self._file).writerow(HEADER)
        return self._file


def path_for(name: str, folder: Path) -> Path:
    """Where the rows of the file shown as `name` are told of."""
    return folder / f"{file_slug(name)}.csv"


def header_of(reason: Reason, headers: dict[str, str]) -> str:
    """The file's own name of the column that a reason speaks of."""
    return headers.get(reason.column) or headers.get("age", reason.column)


def reasons_of(batch: Batch, meanings: dict[str, np.ndarray]) -> np.ndarray:
    """For each row the place of its reason in REASONS, and len(REASONS) for a sound row.

    `meanings` gives, for the coded columns, what the row's code means: UNKNOWN, OTHER or from 0.
    """
    referral, start = batch.referral, batch.start
    wrong = {
        "referral_date_missing": referral == MISSING,
        "referral_date_unreadable": referral == UNREADABLE,
        "referral_date_no_leap_year": referral == NO_SUCH_DAY,
        "referral_date_out_of_range": referral == OUT_OF_RANGE,
        "start_date_unreadable": start == UNREADABLE,
        "start_date_no_leap_year": start == NO_SUCH_DAY,
        "start_date_out_of_range": start == OUT_OF_RANGE,
        "start_before_referral": (start >= 0) & (start < referral),
        "region_unknown": meanings["region"] == UNKNOWN,
        "phase_unknown": meanings["phase"] == UNKNOWN,
        "phase_other": meanings["phase"] == OTHER,
    }
    for code, column in (
        ("deviation_code_unknown", "deviation_code"),
        ("sex_unknown", "sex"),
        ("age_impossible", "age_group"),
    ):
        if column in meanings:
            wrong[code] = meanings[column] == UNKNOWN
    reasons = np.full(len(batch), len(REASONS), dtype="uint8")
    for place, reason in reversed(list(enumerate(REASONS))):
        if reason.code in wrong and wrong[reason.code].any():
            reasons[wrong[reason.code]] = place
    return reasons
