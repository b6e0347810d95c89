"""Snapshots: what an open source answered on a day, kept with a hash of the figures in it.

Open sources are revised without notice, so a figure is only known by when it was fetched.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, Field, ValidationError

from vardlaget.catalogue.reading import Entry
from vardlaget.errors import InputError

FORMAT = "vardlaget-snapshot/1"
_BEGINS = re.compile(r'\s*\{\s*"format"\s*:\s*"vardlaget-snapshot/')

Model = TypeVar("Model", bound=BaseModel)
# A number as JSON has it: no text, no NaN, no infinity.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Cell(NamedTuple):
    """One value in the source's own codes.

    `series` is a KPI or a table, `place` a region, `time` a year or month, `part` a sex or an age.
    `status` is the source's word for why there is no value.
    """

    series: str
    place: str
    time: str
    part: str
    value: float | None
    status: str


class Response(Entry):
    """One answer as it came: the address, what was posted there, and the JSON."""

    url: str
    posted: dict[str, Any] | None = None
    body: dict[str, Any]


class Snapshot(Entry):
    """A snapshot file. `number` counts the source's snapshots of one day."""

    format: Literal["vardlaget-snapshot/1"] = FORMAT
    source: Literal["kolada", "scb"]
    fetched: date
    number: int = Field(ge=1)
    query: dict[str, Any]
    sha256: str
    responses: tuple[Response, ...]

    @property
    def age(self) -> tuple[date, int]:
        """The order in which snapshots were taken."""
        return self.fetched, self.number


Parse = Callable[[Iterable[Response]], list[Cell]]


@dataclass(frozen=True)
class Fetched:
    """What a fetch gave: the snapshot that holds it, how many values, and what there was none of.

    `path` is None where the source had nothing to ask for; `unchanged_since` is the day of an
    earlier snapshot with the same figures, which then stands for this one.
    """

    dataset: str
    path: Path | None = None
    values: int = 0
    without_value: int = 0
    unchanged_since: date | None = None
    absent: tuple[str, ...] = ()

    @property
    def told(self) -> list[str]:
        """Sentences for the terminal."""
        lines = []
        if self.path is not None:
            counted = f"{self.values} values, {self.without_value} without a value"
            since = self.unchanged_since
            unchanged = f", unchanged since {since}; nothing new is stored" if since else ""
            lines.append(f"{self.dataset}: {counted}{unchanged}.")
        return [*lines, *(f"{self.dataset}: {text}." for text in self.absent)]


def digest(source: str, query: dict[str, Any], cells: Iterable[Cell]) -> str:
    """SHA-256 of what is read from a snapshot: source, query and every cell, in a fixed order.

    Paging, the order of rows and a table's time stamp do not change it; a value, a status or a code
    does.
    """
    content = [source, query, sorted(cells, key=lambda cell: cell[:4])]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def unique(cells: Iterable[Cell], source: str) -> list[Cell]:
    """Each cell once. Raises InputError where the source gives one figure two values."""
    found: dict[tuple[str, ...], Cell] = {}
    for cell in cells:
        if found.setdefault(cell[:4], cell) != cell:
            raise InputError(
                f"{source}: {', '.join(cell[:4])}: both {found[cell[:4]].value} and {cell.value} "
                "in one answer. Fetch again; if it stays so, tell the source."
            )
    return list(found.values())


def shaped(model: type[Model], body: object, where: str) -> Model:
    """JSON as a model. Raises InputError naming what has another shape than documented."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise InputError(
            f"{where}: {place}: {first['msg']}. This is not the shape that is documented; the "
            "source may have changed its API, or the file may have been changed."
        ) from None


def keep(
    folder: Path, source: str, query: Entry, responses: list[Response], parse: Parse, today: date
) -> tuple[Path, date | None]:
    """Stores answers as `<folder>/<source>/<day>-<hash>.json`, unless the newest already says so.

    Returns the file that holds them, and the day since when they are unchanged where it is an
    earlier one. Raises InputError where they are not of the documented shape or cannot be stored.
    """
    asked = query.model_dump(mode="json")
    sha256 = digest(source, asked, parse(responses))
    stored = list(_stored(folder / source))
    earlier = [(snapshot, path) for snapshot, path in stored if snapshot.query == asked]
    if earlier:
        newest, path = max(earlier, key=lambda pair: pair[0].age)
        if newest.sha256 == sha256 and is_intact(newest, parse):
            return path, newest.fetched
    snapshot = Snapshot(
        source=source,
        fetched=today,
        number=1 + sum(snapshot.fetched == today for snapshot, _ in stored),
        query=asked,
        sha256=sha256,
        responses=tuple(responses),
    )
    path = folder / source / f"{today}-{sha256[:8]}.json"
    _write(path, snapshot)
    return path, None


def is_intact(snapshot: Snapshot, parse: Parse) -> bool:
    """Whether a snapshot's answers still give its hash."""
    try:
        cells = parse(snapshot.responses)
    except InputError:
        return False
    return digest(snapshot.source, snapshot.query, cells) == snapshot.sha256


def load(path: Path, name: str) -> object:
    """A file's JSON. Raises InputError where it is none, or cannot be read."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{name}: not whole JSON, so the snapshot is cut. Remove it and fetch again."
        ) from None


def is_snapshot(content: object) -> bool:
    """Whether JSON is a snapshot of an open source."""
    kind = content.get("format") if isinstance(content, dict) else None
    return isinstance(kind, str) and kind.startswith("vardlaget-snapshot/")


def is_snapshot_file(path: Path) -> bool:
    """Whether a file is a snapshot, also one that is cut."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            if _BEGINS.match(file.read(200)):
                return True
        return is_snapshot(load(path, path.name))
    except (OSError, InputError):
        return False


def _stored(folder: Path) -> Iterable[tuple[Snapshot, Path]]:
    """The snapshots of a folder that can be read."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield shaped(Snapshot, load(path, path.name), path.name), path
        except InputError:
            continue


def _write(path: Path, snapshot: Snapshot) -> None:
    """Writes a whole new file or none; never over another."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise InputError(f"{path}: already there, with something else in it. Move it away.")
        content = snapshot.model_dump(mode="json")
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written ({error.strerror}).") from None
