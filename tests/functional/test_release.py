"""What may leave a project: a folder of figures in, what a build may show of them out."""

import pandas as pd
import pytest

from vardlaget import project as projects
from vardlaget import store
from vardlaget.disclosure.release import release
from vardlaget.errors import InputError
from vardlaget.observations import empty
from vardlaget.sources import read_project

HEAD = "indicator,region,unit,span,period,value,source\n"
BEYOND = "2024-02 vasterbotten"


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


def record(release, folder, name=BEYOND):
    parts = dict.fromkeys(store.PARTS, empty()) | {"own": release.reading.frame}
    release.record({name: store.write(folder / name, parts)})


def test_small_counts_of_the_analysts_folder_are_hidden(releasing):
    found = releasing(A=3, B=30, C=200, whole=233)
    assert shown(found) == {"C": 200, "whole": 233}
    assert found.secret["value"].tolist() == [3, 30]
    assert set(found.reading.frame["status"]) == {"suppressed", "reported"}


def test_what_others_have_published_is_public(releasing):
    found = releasing("data/published", A=3, B=30, C=200, whole=233)
    assert shown(found) == {"A": 3, "B": 30, "C": 200, "whole": 233}
    assert found.secret.empty


def test_what_an_edition_has_shown_is_shown_again_and_another_figure_is_hidden(releasing, tmp_path):
    record(releasing(B=30), tmp_path)
    found = releasing(A=3, B=30, C=200, whole=233)
    assert shown(found) == {"B": 30, "whole": 233}
    found.require_safe()


def test_a_count_that_editions_together_give_away_stops_and_is_named_without_a_number(
    releasing, tmp_path
):
    record(releasing(B=2947, whole=2951), tmp_path)
    found = releasing(A=4, B=2947, whole=2951)
    with pytest.raises(InputError) as stopped:
        found.require_safe()
    told = str(stopped.value)
    assert "referrals_received own.count 24 A month 2024-02 actual: can be derived from" in told
    assert f"{BEYOND}: referrals_received 24 B month 2024-02 actual" in told
    assert "2947" not in told
    assert "2951" not in told


def test_what_has_been_revised_since_gives_nothing_away(releasing, tmp_path):
    record(releasing(A=8, B=30, whole=38), tmp_path)
    found = releasing(A=3, B=31, C=200, whole=234)
    assert shown(found) == {"C": 200, "whole": 234}
    found.require_safe()


def test_editions_of_another_folder_are_not_published_with_these(releasing, tmp_path, house):
    record(releasing(B=30), tmp_path)
    releasing(A=3, B=30, C=200, whole=233)
    elsewhere = projects.find(house.root, out=tmp_path / "elsewhere")
    found = release(read_project(elsewhere), elsewhere)
    assert shown(found) == {"C": 200, "whole": 233}


def test_a_record_holds_no_figure_that_was_hidden(releasing, tmp_path, house):
    record(releasing(A=3, B=30, C=200, whole=233), tmp_path)
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
