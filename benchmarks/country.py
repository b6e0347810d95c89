"""A country's month: stock papermill and one renderer a document, beside `vardlaget build`.

    python benchmarks/country.py [--regions 21] [--months 3] [--folder FOLDER]

The job is every notebook that the publication vardgaranti embeds and the publication in HTML and
PDF, for so many regions and the country, in a folder of its own with synthetic input of 27 months.
What small numbers hide of the months before is known, as it is to whoever built those months.
Plainly: the store is laid ready (which is a kindness: without it each notebook would read every
file), then the `papermill` command is run for each notebook and region in turn, then a new process
for each edition. Then the same by `vardlaget build --all-regions`, and again with nothing to do.
The editions are compared byte by byte, but for their manifests.

The floor is the CPU time of the notebooks' cells alone, run in one process that has everything
loaded, divided by the processors. What else the job itself needs (reading, rendering) is measured
in that process too. Peak memory is that of all processes together, shared pages counted once.

With --months, that many months are then built in one process, and its memory is told after each.
With --folder, its input and what is known of the months before stay in a folder for another run;
the package, the notebooks and the reports are then this project's anew. Linux only.
"""

import argparse
import contextlib
import filecmp
import gc
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import synthetic
from kernels import Cost, measure

from vardlaget import environment, project, store
from vardlaget.catalogue import Region, load_agreements, load_indicators, load_regions
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.disclosure.release import release
from vardlaget.observations import months_with_data
from vardlaget.periods import Month
from vardlaget.pipeline import assets, edition, publications, render
from vardlaget.pipeline.edition import Order
from vardlaget.pipeline.render.embedded import engine as embedded
from vardlaget.project import Project
from vardlaget.sources import Reading, read_project
from vardlaget.texts import read_texts

BIN = Path(sys.executable).parent
LAST = Month.parse(synthetic.LAST)
MONTHS_OF_INPUT = 27
PUBLICATION = "vardgaranti"
# All editions say that they were made then, so that they can be compared.
EPOCH = 1709251200
ORDERS, TIMES, EARLIER = "orders.pickle", "times.json", "earlier"
# The package too, so that work on it meanwhile does not mix in.
COPIED = ("src", "data/published")
LISTED = 5


@dataclass(frozen=True)
class Job:
    """One region's edition, and the notebooks that it embeds."""

    region: Region
    order: Order

    @property
    def store(self) -> Path:
        return self.order.folder / "store"

    @property
    def notebooks(self) -> list[Path]:
        return [self.order.project.notebooks / path.name for path in self.order.executed]

    @property
    def environment(self) -> dict[str, str]:
        return {
            environment.IN_BUILD: "1",
            environment.STORE: str(self.store),
            environment.DATA: str(self.order.project.data),
        }


class Times:
    """CPU seconds of this process and its ended children, and wall seconds, by what is done."""

    def __init__(self) -> None:
        self.cpu: Counter[str] = Counter()
        self.wall: Counter[str] = Counter()

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        cpu, wall = _cpu(), time.perf_counter()
        try:
            yield
        finally:
            self.cpu[what] += _cpu() - cpu
            self.wall[what] += time.perf_counter() - wall

    def wrap(self, module: object, name: str, what: Callable[..., str]) -> None:
        """Times every call of a module's function."""
        inner = getattr(module, name)

        def timed(*arguments: object) -> object:
            with self.of(what(*arguments)):
                return inner(*arguments)

        setattr(module, name, timed)

    def add_to(self, path: Path) -> None:
        before = json.loads(path.read_text()) if path.exists() else {"cpu": {}, "wall": {}}
        kept = {
            "cpu": self.cpu + Counter(before["cpu"]),
            "wall": self.wall + Counter(before["wall"]),
        }
        path.write_text(json.dumps(kept))


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def jobs(place: Project, reading: Reading) -> list[Job]:
    """An edition for each region that has figures and for the country."""
    known = load_regions(place.reference / "regions.csv")
    publication = publications.named(publications.all_publications(place), PUBLICATION)
    chosen, head = render.choose("embedded"), assets.build(place)
    made = datetime.fromtimestamp(EPOCH, UTC)
    found = []
    for region in [*known, known[COUNTRY]]:
        figures = str(LAST) in months_with_data(reading.frame, region.code)
        if not figures or not publication.suits(region, LAST):
            continue
        folder = place.build / str(LAST) / region.slug / "executed"
        executed = tuple(folder / name for name in sorted(publication.notebooks))
        about = (place, region, LAST, (publication,), True, chosen, executed, made, head, {})
        found.append(Job(region, Order(*about, texts=read_texts(place, region, LAST))))
    return found


