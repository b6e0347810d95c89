"""Pages in a real browser, with no network: from a server on loopback and from the disk.

axe finds nothing on `file://` and says so nowhere: it is asked over loopback.
"""

import json

import pypdf
import pytest
from playwright.sync_api import expect

from browser_support import FULL, NARROW, REPORT, WIDE, drawn, pages, violations
from conftest import ROOT

LOOK = json.loads((ROOT / "reports" / "theme" / "chart.json").read_text(encoding="utf-8"))


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light")])
@pytest.mark.parametrize("folder", FULL)
def test_every_page_is_whole_and_accessible(folder, width, scheme, site, visit):
    for path in pages(site, folder):
        page = visit(path, width, charts=True, color_scheme=scheme)
        charts = page.locator(".chart").count()
        assert page.locator(".chart.drawn[role=img]:has(svg)").count() == charts, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert violations(page, contrast=width == WIDE) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_front_page_is_whole_and_accessible(width, scheme, visit):
    page = visit("public/index.html", width, color_scheme=scheme)
    page.get_by_label("Sök i alla utgåvor").fill("vårdplatser")
    page.locator("#results a").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_a_page_is_accessible_in_the_dark_with_everything_unfolded(visit):
    page = visit(REPORT, charts=True, color_scheme="dark")
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    page.locator(".chart-table table").first.wait_for()
    assert violations(page) == []


def test_axe_would_see_what_is_wrong(visit):
    page = visit(REPORT.replace("vardgaranti", "manadsrapport"))
    page.locator("main").evaluate(
        "main => { main.innerHTML = '<button></button><p>blek text</p>'; "
        "main.lastChild.style.cssText = 'color:#eee;background:#fff'; }"
    )
    assert {rule for rule, _ in violations(page)} == {"button-name", "color-contrast"}


def from_disk(folder, site, visit):
    for path in pages(site, folder):
        page = visit(path, base=site.as_uri(), charts=True, offline=True)
        drawn_charts = page.locator(".chart.drawn svg").count()
        assert drawn_charts == page.locator(".chart").count(), path


def test_pages_open_from_the_disk_with_the_network_off(edition, site, visit):
    from_disk(edition.folder.relative_to(site), site, visit)


@pytest.mark.parametrize("folder", FULL[1:])
def test_the_countrys_pages_open_from_the_disk_with_the_network_off(folder, site, visit):
    from_disk(folder, site, visit)


def test_a_page_weighs_under_300_kb(site):
    found = [path for out in ("public", "country") for path in (site / out).rglob("*.html")]
    assert len(found) > len(FULL)
    assert [path for path in found if path.stat().st_size >= 300_000] == []


# When the first chart stands there to be seen, in milliseconds from the page's start.
FIRST_CHART = """(() => {
    const look = () => {
        const chart = document.querySelector(".chart.drawn svg");
        if (chart) window.firstChart = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})();"""


