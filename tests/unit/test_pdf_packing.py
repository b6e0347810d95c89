"""A PDF file that is packed: smaller, with the same text and tags, and always the same bytes."""

import pikepdf
import pypdf
import pytest
import typst

from vardlaget.pipeline.render import pdf

SOURCE = """
#set document(title: "Tabell")
#table(columns: 2, table.header[Region][Andel], ..range(400).map(n => [Värde #n]))
"""


@pytest.fixture(scope="module")
def plain():
    return typst.compile(SOURCE.encode(), pdf_standards="ua-1")


@pytest.fixture
def packed(plain, tmp_path):
    path = tmp_path / "tabell.pdf"
    path.write_bytes(plain)
    pdf.pack(path)
    return path


def tags(path) -> list[str]:
    with pikepdf.open(path) as document:
        found = [str(each.get("/S", "")) for each in document.objects if hasattr(each, "get")]
    return sorted(tag for tag in found if tag)


def test_it_is_less_than_half_as_large(plain, packed):
    assert packed.stat().st_size * 2 < len(plain)


def test_text_and_tags_are_the_same(plain, packed, tmp_path):
    before = tmp_path / "before.pdf"
    before.write_bytes(plain)
    texts = [[p.extract_text() for p in pypdf.PdfReader(f).pages] for f in (before, packed)]
    assert texts[0] == texts[1]
    assert "Värde 399" in texts[0][-1]
    assert tags(before) == tags(packed)
    assert tags(packed).count("/TD") == 400


def test_what_is_packed_again_is_the_same(packed):
    once = packed.read_bytes()
    pdf.pack(packed)
    assert packed.read_bytes() == once


def test_two_files_of_the_same_content_are_the_same(plain, packed, tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(plain)
    pdf.pack(other)
    assert other.read_bytes() == packed.read_bytes()
