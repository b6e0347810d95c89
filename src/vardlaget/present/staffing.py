"""Who works the hours, and on how many days: agency staff's part, working days of two years."""

import pandas as pd

from vardlaget.indicators import workforce
from vardlaget.indicators.periods import year_before
from vardlaget.periods import Month
from vardlaget.present import tables
from vardlaget.present.care_guarantee import cell, difference, nothing_said
from vardlaget.present.figures import Published, nothing
from vardlaget.present.sentences import Paragraph
from vardlaget.present.tables import Column
from vardlaget.present.worked_time import (
    CHANGES,
    PROFESSIONS,
    hours_figure,
    period,
    printed,
    when_words,
    with_sign,
)
from vardlaget.report import Report

AGENCY_HOURS = "agency_hours_share"
WORKING_DAYS = "working_days"
CALENDAR_DAYS = "calendar_days"
PER_DAY = "worked_time.per_working_day"


def agency_table(report: Report) -> Published:
    """Agency staff's part of all hours worked, in all and by profession."""
    when = period(report)
    now = workforce.agency_share(report.own, when) if when else pd.DataFrame()
    if now.empty:
        return nothing(period=report.month.words)
    before = workforce.agency_share(report.own, year_before(when)).set_index("profession")
    rows, figures = [], []
    for line in now.itertuples():
        own = _share_figure(report, line, when)
        known = line.profession in before.index
        earlier = before.loc[line.profession] if known else None
        last = _share_figure(report, earlier, year_before(when), line.profession)
        gap = difference(
            report,
            own.iloc[0],
            own["value"].iloc[0] - last["value"].iloc[0],
            "change",
            "i år − föregående år",
        )
        if pd.notna(gap["value"].iloc[0]):
            gap = gap.assign(status=own["status"].iloc[0])
        figures += [own, last, gap]
        name = PROFESSIONS.get(line.profession, line.profession).capitalize() or "Alla"
        rows.append((name, _cells(own, last, gap)))
    columns = [*CHANGES[:2], Column("change", "Förändring, procentenheter")]
    return tables.table(
        "inhyrd_personal_timmar",
        "Yrkesgrupp",
        columns,
        rows,
        pd.concat(figures),
        emphasised=("Alla",),
        period=when_words(report),
    )


def _share_figure(report: Report, line, when: str, profession: str | None = None) -> pd.DataFrame:
    """Agency staff's share of a profession's hours with its counts; missing without a line."""
    named = line.profession if profession is None else profession
    key = {"period": when, "profession": named}
    if line is None:
        return hours_figure(report, AGENCY_HOURS, float("nan"), "uppgift saknas i källan", **key)
    formula = "100 · inhyrd personals timmar / (egen personal + resursenheten + inhyrd personal)"
    if not line.resource_unit:
        formula += ", där källan inte har några timmar i resursenheten"
    figure = hours_figure(report, AGENCY_HOURS, line.share, formula, **key)
    return figure.assign(numerator=line.agency, denominator=line.hours)


def agency_text(report: Report) -> Published:
    """Agency staff's share of all hours, and the profession in which it is largest."""
    when = period(report)
    now = workforce.agency_share(report.own, when) if when else pd.DataFrame()
    if now.empty or now["profession"].iloc[0] != "":
        return nothing_said(report, "timmar för inhyrd personal att ställa mot all arbetad tid")
    paragraph = Paragraph(report.indicators)
    whole = _share_figure(report, next(now.itertuples()), when).iloc[0]
    said = (
        f"Inhyrd personal stod för **{paragraph.number(whole)}** av timmarna under "
        f"{when_words(report)}"
    )
    before = workforce.agency_share(report.own, year_before(when))
    if len(before) and before["profession"].iloc[0] == "":
        last = _share_figure(report, next(before.itertuples()), year_before(when)).iloc[0]
        said += f" mot {paragraph.number(last)} samma period året före"
    paragraph.say(said + ".")
    groups = now[now["profession"] != ""].sort_values("share", ascending=False, kind="stable")
    if len(groups):
        most = next(groups.itertuples())
        name = PROFESSIONS.get(most.profession, most.profession)
        share = paragraph.number(_share_figure(report, most, when).iloc[0])
        paragraph.say(f"Störst är andelen bland {name}, {share}.")
    paragraph.say(
        "Nämnaren är egen personals, resursenhetens och inhyrd personals timmar, före "
        "justeringar och avdrag för jour och beredskap; andelen av personalkostnaden är ett "
        "annat mått."
    )
    return paragraph.published()


def _cells(*figures: pd.DataFrame) -> dict[str, tables.Cell]:
    return {c.key: cell(figure) for c, figure in zip(CHANGES, figures, strict=False)}


def _days_figures(report: Report, id_: str, now: float, before: float) -> tuple:
    """A number of days this year, last year and the difference."""
    when = period(report)
    law = "måndag–fredag utom allmänna helgdagar (lagen 1989:253)"
    formula = law if id_ == WORKING_DAYS else "kalenderns dagar"
    made = [
        report.computed(id_, value, formula, span="ytd", period=at)
        for value, at in ((now, when), (before, year_before(when)))
    ]
    change = report.computed(
        id_,
        now - before,
        f"{formula}, i år − föregående år",
        span="ytd",
        period=when,
        scenario="change",
    )
    return *made, with_sign(change)


