"""A project of its own with a synthetic country as input, for benchmarks."""

import shutil
import subprocess
import sys
from pathlib import Path

from vardlaget.catalogue import load_regions

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("vardlaget")
LAST = "2024-02"
PARTS = ("_quarto.yml", "notebooks", "reports", "settings", "data/reference")


def make_project(folder: Path, regions: int, months: int, more: tuple[str, ...] = ()) -> None:
    """Copies PARTS and `more` of this project, and makes input of so many regions and months, if
    the folder has none."""
    for part in (*PARTS, *more):
        source, copy = ROOT / part, folder / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copyfile(source, copy)
    if (folder / "data/raw").exists():
        return
    codes = [region.code for region in load_regions(folder / "data/reference/regions.csv")]
    chosen = ("--regions", ",".join(codes[:regions]), "--months", months, "--last", LAST)
    command = [COMMAND, "demo", "--out", folder / "data/raw", *chosen]
    subprocess.run([*map(str, command)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
