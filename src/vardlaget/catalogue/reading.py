"""Reading the catalogue's files into typed models, with errors that name file and line."""

import csv
import io
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from vardlaget import yaml_text
from vardlaget.errors import InputError

Model = TypeVar("Model", bound=BaseModel)


class _Loader(yaml_text.LOADER):
    """Leaves dates as text for the models: an impossible one is then told with its line."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml_text.LOADER.yaml_implicit_resolvers.items()
    }


class Entry(BaseModel):
    """A catalogue entry: unknown keys are errors, and it does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def read_csv(path: Path, model: type[Model]) -> list[Model]:
    """The rows of a UTF-8 CSV file as models; an empty cell is None.

    Raises InputError naming file, row, column and value.
    """
    rows = list(csv.DictReader(io.StringIO(_text(path), newline="")))
    filled = [{column: cell or None for column, cell in row.items()} for row in rows]
    return [
        _validate(model, row, lambda loc, n=n: f"{path}, row {n}")
        for n, row in enumerate(filled, start=2)
    ]


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML file as one model. Raises InputError naming file and line."""
    node, data = _load(path)
    return _validate(model, data, lambda loc: f"{path}, line {_line(node, loc)}")


def read_yaml_list(path: Path, model: type[Model]) -> list[Model]:
    """A YAML list as models. Raises InputError naming file and line."""
    node, data = _load(path)
    if not isinstance(data, list):
        raise InputError(f"{path}: expected a list of entries.")
    return [
        _validate(model, item, lambda loc, i=i: f"{path}, line {_line(node, (i, *loc))}")
        for i, item in enumerate(data)
    ]


def _load(path: Path) -> tuple[yaml.Node | None, Any]:
    text = _text(path)
    try:
        return yaml_text.with_node(text, _Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(f"{path}{line}: not valid YAML ({why}).") from None


def _text(path: Path) -> str:
    """A file of UTF-8 text, with or without the mark that Excel puts first."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8 text. Save it as UTF-8.") from None


def _validate(model: type[Model], data: Any, place) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        loc = first["loc"]
        field = ".".join(str(part) for part in loc) or "entry"
        value = "" if isinstance(first["input"], (dict, list)) else f" (value {first['input']!r})"
        raise InputError(f"{place(loc)}, {field}: {first['msg']}{value}.") from None


def _line(node: yaml.Node | None, loc: tuple) -> int:
    """The line of the deepest node on the path `loc`; 1 for an empty file."""
    if node is None:
        return 1
    for part in loc:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return node.start_mark.line + 1


def _child(node: yaml.Node, part: object) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if part < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if k.value == str(part)), None)
    return None
