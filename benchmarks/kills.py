"""Kills builds and publications at random moments: `python benchmarks/kills.py 100`.

Runs tests/functional/test_killed_builds.py with so many moments of each; it fails at the first
site that is mixed or broken, or that the next run does not complete to the same bytes.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(moments: int) -> int:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/functional/test_killed_builds.py"],
        cwd=ROOT,
        env=os.environ | {"VARDLAGET_KILLS": str(moments)},
        check=False,
    )
    print(f"{2 * moments} kills in {time.monotonic() - start:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
