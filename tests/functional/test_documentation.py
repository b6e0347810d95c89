"""The documentation is true: commands, options, variables, columns, indicators, examples."""

import re

import pytest
import typer.main

from conftest import ROOT
from reading import read_strictly
from vardlaget import cli, environment, observations, project
from vardlaget.catalogue import document
from vardlaget.pipeline import attachments, notebooks

DOCS = ROOT / "docs"
COMMANDS = typer.main.get_command(cli.app).commands
VARIABLES = [
    environment.IN_BUILD,
    environment.STORE,
    environment.READ,
    environment.DATA,
    notebooks.WARM,
    "QUARTO_PATH",
]


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_documented(name):
    assert f"## `vardlaget {name}`" in text("commands.md")
    for parameter in COMMANDS[name].params:
        for option in parameter.opts:
            assert f"`{option}`" in text("commands.md"), option


def test_every_documented_command_exists():
    assert set(re.findall(r"## `vardlaget ([\w-]+)`", text("commands.md"))) == set(COMMANDS)


def test_every_make_target_is_documented_and_in_the_help():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    targets = {target for target in phony if "/" not in target} - {"help"}
    assert targets == set(re.findall(r"\| `make (\w+)` \|", text("commands.md")))


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_environment_variable_is_documented(variable):
    assert f"`{variable}`" in text("commands.md")


@pytest.mark.parametrize("column", observations.COLUMNS)
def test_every_column_of_the_one_table_is_documented(column):
    assert f"`{column}`" in text("data.md")


@pytest.mark.parametrize("value", [*observations.SPANS, *observations.STATUSES])
def test_every_span_and_status_is_documented(value):
    assert f"`{value}`" in text("data.md")


def test_the_indicators_page_is_the_catalogue():
    assert text("indicators.md") == document.page(), "run `make docs`"


def test_the_example_data_file_is_read_as_it_stands(tmp_path):
    example = re.search(r"```csv\n(.*?)```", text("data.md"), re.DOTALL)[1]
    path = tmp_path / "example.csv"
    path.write_text(example, encoding="utf-8")
    frame = read_strictly(path, project.find(ROOT))
    assert frame["value"].round(1).tolist()[:3] == [70.1, 73.9, 66.5]
    assert frame["status"].tolist() == ["reported", "reported", "reported", "missing"]


def test_links_between_pages_lead_somewhere():
    for page in [*DOCS.glob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readmes_columns_of_indicators_are_the_real_ones():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert ",".join(attachments.INDICATOR_COLUMNS) in readme.replace("\n", "")


def test_every_promise_names_tests_that_there_are():
    page = text("promises.md")
    rows = [line for line in page.splitlines() if re.match(r"\| (?!promise|--)", line)]
    assert len(rows) > 15
    assert all(re.search(r"`tests/[\w/.]+::\w+`", row) for row in rows)
    for path, name in re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", page):
        assert f"\ndef {name}(" in (ROOT / path).read_text(encoding="utf-8"), (path, name)
