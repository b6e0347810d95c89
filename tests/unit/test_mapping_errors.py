"""What a mapping file may not say, and which rows of a table it cannot place."""

import re

import pytest

from vardlaget.catalogue import load_indicators
from vardlaget.errors import InputError
from vardlaget.sources import canonical
from vardlaget.sources.canonical import Catalogue
from vardlaget.sources.mappings import load_mappings
from vardlaget.sources.rows import Rows
from vardlaget.sources.tables import read_sheets

BASE = """\
id: prov
name: Ett prov
source: Provet
recognise:
  columns: [Enhet, Antal]
all:
  indicator: available_beds
  region: '23'
  unit: {column: Enhet}
  period: 2024-02
columns:
  - {header: Antal}
"""
LINES = """\
id: prov
name: Ett prov
source: Provet
recognise:
  columns: [Antal]
all: {region: '23', period: 2024-02}
columns:
  - {header: Antal}
lines:
  - text: Rubrik
  - text: Läkarbesök
    indicator: production.doctor_visits
    parts:
      - {text: Varav somatisk vård, care_type: somatic}
  - text: Operationer
    indicator: production.operations
  - text: Summa
    indicator: production.other_visits
    leave_out: räknas om
"""
PLACES = """\
id: prov
name: Ett prov
source: Provet
recognise:
  columns: [Plats, Antal]
places: Plats
all: {indicator: available_beds, period: 2024-02}
columns:
  - {header: Antal}
"""


@pytest.fixture
def catalogue(regions):
    return Catalogue(load_indicators(), regions)


@pytest.fixture
def load(tmp_path, catalogue):
    """The mapping of a text, written to a file."""

    def from_text(text):
        (tmp_path / "prov.yml").write_text(text, encoding="utf-8")
        [mapping] = load_mappings([tmp_path], catalogue)
        return mapping

    return from_text


@pytest.fixture
def read(load, tmp_path, catalogue):
    """Reads a table by a mapping: the observations, and the rows under check."""

    def by_mapping(mapping, table, name="prov.csv"):
        path = tmp_path / name
        path.write_text(table, encoding="utf-8")
        [sheet] = read_sheets(path, name)
        found = load(mapping)
        table = found.found_in(sheet)
        assert table is not None, found.lacking(sheet)
        rows = Rows(table)
        return canonical.checked(found.translated(table, rows), rows, catalogue), rows

    return by_mapping


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("name: Ett prov", "naem: Ett prov", 1, "name: Field required"),
        ("  columns: [Enhet, Antal]", "  colums: [Enhet]", 5, "columns: Field required"),
        ("available_beds", "available_bed", 7, "Did you mean 'available_beds'?"),
        ("region: '23'", "region: '99'", 8, "no such region"),
        ("  unit: {column: Enhet}", "  unit: {colum: Enhet}", 9, "Extra inputs are not permitted"),
        ("{column: Enhet}", "{column: Enhet, around: x}", 9, "give one of"),
        (
            "{column: Enhet}",
            "{column: Enhet, values: {A: b}, others: drop}",
            9,
            "'refuse' or 'keep'",
        ),
        ("{column: Enhet}", "{around: '('}", 9, "not a regular expression"),
        ("{column: Enhet}", "{around: '{month} {month}'}", 9, "not a regular expression"),
        ("  period: 2024-02\n", "", 7, "no period"),
        ("  region: '23'\n", "", 7, "no region"),
        ("  indicator: available_beds\n", "", 11, "no indicator"),
        ("- {header: Antal}", "- {header: Antal, span: week}", 12, "none of month, ytd"),
        ("- {header: Antal}", "- {header: Antal, months: x}", 12, "give one of: header, months"),
        ("- {header: Antal}", "- {field: value}", 12, "give one of: header, months"),
        ("- {header: Antal}", "- {header: Antal, field: mean}", 12, "'value', 'numerator'"),
        ("- {header: Antal}", "- {header: Antal, scale: 0}", 12, "greater than 0"),
        ("- {header: Antal}", "- {header: Antal}\n  - {header: Antal 2}", 13, "of the same figure"),
        ("id: prov", "id: Prov nr 1", 1, "should match pattern"),
        ("id: prov", "id: [prov", 2, "not valid YAML"),
    ],
)
def test_a_wrong_mapping_names_file_and_line(load, tmp_path, old, new, line, told):
    assert old in BASE
    with pytest.raises(InputError) as error:
        load(BASE.replace(old, new, 1))
    place = re.escape(str(tmp_path / "prov.yml"))
    assert re.match(rf"{place}, line {line}\b", str(error.value))
    assert "(value '')" not in str(error.value)
    assert told in str(error.value)


def test_an_unknown_indicator_of_a_part_and_of_a_value_is_told(load):
    part = LINES.replace("care_type: somatic", "indicator: production.besok")
    with pytest.raises(InputError, match=r"line 14, lines\.1\.parts\.0\.indicator"):
        load(part)
    value = BASE.replace(
        "indicator: available_beds", "indicator: {column: Enhet, values: {A: sangar}}"
    )
    with pytest.raises(InputError, match=r"line 7, all\.indicator: 'sangar'"):
        load(value)


