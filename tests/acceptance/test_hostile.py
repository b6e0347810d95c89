"""Hostile input: what data, names and settings hold is text, in every file that leaves.

An edition is built from units, sources and notes that are programs to a browser, to pandoc, to
Typst, to a spreadsheet or to a shell; then the edition is read back.
"""

import csv
import re
import zipfile
from pathlib import Path

import lxml.html
import pandas as pd
import pypdf
import pytest
from python_calamine import CalamineWorkbook

import small_project

UNITS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "[lock](javascript:alert(3))",
    "{{< include /etc/passwd >}}",
    "```{=html}\n<b>4</b>\n```",
    '#read("/etc/passwd")',
    "$x$ `#panic()` *fet* _kursiv_ @ref",
    '=HYPERLINK("http://127.0.0.1/5";"Klicka")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1,2)",
    "../../../ut",
    "$(touch /tmp/sex) ; `touch sju` %PATH%",
    "{{ 7 * 7 }} ${7*7} <%= 7*7 %>",
    "</script></style><!-- --",
    "Å\u202ebakvänd\u202c & \u200bosynlig",
)
CONTACT = "<script>alert(8)</script> {{< meta title >}} #emph[nio]"
REPORT = Path(__file__).parents[2] / "reports" / "vardgaranti.qmd"


def _squeezed(text: str) -> str:
    """Without white space, marks that PDF breaks lines with, and characters that nobody sees."""
    return re.sub(r"[\s\u00ad\u200b\u202a-\u202e]+", "", text)


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    project = small_project.make(tmp_path_factory.mktemp("hostile") / "project")
    for path in (*(project / "data" / "raw").glob("*.csv"), project / "reports" / "prov.qmd"):
        path.unlink()
    (project / "reports" / REPORT.name).write_text(REPORT.read_text("utf-8"), encoding="utf-8")
    settings = project / "settings" / f"{small_project.SLUG}.yml"
    settings.write_text(f"region: '24'\ncontact: '{CONTACT}'\n", encoding="utf-8")
    rows = [
        {"unit": unit, "numerator": 600 + n, "denominator": 1000, "value": (600 + n) / 10}
        for n, unit in enumerate(("", *UNITS))
    ]
    frame = pd.DataFrame(rows).assign(
        indicator="phone_same_day",
        region="24",
        span="month",
        period=small_project.MONTH,
        basis="completed",
        source=UNITS[0],
        note=UNITS[3],
    )
    frame.to_csv(project / "data" / "raw" / "=cmd.csv", index=False)
    small_project.build(project)
    return small_project.folder(project)


@pytest.fixture(scope="module")
def page(edition) -> lxml.html.HtmlElement:
    return lxml.html.parse(str(edition / "vardgaranti.html")).getroot()


def test_the_page_shows_it_as_text(page):
    text = _squeezed(page.text_content())
    assert [unit for unit in UNITS if _squeezed(unit) not in text] == []
    assert _squeezed(CONTACT) in text


def test_nothing_of_it_becomes_markup(page):
    for element in page.iter(lxml.etree.Element):
        assert not [name for name in element.attrib if name.startswith("on")], element.tag
        if element.tag == "script":
            assert element.get("type") == "application/json" or "assets/" in element.get("src")
        assert not element.get("src", "").startswith(("x", "http", "javascript"))
        assert not element.get("href", "").strip().startswith(("javascript", "data", "http:"))
    assert page.find(".//base") is None


def test_the_pdf_shows_it_as_text_and_runs_nothing(edition):
    reader = pypdf.PdfReader(edition / "vardgaranti.pdf")
    text = _squeezed(" ".join(each.extract_text() for each in reader.pages))
    shown = [unit for unit in UNITS if unit.isascii()]
    assert [unit for unit in shown if _squeezed(unit) not in text] == []
    content = (edition / "vardgaranti.pdf").read_bytes()
    assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile)\b", content)
    links = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for each in reader.pages
        for note in each.get("/Annots", [])
    ]
    assert not [link for link in links if "127.0.0.1" in link or "javascript" in link]


def test_no_cell_is_a_formula(edition):
    for path in sorted(edition.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        wrong = [c for c in cells if re.match(r"\s*[=+\-@]", c) and re.search(r"[(|!]", c)]
        assert wrong == [], path.name
    (workbook,) = edition.glob("*.xlsx")
    book = CalamineWorkbook.from_path(workbook)
    cells = {
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {UNITS[0], UNITS[7], UNITS[9]} <= cells
    with zipfile.ZipFile(workbook) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not [name for name in sheets if re.search(rb"<f[ >]", parts.read(name))]
        assert not [name for name in parts.namelist() if "externalLink" in name]


def test_nothing_was_run_or_written_elsewhere(edition):
    project = edition.parents[2]
    assert not Path("/tmp/sex").exists()
    assert not list(project.rglob("sju"))
    assert not (project.parent / "ut").exists()
    names = [path.name for path in edition.rglob("*")]
    assert all(re.fullmatch(r"[\w.-]+", name) for name in names)
    leaving = [path for path in edition.rglob("*") if path.suffix in (".html", ".json", ".csv")]
    assert all("root:x:0" not in path.read_text(encoding="utf-8") for path in leaving)
