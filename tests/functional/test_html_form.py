"""What all pages share: the assets, the front page and its search index, made from editions."""

import dataclasses
import json
import re

import lxml.html
import pytest

from conftest import ROOT
from vardlaget.catalogue.look import chart_theme
from vardlaget.pipeline import assets, front_page, search
from vardlaget.pipeline.editions import all_editions
from vardlaget.project import find

HEAD = (
    '<link rel="stylesheet" href="../../assets/vardlaget-1.css">\n'
    '<script defer src="../../assets/vega-1.js"></script>\n'
    '<script defer src="../../assets/search-1.js"></script>\n'
)
PAGE = """<!doctype html><html lang="sv"><body><main>
<p>Före första rubriken</p>
<h2 id="telefon">Telefon till 1177</h2>
<p>Samtal besvarades <b>samma</b> dag i {region}. 93,3 procent, Médecins.</p>
<div class="chart" aria-label="Stapeldiagram"><script>hemligt</script></div>
<div class="figure-tools"><details>vikt</details></div>
<section id="platser"><h3>Vårdplatser</h3><p>Det finns {word} platser.</p></section>
<h2>Utan ankare</h2>
</main></body></html>
"""


def add_edition(out, region, month, word="lediga", name=None, **about):
    folder = out / month / (name or region.lower())
    folder.mkdir(parents=True)
    (folder / "rapport.html").write_text(PAGE.format(region=region, word=word), encoding="utf-8")
    manifest = {
        "parameters": {"region_name": region, "slug": region.lower(), "month": month},
        "publications": [{"name": "rapport", "title": "Rapport <b>"}],
        "outputs": {"rapport.html": "", "tabeller.xlsx": ""},
    } | about
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path):
    for region in ("Åland", "Borg"):
        for month in ("2024-01", "2024-02"):
            add_edition(tmp_path, region, month, "nya" if month == "2024-02" else "gamla")
    return tmp_path


def read(path):
    return lxml.html.fromstring(path.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- assets


LOOK = chart_theme(ROOT / "reports" / "theme" / "chart.json")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    head = assets.build(dataclasses.replace(find(ROOT), out=out))
    return out, head


def test_every_address_of_the_head_is_a_file(built):
    out, head = built
    addresses = re.findall(r'(?:src|href)="\.\./\.\./([^"]+)"', head)
    assert len(addresses) == 7
    assert all((out / address).is_file() for address in addresses)


def test_the_style_has_the_colours_of_the_theme_in_light_and_dark_and_needs_no_other(built):
    (style,) = (built[0] / "assets").glob("*.css")
    css = style.read_text(encoding="utf-8")
    for part in ("colours", "page", "dark"):
        assert all(f"--{name}: {colour};" in css for name, colour in LOOK[part].items())
    used = set(re.findall(r"var\(--([\w-]+)\)", css))
    assert used <= {*LOOK["dark"], "logo"}  # a region's own
    assert not re.search(r":[^;{]*#[0-9a-f]{3,6}", css.split("* { box-sizing")[1])


def luminance(colour):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = [("ink", "paper"), ("ink", "tint"), ("ink", "warn_tint"), ("muted", "paper")]
TEXTS += [("muted", "tint"), ("own", "paper"), ("own", "tint"), ("accent", "paper")]
TEXTS += [("accent", "tint"), ("on_own", "own"), ("ink", "own_light"), ("ink", "band")]
TEXTS += [("ink", "accent_light"), ("ink", "blank"), ("on_own", "accent")]


@pytest.mark.parametrize("pair", TEXTS, ids="-".join)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(pair, scheme):
    colours = LOOK["dark"] if scheme == "dark" else LOOK["colours"] | LOOK["page"]
    assert contrast(*(colours[name] for name in pair)) >= 4.5


# ---------------------------------------------------------------- the front page


def test_the_front_page_has_all_editions_newest_first_and_no_charts(out):
    page = read(front_page.write(out, HEAD))
    assert [h.text for h in page.iterfind(".//main//h2")] == ["Februari 2024", "Januari 2024"]
    assert [h.text for h in page.find_class("edition")[0].iterfind(".//h3")] == ["Borg"]
    assert page.xpath("//option/text()") == ["alla regioner", "Borg", "Åland"]
    links = page.xpath("//li[@data-region='åland']//a/@href")
    assert "2024-02/åland/rapport.pdf" in links
    assert "2024-02/åland/tabeller.xlsx" in links
    assert page.xpath("//script/@src") == ["assets/search-1.js"]
    assert page.findall(".//main//b") == []


def test_links_that_stand_many_times_tell_what_they_are_about(out):
    page = read(front_page.write(out, HEAD))
    names = [link.text_content() for link in page.find_class("edition")[0].iterfind(".//a")]
    assert names == [
        "Rapport <b>, Borg",
        "PDF, Rapport <b>, Borg",
        "alla tal som CSV, Borg",
        "alla tabeller som Excel, Borg",
    ]


def test_months_beyond_the_newest_have_a_page_each(out, monkeypatch):
    monkeypatch.setattr(front_page, "IN_FULL", 3)
    page = read(front_page.write(out, HEAD))
    assert [h.text for h in page.iterfind(".//main//h2")] == ["Februari 2024", "Tidigare"]
    (link,) = page.xpath("//ul[@class='earlier']/li[@data-region='borg']//a/@href")
    path, _, place = link.partition("#")
    month = read(out / path)
    assert month.get_element_by_id(place).findtext("h3") == "Borg"
    assert "../2024-01/borg/rapport.html" in month.xpath("//a/@href")
    assert month.xpath("//link/@href") == ["../assets/vardlaget-1.css"]


def states(page):
    return [" ".join(each.text_content().split()) for each in page.find_class("state")]


def test_each_edition_tells_its_status_and_number_and_leads_to_those_before_it(out):
    parameters = {"region_name": "Borg", "slug": "borg", "month": "2024-02", "status": "fastställd"}
    manifest = out / "2024-02" / "borg" / "manifest.json"
    known = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(known | {"parameters": parameters, "edition": 11}), "utf-8")
    for number in range(1, 11):
        add_edition(out, "Borg", "2024-02", name=f"borg.{number}", edition=number)
    page = read(front_page.write(out, HEAD))
    before = ", ".join(f"utgåva {number}, Borg" for number in range(10, 0, -1))
    assert states(page)[0] == f"Fastställd · utgåva 11 · tidigare: {before}"
    assert states(page)[1:] == ["Utkast"] * 3
    links = page.find_class("state")[0].xpath(".//a/@href")
    assert links[0] == "2024-02/borg.10/rapport.html"
    assert all((out / link).is_file() for link in links)


