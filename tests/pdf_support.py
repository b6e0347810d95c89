"""A PDF read back: its structure for screen readers, its text by place, its pages as pictures."""

import json
import os
import re
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter

from conftest import ROOT

# `make test` installs it, with an environment of its own (requirements-checker.lock).
CHECKER = ROOT / ".cache" / "checker" / "bin" / "outloud"
APPROVED = Path(__file__).parent / "approved"
# Set, the pages are written as the approved ones in place of being compared with them.
APPROVE = "VARDLAGET_APPROVE_PAGES"
WIDTH = 120  # of an approved picture, in pixels
# A line of text that moves by its height differs by more in about a hundredth of the pixels.
LEVEL = 24  # of 255: less may differ by how a letter's edge falls on the pixels
SHARE = 0.004
HEADING = re.compile(r"H([1-6])")


@dataclass(frozen=True)
class Node:
    """An element of the structure tree: its type, its dictionary, its elements within."""

    kind: str
    element: pikepdf.Dictionary
    children: tuple["Node", ...]

    def all(self, kind: str) -> list["Node"]:
        own = [self] if self.kind == kind else []
        return own + [node for child in self.children for node in child.all(kind)]

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def attribute(self, name: str) -> object:
        """The value of an attribute, such as `/Scope`; None where it has not."""
        found = self.element.get("/A", [])
        for attributes in found if isinstance(found, pikepdf.Array) else [found]:
            if name in attributes:
                return attributes[name]
        return None

    def span(self, name: str) -> int:
        return int(self.attribute(name) or 1)


class Document:
    """A PDF file, opened by pikepdf and pdfplumber."""

    def __init__(self, path: Path):
        self.path = path
        self.pdf = pikepdf.open(path)
        self.plumber = pdfplumber.open(path)

    @cached_property
    def tree(self) -> Node:
        return _node(self.pdf.Root.StructTreeRoot)

    @cached_property
    def bookmarks(self) -> list[str]:
        with self.pdf.open_outline() as outline:
            return [item.title for item in _items(outline.root)]

    @property
    def headings(self) -> list[int]:
        """The levels of the headings in their order."""
        found = (HEADING.fullmatch(node.kind) for node in self.tree.walk())
        return [int(match[1]) for match in found if match]

    def lines(self, page, artifacts: bool) -> list[dict]:
        """The words of a page: its running heads, marks and numbers, or its content."""
        kept = page.filter(lambda item: (item.get("tag") == "Artifact") == artifacts)
        return kept.extract_words(extra_attrs=["size"])


def _node(element) -> Node:
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    within = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    kind = str(element.get("/S", "")).lstrip("/")
    return Node(kind, element, tuple(_node(kid) for kid in within))


def _items(items) -> Iterator:
    for item in items:
        yield item
        yield from _items(item.children)


# ---------------------------------------------------------------- an independent checker


def findings(paths: list[Path], skip: Collection[str] = ()) -> list[tuple]:
    """What the checker finds in PDFs: file, rule, page, message, evidence.

    `skip`: rules that are not tried. The test is skipped, loudly, where there is no checker.
    """
    if not CHECKER.is_file():
        pytest.skip("NO CHECKER: make .cache/checker/installed could not install outloud")
    command = [CHECKER, "--json", "-", "--fail-on", "never", "--quiet"]
    skipped = ["--skip", ",".join(sorted(skip))] if skip else []
    done = subprocess.run([*command, *skipped, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout[done.stdout.index("{") :])["results"]
    assert [(Path(r["path"]), r["error"]) for r in results] == [(path, None) for path in paths]
    return [
        (Path(result["path"]).name, f["rule"], f["page"], f["message"], f.get("evidence"))
        for result in results
        for f in result["findings"]
    ]


# ---------------------------------------------------------------- layout


def outside(words: list[dict], left: float, right: float, top: float, bottom: float) -> list[str]:
    """The words that leave the rectangle, with a point's tolerance."""
    return [
        word["text"]
        for word in words
        if word["x0"] < left - 1
        or word["x1"] > right + 1
        or word["top"] < top - 1
        or word["bottom"] > bottom + 1
    ]


def overprinted(words: list[dict]) -> list[tuple[str, str]]:
    """Pairs of words of which one covers a third of the other, or more."""
    found = []
    ordered = sorted(words, key=lambda word: word["top"])
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other["top"] > one["bottom"]:
                break
            across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            if across > 0 and down > 0 and across * down > _least_area(one, other) / 3:
                found.append((one["text"], other["text"]))
    return found


def _least_area(*words: dict) -> float:
    return min((w["x1"] - w["x0"]) * (w["bottom"] - w["top"]) for w in words)


# ---------------------------------------------------------------- pictures


def picture(path: Path, page: int) -> Image.Image:
    """A page as a small grey picture."""
    document = pypdfium2.PdfDocument(path)
    shown = document[page - 1]
    drawn = shown.render(scale=4 * WIDTH / shown.get_width(), grayscale=True).to_pil()
    return drawn.convert("L").resize((WIDTH, round(drawn.height / 4)), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ visibly; 1 where the pictures' sizes do."""
    if one.size != other.size:
        return 1.0
    soft = (image.filter(ImageFilter.BoxBlur(1)) for image in (one, other))
    counts = ImageChops.difference(*soft).histogram()
    return sum(counts[LEVEL:]) / (one.width * one.height)


def require_as_approved(path: Path, page: int, name: str) -> None:
    """Fails where the page looks other than tests/approved/<name>.png.

    With VARDLAGET_APPROVE_PAGES=1 it becomes the approved one.
    """
    approved = APPROVED / f"{name}.png"
    now = picture(path, page)
    if os.environ.get(APPROVE):
        now.save(approved, optimize=True)
        return
    assert approved.is_file(), f"{approved.name} is not approved: set {APPROVE}=1, look, commit"
    with Image.open(approved) as before:
        share = difference(now, before.convert("L"))
    if share > SHARE:
        kept = path.parent / f"{name}-now.png"
        now.save(kept)
        raise AssertionError(
            f"page {page} differs from {approved.name} in {share:.1%} of its pixels: see {kept}. "
            f"If it is as it should be, run again with {APPROVE}=1 and commit the picture."
        )
