"""What may leave a project: a folder of figures in, what a build may show of them out."""

import shutil

import pandas as pd
import pytest

from vardlaget import project as projects
from vardlaget.disclosure.release import release, remember_as
from vardlaget.errors import InputError
from vardlaget.pipeline.attachments.csv_files import indicator_rows, write_indicators
from vardlaget.sources import read_project

HEAD = "indicator,region,unit,span,period,value,source\n"
BEYOND = "2024-02/vasterbotten"


@pytest.fixture
def house(project_copy):
    for path in project_copy.glob("data/published/*"):
        path.unlink()
    return projects.find(project_copy)


@pytest.fixture
def releasing(house):
    """What may be shown of these units' referrals in a month, after what was recorded."""

    def of(place="data/raw", **units: int):
        rows = [
            f"referrals_received,24,{'' if unit == 'whole' else unit},month,2024-02,{n},Rapport"
            for unit, n in units.items()
        ]
        path = house.root / place / "remisser.csv"
        path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        return release(read_project(house), house)

    return of


def shown(release) -> dict[str, float]:
    rows = release.reading.frame.dropna(subset="value")
    return {unit or "whole": value for unit, value in zip(rows["unit"], rows["value"], strict=True)}


def put(release, name=BEYOND, out=None):
    """Puts an edition in place that shows all that may be shown, as far as figures go."""
    rows = release.reading.frame.dropna(subset="value").assign(text="")
    figures = [{"figures": rows.to_dict("records")}]
    path = (out or release.project.out) / name / "indicators.csv"
    write_indicators(path, indicator_rows({"prov": figures}))
    return path


def test_small_counts_of_the_analysts_folder_are_hidden(releasing):
    found = releasing(A=3, B=30, C=200, whole=233)
    assert shown(found) == {"C": 200, "whole": 233}
    assert found.secret["value"].tolist() == [3, 30]
    assert set(found.reading.frame["status"]) == {"suppressed", "reported"}


def test_what_others_have_published_is_public(releasing):
    found = releasing("data/published", A=3, B=30, C=200, whole=233)
    assert shown(found) == {"A": 3, "B": 30, "C": 200, "whole": 233}
    assert found.secret.empty


@pytest.mark.parametrize(
    "name", [BEYOND, f"{BEYOND}.1", "2024-02/riket", "2024-03/vasterbotten", "2023-12/gotland"]
)
def test_what_an_edition_has_shown_is_shown_again_and_another_figure_is_hidden(releasing, name):
    put(releasing(B=30), name)
    found = releasing(A=3, B=30, C=200, whole=233)
    assert shown(found) == {"B": 30, "whole": 233}
    found.require_safe()


def test_a_count_that_editions_together_give_away_stops_and_is_named_without_a_number(releasing):
    put(releasing(B=2947, whole=2951))
    found = releasing(A=4, B=2947, whole=2951)
    with pytest.raises(InputError) as stopped:
        found.require_safe()
    told = str(stopped.value)
    assert "referrals_received own.count 24 A month 2024-02 actual: can be derived from" in told
    assert f"{BEYOND}: referrals_received 24 B month 2024-02 actual" in told
    assert "2947" not in told
    assert "2951" not in told


def test_an_edition_that_was_recorded_and_removed_was_published_all_the_same(releasing, house):
    found = releasing(B=30)
    put(found)
    found.record()
    shutil.rmtree(house.out)
    assert shown(releasing(A=3, B=30, C=200, whole=233)) == {"B": 30, "whole": 233}


def test_an_edition_that_another_takes_the_place_of_is_read_anew(releasing):
    found = releasing(B=30)
    put(found)
    found.record()
    put(releasing(C=200))
    again = releasing(A=3, B=30, C=200, whole=240)
    assert shown(again) == {"B": 30, "C": 200, "whole": 240}


def test_a_project_elsewhere_knows_what_another_has_published_until_a_moment(
    releasing, house, tmp_path
):
    path = put(releasing(B=30))
    path.with_name("manifest.json").write_text('{"built": "2024-03-02T00:00:00+00:00"}')
    releasing(A=3, B=30, C=200, whole=233)
    elsewhere = projects.find(house.root, out=tmp_path / "elsewhere", work=tmp_path / "work")
    for until, told in (
        (None, {"B": 30, "whole": 233}),
        ("2024-03-02T00:00:00+00:00", {"B": 30, "whole": 233}),
        ("2024-03-01T00:00:00+00:00", {"C": 200, "whole": 233}),
    ):
        remember_as(elsewhere, house, until)
        assert shown(release(read_project(elsewhere), elsewhere)) == told


@pytest.mark.parametrize("made", [(BEYOND,), ()], ids=["known", "unknown"])
def test_editions_made_of_these_data_decide_nothing_anew(releasing, made):
    units = {"A": 3, "B": 30, "C": 200, "whole": 233}
    first = releasing(**units)
    put(first)
    first.record(made)
    again = releasing(**units)
    assert shown(again) == shown(first)
    assert set(again.told["value"]) == (set() if made else {200, 233})
    revised = releasing(**units | {"C": 201, "whole": 234})
    assert set(revised.told["value"]) == {200, 233}


def test_an_edition_of_others_among_them_is_heeded_as_before(releasing):
    """What hides the same rows again is what was told before the editions of these data."""
    units = {"A": 3, "B": 30, "C": 200, "whole": 233}
    put(releasing(B=30), "2024-01/gotland")
    first = releasing(**units)
    put(first)
    first.record([BEYOND])
    again = releasing(**units)
    assert shown(again) == {"B": 30, "whole": 233}
    assert set(again.told["edition"]) == {"2024-01/gotland"}


def test_a_later_edition_of_others_is_heeded_with_all_that_was_told(releasing):
    units = {"A": 3, "B": 30, "C": 200, "whole": 233}
    first = releasing(**units)
    put(first)
    first.record([BEYOND])
    put(releasing(B=30), "2024-01/skane")
    again = releasing(**units)
    assert set(again.told["edition"]) >= {BEYOND, "2024-01/skane"}
    with pytest.raises(InputError):
        again.require_safe()


def test_what_has_been_revised_since_gives_nothing_away(releasing):
    put(releasing(A=8, B=30, whole=38))
    found = releasing(A=3, B=31, C=200, whole=234)
    assert shown(found) == {"C": 200, "whole": 234}
    found.require_safe()


def test_editions_of_another_folder_are_not_published_with_these(releasing, tmp_path, house):
    put(releasing(B=30))
    releasing(A=3, B=30, C=200, whole=233)
    elsewhere = projects.find(house.root, out=tmp_path / "elsewhere")
    found = release(read_project(elsewhere), elsewhere)
    assert shown(found) == {"C": 200, "whole": 233}


def test_a_record_holds_no_figure_that_was_hidden(releasing, house):
    found = releasing(A=3, B=30, C=200, whole=233)
    put(found)
    found.record()
    (kept,) = (house.build / "disclosure").glob("published-*.parquet")
    assert sorted(pd.read_parquet(kept)["value"]) == [200, 233]


def test_findings_do_not_quote_what_is_hidden(releasing, house):
    rows = ["referrals_received,24,B,month,2024-02,många: 7341,Rapport"]
    (house.data / "fel.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    found = releasing(A=3, B=30, C=200, whole=40)
    told = [str(finding) for finding in found.reading.findings]
    assert any("fel.csv" in text for text in told)
    assert not any("7341" in text for text in told)
    assert any("7341" in str(finding) for finding in read_project(house).findings)
    # The units' sum as told is of those shown.
    assert not any("233" in text for text in told)
