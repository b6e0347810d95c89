"""Tables and cards: HTML, Typst and CSV of one description, with text from data as text."""

import re
from pathlib import Path

import lxml.html
import pandas as pd
import pytest
import typst

from vardlaget.catalogue.look import chart_theme
from vardlaget.present import about_figures, cards, tables
from vardlaget.present.figures import NOTHING
from vardlaget.present.tables import Cell, Column
from vardlaget.present.typst_tables import TEXT_WIDTH, TURNED_WIDTH, width_of

COLUMNS = [
    Column("n", "Antal", "Inom 3 dagar"),
    Column("share", "Andel", "Inom 3 dagar"),
    Column("source", "Källa", align="left"),
]
ROWS = [
    ("Region", {"n": Cell("996", 996.0), "share": Cell("69 %", 69.0), "source": Cell("SKR")}),
    ("Enhet", {"n": Cell("x"), "share": Cell("..")}),
]
LOOK = chart_theme(Path(__file__).parents[2] / "reports" / "theme" / "chart.json")
THEME = '#let vl-accent = rgb("#00607f")\n'  # as reports/theme/head.typ has it
HOSTILE = "<b>x</b> ```{=html} {{< y >}} #z *w* \\"


def html_of(published):
    block = re.search(r"```\{=html\}\n(.*?)\n```", published.markdown, re.DOTALL)
    return lxml.html.fragment_fromstring(block[1], create_parent=True)


def typst_of(published):
    return re.search(r"```\{=typst\}\n(.*?)\n```", published.markdown, re.DOTALL)[1]


def texts(element, path):
    return [cell.text_content().strip() for cell in element.iterfind(path)]


@pytest.fixture(scope="module")
def shown():
    return tables.table("enheter", "Enhet", COLUMNS, ROWS, emphasised=("Region",), period="januari")


def dangerous(label):
    columns = [Column("c", label, label), Column("d", "d")]
    return tables.table("fara", HOSTILE, columns, [(HOSTILE, {"c": Cell(HOSTILE)})])


@pytest.fixture(scope="module")
def hostile():
    return dangerous("<b>x</b> ```{=html} *w*")


def test_the_sheet_has_numbers_where_there_are_any_and_symbols_else(shown):
    assert shown.table == {
        "name": "enheter",
        "columns": ["Enhet", "Inom 3 dagar, antal", "Inom 3 dagar, andel", "Källa"],
        "rows": [["Region", 996.0, 69.0, "SKR"], ["Enhet", "x", "..", ""]],
        "texts": [["Region", "996", "69 %", "SKR"], ["Enhet", "x", "..", ""]],
    }


def test_the_html_table_has_headers_and_cells_in_order(shown):
    element = html_of(shown)
    assert texts(element, ".//tbody/tr/th") == ["Region", "Enhet"]
    assert texts(element, ".//tbody/tr/td") == ["996", "69 %", "SKR", "x", "..", ""]
    assert set(texts(element, ".//thead/tr/th")) >= {"Enhet", "Inom 3 dagar", "Antal", "Källa"}
    assert {th.get("scope") for th in element.iterfind(".//thead/tr/th")} <= {"col", "colgroup"}
    assert {th.get("scope") for th in element.iterfind(".//tbody/tr/th")} == {"row"}


def test_every_heading_names_its_scope_and_nothing_else_is_carried(shown):
    element = html_of(shown)
    kept = {name for part in element.find(".//table").iter() for name in part.attrib}
    assert kept == {"scope", "colspan", "rowspan", "class"}
    assert all(th.get("scope") for th in element.iterfind(".//th"))
    spanner = next(th for th in element.iterfind(".//thead/tr/th") if th.get("colspan"))
    assert (spanner.get("scope"), spanner.get("colspan")) == ("colgroup", "2")


def test_only_what_is_not_a_number_is_set_to_the_left(shown):
    row = html_of(shown).find(".//tbody/tr")
    assert [td.get("class") for td in row.iterfind("td")] == [None, None, "left"]


@pytest.mark.parametrize(
    ("text", "value", "carried"),
    [
        ("69 %", 69.0, None),
        ("−1:05", -65.0, None),
        ("drygt 32", 32e6, "32000000"),
        ("x", None, None),
    ],
)
def test_a_cell_carries_its_number_where_its_text_does_not_tell_it(text, value, carried):
    shown = tables.table("t", "Enhet", COLUMNS[:1], [("A", {"n": Cell(text, value)})])
    assert html_of(shown).find(".//tbody/tr/td").get("data-value") == carried


