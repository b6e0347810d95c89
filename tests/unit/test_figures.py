"""A cell's output: what a reader sees, and the record of every number in it."""

import json

import numpy as np
import pandas as pd
import pytest

from vardlaget.environment import IN_BUILD
from vardlaget.observations import SYNTHETIC
from vardlaget.present import figures
from vardlaget.present.figures import FIGURE_COLUMNS, PAYLOAD, Published

FRAME = pd.DataFrame(
    {
        "indicator": ["phone_same_day", "available_beds"],
        "value": [89.0, np.nan],
        "text": ["89 %", ".."],
        "numerator": np.array([1, 2], dtype="int64"),
        "secret": ["a", "b"],
    }
)


def test_records_have_the_columns_of_figures_and_no_others():
    first, second = figures.records(FRAME)
    assert tuple(first) == FIGURE_COLUMNS
    assert (first["value"], second["value"], first["denominator"]) == (89.0, None, None)


def test_a_record_says_whether_its_figure_is_synthetic():
    rows = [("synthetic", ""), ("suppressed", SYNTHETIC), ("suppressed", None), ("reported", "")]
    frame = pd.DataFrame(rows, columns=["status", "note"])
    told = figures.records(frame)
    assert [record["synthetic"] for record in told] == [True, True, False, False]
    assert all("note" not in record for record in told)


@pytest.mark.parametrize("frame", [None, FRAME.iloc[:0]])
def test_no_figures_are_no_records(frame):
    assert figures.records(frame) == []


def test_the_payload_is_plain_json():
    shown = Published("x", FRAME, chart={"mark": "bar"}, table={"rows": [["a", 1.0]]})
    assert json.loads(json.dumps(shown.payload(), allow_nan=False)) == shown.payload()


def test_in_a_build_a_cell_gives_markdown_and_its_record(monkeypatch):
    monkeypatch.setenv(IN_BUILD, "1")
    shown = Published("**x**", FRAME, preview={"text/html": "<b>x</b>"})
    assert shown._repr_mimebundle_() == {"text/markdown": "**x**", PAYLOAD: shown.payload()}


def test_what_an_output_is_called_has_no_table_in_it():
    assert repr(Published("först\nsedan", FRAME)) == "<Published: först>"


@pytest.mark.parametrize("preview", [{}, {"text/html": "<b>x</b>"}])
def test_outside_a_build_jupyter_gets_something_to_show(preview, monkeypatch):
    monkeypatch.delenv(IN_BUILD, raising=False)
    bundle = Published("x", FRAME, preview=preview)._repr_mimebundle_()
    assert bundle == (preview or {"text/markdown": "x"})
    assert PAYLOAD not in bundle


def test_values_are_variables_and_what_is_available():
    shown = figures.values({"bup": True}, month="februari")
    assert (shown.markdown, shown.variables, shown.available) == (
        "",
        {"month": "februari"},
        {"bup": True},
    )


def test_nothing_says_that_there_is_nothing():
    assert figures.nothing(period="x") == Published(figures.NOTHING, fields={"period": "x"})


def test_a_chart_name_follows_from_the_content_alone():
    assert figures.chart_name({"a": 1, "b": 2}) == figures.chart_name({"b": 2, "a": 1})
    assert figures.chart_name({"a": 1}) != figures.chart_name({"a": 2})


def test_a_chart_keeps_hostile_text_inside_its_attributes():
    spec = {"title": '"><script>```{=html} {{< x >}}'}
    markdown = figures.chart_markdown(spec, '"><b>``` {{< y >}}')
    assert "<script>" not in markdown
    assert "<b>" not in markdown.split("{=typst}")[0]
    assert markdown.count("```") == 4
    assert "{{<" not in markdown


def test_breakdowns_in_one_cell():
    row = {"sex": "women", "specialty": "", "care_type": "somatic", "value": 1}
    assert figures.breakdown(row) == "sex=women;care_type=somatic"
