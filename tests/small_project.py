"""A project with one small publication, one notebook and a few figures: built in seconds."""

import json
import os
import shutil
from pathlib import Path

from conftest import copy_project, run_command

MONTH, SLUG = "2024-02", "vasterbotten"
# One moment for all builds, so that they can be compared.
EPOCH = "1709251200"
REPORT = """---
title: Prov
---

## Läget {#laget}

{{< embed /notebooks/waiting_times.ipynb#summary >}}

{{< embed /notebooks/waiting_times.ipynb#tbl-headline >}}

## Om utgåvan {#om-utgavan}

Framställd {{< var edition.date >}}.
"""
HEAD = "indicator,region,unit,span,period,basis,numerator,denominator,value,status,source\n"


def make(target: Path) -> Path:
    """The project, with figures of two regions for the month and the one before."""
    project = copy_project(target)
    for path in (*project.glob("reports/*.qmd"), *project.glob("settings/*.yml")):
        path.unlink()
    shutil.rmtree(project / "reports" / "comments", ignore_errors=True)
    for path in project.glob("data/published/*"):
        path.unlink()
    (project / "reports" / "prov.qmd").write_text(REPORT, encoding="utf-8")
    put(project, 70)
    return project


def put(project: Path, share: float, month: str = MONTH) -> None:
    """The data file, with this share of treatments within 90 days in the month."""
    rows = [
        f"treatment_90d,24,,month,{month},waiting,,,{share},,Regionens rapport",
        f"treatment_90d,24,Umeå,month,{month},waiting,40,50,,,",
        f"first_visit_90d,24,,month,{month},waiting,300,400,75,preliminary,",
        f"phone_same_day,24,,month,{month},completed,,,88.3,,En källa",
        f"phone_same_day,24,,month,{month},completed,,,87.5,,En annan källa",
        f"treatment_90d,23,,month,{month},waiting,,,60,,Regionens rapport",
    ]
    path = project / "data" / "raw" / f"{month}.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def build(project: Path, *more: str, month: str = MONTH, fails: bool = False, **environment: str):
    """Builds region 24's edition of the month."""
    arguments = ("build", "--region", "24", "--month", month, "--engine", "embedded", *more)
    return _run(project, fails, arguments, {"SOURCE_DATE_EPOCH": EPOCH} | environment)


def command(project: Path, *arguments: object, fails: bool = False):
    """A command on region 24's edition of the month."""
    name, *rest = arguments
    return _run(project, fails, (name, "--region", "24", "--month", MONTH, *rest), {})


def any_command(project: Path, *arguments: object, fails: bool = False):
    return _run(project, fails, arguments, {})


def _run(project: Path, fails: bool, arguments: tuple, environment: dict[str, str]):
    done = run_command(project, *arguments, **environment)
    assert (done.returncode != 0) == fails, done.stderr + done.stdout
    return done


def folder(project: Path, name: str = SLUG, month: str = MONTH) -> Path:
    return project / "public" / month / name


def manifest(edition: Path) -> dict:
    return json.loads((edition / "manifest.json").read_text(encoding="utf-8"))


def contents(below: Path) -> dict[str, bytes]:
    """Every file below a folder, by its name there."""
    paths = [Path(where, name) for where, _, names in os.walk(below) for name in names]
    return {path.relative_to(below).as_posix(): path.read_bytes() for path in sorted(paths)}
