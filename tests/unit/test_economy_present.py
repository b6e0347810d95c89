"""The economy as readers meet it: sentences, tables and charts from the regions' own figures."""

import re

import pandas as pd
import pytest

from conftest import ROOT
from reading import whole_store
from vardlaget import observations, store
from vardlaget.environment import STORE
from vardlaget.periods import Month
from vardlaget.present import (
    corrections,
    cost_development,
    economy,
    economy_agency,
    economy_outlook,
    economy_parts,
    economy_posts,
)
from vardlaget.present.figures import NOTHING
from vardlaget.report import open_report
from vardlaget.sources.findings import as_frame

NBSP = "\u00a0"


def opened(frame, region, month, tmp_path_factory):
    kept = frame[frame["region"].isin([region, "00"])]
    folder = store.write(tmp_path_factory.mktemp("store"), whole_store(kept, as_frame([])))
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(ROOT)
        patched.setenv(STORE, str(folder))
        return open_report(region, month)


@pytest.fixture(scope="module")
def vastmanland(published, tmp_path_factory):
    return opened(published, "19", "2023-02", tmp_path_factory)


@pytest.fixture(scope="module")
def vasterbotten(published, tmp_path_factory):
    return opened(published, "24", "2023-12", tmp_path_factory)


@pytest.fixture(scope="module")
def jamtland(published, tmp_path_factory):
    return opened(published, "23", "2024-02", tmp_path_factory)


def plain(text):
    return text.replace(NBSP, " ").replace("*", "")


def table_of(shown):
    """The table as {row: {heading: cell}}."""
    heads = shown.table["columns"][1:]
    return {row[0]: dict(zip(heads, row[1:], strict=True)) for row in shown.table["rows"]}


def texts_of(shown):
    """Every text that the cell counts as shown."""
    return set(shown.figures["text"])


def test_the_message_comes_first(vastmanland, vasterbotten):
    said = plain(economy.text(vastmanland).markdown)
    assert said.startswith(
        "Under januari–februari 2023 är underskottet 174,1 miljoner kronor, 165,6 miljoner kronor "
        "sämre än budget."
    )
    assert "personalkostnader (−153,7 miljoner kronor)" in said
    said = plain(economy.text(vasterbotten).markdown)
    assert said.startswith("Resultatet under 2023 blev 973 miljoner kronor sämre än budget.")


def test_the_income_statement_has_millions_in_its_sheet_as_on_the_page(vastmanland):
    shown = economy.income_table(vastmanland)
    result = table_of(shown)["Resultat"]
    assert result["Hittills i år, utfall"] == -174.1
    assert result["Hittills i år, avvikelse"] == -165.6
    assert result["Helår, avvikelse"] == -890
    assert {"−174,1", "−165,6", "−890,0"} <= texts_of(shown)
    assert "– varav externt inhyrd personal" in table_of(shown)


def test_what_rounding_has_taken_is_told_place_by_place(vastmanland):
    rows = economy.rounding_table(vastmanland).table["rows"]
    budget = next(row for row in rows if row[:2] == ["Regionersättning", "mot budget"])
    assert budget[2:] == [-18, -17.9, -0.1]
    said = plain(economy.rounding_text(vastmanland).markdown)
    assert f"På {len(rows)} ställen" in said
    assert "inte större än vad avrundning ger" in said


def test_a_difference_that_rounding_does_not_explain_is_named(published, tmp_path_factory):
    wrong = (published["indicator"] == "income.premises") & (published["scenario"] == "actual")
    wrong &= published["period"] == "2023-02"
    frame = published.assign(value=published["value"].mask(wrong, -75_700_000))
    report = opened(frame, "19", "2023-02", tmp_path_factory)
    said = plain(economy.rounding_text(report).markdown)
    assert "Avrundning förklarar inte" in said
    assert "Summa kostnader, mot raderna" in said


def test_cost_development_has_the_source_beside_the_computed(vastmanland):
    rows = table_of(cost_development.table(vastmanland))
    gross = rows["Bruttokostnad"]
    assert gross["Utveckling, bokfört"] == pytest.approx(6.03, abs=0.005)
    assert gross["Utveckling, enligt källan"] == 5.4
    assert gross["Utveckling, källan, korrigerat"] == 5.2
    assert rows["Köpt vård"]["Utveckling, korrigerat"] == pytest.approx(11.66, abs=0.005)
    said = plain(cost_development.text(vastmanland).markdown)
    assert "6,0 procent" in said
    assert "5,4 procent (justerat för jämförelsestörande poster" in said
    assert "utan den regionersättning" in said


