"""Figures typed by hand: a sentence in, what it is taken for and the name to bind out."""

import os
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from vardlaget.environment import DATA, STORE
from vardlaget.report import open_report
from vardlaget.texts import binding
from vardlaget.texts.comments import Comment
from vardlaget.texts.typed_figures import BASIS, PERIOD, SOURCES, UNKNOWN, judge, typed_figures
from vardlaget.texts.variables import tree, variables

FINE = ""
VASTMANLAND, JAMTLAND = ("19", "2023-02"), ("23", "2024-02")


@cache
def edition(region: str, month: str):
    assert STORE not in os.environ
    assert DATA not in os.environ
    report = open_report(region, month)
    return report, variables(report)


def comment(text: str) -> Comment:
    return Comment("tillganglighet", "t.md", text)


def verdicts(place: tuple[str, str], text: str) -> list[tuple[str, str]]:
    report, found = edition(*place)
    return [(v.fault, v.variable) for v in judge((comment(text),), report, found)]


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        # Seed 001 prints two values for one thing; so does seed 003.
        (
            VASTMANLAND,
            "Telefontillgängligheten var 88,3 %.",
            [(SOURCES, "phone_same_day.source2.text")],
        ),
        (
            VASTMANLAND,
            "Av samtalen besvarades 87,5 procent samma dag.",
            [(SOURCES, "phone_same_day.source1.words")],
        ),
        (
            JAMTLAND,
            "Av dem som ringde fick 89 procent kontakt.",
            [(SOURCES, "phone_same_day.source1.words")],
        ),
        (JAMTLAND, "Regionen: 86 %.", [(SOURCES, "phone_same_day.source2.text")]),
        # This month's own.
        (VASTMANLAND, "Sjukfrånvaron är 8,3 procent.", [(FINE, "sick_leave.words")]),
        (VASTMANLAND, "Beläggningen är 96 %.", [(FINE, "bed_occupancy.text")]),
        (VASTMANLAND, "1177 svarade efter 14:58.", [(FINE, "helpline_1177_wait.text")]),
        (VASTMANLAND, "Resultatet är −174,1 mnkr.", [(FINE, "income.result.words")]),
        (VASTMANLAND, "Ett underskott på 174,1 mnkr.", [(FINE, "income.result.size")]),
        (VASTMANLAND, "Vi är 5 033 årsarbetare.", [(FINE, "full_time_equivalents.text")]),
        (
            VASTMANLAND,
            "Sjukfrånvaron är 3,4 procentenheter lägre.",
            [(FINE, "sick_leave.change.size")],
        ),
        (
            VASTMANLAND,
            "Målet för beläggningsgraden är 85–90 %.",
            [(FINE, "bed_occupancy.target.text")] * 2,
        ),
        (
            VASTMANLAND,
            "Akutsjukvårdens sjukfrånvaro är 8,5 procent.",
            [(FINE, "units.akutsjukvard.sick_leave.words")],
        ),
        # Another month's, nobody's.
        (
            VASTMANLAND,
            "Sjukfrånvaron är 11,7 procent.",
            [(PERIOD, "sick_leave.previous.words")],
        ),
        (JAMTLAND, "Medicinsk bedömning: 69 procent.", [(PERIOD, "")]),
        (
            VASTMANLAND,
            "Första besök inom 90 dagar: 79,9 %.",
            [(UNKNOWN, "first_visit_90d.text")],
        ),
        (VASTMANLAND, "Kön till badet var 123 456 personer.", [(UNKNOWN, "")]),
        # No figures.
        (VASTMANLAND, "Den 6 februari 2023, vecka 8, Q1, 2023-02-03 kl. 14:30.", []),
        (VASTMANLAND, "Enligt 2014:821, RS/607/2023, 6 kap. 3 § och HSF230126.", []),
        (VASTMANLAND, "Tre av 5 enheter, inom 90 dagar, 1177 och 0-3-90-90.", []),
        (VASTMANLAND, "1. ett\n2. två\n", []),
        (VASTMANLAND, "{{< var sick_leave.text >}} `8,3 %` [a](https://a.se/8,3%20)", []),
    ],
)
def test_what_a_typed_figure_is_taken_for(place, text, expected):
    assert verdicts(place, text) == expected


