"""Cells of an executed notebook, as Markdown to embed."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from vardlaget import yaml_text
from vardlaget.pipeline.render.embedded.sources import Source, fail

CAPTION_KEYS = {"fig-": "fig-cap", "tbl-": "tbl-cap"}

# Options that decide what was computed or shown while executing, not how a report looks.
KNOWN_OPTIONS = frozenset(
    [
        "label",
        "tags",
        "fig-cap",
        "tbl-cap",
        "fig-alt",
        "echo",
        "eval",
        "warning",
        "message",
        "error",
        "cache",
        "id",
    ]
)


@dataclass(frozen=True)
class Cell:
    """What an embedded cell shows; a float has a label and a caption."""

    markdown: str
    source: Source
    name: str
    label: str | None = None
    caption: str | None = None


def embedded_cells(path: Path, name: str, source: Source) -> list[Cell]:
    """The cells of notebook `path` with label or tag `name`; `source` is the embed's place.

    Raises RenderError if there is none, or if a cell cannot be shown.
    """
    found = []
    for cell in _code_cells(path, path.stat().st_mtime_ns, source):
        options = _options(cell, f"{path.name}#{name}", source)
        if options.get("label") == name or name in cell.get("metadata", {}).get("tags", []):
            found.append((cell, options))
    if not found:
        fail(source, f"notebook '{path.name}' has no code cell with label or tag '{name}'")
    labels = [options.get("label") for _, options in found]
    if labels.count(name) > 1:
        fail(source, f"notebook '{path.name}' has {len(labels)} cells with the label '{name}'")
    return [_cell(cell, options, f"{path.name}#{name}", source) for cell, options in found]


def _code_cells(path: Path, modified: int, source: Source) -> list[dict[str, Any]]:
    try:
        return _load(path, modified)
    except (ValueError, KeyError, TypeError) as error:
        fail(source, f"'{path.name}' is not a notebook: {error}")


@lru_cache(maxsize=8)
def _load(path: Path, modified: int) -> list[dict[str, Any]]:
    # The time of modification is part of the key: a notebook may be executed again in between.
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _options(cell: dict[str, Any], where: str, source: Source) -> dict[str, Any]:
    lines = []
    for line in _text(cell["source"]).splitlines():
        match = re.match(r"#\| ?(.*)", line)
        if not match:
            break
        lines.append(match[1])
    try:
        return _parsed("\n".join(lines))
    except yaml.YAMLError as error:
        fail(source, f"{where}: the '#|' options of a cell are not YAML: {error}")


@lru_cache(maxsize=2048)
def _parsed(options: str) -> dict[str, Any]:
    # Every embed looks through all cells of its notebook.
    found = yaml_text.load(options)
    return found if isinstance(found, dict) else {}


def _cell(cell: dict[str, Any], options: dict[str, Any], where: str, source: Source) -> Cell:
    for key in options:
        if key not in KNOWN_OPTIONS:
            fail(source, f"{where}: cell option '{key}' is not supported by the embedded engine")
    markdown = _markdown(cell.get("outputs", []), where, source)
    label = options.get("label")
    caption_key = CAPTION_KEYS.get(str(label)[:4])
    if caption_key is None:
        return Cell(markdown, source, where)
    caption = options.get(caption_key)
    if not isinstance(caption, str) or not caption.strip():
        fail(source, f"{where}: a cell labelled '{label}' needs a caption, '#| {caption_key}:'")
    return Cell(markdown, source, where, label, caption)


def _markdown(outputs: list[dict[str, Any]], where: str, source: Source) -> str:
    if not outputs:
        fail(source, f"{where}: the cell has no outputs; is the notebook executed?")
    return "\n\n".join(_output(output, where, source) for output in outputs) + "\n"


def _output(output: dict[str, Any], where: str, source: Source) -> str:
    kind = output.get("output_type")
    if kind not in ("display_data", "execute_result"):
        what = {"stream": "printed text", "error": "an error"}.get(kind, f"a '{kind}' output")
        fail(source, f"{where}: the cell shows {what}; only text/markdown can be embedded")
    data = output.get("data", {})
    if "text/markdown" not in data:
        fail(source, f"{where}: the cell shows {', '.join(sorted(data)) or 'nothing'}; "
                     "only text/markdown can be embedded")  # fmt: skip
    return _text(data["text/markdown"])


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
