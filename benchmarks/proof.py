"""Every edition of a demo country verified, and every figure of it traced to its rows.

    python benchmarks/proof.py [--regions 21] [--months 27] [--without-rebuild]

Makes synthetic input for so many regions in a folder of its own, builds the last month of all and
of the country, checks each edition's files, builds each once more from the same input, and traces
every line of every indicators.csv: to the rows of input files behind it or, where no observation
is, to the inputs that it was computed from. Ends with 1, and names what fails, if an edition is not
the same when it is rebuilt or a figure leads nowhere.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import synthetic

from vardlaget import project as projects
from vardlaget.pipeline import editions
from vardlaget.project import Project
from vardlaget.publishing.trace import Way, ways
from vardlaget.publishing.verify_command import verify

MOST_TOLD = 20


def made(folder: Path, regions: int, months: int) -> Project:
    """A project with the input and editions of so many regions and the country."""
    synthetic.make_project(folder, regions, months)
    (folder / "data" / "published").mkdir()
    _run(folder, "build", "--all-regions", "--month", synthetic.LAST, "--engine", "embedded")
    return projects.find(folder)


def _run(folder: Path, *arguments: object) -> None:
    command = [str(synthetic.COMMAND), *map(str, arguments)]
    start = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    print(f"vardlaget {arguments[0]}: {time.monotonic() - start:.0f} s", flush=True)


def verified(place: Project, folders: list[Path], rebuild: bool) -> Iterator[str]:
    """What is wrong with the editions' files, or with what a rebuild gives."""
    for folder in folders:
        start = time.monotonic()
        verdict = verify(folder, (lambda: place) if rebuild else None)
        told = verdict.lines[-1] if verdict.good else "; ".join(verdict.lines)
        print(f"{folder.name}: {told} {time.monotonic() - start:.0f} s", flush=True)
        if not verdict.good:
            yield f"{folder.name}: {told}"


def traced(place: Project, folders: list[Path]) -> Iterator[str]:
    """The figures that lead neither to rows of files nor to inputs."""
    for folder in folders:
        start = time.monotonic()
        kinds: Counter[str] = Counter()
        for way in ways(place, folder):
            kind = kind_of(way)
            kinds[kind] += 1
            if kind == "nowhere":
                key = " ".join(way.figure[name] for name in ("indicator", "scenario", "period"))
                yield f"{folder.name}: {key} {way.figure['unit']}: {way.figure['source']}"
        told = ", ".join(f"{number} to {kind}" for kind, number in sorted(kinds.items()))
        print(f"{folder.name}: traced {told}; {time.monotonic() - start:.0f} s", flush=True)


def kind_of(way: Way) -> str:
    """Where a figure's way ends."""
    if way.rows and all(origins for _, origins in way.rows):
        return "rows"
    return "inputs" if way.references and not way.rows else "nowhere"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=21)
    parser.add_argument("--months", type=int, default=27)
    parser.add_argument("--without-rebuild", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vardlaget-proof-") as folder:
        place = made(Path(folder).resolve(), options.regions, options.months)
        folders = [place.out / each["folder"] for each in editions.all_editions(place.out)]
        failures = [*traced(place, folders)]
        failures += verified(place, folders, rebuild=not options.without_rebuild)
    print(f"{len(folders)} editions, {len(failures)} failures")
    for failure in failures[:MOST_TOLD]:
        print(f"  {failure}")
    return 1 if failures or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
