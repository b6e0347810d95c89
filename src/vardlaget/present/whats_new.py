"""What is new since last month: targets now met or no longer, figures that have come or gone."""

import pandas as pd

from vardlaget.catalogue import Target
from vardlaget.observations import BREAKDOWNS, single
from vardlaget.periods import Month
from vardlaget.present.figures import Published, statement
from vardlaget.present.sentences import Paragraph, listed, plain
from vardlaget.report import Report

LINE = ["indicator", "basis", "exclusions"]
BASES = {"waiting": " (väntande)", "completed": " (genomförda)", "": ""}


def monthly(frame: pd.DataFrame, month: Month, lags: dict[str, int]) -> pd.DataFrame:
    """A region's whole-region monthly figures with a value, one a line, as known in a month.

    `lags`: how many months late each indicator is. Columns of the one table, indexed by LINE.
    """
    whole = (frame[["unit", *BREAKDOWNS]] == "").all(axis=1)
    rows = frame[whole & (frame["span"] == "month") & (frame["scenario"] == "actual")]
    due = rows["indicator"].map(lambda id_: str(month.minus(lags[id_])))
    rows = single(rows[rows["period"] == due])
    return rows[rows["value"].notna()].set_index(LINE, drop=False)


def crossed(before: float, now: float, target: Target | None) -> str:
    """`met` or `missed` where a target has come to be so since last month; else empty."""
    if target is None:
        return ""
    states = target.status(before), target.status(now)
    if None in states or (states[0] == "within") == (states[1] == "within"):
        return ""
    return "met" if states[1] == "within" else "missed"


def text(report: Report) -> Published:
    """What a reader of last month's report has not seen."""
    last = report.month.minus(1)
    lags = {id_: report.indicators[id_].lag_months for id_ in report.own["indicator"].unique()}
    now, before = (monthly(report.own, when, lags) for when in (report.month, last))
    if before.empty or now.empty:
        return Published(
            f"Underlaget saknar månadsuppgifter för {last.words} att jämföra {report.month.words} "
            "med."
        )
    paragraph = Paragraph(report.indicators)
    items = [*_crossings(report, paragraph, now, before), *_coming_and_going(report, now, before)]
    if not items:
        return statement(
            f"Samma uppgifter finns som för {last.words}, och inget mål har börjat eller slutat "
            "att nås."
        )
    paragraph.say(f"Jämfört med {last.words}:\n\n" + "\n".join(f"- {item}" for item in items))
    return paragraph.published()


def _crossings(
    report: Report, paragraph: Paragraph, now: pd.DataFrame, before: pd.DataFrame
) -> list[str]:
    items = []
    for key in now.index.intersection(before.index):
        row, earlier = now.loc[key], before.loc[key]
        kind = crossed(earlier["value"], row["value"], report.target(row["indicator"]))
        if kind:
            words = "nås nu" if kind == "met" else "nås inte längre"
            items.append(
                f"{_name(report, key)}: målet {words}, {paragraph.number(row)} mot "
                f"{paragraph.number(earlier)}"
            )
    return items


def _coming_and_going(report: Report, now: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    come, gone = now.index.difference(before.index), before.index.difference(now.index)
    items = []
    if len(come):
        items.append(f"Uppgifter som har kommit till: {_names(report, come)}")
    if len(gone):
        items.append(f"Uppgifter som saknas nu: {_names(report, gone)}")
    return items


def _names(report: Report, keys: pd.Index) -> str:
    return listed(list(dict.fromkeys(_name(report, key) for key in keys)))


def _name(report: Report, key: tuple[str, str, str]) -> str:
    return plain(report.name(key[0])) + BASES[key[1]]
