"""Fetching from Kolada and SCB: what is asked, what is stored, and what is said when it fails."""

import json
import socket
from dataclasses import replace
from datetime import date

import pytest

from conftest import ROOT
from open_source_support import (
    HASTY,
    KOLADA,
    METADATA,
    Answer,
    kolada_row,
    kolada_server,
    population,
    scb_server,
    serving,
)
from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.observations import select
from vardlaget.sources.open import fetch_kolada, fetch_scb, load_kpis, read_snapshots, scb

REGIONS = load_regions(ROOT / "data" / "reference" / "regions.csv")
INDICATORS = load_indicators()
KPIS = load_kpis(ROOT / "data" / "reference" / "kolada.csv", INDICATORS)
DAY = date(2026, 11, 22)
NEXT_DAY = date(2026, 11, 23)
YEARS = range(2021, 2026)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """A proxy in the environment would be asked in place of the loopback server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def kolada(folder, server, kpis=("N79221", "N79224"), years=YEARS, today=DAY, manners=HASTY):
    return fetch_kolada(
        folder, kpis, years, REGIONS, base_url=f"{server.url}/v3", today=today, manners=manners
    )


def fetched_scb(folder, server, years=(2023,), **more):
    return fetch_scb(
        folder, years, REGIONS, base_url=f"{server.url}/v2", today=DAY, manners=HASTY, **more
    )


def read(folder):
    """Everything that is stored: observations, accounts and findings."""
    paths = sorted(folder.rglob("*.json"))
    return read_snapshots(paths, lambda path: path.name, REGIONS, INDICATORS, KPIS)


def lists(path: str) -> list[int]:
    """How many ids each list of a Kolada address has."""
    return [len(part.split(",")) for part in path.split("?")[0].split("/")[4::2]]


def test_kolada_is_stored_as_a_dated_snapshot_and_read_as_observations(tmp_path):
    with serving(kolada_server(KOLADA)) as server:
        done = kolada(tmp_path, server)
    stored = json.loads(done.path.read_text(encoding="utf-8"))
    assert done.path == tmp_path / "kolada" / f"2026-11-22-{stored['sha256'][:8]}.json"
    assert stored["fetched"] == "2026-11-22"
    assert stored["query"]["kpis"] == ["N79221", "N79224"]
    assert stored["responses"][0]["url"].startswith(server.url)
    assert [path.name for path in done.path.parent.iterdir()] == [done.path.name]
    frame, accounts, findings = read(tmp_path)
    waiting = select(frame, indicator="first_visit_90d", region="23", basis="waiting")
    assert waiting["value"].tolist() == [57.5, 47.4, 53.4, 60.4, 57.0]
    assert set(waiting["source"]) == {"Kolada, N79221, hämtad 2026-11-22"}
    assert (accounts[0].read, accounts[0].used, accounts[0].set_aside) == (6, 6, 0)
    assert findings == []
    assert done.told == ["Kolada: 6 values, 0 without a value."]


def test_kolada_is_asked_for_all_regions_and_the_country_and_no_list_is_longer_than_25(tmp_path):
    kpis = [f"N{number:05}" for number in range(30)]
    with serving(kolada_server(KOLADA)) as server:
        kolada(tmp_path, server, kpis=[*kpis, "N79221"], years=range(2000, 2026))
    paths = [path for path, _ in server.asked]
    assert all(max(lists(path)) <= 25 and "per_page=5000" in path for path in paths)
    assert sum(a * b * c for a, b, c in map(lists, paths)) == 31 * 22 * 26
    assert all("/municipality/0000,0001," in path for path in paths)


def test_every_page_is_fetched_from_the_server_that_was_asked(tmp_path):
    with serving(kolada_server(KOLADA, page_size=2)) as server:
        done = kolada(tmp_path, server)
    assert len(server.asked) == 3
    assert done.values == 6


def test_the_order_of_rows_and_pages_is_no_change(tmp_path):
    with serving(kolada_server(KOLADA, page_size=2)) as server:
        first = kolada(tmp_path, server)
    backwards = dict(reversed(KOLADA.items()))
    with serving(kolada_server(backwards)) as server:
        second = kolada(tmp_path, server, today=NEXT_DAY)
    assert second.path == first.path
    assert second.unchanged_since == DAY
    assert "unchanged since 2026-11-22" in second.told[0]
    assert len(list(first.path.parent.iterdir())) == 1


def test_a_revision_is_stored_beside_the_older_snapshot_and_told(tmp_path):
    with serving(kolada_server(KOLADA)) as server:
        first = kolada(tmp_path, server)
    before = first.path.read_bytes()
    revised = KOLADA | {("N79221", "0023", 2024, "T"): 58.1}
    with serving(kolada_server(revised)) as server:
        second = kolada(tmp_path, server, today=NEXT_DAY)
    assert second.unchanged_since is None
    assert first.path.read_bytes() == before
    frame, accounts, findings = read(tmp_path)
    row = select(frame, indicator="first_visit_90d", region="23", period="2024", basis="waiting")
    assert row["value"].tolist() == [58.1]
    assert [account.used for account in accounts] == [0, 6]
    told = [finding for finding in findings if finding.code == "revised"]
    assert [(f.indicator, f.region, f.period, f.expected, f.found) for f in told] == [
        ("first_visit_90d", "23", "2024", 60.4, 58.1)
    ]


def test_a_value_that_goes_back_is_a_new_snapshot(tmp_path):
    revised = KOLADA | {("N79221", "0023", 2024, "T"): 58.1}
    for day, figures in ((22, KOLADA), (23, revised), (24, KOLADA)):
        with serving(kolada_server(figures)) as server:
            done = kolada(tmp_path, server, today=date(2026, 11, day))
        assert done.unchanged_since is None
    frame, _, _ = read(tmp_path)
    assert select(frame, indicator="first_visit_90d", period="2024")["value"].tolist() == [60.4]


def test_of_two_snapshots_of_one_day_the_later_is_used(tmp_path):
    revised = KOLADA | {("N79221", "0023", 2024, "T"): 58.1}
    for figures in (revised, KOLADA):
        with serving(kolada_server(figures)) as server:
            kolada(tmp_path, server)
    frame, _, _ = read(tmp_path)
    assert select(frame, indicator="first_visit_90d", period="2024")["value"].tolist() == [60.4]
    with serving(kolada_server(revised)) as server, pytest.raises(InputError, match="already"):
        kolada(tmp_path, server)


def test_a_changed_snapshot_is_not_taken_for_the_same(tmp_path):
    with serving(kolada_server(KOLADA)) as server:
        first = kolada(tmp_path, server)
        changed = first.path.read_text(encoding="utf-8").replace("57.5", "99.5")
        first.path.write_text(changed, encoding="utf-8")
        second = kolada(tmp_path, server, today=NEXT_DAY)
    assert second.path != first.path
    frame, _, findings = read(tmp_path)
    assert [(f.kind, f.file) for f in findings] == [("refused", first.path.name)]
    assert "hash does not fit" in findings[0].reason
    assert 99.5 not in frame["value"].tolist()


def test_a_kpi_without_any_value_is_told(tmp_path):
    with serving(kolada_server(KOLADA)) as server:
        done = kolada(tmp_path, server, kpis=["N79221", "N60030", "N70832"])
    assert done.told[1:] == ["Kolada: no value for N60030, N70832 in 2021–2025."]


def passing(status: int, times: int, headers: dict | None = None):
    """A server that is at fault the first `times`."""
    whole, calls = kolada_server(KOLADA), []

    def respond(path, posted):
        calls.append(path)
        if len(calls) <= times:
            return Answer({"detail": "wait"}, status, headers or {})
        return whole(path, posted)

    return respond


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {}])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_waited_out(tmp_path, status, headers):
    with serving(passing(status, 3, headers)) as server:
        done = kolada(tmp_path, server)
    assert done.values == 6
    assert len(server.asked) == 4


def test_a_server_at_fault_for_ever_is_given_up(tmp_path):
    with serving(passing(500, 99)) as server:
        with pytest.raises(InputError, match=r"Kolada: http://.*answers 500 .*: wait\. Check the"):
            kolada(tmp_path, server)
        assert len(server.asked) == HASTY.tries
    assert list(tmp_path.iterdir()) == []


WHOLE = {"values": [kolada_row("N79221", "0023", 2024, T=60.4)], "next_url": None}
TEXT = json.dumps(WHOLE)
BAD = {
    "not found": (Answer({"title": "Not Found"}, 404), r"answers 404 \(Not Found\)"),
    "a page of HTML": (Answer(b"<!DOCTYPE html><p>Login"), "not whole JSON; it begins '<!DOCTYPE"),
    "cut JSON": (Answer(TEXT[:-9].encode()), "not whole JSON"),
    "an answer cut off": (Answer(WHOLE, headers={"Content-Length": "9999"}), "cut off"),
    "not UTF-8": (Answer(b'{"values": "\xe5"}'), "not whole JSON"),
    "a list": (Answer([1]), "not the shape that is documented"),
    "other words": (Answer({"data": []}), "values: Field required"),
    "a number as text": (Answer(TEXT.replace("60.4", '"60,4"').encode()), r"value: .*number"),
    "not a number": (Answer(TEXT.replace("60.4", "NaN").encode()), r"value: .*finite"),
    "no values": (Answer({"values": [], "next_url": None}), "no value for N79221, N79224"),
    "a circle of pages": (Answer(WHOLE | {"next_url": "/v3/circle"}), "the pages lead back"),
    "two values for one": (
        Answer({"values": [WHOLE["values"][0], kolada_row("N79221", "0023", 2024, T=1.0)]}),
        "both 60.4 and 1.0",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_answer_is_told_and_nothing_is_stored(tmp_path, case):
    answer, wanted = BAD[case]
    with serving(lambda path, posted: answer) as server, pytest.raises(InputError, match=wanted):
        kolada(tmp_path, server)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_hangs_is_left(tmp_path):
    hasty = replace(HASTY, timeout=0.1)
    with serving(lambda path, posted: Answer(hang=True)) as server:
        with pytest.raises(InputError, match=r"no answer within 0\.1 seconds"):
            kolada(tmp_path, server, manners=hasty)
        assert len(server.asked) == 2


def test_no_network_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InputError, match=r"no connection \(.*refused.*Check the network"):
            fetch_kolada(tmp_path, ["N79221"], [2024], REGIONS, base_url=url, manners=HASTY)


@pytest.mark.parametrize("url", ["api.kolada.se/v3", "ftp://127.0.0.1/v3", "http:///v3"])
def test_an_address_that_is_none_is_told(tmp_path, url):
    with pytest.raises(InputError, match=r"Kolada: .*no answer \(.*Check the network"):
        fetch_kolada(tmp_path, ["N79221"], [2024], REGIONS, base_url=url, manners=HASTY)


@pytest.mark.parametrize(
    ("kpis", "years", "wanted"),
    [
        (["N7922"], [2024], "'N7922': no KPI of Kolada"),
        (["N79221/../x"], [2024], "no KPI of Kolada"),
        ([], [2024], "no KPI of Kolada"),
        (["N79221"], [], "give years"),
        (["N79221"], [24], "give years from 1990"),
    ],
)
def test_a_query_that_cannot_be_is_not_asked(tmp_path, kpis, years, wanted):
    with serving(kolada_server(KOLADA)) as server, pytest.raises(InputError, match=wanted):
        kolada(tmp_path, server, kpis=kpis, years=years)
    assert server.asked == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "kolada").write_text("a file in the way", encoding="utf-8")
    with serving(kolada_server(KOLADA)) as server, pytest.raises(InputError, match="be written"):
        kolada(tmp_path, server)


def test_scb_gives_the_population_of_1_november_and_of_each_month(tmp_path):
    with serving(scb_server()) as server:
        november, monthly = fetched_scb(tmp_path, server, years=[2022, 2023, 2024, 2025])
    assert (november.values, monthly.values) == (2 * 22 * 19, 2 * 22 * 19)
    assert november.told[1] == "SCB TAB1267: nothing for 2024, 2025: it holds 2021–2023."
    posted = server.asked[1][1]["selection"]
    assert [part["variableCode"] for part in posted] == ["Region", "Alder", "ContentsCode", "Tid"]
    assert posted[3]["valueCodes"] == ["2022", "2023"]
    frame, accounts, findings = read(tmp_path)
    own = select(frame, indicator="population", region="23")
    assert dict(zip(own["period"], own["value"], strict=True)) == {
        "2022-11-01": 132_484,
        "2023-11-01": 132_466,
        "2025-01-31": 100_023,
        "2025-12-31": 100_023,
    }
    assert set(own["span"]) == {"point"}
    children = select(frame, indicator="population", region="23", age_group="0-17")
    assert set(children["value"]) == {sum(1000 + age for age in range(18))}
    noisy = frame["source"] == "SCB, TAB6471, hämtad 2026-11-22"
    assert frame.loc[noisy, "note"].str.contains("slumpmässig osäkerhet").all()
    assert [account.used for account in accounts] == [2 * 22 * 19, 2 * 22 * 19]
    assert findings == []


def test_a_child_age_without_a_value_leaves_the_sum_without_one(tmp_path):
    def figure(region, age, time):
        return None if (region, age) == ("23", "7") else population(region, age, time)

    with serving(scb_server(figure=figure)) as server:
        (done,) = fetched_scb(tmp_path, server, tables=[scb.NOVEMBER])
    assert done.without_value == 1
    frame, _, _ = read(tmp_path)
    children = select(frame, indicator="population", region="23", age_group="0-17")
    assert children["status"].tolist() == ["missing"]
    assert children["value"].isna().all()


def test_values_that_are_only_those_that_are_and_codes_in_another_order_are_read(tmp_path):
    def sparse(dataset):
        dataset["value"] = {str(i): v for i, v in enumerate(dataset["value"]) if v is not None}
        for dimension in dataset["dimension"].values():
            dimension["category"]["index"] = list(dimension["category"]["index"])
        return dataset

    with serving(scb_server(changed=sparse)) as server:
        fetched_scb(tmp_path, server, tables=[scb.NOVEMBER])
    frame, _, _ = read(tmp_path)
    assert select(frame, indicator="population", region="00")["value"].tolist() == [10_557_682]


def test_no_call_to_scb_asks_for_more_cells_than_it_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(scb, "CELLS_PER_CALL", 2 * 22 * 19)
    with serving(scb_server()) as server:
        (done,) = fetched_scb(tmp_path, server, years=[2021, 2022, 2023], tables=[scb.NOVEMBER])
    times = [posted["selection"][3]["valueCodes"] for _, posted in server.asked if posted]
    assert times == [["2021", "2022"], ["2023"]]
    assert done.values == 3 * 22 * 19


def without(table: dict[str, list[str]], name: str, code: str) -> dict[str, list[str]]:
    return table | {name: [known for known in table[name] if known != code]}


@pytest.mark.parametrize(
    ("metadata", "wanted"),
    [
        (without(METADATA["TAB1267"], "Alder", "17"), "no Alder 17"),
        (without(METADATA["TAB1267"], "Region", "23"), "no Region 23"),
        (METADATA["TAB1267"] | {"ContentsCode": ["000007SF"]}, "no ContentsCode BE0101A9"),
        (METADATA["TAB1267"] | {"Civilstand": ["OG"]}, "Civilstand cannot be summed"),
        (METADATA["TAB1267"] | {"Tid": ["2023K1"]}, "'2023K1' is neither a year nor a month"),
        ({"Region": ["00"]}, "no Region 01"),
    ],
)
def test_a_table_that_has_changed_is_told(tmp_path, metadata, wanted):
    respond = scb_server({"TAB1267": metadata})
    with serving(respond) as server, pytest.raises(InputError, match=wanted):
        fetched_scb(tmp_path, server, tables=[scb.NOVEMBER])
    assert list(tmp_path.iterdir()) == []


def unselected(dataset):
    """The default selection: the regions are gone and nothing says so."""
    return {**dataset, "id": dataset["id"][1:], "size": dataset["size"][1:]}


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        (unselected, "lacks Region"),
        (lambda d: {**d, "value": d["value"][:-1]}, "417 values where its codes make 418"),
        (lambda d: {**d, "size": [1, 1, 1, 1]}, "lacks some of its codes"),
        (lambda d: {**d, "value": ["many"] * len(d["value"])}, "not the shape"),
        (lambda d: json.loads(json.dumps(d).replace('"Alder": {', '"X": {')), "lacks some"),
        (lambda d: json.loads(json.dumps(d).replace('"2023"', '"2024"')), "were asked for"),
        (lambda d: "closed", "not the shape"),
    ],
)
def test_an_answer_of_scb_that_is_not_what_was_asked_is_told(tmp_path, changed, wanted):
    respond = scb_server(changed=changed)
    with serving(respond) as server, pytest.raises(InputError, match=wanted):
        fetched_scb(tmp_path, server, tables=[scb.NOVEMBER])
    assert list(tmp_path.iterdir()) == []


def test_years_that_no_table_has_are_told(tmp_path):
    with serving(scb_server()) as server:
        with pytest.raises(
            InputError, match=r"nothing for 1999: it holds 2021–2023\..*other years"
        ):
            fetched_scb(tmp_path, server, years=[1999])
        with pytest.raises(InputError, match="no year"):
            fetched_scb(tmp_path, server, years=[])
