"""Increments: a step runs only where the content of what it depends on has changed.

doit keeps, for each step that was done, the hashes of the files that it read; a step is named,
and why it runs is told.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from doit.dependency import Dependency, SqliteDB
from doit.task import Task

FIRST = "first time"
# How many files a reason names.
NAMED = 2


@dataclass(frozen=True)
class Step:
    """A piece of work: the files it reads and makes, and what else its result depends on."""

    name: str
    reads: frozenset[Path]
    makes: tuple[Path, ...]
    values: dict[str, str] = field(hash=False)


class Memory:
    """What has been done, in a small database. `named` gives a path as it is told."""

    def __init__(self, path: Path, named: Callable[[Path], str]):
        self._path = path
        self._named = named
        self._begun: dict[str, dict[Path, tuple]] = {}

    def reasons(self, steps: Iterable[Step]) -> dict[Step, str]:
        """The steps that are to run, in their order, each with the reason."""
        with self._open() as known:
            found = {step: self._reason(known, step) for step in steps}
        return {step: reason for step, reason in found.items() if reason}

    def begin(self, steps: Iterable[Step]) -> None:
        """Forgets the steps, so that one which is cut short runs again."""
        with self._open() as known:
            for step in steps:
                known.remove_success(_task(step))
                self._begun[step.name] = {path: _state(path) for path in step.reads}

    def done(self, step: Step, made: Iterable[str] = ()) -> None:
        """Keeps that the step is done, unless a file that it read changed meanwhile.

        `made` is for `made` to give back.
        """
        begun = self._begun.pop(step.name)
        if any(path in begun and begun[path] != _state(path) for path in step.reads):
            return
        task = _task(step)
        task.values = {"values": step.values, "made": list(made)}
        with self._open() as known:
            known.save_success(task)

    def made(self, step: Step) -> list[str]:
        with self._open() as known:
            return known.get_values(step.name).get("made", [])

    def forget(self) -> None:
        """Forgets everything."""
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _open(self) -> Iterator[Dependency]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        known = Dependency(SqliteDB, str(self._path))
        try:
            yield known
        finally:
            known.close()

    def _reason(self, known: Dependency, step: Step) -> str | None:
        before = known.get_values(step.name)
        status = known.get_status(_task(step), {}, get_log=True)
        if status.status == "up-to-date":
            return None
        if "values" not in before:
            return FIRST
        reasons = status.reasons
        for kind, verb in (
            ("missing_file_dep", "is gone"),
            ("changed_file_dep", "changed"),
            ("added_file_dep", "is new"),
            ("removed_file_dep", "is gone"),
            ("missing_target", "is gone"),
        ):
            if reasons.get(kind):
                return f"{self._listed(reasons[kind])} {verb}"
        changed = [name for name in step.values if step.values[name] != before["values"].get(name)]
        return f"{', '.join(changed)} changed"

    def _listed(self, files: list[str]) -> str:
        names = sorted({self._named(Path(path)) for path in files})
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        return ", ".join(names[:NAMED]) + more


def _task(step: Step) -> Task:
    return Task(
        step.name,
        None,
        file_dep=[str(path) for path in sorted(step.reads)],
        targets=[str(path) for path in step.makes],
        uptodate=[lambda task, values: values.get("values") == step.values],
    )


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
