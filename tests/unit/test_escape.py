"""Nothing in a name or a value is ever read as markup."""

import html
import json

import lxml.html
import pypandoc
import pytest
import typst

from vardlaget.present.escape import for_html, for_markdown, for_typst, typst_string

HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="x',
    "</div>",
    "&lt;b&gt;",
    "`kod` ```{=html}",
    "{{< include hemlig.md >}}",
    "{{{x}}}",
    "#set page()",
    '#import "a.typ"',
    "*fet* _kursiv_ **x**",
    "[x](http://y.se)",
    "![x](y.png)",
    "[@cite] [^1]",
    "$x^2$ ~a~ ^b^",
    "<etikett> @ref",
    "= Rubrik",
    "- punkt",
    "+ punkt",
    "/ term: ord",
    "// kommentar /* x */",
    "a -- b --- c -? d",
    'it\'s "q"',
    "C:\\mapp\\",
    "\\",
    "https://exempel.se/a?b=c&d",
    "| a | b |",
    "# Rubrik",
    ": definition",
    "1. Enhet",
    "(1) Enhet",
    "i. Enhet",
    "---",
    "med\nny rad",
    "Mr. X, t.ex. 5%",
    "mm ... och ..",
]
# Was wrong once: `1. Enhet` becomes an item of a numbered list in Typst, and `...` becomes `…`.

PLAIN = r"""
#let plain(c) = {
  if c.func() == text or repr(c.func()) == "symbol" { c.text }
  else if c == [ ] { " " }
  else if c.has("children") { c.children.map(plain).join() }
  else { "<" + repr(c.func()) + ">" }
}
"""


@pytest.fixture(scope="module")
def by_typst(tmp_path_factory):
    """What Typst makes of all the texts: as content and as string literals."""
    source = tmp_path_factory.mktemp("typst") / "a.typ"
    source.write_text(
        PLAIN
        + "".join(
            f"#metadata(plain([{for_typst(text)}])) <content>\n"
            f"#metadata({typst_string(text)}) <string>\n"
            for text in HOSTILE
        ),
        encoding="utf-8",
    )
    shown = {
        kind: json.loads(typst.query(str(source), f"<{kind}>", field="value"))
        for kind in ("content", "string")
    }
    return {kind: dict(zip(HOSTILE, texts, strict=True)) for kind, texts in shown.items()}


@pytest.fixture(scope="module")
def by_pandoc():
    """pandoc's blocks for all the texts, each a paragraph."""
    joined = "\n\n".join(["Början", *map(for_markdown, HOSTILE)])
    blocks = json.loads(pypandoc.convert_text(joined, "json", format="markdown"))["blocks"]
    return dict(zip(HOSTILE, blocks[1:], strict=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_typst_shows_the_text_itself(text, by_typst):
    assert by_typst["content"][text] == text.replace("\n", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_typst_string_is_the_text(text, by_typst):
    assert by_typst["string"][text] == text.replace("\n", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_pandoc_reads_a_paragraph_of_words(text, by_pandoc):
    block = by_pandoc[text]
    assert block["t"] == "Para"
    assert {part["t"] for part in block["c"]} <= {"Str", "Space"}
    assert "".join(part.get("c", " ") for part in block["c"]) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_the_text_itself_in_elements_and_attributes(text):
    safe = for_html(text)
    element = lxml.html.fragment_fromstring(f'<p title="{safe}">{safe}</p>')
    assert len(element) == 0
    assert element.text == html.unescape(safe) == text
    assert dict(element.attrib) == {"title": text}


@pytest.mark.parametrize("escape", [for_html, for_markdown, for_typst, typst_string])
@pytest.mark.parametrize("text", ["```", "````{=html}", "{{< var x >}}", "{{< meta y >}}"])
def test_neither_a_fence_nor_a_shortcode_survives(text, escape):
    safe = escape(text)
    assert "```" not in safe
    assert "{{<" not in safe


def test_ordinary_text_stays_as_it_is():
    assert for_html("Närvård Åre, 12 345 st") == "Närvård Åre, 12 345 st"
    assert for_typst("Närvård Åre, 12 345 st") == "Närvård Åre, 12 345 st"
    assert typst_string("Åre") == '"Åre"'
    assert for_markdown("Närvård Åre, 12 st") == "Närvård Åre, 12 st"
