"""Charts over time: numbers at the lines' ends do not stand on each other."""

import pandas as pd
import pytest

from vardlaget.catalogue.look import chart_theme
from vardlaget.present import bed_charts, wards
from vardlaget.present.bed_charts import beds_and_patients, heat_map
from vardlaget.present.time_charts import apart, process


@pytest.fixture(scope="module")
def look(root):
    return chart_theme(root / "reports" / "theme" / "chart.json")


@pytest.mark.parametrize(
    ("values", "placed"),
    [
        ([500.0, 534.0, 774.0, 519.0], [490.0, 534.0, 774.0, 512.0]),
        ([10.0, 10.0], [10.0, -12.0]),
        ([100.0, 50.0], [100.0, 50.0]),
        ([7.0], [7.0]),
        ([], []),
    ],
)
def test_numbers_that_would_touch_are_moved_down_in_their_order(values, placed):
    given = pd.Series(values, index=range(3, 3 + len(values)), dtype=float)
    found = apart(given, 22.0)
    assert list(found) == placed
    assert list(found.index) == list(given.index)


@pytest.fixture
def points() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": ["dec 23", "jan 24", "feb 24"],
            "phase": 1,
            "value": [60.0, 62.0, 61.0],
            "text": ["60 %", "62 %", "61 %"],
            "mean": 61.0,
            "lower": 55.0,
            "upper": 67.0,
            "variation": "common_cause",
            "label": ["60 %", "", "61 %"],
            "country": [70.0, 71.0, None],
        }
    )


def texts(chart) -> list[tuple]:
    """What stands at the lines' ends: words, month and weight."""
    spec = chart.to_dict()
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    named = [spec["datasets"][layer["data"]["name"]] for layer in layers]
    return [
        (row["words"], row["month"], layer["mark"]["fontWeight"])
        for rows, layer in zip(named, layers, strict=True)
        for row in rows
        if "words" in row
    ]


def test_what_a_line_is_called_stands_after_its_end(points, look):
    """The newest number and the country's name, also where the country's line ends earlier."""
    found = texts(process(points, look, "Andel", "percent"))
    assert found == [("61 %", "feb 24", 600), ("Riket", "feb 24", 400)]


def test_lines_end_where_a_series_is_broken_and_the_break_has_its_name(points, look):
    drawn = process(points.assign(phase=[1, 2, 2]), look, "Andel", "percent")
    spec = drawn.to_dict()
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert len(lines) == 3
    assert {layer["encoding"]["detail"]["field"] for layer in lines} == {"phase"}
    named = [rows for rows in spec["datasets"].values() if rows[0].get("words") == "Seriebrott"]
    assert named == [[{"month": "jan 24", "words": "Seriebrott"}]]


def test_without_the_country_the_number_stands_alone(points, look):
    alone = points.assign(country=float("nan"))
    assert texts(process(alone, look, "Andel", "percent")) == [("61 %", "feb 24", 600)]


def test_a_number_stands_where_its_line_does_not_go_next(points, look):
    spec = process(points, look, "Andel", "percent").to_dict()
    rows = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert [row["rises"] for row in rows] == [True, False, False]
    assert [row["label"] for row in rows] == ["60 %", "", ""]


def test_cells_of_a_heat_map_that_read_the_same_are_framed_alike(look):
    cells = pd.DataFrame(
        {
            "label": "Kirurgi",
            "month": ["jan 24", "feb 24", "mars 24"],
            "value": [100.0, 100.4, 100.6],
            "text": ["100", "100", "101"],
        }
    )
    spec = heat_map(cells, look, 100.0).to_dict()
    (rows,) = spec["datasets"].values()
    assert [row["over"] for row in rows] == [False, False, True]


def test_a_line_of_beds_looks_the_same_whichever_others_there_are(look):
    rows = pd.DataFrame(
        {
            "month": ["jan 24", "feb 24"] * 2,
            "kind": ["Disponibla"] * 2 + ["Belagda"] * 2,
            "value": [534.0, 530.0, 517.7, 520.0],
            "text": ["534", "530", "517,7", "520"],
            "label": ["", "530", "", "520"],
        }
    )
    spec = beds_and_patients(rows, look).to_dict()
    colours = look["colours"]
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Disponibla", "Belagda"]
    assert scale["range"] == [colours["own"], colours["other"]]
    assert set(wards.KINDS.values()) == set(bed_charts.LINES)
