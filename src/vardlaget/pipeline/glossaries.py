"""Glossaries and sources: each publication's are those of what it shows.

What a publication shows is known when it is staged. Its definitions and its sources are staged as
cells of their own, which it embeds in place of the notebook's: so both engines read them.
"""

import re
from collections import defaultdict
from copy import deepcopy
from pathlib import Path

import nbformat

from vardlaget.catalogue import load_indicators
from vardlaget.pipeline.staging import EMBED, LABEL, Staged, label_of
from vardlaget.present import documents, glossary


def write(staged: Staged, shown: dict[str, list[dict]]) -> None:
    """Gives each document that embeds a glossary, or the sources, its own.

    `shown` has the figures that each document shows, by its name in the project.
    """
    marked: dict[str, dict[str, dict]] = defaultdict(dict)
    for (name, label), payload in staged.payloads.items():
        if glossary.MARK in payload or documents.MARK in payload:
            marked[name][label] = payload
    for name, payloads in marked.items():
        path = staged.folder / "notebooks" / name
        notebook = nbformat.read(path, as_version=4)
        cells = {label_of(cell): cell for cell in notebook.cells}
        for label, payload in payloads.items():
            for number, (document, figures) in enumerate(shown.items(), start=1):
                end = f"-{number}"
                if _embed_instead(staged.folder / document, (name, label), label + end):
                    notebook.cells.append(_copy(cells[label], end, _text(payload, figures)))
        nbformat.write(notebook, path)


def _text(payload: dict, figures: list[dict]) -> str:
    if documents.MARK in payload:
        return documents.text(figures, payload[documents.MARK], load_indicators())
    return glossary.text({figure["indicator"] for figure in figures}, load_indicators())


def _copy(cell: nbformat.NotebookNode, end: str, markdown: str) -> nbformat.NotebookNode:
    """The cell with another text, and with this at the end of its label."""
    made = deepcopy(cell)
    made["id"] = cell.id + end
    made.source = LABEL.sub(lambda m: f"#| label: {m[1]}{end}", cell.source)
    made.outputs[0].data["text/markdown"] = markdown
    return made


def _embed_instead(document: Path, place: tuple[str, str], own: str) -> bool:
    """Whether the document embeds the cell at this place; from now on it embeds its own."""

    def put(match: re.Match) -> str:
        if Path(match[1]).name != place[0]:
            return match[0]
        labels = [own if label == place[1] else label for label in match[2].split(",")]
        return match[0].replace(f"#{match[2]}", f"#{','.join(labels)}")

    before = document.read_text(encoding="utf-8")
    after = EMBED.sub(put, before)
    if after == before:
        return False
    document.write_text(after, encoding="utf-8")
    return True
