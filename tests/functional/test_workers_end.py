"""Processes that search and read for a command end when it is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

import small_project
from warm_kernels_support import alive, eventually

BUSY = """
import os, time
from pathlib import Path

def told(_):
    Path("pids", str(os.getpid())).touch()
    time.sleep(300)
"""
SEARCH = """
import pandas as pd
from busy import told
from vardlaget.disclosure import protection

if __name__ == "__main__":
    part = pd.DataFrame({"value": range(protection.MANY)})
    list(protection._searched([part, part], told, 2))
"""
READ = """
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from busy import told
from vardlaget import project
from vardlaget.sources import readers

if __name__ == "__main__":
    given = (project.find(Path("project")), Path("aside"))
    with ProcessPoolExecutor(2, initializer=readers._start, initargs=given) as pool:
        list(pool.map(told, range(2)))
"""


@pytest.mark.parametrize("program", [SEARCH, READ])
def test_they_end_when_the_command_is_killed(program, tmp_path):
    small_project.make(tmp_path / "project")
    (tmp_path / "pids").mkdir()
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    (tmp_path / "main.py").write_text(program, encoding="utf-8")
    main = subprocess.Popen([sys.executable, "main.py"], cwd=tmp_path)
    end = time.monotonic() + 60
    while len(found := os.listdir(tmp_path / "pids")) < 2:
        assert main.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    main.send_signal(signal.SIGKILL)
    main.wait()
    assert eventually(lambda: not any(alive(int(pid)) for pid in found))
