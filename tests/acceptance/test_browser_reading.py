"""Figures and tables as readers use them, by mouse and by keyboard, wide and on a telephone."""

import csv
import re

import pytest
from playwright.sync_api import expect

from browser_support import FULL, NARROW, OVERVIEW, REPORT, WIDE, pages, press, violations


def test_a_figure_tells_of_itself_when_asked_by_keyboard(visit):
    page = visit(REPORT)
    about = page.locator("#fig-phone-units .about")
    definition = about.get_by_text("Andelen samtal till primärvården")
    expect(definition).to_be_hidden()
    about.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(definition).to_be_visible()
    expect(about.locator("dt").filter(has_text="Källa")).to_be_visible()
    expect(about.get_by_text("syntetiska uppgifter")).to_be_visible()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_chart_can_be_read_as_a_table_and_taken_home(by, visit, tmp_path):
    page = visit(REPORT)
    figure = page.locator("#fig-phone-units")
    summary = figure.locator(".chart-table summary")
    press(page, summary, by)
    rows = figure.locator(".chart-table tbody tr")
    expect(rows.first).to_be_visible()
    shown = [row.split("\t") for row in rows.all_inner_texts()]
    with page.expect_download() as waiting:
        press(page, figure.get_by_role("button", name="Ladda ner CSV"), by)
    waiting.value.save_as(tmp_path / "a.csv")
    assert waiting.value.suggested_filename == "fig-phone-units.csv"
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        _, *saved = csv.reader(file)
    assert [name for name, _ in saved] == [name for name, _ in shown]
    numbers = [float(text.split()[0].replace(",", ".")) for _, text in shown]
    assert [float(value) for _, value in saved] == numbers


def test_every_chart_can_be_read_as_a_table(site, visit):
    for path in [*pages(site, FULL[1]), *pages(site, OVERVIEW)]:
        page = visit(path)
        page.locator(".chart-table").evaluate_all("all => all.forEach((e) => { e.open = true; })")
        charts = page.locator(".chart").count()
        assert page.locator(".chart-table").count() == charts, path
        for table in page.locator(".chart-table").all():
            table.locator("tbody tr").first.wait_for()


def test_a_tables_file_is_the_editions(site, visit, tmp_path):
    page = visit(REPORT)
    with page.expect_download() as waiting:
        page.locator("#tbl-phone-units a[download]").click()
    waiting.value.save_as(tmp_path / "a.csv")
    name = waiting.value.suggested_filename
    original = (site / REPORT).parent / "tables" / name
    assert (tmp_path / "a.csv").read_bytes() == original.read_bytes()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_table_is_sorted_by_its_numbers_up_down_and_back(by, visit):
    page = visit(REPORT)
    table = page.locator("#tbl-phone-units table")
    heading = table.get_by_role("columnheader", name="Besvarade samma dag")
    before = column(table)
    for order, direction in (("ascending", 1), ("descending", -1)):
        press(page, heading.get_by_role("button"), by)
        expect(heading).to_have_attribute("aria-sort", order)
        # The country and the region stand above their units in any order.
        assert column(table)[:2] == before[:2]
        assert column(table)[2:] == sorted(before[2:], key=lambda value: direction * value)
    assert column(table) != before
    press(page, heading.get_by_role("button"), by)
    expect(heading).not_to_have_attribute("aria-sort", "descending")
    assert column(table) == before


def column(table):
    texts = table.locator("tbody tr td:nth-child(2)").all_inner_texts()
    return [float(text.split()[0].replace(",", ".")) for text in texts]


def test_a_table_is_sorted_by_words_as_swedish_does(visit):
    page = visit(REPORT)
    table = page.locator("#tbl-phone-units table")
    table.get_by_role("button", name="Enhet", exact=True).click()
    names = table.locator("tbody tr:not(.emphasised) th").all_inner_texts()
    letters = "abcdefghijklmnopqrstuvwxyzåäö"
    assert names == sorted(names, key=lambda name: [letters.find(c) for c in name.lower()])


