"""An edition says of every synthetic figure that it is one, also where the figure is hidden."""

import csv

import lxml.html
import pytest

import small_project

# The synthetic share stands on three people, so that it is hidden.
ROWS = """indicator,region,unit,period,basis,numerator,denominator,value,status
treatment_90d,24,,2024-02,waiting,,,70,
phone_same_day,24,,2024-02,completed,3,40,,synthetic
"""


COMMENT = "Väntan på behandling har minskat."


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A month of real figures with one that is synthetic and hidden, and a comment on real ones:
    its edition, and what the build said."""
    project = small_project.make(tmp_path_factory.mktemp("synthetic") / "project")
    for path in (project / "data" / "raw").glob("*.csv"):
        path.unlink()
    (project / "data" / "raw" / "fil.csv").write_text(ROWS, encoding="utf-8")
    report = project / "reports" / "prov.qmd"
    report.write_text(small_project.REPORT + "\n{{< include comments/laget.md >}}\n", "utf-8")
    comments = project / "reports" / "comments" / small_project.MONTH / small_project.SLUG
    comments.mkdir(parents=True)
    (comments / "laget.md").write_text(COMMENT, encoding="utf-8")
    done = small_project.build(project)
    return small_project.folder(project), done.stdout + done.stderr


@pytest.fixture(scope="module")
def edition(built):
    return built[0]


def test_a_hidden_figure_is_marked_where_it_stands(edition):
    page = lxml.html.parse(str(edition / "prov.html")).getroot()
    (table,) = page.iterfind(".//table")
    assert "x" in [cell.text_content().strip() for cell in table.iterfind(".//td")]
    (caption,) = [c for c in page.iterfind(".//figcaption") if "Tabell" in c.text_content()]
    assert caption.text_content().strip().endswith("Syntetiska uppgifter.")


def test_the_list_of_figures_tells_both(edition):
    with (edition / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["indicator"], row["status"], row["synthetic"]) for row in csv.DictReader(file)}
    assert ("phone_same_day", "suppressed", "true") in rows
    assert ("treatment_90d", "reported", "false") in rows
    assert {told for id_, _, told in rows if id_ != "phone_same_day"} == {"false"}


def test_a_comment_on_real_figures_does_not_stand_beside_synthetic_ones(built):
    edition, said = built
    page = lxml.html.parse(str(edition / "prov.html")).getroot()
    assert COMMENT not in page.text_content()
    named = f"reports/comments/{small_project.MONTH}/{small_project.SLUG}/laget.md"
    assert f"{named}: passed over" in said
