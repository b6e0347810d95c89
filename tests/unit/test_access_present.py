"""Access over time, by specialty and among regions: sentences, tables and charts from figures."""

import pandas as pd
import pytest

from conftest import ROOT
from reading import whole_store
from vardlaget import observations, store
from vardlaget.environment import STORE
from vardlaget.periods import Month
from vardlaget.present import (
    breakdowns,
    data_findings,
    regions_compared,
    trend_times,
    trends,
    waiting_lists,
)
from vardlaget.report import open_report
from vardlaget.sources import schema
from vardlaget.sources.findings import Finding, as_frame
from vardlaget.sources.waiting_list.rejects import REASONS

NBSP = "\u00a0"
FEBRUARY = Month(2024, 2)
REGIONS = {"23": 70, "24": 80, "22": 60, "21": 75, "00": 72}


def share(id_, region, month, percent, basis="completed", of=2000, **more):
    return {
        "indicator": id_,
        "region": region,
        "span": "month",
        "period": str(month),
        "scenario": "actual",
        "basis": basis,
        "numerator": round(of * percent / 100),
        "denominator": of,
        "value": 100 * round(of * percent / 100) / of,
        "status": "synthetic",
        "source": "test",
    } | more


def count(id_, region, month, value, **more):
    row = share(id_, region, month, 0, **more)
    return row | {"numerator": None, "denominator": None, "value": value}


def country():
    rows = []
    for back in range(30):
        month = FEBRUARY.minus(back)
        wobble = (0.9, -0.7, 0.4, -1.1, 0.6)[back % 5]
        for region, level in REGIONS.items():
            rows.append(share("medical_assessment_3d", region, month, level + wobble))
            fall = 12 if back == 0 and region == "23" else 0
            rows.append(share("first_visit_90d", region, month, level + wobble - fall, "waiting"))
        rows.append(count("referrals_received", "23", month, 5000 + 10 * back, basis=""))
    for specialty, over in (("Ortopedi", 410), ("Ögonsjukvård", 520), ("Urologi", 0)):
        more = {"basis": "waiting", "specialty": specialty}
        rows.append(count("first_visit_over_90d_count", "23", FEBRUARY, over, **more))
    rows.append(share("first_visit_90d", "23", FEBRUARY, 55, "waiting", specialty="Kardiologi"))
    rows.append(count("first_visit_over_90d_count", "23", FEBRUARY, 1830, basis="waiting"))
    last_year = FEBRUARY.minus(12)
    rows.append(count("first_visit_over_90d_count", "23", last_year, 1800, basis="waiting"))
    for interval, patients in zip(("0_30", "31_60", "366_plus"), (900, 400, 30), strict=True):
        rows.append(
            count(f"first_visit_days_{interval}", "23", FEBRUARY, patients, basis="waiting")
        )
    for sex, percent in (("women", 71), ("men", 69)):
        rows.append(share("medical_assessment_3d", "23", FEBRUARY, percent, sex=sex))
    return observations.typed(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    findings = as_frame(
        [
            Finding("set_aside", "not_a_number", "x", file="a.csv", row=3, rows=2),
            Finding("refused", "not_read", "x", file="b.xlsx"),
            Finding(
                "warning",
                "jump",
                "x",
                indicator="medical_assessment_3d",
                region="23",
                unit="Ripan",
                span="month",
                period="2024-02",
                basis="completed",
                found=12.0,
                expected=70.0,
            ),
            Finding(
                "warning",
                "series_ended",
                "x",
                indicator="phone_same_day",
                region="23",
                unit="Ugglan",
                span="month",
                period="2024-01",
                found=10.0,
                expected=15.0,
            ),
        ]
    )
    folder = store.write(tmp_path_factory.mktemp("store"), whole_store(country(), findings))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv(STORE, str(folder))
        yield open_report("23", "2024-02")


def said(published) -> str:
    return published.markdown.replace(NBSP, " ").replace("\\", "")


def lines(published) -> dict:
    columns = published.table["columns"][1:]
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in published.table["rows"]}


def test_a_change_within_normal_variation_is_not_told_as_one(report):
    text = said(trends.sentence(report, "medical_assessment_3d", "completed"))
    assert text == (
        "I februari 2024 fick **70,9 procent** av patienterna i primärvården en medicinsk "
        "bedömning inom tre dagar, jämfört med 69,3 procent i januari; förändringen ligger inom "
        "normal variation. Samma månad året före var värdet 70,4 procent."
    )


def test_a_fall_beyond_normal_variation_is_told_with_its_rule(report):
    text = said(trends.sentence(report, "first_visit_90d", "waiting"))
    assert "det är en försämring utöver normal variation" in text
    assert "månaden ligger utanför styrgränserna" in text


def test_the_summary_counts_tests_and_false_alarms(report):
    text = said(trends.summary(report))
    assert "Ett mått har försämrats utöver normal variation" in text
    assert "Ett mått ligger inom normal variation" in text
    assert "8 test i två serier" in text
    assert "0,03 falska utslag" in text


