"""A document, its includes and its embedded cells, as one Markdown text with a place per line.

Shortcodes are resolved here. A value from `var` or `meta` does not go into the text, where its
characters could be read as Markdown; a token of private-use characters does, and the filter puts
the value in after pandoc has parsed the text.
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from vardlaget.pipeline.render.embedded import metadata
from vardlaget.pipeline.render.embedded.notebook import Cell, embedded_cells
from vardlaget.pipeline.render.embedded.sources import Source, fail, inside, read_text

TOKEN_OPEN, TOKEN_CLOSE, TOKEN_ZERO = "\ue000", "\ue001", 0xE010

_ESCAPED = re.compile(r"\{(\{\{<.*?>\}\})\}")
_SHORTCODE = re.compile(r"\{\{<(.*?)>\}\}")
_ALONE = re.compile(r"(\s*)\{\{<((?:(?!>\}\}).)*)>\}\}\s*")
_FENCE = re.compile(r"[\s>]*(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_EXECUTABLE = re.compile(r"\s*\{+\s*([A-Za-z]\w*)[^}]*\}")
_EXECUTABLE_SPAN = re.compile(r"(?<!`)`\{(python|r|julia|ojs)\}\s|(?<!`)`r \S")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_BLOCK_SHORTCODES = ("embed", "include", "pagebreak")


class Line(NamedTuple):
    """A line of the composed text."""

    text: str
    source: Source
    code: bool = False


@dataclass
class Composition:
    """The composed text; `values` are what its tokens stand for."""

    lines: list[Line] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    literals: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(line.text + "\n" for line in self.lines)

    def token(self, value: str, *, literal: bool = False) -> str:
        """A token for a value; a literal is the document's own text and may stand in raw code."""
        self.values.append(value)
        if literal:
            self.literals.add(len(self.values))
        digits = "".join(chr(TOKEN_ZERO + int(digit)) for digit in str(len(self.values)))
        return f"{TOKEN_OPEN}{digits}{TOKEN_CLOSE}"

    def locate(self, needle: str, *, last: bool = False) -> Source | None:
        """The place of the first (or last) line, else cell, that holds the needle as a word."""
        end = r"(?![\w-])" if re.search(r"[\w-]$", needle) else ""
        pattern = re.compile(re.escape(needle) + end)
        hits = [line.source for line in self.lines if not line.code and pattern.search(line.text)]
        hits = hits or [cell.source for cell in self.cells if self._in_cell(cell, pattern)]
        hits = hits or [line.source for line in self.lines if pattern.search(line.text)]
        return hits[-1 if last else 0] if hits else None

    @staticmethod
    def _in_cell(cell: Cell, pattern: re.Pattern[str]) -> bool:
        texts = (cell.markdown, cell.caption or "", f"#{cell.label}")
        return any(pattern.search(text) for text in texts)


