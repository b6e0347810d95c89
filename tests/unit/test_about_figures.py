"""What is told below a figure: definition, basis, source, calculation, date, status."""

import lxml.html
import pandas as pd
import pytest

from vardlaget.present import about_figures

SHARE = {
    "indicator": "phone_same_day",
    "basis": "completed",
    "status": "reported",
    "source": "SKR, Väntetider i vården, sida 3, rad 2",
}


def told(*rows):
    page = lxml.html.fromstring(about_figures.about(pd.DataFrame(rows)))
    pairs = zip(page.iterfind("dl/dt"), page.iterfind("dl/dd"), strict=True)
    return {dt.text_content(): dd.text_content() for dt, dd in pairs}


def test_a_definition_is_told_in_full_and_the_counts_behind_a_share_with_it():
    shown = told(SHARE, SHARE | {"indicator": "phone_same_day.numerator"})
    assert shown["Definition"].startswith("Telefontillgänglighet i primärvården. Andelen samtal")
    assert shown["Definition"].count("Telefontillgänglighet") == 1
    assert (shown["Mätbas"], shown["Status"]) == ("genomförda", "rapporterade")


def test_a_hidden_figure_that_is_synthetic_is_both():
    hidden = SHARE | {"status": "suppressed", "note": "syntetisk uppgift; visas inte"}
    assert told(hidden)["Status"].startswith("skyddade (x)")
    assert told(hidden)["Status"].endswith(", syntetiska uppgifter")
    assert told(SHARE | {"status": "synthetic"})["Status"] == "syntetiska uppgifter"


def test_many_definitions_are_named_and_stand_in_the_glossary():
    ids = ("phone_same_day", "first_visit_90d", "treatment_90d")
    shown = told(*(SHARE | {"indicator": id_, "basis": "waiting"} for id_ in ids))
    assert shown["Definition"].endswith("Definitionerna står under Definitioner.")
    assert "Andelen" not in shown["Definition"]


def test_documents_are_told_once_without_page_and_row():
    shown = told(SHARE, SHARE | {"source": "SKR, Väntetider i vården, sida 9, rad 4"})
    assert shown["Källa"].startswith("SKR, Väntetider i vården. Plats i källan")
    assert "Beräkning" not in shown


def test_more_documents_than_a_reader_would_read_are_counted():
    shown = told(*(SHARE | {"source": f"Region {letter}, rapport"} for letter in "ABCDEF"))
    assert "Region D, rapport och 2 till." in shown["Källa"]


@pytest.mark.parametrize(
    ("counts", "formula"), [((3,), "summan av 3 enheter"), ((3, 5), "summan av enheter")]
)
def test_formulas_that_differ_in_a_count_are_one(counts, formula):
    sources = [f"Beräknat: summan av {n} enheter; Vårdplatser, a.csv, rad {n}" for n in counts]
    shown = told(*(SHARE | {"source": source} for source in sources))
    assert shown["Beräkning"] == formula
    assert shown["Källa"].startswith("Vårdplatser, a.csv.")


def test_names_from_data_are_text():
    assert "<b>" not in about_figures.about(pd.DataFrame([SHARE | {"source": "<b>x</b>"}])).replace(
        "<b>Telefontillgänglighet", ""
    )


@pytest.mark.parametrize("figures", [None, pd.DataFrame()])
def test_without_figures_nothing_is_told(figures):
    assert about_figures.about(figures) == ""


def test_the_day_is_put_in_when_the_edition_is_staged():
    markdown = about_figures.dated(about_figures.about(pd.DataFrame([SHARE])), "1 mars 2024")
    assert '<dd><span class="built">1 mars 2024</span></dd>' in markdown
