"""One file: what it is, and what becomes of its rows."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from vardlaget import observations
from vardlaget.errors import InputError
from vardlaget.sources import canonical, corrections, waiting_list
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.mappings import Mapping
from vardlaget.sources.rows import SET_ASIDE, Refusal, Rows
from vardlaget.sources.tables import READERS, Sheet, Table, read_sheets

SYNTHETIC = "syntetiska uppgifter"


@dataclass(frozen=True)
class Part:
    """What one sheet (or a whole file) gave."""

    frame: pd.DataFrame = field(default_factory=observations.empty)
    account: Account | None = None
    findings: tuple[Finding, ...] = ()
    set_aside: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SET_ASIDE)))


def read_file(
    path: Path, name: str, catalogue: Catalogue, mappings: list[Mapping], aside: Path
) -> list[Part]:
    """The parts of a file; `name` is how it is shown.

    A file that cannot be read gives one part with a finding of kind `refused`. Records that are
    set aside are written into `aside`.
    """
    # A name from a file system of another encoding is not text, and no table can hold it.
    name = name.encode("utf-8", "backslashreplace").decode()
    try:
        if path.suffix.lower() not in READERS:
            kinds = ", ".join(sorted(READERS))
            raise InputError(
                f"not a kind of file that is read ({kinds}). Move it out of the folder"
            )
        if _is_waiting_list(path, name):
            found = waiting_list.aggregate(path, name, catalogue.regions, None, aside)
            return [Part(found.frame, found.account, tuple(found.findings))]
        sheets = [sheet for sheet in read_sheets(path, name) if not _empty(sheet)]
        if not sheets:
            raise InputError("the file is empty. Fill it or move it out of the folder")
        return [_read_sheet(sheet, catalogue, mappings) for sheet in sheets]
    except InputError as error:
        return [_refused(name, "", str(error))]
    except OSError as error:
        return [_refused(name, "", f"cannot be read ({error.strerror})")]
    except MemoryError:
        return [_refused(name, "", "needs more memory than there is. Divide it")]


def _is_waiting_list(path: Path, name: str) -> bool:
    """By the header alone: such a file may be too large to be read as text."""
    if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".parquet"):
        return False
    try:
        return waiting_list.is_waiting_list(waiting_list.columns_of(path, name))
    except (InputError, csv.Error):
        return False  # what is wrong with it is told by the reader of tables


def _empty(sheet: Sheet) -> bool:
    if sheet.columns is not None:
        return sheet.columns.shape[1] == 0
    return not any(any(row) for row in sheet.cells)


def _refused(file: str, sheet: str, reason: str) -> Part:
    reason = reason.removeprefix(f"{file}, ").removeprefix(f"{file}: ").rstrip(".")
    return Part(findings=(Finding("refused", "not_read", reason, file=file, sheet=sheet),))


def _read_sheet(sheet: Sheet, catalogue: Catalogue, mappings: list[Mapping]) -> Part:
    """A sheet as corrections, by the mapping that fits it, or as canonical observations."""
    try:
        table = corrections.found_in(sheet)
        if table is not None:
            rows = _uncut(table)
            canonical.refuse_long_rows(table, rows)
            cells = corrections.translated(table, rows, catalogue)
            return _part("corrections", cells, rows, catalogue)
        for mapping in mappings:
            table = mapping.found_in(sheet)
            if table is not None:
                rows = _uncut(table)
                return _part(mapping.id, mapping.translated(table, rows), rows, catalogue)
        table = _canonical_table(sheet)
        if table is not None:
            canonical.check_header(table)
            rows = _uncut(table)
            canonical.refuse_long_rows(table, rows)
            return _part("observations", canonical.translated(table), rows, catalogue)
        return _refused(sheet.file, sheet.name, _unknown(sheet, mappings))
    except InputError as error:
        return _refused(sheet.file, sheet.name, str(error))


def _uncut(table: Table) -> Rows:
    """The rows of a table, the last set aside or warned of if the file seems to be cut."""
    rows = Rows(table)
    if table.cut_row in table.rows:
        reason = "the file ends in the middle of this row. Export it again"
        rows.refuse(table.cut_row, Refusal("cut_row", reason))
    elif table.unended_row in table.rows:
        reason = "no line break ends the file: if it was cut, this row may have lost its end"
        rows.warn("no_line_end", reason, row=table.unended_row)
    return rows


def _canonical_table(sheet: Sheet) -> Table | None:
    for number, header in sheet.headers():
        if canonical.looks_canonical(header):
            return sheet.below(number, header)
    return None


def _part(kind: str, cells: pd.DataFrame, rows: Rows, catalogue: Catalogue) -> Part:
    if not rows.table.rows:
        raise InputError("no rows below the header. Fill it or move it out of the folder")
    if any(SYNTHETIC in title.casefold() for title in rows.table.titles):
        cells = cells.assign(status=cells["status"].replace("", "synthetic"))
    frame = canonical.checked(cells, rows, catalogue)
    return Part(frame, rows.account(kind), tuple(rows.findings()), rows.set_aside())


def _unknown(sheet: Sheet, mappings: list[Mapping]) -> str:
    """Why no reader takes a sheet: what it lacks of the export that it is most like."""
    near = [
        (len(lacking), mapping, lacking)
        for mapping in mappings
        if (lacking := mapping.lacking(sheet)) is not None
    ]
    if near:
        _, mapping, lacking = min(near, key=lambda item: item[0])
        columns = ", ".join(f"'{name}'" for name in lacking)
        return f"not recognised: like the export '{mapping.id}', but without {columns}"
    return (
        "not recognised: neither observations (docs/data.md) nor an export that a mapping "
        "describes (docs/mappings.md)"
    )
