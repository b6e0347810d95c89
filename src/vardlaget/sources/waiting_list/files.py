"""A waiting list's file, opened for DuckDB: header, encoding, and errors without its contents.

DuckDB's messages may quote cells, and cells are about persons: none of them is passed on.
"""

import codecs
import csv
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet

from vardlaget.errors import InputError
from vardlaget.sources.waiting_list.columns import matched

# Imported where it is used: it takes long to load, and most commands read no waiting list.
if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "256MB"
MOST_THREADS = 4
SUFFIXES = (".csv", ".parquet")
SEPARATORS = ",;\t"
_CHUNK = 1 << 22
_HEADER_BYTES = 1 << 16
_LINE = re.compile(r"Line:\s*(\d+)")


@dataclass(frozen=True)
class OpenList:
    """A waiting list that DuckDB can query.

    `table` is what stands after FROM; `columns` gives the SQL name of each column that the list
    has, `headers` its name in the file, and `types` its type.
    """

    name: str
    connection: "duckdb.DuckDBPyConnection"
    table: str
    columns: dict[str, str]
    headers: dict[str, str]
    types: dict[str, str]


def columns_of(path: Path, name: str) -> list[str]:
    """The names in a file's header or schema, without reading its rows. Raises InputError."""
    if path.suffix.lower() == ".parquet":
        try:
            return pyarrow.parquet.read_schema(path).names
        except (pa.ArrowException, OSError, ValueError):
            raise _unreadable(name, "Parquet") from None
    try:
        return _header(path, name)[0]
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}).") from None


@contextmanager
def opened(path: Path, name: str) -> Iterator[OpenList]:
    """The list, in a DuckDB of its own: in memory, bounded, with a private folder that is removed.

    Raises InputError for a file that is not a sound Parquet or CSV file with the columns needed.
    """
    import duckdb

    kind = "Parquet" if path.suffix.lower() == ".parquet" else "CSV"
    headers = matched(columns_of(path, name), name)
    with tempfile.TemporaryDirectory(prefix="vardlaget-") as folder:
        connection = _connect(folder)
        try:
            if kind == "Parquet":
                yield _parquet(path, name, headers, connection)
            else:
                copy = _as_parquet(path, name, headers, connection, Path(folder))
                yield _parquet(copy, name, headers, connection)
        except (duckdb.Error, pa.ArrowException) as error:
            raise _unreadable(name, kind, error) from None
        finally:
            connection.close()


def _connect(folder: str) -> "duckdb.DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": str(min(MOST_THREADS, os.cpu_count() or 1)),
            "temp_directory": folder,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def _parquet(path: Path, name: str, headers: dict[str, str], connection) -> OpenList:
    table = f"read_parquet({_literal(_without_wildcards(path))})"
    schema = connection.sql(f"SELECT * FROM {table} LIMIT 0")
    kinds = dict(zip(schema.columns, map(str, schema.types), strict=True))
    columns = {column: _identifier(header) for column, header in headers.items()}
    types = {column: kinds[header] for column, header in headers.items()}
    return OpenList(name, connection, table, columns, headers, types)


def _as_parquet(path: Path, name: str, headers: dict[str, str], connection, folder: Path) -> Path:
    """The columns of a CSV file that are counted, in the private folder: read as text only once."""
    text = path if _is_utf_8(path, name) else _as_utf_8(path, name, folder)
    all_headers, separator = _header(path, name)
    names = [f"c{index}" for index in range(len(all_headers))]
    options = {
        "delim": _literal(separator),
        "quote": _literal('"'),
        "escape": _literal('"'),
        "columns": "{" + ", ".join(f"'{column}': 'VARCHAR'" for column in names) + "}",
        "header": "true",
        "auto_detect": "false",
        "strict_mode": "true",
    }
    told = ", ".join(f"{option}={value}" for option, value in options.items())
    columns = ", ".join(
        f"{names[all_headers.index(header)]} AS {_identifier(header)}"
        for header in headers.values()
    )
    copy = folder / "list.parquet"
    table = f"read_csv({_literal(_without_wildcards(text))}, {told})"
    connection.execute(f"COPY (SELECT {columns} FROM {table}) TO {_literal(str(copy))}")
    if text != path:
        text.unlink()
    return copy


def _header(path: Path, name: str) -> tuple[list[str], str]:
    """A CSV file's header, which is its first line, and its separator."""
    with path.open("rb") as file:
        start = file.readline(_HEADER_BYTES)
    if b"\0" in start:
        raise _nul(name)
    try:
        line = start.decode("utf-8-sig")
    except UnicodeDecodeError:
        line = start.decode("cp1252", errors="replace")
    separator = max(SEPARATORS, key=line.count)
    headers = next(csv.reader([line], delimiter=separator), [])
    if not any(headers):
        raise InputError(f"{name}: the first line is empty. The header must stand there.")
    return [header.strip() for header in headers], separator


def _is_utf_8(path: Path, name: str) -> bool:
    """Whether all of a text file is UTF-8, read in pieces. Raises InputError for NUL bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid = True
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise _nul(name)
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False
    return valid and not decoder.getstate()[0]


def _as_utf_8(path: Path, name: str, folder: Path) -> Path:
    """A copy of a Windows-1252 file in a private folder. Raises InputError if it is not one."""
    copy = folder / "utf-8.csv"
    with path.open("rb") as file, copy.open("wb") as written:
        while chunk := file.read(_CHUNK):
            try:
                written.write(chunk.decode("cp1252").encode())
            except UnicodeDecodeError:
                raise InputError(
                    f"{name}: neither UTF-8 nor Windows-1252. Save it as CSV UTF-8."
                ) from None
    return copy


def _nul(name: str) -> InputError:
    return InputError(f"{name}: holds NUL bytes, so it is not a text file. Export it again as CSV.")


def _unreadable(name: str, kind: str, error: Exception | None = None) -> InputError:
    import duckdb

    line = _LINE.search(str(error)) if error else None
    if isinstance(error, duckdb.OutOfMemoryException):
        return InputError(
            f"{name}: needs more than the {MEMORY_LIMIT} of memory that are set apart for it. "
            "Write it with smaller row groups, or divide it."
        )
    if kind == "CSV" and line:
        return InputError(
            f"{name}, row {line[1]}: not as many cells as the header, or a quote that is not "
            "closed. Correct the row, or export the file again: it may be cut."
        )
    return InputError(
        f"{name}: not a readable {kind} file. It may be cut: export or copy it again."
    )


def _without_wildcards(path: Path) -> str:
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
