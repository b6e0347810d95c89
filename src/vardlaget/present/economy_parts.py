"""Which parts of the economy a region and month have figures for."""

from vardlaget.present import (
    cost_development,
    economy,
    economy_agency,
    economy_outlook,
    economy_posts,
)
from vardlaget.present.figures import Published, values
from vardlaget.report import Report


def available(report: Report) -> Published:
    """Which parts have something to show; `economy` is whether any has."""
    has = {
        "income_statement": not economy.booked(report).empty,
        "income_rounding": economy.has_rounding(report),
        "cost_development": cost_development.has_any(report),
        "cost_amounts": len(cost_development.development(report)) > 0,
        "corrections": len(cost_development.found(report)) > 0,
        "year_forecast": economy_outlook.has_forecast(report),
        "forecast_sensitivity": economy_outlook.has_sensitivity(report),
        "budget_areas": len(economy_outlook.areas(report)) > 0,
        "deviation_items": economy_outlook.has_items(report),
        "agency": economy_agency.has_agency(report),
        "out_of_county": economy_posts.has_out_of_county(report),
        "out_of_county_r12": economy_posts.has_twelve_months(report),
        "cost_areas": economy_posts.has_posts(report),
    }
    deviation = len(economy.printed(report, "budget_deviation")) > 0
    return values({"economy": deviation or any(has.values())} | has)
