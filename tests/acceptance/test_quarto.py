"""The same edition by real Quarto, where it is found: same headings, captions and numbers."""

import lxml.html
import pytest

from acceptance_support import Edition, squeezed
from vardlaget.pipeline import render

pytestmark = pytest.mark.skipif(
    render.find_quarto() is None, reason="NO QUARTO: the quarto program was not found"
)


@pytest.fixture(scope="module")
def both(site, tmp_path_factory, run) -> tuple[Edition, Edition]:
    """The embedded engine's and Quarto's edition of the same region and month."""
    out = tmp_path_factory.mktemp("quarto")
    arguments = ("build", "--region", "23", "--month", "2024-02", "--engine", "quarto")
    done = run(site, *arguments, "--out", out, SOURCE_DATE_EPOCH="1709251200")
    assert done.returncode == 0, done.stderr
    folder = "2024-02/jamtland-harjedalen"
    return Edition("embedded", site / "public" / folder), Edition("quarto", out / folder)


def headings(page: lxml.html.HtmlElement) -> list[str]:
    return [squeezed(h.text_content()) for h in page.xpath("//main//h2 | //main//h3")]


def captions(page: lxml.html.HtmlElement) -> list[str]:
    return sorted({squeezed(c.text_content()) for c in page.iter("figcaption")})


def test_the_engines_agree_on_headings_and_numbered_captions(both):
    embedded, quarto = both
    assert headings(quarto.page) == headings(embedded.page)
    assert captions(quarto.page) == captions(embedded.page)


def test_the_engines_publish_the_same_figures(both):
    embedded, quarto = both
    assert quarto.figures == embedded.figures
    assert len(quarto.page.find_class("chart")) == len(embedded.page.find_class("chart"))


def test_every_published_text_stands_in_quartos_page_and_pdf(both):
    _, quarto = both
    for figure in quarto.figures:
        assert squeezed(figure["text"]) in quarto.html_text, figure
        assert squeezed(figure["text"]) in quarto.pdf_text, figure


def test_quartos_page_loads_nothing_from_elsewhere(both):
    _, quarto = both
    for element in quarto.page.iter("script", "link", "img"):
        address = element.get("src") or element.get("href") or ""
        assert not address.startswith(("http:", "https:", "//")), address
