"""The project folder: where each room of the house lies."""

from dataclasses import dataclass
from pathlib import Path

from vardlaget.errors import InputError


@dataclass(frozen=True)
class Project:
    """Paths of a project. `data` is the analyst's own input, `out` where editions are put, `work`
    what lies in place of build/ if anything does."""

    root: Path
    data: Path
    out: Path
    work: Path | None = None

    @property
    def build(self) -> Path:
        return self.work or self.root / "build"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def reference(self) -> Path:
        return self.root / "data" / "reference"

    @property
    def settings(self) -> Path:
        return self.root / "settings"

    @property
    def published(self) -> Path:
        return self.root / "data" / "published"

    @property
    def agreements(self) -> tuple[Path, Path]:
        """The folders of agreements: the project's own, and the analyst's."""
        return self.reference / "agreements", self.data / "agreements"

    def named(self, path: Path) -> str:
        """A path as it may be shown and published: from the project's root, or its last part."""
        path = path.resolve()
        for base, prefix in ((self.root, ""), (self.data, "data:"), (self.out, "out:")):
            if path.is_relative_to(base):
                return _printable(prefix + path.relative_to(base).as_posix())
        return _printable(path.name)


def _printable(name: str) -> str:
    """A file's name as text: bytes in it that are none are written as such."""
    return name.encode("utf-8", "backslashreplace").decode()


def find(
    start: Path | None = None,
    data: Path | None = None,
    out: Path | None = None,
    work: Path | None = None,
) -> Project:
    """The project that `start` (the working directory) lies in, else the one this package is in.

    Raises InputError where there is none, or `data` is not a folder.
    """
    root = _root((start or Path.cwd()).resolve())
    if data is not None and not data.is_dir():
        raise InputError(f"--data {data}: not a folder. Give the folder that holds the data files.")
    return Project(
        root=root,
        data=(data or root / "data" / "raw").resolve(),
        out=(out or root / "public").resolve(),
        work=work and work.resolve(),
    )


def _root(start: Path) -> Path:
    candidates = [start, *start.parents, Path(__file__).resolve().parents[2]]
    for folder in candidates:
        if (folder / "_quarto.yml").is_file() and (folder / "notebooks").is_dir():
            return folder
    raise InputError(
        f"{start}: no Vårdläget project here. Run the command in the folder that holds _quarto.yml."
    )
