"""What a waiting list may look like, what is set aside and why, and what never leaves it."""

import csv
import stat
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.sources.waiting_list import aggregate, columns_of, is_waiting_list

FEBRUARY = (Month(2024, 2),)
SWEDISH = "Län;Fas;Beslut_datum;Start datum;Avvikelsekod;Kön;Ålder;Personnummer"
# Of no living person.
PERSON = "19121212-1212"
GOOD = f"Jämtland;1;2024-01-05;2024-02-05;;K;44;{PERSON}"


@pytest.fixture
def read(tmp_path, regions):
    def write_and_read(content, name="lista.csv", encoding="utf-8", months=FEBRUARY):
        path = tmp_path / name
        if isinstance(content, pd.DataFrame):
            content.to_parquet(path)
        elif isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return aggregate(path, f"data:{name}", regions, months, tmp_path / "aside")

    return write_and_read


def patients(frame, **key):
    rows = frame[frame["indicator"].str.endswith("_patients")]
    for column, wanted in key.items():
        rows = rows[rows[column] == wanted]
    return rows["value"].tolist()


@pytest.mark.parametrize(
    "header",
    [
        ["region", "care_type", "referral_date", "start_date"],
        ["REGION", "Fas", "Beslut_datum", "extra"],
        ["län", "remissdatum", "avvikelsekod"],
    ],
)
def test_a_waiting_list_is_known_by_its_header(header):
    assert is_waiting_list(header)


@pytest.mark.parametrize(
    "header",
    [
        ["indicator", "region", "period", "value", "care_type"],
        ["region", "start_date", "care_type"],
        ["referral_date", "region"],
        [],
    ],
)
def test_other_files_are_not_waiting_lists(header):
    assert not is_waiting_list(header)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_separators_encodings_and_line_ends(read, separator, encoding, line_end):
    text = line_end.join([SWEDISH + ";Enhet", GOOD + ";Åre", ""]).replace(";", separator)
    assert patients(read(text, encoding=encoding).frame, unit="Åre") == [0, 1]


def test_windows_characters_and_quotes(read):
    text = 'region;fas;beslut_datum;enhet\n23;1;2024-01-05;"Norr – ""A"";\nöst"\n'
    frame = read(text, encoding="cp1252").frame
    assert patients(frame, unit='Norr – "A";\nöst') == [1]


@pytest.mark.parametrize("name", ["lista[1].csv", "it's *.csv", "vänta?.csv"])
def test_a_files_name_is_no_pattern(read, name):
    assert read(f"{SWEDISH}\n{GOOD}\n", name).account.read == 1


def test_the_header_alone_tells_the_columns(tmp_path):
    path = tmp_path / "lista.csv"
    path.write_bytes(f"{SWEDISH}\n".encode("cp1252") + b"\0\xff")
    assert columns_of(path, "lista.csv") == SWEDISH.split(";")
    pq.write_table(pa.table({"region": ["23"], "fas": ["1"]}), tmp_path / "lista.parquet")
    assert columns_of(tmp_path / "lista.parquet", "lista.parquet") == ["region", "fas"]


@pytest.mark.parametrize(
    "dates",
    [
        pa.array(["2024-01-05", None]),
        pa.array(["20240105", ""]),
        pa.array(["2024-01-05 13:45:00", None]),
        pa.array(["2024-01-05T13:45:00", None]),
        pa.array([date(2024, 1, 5), None]),
        pa.array(pd.to_datetime(["2024-01-05 23:59", None]), type=pa.timestamp("ns")),
        pa.array(pd.to_datetime(["2024-01-05 23:59", None]), type=pa.timestamp("ms")),
        pa.array([20240105, None], type=pa.int64()),
    ],
)
def test_dates_of_parquet_may_be_dates_times_or_text(read, dates):
    table = pa.table({"region": [23.0, 23.0], "fas": [1, 1], "beslut_datum": dates})
    found = read(table, "lista.parquet")
    assert (found.account.used, found.account.set_aside) == (1, 1)
    assert found.findings[0].code == "referral_date_missing"
    waited = found.frame[found.frame["indicator"] == "first_visit_median_wait"]
    assert waited["value"].tolist() == [55]


@pytest.mark.parametrize(
    ("written", "group"),
    [("0", "0-17"), ("17", "0-17"), ("18.0", "18-44"), ("64", "45-64"), ("79", "65-79"),
     ("80", "80+"), ("120", "80+")],
)  # fmt: skip
def test_ages_in_years(read, written, group):
    text = f"region,fas,beslut_datum,age\n23,1,2024-01-05,{written}\n"
    assert patients(read(text).frame, age_group=group) == [1]


