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
    """A region's whole-region monthly figures, one a line, as known in a month: not those missing.

    `lags`: how many months late each indicator is. Columns of the one table, indexed by LINE.
    """
    whole = (frame[["unit", *BREAKDOWNS]] == "").all(axis=1)
    rows = frame[whole & (frame["span"] == "month") & (frame["scenario"] == "actual")]
    due = rows["indicator"].map(lambda id_: str(month.minus(lags[id_])))
    rows = single(rows[rows["period"] == due])
    there = rows["value"].notna() | _hidden(rows)
    return rows[there].set_index(LINE, drop=False)


def _hidden(rows: pd.DataFrame) -> pd.Series:
    return rows["status"] == "suppressed"


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
    items = [*_crossings(report, paragraph, now, before), *coming_and_going(report, now, before)]
    if not items:
        return statement(f"Samma uppgifter finns som för {last.words}, och samma mål nås.")
    paragraph.say(f"Jämfört med {last.words}:\n\n" + "\n".join(f"- {item}" for item in items))
    return paragraph.published()


def _crossings(
    report: Report, paragraph: Paragraph, now: pd.DataFrame, before: pd.DataFrame
) -> list[str]:
    items = []
    both = now.index[now["value"].notna()].intersection(before.index[before["value"].notna()])
    for key in both:
        row, earlier = now.loc[key], before.loc[key]
        kind = crossed(earlier["value"], row["value"], report.target(row["indicator"]))
        if kind:
            words = "nås nu" if kind == "met" else "nås inte längre"
            items.append(
                f"{_name(report, key)}: målet {words}, {paragraph.number(row)} mot "
                f"{paragraph.number(earlier)}"
            )
    return items


def coming_and_going(report: Report, now: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    """What has a figure, or is hidden, and had not, and the reverse. Both are from `monthly`."""
    hidden, were = (frame.index[_hidden(frame)] for frame in (now, before))
    told = {
        "Uppgifter som har kommit till": now.index.difference(before.index),
        "Uppgifter som saknas nu": before.index.difference(now.index),
        "Uppgifter som är skyddade nu": hidden.intersection(before.index).difference(were),
        "Uppgifter som inte längre är skyddade": were.intersection(now.index).difference(hidden),
    }
    return [f"{what}: {_names(report, keys)}" for what, keys in told.items() if len(keys)]


def _names(report: Report, keys: pd.Index) -> str:
    return listed(list(dict.fromkeys(_name(report, key) for key in keys)))


def _name(report: Report, key: tuple[str, str, str]) -> str:
    return plain(report.name(key[0])) + BASES[key[1]]
