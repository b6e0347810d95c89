"""The region among all 21: where it stands, and how far apart regions lie."""

from functools import cache

import altair as alt
import pandas as pd

from vardlaget import periods
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import comparison, waiting_times
from vardlaget.indicators.periods import newest
from vardlaget.observations import select
from vardlaget.present import charts, tables
from vardlaget.present.care_guarantee import BASES, SHORT_NAMES, nothing_said, plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.sentences import Paragraph, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

MEASURES = waiting_times.GUARANTEE + waiting_times.CHILD_PSYCHIATRY
# Short enough for a telephone, beside a chart.
AXIS_NAMES = {
    "phone_same_day": "Telefon samma dag",
    "medical_assessment_3d": "Bedömning 3 dagar",
    "first_visit_90d": "Besök 90 dagar",
    "treatment_90d": "Operation 90 dagar",
    "cap_first_visit_30d": "BUP, besök 30 dagar",
    "cap_assessment_30d": "BUP, utredning 30 dagar",
    "cap_treatment_30d": "BUP, behandling 30 dagar",
}
# Regions compared with one or two others say nothing about a country.
FEWEST = 3
ROW = 40
# An upright stroke as a path: Vega's own "stroke" lies, and has no surface to be filled.
STROKE = "M-0.15,-0.9H0.15V0.9H-0.15Z"


@cache
def compared(report: Report) -> dict[str, pd.DataFrame]:
    """For each measure all regions' figures in the newest month of the region's own."""
    found = {}
    for id_ in MEASURES:
        for basis in waiting_times.bases(id_):
            own = select(
                report.compared,
                indicator=id_,
                region=report.region.code,
                unit="",
                basis=basis,
                span="month",
            )
            near = newest(own, report.month, report.indicators[id_].lag_months)
            near = near[near["value"].notna()]
            if near.empty:
                continue
            rows = comparison.of_month(report.compared, id_, basis, near["period"].iloc[0])
            if (rows["region"] != COUNTRY).sum() >= FEWEST:
                found[id_] = report.with_text(rows)
                break
    return found


def available(report: Report) -> Published:
    """Whether other regions have figures to compare with."""
    return values({"regions_compared": bool(compared(report))})


