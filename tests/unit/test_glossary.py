"""Definitions: of what a publication shows, each once, by name, with the terms they use."""

import nbformat
import pytest

from vardlaget.catalogue import load_indicators
from vardlaget.pipeline import glossaries
from vardlaget.pipeline.staging import Staged
from vardlaget.present import citations, documents, glossary
from vardlaget.present.figures import NOTHING

# What is shown, and the names that are defined, in their order.
DEFINED = [
    ([], []),
    (["sick_leave"], ["Sjukfrånvaro"]),
    (["phone_same_day.numerator"], ["Telefontillgänglighet i primärvården"]),
    (
        ["sick_leave", "phone_same_day", "phone_same_day.denominator", "sick_leave"],
        ["Sjukfrånvaro", "Telefontillgänglighet i primärvården"],
    ),
    # As in a Swedish dictionary: by letter whatever its case, å after z.
    (
        [
            "production.drg_points",
            "available_beds",
            "follow_up_on_time",
            "production.care_days",
        ],
        ["Disponibla vårdplatser", "DRG-poäng", "Vårddagar", "Återbesök inom planerad tid"],
    ),
    # A term, and a term of a term.
    (["theatre_use"], ["Knivtid", "Utnyttjande av operationssalarna"]),
    (
        ["bed_occupancy_change_pct"],
        ["Beläggningsgrad", "Disponibla vårdplatser", "Förändring av beläggningen"],
    ),
    # Definitions that differ in a number are told together, of what is shown alone.
    (
        ["treatment_days_31_60", "treatment_days_0_30"],
        ["Operation eller åtgärd: väntat 0–30 dagar; Operation eller åtgärd: väntat 31–60 dagar"],
    ),
    # By the size of the number, not by its first digit.
    (
        ["treatment_days_121_180", "treatment_days_31_60"],
        [
            "Operation eller åtgärd: väntat 31–60 dagar; "
            "Operation eller åtgärd: väntat 121–180 dagar"
        ],
    ),
    (["treatment_days_31_60"], ["Operation eller åtgärd: väntat 31–60 dagar"]),
]


def told(shown: list[str]) -> str:
    """The glossary's text as it is read."""
    return glossary.text(shown, load_indicators()).replace("\\", "")


@pytest.mark.parametrize(("shown", "names"), DEFINED)
def test_what_is_shown_is_defined_with_the_terms_used(shown, names):
    text = told(shown)
    blocks = text.split("\n\n") if text != NOTHING else []
    assert [block.split("\n")[0] for block in blocks] == names


def test_definitions_told_together_say_so():
    both = told(["treatment_days_0_30", "treatment_days_31_60"])
    assert "De övriga är desamma med sina tal." in both
    assert "De övriga" not in told(["treatment_days_0_30"])


def test_a_definition_tells_what_there_is_to_tell():
    assert told(["phone_same_day"]) == (
        "Telefontillgänglighet i primärvården\n"
        ":   Andelen samtal till primärvården som besvaras samma dag. Samtal som vårdcentralen "
        "ringer upp samma dag räknas som besvarade. *Mätbas: genomförda. Undantag: Framgår inte "
        "av källan. Högre är bättre. Källa: SKR, Väntetider i vården. Tillförlitlighet: hög.*"
    )


EMBED = "{{{{< embed /notebooks/data_quality.ipynb#{} >}}}}\n"
MARKED = {glossary.MARK: True}


@pytest.fixture
def staged(tmp_path) -> Staged:
    """A notebook with a glossary, and three documents: two embed it, one does not."""
    source = "#| label: {}\n#| echo: false\nx"
    cells = [nbformat.v4.new_code_cell(source.format(each)) for each in ("sources", "definitions")]
    for cell in cells:
        cell.outputs = [nbformat.v4.new_output("execute_result", {"text/markdown": "all"})]
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "reports").mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks" / "data_quality.ipynb"
    )
    for name, labels in (("a", "definitions"), ("b", "sources,definitions"), ("c", "sources")):
        text = EMBED.format(labels) + EMBED.format("definitions-x").replace("data_", "other_")
        (tmp_path / "reports" / f"{name}.qmd").write_text(text)
    places = {("data_quality.ipynb", "definitions"): MARKED, ("data_quality.ipynb", "sources"): {}}
    return Staged(tmp_path, places)


