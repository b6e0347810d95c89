"""Months that have been protected before: which rows were hidden, by the rows, policy and code."""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

import vardlaget
from vardlaget.disclosure.policy import Policy
from vardlaget.observations import KEY, NUMBERS

# What has not been asked for in this time is forgotten.
KEPT_SECONDS = 60 * 24 * 3600
_COLUMNS = [*KEY, *NUMBERS, "status", "open"]


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

    def rows(self, part: pd.DataFrame, found: Callable[[], np.ndarray]) -> np.ndarray:
        """The hidden rows' index in `part`: as they were `found` before, else found now."""
        hashes = pd.util.hash_pandas_object(part[_COLUMNS], index=False).to_numpy()
        name = hashlib.sha256(self.rule.encode() + hashes.tobytes()).hexdigest()[:32]
        path = self.folder / f"{name}.npy"
        try:
            chosen = np.load(path)
            path.touch()
        except (OSError, ValueError):
            chosen = np.flatnonzero(part.index.isin(found()))
            self._keep(path, chosen)
        return part.index[chosen].to_numpy()

    def _keep(self, path: Path, chosen: np.ndarray) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        number, aside = tempfile.mkstemp(dir=self.folder, prefix=".")
        with os.fdopen(number, "wb") as file:
            np.save(file, chosen)
        Path(aside).replace(path)

    def forget_old(self) -> None:
        """Removes what nobody has asked for in a long time."""
        for path in self.folder.glob("*.npy"):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)