def test_a_table_can_be_downloaded_and_asked_about(shown):
    assert html_of(shown).xpath("//a[@download]/@href") == ["tables/enheter.csv"]
    assert html_of(shown).findall(".//details") == []
    frame = pd.DataFrame(
        {
            "indicator": ["phone_same_day", "phone_same_day.numerator"],
            "basis": "completed",
            "status": ["reported", "preliminary"],
            "source": ["SKR, Väntetider, sida 3, rad 2", "Beräknat: a / b; SKR, Väntetider, rad 9"],
        }
    )
    asked = tables.table("t", "Enhet", COLUMNS, ROWS, figures=frame)
    (about,) = html_of(asked).findall(".//details")
    told = dict(zip(texts(about, "dl/dt"), texts(about, "dl/dd"), strict=True))
    assert told["Definition"].startswith("Telefontillgänglighet i primärvården. Andelen samtal")
    assert told["Källa"].startswith("SKR, Väntetider. ")
    assert (told["Beräkning"], told["Mätbas"]) == ("a / b", "genomförda")
    assert told["Status"] == "rapporterade, preliminära"
    assert "29 februari" in about_figures.dated(asked.markdown, "29 februari")


def test_only_the_emphasised_row_stands_out(shown):
    rows = html_of(shown).findall(".//tbody/tr")
    assert [row.get("class") for row in rows] == ["emphasised", None]
    assert typst_of(shown).count("#strong[996]") == 1
    assert "#strong[x]" not in typst_of(shown)


def test_a_table_brings_no_style_of_its_own(shown):
    assert "style" not in shown.markdown.replace('class="', "")


def test_the_caption_gets_its_fields(shown):
    assert shown.fields == {"period": "januari"}


def test_a_table_without_rows_says_so():
    empty = tables.table("tom", "Enhet", COLUMNS, [], period="januari")
    assert empty.markdown == NOTHING
    assert empty.table is None
    assert empty.fields == {"period": "januari"}


def test_markup_in_a_cell_is_shown_as_text(hostile):
    element = html_of(hostile)
    assert element.findall(".//b") == []
    assert texts(element, ".//tbody/tr/td")[0] == texts(element, ".//tbody/tr/th")[0] == HOSTILE


LABELS = ["<i>x</i>", "**x** `y`", "{x}", "&amp;", "```{=html}"]
# Was wrong once: Great Tables reads {{…}} in a label as units, and then escapes nothing.
LABELS += ["{{x}}", "<b>x</b> {{< y >}}"]


@pytest.mark.parametrize("label", LABELS)
def test_markup_in_a_label_is_shown_as_text(label):
    assert texts(html_of(dangerous(label)), ".//thead/tr/th").count(label) == 2


def test_the_sheet_keeps_markup_as_it_is(hostile):
    assert hostile.table["rows"] == [[HOSTILE, HOSTILE, ""]]


def test_a_cell_can_neither_close_its_block_nor_be_a_shortcode(hostile):
    assert hostile.markdown.count("```") == 4
    assert "{{<" not in hostile.markdown


def compiled(source, tmp_path):
    path = tmp_path / "a.typ"
    path.write_text(source, encoding="utf-8")
    return typst.compile(str(path), format="pdf")


def test_typst_compiles_tables_and_cards(shown, hostile, tmp_path):
    card = cards.row(
        [cards.Card(HOSTILE, HOSTILE, (HOSTILE,), "met", HOSTILE)], pd.DataFrame(), LOOK
    )
    source = THEME + "\n".join(map(typst_of, (shown, hostile, card)))
    assert compiled(source, tmp_path).startswith(b"%PDF")


def widths_of(source):
    """The columns' widths and the size of a Typst table's text, in points."""
    columns = re.search(r"columns: \(([^)]*), \)", source)[1].split(", ")
    size = float(re.search(r"text\(size: ([\d.]+)pt\)", source)[1])
    return [float(width.removesuffix("fr").removesuffix("pt")) for width in columns], size


def of_columns(count, digits):
    columns = [Column(str(n), f"K{n}") for n in range(count)]
    row = ("Rad", {column.key: Cell("8" * digits) for column in columns})
    return typst_of(tables.table("t", "Stub", columns, [row]))


@pytest.mark.parametrize(("count", "digits"), [(4, 5), (8, 7), (12, 6), (14, 6), (14, 9)])
def test_a_number_of_the_pdf_is_never_broken(count, digits):
    """A column is at least as wide as its longest word, and the page as all of them."""
    source = of_columns(count, digits)
    widths, size = widths_of(source)
    assert size >= 7
    assert all(width > size * width_of("8" * digits) for width in widths[1:])
    turned = "<vl-turned>" in source
    assert sum(widths) <= (TURNED_WIDTH if turned else TEXT_WIDTH) + 0.1 * len(widths)
    assert turned == (count * digits > 100)


