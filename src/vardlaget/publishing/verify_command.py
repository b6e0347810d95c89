"""What `vardlaget verify` prints."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vardlaget.project import Project
from vardlaget.publishing.verify import Rebuilt, files, rebuild

MOST_TOLD = 30


@dataclass(frozen=True)
class Verdict:
    """Whether all is as it should be, and the lines that say so."""

    good: bool
    lines: list[str]


def verify(
    folder: Path,
    project: Callable[[], Project] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Verdict:
    """Checks the folder's files; with a project, builds the edition once more and compares.

    Raises InputError for a folder that is no edition and no site.
    """
    found = files(folder)
    lines = [*found.lines(), f"{found.count} files, {len(found.changed)} changed, "]
    lines[-1] += f"{len(found.missing)} missing, {len(found.extra)} extra."
    if project is None:
        return Verdict(found.whole, lines)
    again = rebuild(project(), folder, progress)
    return Verdict(found.whole and again.identical, [*lines, *_told(again)])


def _told(again: Rebuilt) -> list[str]:
    if again.inputs:
        return ["Not rebuilt: these inputs are not those of the edition.", *_some(again.inputs)]
    if again.identical:
        return [f"Rebuilt: all figures and all {again.count} files are identical."]
    lines = [f"Rebuilt: {len(again.figures)} figures differ."]
    lines += [*_some(again.figures), f"{len(again.files)} of {again.count} files differ."]
    return [*lines, *_some(again.files), *again.remarks]


def _some(texts: tuple[str, ...]) -> list[str]:
    more = [f"  … and {len(texts) - MOST_TOLD} more"] if len(texts) > MOST_TOLD else []
    return [*(f"  {text}" for text in texts[:MOST_TOLD]), *more]
