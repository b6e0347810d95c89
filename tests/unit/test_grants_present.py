"""The section on state grants: what is computed, what is quoted, what is lost and at stake."""

from dataclasses import replace

import pandas as pd
import pytest

from conftest import ROOT
from vardlaget import observations
from vardlaget.catalogue.agreements import Agreement
from vardlaget.present import grants
from vardlaget.present.numbers import with_text
from vardlaget.report import open_report

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def report():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield open_report("23", "2024-02")


def test_the_printed_amounts_stand_in_the_calculation(report):
    text = grants.calculation(report).markdown.replace(NBSP, " ")
    for amount in ("15 024 892 kr", "485 008 kr", "496 031 kr", "165 344 kr"):
        assert f"**{amount}**" in text
    assert "1 237 500 000 kr − 40 000 000 kr (Reserverade för BUP) = 1 197 500 000 kr" in text
    assert "132 466 / 10 557 682" in text


def test_what_no_rule_gives_is_quoted_and_no_figure(report):
    quotes = grants.quotes(report)
    assert "Drygt 32 miljoner" in quotes.markdown
    assert "Cirka 18 miljoner" in quotes.markdown
    assert "inte beräknade" in quotes.markdown
    assert quotes.figures is None


def test_a_quote_that_was_not_yet_public_is_not_shown(report):
    later = grants.quotes(replace(report, month=type(report.month)(2024, 12))).markdown
    assert "142 miljoner" in later
    assert "142 miljoner" not in grants.quotes(report).markdown


def test_every_part_that_is_not_verified_says_so_in_table_and_chart(report):
    labels = [row[0] for row in grants.payment_table(report).table["rows"]]
    assert [label.endswith("(ej verifierat)") for label in labels] == [
        False,
        True,
        True,
        True,
        False,
    ]
    alt = grants.chart(report).markdown
    assert alt.split("data-spec")[0].count("(ej verifierat)") == 3


def test_the_table_of_regions_has_21_rows_and_their_sum(report):
    rows = grants.regions_table(report).table["rows"]
    assert len(rows) == 22
    assert sum(row[2] for row in rows[:-1]) == rows[-1][2] == 1_197_500_000


def test_the_text_begins_with_what_the_month_has_in_brief(report):
    brief = grants.brief(report).markdown
    assert "högst **36\N{NO-BREAK SPACE}493\N{NO-BREAK SPACE}008" in brief
    assert grants.text(report).markdown.startswith(f"{brief}\n\n")


def test_a_share_that_is_not_the_populations_is_not_called_so(report):
    lines = grants.text(report).markdown.splitlines()
    found = {name: next(x for x in lines if name in x) for name in ("g 1”", "Reserverade")}
    assert found["g 1”"].endswith("efter befolkning")
    assert "efter en särskild andel" in found["Reserverade"]


def test_figures_of_one_key_have_one_text(report):
    cells = [getattr(grants, name)(report) for name in grants.__all__]
    figures = pd.concat([cell.figures for cell in cells if cell.figures is not None])
    figures["text"] = figures["text"].str.replace("kronor", "kr")
    assert (figures.groupby(list(observations.KEY))["text"].nunique() == 1).all()


LEVEL = {"basis": "completed", "comparison": "improvement_or_level", "threshold": 85}
JUDGED = {
    "id": "prov",
    "year": 2024,
    "title": "Prov",
    "decided": None,
    "total": 33_000,
    "parts": [
        {
            "id": "prov",
            "name": "Prov",
            "pot": 33_000,
            "kind": "performance",
            "key": {"shares": {"23": 10}, "derivation": "prov"},
            "months": ["2024-01", "2024-02", "2024-03"],
            "measures": [{"indicator": "medical_assessment_3d"} | LEVEL],
            "source": "s",
            "confidence": "high",
        }
    ],
    "sources": ["s"],
    "confidence": "high",
}


@pytest.fixture(scope="module")
def judged(report):
    """January met, February not: 80 of 100 against 81 of 100 the year before, or 85 per cent."""
    rows = [("2024-01", 90), ("2024-02", 80), ("2023-02", 81)]
    data = pd.DataFrame(rows, columns=["period", "numerator"]).assign(
        indicator="medical_assessment_3d",
        region="23",
        span="month",
        scenario="actual",
        basis="completed",
        denominator=100,
        status="reported",
    )
    data = observations.typed(data.assign(value=data["numerator"]))
    shown = with_text(data, report.indicators, report.decimals)
    return replace(
        report,
        data=shown,
        part={"required": shown}.__getitem__,
        agreements=(Agreement.model_validate(JUDGED),),
    )


def test_the_requirement_its_patients_and_what_is_at_stake(judged):
    (row,) = grants.stake_table(judged).table["rows"]
    assert [str(cell).replace(NBSP, " ") for cell in row[1:4]] == [
        "80 % (genomförda)",
        "81 % (genomförda)",
        "inte uppfyllt",
    ]
    assert row[4:] == [2, 1100]
    rule = "bättre än samma månad året före, eller minst 85"
    assert rule in grants.stake_text(judged).markdown


def test_earned_lost_and_the_scenarios(judged):
    rows = dict(grants.outlook_table(judged).table["rows"])
    assert list(rows.values()) == [3300, 1100, 1100, 1100, 2200, 1100]


def test_the_waterfall_goes_down_by_what_is_lost(judged):
    data = max(grants.chart(judged).chart["datasets"].values(), key=len)
    assert [(row["start"], row["end"]) for row in data] == [(0, 3300), (3300, 2200), (0, 2200)]
    assert [row["kind"] for row in data] == ["Prestation", "Förlorat", "Summa"]


def test_a_year_without_agreements_is_told(report):
    none = replace(report, agreements=())
    assert "Ingen överenskommelse för 2024" in grants.text(none).markdown
    assert not any(grants.available(none).available.values())
