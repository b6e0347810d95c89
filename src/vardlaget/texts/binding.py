"""Which variables the sources bind, and what is wrong with those of comments."""

import re
from collections.abc import Iterator
from pathlib import Path

from vardlaget.texts.comments import Bound, Comment, variables
from vardlaget.texts.problems import Problem, nearest
from vardlaget.texts.reading import Texts

_VARIABLE = re.compile(r"\{\{<\s*var\s+([\w.-]+)\s*>\}\}")


def names(text: str) -> set[str]:
    """The variables that a publication's source uses."""
    return set(_VARIABLE.findall(text))


def names_used(reports: Path, texts: Texts) -> set[str]:
    """The variables that any publication, or a comment on one, uses."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(reports.glob("*.qmd"))]
    written = [comment.text for comment in texts.comments]
    return set().union(*(names(text) for text in [*sources, *written]))


def problems(comments: tuple[Comment, ...], tree: dict) -> list[Problem]:
    """Every variable of the comments that `tree` (as _variables.yml has it) has no text for."""
    return [
        Problem(bound.file, bound.line, told)
        for comment in comments
        for bound in variables(comment)
        if (told := _fault(bound, tree))
    ]


def _fault(bound: Bound, tree: dict) -> str | None:
    value = _lookup(tree, bound.name)
    if isinstance(value, str):
        return None
    if isinstance(value, dict):
        leaves = [name for name, _ in _leaves(value, f"{bound.name}.")]
        listed = ", ".join(leaves[:6])
        return f"variable '{bound.name}' is not a text. It holds: {listed}"
    stem, _, last = bound.name.rpartition(".")
    node = _lookup(tree, stem) if stem else None
    if isinstance(node, dict) and "source1" in node:
        return _contradiction(stem, last, node)
    near = nearest(bound.name, (name for name, _ in _leaves(tree, "")))
    return f"unknown variable '{bound.name}': there is no such figure this month.{near}"


def _contradiction(stem: str, last: str, node: dict) -> str:
    """The values that sources give for one thing, and the names that choose one openly."""
    sources = [(name, part) for name, part in node.items() if re.fullmatch(r"source\d+", name)]
    offered = ", ".join(
        f"{part.get('text')} ({{{{< var {stem}.{name}.{last} >}}}})" for name, part in sources
    )
    return (
        f"variable '{stem}.{last}': the sources contradict each other. Choose one, and say that "
        f"there is another: {offered}"
    )


def _lookup(tree: dict, name: str) -> object:
    node: object = tree
    for part in name.split("."):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


def _leaves(tree: dict, prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
