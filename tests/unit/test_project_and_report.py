"""The project folder, and what a notebook opens."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from reading import whole_store
from vardlaget import observations, project, report, store
from vardlaget.environment import DATA, STORE
from vardlaget.errors import InputError
from vardlaget.sources.findings import as_frame


def test_a_project_is_found_from_any_folder_inside_it(root):
    assert project.find(root / "data" / "published").root == root
    assert project.find(root).data == root / "data" / "raw"
    assert project.find(root).out == root / "public"


def test_a_data_folder_that_is_not_there_is_an_error(root, tmp_path):
    with pytest.raises(InputError, match=r"--data .*saknas: not a folder"):
        project.find(root, data=tmp_path / "saknas")


NAMES = [
    ("root", "data/published/a.csv", "data/published/a.csv"),
    ("data", "under/a.csv", "data:under/a.csv"),
    ("out", "a.html", "out:a.html"),
    ("elsewhere", "a.csv", "a.csv"),
]


@pytest.mark.parametrize(("base", "path", "name"), NAMES)
def test_a_path_is_shown_without_what_lies_above_the_project(base, path, name, tmp_path):
    folders = {key: tmp_path / key for key in ("root", "data", "out", "elsewhere")}
    place = project.Project(folders["root"], folders["data"], folders["out"])
    assert place.named(folders[base] / path) == name


@pytest.fixture(scope="module")
def at_home(root, published, tmp_path_factory):
    """As in a build: in the project, with the published figures and nobody's own input."""
    folder = store.write(tmp_path_factory.mktemp("store"), whole_store(published, as_frame([])))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv(STORE, str(folder))
        yield


@pytest.fixture(scope="module")
def opened(at_home):
    return report.open_report("Jämtland/Härjedalen", "2024-02")


def test_a_report_holds_its_region_and_the_country(opened):
    assert set(opened.data["region"]) <= {"23", "00"}
    assert set(opened.own["region"]) == {"23"}
    assert (opened.data["text"] != "").all()
    assert opened.data["period"].str[:7].max() <= "2024-02"


def test_a_report_takes_the_newest_population_and_the_target_that_holds(opened):
    assert opened.population()["date"] == date(2023, 12, 31)
    assert opened.population()["population"] == 132_572
    assert opened.population("0-17") is None
    assert opened.target("phone_same_day").lower == 100
    assert opened.target("bed_occupancy") is None


def test_a_computed_figure_says_from_what(opened):
    row = opened.computed("available_beds", 5.0, "a − b", unit="Åre").iloc[0]
    assert (row["region"], row["period"], row["unit"]) == ("23", "2024-02", "Åre")
    assert (row["source"], row["status"], row["text"]) == ("Beräknat: a − b", "reported", "5")
    assert opened.computed("available_beds", float("nan"), "0 / 0").iloc[0]["text"] == ".."
    # After a semicolon a source would stand.
    assert opened.computed("available_beds", 5.0, "a; b").iloc[0]["source"] == "Beräknat: a, b"


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("production.operating_time", "Knivtid, timmar"),
        ("mean_length_of_stay", "Medelvårdtid, dagar"),
        ("production.care_days", "Vårddagar"),
        ("available_beds", "Disponibla vårdplatser"),
    ],
)
def test_a_name_tells_the_unit_that_its_numbers_do_not(opened, id_, name):
    assert opened.name_and_unit(id_) == name


@pytest.mark.parametrize(
    ("id_", "given", "status"),
    [
        ("available_beds", {}, "reported"),
        ("available_beds", {"period": "2024-01"}, "synthetic"),
        ("available_beds", {"period": "2023-01"}, "synthetic"),
        ("available_beds", {"period": "2024-01", "status": "preliminary"}, "preliminary"),
        ("available_beds_change", {"of": ("available_beds",), "period": "2024-01"}, "synthetic"),
        ("phone_same_day.numerator", {"period": "2024-01"}, "reported"),
        ("population", {}, "reported"),
    ],
)
def test_what_is_computed_of_synthetic_figures_is_synthetic(opened, id_, given, status):
    """By the figures of its period, or by any where it has none there."""
    row = {"indicator": "available_beds", "region": "23", "span": "month", "value": 1.0}
    figures = [
        row | {"period": "2024-02", "status": "reported"},
        row | {"period": "2024-01", "status": "suppressed", "note": observations.SYNTHETIC},
        row | {"period": "2024-01", "status": "reported", "indicator": "phone_same_day"},
    ]
    mixed = replace(opened, data=observations.typed(pd.DataFrame(figures)))
    assert mixed.computed(id_, 5.0, "a − b", **given).iloc[0]["status"] == status


ERRORS = [
    ("Småland", "2024-02", "no such region"),
    ("23", "2024-2", "not a month"),
    ("23", "2030-01", r"Jämtland Härjedalen has no figures for 2030-01.*Months with figures: 20"),
    ("01", "2024-02", r"Stockholm has no figures for 2024-02\. Months with figures: none"),
]


@pytest.mark.parametrize(("region", "month", "message"), ERRORS)
def test_a_report_that_cannot_be_opened_says_what_to_do(
    region, month, message, root, monkeypatch, tmp_path
):
    monkeypatch.chdir(root)
    monkeypatch.delenv(STORE, raising=False)
    monkeypatch.setenv(DATA, str(tmp_path))
    with pytest.raises(InputError, match=message):
        report.open_report(region, month)


def test_a_day_in_words():
    assert report.day_in_words(date(2026, 11, 2)) == "2 november 2026"


def test_the_package_finds_its_own_project_from_outside(tmp_path):
    assert project.find(tmp_path).root == Path(project.__file__).resolve().parents[2]