def test_a_label_stands_once_under_one_line(load):
    twice = LINES.replace("- text: Summa", "- text: '- operationer.'")
    with pytest.raises(InputError, match=r"line 17, lines\.3\.text: the same text stands twice"):
        load(twice)


def test_an_id_stands_once(tmp_path, catalogue):
    for name in ("a.yml", "b.yaml"):
        (tmp_path / name).write_text(BASE, encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.yaml: the id 'prov' is that of .*a\.yml too"):
        load_mappings([tmp_path, tmp_path / "none"], catalogue)


def test_the_most_specific_mapping_comes_first(tmp_path, catalogue):
    more = BASE.replace("[Enhet, Antal]", "[Enhet, Antal, Dag]")
    around = BASE.replace("[Enhet, Antal]", "[Enhet, Antal]\n  around: sängar")
    for id_, text in (("a", BASE), ("b", around), ("c", more)):
        (tmp_path / f"{id_}.yml").write_text(text.replace("prov", id_, 1), encoding="utf-8")
    assert [m.id for m in load_mappings([tmp_path], catalogue)] == ["c", "b", "a"]


def codes(rows):
    return {row: refusal.code for row, refusal in rows.refused.items()}


@pytest.mark.parametrize(
    ("mapping", "table", "expected"),
    [
        # What stands below an unknown line is not taken for a part of the line above that.
        (
            LINES,
            "Rad;Antal\nLäkarbesök;1\nLäkarbesökk;2\n- Varav somatisk vård;3\nOperationer;4\n",
            {3: "unknown_line", 4: "unknown_line"},
        ),
        # An unknown part leaves the line above it as it is.
        (
            LINES,
            "Rad;Antal\nLäkarbesök;1\n- Varav tandvård;2\n- Varav somatisk vård;3\n",
            {3: "unknown_line"},
        ),
        # A part of another line.
        (LINES, "Rad;Antal\nOperationer;1\n- Varav somatisk vård;3\n", {3: "unknown_line"}),
        (LINES, "Rad;Antal\nRubrik;\nSumma;5\nOperationer;4\n", {3: "left_out"}),
        (LINES, "Rad;Antal\nRubrik;7\nOperationer;4\n", {2: "heading_with_figures"}),
        (LINES, "Rad;Antal\n;7\nOperationer;4\n", {2: "unknown_line"}),
        (LINES, "Rad;Antal\nOperationer;4;5\n", {2: "too_many_cells"}),
        (
            LINES,
            "Rad;Antal\nOperationer;4\nEn annan tabell;\nRad;Antal\nOperationer;9\n",
            {3: "second_table", 4: "second_table", 5: "second_table"},
        ),
        (
            PLACES,
            "Plats;Antal\nAlla regioner;9\nHalsan;1\nRegion Dalarna;2\nFalun;1\n",
            {3: "unknown_place"},
        ),
        # The units of a misspelt region are not those of the region above it.
        (
            PLACES,
            "Plats;Antal\nRegion Dalarna;9\nRegion Jämtlnad;2\nHälsan;1\nRegion Gotland;1\n",
            {3: "unknown_place", 4: "unknown_place"},
        ),
        (
            PLACES,
            "Plats;Antal\nHälsan;1\nDalarna;2\n;3\n",
            {2: "unknown_place", 4: "unknown_place"},
        ),
        (
            BASE.replace("{column: Enhet}", "{column: Enhet, values: {A: Alfa}}"),
            "Enhet;Antal\nA;1\nB;2\n",
            {3: "unknown_unit"},
        ),
        (BASE, "Enhet;Antal\nA;många\nB;2\n", {2: "not_a_number"}),
    ],
)
def test_a_row_that_cannot_be_placed_is_refused(read, mapping, table, expected):
    frame, rows = read(mapping, table)
    assert codes(rows) == expected
    assert len(frame) == len(rows.table.rows) - len(expected) - table.count("Rubrik;\n")


@pytest.mark.parametrize(
    ("title", "name", "told"),
    [
        ("Provtabell", "prov.csv", "nothing tells the period. Write the month"),
        ("januari 2024 och februari 2024", "prov.csv", "titles say more than one thing"),
    ],
)
def test_a_month_that_nothing_tells_stops_the_sheet(read, title, name, told):
    mapping = BASE.replace("period: 2024-02", "period: {around: '{month}'}")
    with pytest.raises(InputError, match=told):
        read(mapping, f"{title}\nEnhet;Antal\nA;1\nB;2\n", name)


@pytest.mark.parametrize(
    ("title", "name", "period"),
    [
        ("Januari 2024, uttag 2024-01-31", "prov.csv", "2024-01"),
        ("Månadsrapport 2024-02", "prov_2023-12.csv", "2024-02"),
        ("Provtabell", "prov_202312.csv", "2023-12"),
        ("År 2024 februari", "prov.csv", "2024-02"),
    ],
)
def test_the_month_is_told_by_the_titles_or_else_the_file(read, title, name, period):
    mapping = BASE.replace("period: 2024-02", "period: {around: '{month}'}")
    frame, _ = read(mapping, f"{title}\nEnhet;Antal\nA;1\nB;2\n", name)
    assert list(frame["period"]) == [period] * 2


@pytest.mark.parametrize(
    ("title", "name", "region"),
    [
        ("Region Jämtland Härjedalen", "prov.csv", "23"),
        ("Regionens sängar", "Jämtland_Härjedalen_sängar.csv", "23"),
        ("Regionens sängar", "vastra-gotaland.csv", "14"),
        ("Sängar i Region Kalmar län", "prov.csv", "08"),
    ],
)
def test_the_region_is_told_by_the_titles_or_else_the_file(read, title, name, region):
    mapping = BASE.replace("region: '23'", "region: {around: '{region}'}")
    frame, _ = read(mapping, f"{title}\nEnhet;Antal\nA;1\nB;2\n", name)
    assert list(frame["region"]) == [region] * 2


def test_year_and_month_in_columns_of_their_own(read):
    mapping = BASE.replace("period: 2024-02", "period: {columns: [År, Månad]}")
    frame, _ = read(mapping, "Enhet;År;Månad;Antal\nA;2024;1;5\nA;2024;februari;6\n")
    assert list(frame["period"]) == ["2024-01", "2024-02"]


def test_months_without_a_year_take_it_from_the_title(read):
    mapping = BASE.replace(
        "- {header: Antal}", "- {months: '{month_name}', year: {around: '(20[0-9]{2})'}}"
    ).replace("[Enhet, Antal]", "[Enhet]")
    frame, rows = read(mapping, "Vårdplatser 2024\nEnhet;jan;feb;Summa\nA;1;2;3\n")
    assert list(zip(frame["period"], frame["value"], strict=True)) == [
        ("2024-01", 1),
        ("2024-02", 2),
    ]
    assert [(w.code, w.column) for w in rows.warnings] == [("unused_column", "Summa")]


def test_one_month_in_two_columns_stops_the_sheet(read):
    mapping = BASE.replace("- {header: Antal}", "- {months: '{month}'}")
    mapping = mapping.replace("[Enhet, Antal]", "[Enhet]")
    with pytest.raises(InputError, match="'jan 2024' and '2024-01' are for one month"):
        read(mapping, "Enhet;jan 2024;2024-01\nA;1;2\n")


def test_amounts_are_scaled_digit_by_digit(read):
    mapping = BASE.replace("{header: Antal}", "{header: Antal, scale: 1e6, zero_is: missing}")
    frame, _ = read(mapping, "Enhet;Antal\nA;132,7\nB;0,0\nC;..\n")
    assert frame["value"].iloc[0] == 132_700_000
    assert list(frame["status"]) == ["reported", "missing", "missing"]
    assert list(frame["note"]) == ["", "källan skriver 0", ""]


@pytest.mark.parametrize(
    ("table", "lacking"),
    [
        ("Enhet;Summa\nA;1\n", ["Antal"]),
        ("Plats;Summa\nA;1\n", None),
        ("Enhet;Antal\nA;1\n", None),
    ],
)
def test_what_a_header_lacks_of_the_export_it_is_like(load, tmp_path, table, lacking):
    path = tmp_path / "prov.csv"
    path.write_text(table, encoding="utf-8")
    [sheet] = read_sheets(path, "prov.csv")
    assert load(BASE).lacking(sheet) == lacking


def test_two_exports_with_one_header_are_told_apart_by_the_texts_around(load, tmp_path):
    path = tmp_path / "prov.csv"
    path.write_text("Privata vårdgivare\nEnhet;Antal\nA;1\nB;2\n", encoding="utf-8")
    [sheet] = read_sheets(path, "prov.csv")
    around, not_around = (
        load(BASE.replace("Antal]", f"Antal]\n  {key}: privat")) for key in ("around", "not_around")
    )
    assert around.found_in(sheet) is not None
    assert not_around.found_in(sheet) is None
    assert load(BASE.replace("Antal]", "Antal]\n  around: offentlig")).lacking(sheet) == [
        "title, sheet or file name: offentlig"
    ]


def test_a_header_in_two_rows_with_merged_cells(read):
    mapping = BASE.replace("[Enhet, Antal]", "[Enhet, Utfall Antal]")
    mapping = mapping.replace("{header: Antal}", "{header: Utfall Antal}")
    frame, rows = read(mapping, ";Utfall;;Plan\nEnhet;Antal;Andel;Antal\nA;1;2;3\nB;4;5;6\n")
    assert list(frame["value"]) == [1, 4]
    assert [w.column for w in rows.warnings] == ["Utfall Andel", "Plan Antal"]
