"""What an analyst's file may have wrong: the error names file, row, column, value and remedy."""

import pandas as pd
import pytest

from vardlaget.errors import InputError
from vardlaget.sources.findings import Finding

HEAD = "indicator,region,span,period,numerator,denominator,value,status\n"
GOOD = "phone_same_day,23,month,2024-01,,,89,\n"

# the row that follows a good one, and what the error says after `data:fil.csv, row 3, `
CELL_ERRORS = [
    ("phone_same,23,month,2024-01,,,89,", "column 'indicator', value 'phone_same': .*no such ind"),
    ("phone_same_day,Småland,month,2024-01,,,89,", "column 'region', value 'Småland': .*04 sorml"),
    ("phone_same_day,23,vecka,2024-01,,,89,", "column 'span', value 'vecka': .*month, ytd, r12"),
    ("phone_same_day,23,month,2024-13,,,89,", "column 'period', value '2024-13': .*as 2024-02"),
    ("phone_same_day,23,month,2024,,,89,", "column 'period', value '2024': .*a month such as"),
    ("phone_same_day,23,year,2024-01,,,89,", "column 'period', value '2024-01': .*such as 2024"),
    ("phone_same_day,23,point,2024-01,,,89,", "column 'period', value '2024-01': .*2024-02-29"),
    ("phone_same_day,23,month,,,,89,", "column 'period', value '': not a period"),
    ("phone_same_day,23,month,2024-01,,,många,", "column 'value', value 'många': not a number"),
    ("phone_same_day,23,month,2024-01,en,,89,", "column 'numerator', value 'en': not a number"),
    ('phone_same_day,23,month,2024-01,,,"1,234.5",', "column 'value', value '1,234.5': not a"),
    ("phone_same_day,23,month,2024-01,,,89,okänd", "column 'status', value 'okänd': .*reported"),
    ("phone_same_day,23,month,2024-01,,,x,missing", "column 'status', value 'missing': .*differ"),
    ("phone_same_day,23,month,2024-01,,,101,", "column 'value', .*outside 0–100"),
    ("phone_same_day,23,month,2024-01,,,−1,", "column 'value', .*outside 0–100"),
    ("phone_same_day,23,month,2024-01,5,3,60,", "column 'numerator', .*larger than the denom"),
    ("phone_same_day,23,month,2024-01,5,0,,", "column 'numerator', .*larger than the denom"),
    ("phone_same_day,23,month,2024-01,1,3,50,", "column 'value', .*not what numerator and denom"),
    ("phone_same_day,23,month,2024-01,,,89,missing", "column 'value', .*despite its status"),
    ("phone_same_day,23,month,2024-01,,,,reported", "column 'value', .*no value despite"),
    (
        "phone_same_day,23,month,2024-01,5,,,preliminary",
        "column .value.*Write it, or both counts of",
    ),
    (
        "available_beds,23,month,2024-01,1,4,,preliminary",
        "column .value.*write one of – .. . x for",
    ),
    ("phone_same_day,23,month,2024-01,,,89,,mer", "9 cells where the header has 8.*separators"),
]


@pytest.mark.parametrize(("row", "message"), CELL_ERRORS)
def test_an_error_in_a_cell_names_row_column_and_value(row, message, read):
    with pytest.raises(InputError, match=r"^data:fil\.csv, row 3(, |: )" + message):
        read(HEAD + GOOD + row + "\n")


FILE_ERRORS = [
    ("indicatr,region,period,value\na,b,c,1\n", r"row 1, column 'indicatr'.*'indicator'\?"),
    ("indicator,region,period,value,färg\na,b,c,1,d\n", "column 'färg': unknown.*Known: indicator"),
    ("indicator,region,value\na,b,1\n", "row 1: the header lacks period"),
    ("indicator,region,period\na,b,c\n", "row 1: the header lacks value"),
    ("region,period,value,value\na,b,c,1\n", "row 1, column 'value': the header has it twice"),
    (HEAD, "no rows below the header.*Fill it"),
    ("", "the file is empty"),
    ("\n \n\n", "the file is empty"),
    (b"indicator\0region", "NUL bytes.*Export it again"),
    (HEAD.encode("utf-16"), "NUL bytes"),
    (b"\x81\x8d\x8f", "neither UTF-8 nor Windows-1252"),
    (HEAD + '"phone,23\n', "not a readable CSV file"),
    (HEAD + "a" * 140_000, "not a readable CSV file"),
]


