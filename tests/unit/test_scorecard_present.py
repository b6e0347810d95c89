"""The scorecard, the areas of activity and the key facts as readers meet them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import Target
from vardlaget.catalogue.settings import Area, Row
from vardlaget.present import key_facts, scorecard, scorecard_areas, scorecard_lines
from vardlaget.present.figures import NOTHING
from vardlaget.report import open_report

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def printed():
    return open_report("19", "2023-02")


def observation(id_, value, span="month", period="2023-02", **more):
    row = {"indicator": id_, "region": "19", "span": span, "period": period, "value": value}
    return row | {"scenario": "actual", "status": "reported", "source": "test"} | more


def goal(id_, **more):
    year = {"valid_from": date(2023, 1, 1), "source": "test"}
    return Target(indicator=id_, region="19", **year, **more)


def made(printed, rows, ids=(), targets=(), **settings):
    """A report with only these figures, targets, and one goal area of these indicators."""
    data = printed.with_text(observations.typed(pd.DataFrame(rows)))
    lines = tuple(Row(indicators=(id_,) if isinstance(id_, str) else id_) for id_ in ids)
    areas = (Area(title="Mål", rows=lines),) if lines else ()
    chosen = {"scorecard": areas, "area_scorecard": areas, "areas": None, "targets": targets}
    return replace(
        printed,
        data=data,
        targets={each.indicator: [each] for each in targets if each.unit is None},
        settings=printed.settings.model_copy(update=chosen | settings),
    )


def cells(report, number=1):
    return {row[0]: row[1:] for row in scorecard.area_table(report, number).table["rows"]}


def test_a_table_for_each_goal_area(printed):
    assert scorecard.available(printed).available == {
        "scorecard": True,
        **{f"scorecard_{n}": n <= 4 for n in range(1, 9)},
    }
    table = scorecard.area_table(printed, 2)
    assert table.fields == {"area": "Medicinsk kvalitet", "period": "februari 2023"}
    assert table.table["columns"] == ["Indikator", "Mål", "Utfall", "Status", "Trend"]
    assert scorecard.area_table(printed, 5).markdown == NOTHING
    assert scorecard.area_table(printed, 5).fields == {"area": "", "period": "februari 2023"}


def test_a_figure_with_last_year_lag_and_period(printed):
    rows = cells(printed, 2) | cells(printed, 4)
    assert rows["Utlokaliserade patienter"][1] == "94 (140), ack."
    assert rows["Årsarbetare"][1] == f"+171, ack., 1{NBSP}mån släp"
    assert rows["Avvikelse mot budget"][1] == f"−165,6{NBSP}mnkr, ack."
    assert rows["Helårsprognos"][:2] == [f"−800{NBSP}mnkr", f"−890{NBSP}mnkr"]


def test_status_and_trend_are_words_beside_their_symbols(printed):
    rows = cells(printed, 1) | cells(printed, 2) | cells(printed, 4)
    status = {label: row[2].replace(NBSP, " ") for label, row in rows.items()}
    assert status["Utlokaliserade patienter"] == "● Nås"
    assert status["Beläggningsgrad"] == "■ Nås inte (över)"
    assert status["BUP 30/30/30"] == "■ Nås inte (0 av 3 nås)"
    assert status["Nettokostnadsutveckling"] == "■ Nås inte: +147,8 mnkr mot budget"
    assert status["Investeringar"] == "– Inget mål"
    trend = rows["Utlokaliserade patienter"][3]
    assert trend == "↗ Förbättras: 94 mot 140 samma period föregående år"


def test_the_figures_of_a_table_are_recorded_as_shown(printed):
    figures = scorecard.area_table(printed, 4).figures
    shown = set(zip(figures["indicator"], figures["text"], strict=True))
    assert ("budget_deviation", f"−165,6{NBSP}mnkr") in shown
    assert ("cost_budget_deviation", f"+147,8{NBSP}mnkr") in shown
    assert ("full_year_forecast", f"−480,5{NBSP}mnkr") in shown


def test_the_summary_counts_targets_and_names_the_furthest(printed):
    text = scorecard.summary(printed).markdown
    assert text.startswith("**Tre av 22 mål nås**: utlokaliserade patienter, undvikbar")
    assert "ligger beroende av hyrpersonal (7,6" in text
    assert "Om målet nås kan inte bedömas för personalomsättning." in text
    assert "Av 24 utfall förbättras tre och försämras åtta; 13 går inte att bedöma." in text


def test_printed_and_computed_figures_stand_side_by_side(printed):
    text = scorecard.notes(printed).markdown.replace(NBSP, " ")
    assert "källan anger 8,4 procent; beräknat ur resultaträkningen är värdet 5,8 procent" in text
    assert "Tillgänglighet primärvård på telefon: underlaget har två olika värden" in text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([5.0], "**Målet nås**."),
        ([7.0], "**Målet nås inte**. Längst från målet ligger sjukfrånvaro (7"),
        ([5.0, 7.0], "Om målet nås kan inte bedömas för sjukfrånvaro."),
        ([], "innehåller inga utfall för styrkortets indikatorer februari 2023."),
    ],
)
def test_the_summary_with_one_target(printed, values, text):
    rows = [observation("sick_leave", value) for value in values] or [observation("income.x", 1)]
    rows = rows if values else [observation("staff_turnover", 1)]
    report = made(printed, rows, ["sick_leave"], (goal("sick_leave", upper=6),))
    assert text in scorecard.summary(report).markdown


def test_no_targets_and_no_outcome_are_said(printed):
    rows = [observation("sick_leave", 7.0)]
    report = made(
        printed, rows, ["sick_leave", "staff_turnover"], (goal("staff_turnover", upper=9),)
    )
    assert scorecard.summary(report).markdown.startswith("Ett mål saknar utfall.")
    assert cells(report)["Personalomsättning"][1:] == [
        "..",
        f"○{NBSP}Kan inte bedömas: utfall saknas",
        "–",
    ]
    report = made(printed, rows, ["sick_leave"])
    assert scorecard.summary(report).markdown.startswith("Regionen har inga mål")


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({"lower": 90}, f"minst 90{NBSP}%"),
        ({"upper": 6.5}, f"högst 6,5{NBSP}%"),
        ({"lower": 85, "upper": 90}, f"85–90{NBSP}%"),
        ({"rule": "below_last_year"}, "Lägre än föregående år"),
        ({"rule": "as_planned"}, "Enligt plan"),
        ({"upper": 6, "printed": "6,0 %"}, f"6,0{NBSP}%"),
    ],
)
def test_a_target_in_words(printed, target, text):
    report = made(
        printed, [observation("sick_leave", 7.0)], ["sick_leave"], (goal("sick_leave", **target),)
    )
    assert cells(report)["Sjukfrånvaro"][0] == text


def test_a_range_is_told_as_one(printed):
    rows = [
        observation("follow_up_on_time", 82, scenario="range_upper"),
        observation("follow_up_on_time", 73, scenario="range_lower"),
    ]
    report = made(printed, rows, ["follow_up_on_time"])
    assert cells(report)["Återbesök inom planerad tid"][1] == f"73,0–82,0{NBSP}%"


def test_several_indicators_in_a_line_have_one_status_and_trend(printed):
    ids = ("cap_first_visit_30d", "cap_assessment_30d")
    rows = [observation(id_, 95, basis="completed") for id_ in ids]
    before = [observation(id_, 90, period="2022-02", basis="completed") for id_ in ids]
    targets = tuple(goal(id_, lower=90) for id_ in ids)
    report = made(printed, [*rows, *before], [ids], targets)
    (row,) = cells(report).values()
    assert row[1] == f"95,0/95,0{NBSP}%"
    assert row[2] == f"●{NBSP}Nås (2 av 2 nås)"
    assert row[3] == "↗ Förbättras: båda mot föregående år"


def area_rows(unit, value, deviation):
    return [
        observation("sick_leave", value, "ytd", unit=unit),
        observation("budget_deviation", deviation, "ytd", unit=unit),
    ]


def test_areas_are_units_with_a_budget_deviation_but_frames(printed):
    rows = [*area_rows("Norr", 5.0, 1e6), *area_rows("Ram", 7.0, -1e6)]
    rows.append(observation("sick_leave", 6.0, "ytd", unit="Sjukhuset"))
    report = made(printed, rows, ["sick_leave", "budget_deviation"], frames=("Ram",))
    assert scorecard_areas.units(report) == ("Norr",)
    assert scorecard_areas.available(report).available == {"areas": True}


def test_areas_beside_each_other_with_the_target_told_once(printed):
    rows = [*area_rows("Norr", 5.0, 1e6), *area_rows("Söder", 7.0, -2.5e6)]
    targets = (goal("sick_leave", upper=6), goal("sick_leave", unit="Söder", upper=8))
    report = made(printed, rows, ["sick_leave", "budget_deviation"], targets)
    table = scorecard_areas.table(report).table
    assert table["columns"] == ["Indikator", "Mål", "Norr", "Söder"]
    sick, money = ([cell.replace(NBSP, " ") for cell in row] for row in table["rows"])
    norr, soder = "5,0 % (mål högst 6 %) ● Nås", "7,0 % (mål högst 8 %) ● Nås"
    assert sick == ["Sjukfrånvaro, ack.", "–", norr, soder]
    assert money == ["Avvikelse mot budget, ack.", "–", "+1 mnkr", "−2,5 mnkr"]
    text = scorecard_areas.text(report).markdown.replace(NBSP, " ")
    assert "- **Söder**: målet nås (sjukfrånvaro)." in text
    assert text.endswith("Områdena jämförs med regionens mål där de inte har egna.")


def test_the_forecast_of_the_region_is_no_target_of_an_area(printed):
    text = scorecard_areas.text(printed).markdown
    assert "Regionens belopp för helårsprognos är inget mål för en del av regionen." in text
    assert scorecard_lines.part(printed, "full_year_forecast", "Nära vård").target is None


def test_without_areas_nothing_is_shown(printed):
    report = made(printed, [observation("sick_leave", 6.0)], ["sick_leave"])
    assert scorecard_areas.available(report).available == {"areas": False}
    assert scorecard_areas.table(report).markdown == NOTHING
    assert "inga uppgifter efter verksamhetsområde" in scorecard_areas.text(report).markdown


def test_key_facts_in_sentences(printed):
    text = key_facts.text(printed).markdown.replace(NBSP, " ")
    assert "- Beläggningsgraden har ökat till **96 procent**" in text
    assert "Sjukfrånvaron har minskat till **8,3 procent**" in text
    assert "Antalet årsarbetare har ökat med **171** under januari 2023 (uppgiften släpar" in text
    assert "Resultatet är **−174,1 mnkr**" in text
    assert "**165,6 mnkr** sämre än budget" in text
    assert "**−890 mnkr**, med ett intervall från −940 mnkr till −870 mnkr" in text
    assert "telefon samma dag **87,5 procent eller 88,3 procent**" in text
    assert text.endswith("inom 90 dagar **63,4 procent**. Inget av de fyra målen nås.")


def test_key_facts_in_cards(printed):
    cards = key_facts.as_cards(printed)
    assert cards.markdown.count('<div class="card">') == 8
    assert "Når inte målet (85–90" in cards.markdown
    assert {"−890\u00a0mnkr", "−940\u00a0mnkr"} <= set(cards.figures["text"])


@pytest.mark.parametrize("rows", [[observation("staff_turnover", 1)]])
def test_no_key_facts(printed, rows):
    report = made(printed, rows)
    assert key_facts.available(report).available == {"key_facts": False, "key_facts_text": False}
    assert key_facts.as_cards(report).markdown == NOTHING
    assert "innehåller inga nyckeltal för februari 2023" in key_facts.text(report).markdown


@pytest.mark.parametrize("number", [1, 2, 3])
def test_as_many_cards_in_each_row_as_fit(printed, number):
    facts = ["bed_occupancy", "sick_leave", "gross_cost_development"][:number]
    report = made(printed, [observation(id_, 5) for id_ in facts])
    assert key_facts.as_cards(report).markdown.count("grid(columns") == 1


def test_only_the_symbols_that_are_used_are_explained(printed):
    rows = [observation("sick_leave", 5.0)]
    met = made(printed, rows, ["sick_leave"], (goal("sick_leave", upper=6),))
    assert scorecard.notes(met).markdown.startswith("I tabellerna betyder ● att målet nås. Trenden")
    assert scorecard.notes(made(printed, rows, ["sick_leave"])).markdown.startswith("Trenden")
