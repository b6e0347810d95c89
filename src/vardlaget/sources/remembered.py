"""Files that have been read before: what they gave, kept by their content and the readers' own."""

import hashlib
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow

import vardlaget
from vardlaget.sources.findings import Account, Finding
from vardlaget.sources.recognise import Part

# What has not been asked for in this time is forgotten.
KEPT_SECONDS = 60 * 24 * 3600
_TOUCHED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Memory:
    """A folder of readings. `readers` is the digest of all that a reading depends on but the file.

    A reading is written aside and renamed, so that two builds at once cannot mix.
    """

    folder: Path
    readers: str

    def key(self, path: Path, name: str) -> str:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(f"{self.readers}\0{name}\0{content}".encode()).hexdigest()[:32]

    def recalled(self, key: str) -> list[Part] | None:
        """What a file gave, or None where it is not known (or no longer whole)."""
        folder = self.folder / key
        try:
            told = json.loads((folder / "parts.json").read_text(encoding="utf-8"))
            parts = [_part(folder, place, part) for place, part in enumerate(told)]
        except (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException):
            shutil.rmtree(folder, ignore_errors=True)  # else it could not be kept anew
            return None
        if time.time() - folder.stat().st_mtime > _TOUCHED_SECONDS:
            folder.touch()
        return parts

    def keep(self, key: str, parts: list[Part]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=self.folder, prefix="."))
        told = []
        for place, part in enumerate(parts):
            part.frame.to_parquet(aside / f"{place}.parquet", index=False)
            part.set_aside.to_parquet(aside / f"{place}.aside.parquet", index=False)
            account = vars(part.account) if part.account else None
            told.append({"account": account, "findings": [vars(f) for f in part.findings]})
        (aside / "parts.json").write_text(json.dumps(told), encoding="utf-8")
        try:
            aside.rename(self.folder / key)
        except OSError:  # another build was first
            shutil.rmtree(aside, ignore_errors=True)

    def forget_old(self) -> None:
        """Removes what nobody has asked for in a long time."""
        for folder in self.folder.glob("*"):
            if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _part(folder: Path, place: int, told: dict) -> Part:
    return Part(
        pd.read_parquet(folder / f"{place}.parquet"),
        Account(**told["account"]) if told["account"] else None,
        tuple(Finding(**finding) for finding in told["findings"]),
        pd.read_parquet(folder / f"{place}.aside.parquet"),
    )


def readers_digest(files: list[Path]) -> str:
    """The digest of the package's readers and catalogue, of the libraries, and of `files`."""
    package = Path(vardlaget.__file__).parent
    own = [
        *sorted((package / "sources").rglob("*.py")),
        *sorted((package / "catalogue").glob("*")),
        *sorted(package.glob("*.py")),
    ]
    digest = hashlib.sha256(f"{pd.__version__} {pyarrow.__version__}".encode())
    for path in [*own, *files]:
        if path.is_file():
            digest.update(f"\0{path.name}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def keepable(parts: list[Part]) -> bool:
    """Whether a reading can be kept: records that are set aside are written by their reader."""
    return all(
        part.account is None or part.account.set_aside <= len(part.set_aside) for part in parts
    )
