"""Small numbers: a month of a whole country protected and attacked, and thousands of small tables.

    python benchmarks/disclosure.py [--months 14] [--examples 1000]

Makes the demo country under the system's temporary folder, hides the last month's small numbers,
and prints how many rows that took, with seconds of processor time; the guard tries them. Then the
generative tests draw so many tables each (0 for none).
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from vardlaget import project
from vardlaget.catalogue import load_indicators
from vardlaget.disclosure import exposed, hidden, load_policy, protect
from vardlaget.sources import read_project

ROOT = Path(__file__).parents[1]


def measured(name, function, *given):
    start = time.process_time()
    found = function(*given)
    print(f"{name}: {time.process_time() - start:.1f} s of processor time")
    return found


def country(months):
    with TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("vardlaget")), "demo", "--out", folder]
        subprocess.run([*command, "--months", str(months)], check=True, stdout=subprocess.DEVNULL)
        frame = read_project(project.find(ROOT, data=Path(folder))).frame
    monthly = frame[frame["span"] == "month"]
    return monthly[monthly["period"] == "2024-02"].reset_index(drop=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=int, default=14)
    parser.add_argument("--examples", type=int, default=1000)
    options = parser.parse_args()
    indicators = load_indicators()
    policy = load_policy(ROOT / "data" / "reference" / "disclosure.yml", indicators)
    frame = country(options.months)
    protected = measured("protect", protect, frame, policy, indicators)
    secret = hidden(frame, protected)
    print(f"{len(frame)} rows, {len(secret)} hidden")
    found = measured("guard", exposed, {"1": protected}, secret, policy, indicators)
    print(f"{len(found)} exposed")
    if options.examples:
        tests = ROOT / "tests" / "generative" / "test_disclosure.py"
        environment = os.environ | {"DISCLOSURE_EXAMPLES": str(options.examples)}
        command = [sys.executable, "-m", "pytest", "-q", str(tests)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT)


if __name__ == "__main__":
    main()
