"""Workforce as published: sentences, tables and charts, and what is missing said plainly."""

import pandas as pd
import pytest

from conftest import ROOT
from reading import whole_store
from vardlaget import observations, store
from vardlaget.environment import STORE
from vardlaget.indicators import workforce as formulas
from vardlaget.present import sick_leave, staffing, worked_time, workforce
from vardlaget.present.figures import NOTHING
from vardlaget.report import open_report
from vardlaget.sources.findings import as_frame

NBSP = "\u00a0"
PARTS = (
    "workforce",
    "sick_leave",
    "sick_leave_months",
    "sick_leave_rolling",
    "worked_time",
    "worked_time_sums",
    "fte",
    "working_days",
    "agency_hours",
    "turnover",
)
TEXTS = (
    sick_leave.text,
    sick_leave.rolling_text,
    worked_time.text,
    worked_time.fte_text,
    worked_time.sums_text,
    staffing.agency_text,
    staffing.days_text,
    workforce.turnover_text,
)
PICTURES = (
    sick_leave.table,
    sick_leave.chart,
    sick_leave.months_chart,
    sick_leave.rolling_chart,
    worked_time.table,
    worked_time.sums_table,
    staffing.agency_table,
    staffing.days_table,
)


def opened(frame, region, month, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv(STORE, str(store.write(folder, whole_store(frame, as_frame([])))))
        return open_report(region, month)


@pytest.fixture(scope="module")
def vastmanland(published, tmp_path_factory):
    return opened(published, "19", "2023-02", tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def without(published, tmp_path_factory):
    """A region whose input holds nothing of workforce."""
    return opened(published, "23", "2024-02", tmp_path_factory.mktemp("store"))


def row(indicator, period, value, span="ytd", **more):
    fixed = {"region": "20", "scenario": "actual", "status": "synthetic", "source": "test"}
    return {"indicator": indicator, "span": span, "period": period, "value": value} | fixed | more


def sick(period, numerator, denominator):
    value = 100 * numerator / denominator
    return row("sick_leave", period, value, numerator=numerator, denominator=denominator)


LEAP = [
    *(
        row(id_, f"{year}-02", value)
        for year, hours in (("2024", 3000), ("2023", 2900))
        for id_, value in (
            (formulas.OWN, hours),
            (formulas.AGENCY, 100),
            (formulas.INCLUDING_ON_CALL, hours + 150),
            (formulas.DEDUCTION, -50),
            (formulas.EXCLUDING_ON_CALL, hours + 50),
            (formulas.WORKING_DAYS, 0),
        )
    ),
    row(formulas.LEAP_DAY, "2024-02", 0),
    row(formulas.LEAP_DAY, "2023-02", 40),
    *(sick(f"2022-{month:02d}", 7 * month, 100 * month) for month in range(1, 13)),
    *(sick(f"2023-{month:02d}", 6 * month, 100 * month) for month in range(1, 13)),
    *(sick(f"2024-{month:02d}", 5 * month, 100 * month) for month in range(1, 4)),
]


@pytest.fixture(scope="module")
def leap_year(tmp_path_factory):
    frame = observations.typed(pd.DataFrame(LEAP))
    return opened(frame, "20", "2024-03", tmp_path_factory.mktemp("store"))


def said(published) -> str:
    return published.markdown.replace(NBSP, " ")


def sheet(published) -> dict:
    columns = published.table["columns"][1:]
    return {line[0]: dict(zip(columns, line[1:], strict=True)) for line in published.table["rows"]}


def test_the_parts_that_have_figures(vastmanland, without, leap_year):
    assert tuple(workforce.available(vastmanland).available) == PARTS
    absent = [
        name for name, known in workforce.available(vastmanland).available.items() if not known
    ]
    assert absent == ["sick_leave_months", "sick_leave_rolling"]
    assert not any(workforce.available(without).available.values())
    assert workforce.available(leap_year).available["sick_leave_rolling"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_what_is_missing_is_said(without, text):
    assert said(text(without)).startswith(
        "Underlaget för Region Jämtland Härjedalen innehåller inga "
    )
    assert text(without).figures is None


@pytest.mark.parametrize("picture", PICTURES, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_nothing_is_drawn_of_nothing(without, picture):
    shown = picture(without)
    assert shown.markdown == NOTHING
    assert shown.fields == {"period": "februari 2024"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            sick_leave.text,
            "Sjukfrånvaron var **8,3 procent** av ordinarie arbetstid under januari–februari "
            "2023, över målet på högst 6,0 procent. Det är en minskning med 3,4 procentenheter "
            "från 11,7 procent samma period året före.",
        ),
        (
            sick_leave.text,
            "Av ordinarie arbetstid är den långa frånvaron 2,9 procent mot 2,6 procent året före.",
        ),
        (sick_leave.rolling_text, "kan inte beräknas"),
        (worked_time.text, "Under januari 2023 (1 månads släp) arbetades **723 527** timmar"),
        (
            worked_time.fte_text,
            "**5 033** årsarbetare mot 4 862 samma period året före, en förändring med +171 "
            "(+3,5 %). Uppgiften gäller januari 2023 (1 månads släp)",
        ),
        (worked_time.fte_text, "en tolftedel av 1 725 timmar"),
        (worked_time.fte_text, "Källans eget antal är detsamma."),
        (worked_time.sums_text, "Av tio summor stämmer sju exakt med delarna. Tre skiljer sig"),
        (staffing.agency_text, "**3,2 procent** av timmarna under januari 2023 (1 månads släp)"),
        (staffing.days_text, "har 21 arbetsdagar mot 20 året före"),
        (staffing.days_text, "motsvarar 24 654 timmar per arbetsdag som skiljer"),
        (
            workforce.turnover_text,
            "**2,1 procent** under januari–februari 2023. I samma takt hela året blir den 12,6 "
            "procent, över målet på högst 9,0 procent.",
        ),
    ],
)
def test_sentences(vastmanland, text, words):
    assert words in said(text(vastmanland))


def test_sick_leave_with_its_change_in_percentage_points(vastmanland):
    shown = sheet(sick_leave.table(vastmanland))
    change = "Förändring, procentenheter"
    assert shown["Total sjukfrånvaro"] == {"I år": 8.3, "Föregående år": 11.7, change: -3.4}
    assert shown["Andel av frånvaron i sjukfall över 60 dagar"][change] == 13.0
    assert shown["Anställda 50 år och äldre"][change] == -2.1
    texts = sick_leave.table(vastmanland).figures["text"].tolist()
    assert texts[:3] == [f"8,3{NBSP}%", f"11,7{NBSP}%", "−3,4"]


def test_the_statement_of_hours(vastmanland):
    shown = worked_time.table(vastmanland)
    assert shown.fields == {"period": "januari 2023 (1 månads släp)"}
    lines = sheet(shown)
    assert lines["Avdrag för jour och beredskap"]["Förändring, %"] == pytest.approx(
        -9.3625, abs=1e-4
    )
    assert lines["Justering för skottdag"]["Förändring, %"] == "."
    assert lines["Årsarbetare, enligt källan"]["I år"] == 5033
    assert round(lines["Årsarbetare, beräknat av timmarna"]["I år"]) == 5033
    assert set(shown.figures["status"]) == {"reported", "zero", "not_applicable"}


def test_the_sums_are_shown_beside_the_parts(vastmanland):
    shown = sheet(worked_time.sums_table(vastmanland))
    agency = shown["Externt inhyrd personal (räknat ur kostnaden), januari 2022"]
    assert agency == {"Enligt källan": 16553, "Delarnas summa": 16554, "Skillnad": -1}


def test_a_chart_has_the_words_of_its_figures(vastmanland, leap_year):
    dots = sick_leave.chart(vastmanland)
    assert (
        "sjukfrånvaron 2023 mot 2022: total sjukfrånvaro 8,3 % mot 11,7 %; dag 1–14 4,4 %"
        in said(dots)
    )
    assert "sick_leave_long" not in set(dots.figures["indicator"])  # a share of something else
    months = sick_leave.months_chart(leap_year)
    assert "5,0 % januari–mars 2024, mot 6,0 % året före" in said(months)
    assert len(months.figures) == 15
    assert "till och med mars 2024" in said(sick_leave.rolling_chart(leap_year))


def test_twelve_months_from_accumulated_counts(leap_year):
    # twelve months to March 2024: 15 + 72 − 18 of 300 + 1200 − 300
    assert "mars 2024 var sjukfrånvaron **5,8 procent**" in said(sick_leave.rolling_text(leap_year))


def test_what_is_computed_of_synthetic_hours_is_synthetic(leap_year):
    for shown in (worked_time.table, worked_time.sums_table, staffing.agency_table):
        assert set(shown(leap_year).figures["status"]) <= {"synthetic", "not_applicable", "missing"}


def test_a_sum_beyond_rounding_is_told(leap_year):
    text = said(worked_time.sums_text(leap_year))
    # 3 000 + 100 and no adjustments, printed as 3 150
    assert "Avrundning förklarar inte skillnaden för" in text
    assert "arbetad tid inklusive jour och beredskap (januari–februari 2024)" in text


def test_the_leap_day_and_an_adjustment_that_is_not_made(leap_year):
    text = said(staffing.days_text(leap_year))
    assert "43 arbetsdagar mot 41 året före" in text
    assert "Källan gör ingen justering mellan åren" in text
    assert "För skottdagen i år justerar källan −40 timmar" in text


def test_the_norm_of_two_months(leap_year):
    text = said(worked_time.fte_text(leap_year))
    assert "januari–februari 2024 (1 månads släp)" in text
    assert "två tolftedelar av 1 725 timmar" in text
    assert "Källan anger inget eget antal årsarbetare." in text
