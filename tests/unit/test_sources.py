"""Files that hold observations: the kinds and forms that are read, and what becomes of them."""

import io
import zipfile
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from reading import read_strictly as read_file
from vardlaget.observations import is_synthetic
from vardlaget.sources import data_files, read_project

ROWS = [
    ["indicator", "region", "unit", "period", "value"],
    ["phone_same_day", "Jämtland", "Närvård Åre", "2024-01", "88.3"],
    ["available_beds", "19", "", "2024-01", "1523.5"],
]
READ = [
    ("phone_same_day", "23", "Närvård Åre", "2024-01", 88.3, "reported"),
    ("available_beds", "19", "", "2024-01", 1523.5, "reported"),
]
# What stands in a synthetic table's cells, and the status of those without a number.
CELLS = ("3;4;", "0;0;", ";;–", ";;x", ";;..", ";;.")
SYMBOLS_READ = ["zero", "zero", "suppressed", "missing", "not_applicable"]
SHOWN = ["indicator", "region", "unit", "period", "value", "status"]


def csv_text(separator=",", rows=ROWS):
    return "\n".join(separator.join(row) for row in rows) + "\n"


def shown(frame):
    return list(frame[SHOWN].itertuples(index=False, name=None))


def xlsx(rows, sheet="xl/worksheets/sheet1.xml"):
    """A workbook with one sheet; numbers are number cells, texts are text cells."""

    def cell(value):
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        sheet: f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_the_encodings_and_separators_of_daily_life(encoding, separator, read):
    assert shown(read(csv_text(separator), encoding=encoding)) == READ


@pytest.mark.parametrize("value", ["1523,5", "1 523,5", "1\u00a0523,5", "1523.50"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_and_thousands(value, separator, read):
    rows = [ROWS[0], [*ROWS[1][:4], "88,3 %"], [*ROWS[2][:4], value]]
    assert shown(read(csv_text(separator, rows))) == READ


def test_a_title_with_a_comma_does_not_hide_the_semicolons(read):
    lines = ["Telefontillgänglighet, januari", *csv_text(";").splitlines()[:1]]
    lines += ["phone_same_day;Jämtland;Närvård Åre;2024-01;88,3"]
    assert shown(read("\n".join(lines) + "\n")) == READ[:1]


def test_decimal_commas_in_every_line_are_no_separators(read):
    text = "indicator;region;period;value\n" + "available_beds;19;2024-01;1523,5\n" * 1
    frame = read("Vårdplatser, antal\n\n" + text)
    assert frame["value"].tolist() == [1523.5]


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\n\n"])
def test_line_ends_and_empty_rows_do_not_matter(line_end, read):
    assert shown(read(csv_text().replace("\n", line_end))) == READ


def test_a_quoted_cell_may_hold_the_separator(read):
    frame = read('indicator,region,unit,period,value\navailable_beds,19,"A, B",2024-01,"5,5"\n')
    assert shown(frame) == [("available_beds", "19", "A, B", "2024-01", 5.5, "reported")]


def test_the_first_sheet_of_a_workbook(read):
    rows = [ROWS[0], [*ROWS[1][:4], 88.3], ["available_beds", 19, "", "2024-01", 1523.5]]
    frame = read(xlsx(rows), "fil.xlsx")
    assert shown(frame) == READ
    assert frame["source"].tolist() == [
        "data:fil.xlsx, blad 'Blad1', rad 2",
        "data:fil.xlsx, blad 'Blad1', rad 3",
    ]


def test_parquet_with_numbers_as_numbers(read):
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0]).astype({"value": "float64"})
    assert shown(read(frame, "fil.parquet")) == READ


# Was wrong once: pandas' own missing value is read as the text <NA>.
def test_parquet_with_nullable_columns(read):
    rows = [[*row[:2], row[2] or None, *row[3:]] for row in ROWS[1:]]
    frame = pd.DataFrame(rows, columns=ROWS[0]).astype({"value": "float64"}).convert_dtypes()
    assert shown(read(frame, "fil.parquet")) == READ


def test_what_is_left_out_has_its_default(read):
    row = read("indicator,region,period,value\nphone_same_day,23,2024-01,89\n").iloc[0]
    assert (row["span"], row["scenario"], row["status"]) == ("month", "actual", "reported")
    assert (row["basis"], row["sex"], row["note"]) == ("", "", "")


