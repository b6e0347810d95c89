"""Snapshots of open sources: what is one, what is refused, what is set aside and what is told."""

import json
from datetime import date

import pandas as pd
import pytest

from open_source_support import kolada_row, snapshot_content
from vardlaget.catalogue import load_indicators
from vardlaget.errors import InputError
from vardlaget.sources.open import (
    is_snapshot,
    is_snapshot_file,
    load_kpis,
    observations_from,
    read_snapshots,
    revisions,
)
from vardlaget.sources.open.kolada import Kpi
from vardlaget.sources.open.snapshots import Cell, digest

HEADER = "kpi,indicator,basis,exclusions,care_type,age_group,factor,note,source\n"
OCTOBER, NOVEMBER = date(2026, 10, 22), date(2026, 11, 22)


@pytest.fixture(scope="session")
def indicators():
    return load_indicators()


@pytest.fixture(scope="session")
def kpis(root, indicators):
    return load_kpis(root / "data" / "reference" / "kolada.csv", indicators)


@pytest.fixture
def read(tmp_path, regions, indicators, kpis):
    """Writes snapshots' contents (or texts) as files and reads them together."""

    def write_and_read(*contents):
        paths = []
        for number, content in enumerate(contents):
            path = tmp_path / f"{number}.json"
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return read_snapshots(paths, lambda path: path.name, regions, indicators, kpis)

    return write_and_read


def first_visit(year=2024, place="0023", kpi="N79221", **values):
    return kolada_row(kpi, place, year, **values)


def test_a_snapshot_is_known_by_its_format():
    assert is_snapshot(snapshot_content([first_visit(T=60.4)]))
    for other in ({}, {"format": 1}, {"values": []}, [], None, "vardlaget-snapshot/1"):
        assert not is_snapshot(other)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a.json", json.dumps(snapshot_content([first_visit(T=60.4)])), True),
        ("a.json", json.dumps(snapshot_content([first_visit(T=60.4)]))[:99], True),
        ("a.json", '{"source": "kolada",\n "format": "vardlaget-snapshot/1"}', True),
        ("a.json", '{"values": []}', False),
        ("a.json", "", False),
        ("a.json", "[" * 100_000, False),
        ("a.csv", json.dumps(snapshot_content([first_visit(T=60.4)])), False),
    ],
)
def test_a_snapshot_file_is_known_also_when_it_is_cut(tmp_path, name, text, wanted):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert is_snapshot_file(path) == wanted


def test_the_hash_is_that_of_the_figures_whatever_their_order():
    query = {"kpis": ["N79221"]}
    first, second = (Cell("N79221", "0023", "2024", sex, 60.4, "") for sex in "TK")
    whole = digest("kolada", query, [first, second])
    assert digest("kolada", query, [second, first]) == whole
    assert digest("kolada", {"kpis": []}, [first, second]) != whole
    assert digest("scb", query, [first, second]) != whole
    for change in ({"value": 60.5}, {"value": None}, {"status": "Missing"}, {"place": "0001"}):
        assert digest("kolada", query, [first._replace(**change), second]) != whole


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: text.replace("60.4", "90.4"), "its hash does not fit its content"),
        (lambda text: text.replace('"kpis": ["N79221"', '"kpis": ["N79222"'), "hash does not fit"),
        (lambda text: text[:-20], "not whole JSON"),
        (lambda text: text.replace("sha256", "sha"), "sha256: Field required"),
        (lambda text: text.replace("2026-11-22", "in November"), "fetched: "),
        (lambda text: text.replace('"kolada"', '"eurostat"'), "source: "),
        (lambda text: text.replace("snapshot/1", "snapshot/2"), "format: "),
        (lambda text: text.replace('"years"', '"months"'), "years: Field required"),
        (lambda text: text.replace('"gender"', '"sex"'), "gender: Field required"),
        (lambda text: "[1]", "not the shape"),
    ],
)
def test_a_snapshot_that_is_not_as_it_was_fetched_is_refused(read, spoil, reason):
    good = snapshot_content([first_visit(2023, T=53.4)])
    text = spoil(json.dumps(snapshot_content([first_visit(T=60.4)])))
    frame, accounts, findings = read(text, good)
    assert [(f.kind, f.code, f.file) for f in findings] == [("refused", "not_read", "0.json")]
    assert reason in findings[0].reason
    assert not findings[0].reason.startswith("0.json")
    assert frame["value"].tolist() == [53.4]
    assert [account.file for account in accounts] == ["1.json"]


