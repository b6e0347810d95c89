"""Capacity utilisation and production as a reader meets them."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import capacity, production
from vardlaget.indicators.periods import newest, year_before
from vardlaget.observations import select
from vardlaget.present import charts, tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import number_text, signed
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.present.words import CARE_TYPES
from vardlaget.report import Report

OCCUPANCY = "bed_occupancy"
PLAN_COLUMNS = [
    Column("actual", "Utfall", "Hittills i år"),
    Column("budget", "Budget", "Hittills i år"),
    Column("budget_deviation", "Avvikelse", "Hittills i år"),
    Column("last_year", "Utfall", "Föregående år"),
    Column("last_year_deviation", "Förändring", "Föregående år"),
    Column("forecast", "Prognos", "Helår"),
    Column("year_budget", "Budget", "Helår"),
    Column("forecast_deviation", "Avvikelse", "Helår"),
    Column("last_full_year", "Fg år", "Helår"),
]
# Statements of the same shape, by who has produced.
PROVIDERS = {
    "own": ("produktion", "Egen produktion"),
    "health_centres": ("produktion_vardcentraler", "Vårdcentraler"),
    "private": ("produktion_privata", "Privata vårdgivare"),
}
AREAS = {"primary_care": "primärvård", "hospital": "sjukhusvård"}
CONTACT_FORMS = {"on_site": "", "remote": ", distans"}
# Where a line of the source has no total of its own, its parts are told by name.
INDENT = "– varav "


def occupancy(report: Report) -> pd.DataFrame:
    """The newest occupancy of the whole region, and the same period last year."""
    rows = select(report.own, indicator=OCCUPANCY, unit="", span=["month", "ytd", "r12", "year"])
    for span in ("month", "ytd", "r12"):
        now = newest(rows[rows["span"] == span], report.month)
        if now["value"].notna().any():
            now = now[now["value"].notna()].head(1)
            period = year_before(now["period"].iloc[0])
            return pd.concat([rows[(rows["span"] == span) & (rows["period"] == period)], now])
    return rows.iloc[:0]


@cache
def _statements(report: Report) -> pd.DataFrame:
    """The region's figures of production."""
    return report.own[report.own["indicator"].str.startswith("production.")]


@cache
def against_plan(report: Report, provider: str = "own") -> pd.DataFrame:
    """The lines of a provider's production against plan, as of production.against_plan."""
    rows = _statements(report)
    lines = rows[rows["provider"] == provider]
    plan = production.against_plan(lines, "ytd", str(report.month), report.indicators)
    plan = plan[plan["actual"].notna()].reset_index(drop=True)
    if plan.empty:
        return plan
    order = [_line_order(report, line) for line in plan.to_dict("records")]
    return plan.loc[sorted(plan.index, key=order.__getitem__)].reset_index(drop=True)


def _line_order(report: Report, line: dict) -> tuple:
    """The catalogue's order of indicators; visits before remote ones, a total before its parts."""
    ids = [entry.id for entry in report.indicators]
    kinds = ["", *CARE_TYPES]
    forms = ["", *CONTACT_FORMS]
    kind = kinds.index(line["care_type"]) if line["care_type"] in kinds else len(kinds)
    form = forms.index(line["contact_form"]) if line["contact_form"] in forms else len(forms)
    return ids.index(line["indicator"]), form, kind


def available(report: Report) -> Published:
    """Which parts of the report have figures."""
    has_plan = len(against_plan(report)) > 0
    return values(
        {
            "occupancy": len(occupancy(report)) > 0,
            "production": has_plan,
            "production_health_centres": len(against_plan(report, "health_centres")) > 0,
            "production_private": len(against_plan(report, "private")) > 0,
            "changes": has_changes(report),
        }
    )


