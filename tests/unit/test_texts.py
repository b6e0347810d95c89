"""The analyst's files: what is read of them, and what is told of what is wrong."""

from pathlib import Path

import pandas as pd
import pytest

from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.texts import (
    Texts,
    folders,
    is_about_synthetic,
    load_texts,
    markup,
    read_texts,
)
from vardlaget.texts.comments import Comment, read_comment, variables
from vardlaget.texts.tables import STATUSES, Activity, end_of, read_activities, read_events
from vardlaget.texts.variables import slug

MONTH = Month(2023, 2)


@pytest.fixture
def place(tmp_path, root) -> Project:
    """A project whose one publication takes comments on two sections."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "rapport.qmd").write_text(
        "---\ntitle: Rapport\n---\n\n{{< include comments/ekonomi.md >}}\n\n"
        "{{< include comments/tillganglighet.md >}}\n"
    )
    reference = tmp_path / "data" / "reference"
    reference.mkdir(parents=True)
    (reference / "regions.csv").symlink_to(root / "data" / "reference" / "regions.csv")
    return Project(tmp_path, tmp_path / "data" / "raw", tmp_path / "public")


@pytest.fixture
def write(place, regions):
    """Writes a file of Västmanland's February 2023; returns its path."""

    def _write(name, content):
        path = folders.month_folder(place, MONTH, regions["19"]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


@pytest.fixture
def told(place, regions):
    """What is wrong with the files, without the folder that all of them lie in."""

    def _told():
        with pytest.raises(InputError) as info:
            read_texts(place, regions["19"], MONTH)
        return str(info.value).replace("reports/comments/2023-02/vastmanland/", "")

    return _told


def comment(text: str) -> Comment:
    return Comment("ekonomi", "e.md", text)


def test_the_sections_are_those_that_publications_include(place):
    assert folders.sections(place.reports) == ("ekonomi", "tillganglighet")


def test_texts_on_some_sections_have_the_comments_on_these():
    one, other = comment("x"), Comment("tillganglighet", "t.md", "y")
    texts = Texts((one, other), files=(Path("e.md"), Path("t.md")))
    assert texts.on({"ekonomi"}) == Texts((one,), files=texts.files)


def test_a_month_without_files_has_no_texts(place, regions):
    assert read_texts(place, regions["19"], MONTH).files == ()


@pytest.mark.parametrize(
    "data",
    ["ö\n\nå".encode(), b"\xef\xbb\xbf" + "ö\r\n\r\nå".encode(), "ö\r\n\r\nå".encode("cp1252")],
)
def test_a_comment_is_read_whatever_its_encoding_and_line_ends(data, write, place):
    assert read_comment(write("ekonomi.md", data), place).text == "ö\n\nå"


def test_a_remark_is_left_out_and_lines_keep_their_numbers(write, place):
    read = read_comment(write("ekonomi.md", "<!-- skriv\nhär -->\n{{< var a.text >}}"), place)
    assert [(bound.name, bound.line) for bound in variables(read)] == [("a.text", 3)]
    assert not read.is_empty


def test_a_comment_with_a_remark_only_is_none(write, place, regions):
    write("ekonomi.md", "<!-- skriv här -->\n")
    texts = read_texts(place, regions["19"], MONTH)
    assert texts.comment("ekonomi") is None
    assert len(texts.comments) == 1


REMARK = "<!-- Kommentar till syntetiska uppgifter. -->\n"


@pytest.mark.parametrize(
    ("remark", "synthetic", "stands"),
    [("", False, True), ("", True, False), (REMARK, True, True), (REMARK, False, False)],
)
def test_a_text_stands_by_the_figures_it_was_written_about(
    remark, synthetic, stands, write, place, regions
):
    """Was wrong once: comments on a region's real month stood in an edition of demo data."""
    write("ekonomi.md", remark + "Kön har minskat.")
    write("kalender.csv", "datum,händelse,mottagare\n2024-03-27,Möte,Nämnden\n")
    texts = read_texts(place, regions["19"], MONTH).about(synthetic)
    assert (texts.comment("ekonomi") is not None) == stands
    assert bool(texts.events) == stands
    named = [name.rpartition("/")[2] for name in texts.passed_over]
    assert named == ([] if stands else ["ekonomi.md", "kalender.csv"])


def test_a_remark_alone_is_not_passed_over(write, place, regions):
    write("ekonomi.md", REMARK)
    assert read_texts(place, regions["19"], MONTH).about(False).passed_over == ()


@pytest.mark.parametrize(
    ("rows", "synthetic"),
    [
        ([("19", "2024-02", "reported", "")], False),
        ([("19", "2024-02", "reported", ""), ("19", "2024-02", "synthetic", "")], True),
        ([("19", "2024-02", "suppressed", "syntetisk uppgift")], True),
        ([("19", "2024-01", "synthetic", ""), ("20", "2024-02", "synthetic", "")], False),
    ],
)
def test_a_month_is_synthetic_where_any_figure_of_the_region_is(rows, synthetic, regions):
    frame = pd.DataFrame(rows, columns=["region", "period", "status", "note"])
    assert is_about_synthetic(frame, regions["19"], Month(2024, 2)) == synthetic
    assert is_about_synthetic(frame, regions["00"], Month(2024, 2)) == (
        "2024-02" in {row[1] for row in rows if row[2] != "reported"}
    )


ALLOWED = """Löpande *text* med **fet**, `kod` och {{< var a.text >}}.

#### Rubrik

- en [länk](https://skr.se), <anna@region.se>, [avsnitt](#ekonomi) och @tbl-headline
- $100 och 5 * 3, Öppet Hus "idag"

| a | b |
|---|---|
| 1 | {{< var b.text >}} |

> citat
"""


def test_running_text_lists_links_and_tables_are_for_comments():
    assert markup.problems(comment(ALLOWED)) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n<script>alert(1)</script>", 3, "raw HTML"),
        ("a <b>fet</b>", 1, "raw HTML"),
        ("a\n\n```{=html}\n<p>\n```", 4, "raw HTML"),
        ('a\n\n`#read("x")`{=typst}', 3, "raw TYPST"),
        ("a\n\n\\LaTeX b", 3, "raw TEX"),
        ("a\n\n::: {.callout-note}\nb\n:::", 3, "attributes"),
        ("a\n\n[b]{.mark}", 3, "attributes"),
        ("a\n\n#### R {#r}", 3, "attributes"),
        ("a\n\n[b](https://a.se){target=_blank}", 3, "attributes"),
        ("a\n\n### R", 3, "level 3"),
        ("a\n\nR\n=", 1, "level 1"),
        ("a\n\n[b](javascript:alert(1))", 3, "link to 'javascript"),
        ("a\n\n[b](hemlig.html)", 3, "link to 'hemlig.html'"),
        ("a\n\n![b](bild.png)", 3, "pictures"),
        ("a\n\nb^[not]", 3, "footnotes"),
        ("a\n\nkostar $x$", 3, "formula"),
        ("a\n\n@namn", 3, "'@namn'"),
        ("a\n\n```{python}\n1\n```", 3, "code to execute"),
        ("a\n\n`{python} 1+1`", 3, "code to execute"),
        ("a\n\n---\nfilters: x\n---", 3, "write ***"),
        ("a\n\n{{< include /etc/passwd >}}", 3, "shortcode '{{< include"),
        ("a\n\n{{< var a\nb >}}", 3, "shortcode"),
        ("a\n\n{{{< var a >}}}", 3, "shortcode"),
        ("a\n\n{{< var a", 3, "opens or closes no shortcode"),
    ],
)
def test_what_is_not_for_comments_is_told_with_its_line(text, line, message):
    found = markup.problems(comment(text))
    assert any(message in problem.message for problem in found), found
    assert all(problem.file == "e.md" for problem in found)
    assert line in {problem.line for problem in found if message in problem.message}


