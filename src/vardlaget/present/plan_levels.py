"""How far a plan's indicators are from their target levels, and how fast they must move."""

from functools import cache

import altair as alt
import pandas as pd

from vardlaget.indicators import plan as formulas
from vardlaget.present import charts, tables
from vardlaget.present.care_guarantee import cell
from vardlaget.present.figures import Published, nothing, statement
from vardlaget.present.numbers import SYMBOLS, decimal_text, signed
from vardlaget.present.plan_texts import followed, no_plan, yearly
from vardlaget.present.sentences import Paragraph, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

STATUSES = {
    "reached": "● Nådd",
    "ahead": "◆ Återstår",
    "missed": "■ Ej nådd",
    "no_outcome": "Utfall saknas",
}
# What an outcome is called in the chart.
OUTCOME = "Utfall"
ROW = 46


@cache
def steps(report: Report) -> pd.DataFrame:
    """`formulas.progress` of the plan's indicators."""
    plan = followed(report)
    ids = list(plan.indicators) if plan else []
    return formulas.progress(report.own, ids, report.indicators)


def summary(report: Report) -> Published:
    """How many levels are reached and not, and where the pace must be highest."""
    found = steps(report)
    if found.empty:
        return no_plan(report)
    paragraph = Paragraph(report.indicators)
    for year, rows in found.groupby("target_year"):
        done = int((rows["status"] == "reached").sum())
        unknown = int((rows["status"] == "no_outcome").sum())
        tail = f"; för {count_word(unknown)} saknas utfall" if unknown else ""
        paragraph.say(
            f"Av {count_word(len(rows))} målnivåer för {year} når det senaste utfallet "
            f"{count_word(done)}{tail}."
        )
    last = found[(found["target_year"] == found["target_year"].max()) & found["pace"].notna()]
    told = []
    for row in last.itertuples():
        figures = _step_figures(report, row)
        pace = _number(report, paragraph, figures["pace"])
        told.append(f"- {plain(report.name(row.indicator))}: {pace} per år")
    said = paragraph.published()
    if not told:
        return said
    heading = f"Förändring per år som leder till målnivån {last['target_year'].iloc[0]}:"
    bullets = "\n".join(told)
    return Published(f"{said.markdown}\n\n{heading}\n\n{bullets}\n", figures=said.figures)


def _number(report: Report, paragraph: Paragraph, figure: pd.DataFrame) -> str:
    """A signed figure in a sentence, with percentage points for shares."""
    text = paragraph.number(figure.iloc[0], unit=False)
    unit = report.indicators[figure["indicator"].iloc[0]].unit
    return f"{text} procentenheter" if unit == "percent" else text


def _step_figures(report: Report, row) -> dict[str, pd.DataFrame]:
    """The distance to a level and the pace that reaches it, as figures with their sign."""
    key = {"span": "year", "period": str(row.target_year)}
    made = {
        "distance": (row.distance, "målnivå − senaste utfall", 0),
        "pace": (row.pace, "(målnivå − senaste utfall) / år mellan dem", 1),
    }
    figures = {}
    for name, (value, formula, more) in made.items():
        figure = report.computed(row.indicator, value, formula, **key, scenario=name)
        if pd.notna(value):
            entry = report.indicators[row.indicator]
            places = min(report.decimals.get(row.indicator, entry.decimals) + more, 2)
            figure = figure.assign(text=signed(decimal_text(value, places)))
        elif row.status in ("reached", "missed") and name == "pace":
            figure = figure.assign(status="not_applicable", text=".")
        figures[name] = figure
    return figures


def distance_table(report: Report) -> Published:
    """For each indicator and level: the distance, the pace that reaches it, and the status."""
    found = steps(report)
    if found.empty:
        return nothing()
    years = sorted(found["target_year"].unique())
    columns = [
        column
        for year in years
        for column in (
            Column(f"distance-{year}", "Avstånd", f"Målnivå {year}"),
            Column(f"pace-{year}", "Takt per år", f"Målnivå {year}"),
            Column(f"status-{year}", "Status", f"Målnivå {year}", align="left"),
        )
    ]
    rows, figures = [], []
    for id_ in followed(report).indicators:
        cells = {column.key: Cell(SYMBOLS["not_applicable"]) for column in columns}
        for row in found[found["indicator"] == id_].itertuples():
            for name, figure in _step_figures(report, row).items():
                figures.append(figure)
                cells[f"{name}-{row.target_year}"] = cell(figure)
            cells[f"status-{row.target_year}"] = Cell(STATUSES[row.status])
        rows.append((report.name(id_), cells))
    return tables.table("plan_avstand", "Indikator", columns, rows, pd.concat(figures))


