"""Bad input: one clear message, exit code 2, nothing half-written, no traceback."""

import pandas as pd
import pytest

BUILD = ("build", "--region", "23", "--month", "2024-02", "--engine", "embedded")
HEADER = "indicator,region,unit,period,basis,numerator,denominator,value\n"


def assert_refused(done, project, *wanted: str) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    told = " ".join(done.stderr.split())
    for part in wanted:
        assert part in told
    assert not (project / "public").exists()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--region", "99", "--month", "2024-02"), ["'99'", "no such region", "23 jamtland"]),
        (("--region", "23", "--month", "2024-13"), ["'2024-13'", "not a month", "2024-02"]),
        (("--region", "23", "--month", "feb"), ["'feb'", "not a month"]),
        (
            ("--region", "23", "--month", "2031-05"),
            ["Region Jämtland Härjedalen has no figures for 2031-05", "2024-01, 2024-02"],
        ),
        (("--region", "01", "--month", "2024-02"), ["Region Stockholm has no figures", "none"]),
        (
            ("--region", "23", "--month", "2024-02", "--publication", "nope"),
            ["--publication nope", "vardgaranti"],
        ),
        (("--region", "23", "--month", "2024-02", "--engine", "latex"), ["--engine latex"]),
        (("--region", "23", "--month", "2024-02", "--data", "missing"), ["--data", "not a folder"]),
    ],
)
def test_a_wrong_parameter_is_told(project_copy, vardlaget, arguments, wanted):
    assert_refused(vardlaget(project_copy, "build", *arguments), project_copy, *wanted)


REFUSED = [
    ("a.csv", "indicator,regoin,period,value\n", ["'regoin'", "Did you mean 'region'"]),
    ("a.csv", "", ["empty"]),
    ("a.xlsx", "not a workbook", ["a.xlsx", "not a readable Excel workbook"]),
    ("a.parquet", "not parquet", ["a.parquet", "not a readable Parquet file"]),
    ("a.docx", "a letter", ["a.docx", "not a kind of file"]),
]
SET_ASIDE = [
    ("phone_same_day,23,,2024-02,completed,,,niio", ["row 3", "'niio'", "not a number"]),
    ("phone_same_day,23,,2024-02,completed,,,109", ["row 3", "0–100"]),
    ("phone_sameday,23,,2024-02,completed,,,89", ["'phone_sameday'", "Did you mean 'phone_same"]),
]
GOOD = "phone_same_day,23,Närvård Åre,2024-02,completed,,,88\n"


@pytest.mark.parametrize(("name", "content", "wanted"), REFUSED)
def test_a_file_that_cannot_be_used_is_told_and_the_others_are(
    project_copy, vardlaget, name, content, wanted
):
    (project_copy / "data" / "raw" / name).write_text(content, encoding="utf-8")
    done = vardlaget(project_copy, "check")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for part in [name, "not read", *wanted]:
        assert part in done.stdout
    assert "Written to build/check.csv" in done.stdout


@pytest.mark.parametrize(("row", "wanted"), SET_ASIDE)
def test_a_wrong_row_is_set_aside_told_and_kept(project_copy, vardlaget, row, wanted):
    text = HEADER + GOOD + row + "\n"
    (project_copy / "data" / "raw" / "a.csv").write_text(text, encoding="utf-8")
    done = vardlaget(project_copy, "check")
    assert done.returncode == 0, done.stdout
    for part in ["set aside", *wanted]:
        assert part in done.stdout
    (kept,) = (project_copy / "build" / "set-aside").glob("*.csv")
    (line,) = pd.read_csv(kept, dtype="str").to_dict("records")
    assert (line["file"], line["row"]) == ("data/raw/a.csv", "3")
    assert row.split(",")[0] in line["cells"]
    (account,) = [
        r
        for r in pd.read_csv(project_copy / "build" / "check.csv").to_dict("records")
        if r["file"] == "data/raw/a.csv" and r["kind"] == "observations"
    ]
    assert (account["rows_read"], account["rows_used"], account["rows_set_aside"]) == (2, 1, 1)


def test_a_build_uses_what_passed_and_says_what_did_not(project_copy, vardlaget):
    text = HEADER + GOOD + SET_ASIDE[0][0] + "\n"
    (project_copy / "data" / "raw" / "a.csv").write_text(text, encoding="utf-8")
    done = vardlaget(project_copy, *BUILD, "--publication", "vardgaranti")
    assert done.returncode == 0, done.stderr
    assert "1 set aside" in done.stderr
    assert "vardlaget check" in done.stderr
    rows = pd.read_csv(project_copy / "public/2024-02/jamtland-harjedalen/indicators.csv")
    assert "Närvård Åre" in set(rows["unit"])


def test_outside_a_project_the_packages_own_is_used_and_help_needs_none(tmp_path, vardlaget):
    done = vardlaget(tmp_path, "--help")
    assert done.returncode == 0
    assert "build" in done.stdout
    assert "Exit codes" in done.stdout
    assert len(done.stdout.splitlines()) <= 40