def test_all_problems_of_all_files_are_told_at_once(write, told):
    write("ekonomi.md", "<b>x</b>")
    write("tilganglighet.md", "x")
    write("bild.png", b"\x89PNG")
    write("aktiviteter.csv", "id;aktivitet;status\n1;a;Klar\n")
    said = told()
    assert "ekonomi.md, line 1: raw HTML" in said
    assert "takes comments on 'tilganglighet'. Did you mean 'tillganglighet'?" in said
    assert "bild.png: not a file that is read here" in said
    assert "aktiviteter.csv, line 1: column 'tidplan' is missing" in said


def test_folders_that_nobody_reads_are_told(place, regions):
    for name in ("2023-02/vastmanlad", "2023-2/vastmanland"):
        (place.reports / "comments" / name).mkdir(parents=True)
    with pytest.raises(InputError, match=r"no region has the slug 'vastmanlad'\. Did you mean"):
        read_texts(place, regions["19"], MONTH)
    with pytest.raises(InputError, match="2023-2: not a folder of a month"):
        read_texts(place, regions["19"], MONTH)


def test_help_hidden_files_and_locks_are_passed_over(write, place, regions):
    for name in ("ekonomi.forra.md", ".DS_Store", "~$kalender.xlsx"):
        write(name, "<b>x</b>")
    assert read_texts(place, regions["19"], MONTH).files == ()


