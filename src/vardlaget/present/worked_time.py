"""Hours worked as a reader meets them: the statement, its sums, full-time equivalents, days."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import workforce
from vardlaget.indicators.periods import newest, year_before
from vardlaget.observations import select
from vardlaget.periods import Month
from vardlaget.present import tables
from vardlaget.present.care_guarantee import cell, nothing_said
from vardlaget.present.figures import Published, nothing
from vardlaget.present.numbers import SYMBOLS, decimal_text, number_text, rounded, signed
from vardlaget.present.sentences import Paragraph, count_word, listed
from vardlaget.present.tables import Column
from vardlaget.report import Report

PROFESSIONS = {
    "doctor": "läkare",
    "nurse": "sjuksköterskor",
    "assistant_nurse": "undersköterskor",
    "other": "övriga",
}
LINES = {
    workforce.OWN: "Egen personal",
    "worked_time.own_staff_overtime": "– varav övertid och mertid",
    "worked_time.own_staff_hourly_paid": "– varav timavlönade",
    workforce.RESOURCE: "Resursenheten",
    workforce.AGENCY: "Externt inhyrd personal (räknat ur kostnaden)",
    workforce.WORKING_DAYS: "Justering för antal arbetsdagar",
    workforce.LEAP_DAY: "Justering för skottdag",
    workforce.INCLUDING_ON_CALL: "Arbetad tid inklusive jour och beredskap",
    workforce.DEDUCTION: "Avdrag för jour och beredskap",
    workforce.EXCLUDING_ON_CALL: "Arbetad tid exklusive jour och beredskap",
    workforce.FULL_TIME: "Årsarbetare, enligt källan",
}
# What the hours without on-call duty are the sum of.
ADDED_UP = (
    *(workforce.OWN, workforce.RESOURCE, workforce.AGENCY),
    *(workforce.WORKING_DAYS, workforce.LEAP_DAY, workforce.DEDUCTION),
)
COMPUTED_FTE = "Årsarbetare, beräknat av timmarna"
CHANGES = (
    Column("now", "I år"),
    Column("before", "Föregående år"),
    Column("change", "Förändring"),
    Column("change_percent", "Förändring, %"),
)


@cache
def period(report: Report) -> str | None:
    """The newest month up to which hours are accumulated, at most a month beyond their lag."""
    rows = select(report.own, indicator=list(LINES), unit="", span="ytd", profession=...)
    lag = report.indicators[workforce.EXCLUDING_ON_CALL].lag_months
    near = newest(rows, report.month, lag)
    return near["period"].iloc[0] if near["value"].notna().any() else None


@cache
def statement(report: Report) -> pd.DataFrame:
    """The lines of `workforce.worked_time` of the region's newest period."""
    when = period(report)
    return workforce.worked_time(report.own if when else report.own.iloc[:0], when or "2000-01")


def when_words(report: Report) -> str:
    """`januari 2023 (1 månads släp)`"""
    when = period(report)
    if when is None:
        return report.month.words
    behind = _months_between(when, report.month)
    lag = f" ({behind} {'månads' if behind == 1 else 'månaders'} släp)" if behind else ""
    return periods.words("ytd", when) + lag


def _months_between(earlier: str, later: Month) -> int:
    month = Month.parse(earlier)
    return 12 * (later.year - month.year) + later.number - month.number


def printed(report: Report, id_: str, when: str, profession: str = "") -> pd.DataFrame:
    """A line's figure of a period as the source has it, or one that is missing."""
    key = {"span": "ytd", "period": when, "profession": profession}
    rows = select(report.own, indicator=id_, unit="", **key)
    if rows["value"].nunique() == 1:
        return rows[rows["value"].notna()].head(1)
    return report.computed(id_, float("nan"), "uppgift saknas i källan", **key)


def hours_figure(report: Report, id_: str, value: float, formula: str, **key) -> pd.DataFrame:
    """A computed figure, marked as synthetic where what it is computed from is."""
    status = {"status": "synthetic"} if _synthetic(report) and pd.notna(value) else {}
    return report.computed(id_, value, formula, **({"span": "ytd"} | key | status))


def _synthetic(report: Report) -> bool:
    return bool(statement(report)["synthetic"].any())


def _name(line) -> str:
    if not line.profession:
        return LINES[line.indicator]
    return f"– varav {PROFESSIONS.get(line.profession, line.profession)}"


def table(report: Report) -> Published:
    """The statement: hours this year and last year, the change in hours and per cent."""
    lines = statement(report)
    if lines.empty:
        return nothing(period=report.month.words)
    rows, figures = [], []
    for line in lines.itertuples():
        found = _line_figures(report, line)
        figures += found.values()
        rows.append((_name(line), {name: cell(figure) for name, figure in found.items()}))
    fte = full_time_equivalents(report)
    if fte:
        figures += fte.values()
        rows.append((COMPUTED_FTE, {name: cell(figure) for name, figure in fte.items()}))
    return tables.table(
        "arbetad_tid",
        "Timmar",
        list(CHANGES),
        rows,
        pd.concat(figures),
        emphasised=tuple(LINES[id_] for id_ in (*workforce.SUMS, workforce.FULL_TIME)),
        period=when_words(report),
    )


