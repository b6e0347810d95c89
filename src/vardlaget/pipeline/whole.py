"""A whole build as one step: where nothing at all has changed, nothing is read or loaded."""

from dataclasses import dataclass
from pathlib import Path

from vardlaget.pipeline import inputs
from vardlaget.pipeline.increments import Memory, Step
from vardlaget.project import Project


def tasks_file(project: Project) -> Path:
    """Where it is kept what has been done."""
    return project.build / "tasks.sqlite"


@dataclass(frozen=True)
class Whole:
    """One call of `vardlaget build`, with the arguments that choose what it makes."""

    project: Project
    arguments: tuple[str, ...]
    engine: str

    @property
    def step(self) -> Step:
        place = self.project
        words = (*self.arguments, str(place.data), str(place.out))
        reads = inputs.every(place)
        around = inputs.surroundings(self.engine)
        return Step(f"build {' '.join(words)}", reads, (place.out / "index.html",), around)

    def editions(self) -> list[Path]:
        """The files of the editions that an earlier call made, if that is all there is to do."""
        memory, step = self._memory(), self.step
        if memory.reasons([step]):
            return []
        folders = [Path(folder) for folder in memory.made(step)]
        if not all((folder / "manifest.json").is_file() for folder in folders):
            return []
        return [path for folder in folders for path in inputs.files(folder)]

    def begin(self) -> "Begun":
        memory, step = self._memory(), self.step
        memory.begin([step])
        return Begun(memory, step)

    def _memory(self) -> Memory:
        return Memory(tasks_file(self.project), self.project.named)


@dataclass(frozen=True)
class Begun:
    """A build that has begun: `done` keeps that it succeeded, and what it made."""

    memory: Memory
    step: Step

    def done(self, folders: list[Path]) -> None:
        self.memory.done(self.step, [str(folder) for folder in folders])
