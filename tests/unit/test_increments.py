"""Increments: what runs again and why; what the package's sources import."""

import ast
import os
from pathlib import Path

import pytest

from vardlaget.pipeline import imports
from vardlaget.pipeline.increments import FIRST, Memory, Step


@pytest.fixture
def memory(tmp_path) -> Memory:
    return Memory(tmp_path / "tasks.sqlite", lambda path: path.name)


@pytest.fixture
def step(tmp_path) -> Step:
    for name in ("a", "b", "made"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    reads = frozenset({tmp_path / "a", tmp_path / "b"})
    return Step("s", reads, (tmp_path / "made",), {"engine": "x"})


def do(memory: Memory, step: Step, made: tuple[str, ...] = ()) -> None:
    memory.begin([step])
    memory.done(step, made)


def test_a_step_runs_once(memory, step):
    assert memory.reasons([step]) == {step: FIRST}
    do(memory, step, ("one",))
    assert memory.reasons([step]) == {}
    assert memory.made(step) == ["one"]


def test_content_counts_and_not_the_time(memory, step, tmp_path):
    do(memory, step)
    os.utime(tmp_path / "a", (1, 1))
    assert memory.reasons([step]) == {}
    (tmp_path / "a").write_text("A", encoding="utf-8")
    assert memory.reasons([step]) == {step: "a changed"}


def changed(step: Step, **new) -> Step:
    return Step(step.name, new.get("reads", step.reads), step.makes, new.get("values", step.values))


def test_the_reason_names_what_changed(memory, step, tmp_path):
    do(memory, step)
    fewer = changed(step, reads=frozenset({tmp_path / "a"}))
    assert memory.reasons([fewer]) == {fewer: "b is gone"}
    (tmp_path / "c").touch()
    more = changed(step, reads=step.reads | {tmp_path / "c"})
    assert list(memory.reasons([more]).values()) in (["c is new"], ["c changed"])
    other = changed(step, values={"engine": "y"})
    assert memory.reasons([other]) == {other: "engine changed"}
    (tmp_path / "made").unlink()
    assert memory.reasons([step]) == {step: "made is gone"}


def test_a_step_that_was_cut_short_runs_again(memory, step, tmp_path):
    do(memory, step)
    Memory(tmp_path / "tasks.sqlite", str).begin([step])
    assert memory.reasons([step]) == {step: FIRST}


def test_what_changes_while_a_step_runs_is_not_taken_for_read(memory, step, tmp_path):
    memory.begin([step])
    (tmp_path / "b").write_text("later", encoding="utf-8")
    memory.done(step)
    assert memory.reasons([step]) == {step: FIRST}


def test_many_files_are_told_shortly(memory, tmp_path):
    paths = [tmp_path / f"{n}.csv" for n in range(5)]
    for path in paths:
        path.write_text("1", encoding="utf-8")
    step = Step("s", frozenset(paths), (), {})
    do(memory, step)
    for path in paths:
        path.write_text("22", encoding="utf-8")
    assert memory.reasons([step]) == {step: "0.csv, 1.csv and 3 more changed"}


def names(files: frozenset[Path]) -> set[str]:
    return {path.relative_to(imports.PACKAGE).as_posix() for path in files}


def test_a_module_depends_on_what_it_imports_and_on_what_that_imports():
    found = names(imports.of_module("vardlaget.present.numbers"))
    assert {"present/numbers.py", "catalogue/indicators.py", "errors.py", "__init__.py"} <= found
    assert "pipeline/build.py" not in found


def test_a_notebook_depends_on_its_subject_and_not_on_the_readers(tmp_path):
    notebook = tmp_path / "n.ipynb"
    cell = '{"cell_type": "code", "source": ["from vardlaget.report import open_report"]}'
    notebook.write_text(f'{{"cells": [{cell}]}}', encoding="utf-8")
    found = names(imports.of_notebook(notebook))
    assert {"report.py", "store.py", "observations.py"} <= found
    assert not [name for name in found if name.startswith(("sources/", "demo/", "pipeline/"))]


@pytest.mark.parametrize(
    "source",
    [
        ["%matplotlib inline\\n", "!ls\\n", "from vardlaget.report import open_report"],
        ["from vardlaget import (  # all of it\\n", "    report,\\n", ")"],
        ["if True: import os, vardlaget.report as r"],
    ],
    ids=["magics", "several lines", "one line"],
)
def test_a_cell_imports_in_any_way_that_python_and_jupyter_know(tmp_path, source):
    notebook = tmp_path / "n.ipynb"
    lines = ", ".join(f'"{line}"' for line in source)
    cell = f'{{"cell_type": "code", "source": [{lines}]}}'
    notebook.write_text(f'{{"cells": [{cell}]}}', encoding="utf-8")
    assert "report.py" in names(imports.of_notebook(notebook))


def test_every_import_of_the_package_is_found():
    """What Python's own parser finds of the package's modules is among what is found."""
    for path in imports.PACKAGE.rglob("*.py"):
        wanted = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                wanted |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
        wanted = {file for name in wanted for file in imports._files(name) if own(name)}
        module = ".".join(["vardlaget", *path.relative_to(imports.PACKAGE).with_suffix("").parts])
        assert wanted <= imports.of_module(module.removesuffix(".__init__")), path


def own(name: str) -> bool:
    return name.split(".")[0] == imports.PACKAGE.name
