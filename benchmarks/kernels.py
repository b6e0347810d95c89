"""Running a region's notebooks: stock papermill beside this project's warm kernels.

    python benchmarks/kernels.py [--region 23] [--month 2024-02] [--repeat 3]

The store is laid ready first. Each way then runs the same notebooks in a process of its own, from
its start to its end, and the ways take turns. Prints for each the median of wall time and of the
CPU time of all its processes, the largest memory of all its processes together (proportional set
size, so that shared pages count once), and ratios to the first. Linux only.
"""

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import papermill

from vardlaget import project, store
from vardlaget.catalogue import load_agreements, load_indicators, load_regions
from vardlaget.periods import Month
from vardlaget.pipeline import notebooks
from vardlaget.pipeline.notebooks import Run
from vardlaget.sources import read_project

ROOT = Path(__file__).parents[1]
SAMPLE_SECONDS = 0.1
REST = 50
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and of CPU, and the peak of memory in bytes."""

    wall: float
    cpu: float
    memory: int


def stock(run: Run) -> None:
    """As papermill's documentation has it, with the environment that a build sets."""
    os.environ |= {notebooks.IN_BUILD: "1", notebooks.STORE: str(run.store)}
    run.output.parent.mkdir(parents=True, exist_ok=True)
    papermill.execute_notebook(
        run.notebook,
        run.output,
        parameters={"region": run.region, "month": run.month},
        cwd=run.notebook.parent,
        kernel_name="python3",
        progress_bar=False,
    )


def stock_in_turn(runs: list[Run]) -> None:
    for run in runs:
        stock(run)


def stock_side_by_side(runs: list[Run]) -> None:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        list(pool.map(stock, runs))


def ours_plain(runs: list[Run]) -> None:
    os.environ[notebooks.WARM] = "0"
    list(notebooks.run_all(runs))


def ours_warm(runs: list[Run]) -> None:
    list(notebooks.run_all(runs))


WAYS: dict[str, tuple[str, Callable[[list[Run]], None]]] = {
    "stock-in-turn": ("stock papermill, one after the other", stock_in_turn),
    "stock-side-by-side": ("stock papermill, a worker a core", stock_side_by_side),
    "ours-plain": ("this project, kernels started plainly", ours_plain),
    "ours-warm": ("this project, kernels forked", ours_warm),
}


def lay_ready(folder: Path, region: str, month: str) -> None:
    place = project.find(ROOT)
    found = load_regions(place.reference / "regions.csv")[region]
    agreements, indicators = load_agreements(*place.agreements), load_indicators()
    reading = read_project(place).checked()
    store.write(folder, store.cut(reading, found, Month.parse(month), agreements, indicators))


def runs(laid: Path, out: Path, region: str, month: str) -> list[Run]:
    data = project.find(ROOT).data
    return [
        Run(path, out / path.name, region, month, laid, data)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    ]


def measure(command: list[str], log: Path) -> Cost:
    """What a command and everything that it starts costs; its warnings go to `log`. Descendants
    without a parent become this process's children, so that their CPU time is counted too."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    with log.open("a") as told:
        child = subprocess.Popen(command, stderr=told)
    peak = Peak(os.getpid())
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(log.read_text())
    cpu = used.ru_utime + used.ru_stime
    while True:
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += used.ru_utime + used.ru_stime
    return Cost(wall, cpu, peak.stop())


class Peak:
    """Samples the memory of a process's descendants until it is stopped.

    Reading the proportional set of forked processes is dear: after each sample it rests `REST`
    times as long as the sample took, so that at most two per cent of one processor go to it.
    """

    def __init__(self, root: int) -> None:
        self.root, self.bytes, self._stopped = root, 0, threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._stopped.set()
        self._thread.join()
        return self.bytes

    def _sample(self) -> None:
        rest = SAMPLE_SECONDS
        while not self._stopped.wait(rest):
            start = time.perf_counter()
            self.bytes = max(self.bytes, sum(map(proportional_set, descendants(self.root))))
            rest = max(SAMPLE_SECONDS, REST * (time.perf_counter() - start))


def descendants(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        try:
            tasks = list(Path(f"/proc/{waiting.pop()}/task").iterdir())
            children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
        except OSError:
            continue
        found += children
        waiting += children
    return found


def proportional_set(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0")
    return int(line.split()[1]) * 1024


def report(costs: dict[str, list[Cost]]) -> None:
    print(f"{'':40}{'wall s':>9}{'ratio':>7}{'CPU s':>9}{'ratio':>7}{'MiB':>9}{'ratio':>7}")
    medians = {way: median(found) for way, found in costs.items()}
    first = next(iter(medians.values()))
    for way, cost in medians.items():
        print(
            f"{WAYS[way][0]:40}"
            f"{cost.wall:9.2f}{cost.wall / first.wall:7.2f}"
            f"{cost.cpu:9.2f}{cost.cpu / first.cpu:7.2f}"
            f"{cost.memory / 2**20:9.0f}{cost.memory / first.memory:7.2f}"
        )


def median(costs: list[Cost]) -> Cost:
    parts = (statistics.median(getattr(cost, part) for cost in costs) for part in Cost.__slots__)
    return Cost(*parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", default="23")
    parser.add_argument("--month", default="2024-02")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--run", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        asked = runs(given.folder / "store", given.folder / "out", given.region, given.month)
        WAYS[given.run][1](asked)
        return
    with tempfile.TemporaryDirectory(prefix="vardlaget-benchmark-") as name:
        folder = Path(name)
        lay_ready(folder / "store", given.region, given.month)
        command = [sys.executable, __file__, "--folder", name]
        command += ["--region", given.region, "--month", given.month]
        costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
        for _ in range(given.repeat):
            for way in WAYS:
                costs[way].append(measure([*command, "--run", way], folder / "log"))
        report(costs)


if __name__ == "__main__":
    main()
