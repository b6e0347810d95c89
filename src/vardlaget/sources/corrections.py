"""Corrections of wrongly booked amounts: a small table of its own, read as observations.

A row names an account of the income statement (`target`), a period, the amount to be added to
what is booked, why, when and by which role. It becomes an observation of the account with a
scenario of its own, so that it reaches all that reads the one table (see
`indicators.corrections`). Which columns there are is told in docs/corrections.md.
"""

import difflib
import hashlib

import pandas as pd

from vardlaget.accounts import ACCOUNTS, CORRECTION
from vardlaget.errors import InputError
from vardlaget.observations import COLUMNS
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.numbers import parse_number
from vardlaget.sources.rows import Refusal, Rows
from vardlaget.sources.tables import Sheet, Table
from vardlaget.sources.written import parse_day

REQUIRED = ("region", "period", "target", "amount", "reason", "date", "role")
OPTIONAL = ("span",)
SWEDISH = {
    "län": "region",
    "månad": "period",
    "omfattning": "span",
    "post": "target",
    "konto": "target",
    "belopp": "amount",
    "skäl": "reason",
    "orsak": "reason",
    "datum": "date",
    "roll": "role",
    "rättad av": "role",
}
# What tells such a table from all others.
_OWN = {"target", "amount", "reason"}
SPAN = "ytd"


def looks_like(header: list[str]) -> bool:
    """Whether a row is the header of such a table, if perhaps one column short."""
    return len(_OWN & {_name(column) for column in header}) >= 2


def found_in(sheet: Sheet) -> Table | None:
    """The sheet's table of corrections, if it is one. Raises InputError for its columns."""
    for number, header in sheet.headers():
        if looks_like(header):
            table = sheet.below(number, header)
            _check_header(table)
            return table
    return None


def translated(table: Table, rows: Rows, catalogue: Catalogue) -> pd.DataFrame:
    """The rows as text cells of the one table; what is wrong is refused in `rows`."""
    named = {_name(c): c for c in table.cells.columns if not c.startswith("#")}
    cells = table.cells.rename(columns={column: name for name, column in named.items()})
    cells = cells.reindex(columns=[*REQUIRED, *OPTIONAL], fill_value="")
    made = [
        _row(dict(zip(cells.columns, texts, strict=True)), number, named, rows, catalogue)
        for number, texts in zip(table.rows, cells.to_numpy(dtype=object), strict=True)
    ]
    return pd.DataFrame(made, columns=[*COLUMNS, "row", "column", "factor"])


def _row(
    cells: dict[str, str], number: int, named: dict[str, str], rows: Rows, catalogue: Catalogue
) -> dict:
    """One correction; the first thing that is wrong with it is refused."""
    account = ""
    try:
        account = _account(cells["target"], catalogue)
    except InputError as error:
        reason = str(error).rstrip(".")
        rows.refuse(number, Refusal("unknown_target", reason, named["target"], cells["target"]))
    for name, parse, advice in (
        ("amount", parse_number, "not an amount in kronor"),
        ("date", parse_day, "not a day such as 2023-03-22"),
    ):
        try:
            parse(cells[name])
        except ValueError:
            rows.refuse(number, Refusal(f"not_{name}", advice, named[name], cells[name]))
    for name in ("reason", "role"):
        if not cells[name]:
            advice = "a correction must say why and who: the cell is empty"
            rows.refuse(number, Refusal(f"no_{name}", advice, named[name]))
    who_and_why = "\0".join(cells[name] for name in ("date", "role", "reason"))
    return dict.fromkeys(COLUMNS, "") | {
        "indicator": account,
        "region": cells["region"],
        "span": cells["span"] or SPAN,
        "period": cells["period"],
        "scenario": CORRECTION + hashlib.sha256(who_and_why.encode()).hexdigest()[:8],
        "value": cells["amount"],
        "source": f"{cells['date']}, {cells['role']}",
        "note": cells["reason"],
        "row": number,
        "column": named["amount"],
        "factor": 1.0,
    }


def _account(text: str, catalogue: Catalogue) -> str:
    """The account of the income statement that a text names. Raises InputError with the nearest."""
    id_ = catalogue.indicators.named(text).id
    if id_ not in ACCOUNTS:
        near = difflib.get_close_matches(id_, ACCOUNTS, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise InputError(f"'{text}' is no account of the income statement; sums follow.{hint}")
    return id_


def _check_header(table: Table) -> None:
    """Raises InputError for a column that is unknown or twice, and for one that is lacking."""
    columns = [column for column in table.cells.columns if not column.startswith("#")]
    names = [_name(column) for column in columns]
    for column, name in zip(columns, names, strict=True):
        if name not in (*REQUIRED, *OPTIONAL):
            known = ", ".join((*REQUIRED, *OPTIONAL))
            raise InputError(
                f"row {table.header_row}, column '{column}': unknown in corrections. Known: {known}"
            )
        if names.count(name) > 1:
            raise InputError(
                f"row {table.header_row}, column '{column}': the header has it twice, as '{name}'"
            )
    lacking = [name for name in REQUIRED if name not in names]
    if lacking:
        raise InputError(
            f"row {table.header_row}: the header of corrections lacks {', '.join(lacking)}. "
            "The columns are described in docs/corrections.md"
        )


def _name(column: str) -> str:
    plain = column.strip().casefold()
    return SWEDISH.get(plain, plain)