def test_a_months_page_leads_to_earlier_editions_too(out, monkeypatch):
    monkeypatch.setattr(front_page, "IN_FULL", 2)
    add_edition(out, "Borg", "2024-01", name="borg.1")
    front_page.write(out, HEAD)
    (link,) = read(out / "2024-01" / "index.html").find_class("state")[0].xpath(".//a/@href")
    assert (out / "2024-01" / link).resolve() == out / "2024-01" / "borg.1" / "rapport.html"


def test_no_editions_is_no_error(tmp_path):
    assert "0 utgåvor" in read(front_page.write(tmp_path, HEAD)).text_content()


# ---------------------------------------------------------------- the search index


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vårdplatser, BUP!", ["vårdplatser", "bup"]),
        ("a\u030ar o\u0308rter", ["år", "örter"]),
        ("Médecins Ñ-ord", ["medecins", "ord"]),
        ("1177 93,3 2024 i", ["1177"]),
        ("covid19 H2O", ["covid19", "h2o"]),
        ("", []),
    ],
)
def test_words_are_swedish_and_no_figures(text, found):
    assert search.words(text) == found


def test_sections_have_their_own_words_and_those_that_are_drawn(out):
    telephone, beds = search.sections(out / "2024-02" / "borg" / "rapport.html")
    assert (telephone["id"], telephone["heading"]) == ("telefon", "Telefon till 1177")
    assert " ".join(telephone["words"]) == (
        "1177 besvarades borg dag medecins procent samma samtal stapeldiagram telefon till"
    )
    assert (beds["id"], beds["heading"]) == ("platser", "Vårdplatser")
    assert " ".join(beds["words"]) == "det finns nya platser vårdplatser"


def unfolded(path):
    """What the front page's script makes of the index: (edition, section) to words."""
    text = path.read_text(encoding="utf-8")
    data = json.loads(text.removeprefix("window.vardlagetSearch(").removesuffix(");\n"))
    vocabulary = data["words"].split(" ")

    def told(steps):
        return {vocabulary[sum(steps[: n + 1])] for n in range(len(steps))}

    found = {}
    for publication, id_, _, everywhere, regions, editions in data["sections"]:
        for number, own in editions.items():
            folder, region, _, _ = data["editions"][int(number)]
            words = told(everywhere) | told(regions.get(region, [])) | told(own)
            found[f"{folder}/{publication}.html#{id_}"] = words
    return found


def expected(out):
    return {
        f"{path.relative_to(out).as_posix()}#{section['id']}": set(section["words"])
        for path in out.glob("*/*/rapport.html")
        for section in search.sections(path)
    }


def test_the_index_gives_each_editions_sections_their_words(out):
    assert unfolded(search.write_index(out, all_editions(out))) == expected(out)


def test_an_edition_that_brings_its_terms_is_not_read_again(out):
    folder = out / "2024-02" / "borg"
    wanted = expected(out)
    search.write_terms(folder)
    (folder / "rapport.html").unlink()
    assert unfolded(search.write_index(out, all_editions(out))) == wanted


def test_the_index_tells_what_is_common_once(out):
    text = search.write_index(out, all_editions(out)).read_text(encoding="utf-8")
    data = json.loads(text[text.index("(") + 1 : -3])
    vocabulary = data["words"].split(" ")
    ((_, _, _, _, regions, editions),) = [s for s in data["sections"] if s[1] == "telefon"]
    assert {region: vocabulary[steps[0]] for region, steps in regions.items()} == {
        "Borg": "borg",
        "Åland": "åland",
    }
    assert list(editions.values()) == [[]] * 4
    assert data["titles"] == {"rapport": "Rapport <b>"}


def test_the_index_tells_which_editions_have_synthetic_figures(out):
    first, *others = all_editions(out)
    text = search.write_index(out, [first | {"synthetic": True}, *others]).read_text("utf-8")
    data = json.loads(text[text.index("(") + 1 : -3])
    assert [edition[3] for edition in data["editions"]] == [1] + [0] * len(others)


def test_the_search_covers_the_newest_months_and_says_so(out, monkeypatch):
    monkeypatch.setattr(search, "MONTHS_SEARCHED", 1)
    page = read(front_page.write(out, HEAD))
    assert {key.split("/")[0] for key in unfolded(out / search.INDEX)} == {"2024-02"}
    assert "de senaste 1 månaderna" in page.find_class("search")[0].text_content()
