"""Pages in a real browser, opened from the disk with no network: charts drawn, no error."""

import subprocess

import lxml.html
import pytest

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--virtual-time-budget=8000",
    "--dump-dom",
)


@pytest.fixture
def opened(edition, chromium, tmp_path):
    """The page's document when its scripts have run, and what the console was told."""
    page = edition.folder / "vardgaranti.html"
    done = subprocess.run(
        [chromium, *ARGUMENTS, f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return lxml.html.fromstring(done.stdout), console


def test_charts_are_drawn_without_a_word_in_the_console(opened, edition):
    document, console = opened
    assert not console
    charts = document.find_class("chart")
    assert len(charts) == len(edition.page.find_class("chart"))
    for chart in charts:
        assert "drawn" in chart.get("class").split()
        assert chart.findall(".//svg")
        assert chart.get("role") == "img"
        assert len(chart.get("aria-label")) > 30
