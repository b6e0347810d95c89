"""Waiting times as a reader meets them: key figures, sentences, charts and tables."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.catalogue import Target
from vardlaget.catalogue.indicators import exclusions_text
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import waiting_times as formulas
from vardlaget.observations import KEY, any_synthetic, label_of
from vardlaget.present import cards, charts, tables
from vardlaget.present.figures import Published, values
from vardlaget.present.numbers import number_text, signed
from vardlaget.present.sentences import Paragraph, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

BASES = {"waiting": "väntande", "completed": "genomförda", "": "framgår inte"}
SHORT_NAMES = {
    "phone_same_day": "Telefon i primärvården, samma dag",
    "medical_assessment_3d": "Medicinsk bedömning, inom 3 dagar",
    "first_visit_90d": "Första besök i specialiserad vård, inom 90 dagar",
    "treatment_90d": "Operation eller åtgärd, inom 90 dagar",
    "cap_first_visit_30d": "BUP, första besök inom 30 dagar",
    "cap_assessment_30d": "BUP, fördjupad utredning inom 30 dagar",
    "cap_treatment_30d": "BUP, behandling inom 30 dagar",
    "helpline_1177_wait": "1177 på telefon, medelväntetid",
    "helpline_1177_median_wait": "1177 på telefon, medianväntetid",
}
# Each fact after an adverbial ("I februari 2024 …") and at the head of a sentence.
FACTS = {
    "phone_same_day": (
        "besvarades {} av samtalen till primärvården samma dag",
        "{} av samtalen till primärvården besvarades samma dag",
    ),
    "medical_assessment_3d": (
        "fick {} av patienterna i primärvården en medicinsk bedömning inom tre dagar",
        "{} av patienterna i primärvården fick en medicinsk bedömning inom tre dagar",
    ),
    "first_visit_90d": (
        "hade {} av dem som väntade på ett första besök i specialiserad vård väntat 90 dagar "
        "eller kortare",
        "{} av dem som väntade på ett första besök i specialiserad vård hade väntat 90 dagar "
        "eller kortare",
    ),
    "treatment_90d": (
        "hade {} av dem som väntade på en operation eller annan åtgärd väntat 90 dagar "
        "eller kortare",
        "{} av dem som väntade på en operation eller annan åtgärd hade väntat 90 dagar "
        "eller kortare",
    ),
    "cap_first_visit_30d": (
        "fick {} ett första besök i barn- och ungdomspsykiatrin inom 30 dagar",
        "{} fick ett första besök i barn- och ungdomspsykiatrin inom 30 dagar",
    ),
    "cap_assessment_30d": (
        "påbörjade {} en fördjupad utredning inom 30 dagar",
        "{} påbörjade en fördjupad utredning inom 30 dagar",
    ),
    "cap_treatment_30d": (
        "påbörjade {} en behandling inom 30 dagar",
        "{} påbörjade en behandling inom 30 dagar",
    ),
    "follow_up_on_time": (
        "skedde {} av återbesöken inom planerad tid",
        "{} av återbesöken skedde inom planerad tid",
    ),
    "helpline_1177_wait": (
        "var medelväntetiden hos 1177 på telefon {}",
        "medelväntetiden hos 1177 på telefon var {}",
    ),
    "helpline_1177_median_wait": (
        "väntade hälften av dem som ringde 1177 högst {}",
        "hälften av dem som ringde 1177 väntade högst {}",
    ),
}
WHY_NOT = {
    "missing": "uppgift saknas",
    "suppressed": "uppgiften är skyddad",
    "not_applicable": "måttet är inte tillämpligt",
    "zero": "ingenting att redovisa",
}
COMPLETED_FACTS = {
    "first_visit_90d": (
        "skedde {} av de första besöken i specialiserad vård inom 90 dagar",
        "{} av de första besöken i specialiserad vård skedde inom 90 dagar",
    ),
    "treatment_90d": (
        "utfördes {} av operationerna och åtgärderna inom 90 dagar",
        "{} av operationerna och åtgärderna utfördes inom 90 dagar",
    ),
}


def fact(id_: str, basis: str) -> tuple[str, str]:
    """What a measure says on this basis, after an adverbial and at the head of a sentence."""
    completed = COMPLETED_FACTS.get(id_) if basis == "completed" else None
    return completed or FACTS[id_]


@cache
def headline(report: Report, ids=formulas.GUARANTEE, every_basis: bool = False) -> pd.DataFrame:
    """The region's newest figures of the care guarantee, with text."""
    return formulas.headline(
        report.data, report.indicators, report.region.code, report.month, ids, every_basis
    )


