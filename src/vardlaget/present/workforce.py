"""Staff turnover as a reader meets it, and which parts of workforce exist."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import workforce
from vardlaget.indicators.periods import newest
from vardlaget.observations import select, single
from vardlaget.periods import Month
from vardlaget.present import sick_leave, worked_time
from vardlaget.present.care_guarantee import nothing_said
from vardlaget.present.figures import Published, values
from vardlaget.present.sentences import Paragraph
from vardlaget.report import Report

TURNOVER = "staff_turnover"


def available(report: Report) -> Published:
    """Which parts of workforce have figures."""
    when = worked_time.period(report)
    agency = workforce.agency_share(report.own, when) if when else pd.DataFrame()
    return values(
        {
            "workforce": len(sick_leave.newest_figures(report)) > 0 or when is not None,
            "sick_leave": len(sick_leave.newest_figures(report)) > 0,
            "sick_leave_months": len(sick_leave.accumulated(report)) > 0,
            "sick_leave_rolling": len(sick_leave.rolling(report)) > 0,
            "worked_time": when is not None,
            "worked_time_sums": when is not None and len(worked_time.sums(report)) > 0,
            "fte": bool(worked_time.full_time_equivalents(report)),
            "working_days": when is not None,
            "agency_hours": len(agency) > 0,
            "turnover": _turnover(report) is not None,
        }
    )


@cache
def _turnover(report: Report) -> pd.Series | None:
    rows = select(report.own, indicator=TURNOVER, unit="", span=["ytd", "year"])
    ytd = newest(rows[rows["span"] == "ytd"], report.month, report.indicators[TURNOVER].lag_months)
    ytd = single(ytd[ytd["value"].notna()])
    return ytd.iloc[0] if len(ytd) else None


def turnover_text(report: Report) -> Published:
    """Staff turnover so far this year, its pace over a whole year, and the target."""
    row = _turnover(report)
    if row is None:
        return nothing_said(report, "uppgifter om personalomsättning")
    paragraph = Paragraph(report.indicators)
    when = periods.during("ytd", row["period"])
    paragraph.say(f"Personalomsättningen var **{paragraph.number(row)}** {when}.")
    months = Month.parse(row["period"]).number
    pace = workforce.yearly_pace(row["value"], months)
    target = sick_leave.against_target(report, TURNOVER, pace)
    if months < workforce.MONTHS_OF_A_YEAR:
        figure = report.computed(
            TURNOVER,
            pace,
            f"{row['text']} · 12 / {months}",
            span="ytd",
            period=row["period"],
            scenario="yearly_pace",
        )
        paragraph.say(
            f"I samma takt hela året blir den {paragraph.number(figure.iloc[0])}{target}. "
            "Målet gäller helåret, så värdet hittills kan inte ställas mot det direkt, och takten "
            "antar att resten av året blir som början."
            if target
            else f"I samma takt hela året blir den {paragraph.number(figure.iloc[0])}."
        )
    elif target:
        paragraph.say(f"Det är{target.removeprefix(',')}.")
    return paragraph.published()