def _adjustment_figures(report: Report, id_: str) -> tuple:
    """The source's adjustment this year, last year and the difference."""
    when = period(report)
    now, before = printed(report, id_, when), printed(report, id_, year_before(when))
    gap = now["value"].iloc[0] - before["value"].iloc[0]
    change = hours_figure(report, id_, gap, "i år − föregående år", period=when, scenario="change")
    return now, before, with_sign(change)


def _own_per_day(report: Report) -> tuple:
    """Own staff's hours for each working day of the period, this year, last year, difference."""
    when = period(report)
    made = []
    for at in (when, year_before(when)):
        hours = printed(report, workforce.OWN, at)["value"].iloc[0]
        value = hours / workforce.days(Month.parse(at)).working
        made.append(
            hours_figure(report, PER_DAY, value, "egen personals timmar / arbetsdagar", period=at)
        )
    gap = made[0]["value"].iloc[0] - made[1]["value"].iloc[0]
    change = hours_figure(
        report, PER_DAY, gap, "i år − föregående år", period=when, scenario="change"
    )
    return *made, with_sign(change)


def days_table(report: Report) -> Published:
    """Working days and all days of the period in both years, with the source's adjustments."""
    when = period(report)
    if when is None:
        return nothing(period=report.month.words)
    now, before = (workforce.days(Month.parse(at)) for at in (when, year_before(when)))
    lines = {
        "Arbetsdagar, måndag–fredag": _days_figures(
            report, WORKING_DAYS, now.working, before.working
        ),
        "Kalenderdagar": _days_figures(report, CALENDAR_DAYS, now.calendar, before.calendar),
        "Källans justering för arbetsdagar, timmar": _adjustment_figures(
            report, workforce.WORKING_DAYS
        ),
        "Källans justering för skottdag, timmar": _adjustment_figures(report, workforce.LEAP_DAY),
        "Egen personals timmar per arbetsdag": _own_per_day(report),
    }
    return tables.table(
        "arbetsdagar",
        "Underlag",
        list(CHANGES[:3]),
        [(name, _cells(*figures)) for name, figures in lines.items()],
        pd.concat([figure for figures in lines.values() for figure in figures]),
        period=when_words(report),
    )


def days_text(report: Report) -> Published:
    """What differs between the years' days, and what the source's adjustments make of it."""
    when = period(report)
    if when is None:
        return nothing_said(report, "arbetade timmar att jämföra mellan år")
    now, before = (workforce.days(Month.parse(at)) for at in (when, year_before(when)))
    paragraph = Paragraph(report.indicators)
    own, last, _ = _days_figures(report, WORKING_DAYS, now.working, before.working)
    paragraph.say(
        f"Perioden {when_words(report)} har {paragraph.number(own.iloc[0])} arbetsdagar mot "
        f"{paragraph.number(last.iloc[0])} året före. Arbetsdagar är måndag–fredag utom allmänna "
        "helgdagar; aftnar och dagar med förkortad arbetstid räknas som arbetsdagar."
    )
    paragraph.say(_adjusted(report, paragraph, now.working - before.working))
    if now.leap_day != before.leap_day:
        paragraph.say(_leap_day(report, paragraph, now.leap_day))
    return paragraph.published()


def _adjusted(report: Report, paragraph: Paragraph, more: int) -> str:
    """The source's adjustment for working days, for each day that differs."""
    now, before, change = _adjustment_figures(report, workforce.WORKING_DAYS)
    if change["value"].isna().all():
        return "Källan redovisar ingen justering för arbetsdagar i båda åren."
    if more == 0 or change["value"].iloc[0] == 0:
        zero = change["value"].iloc[0] == 0
        if more == 0 and zero:
            return "Ingen justering behövs, och källan gör ingen."
        if zero:
            return (
                "Källan gör ingen justering mellan åren, så förändringen i timmar innehåller "
                "skillnaden i arbetsdagar."
            )
        return (
            "Källan justerar timmarna trots att antalet arbetsdagar är lika; orsaken framgår inte."
        )
    value = workforce.hours_per_day(now["value"].iloc[0], before["value"].iloc[0], more)
    each = hours_figure(
        report,
        PER_DAY,
        value,
        "(justering föregående år − justering i år) / fler arbetsdagar i år",
        period=period(report),
        scenario="adjustment",
    )
    _, last, _ = _own_per_day(report)
    return (
        f"Källans justering motsvarar {paragraph.number(each.iloc[0])} timmar per arbetsdag som "
        f"skiljer. Som jämförelse arbetade egen personal i snitt {paragraph.number(last.iloc[0])} "
        "timmar per arbetsdag året före, men då räknas även den tid som schemalagd personal "
        "arbetar på helger. Hur stor del av personalen som arbetar vardagar framgår inte av "
        "källan, så justeringen kan inte räknas om här."
    )


def _leap_day(report: Report, paragraph: Paragraph, this_year: bool) -> str:
    year = "i år" if this_year else "föregående år"
    _, _, change = _adjustment_figures(report, workforce.LEAP_DAY)
    value = change["value"].iloc[0]
    if pd.isna(value):
        return f"Skottdagen {year} har ingen redovisad justering."
    if value == 0:
        return (
            f"Perioden innehåller en skottdag {year}, och källan justerar inte för den: "
            "förändringen i timmar innehåller dagen."
        )
    return (
        f"För skottdagen {year} justerar källan {paragraph.number(change.iloc[0])} timmar för "
        "personal som arbetar efter schema."
    )
