"""The PDF's form, on a small document with the project's own look: reads well, breaks well, and
looks as it was approved to look."""

import importlib.resources
import json
import shutil
from itertools import pairwise

import pytest
import yaml

from conftest import ROOT
from pdf_support import (
    Document,
    difference,
    findings,
    outside,
    overprinted,
    picture,
    require_as_approved,
)
from vardlaget.pipeline.render.embedded import render
from vardlaget.present import tables
from vardlaget.present.figures import raw
from vardlaget.present.tables import Cell, Column

FONTS = importlib.resources.files("font_source_sans_pro") / "files"
TIMESTAMP = 1_709_251_200
SUBTITLE = "Region Jämtland Härjedalen, februari 2024"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="450" height="160">'
    '<rect x="120" y="20" width="300" height="30" fill="#005b7f"/>'
    '<rect x="120" y="70" width="210" height="30" fill="#84b5cf"/>'
    '<rect x="120" y="120" width="260" height="30" fill="#84b5cf"/></svg>'
)
TEXT = "Väntetiden räknas från beslut till besök och redovisas för månadens sista dag. " * 3
LONG, WIDE = 70, 12
ROWS = range(38, 50)  # so many fill a page, more or less
SPANNER, ALT = "Hittills i år", "Tre staplar: 30, 21 och 26"


def table(rows, columns, spanner="", digits=3):
    """A table as notebooks write it, of row numbers and numbers of so many digits."""
    names = [Column(f"k{number}", f"K{number}", spanner) for number in range(1, columns)]
    lines = [
        (f"Rad {row}", {each.key: Cell(str(row * 10 ** (digits - 1) + n))
                        for n, each in enumerate(names)})
        for row in range(1, rows + 1)
    ]  # fmt: skip
    return tables.table("t", "Enhet", names, lines).markdown


def cell(label, caption, shown):
    kind = label[:3]
    lines = [f"#| label: {label}\n", f"#| {kind}-cap: {json.dumps(caption)}\n", "show()\n"]
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": shown}}
    return {"cell_type": "code", "metadata": {}, "source": lines, "outputs": [output]}