HEADER = "id;aktivitet;område;tidplan;ansvarig roll;status;kommentar\n"


def test_activities_of_windows_text_with_a_title_are_read(write, place):
    text = (
        "Handlingsplan\r\n\r\n"
        + HEADER.replace("\n", "\r\n")
        + "A;Sjö;Nära;Q1 2023;Chef;pågår;\r\n"
    )
    found, problems = read_activities(write("aktiviteter.csv", text.encode("cp1252")), place)
    assert problems == []
    assert found == [Activity("A", "Sjö", "Nära", "Q1 2023", "Chef", STATUSES["Pågår"], "")]


def test_activities_of_a_workbook_are_read(write, place, tmp_path):
    import xlsxwriter

    path = write("aktiviteter.xlsx", b"")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.strip().split(";"))
        sheet.write_row(1, 0, [1, "Sjö", "Nära", 2023, "Chef", "Klar", "Ja"])
    found, problems = read_activities(path, place)
    assert problems == []
    assert (found[0].id, found[0].timeline, found[0].status.word) == ("1", "2023", "Klar")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A;x;;;;Påbörjat;", "line 3: unknown status 'Påbörjat'. Did you mean 'Ej påbörjad'?"),
        (";x;;;;Klar;", "line 3: column 'id' is empty"),
        ("A;;;;;Klar;", "line 3: column 'aktivitet' is empty"),
        ("B;x;;;;Klar;", "line 3: id 'B' stands already in line 2"),
    ],
)
def test_a_wrong_activity_is_told_with_its_line(row, message, write, told):
    write("aktiviteter.csv", f"{HEADER}B;b;;;;Klar;\n{row}\n")
    assert message in told()


def test_an_unknown_column_is_told_with_the_nearest(write, told):
    write("aktiviteter.csv", HEADER.replace("status", "staus") + "A;x;;;;Klar;\n")
    said = told()
    assert "unknown column 'staus'. Did you mean 'status'?" in said
    assert "column 'status' is missing" in said


def test_the_calendar_comes_day_by_day(write, place):
    path = write("kalender.csv", "datum,händelse,mottagare\n2024-04-11,b,au\n2024-03-12,a,\n")
    events, problems = read_events(path, place)
    assert problems == []
    assert [(str(event.day), event.title) for event in events] == [
        ("2024-03-12", "a"),
        ("2024-04-11", "b"),
    ]


@pytest.mark.parametrize("day", ["2024-02-30", "12 mars", "2024-03"])
def test_a_day_that_is_none_is_told_with_its_line(day, write, told):
    write("kalender.csv", f"datum,händelse,mottagare\n{day},a,b\n")
    assert f"kalender.csv, line 2: '{day}' is no day" in told()


def test_a_table_stands_in_one_file_only(write, told):
    write("kalender.csv", "datum,händelse,mottagare\n")
    write("kalender.xlsx", b"PK")
    assert "kalender.xlsx: stands both as CSV and as workbook" in told()


def test_a_notebook_reads_the_same_without_judging_the_markup(write, place, regions):
    write("ekonomi.md", "<b>x</b>")
    assert load_texts(place, regions["19"], MONTH).comment("ekonomi").text == "<b>x</b>"


@pytest.mark.parametrize(
    ("timeline", "end"),
    [
        ("Q1 2023", "2023-03-31"),
        ("T1 2023", "2023-04-30"),
        ("H2 2024", "2024-12-31"),
        ("2023-2025", "2025-12-31"),
        ("2023–2025", "2025-12-31"),
        ("2023", "2023-12-31"),
        ("2023-04", "2023-04-30"),
        ("Jouruppdrag T1 2023", "2023-04-30"),
        ("löpande", "None"),
        ("T4 2023", "None"),
    ],
)
def test_a_timeline_ends_on_a_day(timeline, end):
    assert str(end_of(timeline)) == end


@pytest.mark.parametrize(
    ("word", "late"), [("Pågår", True), ("Klar", False), ("Ej prioriterad", False)]
)
def test_what_is_neither_done_nor_put_off_after_its_time_is_late(word, late):
    activity = Activity("1", "a", "", "Q4 2022", "", STATUSES[word], "")
    assert activity.is_late(MONTH.last_day) is late


@pytest.mark.parametrize(
    ("text", "name"),
    [("Nära vård", "nara_vard"), ("-29", "to_29"), ("50-", "from_50"), ("30-49", "30_49")],
)
def test_a_name_as_a_variables_part(text, name):
    assert slug(text) == name