def test_a_chart_shows_corrected_bars_only_where_they_differ(vastmanland):
    drawn = cost_development.chart(vastmanland).figures
    corrected = drawn[drawn["scenario"] == "corrected"]["indicator"].tolist()
    assert "purchased_care_cost_development" in corrected
    assert "salary_cost_development" not in corrected


def test_a_region_without_amounts_has_the_developments_of_its_source(vasterbotten):
    said = plain(cost_development.text(vasterbotten).markdown)
    assert said.startswith("Kostnaderna ökade med 9,9 procent, nettokostnaderna ökade med 19,7")
    assert "intäkterna minskade med 2,6 procent" in said
    assert "källans egna" in said
    rows = table_of(cost_development.table(vasterbotten))
    assert rows["Nettokostnad"]["Utveckling"] == 19.7


def test_corrections_stand_beside_what_is_booked(vastmanland):
    rows = table_of(corrections.corrections_table(vastmanland))
    result = rows["Resultat"]
    assert result["Utfall, bokfört"] == -174.1
    assert result["Utfall, rättelse"] == 3.5
    assert result["Utfall, korrigerat"] == -170.6
    assert result["Mot budget, korrigerat"] == result["Mot budget, källan, korrigerat"]
    reasons = table_of(corrections.reasons_table(vastmanland))
    assert reasons["Köpt vård"]["När och av vem"].startswith("2023-03-22, Hälso- och")
    said = plain(corrections.text(vastmanland).markdown)
    assert "162,1 miljoner kronor sämre än budget" in said
    assert "Det är också källans korrigerade resultat." in said
    assert "köpt vård +11,7 procent i stället för +16,2 procent" in said


def test_the_forecast_stands_within_its_interval(vastmanland):
    said = plain(economy_outlook.forecast_text(vastmanland).markdown)
    assert said.startswith("Prognosen för 2023 är ett underskott på 890 miljoner kronor.")
    assert "20 miljoner kronor bättre eller 50 miljoner kronor sämre" in said
    assert "från −940 miljoner kronor till −870 miljoner kronor" in said
    assert "90 miljoner kronor sämre än målet, 890 miljoner kronor sämre än budget" in said
    shown = economy_outlook.forecast_chart(vastmanland)
    assert f"−890{NBSP}mnkr" in texts_of(shown)
    assert "prognos −890 mnkr (−940 till −870)" in plain(shown.markdown)


def test_the_frames_add_up(vasterbotten):
    rows = table_of(economy_outlook.areas_table(vasterbotten))
    assert list(rows)[:4] == [*vasterbotten.settings.frames]
    assert rows["Summa"] == rows["Hela regionen"]
    assert rows["Sjukhusvården"]["Kostnader mot budget, mnkr, personal"] == -444
    said = plain(economy_outlook.areas_text(vasterbotten).markdown)
    assert said.startswith("Störst underskott mot budget har Sjukhusvården, −770 miljoner kronor.")
    assert "Tillsammans ger delarna hela avvikelsen, −973 miljoner kronor." in said


def test_what_areas_do_not_explain_is_told(vastmanland):
    said = plain(economy_outlook.areas_text(vastmanland).markdown)
    assert "−42,4 miljoner kronor av hela avvikelsen −165,6 miljoner kronor" in said
    assert "Återstoden, −123,2 miljoner kronor" in said


def test_items_of_the_source_keep_its_amounts(vastmanland):
    rows = table_of(economy_outlook.items_table(vastmanland))
    assert rows["Underskott i förvaltningsplan"]["Hittills i år, mnkr"] == -133
    sensitive = economy_outlook.sensitivity_table(vastmanland)
    assert sensitive.table["columns"] == ["Post", "Anmärkning"]  # the source draws amounts only


