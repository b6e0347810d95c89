"""A mistake in a catalogue file is told with its file and line or row."""

import re

import pytest

from vardlaget.catalogue import load_agreements, load_indicators, load_regions, load_targets
from vardlaget.errors import InputError

INDICATOR = """\
- id: beds
  name: {sv: Platser, en: Beds}
  subject: beds
  definition: Antal platser som kan användas.
  exclusions: Inga
  unit: beds
  decimals: 0
  direction: neutral
  lag_months: 0
  source: Källa
  confidence: high
"""

# what is replaced, with what, and what the error says
INDICATOR_ERRORS = [
    ("confidence: high", "confidence: high\n  colour: red", r"line 12, 0\.colour|line 12, colour"),
    ("unit: beds", "unit: bed", r"line 6, unit.*'percent'.*\(value 'bed'\)"),
    ("id: beds", "id: Beds", r"line 1, id"),
    ("decimals: 0", "decimals: 9", r"line 7, decimals.*\(value 9\)"),
    ("en: Beds", "eng: Beds", r"line 2, name\.en: Field required"),
    ("  source: Källa\n", "", r"line 1, source: Field required"),
    ("Antal platser som kan användas.", "Kort.", r"line 4, definition.*at least 20"),
    ("confidence: high", "confidence: [high", r"line \d+: not valid YAML"),
    ("- id: beds", "id: beds", r"not valid YAML|expected a list"),
]


def indicators(tmp_path, text):
    path = tmp_path / "indicators.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_indicators(path)


def test_the_example_itself_is_right(tmp_path):
    assert indicators(tmp_path, INDICATOR)["beds"].unit == "beds"


@pytest.mark.parametrize(("old", "new", "message"), INDICATOR_ERRORS)
def test_an_error_in_an_indicator_names_file_and_line(old, new, message, tmp_path):
    assert old in INDICATOR
    with pytest.raises(InputError, match=f"(?s)indicators\\.yml.*({message})"):
        indicators(tmp_path, INDICATOR.replace(old, new))


def test_an_indicator_that_is_defined_twice_is_an_error(tmp_path):
    with pytest.raises(InputError, match="'beds' is defined twice"):
        indicators(tmp_path, INDICATOR + INDICATOR)


def test_a_term_that_is_no_indicator_is_an_error(tmp_path):
    with pytest.raises(InputError, match="'beds', terms: no indicator 'bed' in the catalogue"):
        indicators(tmp_path, INDICATOR.rstrip("\n") + "\n  terms: [bed]\n")


def test_a_later_entry_is_found_on_its_own_line(tmp_path):
    second = INDICATOR.replace("id: beds", "id: more_beds").replace("decimals: 0", "decimals: x")
    with pytest.raises(InputError, match=r"line 18, decimals.*'x'"):
        indicators(tmp_path, INDICATOR + second)


AGREEMENT = """\
id: test-2024
year: 2024
title: Test
decided: December 2023
total: 100
parts:
  - id: first
    name: Del 1
    pot: 100
    kind: by_population
    key: {age_group: total, date: 2023-11-01}
    reductions:
      - {amount: 40, to: second, reason: Reserverat}
    source: Källa
    confidence: high
  - id: second
    name: Del 2
    pot: 40
    kind: by_population
    key: {shares: {"23": 1.5}, derivation: Känd}
    source: Källa
    confidence: low
sources: [Källa]
confidence: high
"""

AGREEMENT_ERRORS = [
    ("total: 100", "total: 101", r"line 5, total: .*add up to 100, the total is 101"),
    (
        "amount: 40",
        "amount: 30",
        r"line 18, parts\.1\.pot: .*part 'second' has pot 40, reserved is 30",
    ),
    (
        "to: second",
        "to: third",
        r"line 13, .*to: a reduction goes to 'third', which is not",
    ),
    ("id: second", "id: first", r"line 16, parts\.1\.id: .*two parts have the same id"),
    ("2023-11-01", "November", r"line 11, parts\.0\.key.*date"),
    # Was wrong once: PyYAML's own ValueError, without file and line.
    ("2023-11-01", "2023-11-31", r"line 11"),
    ("kind: by_population", "kind: by_area", r"line 10, parts\.0\.kind.*'by_area'"),
    ("pot: 40", "pot: -40", r"line 18, parts\.1\.pot.*greater than 0.*\(value -40\)"),
    ("decided:", "decided_on:", r"line 1, decided: Field required"),
    # Was wrong once: says that PopulationKey.age_group is required, and nothing of the wrong share.
    ("1.5", "mycket", r"line 20, parts\.1\.key.*23.*'mycket'"),
]