def test_a_mark_of_the_pdf_stays_beside_its_word():
    """In a column that its neighbours press together, too."""
    columns = [Column("status", "Status", align="left"), Column("note", "Skäl", align="left")]
    cells = {"status": Cell("◆ Återstår"), "note": Cell("skäl " * 80)}
    source = typst_of(tables.table("t", "Stub", columns, [("Rad", cells)]))
    assert "◆\u00a0Återstår" in source
    widths, size = widths_of(source)
    assert widths[1] > size * width_of("◆\u00a0Återstår")


def test_the_last_rows_of_a_long_table_are_kept_together():
    rows = [(f"Rad {n}", {}) for n in range(9)]
    source = typst_of(tables.table("t", "Stub", COLUMNS, rows))
    footer = source[source.index("table.footer(repeat: false") :]
    assert re.findall(r"Rad \d", footer) == ["Rad 7", "Rad 8"]
    assert "table.footer" not in typst_of(tables.table("t", "Stub", COLUMNS, rows[:4]))


def noted(*said):
    columns = [Column("n", "Antal"), Column("note", "Anmärkning", align="left")]
    rows = [(f"Rad {n}", {"n": Cell("1", 1.0), "note": Cell(note)}) for n, note in enumerate(said)]
    return tables.table("t", "Stub", columns, rows, once=("note",))


def test_what_every_row_says_is_said_once_below_the_table():
    shown = noted("Ur <källan>", "Ur <källan>")
    assert texts(html_of(shown), ".//thead/tr/th") == ["Stub", "Antal"]
    assert texts(html_of(shown), "p") == ["Anmärkning: Ur <källan>."]
    assert typst_of(shown).count("Anmärkning: Ur") == 1
    assert shown.table["rows"] == [["Rad 0", 1.0, "Ur <källan>"], ["Rad 1", 1.0, "Ur <källan>"]]


@pytest.mark.parametrize("said", [("A", "B"), ("A", ""), ("A",), ("", "")])
def test_rows_that_differ_keep_their_column(said):
    shown = noted(*said)
    assert texts(html_of(shown), ".//thead/tr/th") == ["Stub", "Antal", "Anmärkning"]
    assert html_of(shown).findall("p") == []


CARD = cards.Card(
    "69 %", "Medicinsk bedömning", ("januari 2024", "996 av 1 443"), "missed", "Ej mål"
)


def test_a_card_says_number_name_details_and_verdict():
    shown = cards.row([CARD], pd.DataFrame(), LOOK)
    card = html_of(shown).find_class("card")[0]
    lines = [(p.get("class"), p.text) for p in card]
    assert lines == [
        ("card-name", "Medicinsk bedömning"),
        ("card-number", "69 %"),
        ("card-detail", "januari 2024"),
        ("card-detail", "996 av 1 443"),
        ("card-verdict missed", "Ej mål"),
    ]
    assert all(text in typst_of(shown) for text in ("69 %", "Medicinsk", "996 av 1 443", "Ej mål"))


def test_a_card_without_verdict_judges_nothing():
    shown = cards.row([cards.Card("69 %", "Namn", ())], pd.DataFrame(), LOOK)
    assert html_of(shown).find_class("card-verdict") == []


def test_a_row_of_cards_has_a_column_for_each():
    shown = cards.row([CARD, CARD, CARD], pd.DataFrame(), LOOK)
    assert len(html_of(shown).find_class("card")) == 3
    assert "columns: (1fr, 1fr, 1fr)" in typst_of(shown)


def test_markup_in_a_card_is_shown_as_text():
    shown = cards.row(
        [cards.Card(HOSTILE, HOSTILE, (HOSTILE,), "met", HOSTILE)], pd.DataFrame(), LOOK
    )
    assert [p.text for p in html_of(shown).find_class("card")[0]] == [HOSTILE] * 4
    assert shown.markdown.count("```") == 4


def test_no_cards_say_so():
    assert cards.row([], pd.DataFrame(), LOOK).markdown == NOTHING


def test_a_heading_beside_spanners_has_room():
    columns = [Column("a", "Helårsprognosen, mnkr"), Column("b", "Netto", "Utveckling")]
    rows = [("Rad", {"a": Cell("1"), "b": Cell("2")})]
    widths, size = widths_of(typst_of(tables.table("t", "Stub", columns, rows)))
    assert widths[1] > size * width_of("Helårsprognosen,")