def text(report: Report) -> Published:
    """Occupancy against its target and against last year."""
    rows = occupancy(report)
    if rows.empty and has_changes(report):
        return Published(
            f"Underlaget för {plain(report.region.name)} redovisar hur beläggning och "
            f"produktion förändrades mellan {report.month.year - 1} och {report.month.year}, "
            "men inte nivåerna."
        )
    if rows.empty:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga uppgifter om "
            f"beläggningsgrad eller produktion för {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)
    now = rows.iloc[-1]
    when = periods.during(now["span"], now["period"])
    sentence = f"Beläggningsgraden var **{paragraph.number(now)}** {when}"
    target = report.target(OCCUPANCY)
    if target and target.lower is not None and target.upper is not None:
        bounds = f"{target.lower:.0f}–{target.upper:.0f} procent"
        sentence += f", {capacity.STATES[capacity.state(now['value'], target)]} {bounds}"
    paragraph.say(sentence + ".")
    if len(rows) > 1:
        paragraph.say(f"Samma period året före var den {paragraph.number(rows.iloc[0])}.")
    return paragraph.published()


def occupancy_chart(report: Report) -> Published:
    """Occupancy this year and last year, with the target interval as a band."""
    rows = occupancy(report)
    if rows.empty:
        return nothing()
    target = report.target(OCCUPANCY)
    frame = rows.assign(
        label=[capitalised(periods.words(r.span, r.period)) for r in rows.itertuples()],
        target=target.lower if target else None,
        target_upper=target.upper if target else None,
        target_text=(target.printed or "–") if target else "–",
    )
    goal = f" Målet är {target.printed}." if target and target.printed else ""
    facts = listed([f"{row.label.lower()} {row.text}" for row in frame.itertuples()])
    return charts.chart(
        charts.target_bars(frame, report.look, "Beläggningsgrad"),
        report.look,
        f"Stapeldiagram över beläggningsgraden: {facts}.{goal}",
        rows,
        period=periods.words(rows["span"].iloc[-1], rows["period"].iloc[-1]),
        against=" mot målet" if goal else "",
    )


def production_table(report: Report, provider: str = "own") -> Published:
    """Production so far this year against budget and last year, and the full year's forecast."""
    plan = against_plan(report, provider)
    if plan.empty:
        return nothing(period=report.month.words)
    name, stub = PROVIDERS[provider]
    shown = [c for c in PLAN_COLUMNS if plan[c.key].notna().any() or c.spanner == "Hittills i år"]
    rows, figures = [], []
    for line in plan.to_dict("records"):
        cells = {}
        for column in shown:
            figure = _plan_figure(report, line, column.key)
            figures.append(figure)
            value = figure["value"].iloc[0]
            cells[column.key] = Cell(
                figure["text"].iloc[0], None if pd.isna(value) else round(float(value), 6)
            )
        rows.append((_line_name(report, line, plan), cells))
    return tables.table(
        name,
        stub,
        shown,
        rows,
        pd.concat(figures),
        remarks=_uneven(report, plan),
        period=periods.words("ytd", plan["period"].max()),
    )


def _uneven(report: Report, plan: pd.DataFrame) -> tuple[str, ...]:
    """Which lines' forecasts lack parts that are budgeted: their deviation does not tell much."""
    lines = plan[production.uneven(plan, "forecast", "year_budget")]
    lines = lines[lines["forecast_deviation"].notna()]
    if lines.empty:
        return ()
    names = listed([_line_name(report, line, plan).lower() for line in lines.to_dict("records")])
    return (
        f"Helårsprognosen för {names} omfattar färre delar än budgeten, så avvikelsen visar inte "
        "hur året väntas gå.",
    )


def _plan_figure(report: Report, line: dict, column: str) -> pd.DataFrame:
    """One cell of the production table as a figure with text."""
    key = {name: line[name] for name in production.LINE if name != "indicator"}
    scenario, full_year, before = production.BASES.get(column, ("", False, False))
    period = line["period"][:4] if full_year or column.startswith("forecast") else line["period"]
    deviations = {
        "budget_deviation": ("vs_budget", "(utfall − budget) / budget"),
        "last_year_deviation": ("vs_last_year", "(utfall − föregående år) / föregående år"),
        "forecast_deviation": ("forecast_vs_budget", "(prognos − budget) / budget"),
    }
    other, formula = deviations.get(column, (scenario, None))
    key |= {
        "span": "year" if len(period) == 4 else "ytd",
        "period": year_before(period) if before else period,
        "scenario": other,
    }
    if formula is None:
        rows = select(_statements(report), indicator=line["indicator"], **key)
        if len(rows):
            return rows.head(1)
        formula = "uppgift saknas i källan"
    figure = report.computed(line["indicator"], line[column], formula, **key)
    if column.endswith("_deviation") and pd.notna(line[column]):
        shown = signed(number_text(line[column], "percent", 1))
        figure = figure.assign(text=shown)
    return figure


