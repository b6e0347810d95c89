"""Cases as findings: few enough to be read, each with its figures and its file."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from vardlaget.catalogue.indicators import Indicators
from vardlaget.observations import BREAKDOWNS, KEY
from vardlaget.sources.findings import Finding

# Cases of one figure and period, and periods of one figure, that are told one by one.
CASES_EACH = 3
PERIODS_EACH = 6
NAMED = 3

FIGURE = ["indicator", "region", "span", "basis"]
UNITS = {
    "percent": " %",
    "percentage_points": " percentage points",
    "SEK": " kronor",
    "days": " days",
    "hours": " hours",
    "minutes": " minutes",
    "seconds": " seconds",
}
# How `sources` names the place of a row without a citation of its own.
_FILE = re.compile(
    r"(?P<file>.+?\.(?:csv|tsv|txt|xlsx|xlsm|xls|ods|parquet|json))"
    r"(?:, blad '(?P<sheet>[^']*)')?(?:, rad (?P<row>\d+))?(?:,.*)?",
    re.IGNORECASE,
)

Case = Any  # one row of a table of cases, as `itertuples` gives it


def gathered(code: str, cases: pd.DataFrame, tell: Callable[[Case], str]) -> list[Finding]:
    """One finding a case; many of one figure and period, or over many periods, are one finding.

    `cases`: the columns of KEY, `source`, `found`, `expected` and what `tell` needs. `tell` says
    what is found, in words that follow the name of the figure. A gathered finding shows the case
    of the newest period that differs most.
    """
    if cases.empty:
        return []
    # Objects: of many small groups, Arrow's strings take most of the time.
    cases = cases.astype(dict.fromkeys([*KEY, "source"], "object"))
    cases["distance"] = (cases["found"] - cases["expected"]).abs()
    order = [*FIGURE, "period", "distance"]
    cases = cases.sort_values(order, ascending=[True] * 5 + [False], kind="stable")
    cases = cases.reset_index(drop=True)
    together = cases.groupby(_together(cases), sort=False)
    return [_finding(code, group, tell) for _, group in together]


def _together(cases: pd.DataFrame) -> pd.Series:
    """The same number for cases that are told together."""
    each = pd.Series(range(len(cases)), index=cases.index)
    period = each.groupby([cases[column] for column in [*FIGURE, "period"]])
    told = each.where(period.transform("size") <= CASES_EACH, period.transform("first"))
    figure = told.groupby([cases[column] for column in FIGURE])
    return told.where(figure.transform("nunique") <= PERIODS_EACH, figure.transform("first"))


def _finding(code: str, group: pd.DataFrame, tell: Callable[[Case], str]) -> Finding:
    newest = (group["period"] == group["period"].max()).idxmax()
    lead = next(group.loc[[newest]].itertuples(index=False))
    group = group.drop_duplicates(list(KEY)) if len(group) > 1 else group
    units = list(dict.fromkeys(group["unit"]))
    return Finding(
        "warning",
        code,
        f"{subject(lead)}: {tell(lead)}{_others(group, units)}",
        rows=len(group),
        indicator=lead.indicator,
        region=lead.region,
        unit=lead.unit if len(units) == 1 else "",
        span=lead.span,
        period=lead.period,
        basis=lead.basis,
        found=lead.found,
        expected=lead.expected,
        **place(lead.source, len(group) == 1),
    )


def _others(group: pd.DataFrame, units: list[str]) -> str:
    """`; one of 12 like it (Fjällhälsan, Ripan, Renen and 9 more, 2023-01 to 2023-12)`."""
    if len(group) == 1:
        return ""
    where = [named([unit or "the whole" for unit in units])] if len(units) > 1 else []
    first, last = group["period"].min(), group["period"].max()
    where += [f"{first} to {last}"] if first != last else []
    return f"; one of {len(group)} like it" + (f" ({', '.join(where)})" if where else "")


def subject(case: Case) -> str:
    """`medical_assessment_3d, region 23, Fjällhälsan, 2024-01, completed`, and the breakdowns."""
    scenario = "" if case.scenario == "actual" else case.scenario
    span = "" if case.span in ("month", "year", "point") else case.span
    parts = [case.unit, case.period, span, case.basis, scenario]
    parts += [f"{name} {getattr(case, name)}" for name in BREAKDOWNS if getattr(case, name)]
    parts += [f"exclusions {case.exclusions}"] if case.exclusions else []
    return ", ".join([case.indicator, f"region {case.region}", *filter(None, parts)])


def place(source: str, one: bool) -> dict[str, Any]:
    """The file, sheet and, for one row, its number, where a row's source names them."""
    match = _FILE.fullmatch(source)
    if match is None:
        return {}
    row = {"row": int(match["row"])} if one and match["row"] else {}
    return {"file": match["file"], "sheet": match["sheet"] or "", **row}


def named(names: Iterable[str], most: int = NAMED) -> str:
    """`a, b, c and 9 more`"""
    names = list(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def number(value: float) -> str:
    """`1,040`, `69.1`, at most two decimals."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def figure(value: float, indicator: str, indicators: Indicators) -> str:
    """A value with its unit: `69.1 %`, `14 days`."""
    return number(value) + UNITS.get(indicators[indicator].unit, "")
