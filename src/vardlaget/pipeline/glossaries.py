"""Glossaries: each publication's definitions are those of what it shows.

What a publication shows is known when it is staged. Its definitions are staged as a cell of their
own, which it embeds in place of the notebook's: so both engines read them.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import nbformat

from vardlaget.catalogue import load_indicators
from vardlaget.pipeline.staging import EMBED, LABEL, Staged, label_of
from vardlaget.present import glossary


def write(staged: Staged, shown: dict[str, Iterable[str]]) -> None:
    """Gives each document that embeds a glossary its own.

    `shown` has the ids of the indicators that each document shows, by its name in the project.
    """
    for name, label in [place for place, p in staged.payloads.items() if p.get(glossary.MARK)]:
        path = staged.folder / "notebooks" / name
        notebook = nbformat.read(path, as_version=4)
        (whole,) = (cell for cell in notebook.cells if label_of(cell) == label)
        for number, (document, ids) in enumerate(shown.items(), start=1):
            end = f"-{number}"
            if _embed_instead(staged.folder / document, (name, label), label + end):
                text = glossary.text(ids, load_indicators())
                notebook.cells.append(_copy(whole, end, text))
        nbformat.write(notebook, path)


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
