"""A synthetic country in the real formats becomes editions that say all the seeds' pages say."""

import csv
import re

import lxml.html
import pytest

from acceptance_support import squeezed

SLUGS = {"22": "vasternorrland", "23": "jamtland-harjedalen", "24": "vasterbotten"}
# Each page about access, capacity and beds in the seed documents, and its counterpart in cells.
PAGES = {
    "000: måluppfyllelse vårdgaranti 0-3-90-90": ["tbl-headline", "key-figures", "fig-targets"],
    "000: besvarade samtal samma dag": ["fig-trend-telefon", "fig-phone-units", "tbl-phone-units"],
    "000: medicinsk bedömning, jämförelse riket": ["fig-regions", "tbl-regions"],
    "000: medicinsk bedömning inom 3 dagar": ["fig-trend-bedomning", "tbl-assessment-units"],
    "000: första besök och åtgärd, jämförelse riket": ["fig-regions", "compared-text"],
    "000: första besök inom 90 dagar": ["fig-trend-besok-vantande", "fig-trend-besok-genomforda"],
    "000: första besök, väntande över 90 dagar per specialitet": ["tbl-waiting-besok"],
    "000: operation/åtgärd inom 90 dagar": ["fig-trend-operation-vantande"],
    "000: behandling/åtgärd, väntande över 90 dagar per specialitet": ["tbl-waiting-operation"],
    "001: medelväntetid 1177": ["tbl-variation", "fig-trend-1177-median"],
    "001: BUP 30/30/30": ["tbl-cap", "tbl-cap-counts", "fig-trend-bup-besok"],
    "001: tillgänglighet, trend R12": ["tbl-time", "tbl-variation"],
    "000: disponibla vårdplatser R12 och per månad": ["fig-bed-series", "tbl-bed-series"],
    "000: produktion": ["tbl-production", "fig-production"],
    "001: beläggningsgrad": ["fig-occupancy", "fig-heat", "tbl-heat"],
    "001: produktion, vårdcentraler": ["tbl-production-centres"],
    "001: utlokaliserade patienter": ["tbl-pressure", "tbl-pressure-specialties"],
    "002: disponibla vårdplatser, medelvårdtid": ["tbl-beds", "tbl-hospitals", "tbl-flow"],
    "003: återbesök": ["fig-trend-aterbesok"],
    "003: vårdbegäran": ["fig-referrals", "referrals-text"],
    "003: ägarform, kön, yrkesgrupp, besöksform": ["tbl-breakdowns"],
}


@pytest.fixture(params=sorted(SLUGS))
def folder(request, country):
    return country / "2024-02" / SLUGS[request.param]


@pytest.fixture
def page(folder):
    return lxml.html.parse(str(folder / "vardgaranti.html")).getroot()


@pytest.fixture
def figures(folder):
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("seed", sorted(PAGES))
def test_every_page_has_its_counterpart(seed, site, country):
    for slug in SLUGS.values():
        staged = (site / "reports" / "vardgaranti.qmd").read_text(encoding="utf-8")
        html = (country / "2024-02" / slug / "vardgaranti.html").read_text(encoding="utf-8")
        for label in PAGES[seed]:
            assert f"#{label} >" in staged, label
            if label.startswith(("fig-", "tbl-")):
                assert f'id="{label}"' in html, f"{slug}: {label}"


def test_every_share_carries_its_basis_its_exclusions_and_its_counts(figures):
    ids = ("medical_assessment_3d", "first_visit_90d", "treatment_90d", "cap_first_visit_30d")
    shares = [row for row in figures if row["indicator"] in ids and row["status"] == "synthetic"]
    assert {row["indicator"] for row in shares} == set(ids)
    for row in shares:
        assert row["basis"] in ("waiting", "completed")
        assert row["exclusions"]
    whole = [r for r in shares if r["scenario"] == "actual" and r["unit"] == r["breakdown"] == ""]
    assert sum(row["denominator"] != "" for row in whole) > len(whole) / 2


def test_all_that_is_synthetic_says_so(page, figures, folder):
    text = squeezed(page.text_content())
    assert "Syntetiskauppgifter" in text
    assert {row["status"] for row in figures} >= {"synthetic"}
    tables = page.xpath("//table")
    assert len(tables) > 15


def test_the_region_is_ranked_among_those_that_have_figures(page):
    (section,) = page.xpath('//section[@id="jamforelse"]') or [page]
    assert re.search(r"plats\dav\dregioner", squeezed(section.text_content()))


def test_nothing_is_left_out_of_the_country(site, run):
    done = run(site, "check", "--data", "demo")
    assert done.returncode == 0, done.stdout
    assert re.search(r"([\d,]+) rows read, \1 used, 0 set aside; 0 parts not read", done.stdout)


# What follows from the calendar, the population and the agreements, which are real.
REAL = ("calendar_days", "working_days", "population")
AGREED = ("pot", "reserved", "net_pot", "key_share", "region_amount", "rounded_amount")


def test_what_is_computed_of_synthetic_figures_says_so(country):
    """The region has no figures of its own that are real."""
    with (country / "2024-02/vasterbotten/indicators.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    computed = [row for row in rows if row["source"].startswith("Beräknat") and row["value"]]
    told = {row["indicator"] for row in computed if row["synthetic"] == "true"}
    assert {"production.visits", "available_beds", "full_year_forecast", "grant.lost"} <= told
    untold = {row["indicator"] for row in computed if row["synthetic"] != "true"}
    agreed = {f"grant.{id_}" for id_ in (*AGREED, "total_amount")}
    assert untold <= {*REAL, *agreed}


def test_each_region_has_its_edition_and_stands_on_the_front_page(country):
    front = (country / "index.html").read_text(encoding="utf-8")
    for slug in SLUGS.values():
        assert (country / "2024-02" / slug / "vardgaranti.pdf").stat().st_size > 50_000
        assert f"2024-02/{slug}/" in front
    states = re.findall('<p class="state">([^<]*)', front)
    assert states
    assert all("Syntetiska uppgifter" in state for state in states)
