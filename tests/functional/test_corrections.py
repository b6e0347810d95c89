"""corrections.csv: read beside all other input, its errors told with file, row and column."""

import pytest

from reading import read_parts
from vardlaget import observations, project
from vardlaget.sources import read_project

HEADER = "region,period,span,target,amount,reason,date,role\n"
ROW = "19,2023-02,ytd,income.purchased_care,7400000,Dubbelbokad faktura,2023-03-22,Controller\n"


@pytest.fixture
def house(tmp_path):
    return project.find(data=tmp_path)


@pytest.fixture
def read(house):
    def write_and_read(content, name="corrections.csv"):
        path = house.data / name
        path.write_text(content, encoding="utf-8")
        return read_parts(path, house)

    return write_and_read


def test_a_correction_is_an_observation_of_its_account(read):
    (part,) = read(HEADER + ROW)
    assert part.findings == ()
    assert (part.account.kind, part.account.used) == ("corrections", 1)
    row = part.frame.iloc[0]
    assert row["scenario"].startswith("correction.")
    assert row[["indicator", "region", "span", "period", "value", "note", "source"]].tolist() == [
        "income.purchased_care",
        "19",
        "ytd",
        "2023-02",
        7_400_000.0,
        "Dubbelbokad faktura",
        "2023-03-22, Controller",
    ]


def test_swedish_headers_names_and_numbers(read):
    (part,) = read(
        "Region;Månad;Post;Belopp;Skäl;Datum;Roll\n"
        "Västmanland;feb 2023;Köpt vård;−7 400 000,50;Dubbelbokad;2023-03-22;Controller\n"
    )
    row = part.frame.iloc[0]
    assert (row["indicator"], row["span"], row["value"]) == (
        "income.purchased_care",
        "ytd",
        -7_400_000.5,
    )


def test_two_corrections_of_one_account_are_both_kept(read):
    (part,) = read(HEADER + ROW + ROW.replace("7400000", "-100000").replace("Dubbel", "Fel"))
    assert part.frame["value"].tolist() == [7_400_000.0, -100_000.0]
    assert observations.contradictions(observations.combine([part.frame])).empty


def test_one_correction_with_two_amounts_is_a_contradiction(read):
    (part,) = read(HEADER + ROW + ROW.replace("7400000", "7500000"))
    assert len(observations.contradictions(part.frame)) == 2


WRONG = [
    ("income.purchased_care", "income.purchased_car", "target", "unknown_target"),
    ("income.purchased_care", "income.result", "target", "unknown_target"),
    ("income.purchased_care", "bed_occupancy", "target", "unknown_target"),
    ("7400000", "mycket", "amount", "not_amount"),
    ("7400000", "", "amount", "not_amount"),
    ("7400000", "..", "amount", "not_amount"),
    ("2023-03-22", "22 mars", "date", "not_date"),
    ("Dubbelbokad faktura", "", "reason", "no_reason"),
    ("Controller", "", "role", "no_role"),
    ("19,", "99,", "region", "unknown_region"),
    ("2023-02", "2023-13", "period", "not_a_period"),
    ("ytd", "kvartal", "span", "unknown_span"),
]


@pytest.mark.parametrize(("right", "wrong", "column", "code"), WRONG)
def test_a_wrong_row_is_set_aside_with_its_place(read, right, wrong, column, code):
    (part,) = read(HEADER + ROW + ROW.replace(right, wrong, 1))
    (finding,) = part.findings
    assert (finding.kind, finding.code, finding.row, finding.column) == (
        "set_aside",
        code,
        3,
        column,
    )
    assert finding.value == wrong.rstrip(",")
    assert (part.account.used, part.account.set_aside) == (1, 1)
    assert len(part.frame) == 1


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("region,period,target,amount,reason,date", "lacks role"),
        ("region,period,target,amount,reason,date,role,belopp", "twice, as 'amount'"),
        ("region,period,target,amount,reason,date,role,skatt", "column 'skatt': unknown"),
    ],
)
def test_a_wrong_header_refuses_the_file(read, header, told):
    (part,) = read(header + "\n" + ROW)
    (finding,) = part.findings
    assert finding.kind == "refused"
    assert told in finding.reason


def test_corrections_lie_beside_the_figures_in_a_reading(house):
    folder = house.data / "19"
    folder.mkdir()
    row = ROW.replace("2023-02", "2031-02")
    (folder / "corrections.csv").write_text(HEADER + row, encoding="utf-8")
    reading = read_project(house)
    assert reading.usable
    corrections = reading.frame[reading.frame["scenario"].str.startswith("correction.")]
    assert sorted(corrections["period"]) == ["2023-02", "2023-02", "2031-02"]
    assert "2031-02" not in observations.months_with_data(reading.frame, "19")
