"""The attachments as files: read back with other programs than those that wrote them."""

import csv
import json
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from vardlaget.pipeline import attachments

EVIL = '=HYPERLINK("http://x";A1)'
# How each type of a data package is written.
PATTERNS = {
    "string": r"(?s:.*)",
    "number": r"-?\d+(\.\d+)?",
    "integer": r"-?\d+",
    "boolean": "true|false",
}
ABOUT = {
    "publications": [{"name": "vardgaranti", "title": "Vårdgaranti"}],
    "parameters": {
        "region": "23",
        "region_name": "Region Jämtland Härjedalen",
        "slug": "jamtland-harjedalen",
        "month": "2024-02",
        "status": "utkast",
    },
    "built": "2024-03-01T00:00:00+00:00",
    "package": {"name": "vardlaget", "version": "0.1.0"},
}  # fmt: skip
FIGURE = {
    "indicator": "first_visit_90d",
    "region": "23",
    "unit": EVIL,
    "span": "month",
    "period": "2024-02",
    "scenario": "actual",
    "basis": "waiting",
    "exclusions": None,
    "numerator": None,
    "denominator": None,
    "value": 67.0,
    "text": "67\u00a0%",
    "status": "reported",
    "source": "Region Jämtland Härjedalen, rapport, rad 3",
    "synthetic": False,
}
TABLE = {
    "name": "besok",
    "columns": ["Enhet", "Andel", "@Antal", "Väntetid"],
    "rows": [[EVIL, 67.0, 1234567, 898], ["-1+cmd", "..", "x", "."], ["+46 63", 48.5, "–", 61]],
    "texts": [
        [EVIL, "67\u00a0%", "1\u00a0234\u00a0567", "14:58"],
        ["-1+cmd", "..", "x", "."],
        ["+46 63", "48,5\u00a0%", "–", "1:01"],
    ],
}
CELLS = {
    "vardgaranti": [
        {
            "figures": [
                FIGURE,
                FIGURE | {"value": 48.5, "text": "48,5\u00a0%"},
                FIGURE | {"value": 898, "text": "14:58"},
            ],
            "table": TABLE,
        },
        {"figures": [FIGURE], "table": None},
    ]
}


@pytest.fixture
def folder(tmp_path):
    attachments.write(tmp_path, CELLS, ABOUT, {"besok": "Första besök"})
    return tmp_path


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_all_attachments_are_written(folder):
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")}
    assert files == {"indicators.csv", "tables/besok.csv", "datapackage.json", "tabeller.xlsx"}


def test_csv_keeps_numbers_and_disarms_formulas(folder):
    head, *rows = read_csv(folder / "tables/besok.csv")
    assert head == ["Enhet", "Andel", "'@Antal", "Väntetid"]
    assert rows == [
        [f"'{EVIL}", "67", "1234567", "898"],
        ["'-1+cmd", "..", "x", "."],
        ["+46 63", "48.5", "–", "61"],
    ]
    head, *rows = read_csv(folder / "indicators.csv")
    assert tuple(head) == attachments.INDICATOR_COLUMNS
    assert {row[head.index("unit")] for row in rows} == {f"'{EVIL}"}
    assert {row[head.index("value")] for row in rows} == {"67", "48.5", "898"}


def test_the_workbook_holds_numbers_symbols_and_no_formula(folder):
    book = CalamineWorkbook.from_path(folder / "tabeller.xlsx")
    assert book.sheet_names == ["Innehåll", "Första besök"]
    contents = book.get_sheet_by_name("Innehåll").to_python()
    texts = [cell for row in contents for cell in row if cell]
    for text in ("Status: utkast", "Första besök", "Vårdgaranti", "Uppgift kan inte förekomma"):
        assert text in texts
    sheet = book.get_sheet_by_name("Första besök").to_python()
    assert sheet[0][0] == "Första besök"
    assert sheet[3] == TABLE["columns"]
    assert sheet[4][:3] == [EVIL, 67.0, 1234567]
    assert sheet[5] == ["-1+cmd", "..", "x", "."]
    assert sheet[6][1:3] == [48.5, "–"]
    with zipfile.ZipFile(folder / "tabeller.xlsx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any(re.search(r"<f[ >]", parts[name]) for name in parts if "/sheet" in name)
    assert "http://x" not in parts.get("xl/worksheets/_rels/sheet2.xml.rels", "")
    assert "#,##0.0&quot;\u00a0%&quot;" in parts["xl/styles.xml"]
    assert "[m]:ss" in parts["xl/styles.xml"]
    assert 'state="frozen"' in parts["xl/worksheets/sheet2.xml"]


def test_the_same_input_gives_the_same_bytes(folder, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")
    attachments.write(again, CELLS, ABOUT, {"besok": "Första besök"})
    for path in folder.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_the_data_package_has_what_its_profile_requires(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    assert package["sources"] == [{"title": "Region Jämtland Härjedalen, rapport"}]
    names = [resource["name"] for resource in package["resources"]]
    assert names == ["indicators", "besok"]
    for resource in package["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert resource["type"] == "table"
        assert resource["encoding"] == "utf-8"
        head, *rows = read_csv(folder / resource["path"])
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == head
        assert len(set(head)) == len(head)
        for number, field in enumerate(fields):
            cells = {row[number] for row in rows} - set(resource["schema"]["missingValues"])
            assert all(re.fullmatch(PATTERNS[field["type"]], cell) for cell in cells)
    types = [field["type"] for field in package["resources"][1]["schema"]["fields"]]
    assert types == ["string", "number", "integer", "integer"]