def distance_text(report: Report) -> Published:
    """How distance and pace are computed, and which indicators have no level."""
    found = steps(report)
    if found.empty:
        return no_plan(report)
    ids = followed(report).indicators
    without = [report.name(id_) for id_ in ids if id_ not in set(found["indicator"])]
    said = (
        "Avståndet är målnivån minus det senaste utfallet, i indikatorns egen enhet "
        "(procentenheter för andelar). Takten är avståndet delat med åren från utfallet till "
        "målåret. En nådd nivå kräver ingen takt."
    )
    if without:
        names = listed([plain(name) for name in without])
        said += f" Ingen målnivå i indikatorns egen enhet finns för {names}."
    return statement(said)


def levels_chart(report: Report) -> Published:
    """The newest outcome beside each target level, for indicators on the scale from 0 to 100."""
    found = steps(report)
    indexes = [id_ for id_ in found["indicator"] if report.indicators[id_].unit == "index"]
    found = found[found["indicator"].isin(indexes) & found["outcome"].notna()]
    if found.empty:
        return nothing()
    plan = followed(report)
    outcomes = yearly(report, plan.indicators, "actual").set_index(["indicator", "period"])
    targets = yearly(report, plan.indicators, "target").set_index(["indicator", "period"])
    drawn, figures = [], []
    for row in found.itertuples():
        level = targets.loc[[(row.indicator, str(row.target_year))]].reset_index()
        outcome = outcomes.loc[[(row.indicator, str(int(row.outcome_year)))]].reset_index()
        for kind, figure in ((OUTCOME, outcome), (f"Målnivå {row.target_year}", level)):
            figures.append(figure)
            drawn.append((report.name(row.indicator), kind, *figure[["value", "text"]].iloc[0]))
    frame = pd.DataFrame(drawn, columns=["label", "kind", "value", "text"]).drop_duplicates()
    facts = [
        f"{label}: {listed([f'{r.kind.lower()} {r.text}' for r in group.itertuples()])}"
        for label, group in frame.groupby("label", sort=False)
    ]
    return charts.chart(
        _levels(frame, report.look),
        report.look,
        f"Punktdiagram över utfall och målnivåer. {'; '.join(facts)}.",
        pd.concat(figures).drop_duplicates(),
    )


def _levels(frame: pd.DataFrame, look: dict) -> alt.LayerChart:
    """A filled mark for the outcome and a ring for each level, joined by a line.

    `frame`: label, kind, value, text. Rings are of different sizes, so that each is seen where
    they meet.
    """
    colours = look["colours"]
    kinds = [OUTCOME, *sorted(kind for kind in frame["kind"].unique() if kind != OUTCOME)]
    inks = [colours["own"], colours["muted"], colours["accent"], colours["ink"]][: len(kinds)]
    shapes = ["circle", "square", "diamond", "triangle-up"][: len(kinds)]
    low, high = frame["value"].min(), frame["value"].max()
    room = max(0.1 * (high - low), 1)
    base = alt.Chart(frame, height=ROW * frame["label"].nunique()).encode(
        x=alt.X(
            "value:Q",
            title="Index eller dimensionsvärde, 0–100",
            scale=alt.Scale(domain=[low - room, high + room], zero=False, nice=False),
            axis=alt.Axis(tickCount=6, domain=False),
        ),
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelExpr="split(datum.label, ', ')"),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Indikator"),
            alt.Tooltip("kind:N", title="Vad"),
            alt.Tooltip("text:N", title="Värde"),
        ],
    )
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds, range=shapes))
    ink = alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=inks))
    marks = [
        base.transform_filter(alt.datum.kind == kind)
        .mark_point(filled=kind == OUTCOME, size=90 + 130 * n, opacity=1, strokeWidth=2)
        .encode(shape=shape, color=ink)
        for n, kind in enumerate(kinds)
    ]
    line = base.mark_line(color=colours["rule"], strokeWidth=3).encode(detail=alt.Detail("label:N"))
    texts = [
        base.transform_filter(alt.datum.kind == kind)
        .mark_text(dy=dy, fontWeight=600, color=colours[colour])
        .encode(text=alt.Text("text:N"))
        for kind, dy, colour in ((OUTCOME, -16, "ink"), (kinds[-1], 18, "accent"))
    ]
    return alt.layer(line, *marks, *texts)