def test_a_figure_on_another_basis_is_told_with_it():
    report, _ = edition(*JAMTLAND)
    data = report.data
    row = data[(data["indicator"] == "first_visit_90d") & (data["region"] == "23")]
    other = row.assign(basis="completed", value=81.0, text="81 %")
    both = replace(report, data=pd.concat([data, other]))
    names = variables(both)
    assert names["first_visit_90d.text"].text.replace("\u00a0", " ") == "67 %"
    assert names["first_visit_90d.completed.text"].text == "81 %"
    (verdict,) = judge((comment("Första besök inom 90 dagar: 81 %."),), both, names)
    assert (verdict.fault, verdict.variable) == (BASIS, "first_visit_90d.completed.text")
    assert "on another basis (completed)" in str(verdict)


def test_a_typed_figure_is_told_with_its_file_and_line():
    report, found = edition(*VASTMANLAND)
    text = "Rad ett.\n\nTelefontillgängligheten var 88,3 %."
    (verdict,) = judge((comment(text),), report, found)
    assert str(verdict).replace("\u00a0", " ") == (
        "t.md, line 3: '88,3 %' is typed by hand: sources give 87,5 % and 88,3 % for "
        "phone_same_day. Write {{< var phone_same_day.source2.text >}}"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ökade med 12 345,6 kronor", ["12 345,6 kronor"]),
        ("mellan 85 och 90 %", ["90 %"]),
        ("−0,5 procentenheter", ["−0,5 procentenheter"]),
        ("3 dagar och 12 månader", []),
        ("år 2 000 000 kr", ["2 000 000 kr"]),
    ],
)
def test_which_numbers_are_figures(text, shown):
    assert [typed.shown for typed in typed_figures(comment(text))] == shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sick_leave.text", "8,3 %"),
        ("sick_leave.words", "8,3 procent"),
        ("sick_leave.period", "januari–februari 2023"),
        ("sick_leave.previous.text", "11,7 %"),
        ("sick_leave.change.text", "−3,4 procentenheter"),
        ("sick_leave.target.text", "6 %"),
        ("sick_leave.women.text", "9,0 %"),
        ("bed_occupancy.target.words", "85–90 procent"),
        ("income.agency_staff.change.text", "+44,3 %"),
        ("income.result.size", "174,1 miljoner kronor"),
        ("income.result.forecast.words", "−890 miljoner kronor"),
        ("income.result.budget.text", "−8 500 000 kr"),
        ("income.result.year.text", "−480 500 000 kr"),
        ("units.nara_vard.sick_leave.text", "8,3 %"),
        ("phone_same_day.source1.text", "87,5 %"),
        ("phone_same_day.source2.text", "88,3 %"),
        ("phone_same_day.target.text", "100 %"),
    ],
)
def test_a_variables_text(name, text):
    _, found = edition(*VASTMANLAND)
    assert found[name].text.replace("\u00a0", " ") == text


def test_what_sources_contradict_has_no_plain_name():
    _, found = edition(*VASTMANLAND)
    assert "phone_same_day.text" not in found


def test_the_record_of_a_change_says_from_what_it_is_computed():
    _, found = edition(*VASTMANLAND)
    record = found["sick_leave.change.size"].record
    assert (round(record["value"], 1), record["scenario"]) == (-3.4, "vs_last_year")
    assert record["text"].replace("\u00a0", " ") == "3,4 procentenheter"
    assert record["source"] == "Beräknat: utfall − samma period föregående år"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sick_leave.txt", "Did you mean 'sick_leave.text'?"),
        ("sick_leave", "is not a text. It holds: sick_leave.text"),
        ("phone_same_day.text", "88,3 % ({{< var phone_same_day.source2.text >}})"),
        ("phone_same_day.words", "87,5 % ({{< var phone_same_day.source1.words >}})"),
    ],
)
def test_a_name_that_gives_no_text_is_told(name, message):
    _, found = edition(*VASTMANLAND)
    texts = (comment(f"a\n\n{{{{< var {name} >}}}}"),)
    (problem,) = binding.problems(texts, tree(found))
    assert (problem.file, problem.line) == ("t.md", 3)
    assert message in problem.message.replace("\u00a0", " ")