def lay_ready(place: Project, times: Times) -> list[Job]:
    with times.of("reading"):
        read = read_project(place, place.build / "set-aside")
    with times.of("hiding small numbers"):
        reading = release(read, place).reading
    found = jobs(place, reading)
    with times.of("laying the store ready"):
        agreements, indicators = load_agreements(*place.agreements), load_indicators()
        stores = {job.region: job.store for job in found}
        store.lay_ready(stores, reading, LAST, agreements, indicators)
    return found


def search_earlier(place: Project) -> None:
    """What must be hidden of the months before: a country has searched them when they were new."""
    as_before(place)
    read = read_project(place)
    earlier = read.frame[read.frame["period"].str[:7] < str(LAST)].reset_index(drop=True)
    release(replace(read, frame=earlier), place, os.cpu_count() or 1)
    shutil.rmtree(place.root / EARLIER, ignore_errors=True)
    shutil.move(place.build, place.root / EARLIER)


def as_before(place: Project) -> None:
    """A build folder that knows what was searched before, and nothing else."""
    shutil.rmtree(place.build, ignore_errors=True)
    if (place.root / EARLIER).exists():
        shutil.copytree(place.root / EARLIER, place.build)


def plainly(place: Project) -> None:
    """Each notebook by papermill's command, then each edition in a process of its own."""
    times = Times()
    found = lay_ready(place, times)
    (place.root / ORDERS).write_bytes(pickle.dumps([job.order for job in found]))
    for job in found:
        job.order.executed[0].parent.mkdir(parents=True, exist_ok=True)
        for notebook, output in zip(job.notebooks, job.order.executed, strict=True):
            command = [BIN / "papermill", notebook, output, "--kernel", "python3"]
            command += ["--no-progress-bar", "--cwd", place.notebooks]
            command += ["-r", "region", job.region.code, "-r", "month", str(LAST)]
            with times.of("papermill"):
                subprocess.run(command, check=True, env=os.environ | job.environment)
    times.add_to(place.root / TIMES)
    for number in range(len(found)):
        again = [sys.executable, __file__, "--run", "edition", "--number", str(number)]
        subprocess.run(again, check=True)


def one_edition(place: Project, number: int) -> None:
    order = pickle.loads((place.root / ORDERS).read_bytes())[number]
    times = timed_rendering()
    with times.of("edition"):
        edition.make(order)
    times.add_to(place.root / TIMES)


def timed_rendering() -> Times:
    times = Times()
    times.wrap(embedded, "_render", lambda job, *_: f"render {job.fmt}")
    return times


def warm(place: Project) -> None:
    """Everything that the job itself needs, in one process; the executed notebooks lie ready."""
    from IPython.core.interactiveshell import InteractiveShell

    times = timed_rendering()
    found = lay_ready(place, times)
    shell = InteractiveShell.instance()
    os.chdir(place.notebooks)
    for region in [found[0], *found]:  # the first loads the libraries and is not counted
        os.environ |= region.environment
        for notebook in region.notebooks:
            counted = Times() if region is found[0] and "cells" not in times.cpu else times
            run_cells(shell, notebook, region, counted)
        times.cpu["cells"] += 0
    for job in found:
        with times.of("edition"):
            edition.make(job.order)
    times.add_to(place.root / TIMES)


def run_cells(shell, notebook: Path, job: Job, times: Times) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    shell.reset(new_session=False)
    for cell in code:
        source = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            source = f"region, month = {job.region.code!r}, {str(LAST)!r}"
        with contextlib.redirect_stdout(io.StringIO()), times.of("cells"):
            shell.run_cell(source).raise_error()