def test_a_chart_is_seen_before_all_are_drawn(site, browser):
    """Seconds are the machine's; that the first waits for no other is the page's."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(FIRST_CHART)
    page.goto(f"{site.as_uri()}/{REPORT}")
    page.wait_for_function("window.firstChart")
    first = page.evaluate("window.firstChart")
    drawn(page)
    every = page.evaluate("performance.now()")
    assert page.locator(".chart").count() > 20
    context.close()
    assert first < every / 2


# ---------------------------------------------------------------- finding one's way


def test_the_skip_link_comes_first_and_leads_to_the_text(visit):
    page = visit(REPORT)
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_contents_follow_the_reader(visit):
    page = visit(REPORT)
    current = page.locator("nav.toc a[aria-current=location]")
    expect(current).to_have_attribute("href", "#laget")
    page.locator("#vardplatser").evaluate("heading => heading.scrollIntoView()")
    expect(current).to_have_attribute("href", "#vardplatser")
    expect(current).to_be_in_viewport()


def test_on_a_telephone_the_contents_unfold_by_keyboard_and_fold_after_a_choice(visit):
    page = visit(REPORT, NARROW)
    link = page.locator("nav.toc a[href='#vardplatser']")
    expect(link).to_be_hidden()
    page.locator("nav.toc summary").focus()
    page.keyboard.press("Enter")
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_hidden()
    expect(page.locator("#vardplatser")).to_be_in_viewport()
    heading = page.locator("#vardplatser").bounding_box()
    bar = page.locator("nav.toc").bounding_box()
    assert heading["y"] >= bar["y"] + bar["height"]


def test_an_edition_leads_back_to_all_editions(visit):
    page = visit(REPORT)
    page.get_by_role("link", name="Alla utgåvor och sök").click()
    expect(page).to_have_title("Vårdläget: alla utgåvor")


# ---------------------------------------------------------------- figures and tables


def fill_of_bars(page):
    bars = page.locator("#fig-phone-units .mark-rect path")
    found = bars.evaluate_all("all => all.map((bar) => getComputedStyle(bar).fill)")
    return set(found)


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


@pytest.mark.parametrize(("scheme", "part"), [("light", "colours"), ("dark", "dark")])
def test_charts_have_the_colours_of_the_readers_scheme(scheme, part, visit):
    page = visit(REPORT, charts=True, color_scheme=scheme)
    assert fill_of_bars(page) == {rgb(LOOK[part]["own"]), rgb(LOOK[part]["own_light"])}
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    assert rgb(LOOK[part]["own"]) not in fill_of_bars(page)


def test_paper_is_light_and_carries_no_controls(visit):
    page = visit(REPORT, charts=True, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    background = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert background == rgb(LOOK["page"]["paper"])
    assert rgb(LOOK["colours"]["own"]) in fill_of_bars(page)
    for hidden in ("nav.toc", ".figure-tools", ".skip-link"):
        expect(page.locator(hidden).first).to_be_hidden()


PAINTED = """chart => [...chart.querySelectorAll("svg *")]
    .filter((part) => part.checkVisibility())
    .map((part) => getComputedStyle(part))
    .map(({ fill, stroke }) => `${fill.startsWith("url") ? "gradient" : fill} ${stroke}`)"""


@pytest.mark.parametrize("name", ["vardgaranti", "manadsrapport"])
def test_every_chart_is_printed_from_the_dark_as_from_the_light(name, visit):
    painted = {}
    for scheme in ("light", "dark"):
        page = visit(REPORT.replace("vardgaranti", name), charts=True, color_scheme=scheme)
        page.emulate_media(media="print", color_scheme=scheme)
        charts = page.locator(".chart").all()
        painted[scheme] = [(each.get_attribute("id"), each.evaluate(PAINTED)) for each in charts]
    assert painted["dark"] == painted["light"]
    assert all(colours for _, colours in painted["light"])


def test_a_table_printed_on_several_sheets_repeats_its_headings(visit, tmp_path):
    page = visit(REPORT)
    page.locator("#tbl-phone-units .sort").first.wait_for()
    page.locator("main").evaluate(
        "main => { const table = main.querySelector('#tbl-phone-units'); "
        "const body = table.querySelector('tbody'); const rows = [...body.rows]; "
        "for (let n = 0; n < 9; n += 1) body.append(...rows.map((row) => row.cloneNode(true))); "
        "main.replaceChildren(table); }"
    )
    page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    full = [text for text in sheets if "Hälsocentralen" in text]
    assert len(full) > 2
    assert all("Besvarade samma dag" in text for text in full)


# ---------------------------------------------------------------- search


@pytest.mark.parametrize("base", ["file", "server"])
def test_the_search_leads_to_a_section_by_keyboard_alone(base, site, server, visit):
    address = site.as_uri() if base == "file" else server
    page = visit("public/index.html", base=address, offline=base == "file")
    page.get_by_label("Sök i alla utgåvor").focus()
    page.keyboard.type("statsbidrag härjedalen januari")
    result = page.locator("#results li").first
    expect(result).to_contain_text("Region Jämtland Härjedalen, januari 2024")
    expect(page.get_by_role("status").filter(has_text="träff")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#results') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/2024-01/jamtland-harjedalen/*.html#*")
    section = page.evaluate("decodeURIComponent(location.hash)")
    expect(page.locator(section)).to_be_in_viewport()


def test_what_is_nowhere_is_not_found(visit):
    page = visit("public/index.html")
    page.get_by_label("Sök i alla utgåvor").fill("rymdraket")
    expect(page.get_by_role("status")).to_have_text("Inga träffar.")


def test_the_front_page_shows_the_region_that_is_chosen(visit):
    page = visit("public/index.html", NARROW)
    expect(page.locator(".edition:visible")).to_have_count(6)
    page.get_by_label("Visa").select_option(label="Region Västmanland")
    expect(page.locator(".edition:visible")).to_have_count(1)
    expect(page.locator("main h2:visible")).to_have_text(["Februari 2023"])


def test_months_of_one_edition_stand_side_by_side(visit):
    page = visit("public/index.html")
    names = ("Februari 2024", "Januari 2024", "Februari 2023")
    tops = [page.get_by_role("heading", name=name).bounding_box()["y"] for name in names]
    assert tops[0] == tops[1] < tops[2]