def test_one_snapshot_alone_is_read_or_refused(regions, indicators, kpis):
    content = snapshot_content([first_visit(T=60.4)])
    frame = observations_from(content, "a.json", regions, indicators, kpis)
    assert frame["value"].tolist() == [60.4]
    content["sha256"] = "0" * 64
    with pytest.raises(InputError, match=r"^a.json: its hash"):
        observations_from(content, "a.json", regions, indicators, kpis)


def test_what_is_not_known_is_set_aside_and_every_value_is_accounted_for(read):
    rows = [
        first_visit(T=60.4, K=61.0, M=59.8, X=1.0),
        first_visit(kpi="N99999", T=5.0),
        first_visit(place="2380", T=5.0),
        first_visit(place="0001", T=101.0),
        first_visit(place="0003", T=0.0),
        first_visit(place="0004", T=None),
    ]
    frame, accounts, findings = read(snapshot_content(rows))
    assert {(f.code, f.value, f.rows) for f in findings} == {
        ("unknown_sex", "X", 1),
        ("unknown_kpi", "N99999", 1),
        ("unknown_region", "2380", 1),
        ("share_outside", "101", 1),
    }
    assert {f.kind for f in findings} == {"set_aside"}
    account = accounts[0]
    assert (account.kind, account.read, account.used, account.set_aside) == ("kolada", 9, 5, 4)
    assert frame.set_index(["region", "sex"])["value"].dropna().to_dict() == {
        ("23", ""): 60.4,
        ("23", "women"): 61.0,
        ("23", "men"): 59.8,
        ("03", ""): 0.0,
    }


def test_a_snapshot_of_nothing_that_is_known_gives_no_figures(read):
    frame, accounts, findings = read(snapshot_content([first_visit(kpi="N99999", T=5.0)]))
    assert frame.empty
    assert (accounts[0].used, accounts[0].set_aside) == (0, 1)
    assert [f.code for f in findings] == ["unknown_kpi"]


def test_no_snapshots_give_no_figures(read):
    frame, accounts, findings = read()
    assert frame.empty
    assert (accounts, findings) == ([], [])
    assert "indicator" in frame.columns


def test_a_value_that_the_source_deleted_is_missing(read):
    row = first_visit(T=60.4)
    row["values"][0]["isdeleted"] = True
    frame, _, _ = read(snapshot_content([row]))
    assert frame["status"].tolist() == ["missing"]
    assert "deleted" in frame["note"].iloc[0]


def test_only_the_newest_answer_to_a_question_is_used(read):
    older = snapshot_content([first_visit(T=60.4), first_visit(2023, T=53.4)], OCTOBER)
    newer = snapshot_content([first_visit(T=60.4), first_visit(2025, T=57.0)], NOVEMBER)
    for contents in ((older, newer), (newer, older)):
        frame, accounts, findings = read(*contents)
        assert sorted(frame["period"]) == ["2023", "2024", "2025"]
        used = dict(zip(frame["period"], frame["source"].str[-10:], strict=True))
        assert used == {"2023": "2026-10-22", "2024": "2026-11-22", "2025": "2026-11-22"}
        assert sum(account.used for account in accounts) == 3
        assert [(f.kind, f.code, f.rows) for f in findings] == [("set_aside", "superseded", 1)]


