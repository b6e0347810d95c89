"""An edition read back: its figures, its page and its PDF as text."""

import csv
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import lxml.html
import pdfplumber

# A CSV file's text that a spreadsheet would take for a formula begins with an apostrophe.
DISARMED = re.compile(r"^'(?=[=+\-@−])")


# In points: the status mark stands in the left margin, beside the lines of text.
MARGIN = 45
HYPHENATED = re.compile(r"(?<=[a-zåäö])-\n(?=[a-zåäö])")


@dataclass(frozen=True)
class Edition:
    """One publication of an edition: its own figures, page and PDF."""

    name: str
    folder: Path
    publication: str = "vardgaranti"

    @cached_property
    def all_figures(self) -> list[dict]:
        with (self.folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
            return [row | {"text": DISARMED.sub("", row["text"])} for row in csv.DictReader(file)]

    @cached_property
    def figures(self) -> list[dict]:
        return [f for f in self.all_figures if f["publication"] == self.publication]

    def publications(self) -> list["Edition"]:
        """Each publication of the same edition."""
        names = [publication["name"] for publication in self.manifest["publications"]]
        return [replace(self, publication=name) for name in names]

    @cached_property
    def manifest(self) -> dict:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def html(self) -> str:
        return (self.folder / f"{self.publication}.html").read_text(encoding="utf-8")

    @cached_property
    def page(self) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.html)

    @cached_property
    def html_text(self) -> str:
        """What a reader of the page meets: its text, and what its charts draw."""
        charts = [c.get("aria-label") for c in self.page.find_class("chart")]
        return squeezed(self.page.text_content() + " ".join(charts))

    @cached_property
    def pdf_text(self) -> str:
        with pdfplumber.open(self.folder / f"{self.publication}.pdf") as pdf:
            pages = [page.crop((MARGIN, 0, page.width, page.height)) for page in pdf.pages]
            text = " ".join(page.extract_text() for page in pages)
        return squeezed(HYPHENATED.sub("", text))

    def find(self, **wanted: str) -> list[dict]:
        return [f for f in self.figures if all(f[k] == v for k, v in wanted.items())]

    def one(self, **wanted: str) -> dict:
        found = self.find(**wanted)
        assert len(found) == 1, found
        return found[0]


def squeezed(text: str) -> str:
    """Text without any white space: how a line was broken is not what is compared."""
    return re.sub(r"\s+", "", text)