@pytest.mark.parametrize("written", ["0–17 år", "0-17"])
def test_age_groups_come_before_ages(read, written):
    text = f"region,fas,beslut_datum,age,åldersgrupp\n23,1,2024-01-05,80,{written}\n"
    assert patients(read(text).frame, age_group="0-17") == [1]
    text = "region,fas,beslut_datum,åldersgrupp\n23,1,2024-01-05,80 år och äldre\n"
    assert patients(read(text).frame, age_group="80+") == [1]


WRONG = [
    ("referral_date_missing", "Beslut_datum", "23;1;;;;K;44"),
    ("referral_date_unreadable", "Beslut_datum", "23;1;5/1 2024;;;K;44"),
    ("referral_date_unreadable", "Beslut_datum", "23;1;2024-13-01;;;K;44"),
    ("referral_date_no_leap_year", "Beslut_datum", "23;1;2023-02-29;;;K;44"),
    ("referral_date_out_of_range", "Beslut_datum", "23;1;0024-02-05;;;K;44"),
    ("referral_date_out_of_range", "Beslut_datum", "23;1;1989-12-31;;;K;44"),
    ("referral_date_out_of_range", "Beslut_datum", "23;1;2101-01-01;;;K;44"),
    ("start_date_unreadable", "Start datum", "23;1;2024-01-05;snart;;K;44"),
    ("start_date_no_leap_year", "Start datum", "23;1;2022-01-05;20230229;;K;44"),
    ("start_date_out_of_range", "Start datum", "23;1;2024-01-05;0024-02-01;;K;44"),
    ("start_before_referral", "Start datum", "23;1;2024-02-05;2024-02-04;;K;44"),
    ("region_unknown", "Län", "99;1;2024-01-05;;;K;44"),
    ("region_unknown", "Län", "00;1;2024-01-05;;;K;44"),
    ("region_unknown", "Län", ";1;2024-01-05;;;K;44"),
    ("phase_unknown", "Fas", "23;besöka;2024-01-05;;;K;44"),
    ("phase_unknown", "Fas", "23;;2024-01-05;;;K;44"),
    ("phase_other", "Fas", "23;4;2024-01-05;;;K;44"),
    ("deviation_code_unknown", "Avvikelsekod", "23;1;2024-01-05;;VoV;K;44"),
    ("sex_unknown", "Kön", "23;1;2024-01-05;;;X;44"),
    ("age_impossible", "Ålder", "23;1;2024-01-05;;;K;-1"),
    ("age_impossible", "Ålder", "23;1;2024-01-05;;;K;121"),
    ("age_impossible", "Ålder", "23;1;2024-01-05;;;K;4x"),
]


@pytest.mark.parametrize(("code", "column", "row"), WRONG)
def test_a_wrong_row_is_set_aside_with_its_reason(read, tmp_path, code, column, row):
    found = read("\n".join([SWEDISH, GOOD, f"{row};{PERSON}", GOOD, ""]))
    account = found.account
    assert (account.read, account.used, account.set_aside) == (3, 2, 1)
    (finding,) = [finding for finding in found.findings if finding.kind == "set_aside"]
    assert (finding.code, finding.column, finding.row, finding.rows) == (code, column, 3, 1)
    assert patients(found.frame, sex="", age_group="") == [0, 2]
    (written,) = (tmp_path / "aside").iterdir()
    rows = list(csv.reader(written.open(encoding="utf-8")))
    assert rows[0] == ["row", "column", "code", "reason"]
    assert rows[1:] == [["3", column, code, finding.reason]]
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_reasons_are_counted_with_their_first_row(read):
    rows = [GOOD, *(f"{row};{PERSON}" for _, _, row in WRONG)] * 2
    found = read("\n".join([SWEDISH, *rows, ""]))
    assert found.account.set_aside == 2 * len(WRONG)
    aside = [finding for finding in found.findings if finding.kind == "set_aside"]
    assert sum(finding.rows for finding in aside) == 2 * len(WRONG)
    first = {code: 3 + place for place, (code, _, _) in reversed(list(enumerate(WRONG)))}
    assert {finding.code: finding.row for finding in aside} == first


def test_a_row_has_one_reason(read):
    found = read(f"{SWEDISH}\n99;9;;snart;9;X;-1;{PERSON}\n{GOOD}\n")
    assert found.findings[0].code == "referral_date_missing"
    assert found.account.set_aside == 1


def test_without_wrong_rows_no_file_is_left(read, tmp_path):
    read(f"{SWEDISH}\n99;1;2024-01-05;;;K;44;{PERSON}\n")
    assert len(list((tmp_path / "aside").iterdir())) == 1
    read(f"{SWEDISH}\n{GOOD}\n")
    assert list((tmp_path / "aside").iterdir()) == []