CELLS = [
    cell("tbl-short", "Kort tabell", table(6, 4)),
    cell("tbl-long", "Lång tabell", table(LONG, 5, SPANNER)),
    cell("tbl-wide", "Bred tabell", table(8, WIDE, SPANNER, digits=9)),
    cell("tbl-many", "Många smala kolumner", table(8, WIDE, SPANNER)),
    cell("fig-bars", "Staplar", raw("", f'#image("/notebooks/a.svg", alt: "{ALT}")')),
    *(cell(f"tbl-rows-{rows}", "Rader", table(rows, 4)) for rows in ROWS),
]
BODY = f"""
## Läget i korthet

{TEXT}

::: {{.callout-important title="Motstridiga uppgifter"}}
Värdena står i @tbl-short och @tbl-wide.
:::

{{{{< embed /notebooks/n.ipynb#fig-bars >}}}}

{TEXT}

{{{{< embed /notebooks/n.ipynb#tbl-short >}}}}

### Utveckling

{TEXT}

{TEXT}

- Ett
- Två

## Kapacitet

{TEXT}

{{{{< embed /notebooks/n.ipynb#tbl-long >}}}}

{{{{< embed /notebooks/n.ipynb#tbl-wide >}}}}

{{{{< embed /notebooks/n.ipynb#tbl-many >}}}}

## Definitioner

Första besök

:   {TEXT}

Medicinsk bedömning

:   {TEXT}
"""


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    """Renders the small document; its text and the edition's values may be others."""

    def made(body=BODY, **edition):
        root = tmp_path_factory.mktemp("project")
        (root / "reports").mkdir()
        (root / "notebooks").mkdir()
        shutil.copytree(ROOT / "reports" / "theme", root / "reports" / "theme")
        settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
        settings |= {"subtitle": SUBTITLE}
        (root / "_quarto.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        values = {"date": "1 mars 2024", "contact": "vardlaget@example.se"}
        values |= {name: value for name, value in edition.items() if value}
        (root / "_variables.yml").write_text(yaml.safe_dump({"edition": values}), encoding="utf-8")
        (root / "notebooks" / "a.svg").write_text(SVG, encoding="utf-8")
        (root / "notebooks" / "n.ipynb").write_text(json.dumps({"cells": CELLS}), encoding="utf-8")
        source = f"---\ntitle: Vårdgaranti\n---\n{body}"
        (root / "reports" / "rapport.qmd").write_text(source, encoding="utf-8")
        files = render(root, "reports/rapport.qmd", root / "out", fonts=FONTS, timestamp=TIMESTAMP)
        return Document(files[1])

    return made


@pytest.fixture(scope="module")
def draft(make):
    return make(status="utkast", number=2)


def test_the_title_page_tells_what_the_edition_is(draft):
    text = draft.plumber.pages[0].extract_text()
    for line in ("Vårdgaranti", SUBTITLE, "Status: utkast", "Utgåva: 2", "Framställd: 1 mars 2024",
                 "Kontakt: vardlaget@example.se", "Innehåll", "Sida 1 av"):  # fmt: skip
        assert line in text


def test_every_page_has_running_head_and_number(draft):
    pages = draft.plumber.pages
    for number, page in enumerate(pages, start=1):
        text = " ".join(word["text"] for word in draft.lines(page, artifacts=True))
        assert f"Sida {number} av {len(pages)}" in text
        if number > 1:
            assert f"Vårdgaranti {SUBTITLE} · utkast" in text


@pytest.mark.parametrize(
    ("status", "letters"),
    [("utkast", "AKSTTU"), ("preliminär", "EIILMNPRRÄ"), ("fastställd", ""), ("", "")],
)
def test_a_draft_is_marked_in_every_margin(make, status, letters):
    document = make(status=status)
    for page in document.plumber.pages:
        margin = [char for char in page.chars if char["x1"] < 56]
        assert "".join(sorted(char["text"] for char in margin)) == letters
        assert {char["tag"] for char in margin} <= {"Artifact"}


def test_the_structure_suits_a_screen_reader(draft):
    root = draft.pdf.Root
    assert str(root.Lang) == "sv-SE"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(draft.pdf.docinfo["/Title"]) == f"Vårdgaranti – {SUBTITLE}"
    with draft.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    assert [str(node.element.Alt) for node in draft.tree.all("Figure")] == [ALT]
    levels = draft.headings
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert draft.bookmarks == ["Läget i korthet", "Utveckling", "Kapacitet", "Definitioner"]


def test_an_independent_checker_finds_nothing(draft):
    assert findings([draft.path]) == []


def test_the_checker_sees_a_picture_without_text(draft, tmp_path):
    """The check itself: it does not pass whatever it is given."""
    spoilt = tmp_path / "spoilt.pdf"
    for node in draft.tree.all("Figure"):
        del node.element["/Alt"]
    draft.pdf.save(spoilt)
    assert {rule for _, rule, *_ in findings([spoilt])} & {"FIG-001", "FIG-002"}


def test_definitions_are_a_list_of_terms_in_smaller_type(draft):
    (defined,) = [each for each in draft.tree.all("L") if "Lbl" in kinds(each.children[0])][-1:]
    assert [item.kind for item in defined.children] == ["LI", "LI"]
    assert all(kinds(item) >= {"Lbl", "LBody"} for item in defined.children)
    page = draft.plumber.pages[-1]
    words = {word["text"]: word["size"] for word in draft.lines(page, artifacts=False)}
    assert (words["Definitioner"], words["Väntetiden"]) == (16, 9)


def kinds(node):
    return {each.kind for each in node.walk()}


def test_tables_are_regular_and_have_headers_with_scope(draft):
    tables = draft.tree.all("Table")
    assert [len(t.all("TR")) for t in tables] == [6 + 1, LONG + 2, 8 + 2, 8 + 2]
    for each in tables:
        heads = each.all("TH")
        assert heads
        assert all(str(head.attribute("/Scope")) == "/Column" for head in heads)
        require_regular(each)


def require_regular(table):
    """The cells cover each place of the table once."""
    taken = []
    rows = table.all("TR")
    for number, row in enumerate(rows):
        for cell in row.children:
            column = next(c for c in range(99) if (number, c) not in taken)
            taken += [
                (number + down, column + right)
                for down in range(cell.span("/RowSpan"))
                for right in range(cell.span("/ColSpan"))
            ]
    columns = {column for _, column in taken}
    assert sorted(taken) == [
        (row, column) for row in range(len(rows)) for column in sorted(columns)
    ]


def test_a_long_table_breaks_between_rows_and_repeats_its_header(draft):
    rows = {number: rows_on(page) for number, page in enumerate(draft.plumber.pages)}
    broken = [found for found in rows.values() if len(found) > 10]
    assert len(broken) >= 2
    assert [row for found in broken for row in found] == list(range(1, LONG + 1))
    for number, found in rows.items():
        if len(found) > 10:
            assert "Hittills i år" in draft.plumber.pages[number].extract_text()


def rows_on(page):
    words = page.extract_words()
    pairs = pairwise(words)
    return [int(b["text"]) for a, b in pairs if a["text"] == "Rad" and b["text"].isdigit()]


@pytest.mark.parametrize("above", range(8))
def test_a_long_table_does_not_begin_with_one_row_at_the_end_of_a_page(make, above):
    lead = "\n\n".join([TEXT] * (9 + above))
    source = f"\n## Del\n\n{lead}\n\n{{{{< embed /notebooks/n.ipynb#tbl-long >}}}}\n"
    found = [rows_on(page) for page in make(body=source).plumber.pages]
    first = next(rows for rows in found if rows)
    assert len(first) > 1


def test_no_row_of_a_table_stands_alone_on_a_page(make):
    """Of tables that fill a page, more or less, some would leave their last row to the next."""
    embeds = (f"{{{{< embed /notebooks/n.ipynb#tbl-rows-{rows} >}}}}" for rows in ROWS)
    body = "\n## Del\n\n" + "\n\n::: {.vl-pagebreak}\n:::\n\n".join(embeds) + "\n"
    found = [rows_on(page) for page in make(body=body).plumber.pages]
    broken = [rows for rows in found if rows and rows[0] > 1]
    assert len(broken) >= 3
    assert min(len(rows) for rows in broken) == 2


def test_what_leads_to_the_next_lines_does_not_end_a_page(make):
    parts = []
    for lines in range(27, 40):
        above = "\n\n".join(["En rad."] * lines)
        parts.append(f"{above}\n\n**Fet rad**\n\nFöljande gäller:\n\n- Ett\n- Två\n")
    body = "\n## Del\n\n" + "\n\n::: {.vl-pagebreak}\n:::\n\n".join(parts)
    document = make(body=body)
    ends = []
    for page in document.plumber.pages[1:]:
        words = document.lines(page, artifacts=False)
        ends.append(max(words, key=lambda word: (word["top"], word["x1"]))["text"])
    assert len(ends) > len(parts)
    assert set(ends) <= {"rad.", "Ett", "Två"}


def test_many_narrow_columns_stay_upright_in_a_size_that_can_be_read(draft):
    page = next(p for p in draft.plumber.pages if "Många smala" in p.extract_text())
    assert page.width < page.height
    sizes = {word["size"] for word in draft.lines(page, artifacts=False)}
    assert min(sizes) >= 7


def test_a_wide_table_is_turned_and_alone(draft):
    turned = [page for page in draft.plumber.pages if page.width > page.height]
    assert len(turned) == 1
    text = turned[0].extract_text()
    assert "Bred tabell" in text
    assert f"K{WIDE - 1}" in text
    assert "Definitioner" not in text


def test_nothing_leaves_the_text_area_or_is_overprinted(draft):
    for page in draft.plumber.pages:
        words = draft.lines(page, artifacts=False)
        assert not outside(words, 56, page.width - 56, 56, page.height - 45)
        assert not overprinted(words)


def test_a_caption_stands_with_its_figure_or_table(draft):
    for page in draft.plumber.pages:
        text = page.extract_text()
        bars = [shape for shape in page.rects + page.curves if shape["width"] > 150]
        assert ("Figur 1:" in text) == any(shape["height"] > 20 for shape in bars)
        assert ("Tabell 1:" in text) == (1 in rows_on(page) and "K4" not in text)


def test_the_pages_look_as_they_were_approved(draft):
    for number in range(1, len(draft.plumber.pages) + 1):
        require_as_approved(draft.path, number, f"form-{number}")


def test_a_broken_layout_is_seen(draft):
    """The comparison itself: another page, and a page whose text has moved, are not alike."""
    page = picture(draft.path, 2)
    moved = page.transform(page.size, 0, (1, 0, 0, 0, 1, -4), fillcolor=255)
    assert difference(page, page) == 0
    assert difference(page, moved) > 0.004
    assert difference(page, picture(draft.path, 3)) > 0.004
    table = picture(draft.path, 4)
    wider = table.transform(table.size, 0, (0.9, 0, 0, 0, 1, 0), fillcolor=255)
    assert difference(table, wider) > 0.004
