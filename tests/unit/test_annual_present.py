"""The annual report's sentences, tables and verdicts, from a region's published year."""

import pytest

from conftest import ROOT
from vardlaget.environment import DATA, STORE
from vardlaget.present import annual, annual_goals, national, national_tables
from vardlaget.present.figures import NOTHING
from vardlaget.report import open_report

NBSP = "\u00a0"


def opened(region, month, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv(DATA, str(tmp_path_factory.mktemp("data")))
        patch.delenv(STORE, raising=False)
        return open_report(region, month)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return opened("24", "2023-12", tmp_path_factory)


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    return opened("23", "2024-02", tmp_path_factory)


def lines(published):
    return {row[0]: row[1:] for row in published.table["rows"]}


def test_the_money_comes_first_in_the_year_in_short(report):
    said = annual.summary(report).markdown
    assert said.startswith(
        f"Hälso- och sjukvården i Region Västerbotten gick **973{NBSP}miljoner kronor** sämre än"
    )
    for part in ("9,9", "2,6", "19,7"):
        assert f"med {part}{NBSP}procent" in said
    assert f"523{NBSP}disponibla vårdplatser, 55 färre än året före" in said


def test_every_number_of_the_sentences_is_a_figure(report):
    texts = annual.summary(report).figures["text"].tolist()
    assert [text.split(NBSP)[0] for text in texts] == ["973", "9,9", "2,6", "19,7", "523", "55"]


def test_a_table_shows_the_sources_change_and_what_its_figures_give(report):
    table = annual.year_table(report, "capacity")
    assert lines(table)["Disponibla vårdplatser"] == [
        578,
        523,
        -55,
        -9.6,
        f"Av talen följer −9,5{NBSP}%; 2022 beräknat av förändringen; genomsnitt för året",
    ]
    assert table.fields == {"year": "2023"}


def test_three_years_stand_where_the_source_has_them(report):
    vaccinations = lines(annual.year_table(report, "production"))["Vaccinationer, primärvård"]
    assert vaccinations[:4] == [374894, 200310, 65629, -134681]
    assert vaccinations[4] == pytest.approx(-67.236, abs=0.001)


def test_what_is_told_of_one_part_of_care_is_told_with_its_name(report):
    found = lines(annual.year_table(report, "production"))
    assert found["Förändring av antalet tandvårdsbesök, Tandvården"][3] == -14524


def test_a_goal_is_judged_by_its_parts_with_a_reason_for_each(report):
    found = lines(annual_goals.table(report))
    assert found["Mål 8: En långsiktigt hållbar ekonomi"][2] == "■ Inte uppnått"
    target, outcome, verdict, reason = found["Lägre kostnadsökning för läkemedel"]
    assert target == "Kostnaderna ska öka med högst 4 procent"
    assert (outcome, verdict) == (f"+5,0{NBSP}%", "■ Inte uppnått")
    assert reason == (
        f"Förändringen av läkemedelskostnader var +5,0{NBSP}procent; målet var högst "
        f"4{NBSP}procent. Regionen bedömer likadant."
    )
    assert annual_goals.text(report).markdown.startswith("**Ingen av årets tre målpunkter** är")


def test_a_verdict_that_only_the_region_gives_is_told_with_its_source(report):
    said = annual_goals.own_judgements(report).markdown
    assert "Fler basenheter i ekonomisk balans är inte uppnått" in said
    assert said.rstrip().endswith("Mål 8.")


def test_there_is_no_annual_report_but_in_december(february):
    assert not any(annual.available(february).available.values())
    assert annual_goals.goals(february) == ()
    for cell in (annual.summary, annual.key_figures, annual_goals.text, annual_goals.table):
        assert cell(february).markdown == NOTHING


def test_the_national_overview_is_not_a_regions(february):
    assert not any(national.available(february).available.values())
    for cell in (national.summary, national.reporting_text, national.basis_note):
        assert cell(february).markdown == NOTHING
    assert national_tables.country_cards(february).markdown == NOTHING
    assert national_tables.region_cards(february, "23").markdown == NOTHING
    assert national_tables.region_table(february, "23").markdown == NOTHING
    assert national_tables.table(february, "primary_care").markdown == NOTHING
