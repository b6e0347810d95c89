"""The analyst's tables: activities with their status, and the calendar of what is due."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.texts.folders import ACTIVITIES, CALENDAR
from vardlaget.texts.problems import Problem, nearest

if TYPE_CHECKING:
    from vardlaget.sources.tables import Table

COLUMNS = {
    ACTIVITIES: (
        "id",
        "aktivitet",
        "område",
        "tidplan",
        "ansvarig roll",
        "status",
        "kommentar",
    ),
    CALENDAR: ("datum", "händelse", "mottagare"),
}
REQUIRED = {ACTIVITIES: ("id", "aktivitet", "status"), CALENDAR: ("datum", "händelse")}


@dataclass(frozen=True)
class Status:
    """Where an activity stands: its symbol beside the word, and whether it is on track."""

    word: str
    symbol: str
    on_track: bool


STATUSES = {
    status.word: status
    for status in (
        Status("Klar", "✓", on_track=True),
        Status("Pågår", "▶", on_track=True),
        Status("Ej påbörjad", "…", on_track=False),
        Status("Försenad", "▲", on_track=False),
        Status("Pausad", "‖", on_track=False),
        Status("Ej prioriterad", "–", on_track=False),
    )
}
_STATUS_OF = {word.casefold(): status for word, status in STATUSES.items()}

_QUARTER = re.compile(r"\b([QKTH])\s?([1-4])[ .,-]*(\d{4})\b", re.IGNORECASE)
_MONTHS_IN = {"Q": 3, "K": 3, "T": 4, "H": 6}
_MONTH = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])\b")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True)
class Activity:
    """What is to be done, when, which role answers for it, and where it stands."""

    id: str
    title: str
    area: str
    timeline: str
    role: str
    status: Status
    comment: str

    def is_late(self, day: date) -> bool:
        """Whether its timeline has ended before a day though it is neither done nor put off."""
        end = end_of(self.timeline)
        open_ = self.status.word not in ("Klar", "Ej prioriterad")
        return open_ and end is not None and end < day


@dataclass(frozen=True)
class Event:
    """A day of the calendar: what is due, and to whom."""

    day: date
    title: str
    receiver: str


def end_of(timeline: str) -> date | None:
    """The last day of a timeline: of `Q1 2023`, `T1 2023`, `H1 2023`, `2023-04`, `2023-2025`.

    None where it names no time that is known. T is a third of a year, H a half.
    """
    if found := list(_QUARTER.finditer(timeline)):
        kind, number, year = found[-1].groups()
        month = _MONTHS_IN[kind.upper()] * int(number)
        return Month(int(year), month).last_day if month <= 12 else None
    years = [int(year) for year in _YEAR.findall(timeline)]
    if found := list(_MONTH.finditer(timeline)):
        return Month(int(found[-1][1]), int(found[-1][2])).last_day
    return date(years[-1], 12, 31) if years else None


def read_activities(path: Path, project: Project) -> tuple[list[Activity], list[Problem]]:
    """The activities of a CSV or XLSX file, in its order, and what is wrong with it."""
    return _read(path, project, ACTIVITIES, _activities)


def read_events(path: Path, project: Project) -> tuple[list[Event], list[Problem]]:
    """The calendar of a CSV or XLSX file, by day, and what is wrong with it."""
    events, problems = _read(path, project, CALENDAR, _events)
    return sorted(events, key=lambda event: event.day), problems


def _read(path: Path, project: Project, kind: str, parse) -> tuple[list, list[Problem]]:
    name = project.named(path)
    try:
        table = _table(path, name, kind)
    except InputError as error:
        return [], [Problem(name, 0, str(error))]
    problems = _column_problems(table, name, kind)
    if problems:
        return [], problems
    rows = [
        (line, {column.casefold().strip(): text for column, text in row.items()})
        for line, row in zip(table.rows, table.cells.to_dict("records"), strict=True)
    ]
    problems = [
        Problem(name, line, f"column '{column}' is empty")
        for line, row in rows
        for column in REQUIRED[kind]
        if not row[column]
    ]
    found = list(parse(name, rows))
    problems += [item for item in found if isinstance(item, Problem)]
    return [item for item in found if not isinstance(item, Problem)], problems


def _table(path: Path, name: str, kind: str) -> "Table":
    """The table under the header that has most of the columns. Raises InputError."""
    # Imported here: the readers' libraries load slowly, and most months have no such table.
    from vardlaget.sources.tables import read_sheets

    best: tuple[int, Table | None] = (0, None)
    for sheet in read_sheets(path, name):
        for number, header in sheet.headers():
            known = len({text.casefold().strip() for text in header} & set(COLUMNS[kind]))
            if known > best[0]:
                best = known, sheet.below(number, header)
    if best[1] is None:
        raise InputError(f"no row has the columns {', '.join(COLUMNS[kind])}")
    return best[1]


def _column_problems(table: "Table", name: str, kind: str) -> list[Problem]:
    columns = [column.casefold().strip() for column in table.cells.columns]
    line = table.header_row
    problems = [
        Problem(name, line, f"column '{column}' is missing")
        for column in COLUMNS[kind]
        if column not in columns
    ]
    for column in columns:
        if column.startswith("#") and (table.cells[column] == "").all():
            continue
        if column not in COLUMNS[kind]:
            told = f"unknown column '{column}'.{nearest(column, COLUMNS[kind])}"
            problems.append(Problem(name, line, told))
    return problems


Rows = list[tuple[int, dict[str, str]]]


def _activities(name: str, rows: Rows) -> Iterator[Activity | Problem]:
    seen: dict[str, int] = {}
    for line, row in rows:
        first = seen.setdefault(row["id"], line)
        if row["id"] and first != line:
            yield Problem(name, line, f"id '{row['id']}' stands already in line {first}")
        status = _STATUS_OF.get(row["status"].casefold())
        if status is None:
            if row["status"]:
                hint = nearest(row["status"].capitalize(), STATUSES)
                told = f"unknown status '{row['status']}'.{hint} Known: {', '.join(STATUSES)}"
                yield Problem(name, line, told)
            continue
        yield Activity(
            row["id"],
            row["aktivitet"],
            row["område"],
            row["tidplan"],
            row["ansvarig roll"],
            status,
            row["kommentar"],
        )


def _events(name: str, rows: Rows) -> Iterator[Event | Problem]:
    from vardlaget.sources.written import parse_day

    for line, row in rows:
        if not row["datum"]:
            continue
        try:
            day = date.fromisoformat(parse_day(row["datum"]))
        except ValueError:
            told = f"'{row['datum']}' is no day of the calendar. Write it as 2024-03-27"
            yield Problem(name, line, told)
            continue
        yield Event(day, row["händelse"], row["mottagare"])