def _line_name(report: Report, line: dict, plan: pd.DataFrame) -> str:
    """`Läkarbesök, distans`, and `– varav psykiatrisk vård` under a line that has a total."""
    name = report.name_and_unit(line["indicator"]) + CONTACT_FORMS.get(line["contact_form"], "")
    kind = CARE_TYPES.get(line["care_type"], line["care_type"])
    lag = line["period"] != plan["period"].max()
    suffix = f" ({periods.words('ytd', line['period'])})" if lag and not kind else ""
    if not kind:
        return name + suffix
    same = plan[
        (plan["indicator"] == line["indicator"]) & (plan["contact_form"] == line["contact_form"])
    ]
    has_total = (same["care_type"] == "").any()
    return f"{INDENT}{kind}" if has_total else f"{name}, {kind}"


def production_chart(report: Report) -> Published:
    """How much more or less than last year, for the lines without parts."""
    plan = against_plan(report)
    if plan.empty:
        return nothing(period=report.month.words)
    main = plan[plan["last_year_deviation"].notna() & (plan["period"] == plan["period"].max())]
    main = main[
        [not _line_name(report, r, plan).startswith(INDENT) for r in main.to_dict("records")]
    ]
    figures = pd.concat(
        [_plan_figure(report, line, "last_year_deviation") for line in main.to_dict("records")]
    )
    frame = pd.DataFrame(
        {
            "label": [_line_name(report, line, plan) for line in main.to_dict("records")],
            "value": main["last_year_deviation"].tolist(),
            "text": figures["text"].tolist(),
        }
    )
    facts = listed([f"{row.label} {row.text}" for row in frame.itertuples()])
    return charts.chart(
        charts.deviation_bars(frame, report.look, "Förändring mot föregående år"),
        report.look,
        f"Stapeldiagram över produktionens förändring mot föregående år: {facts}.",
        figures,
        period=periods.words("ytd", main["period"].max()),
    )


def _changes(report: Report) -> pd.DataFrame:
    """Changes against the year before that the source prints itself, for the full year."""
    if report.month.number < 12:
        return report.own.iloc[:0]
    rows = select(
        report.own, span="year", period=str(report.month.year), unit="", care_type=..., provider=...
    )
    kinds = {"capacity", "production"}
    wanted = [
        id_.endswith("_change_pct") and report.indicators[id_].subject in kinds
        for id_ in rows["indicator"]
    ]
    found = rows[pd.Series(wanted, index=rows.index, dtype=bool) & rows["value"].notna()]
    return found.assign(
        text=found["text"].map(signed),
        label=[_change_name(report, row) for row in found.itertuples()],
    )


def has_changes(report: Report) -> bool:
    """Whether the source prints such changes."""
    return len(_changes(report)) > 0


def _change_name(report: Report, row) -> str:
    """`Antalet läkarbesök`: the heading or axis says already that it is a change."""
    name = report.name(row.indicator)
    name = capitalised(name.removeprefix("Förändring av ").removesuffix(" i procent"))
    kind = AREAS.get(row.care_type, row.care_type)
    return f"{name}, {kind}" if kind else name


def changes_chart(report: Report) -> Published:
    """The source's own changes against the year before."""
    rows = _changes(report)
    if rows.empty:
        return nothing()
    facts = listed([f"{row.label} {row.text}" for row in rows.itertuples()])
    return charts.chart(
        charts.deviation_bars(rows, report.look, "Förändring mot föregående år"),
        report.look,
        f"Stapeldiagram över förändringar mot föregående år: {facts}.",
        rows,
        period=periods.words("year", str(report.month.year)),
    )


def changes_table(report: Report) -> Published:
    """The same changes with their source and remarks."""
    rows = _changes(report)
    if rows.empty:
        return nothing()
    made = [
        (row.label, {"text": Cell(row.text, row.value), "note": Cell(capitalised(row.note))})
        for row in rows.itertuples()
    ]
    columns = [Column("text", "Förändring"), Column("note", "Anmärkning", align="left")]
    return tables.table(
        "forandringar",
        "Mått",
        columns,
        made,
        rows,
        period=periods.words("year", str(report.month.year)),
    )