def test_agency_shares_name_their_denominators(vastmanland, vasterbotten):
    said = plain(economy_agency.agency_text(vastmanland).markdown)
    assert "7,5 procent av kostnaden för egen personal, eller 7,0 procent av samtliga" in said
    assert "över målet, högst 2,0 procent av kostnaden för egen personal" in said
    assert "Källan anger 7,6 procent" in said
    said = plain(economy_agency.agency_text(vasterbotten).markdown)
    assert "306 miljoner kronor under 2023" in said
    assert "en ökning med 14,2 procent från 268 miljoner kronor" in said
    rows = table_of(economy_agency.agency_table(vasterbotten))
    assert rows["Uppskattad merkostnad, mnkr"]["Värde"] == 150


def test_single_costs_against_their_goals(vasterbotten):
    said = plain(economy_posts.posts_text(vasterbotten).markdown)
    assert re.search(r"Läkemedelskostnaderna ökade med 5,0 procent; målet .* inte uppnått", said)
    assert "109 miljoner kronor högre än budgeterat" in said
    said = plain(economy_posts.out_of_county_text(vasterbotten).markdown)
    assert "355 miljoner kronor" in said
    assert "33,5 procent räknat på de avrundade beloppen. Källan anger 33,4 procent." in said


def monthly(value_of):
    rows = [
        {
            "indicator": "out_of_county_care_cost",
            "region": "19",
            "span": "month",
            "period": str(Month(2023, 2).minus(back)),
            "scenario": "actual",
            "value": value_of(back),
            "status": "reported",
            "source": "test",
        }
        for back in range(25)
    ]
    return observations.typed(pd.DataFrame(rows))


def test_care_in_other_regions_is_told_over_twelve_months(tmp_path_factory):
    report = opened(
        monthly(lambda back: 11_000_000.0 if back < 12 else 10_000_000.0),
        "19",
        "2023-02",
        tmp_path_factory,
    )
    said = plain(economy_posts.out_of_county_text(report).markdown)
    assert said.startswith("De senaste tolv månaderna har utomlänsvården kostat 132 miljoner")
    assert "10,0 procent mer än tolv månader tidigare" in said
    drawn = economy_posts.out_of_county_chart(report).figures
    assert drawn["text"].tolist()[::13] == [f"120{NBSP}mnkr", f"132{NBSP}mnkr"]
    assert drawn["value"].iloc[-1] == 132_000_000
    assert set(drawn["span"]) == {"r12"}


def test_computed_figures_of_synthetic_amounts_are_synthetic(published, tmp_path_factory):
    own = published["indicator"].str.startswith("income.") & (published["status"] == "reported")
    frame = published.assign(status=published["status"].mask(own, "synthetic"))
    report = opened(frame, "19", "2023-02", tmp_path_factory)
    figures = cost_development.chart(report).figures
    assert set(figures["status"]) == {"synthetic"}
    assert "Källan anger" not in cost_development.text(report).markdown


CELLS = [
    economy.text,
    economy.income_table,
    economy.rounding_text,
    economy.rounding_table,
    cost_development.text,
    cost_development.chart,
    cost_development.table,
    corrections.text,
    corrections.corrections_table,
    corrections.reasons_table,
    economy_outlook.forecast_text,
    economy_outlook.forecast_chart,
    economy_outlook.sensitivity_table,
    economy_outlook.areas_text,
    economy_outlook.areas_chart,
    economy_outlook.areas_table,
    economy_outlook.items_table,
    economy_agency.agency_text,
    economy_agency.agency_table,
    economy_posts.out_of_county_text,
    economy_posts.out_of_county_chart,
    economy_posts.posts_text,
    economy_posts.posts_table,
]


@pytest.mark.parametrize("cell", CELLS)
def test_a_region_without_economy_has_an_honest_cell(jamtland, cell):
    shown = cell(jamtland)
    assert shown.figures is None
    honest = ("innehåller ing", "redovisar inte", "Inga rättelser")
    assert shown.markdown == NOTHING or any(words in shown.markdown for words in honest)


def test_available_follows_the_figures(vastmanland, vasterbotten, jamtland):
    assert not any(economy_parts.available(jamtland).available.values())
    has = economy_parts.available(vasterbotten).available
    assert {key for key, value in has.items() if value} == {
        "economy",
        "cost_development",
        "budget_areas",
        "agency",
        "out_of_county",
        "cost_areas",
    }
    has = economy_parts.available(vastmanland).available
    assert {key for key, value in has.items() if not value} == {
        "out_of_county",
        "out_of_county_r12",
    }