def _line_figures(report: Report, line) -> dict[str, pd.DataFrame]:
    """A line's cells: as the source has them, and the changes that are computed."""
    key = {"period": line.period, "profession": line.profession}
    change = hours_figure(
        report, line.indicator, line.change, "i år − föregående år", **key, scenario="change"
    )
    percent = hours_figure(
        report,
        line.indicator,
        line.change_percent,
        "100 · (i år − föregående år) / föregående år",
        **key,
        scenario="vs_last_year",
    )
    return {
        "now": printed(report, line.indicator, line.period, line.profession),
        "before": printed(report, line.indicator, year_before(line.period), line.profession),
        "change": with_sign(change),
        "change_percent": _in_percent(percent, line.before),
    }


def with_sign(figure: pd.DataFrame) -> pd.DataFrame:
    return figure.assign(text=figure["text"].map(signed))


def _in_percent(figure: pd.DataFrame, before: float) -> pd.DataFrame:
    """A relative change as a signed percentage; of nothing there is none."""
    value = figure["value"].iloc[0]
    if before == 0:
        return figure.assign(status="not_applicable", text=SYMBOLS["not_applicable"])
    if pd.isna(value):
        return figure
    return figure.assign(text=signed(number_text(value, "percent", 1)))


def full_time_equivalents(report: Report) -> dict[str, pd.DataFrame]:
    """Full-time equivalents by the region's norm: this year, last year, change; empty without."""
    norm, when = report.settings.hours_per_fte_year, period(report)
    if norm is None or when is None:
        return {}
    months = Month.parse(when).number
    lines = statement(report).set_index("indicator")
    if workforce.EXCLUDING_ON_CALL not in lines.index:
        return {}
    line = lines.loc[workforce.EXCLUDING_ON_CALL]
    now, before = (
        workforce.full_time_equivalents(line[name], norm, months) for name in ("now", "before")
    )
    change, percent = workforce.changed(now, before)
    formula = (
        f"arbetad tid exklusive jour och beredskap / ({decimal_text(norm, 0)} / 12 · {months})"
    )
    made = {
        "now": (now, formula, {"period": when}),
        "before": (before, formula, {"period": year_before(when)}),
        "change": (change, f"i år − föregående år, var för sig {formula}", {"scenario": "change"}),
        "change_percent": (percent, f"förändring i procent, av {formula}", {"scenario": "percent"}),
    }
    figures = {
        name: hours_figure(report, workforce.FULL_TIME, value, words, **({"period": when} | key))
        for name, (value, words, key) in made.items()
    }
    figures["change"] = with_sign(figures["change"])
    figures["change_percent"] = _in_percent(figures["change_percent"], before)
    return figures


def fte_text(report: Report) -> Published:
    """Full-time equivalents from hours, by which norm and with which lag; the source's beside."""
    figures = full_time_equivalents(report)
    if not figures or figures["now"]["value"].isna().all():
        return nothing_said(report, "arbetade timmar att räkna om till årsarbetare")
    paragraph = Paragraph(report.indicators)
    row = {name: figure.iloc[0] for name, figure in figures.items()}
    said = f"Den arbetade tiden motsvarar **{paragraph.number(row['now'])}** årsarbetare"
    if pd.notna(row["before"]["value"]):
        said += (
            f" mot {paragraph.number(row['before'])} samma period året före, en förändring med "
            f"{paragraph.number(row['change'])} ({paragraph.number(row['change_percent'])})"
            f"{_unrounded(report, row)}"
        )
    paragraph.say(
        f"{said}. Uppgiften gäller {when_words(report)} och är beräknad som timmar exklusive jour "
        f"och beredskap delade med {_norm(report)}."
    )
    paragraph.say(_against_source(report, paragraph, row))
    return paragraph.published()


def _unrounded(report: Report, row: dict[str, pd.Series]) -> str:
    """Says so where the change is not the difference between the numbers that a reader sees."""
    decimals = report.decimals.get(workforce.FULL_TIME, 0)
    now, before, change = (
        rounded(row[name]["value"], decimals) for name in ("now", "before", "change")
    )
    return "" if now - before == change else ", räknat på oavrundade tal"


def _norm(report: Report) -> str:
    """`en tolftedel av 1 725 timmar, årsnormen för en heltid`"""
    months = Month.parse(period(report)).number
    norm = f"{decimal_text(report.settings.hours_per_fte_year, 0)} timmar, årsnormen för en heltid"
    if months == workforce.MONTHS_OF_A_YEAR:
        return norm
    return f"{'en tolftedel' if months == 1 else f'{count_word(months)} tolftedelar'} av {norm}"


