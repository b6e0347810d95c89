"""Review, approve, publish: an approval holds for what was reviewed, and for nothing else."""

import json
import re
import shutil

import lxml.html
import pypdf
import pytest

import small_project
from small_project import any_command, build, command, contents, folder, manifest, put


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project with the editions of two months."""
    project = small_project.make(tmp_path_factory.mktemp("built") / "project")
    put(project, 65, month="2024-01")
    build(project, month="2024-01")
    build(project)
    return project


@pytest.fixture
def project(built, tmp_path):
    """Its own copy, with what the build knows."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture(scope="module")
def adopted(built, tmp_path_factory):
    """A copy whose newest edition has been reviewed and approved by two roles."""
    project = shutil.copytree(built, tmp_path_factory.mktemp("adopted") / "project")
    command(project, "review")
    command(project, "approve", "--as", "controller", "--name", "Eva *Ek*")
    command(project, "approve", "--as", "verksamhetschef")
    return project


def test_what_was_not_reviewed_is_not_approved(project):
    before = contents(project / "public")
    refused = command(project, "approve", "--as", "controller", fails=True)
    assert "has not been reviewed" in refused.stderr
    assert contents(project / "public") == before


def test_the_packet_shows_differences_checks_contradictions_and_hashes(project):
    done = command(project, "review")
    page = project / "build" / "2024-02" / "vasterbotten" / "review" / "index.html"
    assert page.relative_to(project).as_posix() in done.stdout
    text = " ".join(lxml.html.parse(str(page)).getroot().text_content().split())
    assert "Detta är månadens första utgåva." in text
    rows = lxml.html.parse(str(page)).getroot().iterfind(".//tr")
    cells = [[cell.text_content().replace("\xa0", " ") for cell in row] for row in rows]
    share = "Operation eller åtgärd inom 90 dagar, väntande"
    assert [share, "", "månaden", "65,0 %", "70,0 %", "+5", "+7,7"] in cells, cells[:9]
    assert "Telefontillgänglighet" in text.partition("Motstridiga uppgifter")[2]
    assert "En annan källa" in text
    assert "preliminär" in text
    outputs = manifest(folder(project))["outputs"]
    assert all(digest in text for digest in outputs.values())
    assert (page.parent / "prov.pdf").read_bytes() == (folder(project) / "prov.pdf").read_bytes()
    source = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in source
    assert not re.search(r"<script|https?://|style=", source)


def test_approvals_raise_the_status_in_page_and_pdf_and_leave_the_figures(built, adopted):
    edition = folder(adopted)
    assert manifest(edition)["parameters"]["status"] == "fastställd"
    approvals = json.loads((edition / "approvals.json").read_text(encoding="utf-8"))["approvals"]
    assert [(a["role"], a["name"]) for a in approvals] == [
        ("controller", "Eva *Ek*"),
        ("verksamhetschef", ""),
    ]
    assert {a["content"] for a in approvals} == {manifest(folder(built))["content"]}
    page = lxml.html.parse(str(edition / "prov.html")).getroot().text_content()
    pdf = pypdf.PdfReader(edition / "prov.pdf")
    for text in (page, " ".join(p.extract_text() for p in pdf.pages)):
        told = " ".join(text.split())
        assert "Status: fastställd" in told
        assert "Godkänd av controller Eva *Ek* den" in told
        assert "tkast" not in told
    figures = "indicators.csv"
    assert (edition / figures).read_bytes() == (folder(built) / figures).read_bytes()


def test_one_person_twice_is_one_person(project):
    command(project, "review")
    command(project, "approve", "--as", "controller", "--name", "Eva Ek")
    assert manifest(folder(project))["parameters"]["status"] == "granskad"
    command(project, "approve", "--as", "chef", "--name", "eva ek")
    assert manifest(folder(project))["parameters"]["status"] == "granskad"
    again = command(project, "approve", "--as", "chef", "--name", "Eva Ek", fails=True)
    assert "approved this content" in again.stderr
    refused = any_command(project, "publish", "--to", "site", fails=True)
    assert "granskad, and fastställd is demanded" in " ".join(refused.stderr.split())
    assert not (project / "site").exists()


