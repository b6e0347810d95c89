"""Choosing an engine, and what the Quarto engine refuses."""

import os
from pathlib import Path

import pytest

from vardlaget.errors import InputError, RenderError
from vardlaget.pipeline import render

FAKE = """#!/bin/sh
[ "$1" = "--version" ] && {{ echo 1.10.18; exit 0; }}
mkdir -p _output/reports
printf '%s' '{page}' > _output/reports/vardgaranti.html
printf 'pdf of %s' "$SOURCE_DATE_EPOCH" > _output/reports/vardgaranti.pdf
{more}
"""


def fake_quarto(folder: Path, page: str = "<p>sida</p>", more: str = "") -> Path:
    binary = folder / "quarto"
    binary.write_text(FAKE.format(page=page, more=more), encoding="utf-8")
    binary.chmod(0o755)
    return binary


@pytest.fixture
def without_quarto(monkeypatch, tmp_path):
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(render.sys, "executable", str(tmp_path / "python"))


@pytest.mark.usefixtures("without_quarto")
def test_auto_takes_the_embedded_engine_where_quarto_is_missing():
    engine = render.choose("auto")
    assert engine.name == "embedded"
    assert engine.version.startswith("pandoc 3.")


@pytest.mark.usefixtures("without_quarto")
def test_asking_for_a_missing_quarto_says_what_to_do():
    with pytest.raises(RenderError, match="make quarto"):
        render.choose("quarto")


@pytest.mark.usefixtures("without_quarto")
@pytest.mark.parametrize("where", ["QUARTO_PATH", "PATH", "environment"])
def test_auto_takes_quarto_where_it_is_found(monkeypatch, tmp_path, where):
    binary = fake_quarto(tmp_path)
    if where == "QUARTO_PATH":
        monkeypatch.setenv("QUARTO_PATH", str(binary))
    elif where == "PATH":
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
    else:
        monkeypatch.setattr(render.sys, "executable", str(tmp_path / "python"))
    engine = render.choose("auto")
    assert (engine.name, engine.version) == ("quarto", "1.10.18")


def test_an_unknown_engine_is_refused():
    with pytest.raises(InputError, match="auto, quarto, embedded"):
        render.choose("latex")


def rendered(tmp_path, **fake) -> Path:
    binary = fake_quarto(tmp_path, **fake)
    project, out = tmp_path / "project", tmp_path / "out"
    project.mkdir()
    out.mkdir()
    render.quarto.renderer(binary)(project, "reports/vardgaranti.qmd", out, 1700000000)
    return out


def test_quartos_outputs_are_collected_with_a_fixed_date(tmp_path):
    out = rendered(tmp_path)
    assert (out / "vardgaranti.html").read_text() == "<p>sida</p>"
    assert (out / "vardgaranti.pdf").read_text() == "pdf of 1700000000"


def test_the_place_of_a_notebook_on_this_machine_is_taken_away(tmp_path):
    page = '<div class="cell" data-notebook="/somewhere/x.ipynb">sida</div>'
    out = rendered(tmp_path, page=page)
    assert (out / "vardgaranti.html").read_text() == '<div class="cell">sida</div>'


@pytest.mark.parametrize(
    ("fake", "wanted"),
    [
        ({"more": "echo boom >&2; exit 3"}, "exit code 3"),
        ({"more": "echo 'Unable to resolve crossref @fig-x' >&2"}, "@fig-x"),
        ({"page": "<p>?meta:available.x</p>"}, r"\?meta:available.x"),
        ({"page": '<script src="https://cdn.example/x.js"></script>'}, "https://cdn.example"),
        ({"more": "pwd >> _output/reports/vardgaranti.html"}, "path of the folder"),
    ],
)
def test_what_quarto_lets_pass_is_an_error(tmp_path, fake, wanted):
    with pytest.raises(RenderError, match=wanted):
        rendered(tmp_path, **fake)