def test_a_row_keeps_its_own_source_or_gets_its_file_and_row(read):
    text = "indicator,region,period,value,source\nsick_leave,23,2024-01,5,SCB\n"
    frame = read(text + "\nsick_leave,23,2024-02,5,\n")
    assert frame["source"].tolist() == ["SCB", "data:fil.csv, rad 4"]


# numerator, denominator, value, status in the file → value and status read
SHARES = [
    ("1", "4", "", "", 25, "reported"),
    ("1", "3", "33", "", 33, "reported"),  # printed with less precision than computed
    ("0", "7", "", "", 0, "reported"),
    ("0", "0", "", "", None, "zero"),
    ("0", "0", "–", "", 0, "zero"),
    ("1", "4", "", "reported", 25, "reported"),
    ("1", "4", "", "synthetic", 25, "synthetic"),
    # Was wrong once: set aside for want of a value.
    ("1", "4", "", "preliminary", 25, "preliminary"),
    ("0", "0", "", "preliminary", None, "zero"),
    ("0", "0", "0", "preliminary", None, "zero"),
    ("1", "4", "", "missing", None, "missing"),
    ("", "", "..", "", None, "missing"),
    ("", "", "x", "", None, "suppressed"),
    ("", "", ".", "not_applicable", None, "not_applicable"),
    ("", "", "", "", None, "missing"),
    ("", "", "70", "preliminary", 70, "preliminary"),
    # Was wrong once: read as `missing`; why there is no share is lost.
    ("x", "x", "", "", None, "suppressed"),
]


@pytest.mark.parametrize(("numerator", "denominator", "value", "status", "got", "why"), SHARES)
def test_value_and_status(numerator, denominator, value, status, got, why, read):
    row = read(
        "indicator;region;period;numerator;denominator;value;status\n"
        f"phone_same_day;23;2024-01;{numerator};{denominator};{value};{status}\n"
    ).iloc[0]
    assert (None if pd.isna(row["value"]) else row["value"], row["status"]) == (got, why)


# A label that only numbers had would tell that a hidden figure is one, and not nothing.
def test_all_that_a_synthetic_table_says_of_a_region_is_labelled(read):
    rows = ["Syntetiska uppgifter", "indicator;region;period;numerator;denominator;value"]
    rows += [f"phone_same_day;23;2024-0{n};{cells}" for n, cells in enumerate(CELLS, start=1)]
    frame = read("\n".join(rows) + "\n")
    assert frame["status"].tolist() == ["synthetic", *SYMBOLS_READ]
    assert is_synthetic(frame).all()


def test_a_synthetic_region_of_a_table_says_nothing_of_another(read):
    head = "indicator;region;period;value;status;note\n"
    rows = ["23;2024-01;80;synthetic;", "23;2024-02;–;zero;räknat om", "22;2024-01;x;suppressed;"]
    frame = read(head + "\n".join(f"phone_same_day;{row}" for row in rows) + "\n")
    told = dict(zip(frame["region"] + frame["period"], is_synthetic(frame), strict=True))
    assert told == {"222024-01": False, "232024-01": True, "232024-02": True}
    assert "räknat om; syntetisk uppgift" in set(frame["note"])


def test_only_a_share_gets_its_value_from_counts(read):
    head = "indicator,region,period,numerator,denominator,value\n"
    row = read(head + "available_beds,23,2024-01,1,4,\n").iloc[0]
    assert (row["status"], row["numerator"]) == ("missing", 1)


def test_hidden_and_lock_files_and_readmes_are_passed_over(house):
    for name in (".dold.csv", "~$fil.xlsx", "README.md", "readme.txt", "b.CSV", "under/a.csv"):
        path = house.data / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(csv_text(), encoding="utf-8")
    assert [p.name for p in data_files(house.data)] == ["b.CSV", "a.csv"]
    assert data_files(house.data / "saknas") == []


@pytest.mark.parametrize("name", ["fil.docx", "fil.xls", "fil", "fil.csv.bak"])
def test_a_file_of_another_kind_is_told(name, house):
    (house.data / name).write_text("x")
    reading = read_project(house)
    assert [str(f) for f in reading.findings if f.file.endswith(name)] == [
        f"data:{name}: not a kind of file that is read "
        "(.csv, .json, .parquet, .tsv, .txt, .xlsx). Move it out of the folder."
    ]
    assert not reading.usable


def test_a_project_is_its_published_figures_and_the_analysts_own(house, published):
    path = house.data / "egen.csv"
    path.write_text(csv_text(), encoding="utf-8")
    reading = read_project(house)
    assert path in reading.files
    assert len(reading.frame) == len(published) + len(read_file(path, house))
