"""Outcomes of a scorecard from their base figures: the income statement, full-time equivalents.

Used where a source has the base figures but not the outcome itself, and beside it where it has
both.
"""

import math
from dataclasses import dataclass

import pandas as pd

from vardlaget import observations
from vardlaget.accounts import RESULT
from vardlaget.catalogue import Indicators
from vardlaget.indicators import economy
from vardlaget.indicators.economy import Statement
from vardlaget.indicators.periods import newest, year_before
from vardlaget.indicators.production import deviation_percent
from vardlaget.indicators.scorecard import Outcome, Plan, lag_months
from vardlaget.observations import select, single
from vardlaget.periods import Month

NAN = math.nan
# Changes against the same period last year, and what they are the change of.
CHANGES = {"full_time_equivalents_change": "full_time_equivalents"}
CHANGES_PERCENT = {"referrals_received_change_pct": "referrals_received"}


@dataclass(frozen=True)
class Base:
    """An outcome from base figures: its value, last year's where base figures give it, its key."""

    value: float
    before: float
    span: str
    period: str
    formula: str
    numerator: float = NAN
    denominator: float = NAN
    synthetic: bool = False


def from_base(
    frame: pd.DataFrame, told: Statement, id_: str, month: Month, indicators: Indicators
) -> Base | None:
    """The whole region's outcome of an indicator, or None where base figures do not give it.

    `told`: the region's income statement (`economy.statement`).
    """
    if id_ in CHANGES or id_ in CHANGES_PERCENT:
        return _change(frame, id_, month, indicators)
    base = None if told.empty else _of_statement(told, id_, month)
    return base if base is not None and not math.isnan(base.value) else None


def _of_statement(told: Statement, id_: str, month: Month) -> Base | None:
    when = told.span, told.period
    synthetic = bool((told.lines["actual_status"] == "synthetic").any())
    if id_ == "budget_deviation":
        value = told.amount(RESULT) - told.amount(RESULT, "budget")
        return Base(value, NAN, *when, "resultat − budgeterat resultat", synthetic=synthetic)
    if id_ == RESULT:
        now, before = told.amount(RESULT), told.amount(RESULT, "last_year")
        return Base(now, before, *when, "resultaträkningen", synthetic=synthetic)
    if id_ == "full_year_forecast":
        now, before = told.amount(RESULT, "forecast"), told.amount(RESULT, "last_full_year")
        year = ("year", str(month.year))
        return Base(now, before, *year, "resultat, prognos för helåret", synthetic=synthetic)
    if id_ == "agency_cost_share":
        return _agency_share(told, synthetic)
    if id_ not in economy.KINDS:
        return None
    developments = economy.cost_development(told)
    found = developments[developments["indicator"] == id_]
    if found.empty:
        return None
    formula = "(kostnad − kostnad föregående år) / kostnad föregående år"
    value = float(found["development"].iloc[0])
    return Base(value, NAN, *when, formula, synthetic=synthetic)


def _agency_share(told: Statement, synthetic: bool) -> Base | None:
    now, before = (
        economy.agency_shares(told, base).get("agency_cost_share")
        for base in ("actual", "last_year")
    )
    if now is None:
        return None
    formula = "kostnad för inhyrd personal / kostnad för egen personal"
    return Base(
        100 * now[0] / now[1],
        NAN if before is None else 100 * before[0] / before[1],
        told.span,
        told.period,
        formula,
        *now,
        synthetic=synthetic,
    )


def _change(frame: pd.DataFrame, id_: str, month: Month, indicators: Indicators) -> Base | None:
    of = CHANGES.get(id_) or CHANGES_PERCENT[id_]
    rows = single(select(frame, indicator=of, unit="", span=["ytd", "month"]))
    for span in ("ytd", "month"):
        each = rows[rows["span"] == span]
        now = newest(each, month, indicators[of].lag_months)
        if len(now) != 1 or now["value"].isna().any():
            continue
        period = now["period"].iloc[0]
        before = each[each["period"] == year_before(period)]
        if len(before) != 1 or before["value"].isna().any():
            continue
        values = float(now["value"].iloc[0]), float(before["value"].iloc[0])
        percent = id_ in CHANGES_PERCENT
        value = deviation_percent(*values) if percent else values[0] - values[1]
        formula = "(nu − föregående år) / föregående år" if percent else "nu − föregående år"
        synthetic = "synthetic" in {*now["status"], *before["status"]}
        return Base(value, NAN, span, period, formula, synthetic=synthetic)
    return None


def as_outcome(base: Base, id_: str, region: str, month: Month) -> Outcome:
    """The outcome that base figures give, as computed observations."""
    rows = _row(base, id_, region, base.value, base.period)
    before = _row(base, id_, region, base.before, year_before(base.period))
    before = before[before["value"].notna()]
    return Outcome(id_, rows, before, lag_months(rows, month), computed=True)


def _row(base: Base, id_: str, region: str, value: float, period: str) -> pd.DataFrame:
    now = period == base.period
    row = {
        "indicator": id_,
        "region": region,
        "span": base.span,
        "period": period,
        "scenario": "forecast" if id_ == "full_year_forecast" and now else "actual",
        "numerator": base.numerator if now else NAN,
        "denominator": base.denominator if now else NAN,
        "value": value,
        "status": "synthetic" if base.synthetic else "reported",
        "source": f"Beräknat: {base.formula}",
    }
    return observations.typed(pd.DataFrame([row]))


def planned_costs(told: Statement, id_: str) -> Plan | None:
    """The budgeted and actual costs (kronor, positive) behind a cost development, or None."""
    accounts = economy.KINDS.get(id_)
    if accounts is None or told.empty:
        return None
    budget, actual = (
        -sum(sign * told.amount(account, base) for account, sign in accounts.items())
        for base in ("budget", "actual")
    )
    return None if math.isnan(budget) or math.isnan(actual) else Plan(budget, actual, costs=True)
