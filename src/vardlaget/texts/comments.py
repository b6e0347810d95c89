"""Comments: one Markdown file for each section that an analyst comments on."""

import re
from dataclasses import dataclass
from pathlib import Path

from vardlaget.errors import InputError
from vardlaget.project import Project
from vardlaget.texts.problems import Problem

# What a remark says where a comment is about synthetic figures.
ABOUT_SYNTHETIC = "syntetiska uppgifter"
_HIDDEN = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{<(.*?)>\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\s*var\s+(?P<quote>[\"']?)(?P<name>[^\s\"']+)(?P=quote)\s*")


@dataclass(frozen=True)
class Comment:
    """A section's comment. `text` has no `<!-- … -->`, whose lines are left empty.

    `synthetic`: a remark of it says that it is about synthetic figures.
    """

    section: str
    file: str
    text: str
    synthetic: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    def line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True)
class Bound:
    """A `{{< var name >}}` of a comment, and its line."""

    name: str
    file: str
    line: int


def read_comment(path: Path, project: Project) -> Comment:
    """A comment of UTF-8 or Windows-1252 text with any line ends.

    Raises InputError, without the file's name, for a file that is no text.
    """
    # Imported here: the readers' libraries load slowly, and most months have no comments.
    from vardlaget.sources.tables import decode

    try:
        text, cut = decode(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})") from None
    if cut:
        raise InputError("ends in the middle of a character. Save it again")
    text = "\n".join(re.split(r"\r\n|\r|\n", text))
    synthetic = any(ABOUT_SYNTHETIC in m[0].casefold() for m in _HIDDEN.finditer(text))
    shown = _HIDDEN.sub(lambda m: "\n" * m[0].count("\n"), text)
    return Comment(path.stem, project.named(path), shown, synthetic)


def variables(comment: Comment) -> list[Bound]:
    """The variables that a comment uses, in its order."""
    return [
        Bound(match["name"], comment.file, comment.line_at(found.start()))
        for found in _SHORTCODE.finditer(comment.text)
        if (match := _VARIABLE.fullmatch(found[1]))
    ]


def shortcode_problems(comment: Comment) -> list[Problem]:
    """Every shortcode that is not a `var`, or is not closed."""
    problems = []
    for found in _SHORTCODE.finditer(comment.text):
        escaped = comment.text[: found.start()].endswith("{")
        if escaped or not _VARIABLE.fullmatch(found[1]) or "\n" in found[0]:
            told = f"shortcode '{found[0]}': a comment may use {{{{< var name >}}}}, and no other"
            problems.append(Problem(comment.file, comment.line_at(found.start()), told))
    rest = without_shortcodes(comment.text)
    for mark in re.finditer(r"\{\{<|\{\{\{|>\}\}", rest):
        told = f"'{mark[0]}' opens or closes no shortcode"
        problems.append(Problem(comment.file, comment.line_at(mark.start()), told))
    return problems


def without_shortcodes(text: str, instead: str = "x") -> str:
    """The text with a word in place of each shortcode, on the same lines."""
    return _SHORTCODE.sub(lambda m: instead + "\n" * m[0].count("\n"), text)
