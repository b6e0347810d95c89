"""The tables of an edition: names, titles, rows, and how each number is shown."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import nbformat

from vardlaget import yaml_text
from vardlaget.errors import NotebookError

if TYPE_CHECKING:
    from vardlaget.pipeline.staging import Staged

_OPTION = re.compile(r"^#\|\s*([\w-]+):\s*(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """One table as data: numbers where there are numbers, texts elsewhere.

    `texts` are the cells as the publication shows them; `figures` the published figures behind
    them, with `value`, `text` and `source`.
    """

    name: str
    title: str
    publications: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple, ...]
    texts: tuple[tuple[str, ...], ...]
    figures: tuple[dict, ...]

    @property
    def path(self) -> str:
        return f"tables/{self.name}.csv"

    def column(self, number: int) -> list:
        return [row[number] for row in self.rows]


def collected(cells: dict[str, list[dict]], titles: dict[str, str]) -> list[Table]:
    """The tables of all publications in their order, each once. Raises NotebookError where two
    different ones share a name."""
    found: dict[str, Table] = {}
    for publication, payloads in cells.items():
        for payload in payloads:
            if payload["table"] is not None:
                table = _table(payload, publication, titles)
                found[table.name] = _merged(found.get(table.name), table)
    return list(found.values())


def _table(payload: dict, publication: str, titles: dict[str, str]) -> Table:
    data = payload["table"]
    return Table(
        data["name"],
        titles.get(data["name"], data["name"]),
        (publication,),
        tuple(data["columns"]),
        tuple(tuple(row) for row in data["rows"]),
        tuple(tuple(row) for row in data["texts"]),
        tuple(payload["figures"]),
    )


def _merged(known: Table | None, table: Table) -> Table:
    if known is None:
        return table
    if (known.columns, known.rows) != (table.columns, table.rows):
        raise NotebookError(f"Two tables are called '{table.name}': give one another name.")
    publications = tuple(dict.fromkeys((*known.publications, *table.publications)))
    return replace(table, publications=publications)


def captions(staged: "Staged") -> dict[str, str]:
    """The caption of each table by the table's name, as the staged notebooks have it."""
    found = {}
    for notebook in sorted({notebook for notebook, _ in staged.payloads}):
        path = staged.folder / "notebooks" / notebook
        for cell in nbformat.read(path, as_version=4).cells:
            options = dict(_OPTION.findall(cell.source))
            payload = staged.payloads.get((notebook, options.get("label", "").strip()))
            if payload and payload["table"] and "tbl-cap" in options:
                found[payload["table"]["name"]] = str(yaml_text.load(options["tbl-cap"]))
    return found
