"""Pages in a real browser, with no network: from a server on loopback and from the disk.

axe finds nothing on `file://` and says so nowhere: it is asked over loopback.
"""

import csv
import functools
import http.server
import json
import threading
from urllib.parse import quote

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from conftest import ROOT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
WIDE, NARROW = 1400, 360
# The fullest pages: real figures, the synthetic country's, and its overview.
OVERVIEW = "country/2024-02/riket"
FULL = ("public/2024-02/jamtland-harjedalen", "country/2024-02/vasterbotten", OVERVIEW)
REPORT = "country/2024-02/vasterbotten/vardgaranti.html"
LOOK = json.loads((ROOT / "reports" / "theme" / "chart.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def server(site):
    """The address of the project's folder on loopback."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture
def visit(browser, server):
    """Opens a page, and waits for its charts where asked; at the end, the console was silent."""
    contexts, console = [], []

    def open_page(path, width=WIDE, base=server, charts=False, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: console.append((path, message.text)))
        page.on("pageerror", lambda error: console.append((path, str(error))))
        page.goto(f"{base}/{quote(path)}")
        if charts:
            drawn(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert console == []


def drawn(page):
    if page.locator(".chart").count():
        page.locator("html[data-charts=drawn]").wait_for(state="attached")


def pages(site, folder):
    found = sorted(path.relative_to(site).as_posix() for path in (site / folder).glob("*.html"))
    assert found
    return found


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


def violations(page, contrast=True):
    """What axe finds. Colours, which take it longest, are the same at any width."""
    rules = {"color-contrast": {"enabled": contrast}}
    found = Axe().run(page, options=AXE | {"rules": rules}).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:5]) for each in found]


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


def press(page, button, by):
    if by == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")


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


def test_a_wide_table_scrolls_by_keyboard_below_its_row_headings(visit):
    page = visit(REPORT, NARROW)
    region = page.locator("#tbl-headline [role=region]")
    assert "Vårdgarantin" in region.get_attribute("aria-label")
    heading = region.locator("tbody th").first
    place = heading.bounding_box()["x"]
    region.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert region.evaluate("box => box.scrollLeft") > 20
    assert heading.bounding_box()["x"] == pytest.approx(place, abs=1)


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
