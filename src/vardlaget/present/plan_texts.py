"""What all parts of a plan's follow-up share: the plan, its figures of full years, a cell."""

from functools import cache

import pandas as pd

from vardlaget import project
from vardlaget.catalogue.plans import Plan, load_plans, plan_for
from vardlaget.observations import select, single
from vardlaget.present.figures import Published, statement
from vardlaget.present.sentences import plain
from vardlaget.report import Report


@cache
def followed(report: Report) -> Plan | None:
    """The region's plan that has figures or measures to follow in the report's year."""
    plans = load_plans(project.find().reference / "plans")
    return plan_for(plans, report.region.code, report.month.year)


@cache
def yearly(report: Report, ids: tuple[str, ...], scenario: str) -> pd.DataFrame:
    """The region's figures of full years, with text."""
    rows = select(report.own, indicator=list(ids), unit="", span="year", scenario=scenario)
    return single(rows)


def no_plan(report: Report) -> Published:
    return statement(
        f"För {plain(report.region.name)} finns ingen verksamhetsplan att följa upp i underlaget."
    )
