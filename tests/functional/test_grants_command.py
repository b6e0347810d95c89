"""`vardlaget grants`: the rows, the formats, agreements of the data folder, bad input."""

import csv
import io
import json
import re

import pytest

from conftest import ROOT
from vardlaget import project
from vardlaget.errors import InputError
from vardlaget.grants_command import listing

COLUMNS = ["agreement", "part", "month", "measure", "region"]
COLUMNS += ["key_share", "entitled", "status", "earned"]
EXAMPLE = re.search(
    r"```yaml\n(.*?)```", (ROOT / "docs" / "agreements.md").read_text("utf-8"), re.DOTALL
)[1]
FIGURES = """\
indicator,region,unit,period,basis,numerator,denominator,value
first_visit_90d,22,,2024-02,waiting,700,1000,
first_visit_90d,22,,2023-02,waiting,690,1000,
medical_assessment_3d,22,,2024-02,completed,,,80
medical_assessment_3d,22,,2023-02,completed,,,81
first_visit_90d,23,,2024-02,waiting,,,71
first_visit_90d,23,,2023-02,waiting,,,70
first_visit_90d,24,,2024-02,waiting,,,60
first_visit_90d,24,,2023-02,waiting,,,61
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "exempel.yml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "siffror.csv").write_text(FIGURES, encoding="utf-8")
    return tmp_path


def rows(done) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_amounts_of_jamtland_harjedalen_2024(vardlaget):
    asked = ("--agreement", "tillganglighet-2024", "--region", "23", "--format", "csv")
    found = rows(vardlaget(ROOT, "grants", *asked))
    assert list(found[0]) == COLUMNS
    assert found[0] == {
        "agreement": "tillganglighet-2024",
        "part": "payment_1",
        "month": "",
        "measure": "",
        "region": "23",
        "key_share": "1.254688",
        "entitled": "15024892",
        "status": "unconditional",
        "earned": "15024892",
    }
    cap = [row for row in found if row["part"] == "cap_performance"]
    assert (len(cap), sum(int(row["entitled"]) for row in cap)) == (33, 5_456_340)
    assert {(row["status"], row["earned"]) for row in cap} == {("unknown", "")}


def test_all_regions_get_the_pot_together():
    made = listing(project.find(ROOT), "tillganglighet-2022", None, None, "csv")
    found = list(csv.DictReader(io.StringIO(made.text)))
    assert len({row["region"] for row in found}) == 21
    assert sum(int(row["entitled"]) for row in found) == 443_400_000 + 2_512_600_000


def test_unknown_is_two_points_in_a_table_and_null_in_json(vardlaget):
    asked = ("grants", "--agreement", "tillganglighet-2023", "--region", "västmanland")
    table = vardlaget(ROOT, *asked, "--month", "2023-02")
    header, first, *_ = table.stdout.splitlines()
    assert header.split() == COLUMNS
    assert first.split()[-3:] == ["..", "unknown", ".."]
    assert "Ej verifierat: " in table.stderr
    made = listing(project.find(ROOT), "tillganglighet-2023", "19", "2023-02", "json")
    data = json.loads(made.text)
    assert list(data[0]) == COLUMNS
    assert (data[0]["entitled"], data[0]["earned"]) == (None, None)


# region, measure, status and earned in February, from the figures above
JUDGED = [
    ("22", "first_visit_90d", "met", True),
    ("22", "medical_assessment_3d", "not_met", False),
    ("24", "first_visit_90d", "not_met", False),
    ("24", "medical_assessment_3d", "unknown", None),
    ("01", "first_visit_90d", "unknown", None),
    # Its own published figures are beside these, and say something else.
    ("23", "first_visit_90d", "unknown", None),
]


def judged(folder, month=None) -> list[dict]:
    made = listing(project.find(ROOT, data=folder), "exempel-2024", None, month, "csv")
    return list(csv.DictReader(io.StringIO(made.text)))


def test_an_agreement_of_the_data_folder_is_judged_by_its_figures(folder, vardlaget):
    asked = ("--agreement", "exempel-2024", "--data", folder, "--format", "csv")
    found = {
        (r["region"], r["month"], r["measure"]): r for r in rows(vardlaget(ROOT, "grants", *asked))
    }
    for region, measure, status, earned in JUDGED:
        row = found[region, "2024-02", measure]
        assert row["status"] == status
        assert row["earned"] == {True: row["entitled"], False: "0", None: ""}[earned]
    assert found["23", "2024-03", ""]["status"] == "unconditional"


def test_what_comes_after_the_month_is_open(folder):
    assert {r["status"] for r in judged(folder, "2024-01") if r["month"] == "2024-02"} == {"open"}


def test_without_figures_it_is_unknown(folder):
    (folder / "siffror.csv").unlink()
    found = [r for r in judged(folder) if r["measure"] and r["region"] not in ("23", "19")]
    assert {(r["status"], r["earned"]) for r in found} == {("unknown", "")}


# what is replaced in the example, with what, and what the error says
BAD_FILES = [
    ("total: 1000000 ", "total: 1000001 ", "exempel.yml, line 6, total: the parts add up to"),
    ("months: [2024-02,", "months: [2023-02,", "not in 2024, the agreement's year"),
    ("first_visit_90d", "first_visit_9d", "no such indicator in the catalogue"),
    ("id: exempel-2024", "id: tillganglighet-2024", "the id 'tillganglighet-2024' is that of"),
    ("sources: [SKR,", "sources: [[SKR,", "not valid YAML"),
    (
        "key: {age_group: total, date: 2023-11-01}",
        "key: {age_group: total, date: 2019-11-01}",
        "no population of region 01, age group total, on 2019-11-01, which part 'base'",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), BAD_FILES)
def test_a_bad_agreement_is_told(old, new, message, folder):
    assert old in EXAMPLE
    text = EXAMPLE.replace(old, new, 1)
    (folder / "agreements" / "exempel.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        listing(project.find(ROOT, data=folder), "exempel-2024", None, None, "csv")


# agreement, region, month, format, and what the error says
BAD_OPTIONS = [
    ("nope", None, None, "csv", "'nope': no such agreement. Known: tillganglighet-2022"),
    ("tillganglighet-2024", "99", None, "csv", "'99': no such region"),
    ("tillganglighet-2024", "00", None, "csv", "not to it"),
    ("tillganglighet-2024", None, "2023-02", "csv", "outside 2024"),
    ("tillganglighet-2024", None, "feb", "csv", "not a month"),
    ("tillganglighet-2024", None, None, "xml", "--format xml"),
]


@pytest.mark.parametrize(("agreement", "region", "month", "form", "message"), BAD_OPTIONS)
def test_a_wrong_option_is_told(agreement, region, month, form, message):
    with pytest.raises(InputError, match=re.escape(message)):
        listing(project.find(ROOT), agreement, region, month, form)


def test_bad_input_ends_with_2_and_prints_no_figures(folder, vardlaget):
    text = EXAMPLE.replace("total: 1000000 ", "total: 1000001 ")
    (folder / "agreements" / "exempel.yml").write_text(text, encoding="utf-8")
    done = vardlaget(ROOT, "grants", "--agreement", "tillganglighet-2024", "--data", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "exempel.yml, line 6, total: the parts add up to" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
