"""Each measure beside the same month last year, twelve months and the year to date."""

import pandas as pd

from vardlaget.indicators.periods import year_before
from vardlaget.indicators.rolling import rolling_12, year_to_date
from vardlaget.present import tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published
from vardlaget.present.numbers import number_text, signed
from vardlaget.present.tables import Cell, Column
from vardlaget.present.trends import all_months, beside_last_year, judged, label, of_measure
from vardlaget.report import Report


def time_table(report: Report) -> Published:
    """Each measure beside the same month last year, R12 and the year to date."""
    rows, figures = [], []
    found = judged(report)
    spans = {}
    if found:
        every = all_months(report)
        spans["r12"] = rolling_12(every, report.indicators)
        spans["ytd"] = year_to_date(every, report.indicators)
    for each in found:
        last = beside_last_year(report, each)
        earlier = each.months[each.months["period"] == year_before(last["period"])]
        longer = {
            span: _longer(report, of_measure(each, made), last["period"])
            for span, made in spans.items()
        }
        figures += [each.newest, *(row for _, row in earlier.iterrows())]
        figures += [row for row in longer.values() if row is not None]
        change = last["change"]
        places = report.decimals.get(each.indicator, 1)
        unit = report.indicators[each.indicator].unit
        unit = "points" if unit == "percent" else unit
        rows.append(
            (
                label(report, each),
                {
                    "text": _cell(each.newest),
                    "before": _cell(earlier.iloc[0] if len(earlier) else None),
                    "change": Cell("..")
                    if pd.isna(change)
                    else Cell(signed(number_text(change, unit, places)), plain_value(change)),
                    "r12": _cell(longer["r12"]),
                    "ytd": _cell(longer["ytd"]),
                },
            )
        )
    columns = [
        Column("text", "Utfall"),
        Column("before", "Samma månad i fjol"),
        Column("change", "Förändring"),
        Column("r12", "Tolv månader (R12)"),
        Column("ytd", "Hittills i år"),
    ]
    return tables.table(
        "tidsjamforelser",
        "Mått",
        columns,
        rows,
        pd.DataFrame(figures) if figures else None,
        period=report.month.words,
    )


def _longer(report: Report, rows: pd.DataFrame, period: str) -> pd.Series | None:
    found = rows[rows["period"] == period]
    return report.with_text(found).iloc[0] if len(found) else None


def _cell(row: pd.Series | None) -> Cell:
    return Cell("..") if row is None else Cell(row["text"], plain_value(row["value"]))