def agreements(folder, text):
    (folder / "test.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
    load_agreements.cache_clear()
    return load_agreements(folder)


def test_the_agreement_itself_is_right(tmp_path):
    first, second = agreements(tmp_path, AGREEMENT)[0].parts
    assert (first.net, second.net) == (60, 40)


@pytest.mark.parametrize(("old", "new", "message"), AGREEMENT_ERRORS)
def test_an_agreement_that_does_not_hold_together_is_an_error(old, new, message, tmp_path):
    assert old in AGREEMENT
    with pytest.raises(InputError, match=r"(?s)test\.yml, " + message):
        agreements(tmp_path, AGREEMENT.replace(old, new, 1))


# Was wrong once: these end in AttributeError or UnicodeDecodeError, without the file's name.
@pytest.mark.parametrize("content", [b"", b"# tom\n", b"title: \x07", "title: å".encode("cp1252")])
def test_a_file_that_is_no_yaml_text_is_told_by_its_name(content, tmp_path):
    with pytest.raises(InputError, match=r"test\.yml"):
        agreements(tmp_path, content)


REGIONS = "code,name,short_name,slug,aliases,kolada_id\n23,Region Ett,Ett,ett,,0023\n"
REGION_ERRORS = [
    (",0023", "", r"row 2, kolada_id"),
    (",0023", ",23", r"row 2, kolada_id.*\(value '23'\)"),
    (",ett,", ",Ett!,", r"row 2, slug.*\(value 'Ett!'\)"),
    ("23,Region", "2,Region", r"row 2, code.*\(value '2'\)"),
    (",0023", ",0023,mer", r"row 2"),
    ("kolada_id", "kolada", r"row 2, kolada"),
]


@pytest.mark.parametrize(("old", "new", "message"), REGION_ERRORS)
def test_an_error_in_a_csv_file_names_file_and_row(old, new, message, tmp_path):
    path = tmp_path / "regions.csv"
    path.write_text(REGIONS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(str(path)) + ", " + message):
        load_regions(path)


# Was wrong once: Excel's "CSV UTF-8" begins with a byte order mark, and its "CSV" is Windows-1252.
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_reference_file_saved_by_excel_is_read_or_told_by_its_name(encoding, tmp_path):
    path = tmp_path / "regions.csv"
    path.write_bytes(REGIONS.replace("Region Ett", "Region Ått").encode(encoding))
    try:
        assert load_regions(path)["23"].name == "Region Ått"
    except InputError as error:
        assert re.search(r"regions\.csv.*(UTF-8|encoding)", str(error))  # noqa: PT017


TARGETS = "indicator,region,unit,valid_from,valid_to,lower,upper,printed,source\n"
TARGET_ERRORS = [
    ("bed_occupancy,19,,2023-01-01,,90,85,,k", r"row 2, entry: .*lower bound is above the upper"),
    ("bed_occupancy,19,,2023-02-30,,85,90,,k", r"row 2, valid_from"),
    ('bed_occupancy,19,,2023-01-01,,"85,5",90,,k', r"row 2, lower.*\(value '85,5'\)"),
    ("bed_occupancy,19,,2023-01-01,,85,90,,", r"row 2, source"),
]


@pytest.mark.parametrize(("row", "message"), TARGET_ERRORS)
def test_an_error_in_a_target_names_file_and_row(row, message, tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text(TARGETS + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"targets\.csv, " + message):
        load_targets(path)
