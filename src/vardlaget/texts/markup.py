"""What a comment may be made of: running text, lists, links and tables, and nothing that acts.

pandoc, which both engines read comments with, tells what each part is.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator

import pypandoc

from vardlaget.texts.comments import Comment, shortcode_problems, without_shortcodes
from vardlaget.texts.problems import Problem

HIGHEST_HEADING = 4
READER = "markdown-yaml_metadata_block-pandoc_title_block-auto_identifiers"
_LINK = re.compile(r"(https?://|mailto:|#)\S+", re.IGNORECASE)
# Quarto computes `{python} x` and `r x`.
_EXECUTED = re.compile(r"\{\w+\}|r ")
# Quarto takes what follows for settings of the whole page.
_SETTINGS = re.compile(r"^---[ \t]*$", re.MULTILINE)
_REFERENCE = re.compile(r"(fig|tbl|sec)-[\w-]+")
# Where each part's attributes (id, classes, key=value) stand in pandoc's tree.
_ATTRIBUTES = {"Span": 0, "Div": 0, "Code": 0, "CodeBlock": 0, "Link": 0, "Header": 1, "Table": 0}

# What is wrong with a part, and a text of it to find its line by.
Fault = tuple[str, str]


def problems(comment: Comment) -> list[Problem]:
    """Everything in a comment that it may not hold, each with its line."""
    found = shortcode_problems(comment)
    found += [
        Problem(comment.file, comment.line_at(rule.start()), "'---': write *** for a rule")
        for rule in _SETTINGS.finditer(comment.text)
    ]
    text = without_shortcodes(comment.text)
    searched: dict[str, int] = {}
    for told, needle in _faults(_parsed(text)):
        start = text.find(needle, searched.get(needle, 0)) if needle else -1
        searched[needle] = start + 1
        line = comment.line_at(0) if start < 0 else text.count("\n", 0, start) + 1
        found.append(Problem(comment.file, line, told))
    return found


def _parsed(text: str) -> list:
    command = [pypandoc.get_pandoc_path(), "--from", READER, "--to", "json"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)["blocks"]


def _faults(tree: object) -> Iterator[Fault]:
    """The faults of a tree of pandoc's, in the order of the text."""
    if isinstance(tree, list):
        for part in tree:
            yield from _faults(part)
    elif isinstance(tree, dict):
        kind, content = tree.get("t"), tree.get("c")
        fault = FAULTS[kind](content) if kind in FAULTS else _attribute_fault(kind, content)
        if fault:
            yield fault
        yield from _faults(content)


def _attribute_fault(kind: str | None, content) -> Fault | None:
    if kind not in _ATTRIBUTES:
        return None
    identifier, classes, values = content[_ATTRIBUTES[kind]]
    automatic = ("uri", "email") if kind == "Link" else ()
    needles = [identifier, *(c for c in classes if c not in automatic), *(k for k, _ in values)]
    if not any(needles):
        return None
    return "ids, classes and other attributes are not for comments", next(filter(None, needles))


def _raw(content) -> Fault:
    kind, text = content
    return f"raw {kind.upper()} is not for comments", text.strip().partition("\n")[0]


def _header(content) -> Fault | None:
    level, _, words = content
    if level < HIGHEST_HEADING:
        told = f"a heading of level {level}: use level {HIGHEST_HEADING} (####) or below"
        return told, "#" * level + " " + next(_words(words), "")
    return _attribute_fault("Header", content)


def _link(content) -> Fault | None:
    address = content[2][0]
    if not _LINK.fullmatch(address):
        told = f"link to '{address}': a link goes to http, https, mailto or a #section"
        return told, address
    return _attribute_fault("Link", content)


def _cite(content) -> Fault | None:
    id_ = content[0][0]["citationId"]
    if _REFERENCE.fullmatch(id_):
        return None
    return f"'@{id_}' reads as a reference: write \\@", f"@{id_}"


def _image(content) -> Fault:
    return "pictures are not for comments", content[2][0]


def _math(content) -> Fault:
    return "'$' begins a formula: write \\$", content[1]


def _note(content) -> Fault:
    return "footnotes are not for comments, as several share a page", "^"


def _code(content) -> Fault | None:
    if _EXECUTED.match(content[1]):
        return "code to execute is not for comments", content[1].split(" ")[0]
    return _attribute_fault("Code", content)


def _words(inlines: list) -> Iterator[str]:
    return (part["c"] for part in inlines if part["t"] == "Str")


FAULTS: dict[str, Callable[..., Fault | None]] = {
    "RawBlock": _raw,
    "RawInline": _raw,
    "Header": _header,
    "Link": _link,
    "Cite": _cite,
    "Image": _image,
    "Math": _math,
    "Note": _note,
    "Code": _code,
}