@pytest.mark.parametrize("months", [FEBRUARY, None])
def test_a_list_of_wrong_rows_gives_no_figures(read, months):
    found = read(f"{SWEDISH}\n23;1;;;;K;44;{PERSON}\n", months=months)
    assert found.frame.empty
    assert found.account.set_aside == 1


def test_a_list_without_anybody_waiting_is_warned_of(read):
    found = read(f"{SWEDISH}\n{GOOD}\n")
    assert [(f.kind, f.code, f.column) for f in found.findings] == [
        ("warning", "nobody_waiting", "Start datum")
    ]


def test_a_list_without_starts_tells_of_those_who_wait(read):
    found = read("region,fas,beslut_datum\n23,1,2024-01-05\n")
    assert set(found.frame["basis"]) == {"waiting"}
    assert found.findings == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("region,kön\n23,K\n", "lacks phase, referral_date"),
        (f"{SWEDISH};care_type\n{GOOD};1\n", "'Fas' and 'care_type' both mean phase"),
        (f"{SWEDISH}\n", "no rows below the header"),
        ("", "the first line is empty"),
        (f"{SWEDISH}\n{GOOD}\n23;1;2024", "row 3: not as many cells"),
        (f"{SWEDISH}\n{GOOD}\n{GOOD};1;2\n", "row 3: not as many cells"),
        (f'{SWEDISH}\n{GOOD}\n23;1;2024-01-05;;;"K;44;{PERSON}\n', "row 3"),
        (f"{SWEDISH}\n{GOOD}\n\0".encode(), "NUL bytes"),
        (SWEDISH.encode("utf-16"), "NUL bytes"),
        (f"{SWEDISH}\n{GOOD}\n".encode() + b"\x81\n", "neither UTF-8 nor Windows-1252"),
        (bytes(range(1, 256)) * 9, "lacks region"),
    ],
)
def test_a_file_that_is_no_waiting_list_is_refused(read, content, told):
    with pytest.raises(InputError, match=told) as raised:
        read(content)
    assert str(raised.value).startswith("data:lista.csv")
    assert PERSON not in str(raised.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"lista\.csv: cannot be read"):
        columns_of(tmp_path / "lista.csv", "lista.csv")


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
def test_a_cut_parquet_file_is_refused(read, part):
    rows = {"region": ["23"] * 999, "fas": ["1"] * 999, "beslut_datum": ["2024-01-05"] * 999}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(rows), sink)
    data = sink.getvalue().to_pybytes()
    with pytest.raises(InputError, match=r"data:lista\.parquet: not a readable Parquet file"):
        read(data[: int(part * len(data))], "lista.parquet")
    middle = data[:20] + b"\xff" * 30 + data[50:]
    with pytest.raises(InputError, match=r"data:lista\.parquet: not a readable Parquet file"):
        read(middle, "lista.parquet")


@pytest.mark.parametrize("number", [PERSON, "191212121212", "121212+1212"])
def test_a_breakdown_by_person_is_refused(read, number):
    text = f"region,fas,beslut_datum,enhet\n23,1,2024-01-05,{number}\n"
    with pytest.raises(InputError, match="personal identity numbers") as raised:
        read(text)
    assert number not in str(raised.value)


def test_a_breakdown_of_too_many_values_is_refused(read):
    rows = pd.DataFrame({"enhet": [f"enhet {n}" for n in range(5001)]})
    rows = rows.assign(region="23", fas="1", beslut_datum="2024-01-05")
    with pytest.raises(InputError, match="column 'enhet': too many different values"):
        read(rows, "lista.parquet")


def test_many_units_are_coded_as_few_are(read):
    rows = pd.DataFrame({"enhet": [f"enhet {n % 150}" for n in range(450)]})
    rows = rows.assign(region="23", fas="1", beslut_datum="2024-01-05")
    frame = read(rows, "lista.parquet").frame
    units = frame[(frame["unit"] != "") & (frame["indicator"] == "first_visit_patients")]
    assert sorted(units["unit"]) == sorted({f"enhet {n}" for n in range(150)})
    assert set(units["value"]) == {3}


def test_nothing_personal_is_in_what_comes_out(read, tmp_path):
    wrong = [f"{row};{PERSON}" for _, _, row in WRONG]
    found = read("\n".join([SWEDISH, GOOD, *wrong, ""]))
    told = found.frame.to_csv() + str(found.findings) + str(found.account)
    told += "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "aside").iterdir())
    for secret in (PERSON, "2024-01-05", "2023-02-29", "snart", "VoV"):
        assert secret not in told
