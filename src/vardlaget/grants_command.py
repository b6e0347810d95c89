"""`vardlaget grants`: an agreement's money by part, month, measure and region, as rows."""

import csv
import io
import json
from dataclasses import dataclass

import pandas as pd

from vardlaget.catalogue import (
    Agreement,
    load_agreements,
    load_indicators,
    load_populations,
    load_regions,
)
from vardlaget.catalogue.agreements import agreement_named
from vardlaget.errors import InputError
from vardlaget.indicators import grants
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.sources import read_project

COLUMNS = (
    "agreement",
    "part",
    "month",
    "measure",
    "region",
    "key_share",
    "entitled",
    "status",
    "earned",
)
FORMATS = ("table", "csv", "json")
# A share in per cent, as many digits as the catalogue's grant.key_share.
SHARE_DECIMALS = 6
NOT_AVAILABLE = ".."


@dataclass(frozen=True)
class Listing:
    """The rows as they are printed, and what in them is not verified."""

    text: str
    unverified: tuple[str, ...]


def listing(
    place: Project, agreement: str, region: str | None, month: str | None, form: str
) -> Listing:
    """What `vardlaget grants` prints. Raises InputError for anything that is wrong."""
    if form not in FORMATS:
        raise InputError(f"--format {form}: not a format. Give one of {', '.join(FORMATS)}.")
    found = agreement_named(all_agreements(place), agreement)
    regions = load_regions(place.reference / "regions.csv")
    chosen = regions[region].code if region else None
    until = _month(found, month)
    codes = [one.code for one in regions]
    if chosen and chosen not in codes:
        raise InputError(f"--region {region}: an agreement's money goes to the regions, not to it.")
    populations = load_populations(place.reference / "populations.csv")
    lines = grants.lines(found, codes, populations)
    results = grants.Results(read_project(place).frame)
    lines = grants.evaluated(lines, found, results, load_indicators(), until)
    rows = [_row(found, line) for line in lines.itertuples() if chosen in (None, line.region)]
    return Listing(_WRITERS[form](rows), _unverified(found))


def all_agreements(place: Project) -> tuple[Agreement, ...]:
    """The project's own agreements and those in the data folder's `agreements`."""
    return load_agreements(*place.agreements)


def _month(agreement: Agreement, month: str | None) -> Month | None:
    if month is None:
        return None
    found = Month.parse(month)
    if found.year != agreement.year:
        raise InputError(
            f"--month {month}: outside {agreement.year}, the year of '{agreement.id}'. "
            f"Give a month from {agreement.year}-01 to {agreement.year}-12."
        )
    return found


def _row(agreement: Agreement, line) -> dict:
    """One row: unknown values are None, the share is in per cent."""
    share = None if line.key_share is None else round(float(100 * line.key_share), SHARE_DECIMALS)
    values = (line.part, line.month, line.measure, line.region, share, line.entitled)
    return dict(zip(COLUMNS, (agreement.id, *values, line.status, line.earned), strict=True))


def _unverified(agreement: Agreement) -> tuple[str, ...]:
    found = [(agreement.title, agreement.unverified)]
    found += [(part.name, part.unverified) for part in agreement.parts]
    return tuple(f"{name}: {'; '.join(open_)}" for name, open_ in found if open_)


def _texts(rows: list[dict], unknown: str) -> list[list[str]]:
    return [[_text(row[column], unknown) for column in COLUMNS] for row in rows]


def _text(value: object, unknown: str) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return unknown
    return f"{value:.{SHARE_DECIMALS}f}" if isinstance(value, float) else str(value)


def _as_table(rows: list[dict]) -> str:
    """Columns side by side for a terminal; numbers to the right."""
    cells = [list(COLUMNS), *_texts(rows, NOT_AVAILABLE)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    right = {"key_share", "entitled", "earned"}
    made = []
    for row in cells:
        fields = zip(COLUMNS, row, widths, strict=True)
        made.append(
            "  ".join(t.rjust(w) if c in right else t.ljust(w) for c, t, w in fields).rstrip()
        )
    return "\n".join(made) + "\n"


def _as_csv(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([COLUMNS, *_texts(rows, "")])
    return out.getvalue()


def _as_json(rows: list[dict]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


_WRITERS = {"table": _as_table, "csv": _as_csv, "json": _as_json}
