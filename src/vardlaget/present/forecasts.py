"""The pressure to expect, never without its interval and what such forecasts have missed by."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import pressure
from vardlaget.indicators.periods import year_before
from vardlaget.observations import select
from vardlaget.present import charts, tables, time_charts
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import decimal_text, number_text
from vardlaget.present.sentences import Paragraph, listed
from vardlaget.present.tables import Cell, Column
from vardlaget.present.wards import OCCUPANCY, completed
from vardlaget.report import Report

METHODS = {
    "exponential_smoothing": "exponentiell utjämning med säsong och dämpad trend",
    "seasonal_naive": "samma månad föregående år",
}
MONTHS_DRAWN = 24


@cache
def _forecast(report: Report) -> tuple[pd.DataFrame, pressure.Forecast]:
    """The whole region's monthly occupancy, and what is to be expected."""
    rows = select(
        completed(report), indicator=OCCUPANCY, region=report.region.code, unit="", span="month"
    ).sort_values("period")
    rows = rows.drop_duplicates("period")
    breaks = tuple(each.from_ for each in report.indicators[OCCUPANCY].breaks)
    return rows, pressure.forecast(rows[["period", "value", "status"]], breaks)


def available(report: Report) -> Published:
    """Whether there is a forecast, or at least a series that is too short for one."""
    rows, made = _forecast(report)
    return values({"forecast": len(made.points) > 0, "occupancy_series": len(rows) > 1})


def _figures(report: Report, made: pressure.Forecast) -> pd.DataFrame:
    """The forecast and both ends of its interval as figures with text."""
    figures = []
    for row in made.points.to_dict("records"):
        for column, scenario in (
            ("value", "forecast"),
            ("lower", "forecast_lower"),
            ("upper", "forecast_upper"),
        ):
            figures.append(
                report.computed(
                    OCCUPANCY,
                    row[column],
                    f"prognos: {METHODS[made.method]}",
                    period=row["period"],
                    scenario=scenario,
                    status=row["status"],
                )
            )
    return pd.concat(figures)


def text(report: Report) -> Published:
    """The coming months, the method, and the backtest."""
    _, made = _forecast(report)
    if made.points.empty or made.backtest is None:
        return Published(f"Ingen prognos för beläggningen: {made.reason}.")
    figures = _figures(report, made)
    paragraph = Paragraph(report.indicators)
    said = []
    for period, group in figures.groupby("period", sort=False):
        by = {row["scenario"]: row for _, row in group.iterrows()}
        said.append(
            f"{paragraph.number(by['forecast'])} {periods.during('month', str(period))} "
            f"({paragraph.number(by['forecast_lower'], unit=False)} till "
            f"{paragraph.number(by['forecast_upper'], unit=False)})"
        )
    paragraph.say(
        f"Om beläggningen följer säsong och trend är att vänta {listed(said)}. Intervallet ska "
        f"rymma {decimal_text(100 * made.backtest.level, 0)} procent av utfallen."
    )
    paragraph.say(_backtest(made))
    return paragraph.published()


def _backtest(made: pressure.Forecast) -> str:
    test = made.backtest
    why = f" ({made.reason})" if made.reason else ""
    return (
        f"Metoden är {METHODS[made.method]}{why}. Prövad på {test.origins} tidigare månader "
        f"({periods.words('month', test.first)} till {periods.words('month', test.last)}) missade "
        f"utjämningen i medeltal med {decimal_text(test.mae, 1)} procentenheter och samma månad "
        f"föregående år med {decimal_text(test.naive_mae, 1)}; "
        f"{decimal_text(100 * test.coverage, 0)} procent av {test.tested} utfall hamnade inom "
        "intervallet."
    )


def chart(report: Report) -> Published:
    """Two years of occupancy, and the coming months with their interval as the band."""
    rows, made = _forecast(report)
    if made.points.empty:
        return nothing(period=report.month.words)
    past = rows.tail(MONTHS_DRAWN)
    figures = _figures(report, made)
    ahead = made.points.merge(
        figures[figures["scenario"] == "forecast"][["period", "text"]], on="period"
    )
    points = pd.concat(
        [
            past[["period", "value", "text"]].assign(variation="too_few"),
            ahead[["period", "value", "lower", "upper", "text"]].assign(variation="forecast"),
        ],
        ignore_index=True,
    )
    # The months between are read in the table: their numbers would stand on each other.
    labelled = {year_before(past["period"].iloc[-1]), ahead["period"].iloc[-1]}
    points = points.assign(
        month=[periods.short(period) for period in points["period"]],
        phase=1,
        mean=float("nan"),
        country=float("nan"),
        label=points["text"].where(points["period"].isin(labelled), ""),
    )
    target = report.target(OCCUPANCY)
    goal = None
    if target is not None and target.upper is not None:
        goal = (target.upper, f"Målets övre gräns {number_text(target.upper, 'percent', 0)}")
    facts = listed([f"{row.text} i {periods.short(row.period)}" for row in ahead.itertuples()])
    return charts.chart(
        time_charts.process(points, report.look, "Beläggningsgrad", "occupancy", goal),
        report.look,
        f"Linjediagram över beläggningsgraden per månad med prognos: {facts}.",
        pd.concat([past, figures]),
        period=report.month.words,
    )


def table(report: Report) -> Published:
    """The forecast and its interval."""
    _, made = _forecast(report)
    if made.points.empty:
        return nothing(period=report.month.words)
    figures = _figures(report, made)
    names = {"forecast": "value", "forecast_lower": "lower", "forecast_upper": "upper"}
    lines: dict[str, dict[str, Cell]] = {}
    for row in figures.itertuples():
        label = periods.words("month", row.period).capitalize()
        lines.setdefault(label, {})[names[row.scenario]] = Cell(row.text, round(row.value, 6))
    columns = [
        Column("value", "Prognos"),
        Column("lower", "Nedre gräns"),
        Column("upper", "Övre gräns"),
    ]
    return tables.table("belaggning_prognos", "Månad", columns, list(lines.items()), figures)
