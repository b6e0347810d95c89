"""Production in a few sentences: visits in all, on site and at a distance, operations, stays."""

import re

import pandas as pd

from vardlaget import periods
from vardlaget.indicators.production import deviation_percent
from vardlaget.present import capacity
from vardlaget.present.figures import Published, values
from vardlaget.present.numbers import in_words, number_text
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.report import Report

VISITS = "production.visits"
KINDS = ("production.doctor_visits", "production.other_visits")
# Beside visits: the lines that a board asks about first, as they stand in a sentence.
OTHERS = {
    "production.operations": "operationerna",
    "production.care_episodes": "vårdtillfällena",
    "production.care_days": "vårddagarna",
}


def available(report: Report) -> Published:
    """Whether an annex of tables has anything to hold."""
    subjects = ("production.", "income.", "worked_time.", "sick_leave")
    own = report.own["indicator"].str.startswith(subjects)
    return values({"operations": bool((own & report.own["value"].notna()).any())})


def visits(plan: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Visits this year and last year, by contact form and in all.

    `plan`: lines as of production.against_plan. A sum is there only where doctors' and others'
    visits of that form, without breakdown, are there for both years.
    """
    whole = plan[plan["indicator"].isin(KINDS) & (plan["care_type"] == "")]
    found = {}
    for form in ("on_site", "remote"):
        lines = whole[whole["contact_form"] == form]
        if len(lines) == len(KINDS) and lines[["actual", "last_year"]].notna().all(axis=None):
            found[form] = lines["actual"].sum(), lines["last_year"].sum()
    if len(found) == 2:
        found[""] = tuple(sum(pair) for pair in zip(*found.values(), strict=True))
    return found


def text(report: Report) -> Published:
    """How production has changed since the same months last year."""
    plan = capacity.against_plan(report)
    if plan.empty and capacity.has_changes(report):
        return Published(
            f"Underlaget för {plain(report.region.name)} redovisar hur produktionen förändrades "
            f"mellan {report.month.year - 1} och {report.month.year}, men inte nivåerna."
        )
    if plan.empty:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga uppgifter om "
            f"produktionen hittills i år, till och med {report.month.words}."
        )
    period = plan["period"].max()
    plan = plan[plan["period"] == period]
    paragraph = Paragraph(report.indicators)
    counted = visits(plan)
    if "" in counted:
        paragraph.say(_visits(report, paragraph, counted, period))
    facts = [
        _other(report, paragraph, line, name)
        for id_, name in OTHERS.items()
        for line in plan[(plan["indicator"] == id_) & ~plan["part"]].to_dict("records")
        if pd.notna(line["last_year_deviation"])
    ]
    if facts:
        since = "" if "" in counted else " än samma period föregående år"
        paragraph.say(f"{capitalised(listed(facts))}{since}.")
    return paragraph.published(
        f"Produktionen hittills i år, till och med {report.month.words}, kan inte jämföras med "
        "föregående år: underlaget saknar antingen årets eller fjolårets uppgifter."
    )


def _visits(report: Report, paragraph: Paragraph, counted: dict, period: str) -> str:
    key = {"span": "ytd", "period": period, "provider": "own"}
    formula = "läkarbesök + besök hos övriga yrkesgrupper"
    whole = report.computed(VISITS, counted[""][0], formula, KINDS, **key).iloc[0]
    than = {
        form: _than(report, paragraph, VISITS, deviation_percent(*pair), period, contact_form=form)
        for form, pair in counted.items()
    }
    return (
        f"Den egna öppenvården tog emot **{paragraph.number(whole)} besök** "
        f"{periods.words('ytd', period)}, {than['']} än samma period föregående år. De fysiska "
        f"besöken var {than['on_site']} och besöken på distans {than['remote']}."
    )


def _other(report: Report, paragraph: Paragraph, line: dict, name: str) -> str:
    kind = capacity.CARE_TYPES.get(line["care_type"], "")
    than = _than(
        report,
        paragraph,
        line["indicator"],
        line["last_year_deviation"],
        line["period"],
        care_type=line["care_type"],
    )
    return f"{name} {f'i {kind} ' if kind else ''}var {than}"


def _than(
    report: Report, paragraph: Paragraph, id_: str, percent: float, period: str, **key: str
) -> str:
    """`9,2 procent fler`, `lika många`: a change since last year, as a figure in words."""
    key = {"span": "ytd", "period": period, "scenario": "vs_last_year", "provider": "own"} | key
    formula = "(utfall − föregående år) / föregående år"
    of = KINDS if id_ == VISITS else ()
    figure = report.computed(id_, percent, formula, of, **key).iloc[0]
    figure["text"] = in_words(number_text(abs(percent), "percent", 1), "percent")
    if not re.search("[1-9]", figure["text"]):
        return "ungefär lika många"
    return f"{paragraph.number(figure, unit=False)} {'fler' if percent > 0 else 'färre'}"