def available(report: Report) -> Published:
    """Which parts of the report have figures."""
    parts = {
        "headline": bool(headline(report)["value"].notna().any()),
        "cap": bool(headline(report, formulas.CHILD_PSYCHIATRY)["value"].notna().any()),
        "follow_up": follow_up(report),
    }
    return values(parts)


def key_figures(report: Report) -> Published:
    """The four figures of the care guarantee, side by side."""
    figures = headline(report)
    made = []
    for id_ in formulas.GUARANTEE:
        rows = figures[figures["indicator"] == id_]
        made.append(_card(report, id_, rows))
    return cards.row(made, figures, report.look)


def _card(report: Report, id_: str, rows: pd.DataFrame) -> cards.Card:
    name = SHORT_NAMES[id_]
    if rows.empty or rows["value"].isna().all():
        text = rows["text"].iloc[0] if len(rows) else ".."
        return cards.Card(text, name, (WHY_NOT[_why(rows)],))
    first = rows.iloc[0]
    details = [f"{periods.words(first['span'], first['period'])}, {BASES[first['basis']]}"]
    texts = list(dict.fromkeys(rows["text"]))
    if len(texts) > 1:
        details.append("källorna skiljer sig åt")
    target = report.target(id_)
    status, verdict = _verdict(report, id_, rows["value"].tolist(), target)
    return cards.Card(" / ".join(texts), name, tuple(details), status, verdict)


def _why(rows: pd.DataFrame) -> str:
    """The status of rows without a value."""
    return rows["status"].iloc[0] if len(rows) else "missing"


def _verdict(report: Report, id_: str, found: list[float], target: Target | None):
    """Met, missed, or nothing where the sources' values fall on both sides."""
    if target is None or target.lower is None:
        return "", ""
    met = {target.status(value) != "below" for value in found}
    if len(met) > 1:
        return "", ""
    goal = number_text(target.lower, report.indicators[id_].unit, 0)
    kind = "vårdgarantin" if target.region == COUNTRY else "regionens mål"
    if met == {True}:
        return "met", f"Når {kind} ({goal})"
    return "missed", f"Når inte {kind} ({goal})"


def summary(report: Report) -> Published:
    """What the month's figures say, the message first."""
    paragraph = Paragraph(report.indicators)
    figures = headline(report)
    for id_ in ("first_visit_90d", "treatment_90d", "medical_assessment_3d", "phone_same_day"):
        _say(paragraph, figures[figures["indicator"] == id_])
    return paragraph.published(nothing_said(report, "värden för vårdgarantin").markdown)


def _say(paragraph: Paragraph, rows: pd.DataFrame) -> None:
    valued = rows[rows["value"].notna()].drop_duplicates("value")
    if valued.empty:
        _say_why_not(paragraph, rows)
        return
    first = valued.iloc[0]
    numbers = listed([f"**{paragraph.number(row)}**" for _, row in valued.iterrows()], "eller")
    after, first_in_sentence = fact(first["indicator"], first["basis"])
    when = paragraph.when(first["span"], first["period"])
    sentence = f"{when} {after}" if when else first_in_sentence
    sentence = sentence.format(numbers)
    paragraph.say(sentence + (", beroende på källa." if len(valued) > 1 else "."))


