"""`vardlaget check`: what was read, what was set aside, what looks odd, as a table and as CSV."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from vardlaget.project import Project
from vardlaget.sources import Reading, read_project
from vardlaget.sources.findings import Account, Finding

COLUMNS = (
    "file",
    "sheet",
    "kind",
    "rows_read",
    "rows_used",
    "rows_set_aside",
    "row",
    "column",
    "value",
    "code",
    "reason",
    "rows",
    "indicator",
    "region",
    "unit",
    "period",
)
# Findings printed; the CSV file has them all.
MOST_PRINTED = 200
_ORDER = ("refused", "set_aside", "warning")
_WORDS = {"refused": "not read", "set_aside": "set aside", "warning": "warning"}


@dataclass(frozen=True)
class Checked:
    """The printed table, whether the data can be used, and where the whole is written."""

    text: str
    usable: bool
    csv: Path


def check(project: Project) -> Checked:
    """Reads everything, and writes build/check.csv and build/set-aside/*.csv."""
    reading = read_project(project, project.build / "set-aside").checked()
    path = project.build / "check.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_csv(reading), encoding="utf-8")
    shown = path.relative_to(project.root).as_posix()
    return Checked(as_text(reading, shown), reading.usable, path)


def as_csv(reading: Reading) -> str:
    """One row for each file's account and for each finding, with the columns `COLUMNS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    for account in reading.accounts:
        writer.writerow(
            {
                "file": account.file,
                "sheet": account.sheet,
                "kind": account.kind,
                "rows_read": account.read,
                "rows_used": account.used,
                "rows_set_aside": account.set_aside,
            }
        )
    for finding in _sorted(reading.findings):
        row = vars(finding) | {"row": "" if finding.row is None else finding.row}
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return text.getvalue()


def as_text(reading: Reading, path: str) -> str:
    """The table for the terminal: files with their rows, then what was found, then the sums."""
    lines = [*_accounts(reading.accounts, reading.findings), ""]
    found = _sorted(reading.findings)
    lines += [_line(finding) for finding in found[:MOST_PRINTED]]
    if len(found) > MOST_PRINTED:
        lines.append(f"… and {len(found) - MOST_PRINTED} more in {path}")
    lines += ["", summary(reading), f"Written to {path}."]
    return "\n".join(lines) + "\n"


def summary(reading: Reading) -> str:
    """`12 files: 3,401 rows read, 3,400 used, 1 set aside; 0 files not read; 7 warnings.`"""
    read = sum(account.read for account in reading.accounts)
    used = sum(account.used for account in reading.accounts)
    kinds = [finding.kind for finding in reading.findings]
    return (
        f"{_count(len(reading.files), 'file')}: {_count(read, 'row')} read, {used:,} used, "
        f"{read - used:,} set aside; {_count(kinds.count('refused'), 'part')} not read; "
        f"{_count(kinds.count('warning'), 'warning')}."
    )


def _harmless(value: object) -> object:
    """Text that a spreadsheet would take for a formula, marked as text."""
    formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if formula else value


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _sorted(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda f: (_ORDER.index(f.kind), f.file, f.sheet, f.row or 0))


def _line(finding: Finding) -> str:
    times = f" ({finding.rows} rows)" if finding.rows > 1 else ""
    told = "".join(c if c.isprintable() else "·" for c in str(finding))
    return f"{_WORDS[finding.kind]}: {told}{times}"


def _accounts(accounts: tuple[Account, ...], findings: tuple[Finding, ...]) -> list[str]:
    warned = Counter((f.file, f.sheet) for f in findings if f.kind == "warning")
    header = ["file", "sheet", "kind", "read", "used", "set aside", "warnings"]
    rows = [header]
    for account in sorted(accounts, key=lambda account: (account.file, account.sheet)):
        counts = (account.read, account.used, account.set_aside)
        counts = (*counts, warned[account.file, account.sheet])
        texts = [account.file, account.sheet, account.kind]
        rows.append([*texts, *(f"{count:,}" for count in counts)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    return cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
