"""A synthetic country is read like any other input, agrees with itself and with what is real."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_regions
from vardlaget.demo import beds, make, other_waits
from vardlaget.demo.setting import GAPS, setting
from vardlaget.errors import InputError
from vardlaget.indicators import consistency
from vardlaget.observations import BREAKDOWNS, KEY, select
from vardlaget.periods import Month
from vardlaget.project import Project, find
from vardlaget.sources import Reading, read_project, waiting_list

LAST = Month(2024, 2)
MONTHS = 14
PHASES = ("first_visit", "treatment")
PLACE = find(Path(__file__))
REGIONS = load_regions(PLACE.reference / "regions.csv")
GAP = "21"


class Demo(NamedTuple):
    """Input of two regions, and what the readers make of it. `made` has the generated rows."""

    folder: Path
    files: list[Path]
    reading: Reading
    made: pd.DataFrame


def _make(folder: Path, codes: list[str], records: int = 0, months: int = MONTHS) -> list[Path]:
    regions = [REGIONS[code] for code in codes]
    return make(PLACE, folder, months, regions, records, 1, LAST)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    files = _make(folder, ["23", GAP])
    reading = read_project(Project(PLACE.root, folder.resolve(), folder / "public"))
    frame = reading.frame
    return Demo(folder, files, reading, frame[frame["source"].str.contains("data:|Syntetiska")])


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> Path:
    """Input of one of these regions, whose specialised care is told by a list of patients."""
    folder = tmp_path_factory.mktemp("listed")
    _make(folder, ["23"], records=25_000)
    return folder


def test_every_file_is_recognised_and_nothing_is_set_aside(demo):
    assert [str(f) for f in demo.reading.findings if f.kind != "warning"] == []
    accounts = {account.file: account.used for account in demo.reading.accounts}
    for path in demo.files:
        assert accounts["data:" + path.relative_to(demo.folder).as_posix()] > 0


def test_the_forms_of_daily_life_are_there(demo):
    kinds = {account.kind for account in demo.reading.accounts}
    assert {
        "observations",
        "region-arbetad-tid",
        "region-manadsserier",
        "region-produktion",
        "region-produktion-vardcentraler",
        "region-resultatrakning",
        "region-sjukfranvaro",
        "skr-bup",
        "skr-specialiserad-vard",
        "skr-specialiserad-vard-specialiteter",
        "skr-telefontillganglighet",
        "vardplatser",
    } <= kinds


def test_every_generated_figure_is_synthetic(demo):
    assert set(demo.made["status"]) == {"synthetic", "missing", "zero"}
    assert demo.made.loc[demo.made["status"] == "synthetic", "value"].notna().all()
    assert demo.made.loc[demo.made["status"] == "missing", "value"].isna().all()
    assert not demo.made.loc[demo.made["status"] == "zero", "value"].fillna(0).any()


def test_only_a_change_of_journal_system_leaves_figures_missing(demo):
    gone = demo.made[demo.made["status"] == "missing"]
    assert set(gone["region"]) == {GAP}
    assert set(gone["period"]) == {str(LAST.minus(back)) for back in GAPS[GAP]}


def test_published_figures_stand_alone(demo):
    published = demo.reading.frame.drop(demo.made.index)
    both = demo.made.merge(published[list(KEY)], on=list(KEY))
    assert both.empty


def test_nothing_generated_contradicts_anything(demo):
    differing = observations.contradictions(demo.reading.frame)
    assert not differing.index.isin(demo.made.index).any()
    for code in ("00", "23", GAP):
        found = consistency.find(demo.reading.frame, code)
        sources = set(found["first_source"]) | set(found["second_source"])
        assert sources & set(demo.made["source"]) == set()


def test_patients_lead_up_to_the_published_shares(demo):
    for indicator, percent in (("first_visit_90d", 67), ("treatment_90d", 48)):
        key = {"indicator": indicator, "region": "23", "basis": "waiting", "period": str(LAST)}
        rows = select(demo.made, **key, specialty=...)
        assert 100 * rows["numerator"].sum() / rows["denominator"].sum() == percent
        before = select(demo.made, **(key | {"period": "2024-01"}))
        assert abs(before["value"].iloc[0] - percent) < 4


def test_units_lead_up_to_the_published_counts(demo):
    key = {"region": "23", "basis": "completed", "unit": ..., "period": "2024-01"}
    published = demo.reading.frame.drop(demo.made.index)
    for indicator in ("medical_assessment_0d", "medical_assessment_3d"):
        rows = select(published, **key, indicator=indicator).set_index("unit")["numerator"]
        assert select(demo.made, **key, indicator=indicator).empty
        sexes = select(demo.made, **(key | {"unit": ""}), indicator=indicator, sex=["women", "men"])
        assert sexes["numerator"].sum() == rows[""] == rows.drop("").sum()


def test_referrals_of_a_year_have_the_published_change(demo):
    year = select(demo.made, indicator="referrals_received", region="23")
    year = year[year["period"].str.startswith("2023")]
    assert len(year) == 12
    assert year["value"].sum() / (year["value"].sum() - 3944) == pytest.approx(1.058, abs=0.0005)


@pytest.mark.parametrize("phase", PHASES)
def test_one_model_gives_all_figures_of_waits(demo, phase):
    names = {f"{phase}_{days}d": days for days in (30, 60, 90, 150)}
    rows = demo.made[demo.made["indicator"].isin(names) & (demo.made["exclusions"] == "")]
    wide = rows.pivot(
        index=["region", "specialty", "period", "basis"], columns="indicator", values="numerator"
    )
    ordered = wide.dropna()[list(names)].to_numpy()
    assert len(ordered) > 100
    assert (np.diff(ordered, axis=1) >= 0).all()

    counts = demo.made[demo.made["indicator"].str.startswith(f"{phase}_")]
    patients = counts[counts["indicator"] == f"{phase}_patients"]
    key = ["region", "period", "basis"]
    whole = patients[patients["specialty"] == ""].set_index(key)["value"].dropna()
    parts = patients[patients["specialty"] != ""].groupby(key)["value"].sum()
    assert parts.reindex(whole.index).equals(whole)
    days = counts[counts["indicator"].str.contains("_days_") & (counts["specialty"] == "")]
    assert days.groupby(key)["value"].sum().reindex(whole.index).equals(whole)


def test_hospitals_sum_to_their_region(demo):
    for indicator in ("available_beds", "displaced_patients"):
        rows = select(demo.made, indicator=indicator, region="23", unit=...)
        units = rows[rows["unit"] != ""].groupby("period")["value"].sum()
        whole = rows[rows["unit"] == ""].set_index("period")["value"]
        assert len(whole) == MONTHS
        assert units.to_dict() == whole.to_dict()


def test_the_country_is_the_sum_of_all_regions():
    made = setting(PLACE, 2, (), 1, LAST)
    frame = pd.concat([other_waits.frames(made), beds.frames(made, beds.regions(made))])
    frame = frame[(frame["unit"] == "") & frame["numerator"].notna()]
    key = ["indicator", "span", "period", "basis", *BREAKDOWNS]
    counts = ["numerator", "denominator"]
    country = frame[frame["region"] == "00"].set_index(key)[counts].sort_index()
    regions = frame[frame["region"] != "00"].groupby(key)[counts].sum().sort_index()
    pd.testing.assert_frame_equal(regions, country, check_exact=False, rtol=1e-12)


def test_a_patients_list_tells_the_same_figures_as_the_tables(demo, listed, tmp_path):
    path = listed / "jamtland-harjedalen" / "vantelista.parquet"
    told = waiting_list.aggregate(path, "list", REGIONS, None, tmp_path)
    assert (told.account.set_aside, told.findings) == (0, ())
    assert str(LAST) in set(told.frame["period"])
    assert set(told.frame["status"]) <= {"synthetic", "zero"}
    assert 12_000 < told.account.used <= 25_000
    tables = demo.made[demo.made["region"] == "23"]
    both = tables.merge(told.frame, on=list(KEY), suffixes=("_table", "_list"))
    assert len(both) > 1000
    counts = both[both["denominator_table"].notna()]
    assert (counts["denominator_table"] == counts["denominator_list"]).all()
    assert (counts["numerator_table"] == counts["numerator_list"]).all()
    plain = both[both["denominator_table"].isna()]
    assert plain["value_table"].equals(plain["value_list"])


def test_what_a_list_tells_is_in_no_table_and_the_rest_is_the_same_bytes(demo, listed):
    same = {path.relative_to(demo.folder) for path in demo.files}
    for path in sorted(listed.rglob("*.*")):
        name = path.relative_to(listed)
        if "riket" in name.parts or "specialiserad" not in name.stem:
            assert name.name == "vantelista.parquet" or name in same
            if name in same:
                assert path.read_bytes() == (demo.folder / name).read_bytes(), name
    rest = pd.read_parquet(listed / "jamtland-harjedalen" / "specialiserad-vard-alla-matt.parquet")
    assert str(LAST) not in set(rest["period"])


def test_a_seed_gives_the_same_bytes(tmp_path):
    made = {}
    for name in ("first", "again"):
        files = _make(tmp_path / name, ["10"], records=20_000, months=1)
        made[name] = {p.relative_to(tmp_path / name): p.read_bytes() for p in files}
    assert made["first"] == made["again"]
    reading = read_project(Project(PLACE.root, (tmp_path / "first").resolve(), tmp_path))
    assert [str(f) for f in reading.findings if f.kind != "warning"] == []


def test_another_seed_gives_another_country():
    first, other = (other_waits.frames(setting(PLACE, 1, (), seed, LAST)) for seed in (1, 2))
    assert (first["value"] != other["value"]).mean() > 0.5


def test_too_few_records_and_a_folder_in_use_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"lists of a single month have [\d,]+ rows"):
        _make(tmp_path / "few", ["09"], records=10, months=1)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.csv").touch()
    with pytest.raises(InputError, match="not an empty folder"):
        _make(tmp_path / "used", ["09"])
