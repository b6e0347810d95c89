"""A chart's specification as the page carries it gives back what was put in."""

import json

import pytest

from vardlaget.catalogue.look import chart_theme
from vardlaget.present import chart_data

ROWS = [
    {"month": "januari", "value": 12.345678901, "text": "12 %", "own": True, "gap": None},
    {"month": "februari", "value": 15024892.0, "text": "12 %", "own": True, "gap": None},
]
AXIS = {"labelAngle": 0, "values": ["januari", "februari"]}
SPEC = {
    "config": {"font": "Source Sans Pro"},
    "datasets": {"data-0123456789abcdef": ROWS},
    "layer": [
        {"data": {"name": "data-0123456789abcdef"}, "mark": "bar", "encoding": {"x": AXIS}},
        {"data": {"name": "data-0123456789abcdef"}, "mark": "text", "encoding": {"x": AXIS}},
    ],
}


def unfolded(text):
    """What the page's script does."""
    page = json.loads(text)

    def whole(node):
        if isinstance(node, dict):
            if "$" in node:
                return whole(page["shared"][node["$"]])
            return {key: whole(value) for key, value in node.items()}
        return [whole(value) for value in node] if isinstance(node, list) else node

    def rows(data):
        names = data["columns"].items()
        return [{k: v[0] if len(v) == 1 else v[i] for k, v in names} for i in range(data["n"])]

    return whole(page["spec"]), {name: rows(data) for name, data in page["data"].items()}


def test_the_specification_comes_back_without_what_all_pages_share():
    spec, data = unfolded(chart_data.for_page(SPEC))
    assert set(spec) == {"layer"}
    assert [layer["data"] for layer in spec["layer"]] == [{"name": "d0"}] * 2
    assert [layer["encoding"] for layer in spec["layer"]] == [{"x": AXIS}] * 2
    assert data == {"d0": [ROWS[0] | {"value": 12.345679}, ROWS[1] | {"value": 15024892}]}


def test_what_repeats_stands_once():
    text = chart_data.for_page(SPEC)
    assert text.count("labelAngle") == text.count("12 %") == 1


@pytest.mark.parametrize("rows", [[], [{"a": 1}], [{"a": 1}, {"b": "x"}]])
def test_any_rows_come_back(rows):
    _, data = unfolded(chart_data.for_page({"datasets": {"one": rows}}))
    names = dict.fromkeys(name for row in rows for name in row)
    assert data == {"d0": [{name: row.get(name) for name in names} for row in rows]}


def test_hostile_text_stays_inside_its_element():
    text = "</script><!-- ``` {{< x >}} <b>"
    page = chart_data.for_page({"title": text})
    assert not {"<", "`"} & set(page)
    assert "{{" not in page
    assert json.loads(page)["spec"] == {"title": text}


def test_the_theme_names_each_colour_once_in_light_and_dark(root):
    look = chart_theme(root / "reports" / "theme" / "chart.json")
    assert set(look["dark"]) == {*look["colours"], *look["page"]}
    assert len(set(look["colours"].values())) == len(look["colours"])