def _label(report: Report, rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    name = SHORT_NAMES.get(first["indicator"], report.name(first["indicator"]))
    return f"{name} ({BASES[first['basis']]})"


def text(report: Report) -> Published:
    """The region's rank and the country's value for each measure of the care guarantee."""
    paragraph = Paragraph(report.indicators)
    for id_, rows in compared(report).items():
        ranked = comparison.ranked(rows, report.indicators[id_])
        own = ranked[ranked["region"] == report.region.code]
        if own.empty or id_ not in waiting_times.GUARANTEE:
            continue
        place = own.iloc[0]
        ties = (ranked["rank"] == place["rank"]).sum() > 1
        said = (
            f"{plain(_label(report, rows))}: {'delad ' if ties else ''}plats "
            f"{place['rank']} av {len(ranked)} regioner, {paragraph.number(place)}"
        )
        country = rows[rows["region"] == COUNTRY]
        if len(country) and pd.notna(country["value"].iloc[0]):
            said += f" mot {paragraph.number(country.iloc[0])} i riket"
        paragraph.say(f"- {said} ({periods.words('month', place['period'])})\n")
    made = paragraph.published()
    if not made.markdown:
        return nothing_said(report, "värden för andra regioner att jämföra med")
    return Published(made.markdown.replace("\n ", "\n"), figures=made.figures)


def spread_chart(report: Report) -> Published:
    """Every region as a mark on one line a measure, the own one and the country named."""
    found = compared(report)
    if not found:
        return nothing(period=report.month.words)
    names = {region.code: region.short_name for region in report.regions}
    rows = pd.concat(
        [
            each.assign(
                label=AXIS_NAMES[str(each["indicator"].iloc[0])],
                name=[names.get(code, "Riket") for code in each["region"]],
                kind=[_kind(report, code) for code in each["region"]],
            )
            for each in found.values()
        ]
    )
    rows = rows[rows["value"].notna()]
    drawn = _strips(rows[["label", "name", "kind", "value", "text"]], report.look)
    return charts.chart(
        drawn, report.look, _alt_text(report, found), rows, period=report.month.words
    )


def _kind(report: Report, code: str) -> str:
    if code == report.region.code:
        return report.region.short_name
    return "Riket" if code == COUNTRY else "Andra regioner"


def _strips(rows: pd.DataFrame, look: dict) -> alt.LayerChart:
    colours = look["colours"]
    own = next((k for k in rows["kind"] if k not in ("Riket", "Andra regioner")), "")
    kinds = {
        "Andra regioner": (colours["other"], "circle", 60),
        "Riket": (colours["ink"], STROKE, 260),
        own: (colours["accent"], "diamond", 170),
    }
    kinds = {kind: look for kind, look in kinds.items() if kind in set(rows["kind"])}
    colour, shape = (
        alt.Scale(domain=[*kinds], range=[look[n] for look in kinds.values()]) for n in (0, 1)
    )
    base = alt.Chart(rows, height=ROW * rows["label"].nunique()).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        x=alt.X(
            "value:Q",
            title="Andel",
            scale=alt.Scale(zero=False, nice=True),
            axis=alt.Axis(labelExpr="datum.label + ' %'", tickCount=5, domain=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Region"),
            alt.Tooltip("label:N", title="Mått"),
            alt.Tooltip("text:N", title="Andel"),
        ],
    )

    def marks(kind: str) -> alt.Chart:
        return (
            base.transform_filter(alt.datum.kind == kind)
            .mark_point(filled=True, size=kinds[kind][2], opacity=1)
            .encode(
                color=alt.Color("kind:N", title=None, scale=colour),
                shape=alt.Shape("kind:N", title=None, scale=shape),
            )
        )

    named = base.transform_filter(alt.datum.kind == own).mark_text(
        dy=-15, fontWeight=600, color=colours["accent"]
    )
    return alt.layer(*(marks(kind) for kind in kinds), named.encode(text=alt.Text("text:N")))


def _alt_text(report: Report, found: dict[str, pd.DataFrame]) -> str:
    facts = []
    for id_, rows in found.items():
        ranked = comparison.ranked(rows, report.indicators[id_])
        low = ranked.loc[ranked["value"].idxmin(), "text"]
        high = ranked.loc[ranked["value"].idxmax(), "text"]
        own = ranked[ranked["region"] == report.region.code]
        place = f", {report.region.name} {own['text'].iloc[0]}" if len(own) else ""
        facts.append(f"{_label(report, rows)} från {low} till {high}{place}")
    return f"Punktdiagram över regionernas spridning: {listed(facts)}."


def table(report: Report) -> Published:
    """The regions' values of the care guarantee, with ranks, in the order of their codes.

    Regions that report none of them are left out.
    """
    found = {i: rows for i, rows in compared(report).items() if i in waiting_times.GUARANTEE}
    if not found:
        return nothing(period=report.month.words)
    lines: dict[str, dict[str, Cell]] = {region.name: {} for region in report.regions}
    lines = {"Riket": {}} | lines
    names = {region.code: region.name for region in report.regions} | {COUNTRY: "Riket"}
    for id_, rows in found.items():
        ranks = comparison.ranked(rows, report.indicators[id_]).set_index("region")["rank"]
        for row in rows.itertuples():
            cells = lines[names[row.region]]
            if pd.notna(row.value) or cells:
                cells[id_] = Cell(row.text, plain_value(row.value))
            if row.region in ranks.index:
                rank = int(ranks[row.region])
                cells[f"{id_}.rank"] = Cell(str(rank), rank)
    lines = {name: cells for name, cells in lines.items() if cells}
    columns = []
    for id_, rows in found.items():
        spanner = _label(report, rows)
        columns += [Column(id_, "Andel", spanner), Column(f"{id_}.rank", "Plats", spanner)]
    for cells in lines.values():
        for column in columns:
            cells.setdefault(column.key, Cell(".." if column.label == "Andel" else ""))
    return tables.table(
        "alla_regioner",
        "Region",
        columns,
        list(lines.items()),
        pd.concat(found.values()),
        emphasised=("Riket", report.region.name),
        period=report.month.words,
    )
