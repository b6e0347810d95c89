"""Text from data as text: nothing in a name or a value is ever read as markup."""

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~^$@\"':=&])")
_SPACE = re.compile(r"[ \t\r\n]+")
_TYPST = re.compile(r"([\\#$*_`<>@\[\]~=+/\-'\".])")


def one_line(text: str) -> str:
    """Text with its line breaks and runs of spaces as one space; no-break spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


def for_html(text: str) -> str:
    """Text for an HTML element or a quoted attribute inside a raw block of a notebook's cell."""
    # A run of backticks could close the raw block, and Quarto reads `{{<` even there.
    return html.escape(text, quote=True).replace("`", "&#96;").replace("{", "&#123;")


def for_markdown(text: str) -> str:
    """Text for a pandoc Markdown paragraph."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def for_typst(text: str) -> str:
    """Text for Typst markup. Backticks and braces as code points: see `for_html`."""
    escaped = _TYPST.sub(r"\\\1", text)
    return escaped.replace("\\`", "\\u{60}").replace("{{", "\\u{7b}{")


def typst_string(text: str) -> str:
    """Text as a Typst string literal, quotes included."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\u{60}")
    return '"' + inner.replace("{{", "{\\u{7b}").replace("\n", " ") + '"'
