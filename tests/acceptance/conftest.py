"""Real editions, built once with the installed command and read back by the tests."""

import csv
import json
import re
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import lxml.html
import pdfplumber
import pytest

from conftest import copy_project, run_command

EDITIONS = {
    "jh-feb": ("23", "2024-02", "2024-02/jamtland-harjedalen"),
    "jh-jan": ("jamtland-harjedalen", "2024-01", "2024-01/jamtland-harjedalen"),
    "vm-feb": ("vastmanland", "2023-02", "2023-02/vastmanland"),
    "vb-feb": ("Västerbotten", "2023-02", "2023-02/vasterbotten"),
    "vb-dec": ("24", "2023-12", "2023-12/vasterbotten"),
}
# One moment for all, so that a rebuild can be compared.
EPOCH = "1709251200"


@dataclass(frozen=True)
class Edition:
    name: str
    folder: Path

    @cached_property
    def figures(self) -> list[dict]:
        with (self.folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def manifest(self) -> dict:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def html(self) -> str:
        return (self.folder / "vardgaranti.html").read_text(encoding="utf-8")

    @cached_property
    def page(self) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.html)

    @cached_property
    def html_text(self) -> str:
        """What a reader of the page meets: its text, and what its charts draw."""
        charts = [c.get("data-spec") + c.get("aria-label") for c in self.page.find_class("chart")]
        return squeezed(self.page.text_content() + " ".join(charts))

    @cached_property
    def pdf_text(self) -> str:
        with pdfplumber.open(self.folder / "vardgaranti.pdf") as pdf:
            return squeezed(" ".join(page.extract_text() for page in pdf.pages))

    def find(self, **wanted: str) -> list[dict]:
        return [f for f in self.figures if all(f[k] == v for k, v in wanted.items())]

    def one(self, **wanted: str) -> dict:
        found = self.find(**wanted)
        assert len(found) == 1, found
        return found[0]


def squeezed(text: str) -> str:
    """Text without any white space: how a line was broken is not what is compared."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Path:
    """A project with all five editions built, once for all workers; its out folder is `public`."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "site"
    try:
        shared.mkdir()
    except FileExistsError:
        return _awaited(shared)
    _build_all(copy_project(shared / "project"))
    (shared / "done").touch()
    return shared / "project"


def _awaited(shared: Path) -> Path:
    for _ in range(600):
        if (shared / "done").exists():
            return shared / "project"
        time.sleep(1)
    pytest.fail("the editions that another worker builds did not come")


def _build_all(project: Path) -> None:
    for region, month, _ in EDITIONS.values():
        done = run_command(
            project,
            *("build", "--region", region, "--month", month, "--engine", "embedded"),
            SOURCE_DATE_EPOCH=EPOCH,
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(params=sorted(EDITIONS))
def edition(request, site) -> Edition:
    return Edition(request.param, site / "public" / EDITIONS[request.param][2])


@pytest.fixture
def editions(site) -> dict[str, Edition]:
    return {name: Edition(name, site / "public" / e[2]) for name, e in EDITIONS.items()}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser, or a loud skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("NO BROWSER: Chromium is not installed, so no page was opened in a browser")
