"""A waiting list of millions of rows: this project's aggregation beside a plain pandas program.

    python benchmarks/waiting_list.py [--rows 10000000] [--regions 21] [--ours-only]

Makes a synthetic list, runs each program in a process of its own, compares the results cell by
cell, and prints seconds (by the clock and of processor time), the ratio, and the largest resident
memory of each. The list is made
under the system's temporary folder and removed.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd
import waiting_list_pandas

from vardlaget import observations
from vardlaget.catalogue import load_regions
from vardlaget.periods import Month
from vardlaget.sources.waiting_list import aggregate

ROOT = Path(__file__).parents[1]
MONTHS = tuple(Month(2024, 12).minus(back) for back in reversed(range(24)))
NAME = "synthetic waiting list"
# Waits are exponential with a mean of 85 days, some 300 days longer; 6 % PvV and 3 % MoV. Three
# years of decisions; who has not been seen by the end of 2024 still waits.
LIST = """
COPY (
  WITH numbers AS (
    SELECT i, hash(i * 4) a, hash(i * 4 + 1) b, hash(i * 4 + 2) c, hash(i * 4 + 3) d
    FROM range({rows}) t(i)
  ), waits AS (
    SELECT *, (a % {regions})::INT AS region_number, DATE '2022-01-01' + (b % 1095)::INT AS decided,
      (-85 * ln(((b >> 16) % 1000000 + 1) / 1000001.0))::INT + ((c % 100) < 3)::INT * 300 AS wait
    FROM numbers
  )
  SELECT
    $regions[region_number + 1] AS region,
    'Sjukhus ' || (region_number * 4 + (a >> 32) % 4) AS unit,
    'Specialitet ' || (a >> 40) % 12 AS specialty,
    CASE WHEN (a >> 16) % 10 < 6 THEN 'first_visit' ELSE 'treatment' END AS care_type,
    decided AS referral_date,
    CASE WHEN decided + wait <= DATE '2024-12-31' THEN decided + wait END AS start_date,
    CASE WHEN (c >> 8) % 100 < 6 THEN 'PvV' WHEN (c >> 8) % 100 < 9 THEN 'MoV' ELSE '' END
      AS deviation_code,
    CASE WHEN (c >> 16) % 100 < 53 THEN 'women' ELSE 'men' END AS sex,
    ((d >> 8) % 100)::INT AS age,
    CASE WHEN d % 100 < 15 THEN 'privat' ELSE 'offentlig' END AS ownership,
    'P' || i AS person
  FROM waits
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def main() -> None:
    options = _options()
    if options.run:
        _run(options)
        return
    with tempfile.TemporaryDirectory(prefix="vardlaget-benchmark-") as folder:
        path = Path(folder) / "list.parquet"
        _make(path, options.rows, options.regions)
        print(f"{options.rows:,} rows, {options.regions} regions, {len(MONTHS)} months")
        ours = _measured("ours", path)
        if options.ours_only:
            return
        theirs = _measured("pandas", path)
        _compare(path.with_suffix(".ours"), path.with_suffix(".pandas"))
        seconds, memory = (theirs[k] / ours[k] for k in ("seconds", "megabytes"))
        print(f"{seconds:.1f} times as fast, {memory:.1f} times less memory")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--regions", type=int, default=21, choices=range(1, 22), metavar="1-21")
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--run", choices=("ours", "pandas"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _make(path: Path, rows: int, regions: int) -> None:
    codes = [region.code for region in _regions()]
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        query = LIST.format(rows=rows, regions=regions, path=path)
        connection.execute(query, {"regions": codes})


def _measured(program: str, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", program, "--path", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    measured = json.loads(told)
    line = "{0:<8}{seconds:8.1f} s{processor:8.1f} s of processor{megabytes:8.0f} MB{figures:12,}"
    print(line.format(program, **measured), "figures")
    return measured


def _run(options: argparse.Namespace) -> None:
    """One program in this process: its figures to a file, its measures to standard output."""
    began, busy = time.perf_counter(), time.process_time()
    if options.run == "ours":
        aside = options.path.parent / "aside"
        frame = aggregate(options.path, NAME, _regions(), MONTHS, aside).frame
    else:
        frame = waiting_list_pandas.aggregate(options.path, NAME, MONTHS)
    seconds = time.perf_counter() - began
    processor = time.process_time() - busy
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    frame.to_parquet(options.path.with_suffix(f".{options.run}"))
    measured = {"seconds": seconds, "processor": processor, "megabytes": megabytes}
    print(json.dumps(measured | {"figures": len(frame)}))


def _compare(ours: Path, pandas: Path) -> None:
    """Raises AssertionError where any cell differs; only the text of the source may."""
    key = list(observations.KEY)
    tables = [
        pd.read_parquet(path).drop(columns="source").sort_values(key, ignore_index=True)
        for path in (ours, pandas)
    ]
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    print(f"the same {tables[0].size:,} cells")


def _regions():
    return load_regions(ROOT / "data" / "reference" / "regions.csv")


if __name__ == "__main__":
    main()
