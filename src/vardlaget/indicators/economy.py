"""The income statement's sums, cost development, agency staff and budget deviation by unit.

Amounts are kronor; costs have a minus sign, as in the statement (`income.…`). The lines with
their plan and last year come from `production.against_plan`.
"""

import math
from dataclasses import dataclass

import pandas as pd

from vardlaget.accounts import ACCOUNTS, FUNDING, SUMS, TOTAL_COSTS, TOTAL_REVENUE
from vardlaget.catalogue import Indicators
from vardlaget.indicators.production import BASES, against_plan, deviation_percent
from vardlaget.observations import select, single
from vardlaget.periods import Month

# Printed amounts are whole hundred thousands of kronor, so that a sum of n may be off by n / 2.
STEP = 100_000
# Kinds of cost as regions follow them: accounts that are added (+) or taken away (−).
KINDS = {
    "salary_cost_development": {"income.staff_costs": 1, "income.agency_staff": -1},
    "agency_cost_development": {"income.agency_staff": 1},
    "purchased_care_cost_development": {"income.purchased_care": 1},
    "medicine_cost_change_pct": {"income.medicines": 1},
    "remaining_cost_development": {
        "income.assistive_devices": 1,
        "income.materials_and_services": 1,
        "income.premises": 1,
        "income.other_operating_costs": 1,
    },
    "other_cost_development": {"income.other_operating_costs": 1},
    "gross_cost_development": {TOTAL_COSTS: 1},
    "net_cost_development": {TOTAL_COSTS: 1, TOTAL_REVENUE: 1, FUNDING: -1},
}


@dataclass(frozen=True)
class Statement:
    """Lines of `against_plan` with the span and period that they are told for."""

    lines: pd.DataFrame
    span: str = "ytd"
    period: str = ""

    @property
    def empty(self) -> bool:
        return self.lines.empty

    @property
    def synthetic(self) -> bool:
        return not self.empty and (self.lines["actual_status"] == "synthetic").any()

    def line(self, account: str) -> dict | None:
        found = self.lines[self.lines["indicator"] == account]
        return found.iloc[0].to_dict() if len(found) else None

    def amount(self, account: str, base: str = "actual") -> float:
        """An account's figure; NaN where it has no line."""
        line = self.line(account)
        return math.nan if line is None else float(line[base])


def statement(frame: pd.DataFrame, month: Month, indicators: Indicators) -> Statement:
    """The whole region's income statement: of the year so far, else in December of the year.

    `frame`: observations of one region. Empty where it has none of the period or the month before.
    """
    ids = [id_ for id_ in frame["indicator"].unique() if id_ in (*ACCOUNTS, *SUMS)]
    rows = select(frame, indicator=ids, unit="", scenario=...)
    spans = [("ytd", str(month))] + ([("year", str(month.year))] if month.number == 12 else [])
    for span, period in spans:
        lines = against_plan(rows, span, period, indicators)
        lines = lines[lines["actual"].notna()].reset_index(drop=True)
        if len(lines):
            return Statement(lines, span, lines["period"].max())
    return Statement(pd.DataFrame(columns=["indicator", "part", *BASES]))


def sums(told: Statement) -> pd.DataFrame:
    """Each sum of the statement beside the sum of its lines, in every base column that has both.

    Columns: indicator, base, printed, computed, difference (printed − computed) and `rounding`,
    whether rounding of the printed amounts to STEP can explain the difference.
    """
    found = []
    for total, parts in SUMS.items():
        for base in BASES:
            printed = told.amount(total, base)
            computed = sum(told.amount(part, base) for part in parts)
            if math.isnan(printed) or math.isnan(computed):
                continue
            difference = round(printed - computed)
            most = STEP * (len(parts) + 1) / 2
            found.append((total, base, printed, computed, difference, abs(difference) <= most))
    columns = ["indicator", "base", "printed", "computed", "difference", "rounding"]
    return pd.DataFrame(found, columns=columns)


def cost_development(told: Statement) -> pd.DataFrame:
    """Each kind's cost, what it was a year before and its development in per cent; one row a kind.

    Columns: indicator (a key of KINDS), cost, before (kronor, a cost is positive) and development:
    (cost − cost last year) / cost last year. Gross is all costs. Net is costs less revenue
    (netto = brutto − intäkter), where the regional funding that pays the net cost is no revenue.
    Kinds that lack an account are left out.
    """
    found = []
    for kind, accounts in KINDS.items():
        cost, before = (
            -sum(sign * told.amount(account, base) for account, sign in accounts.items()) + 0.0
            for base in ("actual", "last_year")
        )
        if not math.isnan(cost):
            found.append((kind, cost, before, deviation_percent(cost, before)))
    return pd.DataFrame(found, columns=["indicator", "cost", "before", "development"])


def agency_shares(told: Statement, base: str = "actual") -> dict[str, tuple[float, float]]:
    """Cost of agency staff and what it is held against, by indicator: (numerator, denominator).

    `agency_cost_share`: of the costs for the region's own staff, as the regions' joint goal of 2
    per cent has it; `agency_cost_share_of_all`: of all staff costs, agency staff among them.
    None where either is not told, or nothing is left to hold agency staff against.
    """
    agency, staff = (-told.amount(a, base) for a in ("income.agency_staff", "income.staff_costs"))
    if math.isnan(agency) or math.isnan(staff) or 0 in (staff, staff - agency):
        return {}
    own = {"agency_cost_share": (agency, staff - agency)}
    return own | {"agency_cost_share_of_all": (agency, staff)}


def by_unit(
    frame: pd.DataFrame, units: tuple[str, ...] | None, span: str, period: str
) -> pd.DataFrame:
    """Budget deviation of the units that are named, or of all; in their order, one row each.

    `frame`: observations of one region. Rows that contradict each other are `missing`.
    """
    rows = select(frame, indicator="budget_deviation", unit=..., span=span, period=period)
    rows = single(rows[rows["unit"] != ""])
    if not units:
        return rows
    order = {unit: place for place, unit in enumerate(units)}
    rows = rows[rows["unit"].isin(order)]
    return rows.sort_values("unit", key=lambda names: names.map(order))


def before_change(now: float, change: float) -> tuple[float, float]:
    """A figure's value a year before, and its change in per cent, from the value and the change."""
    before = now - change
    return before, deviation_percent(now, before)