def outputs(staged: Staged) -> dict[str, str]:
    """The staged notebook's texts by their cells' labels."""
    notebook = nbformat.read(staged.folder / "notebooks" / "data_quality.ipynb", as_version=4)
    nbformat.validate(notebook)
    return {
        cell.source.split("\n")[0].split(": ")[1]: cell.outputs[0].data["text/markdown"]
        for cell in notebook.cells
    }


def embedded(staged: Staged, name: str) -> str:
    return (staged.folder / "reports" / f"{name}.qmd").read_text().split("\n")[0]


def figure(id_: str, source: str = "Region X, rapport, sidan 2") -> dict:
    return {"indicator": id_, "source": source}


def test_each_publication_embeds_the_definitions_of_what_it_shows(staged):
    glossaries.write(
        staged,
        {
            "reports/a.qmd": [figure("sick_leave")],
            "reports/b.qmd": [figure("phone_same_day")],
            "reports/c.qmd": [figure("theatre_use")],
        },
    )
    found = outputs(staged)
    assert list(found) == ["sources", "definitions", "definitions-1", "definitions-2"]
    assert found["definitions-1"].startswith("Sjukfrånvaro\n:   ")
    assert found["definitions-2"].startswith("Telefontillgänglighet i primärvården\n:   ")
    assert embedded(staged, "a") == EMBED.format("definitions-1").strip()
    assert embedded(staged, "b") == EMBED.format("sources,definitions-2").strip()
    assert embedded(staged, "c") == EMBED.format("sources").strip()


def test_without_a_glossary_all_stays_as_it_is(staged):
    staged.payloads.clear()
    glossaries.write(staged, {"reports/a.qmd": [figure("sick_leave")]})
    assert list(outputs(staged)) == ["sources", "definitions"]
    assert embedded(staged, "a") == EMBED.format("definitions").strip()


def test_each_publication_embeds_the_sources_of_what_it_shows(staged):
    """Its figures' own, and for what is computed those behind its indicator and its terms."""
    staged.payloads[("data_quality.ipynb", "sources")] = {
        documents.MARK: {"available_beds": ["Vårdplatser, fil"], "population": ["SCB"]}
    }
    computed = figure("available_beds_per_1000", "Beräknat: vårdplatser / folkmängd")
    glossaries.write(
        staged,
        {
            "reports/a.qmd": [figure("sick_leave")],
            "reports/b.qmd": [figure("sick_leave"), computed, figure("phone_same_day", None)],
            "reports/c.qmd": [
                figure("sick_leave", "Planen 2024, 2.1, mål"),
                figure("phone_same_day"),
            ],
        },
    )
    found = {label: text.replace("\\", "") for label, text in outputs(staged).items()}
    assert found["sources-2"] == "- Region X, rapport\n- SCB\n- Vårdplatser, fil"
    assert found["sources-3"] == "- Planen 2024, 2.1\n- Region X, rapport"
    assert embedded(staged, "c") == EMBED.format("sources-3").strip()


@pytest.mark.parametrize(
    ("source", "cited", "formula"),
    [
        ("Region X, rapport, sidan 2", ["Region X, rapport"], []),
        ("Region X, rapport, sidan 2; förstasidan", ["Region X, rapport"], []),
        ("fil.csv, rad 7", ["fil.csv"], []),
        ("fil.xlsx, blad 'A', rad 7", ["fil.xlsx, blad 'A'"], []),
        ("Beräknat: a / b", [], ["a / b"]),
        (
            "Beräknat med folkmängden 2023; fil, blad, rad 3",
            ["fil, blad"],
            ["med folkmängden 2023"],
        ),
        ("", [], []),
    ],
)
def test_a_source_cites_a_document_or_tells_a_formula(source, cited, formula):
    assert citations.documents([source, source]) == cited
    assert citations.formulas([source]) == formula
