"""The attachments of real editions: what they describe is there, and is as they describe it."""

import csv
import json
import re

import pytest
from python_calamine import CalamineWorkbook

NUMBER = {"integer": re.compile(r"-?\d+"), "number": re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")}


@pytest.fixture
def package(edition) -> dict:
    return json.loads((edition.folder / "datapackage.json").read_text(encoding="utf-8"))


def rows_of(edition, resource) -> list[list[str]]:
    with (edition.folder / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_csv_file_is_described(edition, package):
    files = {p.relative_to(edition.folder).as_posix() for p in edition.folder.rglob("*.csv")}
    assert {resource["path"] for resource in package["resources"]} == files
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in names)


def test_columns_are_of_the_types_that_are_told(edition, package):
    for resource in package["resources"]:
        head, *rows = rows_of(edition, resource)
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == head
        assert len(set(head)) == len(head), resource["path"]
        missing = set(resource["schema"]["missingValues"])
        for number, field in enumerate(fields):
            if field["type"] in NUMBER:
                told = {row[number] for row in rows} - missing
                wrong = {cell for cell in told if not NUMBER[field["type"]].fullmatch(cell)}
                assert not wrong, (resource["path"], field["name"])


def test_every_table_has_a_title_and_a_sheet_with_its_numbers(edition, package):
    tables = package["resources"][1:]
    book = CalamineWorkbook.from_path(edition.folder / "tabeller.xlsx")
    assert len(book.sheet_names) == len(tables) + 1
    for resource, name in zip(tables, book.sheet_names[1:], strict=True):
        sheet = book.get_sheet_by_name(name).to_python()
        assert sheet[0][0] == resource["title"]
        assert resource["title"] != resource["name"]
        head, *rows = rows_of(edition, resource)
        assert sheet[3][: len(head)] == head
        for row, shown in zip(rows, sheet[4:], strict=False):
            assert [bool(cell) for cell in row] == [cell != "" for cell in shown[: len(row)]]
