"""The PDFs of real editions: structure, layout, weight, and pages against approved pictures."""

import re
from itertools import pairwise

import pytest

from acceptance_support import squeezed
from pdf_support import Document, findings, outside, require_as_approved

MOST_BYTES = 1_000_000
# Within the margins of an upright page, and of a turned one.
UPRIGHT, TURNED = (70, 70), (56, 45)
# Guesses of the checker. TBL-010 counts header cells: a table of one row under two rows of headings
# is no heading that was cut up. FIG-012 counts letters: the text of a chart that names each of its
# values is half digits, and language all the same. TAG-002 takes an artifact of many lower-case
# words for prose: a table's header, repeated on its next page, is no content a second time.
GUESSES = {"TBL-010", "FIG-012", "TAG-002"}


@pytest.fixture(params=["jh-feb", "vm-feb"])
def documents(request, editions) -> list[Document]:
    """The PDFs of an edition."""
    return [Document(path) for path in sorted(editions[request.param].folder.glob("*.pdf"))]


def test_structure_language_title_and_bookmarks(documents):
    for document in documents:
        root = document.pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "sv-SE"
        assert root.ViewerPreferences.DisplayDocTitle
        assert "Region" in str(document.pdf.docinfo["/Title"])
        assert all(str(node.element.Alt).strip() for node in document.tree.all("Figure"))
        levels = document.headings
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        # The title is none of them, nor is the heading above the contents.
        assert len(document.bookmarks) == len(levels) - 1


def test_every_table_has_headers(documents):
    tables = [table for document in documents for table in document.tree.all("Table")]
    assert tables
    for table in tables:
        assert table.all("THead")
        assert all(str(head.attribute("/Scope")) == "/Column" for head in table.all("TH"))


def test_every_page_has_running_head_status_and_number(documents):
    for document in documents:
        pages = document.plumber.pages
        for number, page in enumerate(pages, start=1):
            words = document.lines(page, artifacts=True)
            text = squeezed("".join(word["text"] for word in words))
            assert f"Sida{number}av{len(pages)}" in text
            assert number == 1 or re.search(r"Region\w+,februari20\d\d.*utkast", text)


def test_no_text_leaves_the_page(documents):
    for document in documents:
        for page in document.plumber.pages:
            side, foot = TURNED if page.width > page.height else UPRIGHT
            area = (side, page.width - side, 56, page.height - foot)
            assert not outside(document.lines(page, artifacts=False), *area), page.page_number


def test_a_pdf_is_light(documents):
    for document in documents:
        assert document.path.stat().st_size < MOST_BYTES


def test_an_independent_checker_finds_nothing(documents):
    assert findings([document.path for document in documents], GUESSES) == []


@pytest.mark.parametrize(("shown", "name"), [("Figur 1:", "jh-chart"), ("Tabell 4:", "jh-table")])
def test_pages_look_as_they_were_approved(editions, shown, name):
    path = editions["jh-feb"].folder / "vardgaranti.pdf"
    pages = Document(path).plumber.pages
    number = next(page.page_number for page in pages if shown in page.extract_text())
    require_as_approved(path, number, name)