@dataclass
class Composer:
    """Composes one document for one format."""

    project: Path
    document: str
    variables: dict[str, Any]
    meta: dict[str, Any]
    result: Composition = field(default_factory=Composition)

    def compose(self, text: str, skip: int) -> Composition:
        """Compose the document's text without its first `skip` lines, the front matter.

        Raises RenderError with file and line for everything that cannot be resolved.
        """
        path = (self.project / self.document).resolve()
        _Reader(self, path, self.document, (path,)).read(text, skip)
        return self.result

    def value(self, text: str, source: Source) -> str:
        """A metadata text with tokens for its shortcodes. Raises RenderError."""
        return self.inline(text, source)

    def inline(self, text: str, source: Source) -> str:
        """Replace the shortcodes within a line by tokens."""
        keep = self.result.token
        text = _ESCAPED.sub(lambda match: keep(match[1], literal=True), text)
        text = _SHORTCODE.sub(lambda match: keep(self._lookup(match[1], source)), text)
        if "{{<" in text:
            fail(source, "a shortcode is opened with '{{<' and not closed on the same line")
        return text

    def _lookup(self, call: str, source: Source) -> str:
        name, args = parse_call(call, source)
        if name in _BLOCK_SHORTCODES:
            fail(source, f"shortcode '{name}' must stand alone on its line, as a paragraph")
        if name not in ("var", "meta"):
            fail(source, f"shortcode '{name}' is not supported by the embedded engine")
        if len(args) != 1:
            fail(source, f"shortcode '{name}' takes one key")
        values = self.variables if name == "var" else self.meta
        return self._text_of(values, name, args[0], source)

    def _text_of(self, values: dict[str, Any], name: str, key: str, source: Source) -> str:
        try:
            value = metadata.lookup(values, key)
        except KeyError:
            where = "_variables.yml" if name == "var" else "the metadata"
            fail(source, f"shortcode '{name}': there is no key '{key}' in {where}")
        text = metadata.as_text(value)
        if text is None:
            fail(source, f"shortcode '{name}': the value of '{key}' is not a text or a number")
        # A title may itself hold a shortcode; one level is enough and cannot go in circles.
        return _SHORTCODE.sub(lambda match: self._nested(match[1], name, key, source), text)

    def _nested(self, call: str, name: str, key: str, source: Source) -> str:
        inner, args = parse_call(call, source)
        if name == "var" or inner != "var" or len(args) != 1:
            return "{{<" + call + ">}}"
        return self._text_of(self.variables, "var", args[0], source)


def parse_call(call: str, source: Source) -> tuple[str, list[str]]:
    """Name and arguments of a shortcode. Raises RenderError if it is empty or badly quoted."""
    try:
        words = shlex.split(call)
    except ValueError as error:
        fail(source, f"shortcode '{call.strip()}': {error}")
    if not words:
        fail(source, "an empty shortcode")
    return words[0], words[1:]