def _against_source(report: Report, paragraph: Paragraph, row: dict[str, pd.Series]) -> str:
    """Whether the source's own full-time equivalents agree with those computed."""
    when = period(report)
    pairs = [
        (printed(report, workforce.FULL_TIME, at, "").iloc[0], row[name])
        for name, at in (("now", when), ("before", year_before(when)))
    ]
    known = [(source, made) for source, made in pairs if pd.notna(source["value"])]
    if not known:
        return "Källan anger inget eget antal årsarbetare."
    apart = [(source, made) for source, made in known if source["text"] != made["text"]]
    if not apart:
        return "Källans eget antal är detsamma."
    told = [
        f"{paragraph.number(source)} för {periods.words('ytd', source['period'])}"
        for source, _ in apart
    ]
    return f"Källan anger ett annat antal: {listed(told)}."


def text(report: Report) -> Published:
    """Hours worked against last year, and which professions changed most."""
    lines = statement(report)
    main = lines[lines["indicator"] == workforce.EXCLUDING_ON_CALL]
    if main.empty or main["now"].isna().all():
        return nothing_said(report, "uppgifter om arbetad tid")
    paragraph = Paragraph(report.indicators)
    found = _line_figures(report, next(main.itertuples()))
    said = (
        f"Under {when_words(report)} arbetades **{paragraph.number(found['now'].iloc[0])}** "
        "timmar exklusive jour och beredskap"
    )
    if main["before"].notna().all():
        change = found["change"].iloc[0].copy()
        way = "färre" if change["value"] < 0 else "fler"
        change["text"] = change["text"].lstrip("+−")
        said += (
            f", {paragraph.number(change)} {way} än samma period året före "
            f"({paragraph.number(found['change_percent'].iloc[0])})"
        )
    paragraph.say(said + ".")
    kinds = lines[lines["indicator"].isin(ADDED_UP) & (lines["profession"] == "")]
    kinds = kinds[kinds["change"].notna() & (kinds["change"] != 0)]
    told = [
        f"{LINES[line.indicator].split(' (')[0].lower()} "
        f"{paragraph.number(_line_figures(report, line)['change'].iloc[0])}"
        for line in kinds.itertuples()
    ]
    if told:
        paragraph.say(f"Förändringen i timmar: {listed(told)}.")
    return paragraph.published()


@cache
def sums(report: Report) -> pd.DataFrame:
    """`workforce.sums` of this year and last year, with their period."""
    when = period(report)
    if when is None:
        return workforce.sums(report.own.iloc[:0], "2000-01").assign(period="")
    made = [workforce.sums(report.own, at).assign(period=at) for at in (when, year_before(when))]
    return pd.concat(made, ignore_index=True)


def sums_table(report: Report) -> Published:
    """Each sum as the source prints it and as its parts add up, for both years."""
    found = sums(report)
    if found.empty:
        return nothing(period=report.month.words)
    rows, figures = [], []
    for line in found.itertuples():
        key = {"period": line.period}
        formula = f"summan av {count_word(line.parts)} delar"
        source = printed(report, line.indicator, line.period)
        added = hours_figure(report, line.indicator, line.computed, formula, **key, scenario="sum")
        apart = hours_figure(
            report, line.indicator, line.difference, "källan − summan", **key, scenario="check"
        )
        figures += [source, added, with_sign(apart)]
        rows.append(
            (
                f"{LINES[line.indicator]}, {periods.words('ytd', line.period)}",
                {"printed": cell(source), "sum": cell(added), "apart": cell(figures[-1])},
            )
        )
    columns = [
        Column("printed", "Enligt källan"),
        Column("sum", "Delarnas summa"),
        Column("apart", "Skillnad"),
    ]
    return tables.table(
        "arbetad_tid_summor",
        "Summa",
        columns,
        rows,
        pd.concat(figures),
        period=when_words(report),
    )


def sums_text(report: Report) -> Published:
    """Whether the statement's sums are those of its parts."""
    found = sums(report)
    if found.empty:
        return nothing_said(report, "delsummor av arbetad tid att kontrollera")
    unknown = found["difference"].isna()
    apart = found[found["difference"].abs() > 0]
    beyond = apart[~apart["rounding"]]
    equal = len(found) - len(apart) - unknown.sum()
    said = f"Av {count_word(len(found))} summor stämmer {count_word(int(equal))} exakt med delarna."
    if len(apart) > len(beyond):
        near = len(apart) - len(beyond)
        said += (
            f" {count_word(near).capitalize()} skiljer sig så litet att avrundning till hela "
            "timmar förklarar skillnaden."
        )
    if len(beyond):
        names = [
            f"{LINES[line.indicator].lower()} ({periods.words('ytd', line.period)})"
            for line in beyond.itertuples()
        ]
        said += f" Avrundning förklarar inte skillnaden för {listed(names)}."
    return Published(
        f"{said} Förändringarna i tabellen är räknade på hela timmar och kan därför skilja sig med "
        "en timme från dem som källan trycker."
    )
