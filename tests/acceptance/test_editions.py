"""The first editions, read back: the same numbers in indicators.csv, the page and the PDF."""

import csv
import hashlib
import json
import re
from decimal import Decimal

import lxml.html
import pikepdf
import pypdf
import pytest
from altair.vegalite.v6.schema.core import load_schema
from jsonschema import Draft7Validator

from acceptance_support import squeezed
from vardlaget.catalogue import load_indicators
from vardlaget.pipeline.attachments import INDICATOR_COLUMNS
from vardlaget.pipeline.attachments.about import MEANINGS
from vardlaget.present import glossary
from vardlaget.present.figures import PAYLOAD

VEGA = Draft7Validator(load_schema())
SHOWN_NUMBER = re.compile(r"\+?(−?\d+(?:\u00a0\d{3})*)(?:,(\d+))?(?:\u00a0[^\d]*)?")


def test_an_edition_has_its_files(edition):
    names = {path.relative_to(edition.folder).as_posix() for path in edition.folder.rglob("*")}
    assert {"vardgaranti.html", "vardgaranti.pdf", "indicators.csv", "manifest.json"} <= names
    assert any(name.startswith("tables/") and name.endswith(".csv") for name in names)


def test_indicators_have_the_agreed_columns_and_definitions(edition):
    assert edition.figures, "no figures"
    assert tuple(edition.all_figures[0]) == INDICATOR_COLUMNS
    catalogue = load_indicators()
    for figure in edition.all_figures:
        assert figure["indicator"] in catalogue
        assert figure["text"], figure
        assert figure["source"], figure


def test_each_publication_defines_the_indicators_it_shows(edition):
    """These and the terms that their definitions use; no other."""
    catalogue = load_indicators()
    for each in edition.publications():
        shown = glossary.defined({f["indicator"] for f in each.figures}, catalogue)
        lists = each.page.xpath("//dl[preceding::*[@id='definitioner']]/dt")
        told = {name for term in lists for name in squeezed(term.text_content()).split(";")}
        assert told == {squeezed(entry.name.sv) for entry in shown}, each.publication


def test_every_published_text_stands_in_the_page(edition):
    for each in edition.publications():
        missing = [f for f in each.figures if squeezed(f["text"]) not in each.html_text]
        assert not missing, each.publication


def test_every_published_text_stands_in_the_pdf(edition):
    """Texts of table cells and sentences; a chart's own are inside its picture's alt text."""
    for each in edition.publications():
        missing = {f["text"] for f in each.figures if squeezed(f["text"]) not in each.pdf_text}
        assert not missing, each.publication


def test_no_number_of_a_table_is_missing_in_indicators(edition):
    """Each cell of the page's tables that holds a number is a published figure's text."""
    number = re.compile(r"[+−]?\d[\d\s]*(?:,\d+)?\s*(?:%|kr)?")
    for each in edition.publications():
        texts = {squeezed(f["text"]) for f in each.figures}
        for cell in each.page.iterfind(".//td"):
            content = cell.text_content().strip()
            if number.fullmatch(content) and squeezed(content) not in texts:
                assert is_target(cell), (each.publication, content)


def is_target(cell) -> bool:
    """The column of targets or of timelines, which are not outcomes."""
    table = cell.getparent().getparent().getparent()
    heads = [th.text_content().strip() for th in table.find("thead")[-1]]
    return heads[list(cell.getparent()).index(cell)] in ("Mål", "Tidplan")


def test_jamtland_january_medical_assessments(editions):
    edition = editions["jh-jan"]
    own = {"region": "23", "unit": "", "period": "2024-01"}
    three = edition.one(indicator="medical_assessment_3d", text="69\u00a0%", **own)
    assert (three["numerator"], three["value"], three["basis"]) == ("996", "69", "completed")
    same = edition.one(indicator="medical_assessment_0d", text="51\u00a0%", **own)
    assert (same["numerator"], same["value"]) == ("743", "51")
    for id_, total in (("medical_assessment_3d", 996), ("medical_assessment_0d", 743)):
        units = edition.find(indicator=f"{id_}.numerator", region="23", period="2024-01")
        counts = {f["unit"]: int(f["value"]) for f in units}
        assert counts.pop("") == total
        assert len(counts) == 7
        assert sum(counts.values()) == total


@pytest.mark.parametrize(
    ("indicator", "text"),
    [
        ("medical_assessment_3d", "70\u00a0%"),
        ("first_visit_90d", "67\u00a0%"),
        ("treatment_90d", "48\u00a0%"),
    ],
)
def test_jamtland_february_headline(editions, indicator, text):
    found = editions["jh-feb"].find(indicator=indicator, period="2024-02", text=text)
    assert found
    assert {f["unit"] for f in found} == {""}
    assert text in editions["jh-feb"].page.find_class("cards")[0].text_content()


