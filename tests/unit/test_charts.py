"""Charts: the specification holds what it draws, and nothing from elsewhere."""

import json

import pandas as pd
import pytest
from altair.utils.data import to_values

from vardlaget.catalogue.look import chart_theme
from vardlaget.present import charts
from vardlaget.present.figures import NOTHING, chart_name


@pytest.fixture(scope="module")
def look(root):
    return chart_theme(root / "reports" / "theme" / "chart.json")


FRAME = pd.DataFrame(
    {
        "label": ["Åre", "Ripan <b>"],
        "value": [69.0, 100.0],
        "text": ["69 %", "100 %"],
        "own": [True, False],
        "inner": [51.0, 75.0],
        "inner_text": ["51 %", "75 %"],
        "outer": [69.0, 100.0],
        "outer_text": ["69 %", "100 %"],
        "target": [85.0, 100.0],
        "target_upper": [90.0, 100.0],
        "target_text": ["85–90 %", "100 %"],
        "source": ["hemlig källa", "hemlig källa"],
        "note": ["hemlig not", "hemlig not"],
    }
)

# the chart, how it is drawn, and the columns of its data
CHARTS = [
    (charts.unit_bars, ("Andel",), {"label", "value", "text", "own"}),
    (
        charts.nested_bars,
        ("Andel", "0 dagar", "3 dagar"),
        {"label", "kind", "value", "text", "end"},
    ),
    (
        charts.target_bars,
        ("Andel",),
        {"label", "value", "text", "target", "target_upper", "target_text", "inside", "end"},
    ),
    (charts.deviation_bars, ("Avvikelse",), {"label", "value", "text"}),
    (charts.amount_bars, ("Kronor",), {"label", "value", "text"}),
]
EACH = pytest.mark.parametrize(
    ("draw", "words", "columns"), CHARTS, ids=[draw.__name__ for draw, *_ in CHARTS]
)


def test_rows_are_plain_and_what_is_absent_or_infinite_is_none():
    cells = [1.5, float("nan"), float("inf"), None, "å", True, 2]
    frame = pd.DataFrame(
        {
            "number": [1.5, float("nan"), float("inf")],
            "count": [1, 2, 3],
            "text": pd.Series(["å", None, ""], dtype="str"),
            "is": [True, False, True],
        }
    )
    (row, *others) = charts._values(frame)["values"]
    assert row == {"number": 1.5, "count": 1, "text": "å", "is": True}
    assert {type(cell) for cell in row.values()} == {float, int, str, bool}
    assert [[other["number"], other["text"]] for other in others] == [[None, None], [None, ""]]
    mixed = charts._values(pd.DataFrame({"x": pd.Series(cells, dtype="object")}))["values"]
    assert [row["x"] for row in mixed] == [1.5, None, None, None, "å", True, 2]


def test_rows_are_those_that_altair_prepares():
    rows = FRAME.assign(target=[float("nan"), 100.0])
    assert charts._values(rows) == to_values(rows)


def test_a_chart_draws_no_other_cells():
    with pytest.raises(TypeError, match="charts draw"):
        charts._values(pd.DataFrame({"x": pd.to_datetime(["2024-02-01"])}))


def published(draw, words, look, frame=FRAME):
    return charts.chart(draw(frame, look, *words), look, "Stapeldiagram", frame, period="januari")


@EACH
def test_the_data_are_the_columns_that_are_drawn(draw, words, columns, look):
    datasets = published(draw, words, look).chart["datasets"].values()
    drawn = max(datasets, key=len)
    assert all(set(row) == columns for row in drawn)
    assert {row["label"] for row in drawn} == {"Åre", "Ripan <b>"}


@EACH
def test_a_specification_needs_nothing_from_elsewhere(draw, words, columns, look):
    shown = published(draw, words, look)
    text = json.dumps(shown.chart, ensure_ascii=False, allow_nan=False)
    assert "$schema" not in shown.chart
    assert "http" not in shown.markdown + text
    assert "hemlig not" not in shown.markdown
    assert "hemlig" not in text
    assert "<b>Ripan" not in shown.markdown