def test_a_table_is_sorted_by_its_dates(visit):
    page = visit("public/2023-12/vasterbotten/arsrapport.html")
    table = page.locator("#tbl-calendar table")
    dates = table.locator("tbody th").all_inner_texts()
    assert len({date.split()[1] for date in dates}) > 3  # months
    for order in (1, -1):
        table.get_by_role("button", name="Datum").click()
        assert table.locator("tbody th").all_inner_texts() == dates[::order]


def test_a_wide_table_scrolls_by_keyboard_below_its_row_headings(visit):
    page = visit(REPORT, NARROW)
    region = page.locator("#tbl-production [role=region]")
    assert "Egen produktion" in region.get_attribute("aria-label")
    heading = region.locator("tbody th").first
    place = heading.bounding_box()["x"]
    region.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert region.evaluate("box => box.scrollLeft") > 20
    assert heading.bounding_box()["x"] == pytest.approx(place, abs=1)


def test_a_table_of_words_is_read_row_by_row_on_a_telephone(visit):
    """Nothing stands beyond the edge, each cell after its heading, and it is still a table."""
    page = visit(REPORT, NARROW)
    box = page.locator("#tbl-headline .table-scroll")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    row = page.get_by_role("row", name="Medicinsk bedömning").first
    assert row.get_by_role("rowheader").bounding_box()["x"] == row.bounding_box()["x"]
    cells = row.get_by_role("cell").all()
    assert [cell.get_attribute("data-label") for cell in cells[:3]] == ["Period", "Utfall", "Mål"]
    heights = [cell.bounding_box()["y"] for cell in cells]
    assert heights == sorted(set(heights))
    page.set_viewport_size({"width": WIDE, "height": 900})
    expect(box).not_to_have_class(re.compile("stacked"))


def test_a_table_of_few_rows_and_many_numbers_is_read_row_by_row(visit):
    page = visit(REPORT, NARROW)
    box = page.locator("#tbl-grant-payments .table-scroll")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    amount = box.locator("tbody tr").first.get_by_role("cell").last
    assert amount.get_attribute("data-label") == "Regionens belopp"
    assert amount.is_visible()
    # What does not apply, as a share of the sum, is left out.
    assert box.locator("tbody tr").last.locator("td:visible").count() == 1


def test_cells_below_each_other_tell_the_heading_that_they_share(visit):
    page = visit("public/2023-02/vastmanland/vardgaranti.html", NARROW)
    cells = page.locator("#tbl-contradictions tbody tr").first.get_by_role("cell").all()
    labels = [cell.get_attribute("data-label") for cell in cells]
    assert labels[:2] == ["En uppgift: Värde", "En uppgift: Källa"]
    assert labels[2] == "En annan: Värde"


TABS = """<div class="tabset"><div role="tablist">
<button type="button" role="tab" id="t1" aria-controls="t1-panel" aria-selected="true">Ett</button>
<button type="button" role="tab" id="t2" aria-controls="t2-panel" aria-selected="false">Två</button>
</div>
<div role="tabpanel" id="t1-panel" aria-labelledby="t1" tabindex="0">Första</div>
<div role="tabpanel" id="t2-panel" aria-labelledby="t2" tabindex="0">Andra</div></div>"""


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_tabs_show_one_of_their_parts(by, site, visit):
    """Tabs as the engine writes them (test_embedded_render), in a page of the edition."""
    html = (site / REPORT).read_text(encoding="utf-8")
    page = visit(REPORT)
    body = html.replace("</main>", f"{TABS}</main>")
    page.route("**/*.html", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.reload()
    one, other = page.get_by_role("tab").all()
    first, second = page.locator("#t1-panel"), page.locator("#t2-panel")
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    if by == "mouse":
        other.click()
    else:
        one.focus()
        page.keyboard.press("ArrowRight")
        expect(other).to_be_focused()
    expect(other).to_have_attribute("aria-selected", "true")
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    assert violations(page, contrast=False) == []


# ---------------------------------------------------------------- light, dark, print
