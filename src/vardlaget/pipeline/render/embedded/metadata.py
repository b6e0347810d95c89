"""Metadata of a document: `_quarto.yml`, `_variables.yml` and the front matter, merged as Quarto
merges them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vardlaget import yaml_text
from vardlaget.pipeline.render.embedded.sources import Source, fail, read_text

FORMATS = ("html", "typst")

DEFAULTS = {"lang": "sv", "toc": False, "toc-depth": 3}

_KEYS = yaml_text.load((Path(__file__).parent / "keys.yml").read_text(encoding="utf-8"))
QUARTO_ONLY, UNSUPPORTED = (frozenset(_KEYS[kind]) for kind in ("quarto_only", "unsupported"))


class _Loader(yaml_text.LOADER):
    """YAML 1.2 as Quarto reads it: `no` and `on` are words, and a date is a text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )
# The inherited constructor takes a leading zero for an octal number.
_Loader.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node), 10)
)


@dataclass(frozen=True)
class Layer:
    """One YAML mapping, and the line of each of its keys ("format.html.toc")."""

    file: str
    values: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)

    def source(self, key: str) -> Source:
        return Source(self.file, self.lines.get(key, 1))


def parse_yaml(text: str, file: str, first_line: int = 1) -> Layer:
    """Read a YAML mapping. Raises RenderError on a syntax error, a double key or another type."""
    try:
        node, values = yaml_text.with_node(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        line = min(line, text.count("\n"))  # what is not closed is told after the last line
        fail(Source(file, first_line + line), f"YAML: {error.problem}")
    except yaml.YAMLError as error:
        fail(Source(file, first_line), f"YAML: {error}")
    if values is None:
        return Layer(file, {})
    if not isinstance(values, dict):
        fail(Source(file, first_line), "expected 'key: value' lines")
    lines: dict[str, int] = {}
    _key_lines(node, "", file, first_line, lines)
    return Layer(file, values, lines)


def _key_lines(node: yaml.Node, prefix: str, file: str, first: int, lines: dict) -> None:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        path = f"{prefix}{key.value}"
        line = first + key.start_mark.line
        if path in lines:
            fail(Source(file, line), f"key '{path}' stands twice (first on line {lines[path]})")
        lines[path] = line
        _key_lines(value, f"{path}.", file, first, lines)


def split_front_matter(text: str, file: str) -> tuple[Layer, int]:
    """The document's front matter and the number of lines it takes (0: there is none).

    Raises RenderError if it is not closed or is not a YAML mapping.
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        return Layer(file, {}), 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return parse_yaml("\n".join(lines[1:number]), file, 2), number + 1
    fail(Source(file, 1), "the front matter is not closed with '---'")


def load_layer(project: Path, name: str) -> Layer:
    """A YAML file of the project's root; empty if there is none."""
    path = project / name
    if not path.is_file():
        return Layer(name, {})
    return parse_yaml(read_text(path, Source(name, 1)), name)


def check_keys(layer: Layer, *, document: bool) -> None:
    """Refuse keys that Quarto would act on and this engine would not. Raises RenderError."""
    refused = UNSUPPORTED | QUARTO_ONLY if document else UNSUPPORTED
    blocks = [("", layer.values)]
    formats = layer.values.get("format")
    if isinstance(formats, dict):
        blocks += [(f"format.{name}.", b) for name, b in formats.items() if isinstance(b, dict)]
    for prefix, block in blocks:
        for key in block:
            if key in refused:
                _refuse(layer, f"{prefix}{key}")
    for name in document_formats(layer) or ():
        if name not in FORMATS:
            _refuse(layer, f"format.{name}")
    if layer.values.get("date") in ("today", "now", "last-modified"):
        fail(layer.source("date"), "the date must be written out: it may not depend on the clock")


def _refuse(layer: Layer, key: str) -> None:
    fail(layer.source(key), f"key '{key}' is not supported by the embedded engine")


def document_formats(layer: Layer) -> tuple[str, ...] | None:
    """The formats a front matter asks for, or None if it leaves them to the project."""
    formats = layer.values.get("format")
    if formats is None:
        return None
    return (formats,) if isinstance(formats, str) else tuple(formats)


def merged(project: Layer, document: Layer, fmt: str) -> dict[str, Any]:
    """The metadata of one format: project, its format block, document, its format block."""
    result: dict[str, Any] = dict(DEFAULTS)
    for layer in (project, document):
        result = _merge(result, {k: v for k, v in layer.values.items() if k != "format"})
        result = _merge(result, _format_block(layer, fmt))
    return result


def _format_block(layer: Layer, fmt: str) -> dict[str, Any]:
    formats = layer.values.get("format")
    block = formats.get(fmt) if isinstance(formats, dict) else None
    return block if isinstance(block, dict) else {}


def _merge(low: Any, high: Any) -> Any:
    """Mappings merge key by key and lists are joined, as in Quarto; else the higher one wins."""
    if isinstance(low, dict) and isinstance(high, dict):
        return low | {k: _merge(low[k], v) if k in low else v for k, v in high.items()}
    if isinstance(low, list) and isinstance(high, list):
        return low + [item for item in high if item not in low]
    return high


def lookup(values: Any, path: str) -> Any:
    """The value at "a.b.1" (lists count from 1). Raises KeyError if there is none."""
    for part in path.split("."):
        if isinstance(values, list) and part.isdigit() and 1 <= int(part) <= len(values):
            values = values[int(part) - 1]
        elif isinstance(values, dict):
            values = values[part]
        else:
            raise KeyError(path)
    return values


def as_text(value: Any) -> str | None:
    """A scalar as Quarto prints it, or None if it is not a scalar."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def truths(values: Any, prefix: str = "") -> dict[str, bool]:
    """Every path in the metadata, and whether `when-meta` takes it for true."""
    if isinstance(values, dict):
        items = [(str(key), value) for key, value in values.items()]
    elif isinstance(values, list):
        items = [(str(number), value) for number, value in enumerate(values, start=1)]
    else:
        return {}
    result: dict[str, bool] = {}
    for key, value in items:
        result[f"{prefix}{key}"] = bool(value)
        result |= truths(value, f"{prefix}{key}.")
    return result