def test_every_value_that_was_revised_is_told(read):
    places = ["0001", "0003", "0004", "0005", "0023"]
    old = {"0001": 50.0, "0003": None, "0004": 70.0, "0005": None, "0023": 60.4}
    new = {"0001": 51.0, "0003": 55.0, "0004": None, "0005": None, "0023": 60.4}
    older, newer = (
        snapshot_content([first_visit(place=p, T=values[p]) for p in places], day)
        for values, day in ((old, OCTOBER), (new, NOVEMBER))
    )
    _, _, findings = read(older, newer)
    told = {f.region: f for f in findings if f.code == "revised"}
    assert sorted(told) == ["01", "03", "04"]
    assert {(f.kind, f.file, f.indicator, f.basis, f.span, f.period) for f in told.values()} == {
        ("warning", "1.json", "first_visit_90d", "waiting", "year", "2024")
    }
    assert (told["01"].expected, told["01"].found) == (50.0, 51.0)
    assert pd.isna(told["03"].expected)
    assert told["03"].found == 55.0
    assert told["04"].expected == 70.0
    assert pd.isna(told["04"].found)
    assert told["01"].reason == (
        "the source gives 51 where it gave 50 (Kolada, N79221, hämtad 2026-10-22)"
    )
    assert "gives no value where it gave 70" in told["04"].reason


def test_a_row_that_is_gone_is_told_and_not_kept(read):
    older = snapshot_content([first_visit(T=60.4), first_visit(place="0001", T=50.0)], OCTOBER)
    newer = snapshot_content([first_visit(T=60.4)], NOVEMBER, regions=("0001", "0023"))
    frame, _, findings = read(older, newer)
    assert frame["region"].tolist() == ["23"]
    assert [(f.region, f.expected) for f in findings if f.code == "revised"] == [("01", 50.0)]


def test_a_year_that_was_not_asked_before_is_no_revision(read):
    older = snapshot_content([first_visit(2023, T=53.4)], OCTOBER)
    newer = snapshot_content([first_visit(2023, T=53.4), first_visit(T=60.4)], NOVEMBER)
    _, _, findings = read(older, newer)
    assert [f.code for f in findings] == ["superseded"]


def test_the_sex_of_a_revised_value_is_told(regions, indicators, kpis):
    older, newer = (
        observations_from(snapshot_content([row]), "a.json", regions, indicators, kpis)
        for row in (first_visit(T=60.4, K=61.0), first_visit(T=60.4, K=62.0))
    )
    (finding,) = revisions(older, newer)
    assert finding.reason.endswith("(women)")


def test_the_projects_kpis_are_defined_and_sourced(kpis, indicators):
    assert kpis["N79221"].indicator == "first_visit_90d"
    assert (kpis["N79221"].basis, kpis["N79222"].basis) == ("waiting", "completed")
    assert all(kpi.indicator in indicators and kpi.source for kpi in kpis.values())


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("N7922,first_visit_90d,waiting,,,,1,,Kolada\n", "row 2, kpi"),
        ("N79221,first_visit,waiting,,,,1,,Kolada\n", "row 2: 'first_visit' is no indicator"),
        ("N79221,first_visit_90d,,,,,1,,Kolada\n", "row 2: basis ''"),
        ("N79221,first_visit_90d,waiting,all,,,1,,Kolada\n", "row 2: 'all' is none of"),
        ("N60030,sick_leave,waiting,,,,1,,Kolada\n", "row 2: basis 'waiting'"),
        ("N60030,sick_leave,,,,,0,,Kolada\n", "row 2, factor"),
        ("N60030,sick_leave,,,,,1,,\n", "row 2, source"),
        ("N60030,sick_leave,,,,,1,,K\nN60031,sick_leave,,,,,1,,K\n", "row 3: N60031 or its figure"),
        ("N60030,sick_leave,,,,,1,,K\nN60030,sick_leave_short,,,,,1,,K\n", "row 3: N60030"),
    ],
)
def test_a_wrong_row_of_kpis_is_told(tmp_path, indicators, rows, wanted):
    path = tmp_path / "kolada.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(InputError, match=wanted):
        load_kpis(path, indicators)


def test_a_factor_turns_the_sources_unit_into_the_indicators(regions, indicators):
    kpi = Kpi(kpi="N60030", indicator="sick_leave", factor=100, source="Kolada")
    content = snapshot_content([kolada_row("N60030", "0023", 2024, T=0.065)])
    frame = observations_from(content, "a.json", regions, indicators, {"N60030": kpi})
    assert frame["value"].tolist() == [6.5]
