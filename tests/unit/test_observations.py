"""The one table: its types, what is selected from it, and what a region's notebooks may read."""

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.observations import COLUMNS, NUMBERS
from vardlaget.periods import Month


def table(*rows, **common):
    frame = observations.typed(pd.DataFrame(list(rows)))
    defaults = {"indicator": "beds", "region": "23", "span": "month", "scenario": "actual"}
    for column, value in (defaults | common).items():
        frame[column] = frame[column].replace("", value)
    return frame


def test_an_empty_table_has_every_column_in_its_type():
    frame = observations.empty()
    assert tuple(frame.columns) == COLUMNS
    assert {str(frame[column].dtype) for column in NUMBERS} == {"float64"}
    assert {str(frame[c].dtype) for c in COLUMNS if c not in NUMBERS} == {"str"}


def test_absent_text_is_empty_and_absent_numbers_are_not_zero():
    row = observations.typed(pd.DataFrame([{"value": None, "unit": None}])).iloc[0]
    assert row["unit"] == ""
    assert pd.isna(row["value"])


def test_what_is_typed_stays_and_is_another_table():
    frame = table({"value": 5.0})
    again = observations.typed(frame)
    pd.testing.assert_frame_equal(again, frame)
    again["value"] = 6.0
    assert frame["value"].tolist() == [5.0]


@pytest.mark.parametrize("column", ["unit", "value"])
def test_what_is_not_quite_typed_becomes_so(column):
    frame = table({"value": 5.0}, {"value": 6.0})
    odd = frame.astype({column: "object"})
    odd.loc[0, column] = None
    typed = observations.typed(odd)
    assert typed.dtypes.equals(frame.dtypes)
    assert not typed.drop(columns=[*NUMBERS]).isna().any(axis=None)


def test_combine_keeps_what_differs_and_drops_what_is_said_twice():
    row = {"period": "2024-01", "value": 5.0, "source": "a"}
    frame = observations.combine(
        [table(row, row | {"source": "b"}), table(row | {"value": 6.0, "source": "c"})]
    )
    assert list(zip(frame["value"], frame["source"], strict=True)) == [(5, "a"), (6, "c")]
    assert observations.contradictions(frame)["value"].tolist() == [5, 6]


# Was wrong once: stay in the order in which they came, so that the edition depends on it.
def test_contradictions_of_one_source_have_an_order_of_their_own():
    low, high = (table({"value": value, "source": "a"}) for value in (5.0, 6.0))
    assert observations.combine([high, low]).equals(observations.combine([low, high]))


def test_combine_of_nothing_is_an_empty_table():
    assert observations.combine([]).equals(observations.empty())


def test_a_missing_value_contradicts_nothing():
    frame = table({"value": 5.0}, {"value": None})
    assert observations.contradictions(frame).empty


ROWS = [
    {"period": "2024-01", "value": 1},
    {"period": "2024-01", "value": 2, "unit": "Åre"},
    {"period": "2024-01", "value": 3, "sex": "women"},
    {"period": "2024-01", "value": 4, "scenario": "budget"},
    {"period": "2024-02", "value": 5},
]
SELECTED = [
    ({}, [1, 2, 5]),
    ({"unit": ""}, [1, 5]),
    ({"unit": "Åre"}, [2]),
    ({"period": "2024-02"}, [5]),
    ({"period": ["2024-01", "2024-02"], "unit": ""}, [1, 5]),
    ({"sex": "women"}, [3]),
    ({"sex": ...}, [1, 2, 3, 5]),
    ({"scenario": "budget"}, [4]),
    ({"scenario": ...}, [1, 2, 4, 5]),
    ({"region": "24"}, []),
]


@pytest.mark.parametrize(("wanted", "values"), SELECTED)
def test_select_takes_the_whole_and_what_was_measured_unless_told(wanted, values):
    assert observations.select(table(*ROWS), **wanted)["value"].tolist() == values


def test_months_with_data_count_a_year_as_its_december():
    frame = table(
        {"period": "2024-02"},
        {"period": "2024-02", "span": "ytd"},
        {"period": "2023", "span": "year"},
        {"period": "2022-06-30", "span": "point"},
        {"period": "2024-03", "scenario": "budget"},
        {"period": "2024-01", "scenario": "range_lower"},
        {"period": "2024-04", "region": "24"},
    )
    assert observations.months_with_data(frame, "23") == ["2023-12", "2024-01", "2024-02"]


# row, and whether the notebooks of region 23, February 2024, three months back, may read it
SLICE = [
    ({"period": "2024-02"}, True),
    ({"period": "2023-11"}, True),
    ({"period": "2023-10"}, False),
    ({"period": "2024-03"}, False),
    ({"period": "2024-02", "region": "00"}, True),
    ({"period": "2024-02", "region": "24"}, False),
    ({"period": "2024-02", "span": "r12"}, True),
    ({"period": "2023", "span": "year"}, True),
    ({"period": "2024", "span": "year"}, False),
    ({"period": "2024", "span": "year", "scenario": "budget"}, True),
    ({"period": "2024", "span": "year", "scenario": "forecast"}, True),
    ({"period": "2024", "span": "year", "scenario": "range_lower"}, True),
    ({"period": "2025", "span": "year", "scenario": "budget"}, True),
    ({"period": "2025", "span": "year"}, False),
    ({"period": "2024-02-29", "span": "point"}, True),
    ({"period": "2024-03-01", "span": "point"}, False),
]


@pytest.mark.parametrize(("row", "read"), SLICE)
def test_a_notebook_reads_its_region_and_the_country_up_to_its_month(row, read):
    frame = observations.slice_for(table(row), "23", Month(2024, 2), 3)
    assert len(frame) == read


def test_a_full_year_belongs_to_its_december():
    frame = table({"period": "2023", "span": "year"})
    assert len(observations.slice_for(frame, "23", Month(2023, 12), 3)) == 1
    assert observations.slice_for(frame, "23", Month(2023, 11), 3).empty


@pytest.mark.parametrize(
    ("status", "note", "told"),
    [
        ("synthetic", "", True),
        ("reported", "", False),
        ("suppressed", "syntetisk uppgift", True),
        ("suppressed", "räknat om; syntetisk uppgift; visas inte", True),
        ("suppressed", "visas inte", False),
        ("reported", "en osyntetisk uppgift", False),
    ],
)
def test_a_figure_is_synthetic_by_its_status_or_by_its_label(status, note, told):
    row = {"status": status, "note": note}
    frame = pd.DataFrame([row])
    assert observations.is_synthetic(frame).tolist() == [told]
    assert observations.label_of(row) == (observations.SYNTHETIC if told else "")


def test_a_row_is_labelled_once():
    frame = pd.DataFrame({"status": "zero", "note": ["", "räknat om", "syntetisk uppgift", ""]})
    found = observations.labelled(frame, pd.Series([True, True, True, False]))
    assert found["note"].tolist() == [
        "syntetisk uppgift",
        "räknat om; syntetisk uppgift",
        "syntetisk uppgift",
        "",
    ]
