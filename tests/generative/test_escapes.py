"""Any text from data comes out of pandoc, Typst and HTML as itself."""

import html
import json

import pypandoc
import typst
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vardlaget.present.escape import for_html, for_markdown, for_typst, typst_string

# Batches, and no shrinking, since each example costs a run of pandoc or Typst.
SETTINGS = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Markup characters often, and letters, digits and spaces between them.
MARKUP = st.sampled_from([*"\\`*_{}[]()#+-.!<>|~^$@\"':=&/%;,?", "{{<", "```", "--", "..."])
PLAIN_TEXT = st.sampled_from([*"aå1 9Ö", "  ", "http", "www", "i", "Mr"])
texts = st.lists(MARKUP | PLAIN_TEXT, min_size=1, max_size=12).map("".join).filter(str.strip)
batches = st.lists(texts, min_size=20, max_size=40)

# The text of content, or the name of the first thing in it that is no text.
PLAIN = r"""
#let plain(c) = {
  if c.func() == text or repr(c.func()) == "symbol" { c.text }
  else if c == [ ] { " " }
  else if c.has("children") { c.children.map(plain).join() }
  else { "<" + repr(c.func()) + ">" }
}
"""


def words(text):
    return " ".join(text.split())


@SETTINGS
@given(batch=batches)
def test_pandoc_shows_markdown_text_as_it_was(batch):
    joined = "\n\n".join(["Början", *map(for_markdown, batch)])
    blocks = json.loads(pypandoc.convert_text(joined, "json", format="markdown"))["blocks"]
    shown = [
        "".join(part["c"] if part["t"] == "Str" else " " for part in block["c"])
        for block in blocks
        if block["t"] == "Para"
    ]
    assert shown[1:] == [words(text) for text in batch]
    parts = {part["t"] for block in blocks for part in block["c"]}
    assert parts <= {"Str", "Space"}


# Was wrong once: `1. x` becomes an item of a numbered list, and `...` becomes `…`.
@SETTINGS
@given(batch=batches)
def test_typst_shows_text_as_it_was(batch, tmp_path):
    batch = [words(text) for text in batch]
    source = tmp_path / "a.typ"
    lines = [f"#metadata(plain([{for_typst(text)}])) <r>" for text in batch]
    source.write_text(PLAIN + "\n".join(lines), encoding="utf-8")
    assert json.loads(typst.query(str(source), "<r>", field="value")) == batch


@SETTINGS
@given(batch=batches)
def test_a_typst_string_is_the_text(batch, tmp_path):
    source = tmp_path / "a.typ"
    lines = [f"#metadata({typst_string(text)}) <r>" for text in batch]
    source.write_text("\n".join(lines), encoding="utf-8")
    assert json.loads(typst.query(str(source), "<r>", field="value")) == batch


@settings(max_examples=100, deadline=None)
@given(text=texts | st.text(max_size=20))
def test_html_text_is_the_text_and_has_no_markup(text):
    safe = for_html(text)
    assert html.unescape(safe) == html.unescape(html.escape(text))
    assert not set("<>\"'`{") & set(safe)
