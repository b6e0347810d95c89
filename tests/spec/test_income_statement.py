"""The income statement against plan: every printed deviation follows from its base figures.

Source: Region Västmanland, Månadsrapport hälso- och sjukvårdsförvaltningen februari 2023, bilaga 1,
Förenklad resultaträkning. It is in millions of kronor with one decimal; a printed
deviation is rounded from figures that are not, so that it may differ by 0.1 from the difference
of the printed ones.
"""

import csv
import math
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import load_indicators
from vardlaget.indicators.production import BASES, DEVIATIONS, against_plan

INDICATORS = load_indicators()
PRINTED = Path(__file__).with_name("income_statement_2023-02.csv")
ACCOUNTS = {
    "Patientavgifter": "income.patient_fees",
    "Ersättning vårdtjänster": "income.care_services",
    "Regionersättning": "income.regional_funding",
    "Försäljning av tjänster": "income.sales_of_services",
    "Övriga intäkter": "income.other_revenue",
    "Summa Intäkter": "income.total_revenue",
    "Personalkostnader": "income.staff_costs",
    "- Varav externt inhyrd personal": "income.agency_staff",
    "- Varav övertid/mertid": "income.overtime",
    "Köpt vård": "income.purchased_care",
    "Läkemedelskostnader": "income.medicines",
    "Tekniska hjälpmedel": "income.assistive_devices",
    "Material och tjänster": "income.materials_and_services",
    "Lokalkostnader": "income.premises",
    "Övriga verksamhetskostnader": "income.other_operating_costs",
    "Summa Kostnader": "income.total_costs",
    "Resultat": "income.result",
}
BASE_COLUMNS = {
    "actual": "ytd_actual",
    "budget": "ytd_budget",
    "last_year": "ytd_last_year",
    "forecast": "year_forecast",
    "year_budget": "year_budget",
    "last_full_year": "last_year_actual",
}
DEVIATION_COLUMNS = {
    "budget": "ytd_dev_budget",
    "last_year": "ytd_dev_last_year",
    "forecast": "forecast_dev_budget",
}
# Printed deviation less the difference of the printed figures, in millions of kronor: what the
# source has rounded away from its base figures.
ROUNDED_AWAY = {
    ("Ersättning vårdtjänster", "budget"): "-0.1",
    ("Ersättning vårdtjänster", "last_year"): "-0.1",
    ("Regionersättning", "budget"): "-0.1",
    ("Regionersättning", "last_year"): "-0.1",
    ("Summa Intäkter", "forecast"): "-0.1",
    ("Personalkostnader", "budget"): "-0.1",
    ("Personalkostnader", "last_year"): "-0.1",
    ("- Varav övertid/mertid", "last_year"): "0.1",
    ("Tekniska hjälpmedel", "budget"): "0.1",
    ("Tekniska hjälpmedel", "last_year"): "0.1",
    ("Tekniska hjälpmedel", "forecast"): "-0.1",
    ("Material och tjänster", "last_year"): "-0.1",
    ("Övriga verksamhetskostnader", "last_year"): "0.1",
    ("Summa Kostnader", "last_year"): "0.1",
    ("Summa Kostnader", "forecast"): "0.1",
}


def rows():
    with PRINTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def statement(vastmanland):
    accounts = vastmanland[vastmanland["indicator"].isin(ACCOUNTS.values())]
    found = against_plan(accounts, "ytd", "2023-02", INDICATORS)
    return found[found["unit"] == ""].reset_index(drop=True)


def test_the_lines_come_as_printed_with_parts_under_their_line(statement):
    assert statement["indicator"].tolist() == [ACCOUNTS[row["account"]] for row in rows()]
    parts = statement.loc[statement["part"], "indicator"].tolist()
    assert parts == [ACCOUNTS[row["account"]] for row in rows() if row["section"] == "varav"]


def test_the_base_figures_are_the_printed_ones_in_kronor(statement):
    for row, line in zip(rows(), statement.to_dict("records"), strict=True):
        for name in BASES:
            assert line[name] == float(Decimal(row[BASE_COLUMNS[name]]) * 1_000_000)


def test_every_printed_deviation_follows_from_its_base_figures(statement):
    away = {}
    for row, line in zip(rows(), statement.to_dict("records"), strict=True):
        for name in DEVIATIONS:
            printed = Decimal(row[DEVIATION_COLUMNS[name]])
            computed = Decimal(round(line[f"{name}_difference"])) / 1_000_000
            if printed != computed:
                away[row["account"], name] = str(printed - computed)
    assert away == ROUNDED_AWAY


def test_a_budget_of_zero_has_a_deviation_in_kronor_but_none_in_per_cent(statement):
    result = statement.set_index("indicator").loc["income.result"]
    assert result["year_budget"] == 0
    assert result["year_budget_status"] == "zero"
    assert result["forecast_difference"] == -890_000_000
    assert math.isnan(result["forecast_deviation"])


# account, actual, budget → difference, per cent: a cost has a minus sign
SIGNS = [
    ("income.staff_costs", -110, -100, -10, -10),  # costs more than planned
    ("income.staff_costs", -90, -100, 10, 10),
    ("income.total_revenue", 90, 100, -10, -10),
    ("income.result", -10, 100, -110, -110),
    ("income.result", 0, 0, 0, None),
]


@pytest.mark.parametrize(("account", "actual", "budget", "kronor", "percent"), SIGNS)
def test_worse_than_plan_is_below_zero(account, actual, budget, kronor, percent):
    frame = pd.DataFrame({"scenario": ["actual", "budget"], "value": [actual, budget]})
    frame = frame.assign(indicator=account, region="19", span="ytd", period="2023-02")
    line = against_plan(observations.typed(frame), "ytd", "2023-02").iloc[0]
    assert line["budget_difference"] == kronor
    assert line["budget_deviation"] == pytest.approx(percent or math.nan, nan_ok=True)
