"""Revisions, sign-off, integrity and traces of the machine, without building anything."""

import dataclasses
import os
import subprocess
import sys

import pytest

from vardlaget import project as projects
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.sign_off import SignOff
from vardlaget.errors import InputError
from vardlaget.pipeline import editions, locks
from vardlaget.publishing import approvals, figures, integrity, ledger, ledger_text, machine
from vardlaget.publishing.approvals import Approval
from vardlaget.publishing.ledger import Note

ABOUT = {
    "publications": [{"name": "rapport", "title": "Rapport"}],
    "parameters": {"slug": "skane", "month": "2024-02"},
    "built": "2024-03-01T00:00:00+00:00",
    "package": {"name": "vardlaget", "version": "1", "code": "a"},
    "data": {"observations": "a", "corrections": "a"},
}


def figure(value="70", text="70 %", status="reported", publication="rapport", **key):
    row = dict.fromkeys((*figures.KEY, *figures.TOLD), "")
    row |= {"indicator": "treatment_90d", "period": "2024-02", "scenario": "actual"}
    return row | {"value": value, "text": text, "status": status, "publication": publication} | key


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([figure()], [figure()], []),
        ([figure()], [figure("71", "71 %")], [("70", "71", 1.0)]),
        ([figure()], [], [("70", "", None)]),
        ([], [figure()], [("", "70", None)]),
        # One figure in several texts is one change.
        (
            [figure(), figure(text="70 procent")],
            [figure("71", "71 %"), figure("71", "71 procent")],
            [("70", "71", 1.0)],
        ),
        # The same value, told in another way, is a change that readers see.
        ([figure()], [figure(text="70,0 %")], [("70", "70", 0.0)]),
        # Of two sources that contradict each other, one was revised.
        (
            [figure(), figure("80", "80 %")],
            [figure(), figure("81", "81 %")],
            [("80", "81", 1.0)],
        ),
        # What is protected now is not told.
        ([figure("3", "3")], [figure("", "x", "suppressed")], [("3", "", None)]),
    ],
)
def test_differences_between_editions(before, after, told):
    found = figures.differences(before, after)
    assert [(d.of("value", d.before), d.of("value", d.after), d.change) for d in found] == told


def test_what_is_protected_now_stands_nowhere_in_the_ledger():
    (difference,) = figures.differences(
        [figure("3", "3 %", numerator="3")], [figure("", "x", "suppressed")]
    )
    kept = ledger.told(difference)
    assert (kept["from"], kept["change"], kept["protected"]) == (None, None, True)
    text, table = ledger_text.section(revision([kept]), "rapport")
    assert "3 %" not in text + str(table.payload())
    assert ledger_text.PROTECTED in text


def revision(changed: list[dict]) -> dict:
    return {
        "edition": 2,
        "follows": 1,
        "built": "2024-03-01T00:00:00+00:00",
        "scheduled": False,
        "reason": "",
        "causes": {},
        "publications_removed": [],
        "figures": changed,
    }