def test_variation_and_assurance_are_words_and_signs(report):
    found = lines(trends.variation_table(report))
    fall = next(cells for name, cells in found.items() if "väntande" in name)
    assert fall["Variation"] == "▼ Försämring"
    assert fall["Målet"] == "■ Nås inte"


def test_twelve_months_and_the_year_to_date_sum_before_they_divide(report):
    found = lines(trend_times.time_table(report))
    cells = found["Medicinsk bedömning, inom 3 dagar"]
    rows = report.own[
        (report.own["indicator"] == "medical_assessment_3d") & (report.own["sex"] == "")
    ].sort_values("period")
    year = rows.tail(12)
    assert cells["Tolv månader (R12)"] == pytest.approx(
        100 * year["numerator"].sum() / year["denominator"].sum()
    )
    assert cells["Hittills i år"] == pytest.approx(rows.tail(2)["value"].mean())


def test_a_process_chart_tells_its_facts_in_words(report):
    chart = trends.process_chart(report, "first_visit_90d", "waiting")
    label = chart.markdown.split('aria-label="')[1].split('"')[0].replace(NBSP, " ")
    assert "58,9 % i februari 2024" in label
    assert "försämring" in label
    assert len(chart.figures) == 50  # 25 months of the region and the country


def test_series_that_are_too_short_are_left_out(report):
    assert trends.process_chart(report, "phone_same_day", "completed").chart is None
    flags = trends.available(report).available
    assert flags["trend_phone_same_day_completed"] is False
    assert flags["trend_first_visit_90d_waiting"] is True


def test_specialties_come_by_the_number_who_have_waited_longest(report):
    found = lines(waiting_lists.specialties_table(report, "first_visit"))
    assert list(found) == ["Kardiologi", "Ögonsjukvård", "Ortopedi", "Urologi", "Hela regionen"]
    assert found["Kardiologi"]["Över 90 dagar"] == 900  # 2000 − 1100, as no count is given
    text = said(waiting_lists.specialties_text(report, "first_visit"))
    assert "**1 830** patienter väntat mer än 90 dagar" in text
    assert "30 fler än ett år tidigare" in text
    assert "Flest väntade inom kardiologi (900), ögonsjukvård (520) och ortopedi (410)." in text


def test_intervals_are_drawn_in_their_order(report):
    chart = waiting_lists.intervals_chart(report)
    assert chart.figures["indicator"].str[-4:].tolist() == ["0_30", "1_60", "plus"]


def test_referrals_stand_beside_the_same_month_last_year(report):
    text = said(waiting_lists.referrals_text(report))
    assert text == (
        "I februari 2024 kom **5 000** remisser (vårdbegäran), mot 5 120 samma månad året före "
        "(−2,3 procent)."
    )


def test_the_region_is_ranked_among_those_that_have_figures(report):
    text = said(regions_compared.text(report))
    assert "Medicinsk bedömning, inom 3 dagar (genomförda): plats 3 av 4 regioner" in text
    assert "mot 72,9 procent i riket" in text
    rows = lines(regions_compared.table(report))
    assert len(rows) == 5  # the country, and no region without a value
    assert rows["Riket"]["Medicinsk bedömning, inom 3 dagar (genomförda), andel"] == 72.9


def test_shares_by_sex_stand_in_one_table(report):
    rows = lines(breakdowns.table(report))
    assert list(rows) == ["Kön: Kvinnor", "Kön: Män"]


def test_what_is_not_used_and_what_looks_odd_is_told(report):
    assert said(data_findings.not_used_text(report)).startswith(
        "2 rader och en fil i underlaget har inte kunnat användas."
    )
    rows = lines(data_findings.not_used_table(report))
    assert rows["a.csv"] == {"Skäl": "Värdet är inget tal", "Rader": "2"}
    odd = lines(data_findings.odd_table(report))
    jump, ended = odd.values()
    assert jump["Enhet"] == "Ripan"
    assert jump["Värde"].replace(NBSP, " ") == "12,0 %"
    assert (ended["Iakttagelse"], ended["Värde"], ended["Hålls mot"]) == (
        "Serien har upphört",
        "10 månader",
        "15 månader",
    )
    shown = data_findings.odd_table(report).figures
    assert shown["value"].tolist() == [12.0], "months counted are no value of the indicator"


def test_every_rule_that_sets_rows_aside_has_words_for_readers():
    codes = {rule.code for rule in schema.RULES} | {reason.code for reason in REASONS}
    assert codes <= set(data_findings.NOT_USED)


def test_figures_made_from_synthetic_ones_are_synthetic(report):
    cells = [
        waiting_lists.specialties_text(report, "first_visit"),
        waiting_lists.referrals_text(report),
        trend_times.time_table(report),
    ]
    for cell in cells:
        assert set(cell.figures["status"]) == {"synthetic"}