def notebooks_times(folder: Path) -> Counter[str]:
    """Wall seconds that papermill noted in executed notebooks, by what was done."""
    found: Counter[str] = Counter()
    for path in folder.glob("*/executed/*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        told = notebook["metadata"]["papermill"]
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        took = [cell["metadata"]["papermill"] for cell in cells]
        first = next(n for n, cell in enumerate(cells) if "import" in "".join(cell["source"]))
        start = _moment(told["start_time"])
        found["kernel start"] += _moment(took[0]["start_time"]) - start
        found["imports, opening the report"] += took[first]["duration"]
        found["other cells"] += sum(t["duration"] for n, t in enumerate(took) if n != first)
        found["notebooks in all"] += told["duration"]
    return found


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def differing(one: Path, other: Path) -> list[str]:
    """Files of two folders of editions that are not the same in both, but for manifests."""
    names = {p.relative_to(f) for f in (one, other) for p in f.rglob("*") if p.is_file()}
    names = {name for name in names if name.name not in ("manifest.json", ".lock")}
    same, _, _ = filecmp.cmpfiles(one, other, map(str, names), shallow=False)
    print(f"{len(same)} of {len(names)} files of the editions are the same to the byte.")
    return sorted({str(name) for name in names} - set(same))


def months(place: Project, count: int) -> None:
    """Builds so many months, newest first, in one process, and tells its memory after each."""
    from vardlaget.pipeline.build import build

    for back in range(count):
        month = str(LAST.minus(back))
        start = time.perf_counter()
        built = build(place, None, month, PUBLICATION, "embedded")
        took, editions = time.perf_counter() - start, len(built.folders)
        del built
        gc.collect()
        status = Path("/proc/self/status").read_text()
        rss = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        print(f"{month}: {editions} editions, {took:.0f} s, {int(rss.split()[1]) / 1024:.0f} MiB")


def told(title: str, cost: Cost, first: Cost) -> None:
    print(
        f"{title:34}{cost.wall:9.1f}{first.wall / cost.wall:8.1f}"
        f"{cost.cpu:9.1f}{first.cpu / cost.cpu:8.1f}{cost.memory / 2**20:9.0f}"
    )


def listed(title: str, found: dict[str, float]) -> None:
    print(f"\n{title}")
    for what, seconds in found.items():
        print(f"  {what:32}{seconds:9.1f}")


def taken(place: Project) -> dict[str, dict[str, float]]:
    """What a command noted, which is then forgotten."""
    path = place.root / TIMES
    found = json.loads(path.read_text())
    path.unlink()
    return found


def compare(folder: Path, regions: int) -> None:
    """The three runs, the comparison of what they made, and the tables."""
    log = folder / "log"
    place = project.find(folder)
    again = [sys.executable, __file__, "--run"]
    executed = place.build / str(LAST)
    subprocess.run([*again, "search-earlier"], check=True)
    as_before(place)
    plain = measure([*again, "plainly"], log)
    plain_times, plain_notebooks = taken(place), notebooks_times(executed)
    place.out.rename(folder / "plain")
    as_before(place)
    build = ["sh", "-c", 'exec "$0" "$@" >/dev/null', str(BIN / "vardlaget"), "build"]
    build += ["--all-regions", "--month", str(LAST)]
    build += ["--publication", PUBLICATION, "--engine", "embedded"]
    ours = measure(build, log)
    ours_notebooks = notebooks_times(executed)
    nothing = measure(build, log)
    wrong = differing(folder / "plain" / str(LAST), place.out / str(LAST))
    for name in wrong[:LISTED]:
        print(f"  differs: {name}")
    measure([*again, "warm"], log)
    work = taken(place)["cpu"]
    cores = os.cpu_count() or 1
    floor = work["cells"] / cores
    print(f"\n{len(list((folder / 'plain' / str(LAST)).iterdir()))} editions, {cores} processors")
    print(f"{'':34}{'wall s':>9}{'times':>8}{'CPU s':>9}{'times':>8}{'MiB':>9}")
    told("papermill, then each edition", plain, plain)
    told("vardlaget build", ours, plain)
    told("vardlaget build, nothing changed", nothing, plain)
    print(f"floor: {floor:.1f} s; the build takes {ours.wall / floor:.2f} times as long")
    whole = sum(seconds for what, seconds in work.items() if not what.startswith("render "))
    print(
        f"the job's own CPU / processors: {whole / cores:.1f} s ({ours.wall * cores / whole:.2f})"
    )
    listed("Plain, wall s", plain_notebooks | plain_times["wall"])
    listed("vardlaget build, wall s of all notebooks (side by side)", ours_notebooks)
    listed("One warm process, CPU s (an edition includes its rendering)", work)
    if wrong:
        sys.exit("The editions differ.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=21)
    parser.add_argument("--months", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        place = project.find()
        ways = {
            "search-earlier": lambda: search_earlier(place),
            "plainly": lambda: plainly(place),
            "edition": lambda: one_edition(place, given.number),
            "warm": lambda: warm(place),
            "months": lambda: months(place, given.months),
        }
        ways[given.run]()
        return
    os.environ["SOURCE_DATE_EPOCH"] = str(EPOCH)
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory(prefix="vardlaget-benchmark-") as name:
        folder = (given.folder or Path(name)).resolve()
        for made in ("plain", "public", *synthetic.PARTS, *COPIED):
            shutil.rmtree(folder / made, ignore_errors=True)
        synthetic.make_project(folder, given.regions, MONTHS_OF_INPUT, COPIED)
        os.environ["PYTHONPATH"] = str(folder / "src")
        os.chdir(folder)
        compare(folder, given.regions)
        if given.months:
            cost = measure(
                [sys.executable, __file__, "--run", "months", "--months", str(given.months)],
                folder / "log",
            )
            print(f"peak of all processes: {cost.memory / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