def test_jamtland_phone_contradiction_is_shown_not_settled(editions):
    edition = editions["jh-feb"]
    found = edition.find(indicator="phone_same_day", region="23", unit="", scenario="actual")
    assert {f["value"] for f in found if f["text"].endswith("%")} == {"89", "86"}
    assert len({f["source"] for f in found}) == 2
    assert "89\u00a0% / 86\u00a0%" in edition.page.find_class("cards")[0].text_content()
    assert "Motstridiga uppgifter" in edition.page.text_content()
    with (edition.folder / "tables" / "motstridiga_uppgifter.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["En uppgift, värde"] for row in rows] == ["89"]
    assert [row["En annan, värde"] for row in rows] == ["86"]


def test_jamtland_grant_is_computed_from_populations(editions, site):
    edition = editions["jh-feb"]
    amount = edition.find(indicator="grant.region_amount", unit="payment_1", region="23")
    assert {f["value"] for f in amount} == {"15024892"}
    assert "15024892kr" in edition.html_text
    assert "15024892kr" in edition.pdf_text
    populations = edition.find(indicator="population")
    assert {f["value"] for f in populations} == {"132466", "10557682"}
    sources = [*(site / "notebooks").glob("*"), *(site / "reports").glob("*.qmd")]
    sources += list((site / "data" / "reference" / "agreements").glob("*"))
    for path in sources:
        assert "15024892" not in squeezed(path.read_text(encoding="utf-8")), path


def test_what_no_rule_gives_is_quoted_not_computed(editions):
    edition = editions["jh-feb"]
    assert "drygt32miljoner" in edition.html_text.lower()
    assert not [f for f in edition.figures if f["value"].startswith(("32000", "18000"))]


def test_vastmanland_figures(editions):
    edition = editions["vm-feb"]
    occupancy = edition.find(indicator="bed_occupancy", period="2023-02", scenario="actual")
    assert {f["value"] for f in occupancy} == {"96"}
    assert edition.find(indicator="cap_assessment_30d", text="31,0\u00a0%")
    visits = edition.find(indicator="production.doctor_visits", scenario="vs_budget")
    assert "+2,3\u00a0%" in {f["text"] for f in visits}
    phone = edition.find(indicator="phone_same_day", scenario="actual", unit="")
    assert {"88.3", "87.5"} == {f["value"] for f in phone}


def test_vasterbotten_beds_show_inputs_and_both_percentages(editions):
    edition = editions["vb-dec"]
    values = {f["value"] for f in edition.figures if f["indicator"].startswith("available_beds")}
    assert {"523", "578", "-55", "-9.6"} <= values
    computed = edition.find(indicator="available_beds_change_pct", text="−9,5\u00a0%")
    assert computed[0]["source"].startswith("Beräknat:")


def test_a_subject_without_data_says_so_in_words(editions):
    text = editions["vb-feb"].page.text_content()
    assert "innehåller inga antal disponibla vårdplatser för februari 2023" in text
    assert "redovisas endast som diagram i källan" in text
    assert "källorna anger inte det avsatta beloppet" in text


def test_nothing_in_the_page_comes_from_elsewhere(edition):
    assert "http://" not in edition.html.replace("http://www.w3.org/", "")
    assert "https://" not in edition.html
    for element in edition.page.iter("script", "link", "img"):
        address = element.get("src") or element.get("href") or ""
        if address:
            assert (edition.folder / address).resolve().is_file(), address
    policy = edition.page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert edition.page.get("lang") == "sv"


def test_all_pages_share_one_vega_bundle_without_eval(site):
    bundles = list((site / "public" / "assets").glob("vega-*.js"))
    assert len(bundles) == 1
    own = set((site / "public" / "assets").glob("*.js")) - set(bundles)
    script = "\n".join(path.read_text(encoding="utf-8") for path in own)
    assert "ast: true" in script
    assert "eval(" not in script


def test_the_pdf_is_tagged_titled_and_swedish(edition):
    reader = pypdf.PdfReader(edition.folder / "vardgaranti.pdf")
    assert reader.metadata.title.startswith("Vårdgaranti och statsbidrag")
    with pikepdf.open(edition.folder / "vardgaranti.pdf") as pdf:
        assert str(pdf.Root.Lang).startswith("sv")
        assert pdf.Root.MarkInfo.Marked
        kinds, alts = structure(pdf.Root.StructTreeRoot)
    assert {"/H1", "/P", "/TOC"} <= kinds
    charts = edition.page.find_class("chart")
    assert len(alts) == len(charts)
    if charts:
        assert {"/Figure", "/Table", "/TH"} <= kinds


def structure(node) -> tuple[set[str], list[str]]:
    """The kinds of structure elements, and the text alternatives of the figures."""
    kinds, alts, waiting = set(), [], [node]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(element)
        elif isinstance(element, pikepdf.Dictionary):
            kinds.add(str(element.get("/S", "")))
            if element.get("/S") == "/Figure":
                alts.append(str(element.Alt))
            if "/K" in element:
                waiting.append(element.K)
    return kinds, alts


def test_the_manifest_tells_engine_parameters_inputs_and_outputs(edition):
    manifest = edition.manifest
    assert manifest["engine"]["name"] == "embedded"
    assert "pandoc" in manifest["engine"]["version"]
    assert manifest["package"]["version"]
    parameters = {"region", "region_name", "slug", "month", "publication", "status"}
    assert set(manifest["parameters"]) == parameters
    files = {p.relative_to(edition.folder).as_posix() for p in edition.folder.rglob("*.*")}
    assert set(manifest["outputs"]) == files - {"manifest.json"}
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((edition.folder / name).read_bytes()).hexdigest() == digest
    assert "data/reference/populations.csv" in manifest["inputs"]
    assert "notebooks/grants.ipynb" in manifest["inputs"]


def test_the_front_page_lists_every_edition(site, editions):
    page = lxml.html.parse(str(site / "public" / "index.html")).getroot()
    links = set(page.xpath("//a/@href"))
    for edition in editions.values():
        folder = edition.folder.relative_to(site / "public").as_posix()
        names = [publication["name"] for publication in edition.manifest["publications"]]
        files = [f"{name}.{ending}" for name in names for ending in ("html", "pdf")]
        assert {f"{folder}/{name}" for name in [*files, "indicators.csv"]} <= links
    for link in links - {"#innehall"}:
        assert (site / "public" / link).is_file(), link


def test_nothing_of_the_machine_is_published(edition, site):
    for path in edition.folder.rglob("*.*"):
        assert str(site).encode() not in path.read_bytes(), path


def test_a_rebuild_gives_the_same_bytes(site, vardlaget, tmp_path):
    arguments = ("build", "--region", "24", "--month", "2023-12", "--engine", "embedded")
    done = vardlaget(site, *arguments, "--out", tmp_path, SOURCE_DATE_EPOCH="1709251200")
    assert done.returncode == 0, done.stderr
    first = site / "public" / "2023-12" / "vasterbotten"
    for path in first.rglob("*.*"):
        again = tmp_path / "2023-12" / "vasterbotten" / path.relative_to(first)
        assert again.read_bytes() == path.read_bytes(), path.name


def test_the_analysts_own_folder_is_read_in_place_of_raw(site, vardlaget, tmp_path):
    data = tmp_path / "in"
    data.mkdir()
    (data / "mars.csv").write_text(
        "indicator;region;unit;period;basis;numerator;denominator;value\n"
        "medical_assessment_3d;Jämtland/Härjedalen;;2024-03;completed;1 010;1 440;\n"
        "first_visit_90d;23;;2024-03;waiting;;;66,5\n",
        encoding="cp1252",
    )
    done = vardlaget(
        site,
        *("build", "--region", "23", "--month", "2024-03", "--engine", "embedded"),
        *("--data", data, "--out", tmp_path / "out"),
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "out" / "2024-03" / "jamtland-harjedalen"
    assert str(folder / "vardgaranti.html") in done.stdout
    with (folder / "indicators.csv").open(encoding="utf-8") as file:
        rows = {(f["indicator"], f["text"]): f for f in csv.DictReader(file)}
    share = rows["medical_assessment_3d", "70,1\u00a0%"]
    assert (share["numerator"], share["denominator"]) == ("1010", "1440")
    assert share["source"] == "data:mars.csv, rad 2"
    assert ("first_visit_90d", "66,5\u00a0%") in rows


def payloads(site, part):
    """What is published of one kind, `chart` or `table`, with the notebook that made it."""
    for path in sorted(site.glob("*build/*/*/executed/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if found := output.get("data", {}).get(PAYLOAD, {}).get(part):
                    yield path.parts[-3:], found


def test_every_chart_that_a_build_draws_follows_vega_lites_schema(site):
    """Builds do not check their charts: see present.charts.unchecked."""
    charts = list(payloads(site, "chart"))
    assert len(charts) > 50
    wrong = [(path, e.message[:200]) for path, spec in charts for e in VEGA.iter_errors(spec)]
    assert wrong == []


def test_the_numbers_of_a_tables_file_are_those_that_the_page_shows(site):
    """Was wrong once: a million too large below headings in millions of kronor."""
    wrong, checked = [], 0
    for path, table in payloads(site, "table"):
        for values, texts in zip(table["rows"], table["texts"], strict=True):
            for value, text in zip(values[1:], texts[1:], strict=True):
                if text in MEANINGS and text != "–" and value != text:
                    wrong.append((*path, table["name"], texts[0], text, value))
                shown = SHOWN_NUMBER.fullmatch(text)
                if shown is None or isinstance(value, str):
                    continue
                checked += 1
                number, decimals = shown[1].replace("−", "-"), len(shown[2] or "")
                gap = Decimal(f"{number}.{shown[2] or 0}".replace("\u00a0", "")) - Decimal(
                    str(value)
                )
                if abs(gap) > Decimal("0.500001").scaleb(-decimals):
                    wrong.append((*path, table["name"], texts[0], text, value))
    assert checked > 2000
    assert wrong == []