def _say_why_not(paragraph: Paragraph, rows: pd.DataFrame) -> None:
    """A figure that is not there is told with its reason, and is not passed over."""
    if rows.empty:
        return
    row = rows.iloc[0]
    name = SHORT_NAMES[row["indicator"]]
    when = periods.during(row["span"], row["period"])
    paragraph.say(f"{name}: {WHY_NOT[row['status']]} {when}.")


def headline_table(report: Report, ids=formulas.GUARANTEE, name: str = "vardgaranti") -> Published:
    """Each figure with its period, basis, exclusions, and where there are targets, the gaps."""
    figures = headline(report, ids, every_basis=True)
    rows, gaps = [], []
    aimed = any(report.target(id_) is not None for id_ in figures["indicator"])
    for label, (_, row) in zip(_labels(report, figures), figures.iterrows(), strict=True):
        target = report.target(row["indicator"])
        gap = _gap_to_target(report, row, target)
        gaps.append(gap)
        indicator = report.indicators[row["indicator"]]
        cells = {
            "period": Cell(periods.words(row["span"], row["period"])),
            "text": Cell(row["text"], plain_value(row["value"])),
            "target": Cell(_target_text(report, row["indicator"], target)),
            "gap": cell(gap),
            "basis": Cell(BASES[row["basis"]]),
            "exclusions": Cell(exclusions_text(indicator, row["exclusions"])),
        }
        rows.append((label, cells))
    columns = [
        Column("period", "Period", align="left"),
        Column("text", "Utfall"),
        Column("target", "Mål"),
        Column("gap", "Skillnad mot mål, procentenheter"),
        Column("basis", "Mätbas", align="left"),
        Column("exclusions", "Undantag", align="left"),
    ]
    columns = [column for column in columns if aimed or column.key not in ("target", "gap")]
    against = ", mål" if aimed else ""
    return tables.table(name, "Mått", columns, rows, pd.concat([figures, *gaps]), against=against)


def _gap_to_target(report: Report, row: pd.Series, target: Target | None) -> pd.DataFrame:
    bound = target.lower if target else None
    gap = float("nan") if bound is None else row["value"] - bound
    return difference(report, row, gap, "vs_target", "utfall − mål")


def difference(report: Report, row: pd.Series, gap: float, scenario: str, formula: str):
    """A difference in percentage points between shares, as a figure with its sign."""
    key = {column: row[column] for column in KEY} | {"scenario": scenario, "note": label_of(row)}
    if row["status"] == "suppressed":
        key["status"] = "suppressed"
    figure = report.computed(row["indicator"], gap, formula, synthetic=any_synthetic(row), **key)
    if pd.isna(gap):
        return figure
    decimals = report.decimals.get(row["indicator"], 1)
    text = signed(number_text(gap, "points", decimals))
    return figure.assign(text=text)


def cell(figure: pd.DataFrame) -> Cell:
    """A table's cell of one figure: its text and its number."""
    return Cell(figure["text"].iloc[0], plain_value(figure["value"].iloc[0]))


def plain_value(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 6)


def _target_text(report: Report, id_: str, target: Target | None) -> str:
    if target is None:
        return "–"
    unit = report.indicators[id_].unit
    bounds = [b for b in (target.lower, target.upper) if b is not None]
    if not bounds:
        return target.printed or "–"
    if len(bounds) == 2:
        return f"{number_text(bounds[0], 'count', 0)}–{number_text(bounds[1], unit, 0)}"
    sign = "" if target.lower is not None else "högst "
    return sign + number_text(bounds[0], unit, 0)


