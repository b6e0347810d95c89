"""The reinforced guarantee of child and adolescent psychiatry: how 30/30/30 is counted."""

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import waiting_times
from vardlaget.indicators.periods import newest
from vardlaget.observations import select
from vardlaget.present import tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

HEADINGS = {
    "completed": "Genomförda",
    "chosen": "Patientvald väntan över 30 dagar",
    "denominator": "Nämnare",
    "within": "Inom 30 dagar",
}


def _counts(report: Report) -> tuple[str, pd.DataFrame]:
    """The newest month with counts, and the counts."""
    rows = select(
        report.data,
        indicator=list(waiting_times.CHILD_PSYCHIATRY),
        region=report.region.code,
        unit="",
        span="month",
        basis="completed",
    )
    near = newest(rows[rows["denominator"].notna()], report.month)
    if near.empty:
        return "", near
    period = near["period"].iloc[0]
    return period, waiting_times.reinforced(report.data, report.region.code, period)


def _status(row: dict, value: float) -> str:
    return "suppressed" if row["hidden"] and pd.isna(value) else row["status"]


def available(report: Report) -> Published:
    """Whether the counts are known."""
    return values({"cap_counts": len(_counts(report)[1]) > 0})


def table(report: Report) -> Published:
    """All completed, less what patients chose, the number within 30 days and the share."""
    period, rows = _counts(report)
    if rows.empty:
        return nothing(period=report.month.words)
    lines, figures = [], []
    for row in rows.to_dict("records"):
        id_ = row["indicator"]
        cells = {}
        for column in HEADINGS:
            part = "numerator" if column == "within" else "denominator"
            figure = report.computed(
                f"{id_}.{part}",
                row[column],
                "genomförda − patientvald väntan på 31 dagar eller mer",
                period=period,
                basis="completed",
                status=_status(row, row[column]),
                note=row["note"],
                **({} if column in ("within", "denominator") else {"scenario": column}),
            )
            figures.append(figure)
            cells[column] = Cell(figure["text"].iloc[0], plain_value(row[column]))
        share = report.computed(
            id_,
            row["value"],
            "inom 30 dagar / nämnaren",
            period=period,
            basis="completed",
            status="zero" if row["denominator"] == 0 else _status(row, row["value"]),
            note=row["note"],
        )
        figures.append(share.assign(numerator=row["within"], denominator=row["denominator"]))
        cells["share"] = Cell(share["text"].iloc[0], plain_value(row["value"]))
        lines.append((report.name(id_), cells))
    columns = [Column(key, label) for key, label in HEADINGS.items()]
    return tables.table(
        "bup_antal",
        "Mått",
        [*columns, Column("share", "Andel")],
        lines,
        pd.concat(figures),
        period=periods.words("month", period),
    )
