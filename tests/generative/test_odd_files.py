"""A file cut or changed anywhere: what is used is what stood there, and the rest is told."""

import csv
import io

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import ROOT
from reading import read_parts
from vardlaget import project

SETTINGS = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEAD = ["indicator", "region", "unit", "period", "value"]
ROWS = [
    ["available_beds", "23", "Närvård Åre", f"2024-{n:02d}", str(100 * n + n)] for n in range(1, 10)
]
FIGURES = {(unit, period, float(value)) for _, _, unit, period, value in ROWS}
CSV = "".join(",".join(row) + "\n" for row in [HEAD, *ROWS]).encode()


def parquet() -> bytes:
    return pd.DataFrame(ROWS, columns=HEAD).astype({"value": "float64"}).to_parquet()


def workbook() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEAD, *ROWS]):
            sheet.write_row(number, 0, row)
    return data.getvalue()


FILES = {
    "a.csv": CSV,
    "a.json": pd.DataFrame(ROWS, columns=HEAD).to_json(orient="records").encode(),
    "a.parquet": parquet(),
    "a.xlsx": workbook(),
}
BINARY = st.sampled_from(["a.parquet", "a.xlsx"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return project.find(ROOT, data=tmp_path_factory.mktemp("data"))


def read(house, name, content):
    """What a file gives: its figures, its account (None if it is refused) and the codes told."""
    path = house.data / name
    path.write_bytes(content)
    (part,) = read_parts(path, house)
    figures = set(part.frame[["unit", "period", "value"]].itertuples(index=False, name=None))
    assert part.account or [f.kind for f in part.findings] == ["refused"]
    if part.account:
        assert part.account.set_aside == len(part.set_aside)
        assert part.account.used >= len(figures)
    return figures, part.account, {finding.code for finding in part.findings}


@SETTINGS
@given(cut=st.integers(1, len(CSV) - 1))
@example(cut=len(CSV) - 1)
def test_a_cut_csv_file_gives_whole_rows_and_says_so(cut, house):
    figures, account, codes = read(house, "a.csv", CSV[:cut])
    whole = CSV[:cut].count(b"\n") - 1
    ended = CSV[:cut].endswith(b"\n")
    sure = {(row[2], row[3], float(row[4])) for row in ROWS[: max(whole, 0)]}
    assert sure <= figures or account is None
    if not ended:
        assert codes & {"cut_row", "no_line_end", "not_read"}
    if "no_line_end" not in codes:
        assert figures <= FIGURES


@SETTINGS
@given(name=st.sampled_from(["a.json", "a.parquet", "a.xlsx"]), part=st.floats(0, 0.999))
def test_other_files_are_refused_when_they_are_cut(name, part, house):
    content = FILES[name]
    figures, account, _ = read(house, name, content[: int(part * len(content))])
    assert (figures, account) == (set(), None)


@SETTINGS
@given(name=BINARY, place=st.floats(0, 0.999), data=st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused(name, place, data, house):
    content = FILES[name]
    at = int(place * len(content))
    read(house, name, content[:at] + data + content[at + len(data) :])


@SETTINGS
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    column=st.integers(0, 4),
    row=st.integers(0, len(ROWS) - 1),
)
def test_what_stands_in_a_cell_changes_no_other_row(text, column, row, house):
    rows = [[*cells] for cells in ROWS]
    rows[row][column] = text
    content = io.StringIO()
    csv.writer(content).writerows([HEAD, *rows])
    figures, account, _ = read(house, "b.csv", content.getvalue().encode())
    others = FIGURES - {(ROWS[row][2], ROWS[row][3], float(ROWS[row][4]))}
    assert others <= figures
    assert (account.read, account.used + account.set_aside) == (len(ROWS), len(ROWS))
    assert len(figures) <= len(ROWS)
