"""An edition in place does not change; another follows it, and tells what is other."""

import json
import re

import lxml.html
import pypdf
import pytest

import small_project
from small_project import build, contents, folder, manifest, put
from vardlaget.pipeline import locks


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """A project with edition 1 as it was, and edition 2 in its place; what edition 1 held."""
    project = small_project.make(tmp_path_factory.mktemp("revised") / "project")
    build(project)
    before = contents(folder(project))
    put(project, 71)
    build(project, "--reason", "Ny leverans <b>från</b> *registret*", "--scheduled")
    return project, before


def test_the_edition_that_was_followed_stays_as_it_was(revised):
    project, before = revised
    assert manifest(folder(project))["edition"] == 2
    assert contents(folder(project, "vasterbotten.1")) == before
    assert {path.name for path in folder(project).parent.iterdir()} == {
        "vasterbotten",
        "vasterbotten.1",
    }


def test_links_of_both_editions_lead_to_files(revised):
    project, _ = revised
    for name in ("vasterbotten", "vasterbotten.1"):
        page = lxml.html.parse(str(folder(project, name) / "prov.html"))
        links = [link for _, _, link, _ in page.getroot().iterlinks()]
        local = [link.partition("#")[0] for link in links if not re.match("[a-z]+:|#", link)]
        assert local
        assert [link for link in local if not (folder(project, name) / link).exists()] == []


def test_the_ledger_tells_which_figures_changed_by_how_much_and_why(revised):
    project, _ = revised
    ledger = json.loads((folder(project) / "revisions.json").read_text(encoding="utf-8"))
    (revision,) = ledger["revisions"]
    assert (ledger["edition"], revision["follows"], revision["scheduled"]) == (2, 1, True)
    assert revision["causes"] == {"data": ["data/raw/2024-02.csv"]}
    actual = [f for f in revision["figures"] if f["scenario"] == "actual"]
    assert [(f["indicator"], f["unit"]) for f in actual] == [("treatment_90d", "")]
    (figure,) = actual
    assert (figure["from"]["value"], figure["to"]["value"], figure["change"]) == ("70", "71", 1.0)


def test_readers_see_the_revision_in_page_pdf_and_table(revised):
    project, _ = revised
    page = lxml.html.parse(str(folder(project) / "prov.html")).getroot()
    pdf = pypdf.PdfReader(folder(project) / "prov.pdf")
    for text in (page.text_content(), " ".join(p.extract_text() for p in pdf.pages)):
        told = " ".join(text.split())
        assert "Ändringar sedan förra utgåvan" in told
        assert "Detta är utgåva 2. Den ersatte utgåva 1 den 1 mars 2024." in told
        assert "Revideringen var planerad." in told
        assert "uppgifterna har reviderats" in told
        assert "Ny leverans <b>från</b> *registret*." in told
        assert "+1,0 procentenheter" in told
    assert "+1,0" not in (folder(project, "vasterbotten.1") / "prov.html").read_text("utf-8")
    table = (folder(project) / "tables" / "andringar_prov.csv").read_text(encoding="utf-8")
    assert "70,71,1" in table


def test_a_rebuild_with_the_same_figures_stays_the_same_edition(revised):
    project, before = revised
    with (project / "reports" / "theme" / "vardlaget.css").open("a") as style:
        style.write("\n/* other */\n")
    build(project)
    assert manifest(folder(project))["edition"] == 2
    assert not folder(project, "vasterbotten.2").exists()
    ledger = json.loads((folder(project) / "revisions.json").read_text(encoding="utf-8"))
    assert len(ledger["revisions"]) == 1
    assert contents(folder(project, "vasterbotten.1")) == before


def test_two_builds_at_once_do_not_mix(revised):
    project, _ = revised
    before = contents(project / "public")
    with locks.held(project / "build" / "2024-02" / "vasterbotten", "the test"):
        refused = build(project, "--afresh", fails=True)
    assert refused.returncode == 2
    assert re.search(r"Region Västerbotten, 2024-02: process \d+ \(since ", refused.stderr)
    assert contents(project / "public") == before
    build(project, "--afresh")


def test_the_front_page_lists_the_newest_editions_alone(revised):
    project, _ = revised
    front = (project / "public" / "index.html").read_text(encoding="utf-8")
    assert front.count('class="edition"') == 1
    assert 'href="2024-02/vasterbotten/prov.html"' in front
    assert 'Utkast · utgåva 2 · tidigare: <a href="2024-02/vasterbotten.1/prov.html">' in front