@pytest.mark.parametrize(("content", "message"), FILE_ERRORS)
def test_an_error_in_a_file_names_it(content, message, read):
    with pytest.raises(InputError, match=r"(?s)^data:fil\.csv.*" + message):
        read(content)


@pytest.mark.parametrize("content", [b"", b"ingen bok", b"PK\x03\x04trasig", b"PAR1xxxxPAR1"])
@pytest.mark.parametrize(("name", "kind"), [("a.xlsx", "Excel workbook"), ("a.parquet", "Parquet")])
def test_a_broken_workbook_or_parquet_file_is_told_by_its_name(content, name, kind, read):
    with pytest.raises(InputError, match=rf"^data:{name}: not a readable {kind}"):
        read(content, name)


def parquet(**changed):
    row = {"indicator": "phone_same_day", "region": "23", "period": "2024-01", "value": 89.0}
    return pd.DataFrame([row, row | changed])


def test_an_error_in_a_parquet_file_names_its_row(read):
    with pytest.raises(InputError, match=r"row 3, column 'period', value 'januari'"):
        read(parquet(period="januari"), "a.parquet")


# Was wrong once: the frame's own index was taken for the place in the file.
@pytest.mark.parametrize("index", [[7, 8], ["a", "b"], [1, 0]])
def test_a_parquet_files_index_is_not_its_row_number(index, read):
    frame = parquet(period="januari").set_index(pd.Index(index))
    with pytest.raises(InputError, match=r"row 3, column 'period', value 'januari'"):
        read(frame, "a.parquet")


# Was wrong once: the value is shown as Python holds it, np.float64(101.0), not as the file has it.
@pytest.mark.parametrize("value", ["101", "101,0 %"])
def test_an_error_shows_the_value_as_the_file_has_it(value, read):
    with pytest.raises(InputError, match=f"value '{value}'"):
        read(f"indicator;region;period;value\nphone_same_day;23;2024-01;{value}\n")


# Was wrong once: tells of a value 166.67 that stands nowhere in the file.
def test_counts_that_give_no_share_are_told_as_counts(read):
    with pytest.raises(InputError, match=r"column 'numerator'.*larger than the denominator"):
        read(HEAD + "phone_same_day,23,month,2024-01,5,3,,\n")


# Was wrong once: accepted, and then shown as –: the value is lost.
@pytest.mark.parametrize("value", ["89", "-1"])
def test_the_status_zero_is_only_for_zero(value, read):
    with pytest.raises(InputError, match=r"row 2, column 'value'.*status"):
        read(HEAD + f"available_beds,23,month,2024-01,,,{value},zero\n")


# Was wrong once: accepted.
@pytest.mark.parametrize("day", ["2024-02-31", "2023-02-29", "2024-13-01", "2024-00-10"])
def test_a_point_in_time_is_a_day_of_the_calendar(day, read):
    with pytest.raises(InputError, match=f"row 2, column 'period', value '{day}'"):
        read(HEAD + f"available_beds,23,point,{day},,,5,\n")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({"file": "a.csv"}, "a.csv"),
        ({"file": "a.xlsx", "sheet": "Blad1", "row": 3}, "a.xlsx, sheet 'Blad1', row 3"),
        (
            {"file": "a.csv", "row": 3, "column": "value", "value": "x"},
            "a.csv, row 3, column 'value', value 'x'",
        ),
        (
            {"file": "a.csv", "row": 3, "column": "value"},
            "a.csv, row 3, column 'value', value ''",
        ),
    ],
)
def test_a_finding_tells_its_place(place, text):
    assert str(Finding("set_aside", "code", "wrong", **place)) == f"{text}: wrong."


def test_a_long_value_is_cut():
    assert len(str(Finding("set_aside", "code", "", file="a.csv", value="å" * 5000))) < 80
