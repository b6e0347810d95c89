"""Each section of the seed documents has its counterpart: docs/coverage.csv against the editions.

The table's columns: `document` and `section`; `publication` and `edition`; `evidence`, ids that
the page must have; `figures`, texts of the document that the page must show, separated by `|`;
`status`: covered, partial, synthetic (only in the demo country) or missing; and the `reason` of
whatever is not covered.
"""

import csv
import re

import lxml.html
import pytest

from conftest import ROOT

FOLDERS = {
    "vm-feb": "public/2023-02/vastmanland",
    "vb-feb": "public/2023-02/vasterbotten",
    "vb-dec": "public/2023-12/vasterbotten",
    "jh-feb": "public/2024-02/jamtland-harjedalen",
    "jh-jan": "public/2024-01/jamtland-harjedalen",
    "vn-dec": "public/2020-12/vasternorrland",
    "country-24": "country/2024-02/vasterbotten",
}
STATUSES = {"covered", "partial", "synthetic", "missing"}


def rows() -> list[dict]:
    with (ROOT / "docs" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = rows()
SHOWN = [row for row in ROWS if row["status"] != "missing"]


def named(row: dict) -> str:
    return f"{row['document'][:3]}: {row['section']}"


def plain(text: str) -> str:
    """Text with single blanks, and without the marks that keep words together."""
    return re.sub(r"\s+", " ", text.replace("\u2060", ""))


@pytest.mark.parametrize("row", SHOWN, ids=named)
def test_a_section_has_its_counterpart(row, site):
    page = site / FOLDERS[row["edition"]] / f"{row['publication']}.html"
    tree = lxml.html.parse(str(page)).getroot()
    ids = set(tree.xpath("//@id"))
    assert set(row["evidence"].split()) <= ids
    text = plain(tree.text_content())
    assert [figure for figure in row["figures"].split("|") if figure not in text] == []


def test_every_document_is_listed_and_every_gap_has_a_reason():
    assert {row["document"][:3] for row in ROWS} == {"000", "001", "002", "003", "004"}
    assert {row["status"] for row in ROWS} <= STATUSES
    assert all(row["evidence"] for row in SHOWN)
    assert all(row["reason"] for row in ROWS if row["status"] != "covered")
    assert len({named(row) for row in ROWS}) == len(ROWS)


def test_a_section_shown_with_real_figures_is_not_of_the_demo_country():
    for row in ROWS:
        assert row["edition"].startswith("country") == (row["status"] == "synthetic"), named(row)