def target_chart(report: Report, ids: tuple[str, ...]) -> Published:
    """Outcome against target for each indicator that has a value; sources that differ both show."""
    figures = headline(report, ids)
    shown = figures[figures["value"].notna()].drop_duplicates(["indicator", "value"])
    bounds = [_bound(report.target(id_)) for id_ in shown["indicator"]]
    rows = shown.assign(
        label=_labels(report, shown),
        target=bounds,
        target_upper=bounds,
        target_text=[_target_text(report, id_, report.target(id_)) for id_ in shown["indicator"]],
    )
    facts = [
        f"{row.label} {row.text}"
        + (f" mot målet {row.target_text}" if pd.notna(row.target) else "")
        for row in rows.itertuples()
    ]
    drawn = charts.target_bars(rows, report.look, "Andel")
    return charts.chart(
        drawn, report.look, f"Stapeldiagram. {listed(facts)}.", shown, period=report.month.words
    )


def _labels(report: Report, figures: pd.DataFrame) -> list[str]:
    """The figures' names; what another source says of the same is told apart."""
    others = figures.duplicated(list(KEY))
    return [
        report.name(id_) + (" (annat värde)" if other else "")
        for id_, other in zip(figures["indicator"], others, strict=True)
    ]


def _bound(target: Target | None) -> float | None:
    if target is None:
        return None
    return target.upper if target.lower is None else target.lower


def nothing_said(report: Report, what: str) -> Published:
    """A sentence that says what the region's input does not hold."""
    return Published(
        f"Underlaget för {plain(report.region.name)} innehåller inga {what} för "
        f"{report.month.words}."
    )


def specialist_text(report: Report) -> Published:
    """First visits and treatments within 90 days."""
    paragraph = Paragraph(report.indicators)
    figures = headline(report, ("first_visit_90d", "treatment_90d"))
    for id_ in ("first_visit_90d", "treatment_90d"):
        _say(paragraph, figures[figures["indicator"] == id_])
    said = nothing_said(report, "värden för första besök och operation eller åtgärd")
    return paragraph.published(said.markdown)


def cap_text(report: Report) -> Published:
    """Child and adolescent psychiatry, 30/30/30."""
    paragraph = Paragraph(report.indicators)
    figures = headline(report, formulas.CHILD_PSYCHIATRY)
    for id_ in formulas.CHILD_PSYCHIATRY:
        _say(paragraph, figures[figures["indicator"] == id_])
    said = nothing_said(report, "värden för barn- och ungdomspsykiatrins 30/30/30")
    return paragraph.published(said.markdown)


def follow_up(report: Report) -> bool:
    """Whether a source tells of follow-up visits in words: between two values."""
    return len(_follow_up(report)) > 0


def _follow_up(report: Report) -> pd.DataFrame:
    rows = report.own[report.own["indicator"].isin(["follow_up_on_time"])]
    return rows[rows["scenario"].isin(["range_lower", "range_upper"])]


def follow_up_text(report: Report) -> Published:
    """Follow-up visits on time and referrals received, as far as the sources print them."""
    paragraph = Paragraph(report.indicators)
    span = _follow_up(report).sort_values("value")
    if len(span) == 2:
        low, high = span.iloc[0], span.iloc[1]
        paragraph.say(
            f"Andelen återbesök inom planerad tid pendlar enligt källan mellan "
            f"{paragraph.number(low)} och {paragraph.number(high)}."
        )
    more = _year_figure(report, "referrals_received_change")
    percent = _year_figure(report, "referrals_received_change_pct")
    if more is not None and percent is not None and more["value"] > 0:
        paragraph.say(
            f"Under {more['period']} kom {paragraph.number(more)} fler remisser (vårdbegäran) än "
            f"året före, en ökning med {paragraph.number(percent)}."
        )
    said = nothing_said(report, "uppgifter om återbesök och remisser")
    return paragraph.published(said.markdown)


def _year_figure(report: Report, id_: str) -> pd.Series | None:
    rows = report.own[(report.own["indicator"] == id_) & (report.own["span"] == "year")]
    rows = rows[rows["period"] == rows["period"].max()]
    return rows.iloc[0] if len(rows) else None