@EACH
def test_a_chart_has_its_text_alternative_and_picture(draw, words, columns, look, monkeypatch):
    monkeypatch.delenv("VARDLAGET_BUILD", raising=False)
    shown = published(draw, words, look)
    assert 'role="img" aria-label="Stapeldiagram"' in shown.markdown
    assert f'"/notebooks/figures/{chart_name(shown.chart)}", alt: "Stapeldiagram"' in shown.markdown
    assert shown._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
    assert shown.fields == {"period": "januari"}


@EACH
def test_a_chart_of_nothing_says_so(draw, words, columns, look):
    assert draw(FRAME.iloc[:0], look, *words) is None
    shown = published(draw, words, look, FRAME.iloc[:0])
    assert (shown.markdown, shown.chart) == (NOTHING, None)
    assert shown.fields == {"period": "januari"}


@EACH
def test_the_same_figures_give_the_same_picture(draw, words, columns, look):
    first, again = (published(draw, words, look).chart for _ in range(2))
    changed = FRAME.assign(text=["68 %", "99 %"], inner_text="", outer_text="")
    other = published(draw, words, look, changed)
    assert chart_name(first) == chart_name(again) != chart_name(other.chart)


def test_the_look_is_in_the_specification(look):
    spec = published(charts.amount_bars, ("Kronor",), look).chart
    assert spec["width"] == look["width"]
    assert spec["config"]["font"] == look["config"]["font"]


def test_units_are_sorted_from_the_highest(look):
    drawn = charts.unit_bars(FRAME, look, "Andel", (92.0, "Riket 92 %")).to_dict()
    assert drawn["layer"][0]["encoding"]["y"]["sort"] == ["Ripan <b>", "Åre"]
    assert "Riket 92 %" in json.dumps(drawn, ensure_ascii=False)


def test_an_occupancy_above_100_fits(look):
    drawn = charts.target_bars(FRAME.assign(value=[110.0, 96.0]), look, "Andel").to_dict()
    scales = [layer["encoding"].get("x", {}).get("scale") for layer in drawn["layer"]]
    assert [scale["domain"][1] >= 110 for scale in scales if scale] == [True]


def test_a_hidden_share_stands_after_the_one_within_it(look):
    frame = FRAME.assign(outer=[69.0, None], outer_text=["69 %", "x"])
    spec = published(charts.nested_bars, ("Andel", "0 dagar", "3 dagar"), look, frame).chart
    (rows,) = spec["datasets"].values()
    found = {(row["label"], row["kind"]): (row["text"], row["value"], row["end"]) for row in rows}
    assert found["Ripan <b>", "3 dagar"] == ("x", None, 75.0)
    assert found["Åre", "3 dagar"] == ("69 %", 69.0, 69.0)


def test_a_target_is_named_where_there_is_one_and_a_text_stands_where_it_has_room(look):
    """On a bar that is long enough; else beside it, behind a target that would cross it there."""
    frame = pd.DataFrame(
        [
            ("Lång", 69.0, 100.0, True, 100.0, "100 %"),
            ("Kort", 20.0, 90.0, False, 20.0, "90 %"),
            ("Kort, nära målet", 20.0, 30.0, False, 30.0, "30 %"),
            ("Kort, över målet", 20.0, 10.0, False, 20.0, "10 %"),
            ("Utan mål", 50.0, None, True, 50.0, ""),
        ],
        columns=["label", "value", "target", "inside", "end", "named"],
    )
    given = frame.assign(text="", target_upper=frame["target"], target_text=frame["named"])
    given.loc[4, "target_text"] = "–"
    drawn = charts.target_bars(given, look, "Andel").to_dict()["datasets"].values()
    rows = max(drawn, key=len)
    expected = [*frame[["inside", "end"]].itertuples(index=False, name=None)]
    assert [(row["inside"], row["end"]) for row in rows] == expected
    assert [row["target_text"] for row in rows] == frame["named"].tolist()
    assert [{"words": "Mål"}] in drawn
    none = charts.target_bars(given.tail(1), look, "Andel").to_dict()["datasets"].values()
    assert [{"words": "Mål"}] not in none