class _Reader:
    """Reads one file line by line; an include is a reader of its own."""

    def __init__(self, composer: Composer, path: Path, name: str, stack: tuple[Path, ...]):
        self.composer, self.path, self.name, self.stack = composer, path, name, stack
        self.out = composer.result
        self.fence = ""
        self.fence_info = ""
        self.fence_source = Source(name, 1)
        self.comment: Source | None = None

    def read(self, text: str, skip: int = 0) -> None:
        lines = text.splitlines()
        self.lines = lines
        for index in range(skip, len(lines)):
            self._line(index, Source(self.name, index + 1))
        if self.fence:
            fail(self.fence_source, "the code block is not closed")
        if self.comment:
            fail(self.comment, "the comment '<!--' is not closed")

    def _line(self, index: int, source: Source) -> None:
        text = self.lines[index]
        if any(TOKEN_OPEN <= char <= "\ue019" for char in text):
            fail(source, "private-use characters U+E000–U+E019 are not supported")
        if self.fence:
            self._code(text, source)
            return
        text = self._without_comments(text, source)
        match = _FENCE.fullmatch(text)
        if match and not (match["marks"][0] == "`" and "`" in match["info"]):
            self._open_fence(match, text, source)
            return
        self._text(index, text, source)

    def _open_fence(self, match: re.Match[str], text: str, source: Source) -> None:
        executable = _EXECUTABLE.match(match["info"])
        if executable:
            fail(source, f"code to execute ('{executable[1]}') is not supported: "
                         "compute in a notebook and embed its cell")  # fmt: skip
        self.fence, self.fence_info, self.fence_source = match["marks"], match["info"], source
        self._put(text, source, code=True)

    def _code(self, text: str, source: Source) -> None:
        marks = text.strip(" \t>")
        if len(marks) >= len(self.fence) and set(marks) == {self.fence[0]}:
            self.fence = ""
        elif not re.search(r"shortcodes\s*=\s*[\"']?false", self.fence_info):
            text = self._escapes(text, source)
        self._put(text, source, code=True)

    def _escapes(self, text: str, source: Source) -> str:
        text = _ESCAPED.sub(lambda match: self.out.token(match[1], literal=True), text)
        # Quarto would resolve it, so that leaving it as it is would be a silent difference.
        if _SHORTCODE.search(text):
            fail(source, "a shortcode in a code block: write {{{< … >}}} to show it")
        return text

    def _without_comments(self, text: str, source: Source) -> str:
        if self.comment:
            _, closed, rest = text.partition("-->")
            if not closed:
                return ""
            self.comment = None
            text = rest
        start = _outside_code(text, "<!--")
        if start < 0:
            return text
        self.comment = source
        return text[:start] + self._without_comments(text[start + 4 :], source)

    def _text(self, index: int, text: str, source: Source) -> None:
        if text.rstrip() == "---" and self._begins_yaml(index):
            fail(source, "a metadata block within the text; write '***' for a rule")
        executable = _EXECUTABLE_SPAN.search(text)
        if executable:
            fail(source, "inline code to execute is not supported: use {{< var >}}")
        alone = _ALONE.fullmatch(text)
        if alone:
            name, args = parse_call(alone[2], source)
            if name in _BLOCK_SHORTCODES:
                self._check_paragraph(index, name, source)
                getattr(self, f"_{name}")(args, alone[1], source)
                return
        self._put(self.composer.inline(text, source), source)

    def _begins_yaml(self, index: int) -> bool:
        before = self.lines[index - 1].strip() if index else ""
        after = self.lines[index + 1 : index + 2]
        return not before and bool(after and after[0].strip())

    def _check_paragraph(self, index: int, name: str, source: Source) -> None:
        before = self.lines[index - 1].strip() if index else ""
        after = self.lines[index + 1].strip() if index + 1 < len(self.lines) else ""
        begins = not before or before.startswith((":::", "#", "---")) or before.endswith("-->")
        ends = not after or after.startswith((":::", "<!--"))
        if not (begins and ends):
            fail(source, f"shortcode '{name}' must be a paragraph of its own: "
                         "leave an empty line before and after it")  # fmt: skip

    def _put(self, text: str, source: Source, *, code: bool = False) -> None:
        self.out.lines.append(Line(text, source, code))

    def _block(self, text: str, indent: str, source: Source) -> None:
        for line in ("", *text.splitlines(), ""):
            self._put(indent + line if line else "", source)

    def _pagebreak(self, args: list[str], indent: str, source: Source) -> None:
        if args:
            fail(source, "shortcode 'pagebreak' takes no argument")
        self._block("::: {.vl-pagebreak}\n:::", indent, source)

    def _include(self, args: list[str], indent: str, source: Source) -> None:
        if len(args) != 1 or args[0].endswith(".ipynb"):
            fail(source, "shortcode 'include' takes the path of one text file")
        path = inside(self.composer.project, self.path, args[0], source)
        if path in self.stack:
            fail(source, f"'{args[0]}' includes itself")
        if indent:
            fail(source, "shortcode 'include' may not be indented")
        name = path.relative_to(self.composer.project.resolve()).as_posix()
        reader = _Reader(self.composer, path, name, (*self.stack, path))
        reader.read(read_text(path, source))

    def _embed(self, args: list[str], indent: str, source: Source) -> None:
        target, _, names = (args[0] if args else "").partition("#")
        if not target or not names:
            fail(source, "shortcode 'embed' needs a cell: notebook.ipynb#label (a whole notebook "
                         "is not supported by the embedded engine)")  # fmt: skip
        if len(args) > 1:
            fail(source, f"shortcode 'embed': option '{args[1]}' is not supported")
        # As in Quarto, relative to the document, also in an included file.
        host = self.stack[0]
        path = inside(self.composer.project, host, target, source)
        for name in names.split(","):
            for cell in embedded_cells(path, name.strip(), source):
                self.out.cells.append(cell)
                number = len(self.out.cells)
                self._block(f'::: {{.vl-cell n="{number}"}}\n:::', indent, source)


def _outside_code(text: str, mark: str) -> int:
    spans = [match.span() for match in _CODE_SPAN.finditer(text)]
    start = text.find(mark)
    while start >= 0 and any(a <= start < b for a, b in spans):
        start = text.find(mark, start + 1)
    return start