def test_an_approval_of_other_content_does_not_count(adopted, tmp_path):
    project = shutil.copytree(adopted, tmp_path / "project")
    put(project, 71)
    build(project)
    assert manifest(folder(project))["parameters"]["status"] == "utkast"
    assert manifest(folder(project, "vasterbotten.1"))["parameters"]["status"] == "fastställd"
    unread = command(project, "approve", "--as", "controller", fails=True)
    assert "is not what was reviewed" in unread.stderr
    refused = any_command(project, "publish", "--to", "site", fails=True)
    assert "2 approvals are of other content" in " ".join(refused.stderr.split())


def test_what_changed_after_the_review_is_not_approved(project):
    command(project, "review")
    put(project, 72)
    before = contents(project / "public")
    refused = command(project, "approve", "--as", "controller", fails=True)
    assert "have changed since" in refused.stderr
    assert contents(project / "public") == before


def test_an_edition_that_was_tampered_with_is_neither_reviewed_nor_published(adopted, tmp_path):
    project = shutil.copytree(adopted, tmp_path / "project")
    with (folder(project) / "prov.html").open("a") as page:
        page.write("<!-- -->")
    assert "changed: prov.html" in command(project, "review", fails=True).stderr
    refused = any_command(project, "publish", "--to", "site", fails=True)
    assert "not as it was built" in refused.stderr


def test_only_what_is_approved_is_published_and_it_arrives_whole(adopted, tmp_path):
    project = shutil.copytree(adopted, tmp_path / "project")
    done = any_command(project, "publish", "--to", "site")
    assert "2024-01: utkast, and fastställd is demanded" in " ".join(done.stderr.split())
    site = project / "site"
    assert not (site / "2024-01").exists()
    assert contents(site / "2024-02" / "vasterbotten") == contents(folder(project))
    any_command(project, "verify", "site")
    for page in (site / "2024-02" / "vasterbotten" / "prov.html", site / "index.html"):
        links = [link for _, _, link, _ in lxml.html.parse(str(page)).getroot().iterlinks()]
        local = [link.partition("#")[0] for link in links if not re.match("[a-z]+:|#", link)]
        assert [link for link in local if not (page.parent / link).exists()] == []


def test_an_edition_published_before_stays_beside_the_one_that_follows(adopted, tmp_path):
    project = shutil.copytree(adopted, tmp_path / "project")
    site = project / "site"
    any_command(project, "publish", "--to", "site")
    before = contents(site / "2024-02" / "vasterbotten")
    put(project, 71)
    build(project)
    command(project, "review")
    command(project, "approve", "--as", "controller")
    command(project, "approve", "--as", "verksamhetschef")
    any_command(project, "publish", "--to", "site", "--region", "24", "--month", "2024-02")
    assert contents(site / "2024-02" / "vasterbotten.1") == before
    assert manifest(site / "2024-02" / "vasterbotten")["edition"] == 2
    any_command(project, "verify", "site")


def test_settings_decide_what_is_demanded(project):
    settings = "region: '24'\nsign_off:\n  reviewed: {approvals: 1, roles: [chefläkare]}\n"
    settings += "  adopted: {approvals: 3}\n"
    settings += "  publish: reviewed\n"
    (project / "settings" / "vasterbotten.yml").write_text(settings, encoding="utf-8")
    command(project, "review")
    command(project, "approve", "--as", "controller")
    assert manifest(folder(project))["parameters"]["status"] == "utkast"
    command(project, "approve", "--as", "Chefläkare")
    assert manifest(folder(project))["parameters"]["status"] == "granskad"
    any_command(project, "publish", "--to", "site")


def test_what_tells_of_the_machine_is_not_published(adopted, tmp_path):
    project = shutil.copytree(adopted, tmp_path / "project")
    asset = project / "public" / "assets" / "note.js"
    asset.write_text(f"// {project}/data\n", encoding="utf-8")
    refused = any_command(project, "publish", "--to", "site", fails=True)
    assert "assets/note.js: a path" in refused.stderr
    assert not (project / "site").exists()


def test_no_other_folder_is_ever_replaced(adopted):
    mine = adopted / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("Hej")
    for folder_ in ("mine", "public", "."):
        refused = any_command(adopted, "publish", "--to", folder_, fails=True)
        assert "--to" in refused.stderr
    assert contents(mine) == {"letter.txt": b"Hej"}
