"""docs/mappings.md is true: its worked example, its language, and an example of each mapping."""

import io
import re

import pandas as pd
import pytest

from conftest import ROOT
from reading import read_parts
from vardlaget import project
from vardlaget.observations import NUMBERS
from vardlaget.sources import read_project
from vardlaget.sources.mapping_models import Column, Definition, From, Line, Recognise

PAGE = (ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")
FILES = re.findall(r"`(data/raw/\S+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL)
RESULT = re.search(r"these observations:\n\n```csv\n(.*?)```", PAGE, re.DOTALL)[1]
EXAMPLES = re.findall(r"### `([\w-]+)`\n.*?```csv\n(.*?)```", PAGE, re.DOTALL)
SHIPPED = sorted(path.stem for path in (ROOT / "data/reference/mappings").glob("*.yml"))


def test_the_worked_example_gives_what_the_page_says(project_copy):
    assert [name.rsplit(".")[-1] for name, _ in FILES] == ["csv", "yml"]
    for name, content in FILES:
        path = project_copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    reading = read_project(project.find(project_copy))
    expected = pd.read_csv(io.StringIO(RESULT), dtype={"region": "str"}, keep_default_na=False)
    expected[list(NUMBERS)] = expected[list(NUMBERS)].apply(pd.to_numeric, errors="coerce")
    found = reading.frame[reading.frame["source"].str.contains("operationssalar.csv")]
    found = found[list(expected.columns)].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    [account] = [a for a in reading.accounts if a.file.endswith("operationssalar.csv")]
    assert (account.kind, account.read, account.set_aside) == ("operationssalar", 3, 0)
    assert not [f for f in reading.findings if f.file.endswith("operationssalar.csv")]


def test_each_shipped_mapping_has_one_example():
    assert sorted(name for name, _ in EXAMPLES) == SHIPPED


@pytest.mark.parametrize(("name", "content"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_an_example_is_read_by_its_mapping(name, content, tmp_path):
    path = tmp_path / "exempel.csv"
    path.write_text(content, encoding="utf-8")
    [part] = read_parts(path, project.find(ROOT, data=tmp_path))
    assert not part.findings
    assert (part.account.kind, part.account.read, part.account.used) == (name, 2, 2)
    assert len(part.frame) >= 2


@pytest.mark.parametrize("model", [Definition, Recognise, From, Line, Column])
def test_every_key_is_documented(model):
    for key in model.model_fields:
        assert key == "constant" or f"`{key}`" in PAGE, key