def put(folder, rows, about=ABOUT, number=1, inputs=None):
    """An edition in place: its manifest, its figures and its ledger."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (folder / "indicators.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ledger.Ledger(number).write(folder)
    editions.write_manifest(folder, about | {"edition": number}, inputs or {})
    return folder


def test_a_first_edition_has_no_revisions(tmp_path):
    made = ledger.following(tmp_path / "skane", ABOUT, {}, [figure()], Note())
    assert made == ledger.Ledger(1)


def test_the_same_figures_are_the_same_edition(tmp_path):
    place = put(tmp_path / "skane", [figure()], number=4)
    other = ABOUT | {"built": "2025-01-01T00:00:00+00:00", "package": {"version": "2"}}
    assert ledger.following(place, other, {"a": "b"}, [figure()], Note()).edition == 4


def test_other_figures_are_the_next_edition(tmp_path):
    place = put(tmp_path / "skane", [figure()], number=4)
    made = ledger.following(place, ABOUT, {}, [figure("71", "71 %")], Note("Rättat", True))
    assert (made.edition, made.follows) == (5, 4)
    assert (made.newest["reason"], made.newest["scheduled"]) == ("Rättat", True)


def test_a_publication_that_is_no_longer_there_is_a_revision(tmp_path):
    place = put(tmp_path / "skane", [figure(), figure(publication="bilaga")])
    both = [*ABOUT["publications"], {"name": "bilaga", "title": "Bilaga"}]
    put(place, [figure(), figure(publication="bilaga")], ABOUT | {"publications": both})
    made = ledger.following(place, ABOUT, {}, [figure()], Note())
    assert made.edition == 2
    assert (made.newest["publications_removed"], made.newest["figures"]) == (["bilaga"], [])


@pytest.mark.parametrize(
    ("changed", "files", "wanted"),
    [
        ({"data": {"observations": "b", "corrections": "a"}}, {"data:a.csv": "2"}, {"data"}),
        ({"data": {"observations": "a", "corrections": "b"}}, {"data:a.csv": "2"}, {"correction"}),
        ({"package": {"name": "vardlaget", "version": "2", "code": "b"}}, {}, {"code"}),
        ({}, {"notebooks/beds.ipynb": "2"}, {"code"}),
        ({}, {"data/reference/targets.csv": "2"}, {"definition"}),
        ({}, {"vardlaget/catalogue/indicators.yml": "2"}, {"definition"}),
        ({}, {"settings/skane.yml": "2"}, {"definition"}),
        ({}, {"settings/gotland.yml": "2"}, set()),
        ({}, {"reports/rapport.qmd": "2"}, {"publication"}),
        ({}, {"reports/comments/2024-02/skane/laget.md": "2"}, {"publication"}),
        ({}, {"reports/comments/2024-02/gotland/laget.md": "2"}, set()),
        ({}, {"reports/theme/vardlaget.css": "2"}, set()),
        ({}, {"data:another-region.csv": "2"}, set()),
    ],
)
def test_causes(changed, files, wanted):
    before = ABOUT | {"inputs": dict.fromkeys(files, "1")}
    assert set(ledger.causes(before, ABOUT | changed, files)) == wanted


def approval(role: str, name: str = "", content: str = "c") -> Approval:
    return Approval(role, name, "2024-03-01T00:00:00+00:00", 1, content, "o")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ([], "utkast"),
        ([approval("chef")], "granskad"),
        ([approval("chef"), approval("läkare")], "fastställd"),
        ([approval("chef", "Eva"), approval("läkare", "Eva")], "granskad"),
        ([approval("chef"), approval("läkare", content="other")], "granskad"),
        ([approval("chef", content="other"), approval("läkare", content="other")], "utkast"),
    ],
)
def test_the_status_follows_from_approvals_of_this_content(given, status):
    assert approvals.status(given, "c", SignOff()) == status


def test_roles_that_are_demanded_must_have_approved():
    demands = SignOff.model_validate({"adopted": {"approvals": 2, "roles": ["Chef"]}})
    assert approvals.status([approval("a"), approval("b")], "c", demands) == "granskad"
    assert approvals.status([approval("a"), approval("chef")], "c", demands) == "fastställd"


def test_adopted_cannot_demand_less_than_reviewed():
    with pytest.raises(ValueError, match="as many"):
        SignOff.model_validate({"reviewed": {"approvals": 3}})


def test_what_a_killed_process_left_is_put_right(tmp_path):
    final = put(tmp_path / "skane", [figure()], number=2)
    put(tmp_path / "skane.1", [figure()], number=1)
    put(tmp_path / "skane.2", [figure()], number=2)  # kept, but what was to follow never came
    (tmp_path / ".skane.abc").mkdir()
    put(tmp_path / "skanor", [figure()])
    editions.recover(final)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["skane", "skane.1", "skanor"]
    final.rename(tmp_path / ".skane.abc-earlier")
    editions.recover(final)
    assert integrity.of_edition(final).whole


def test_a_lock_ends_with_its_process(tmp_path):
    code = (
        "import sys, os, pathlib; from vardlaget.pipeline import locks\n"
        "held = locks.held(pathlib.Path(sys.argv[1]), 'x'); held.__enter__()\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        told = rf"Skåne: process {other.pid} \(since"
        with pytest.raises(InputError, match=told), locks.held(tmp_path, "Skåne"):
            pass
        other.kill()
    with locks.held(tmp_path, "Skåne"):
        assert (tmp_path / locks.NAME).read_text().startswith(f"{os.getpid()} ")


def test_traces_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "skane")
    monkeypatch.setattr("socket.gethostname", lambda: "umea")
    place = dataclasses.replace(projects.find(), root=tmp_path / "projekt", out=tmp_path / "out")
    site = tmp_path / "site"
    site.mkdir()
    (site / "page.html").write_text("skane, umea och http://umea.example/ är ord som andra")
    machine.require_none(site, place)
    for text in (
        "skane@umea",
        "/home/skane",
        "C:\\Users\\skane",
        "//umea/",
        f"{tmp_path}/projekt/a",
    ):
        (site / "page.html").write_text(text)
        with pytest.raises(InputError, match=r"page\.html"):
            machine.require_none(site, place)


@pytest.mark.parametrize(
    ("scenario", "breakdown", "words"),
    [
        ("actual", "sex=women;specialty=Urologi", "väntande, kvinnor, Urologi"),
        ("correction.15854d22", "", "väntande, rättelse"),
        ("vs_budget", "care_type=somatic", "väntande, mot budget, somatisk vård"),
    ],
)
def test_readers_are_told_in_words_which_figure_was_revised(scenario, breakdown, words):
    change = {"indicator": "treatment_90d", "basis": "waiting"}
    named = ledger_text.label(
        change | {"scenario": scenario, "breakdown": breakdown}, load_indicators()
    )
    assert named == f"Operation eller åtgärd inom 90 dagar, {words}"
