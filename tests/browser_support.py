"""A real browser with no network, for pages served on loopback and opened from the disk."""

import functools
import http.server
import threading
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDE, NARROW = 1400, 360
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
# The fullest pages: real figures, the synthetic country's, and its overview.
OVERVIEW = "country/2024-02/riket"
FULL = ("public/2024-02/jamtland-harjedalen", "country/2024-02/vasterbotten", OVERVIEW)
REPORT = "country/2024-02/vasterbotten/vardgaranti.html"


@pytest.fixture(scope="module")
def browser(chromium):
    """For one module: while Playwright lives, its event loop runs in its thread, and
    `asyncio.run` of another module's tests would be refused there."""
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


@pytest.fixture(scope="session")
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


def press(page, button, by):
    if by == "mouse":
        button.click()
    else:
        button.focus()
        page.keyboard.press("Enter")


def violations(page, contrast=True):
    """What axe finds. Colours, which take it longest, are the same at any width."""
    rules = {"color-contrast": {"enabled": contrast}}
    found = Axe().run(page, options=AXE | {"rules": rules}).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:5]) for each in found]
