"""Bad input: one clear message, exit code 2, nothing half-written, no traceback."""

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


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.csv", HEADER + "phone_same_day,23,,2024-02,completed,,,niio\n", ["row 2", "'niio'"]),
        ("a.csv", HEADER + "phone_same_day,23,,2024-02,completed,,,109\n", ["row 2", "0–100"]),
        ("a.csv", HEADER + "phone_sameday,23,,2024-02,completed,,,89\n", ["'phone_sameday'"]),
        ("a.csv", "indicator,regoin,period,value\n", ["'regoin'", "Did you mean 'region'"]),
        ("a.csv", "", ["empty"]),
        ("a.xlsx", "not a workbook", ["a.xlsx", "not a readable Excel workbook"]),
        ("a.parquet", "not parquet", ["a.parquet", "not a readable Parquet file"]),
        ("a.docx", "a letter", ["a.docx", "not a kind of file"]),
    ],
)
def test_a_wrong_file_is_told(project_copy, vardlaget, name, content, wanted):
    (project_copy / "data" / "raw" / name).write_text(content, encoding="utf-8")
    assert_refused(vardlaget(project_copy, *BUILD), project_copy, name, *wanted)


def test_outside_a_project_the_packages_own_is_used_and_help_needs_none(tmp_path, vardlaget):
    done = vardlaget(tmp_path, "--help")
    assert done.returncode == 0
    assert "build" in done.stdout
    assert "Exit codes" in done.stdout
    assert len(done.stdout.splitlines()) <= 40
