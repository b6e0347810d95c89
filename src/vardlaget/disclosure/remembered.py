"""Months that have been protected before: what was found, by the rows, policy and code."""

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import scipy

import vardlaget
from vardlaget.disclosure.policy import Policy
from vardlaget.observations import KEY, NUMBERS

# What has not been asked for in this time is forgotten.
KEPT_SECONDS = 60 * 24 * 3600
_COLUMNS = [*KEY, *NUMBERS, "status", "open"]


@dataclass(frozen=True, eq=False)
class Answer:
    """Labels of rows: those to hide, and one for each line whose patients are too few."""

    rows: np.ndarray
    lines: np.ndarray


@dataclass(frozen=True)
class Memory:
    """A folder of answers. `rule` is the digest of all that an answer depends on but the rows.

    It holds places of rows and no figures. An answer is written aside and renamed.
    """

    folder: Path
    rule: str

    @classmethod
    def of(cls, folder: Path, policy: Policy) -> "Memory":
        package = Path(vardlaget.__file__).parent
        own = [*sorted((package / "disclosure").glob("*.py")), *sorted(package.glob("catalogue/*"))]
        digest = hashlib.sha256(f"{scipy.__version__} {policy.model_dump_json()}".encode())
        for path in own:
            if path.is_file():
                digest.update(path.read_bytes())
        return cls(folder, digest.hexdigest())

    def answer(self, part: pd.DataFrame) -> Answer | None:
        """What was found for these rows before; None if they are new."""
        path = self._path(part)
        try:
            with np.load(path) as kept:
                rows, lines = kept["rows"], kept["lines"]
            path.touch()
        except (OSError, ValueError, KeyError, BadZipFile):
            return None
        return Answer(part.index[rows].to_numpy(), part.index[lines].to_numpy())

    def keep(self, part: pd.DataFrame, found: Answer) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        number, aside = tempfile.mkstemp(dir=self.folder, prefix=".")
        places = {
            name: np.flatnonzero(part.index.isin(labels))
            for name, labels in (("rows", found.rows), ("lines", found.lines))
        }
        with os.fdopen(number, "wb") as file:
            np.savez(file, **places)
        Path(aside).replace(self._path(part))

    def _path(self, part: pd.DataFrame) -> Path:
        return self.folder / f"{digest_of(part[_COLUMNS], self.rule)}.npz"

    def forget_old(self) -> None:
        """Removes what nobody has asked for in a long time."""
        for path in self.folder.glob("*.npz"):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)


def digest_of(rows: pd.DataFrame, rule: str = "") -> str:
    """A name for rows, under a rule: others have another."""
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy()
    return hashlib.sha256(rule.encode() + hashes.tobytes()).hexdigest()[:32]
