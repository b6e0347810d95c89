"""What the attachments do with names, texts and numbers."""

import pytest

from vardlaget.errors import NotebookError
from vardlaget.pipeline.attachments import formats
from vardlaget.pipeline.attachments.about import documents
from vardlaget.pipeline.attachments.csv_files import safe
from vardlaget.pipeline.attachments.tables import collected
from vardlaget.pipeline.attachments.workbook import sheet_names

NBSP = "\u00a0"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", " =1", "\r=1", "- varav"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "value",
    [
        -1.5,
        0,
        "",
        "..",
        "–",
        "– varav",
        "−2,3 %",
        f"+2,3{NBSP}%",
        "-12",
        "+1 234,5",
        "-1:05",
        "+12 mnkr ● Nås",
        "x",
    ],
)
def test_numbers_and_harmless_texts_stay_as_they_are(value):
    assert safe(value) == value


@pytest.mark.parametrize(
    ("text", "code", "divisor"),
    [
        (f"69{NBSP}%", f'#,##0"{NBSP}%"', 1),
        (f"−9,5{NBSP}%", f'#,##0.0"{NBSP}%"', 1),
        (f"+2,3{NBSP}%", f'+#,##0.0"{NBSP}%";-#,##0.0"{NBSP}%";#,##0.0"{NBSP}%"', 1),
        (f"15{NBSP}024{NBSP}892{NBSP}kr", f'#,##0"{NBSP}kr"', 1),
        ("1,254", "#,##0.000", 1),
        ("14:58", "[m]:ss", 86_400),
    ],
)
def test_a_number_is_formatted_as_its_text(text, code, divisor):
    assert formats.of_text(text) == formats.Shown(code, divisor)


@pytest.mark.parametrize("text", ["..", "över 80", f'5{NBSP}"%"', f"5{NBSP}1/2"])
def test_what_is_no_number_has_no_format(text):
    assert formats.of_text(text) is None


def cells(**tables):
    """Records of one publication's cells, each with a table of these rows."""
    return [record(name, *table) for name, table in tables.items()]


def record(name, columns, rows, texts=None):
    table = {"name": name, "columns": columns, "rows": rows, "texts": texts or rows}
    return {"figures": [], "table": table}


def test_a_columns_format_is_what_most_of_its_cells_have():
    rows = [["A", 48, 48], ["B", 50, 7], ["C", 3, 9], ["D", "..", 9]]
    texts = [["A", f"48{NBSP}%", "48"], ["B", f"50{NBSP}%", "7"], ["C", "3", "9"], ["D", "..", "9"]]
    (table,) = collected({"p": cells(t=(["Enhet", "Andel", "Antal"], rows, texts))}, {})
    shown = [None if each is None else each.code for each in formats.of_columns(table)]
    assert shown == [None, f'#,##0"{NBSP}%"', "#,##0"]


# value, its text → the format: the text's, else one that shows all of the number
SHOWN = [
    (306, f"306{NBSP}mnkr", f'#,##0"{NBSP}mnkr"'),
    (7.5, f"7,5{NBSP}%", f'#,##0.0"{NBSP}%"'),
    (96, f"96{NBSP}%, ack.", f'#,##0"{NBSP}%, ack."'),
    (89, f"89{NBSP}% eller 86{NBSP}%", "#,##0"),
    (7.25, "omkring 7", formats.PLAIN),
]


@pytest.mark.parametrize(("value", "text", "code"), SHOWN)
def test_a_number_is_shown_as_in_the_publication(value, text, code):
    assert formats.of_cell(value, text).code == code


def test_a_table_that_two_publications_show_is_one():
    one = cells(t=(["A"], [[1]]))
    (table,) = collected({"p": one, "q": one}, {"t": "Titel"})
    assert (table.title, table.publications) == ("Titel", ("p", "q"))


def test_two_tables_with_one_name_are_refused():
    two = {"p": cells(t=(["A"], [[1]])), "q": cells(t=(["A"], [[2]]))}
    with pytest.raises(NotebookError, match="Two tables are called 't'"):
        collected(two, {})


def test_a_sheet_is_called_by_its_titles_first_words():
    titles = ["Rättelser av bokförda belopp, januari", "Krav i februari 2023 och vad som står kvar"]
    assert sheet_names(titles) == ["Rättelser av bokförda belopp", "Krav i februari 2023 och vad"]


def test_sheet_names_are_unique_short_and_allowed():
    names = ["a" * 40, "A" * 40, "a" * 31, "Innehåll", "x[1]:*?/\\'y", "'", "history"]
    found = sheet_names(names)
    assert len({name.lower() for name in found} | {"innehåll", "history"}) == len(names) + 2
    assert all(1 <= len(name) <= 31 for name in found)
    assert not any(set(name) & set("[]:*?/\\'") for name in found)


def test_a_source_is_named_without_its_page_and_a_computed_one_not_at_all():
    figures = [
        {"source": "Region X, rapport 2024, sidan 3, rad 7"},
        {"source": "data:mars.csv, rad 2"},
        {"source": "Beräknat: a / b"},
        {"source": None},
    ]
    assert documents(figures) == ("Region X, rapport 2024", "data:mars.csv")
