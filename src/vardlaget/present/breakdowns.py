"""Who waits: the month's shares by ownership, sex, age, profession and form of contact."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import waiting_times
from vardlaget.indicators.periods import newest
from vardlaget.observations import BREAKDOWNS, KEY
from vardlaget.present import tables
from vardlaget.present.care_guarantee import BASES, SHORT_NAMES, plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.tables import Cell, Column
from vardlaget.present.words import WORDS
from vardlaget.report import Report

DIMENSIONS = {
    "ownership": "Ägarform",
    "sex": "Kön",
    "age_group": "Ålder",
    "profession": "Yrkesgrupp",
    "contact_form": "Kontaktform",
}


@cache
def _rows(report: Report) -> pd.DataFrame:
    """The newest month's shares of the care guarantee that are broken down by one thing."""
    own = report.own[(report.own["unit"] == "") & (report.own["span"] == "month")]
    own = own[(own["exclusions"] == "") & (own["scenario"] == "actual")]
    single = (own[list(BREAKDOWNS)] != "").sum(axis=1) == 1
    known = (own[list(DIMENSIONS)] != "").any(axis=1)
    found = []
    for id_ in waiting_times.GUARANTEE:
        rows = own[single & known & (own["indicator"] == id_)]
        basis = next((b for b in waiting_times.bases(id_) if (rows["basis"] == b).any()), "")
        rows = rows[rows["basis"] == basis]
        found.append(newest(rows, report.month, report.indicators[id_].lag_months))
    return pd.concat(found).drop_duplicates(list(KEY))


def available(report: Report) -> Published:
    """Whether any share is broken down."""
    return values({"breakdowns": len(_rows(report)) > 0})


def table(report: Report) -> Published:
    """One row for each value of each breakdown, one column for each measure."""
    rows = _rows(report)
    if rows.empty:
        return nothing(period=report.month.words)
    columns, lines = [], {}
    for id_, group in rows.groupby("indicator", sort=False):
        first = group.iloc[0]
        when = periods.short(first["period"])
        name = SHORT_NAMES.get(str(id_), report.name(str(id_)))
        columns.append(Column(str(id_), f"{name} ({BASES[first['basis']]}, {when})"))
        for row in group.to_dict("records"):
            dimension = next(name for name in DIMENSIONS if row[name])
            label = (dimension, f"{DIMENSIONS[dimension]}: {_word(row[dimension])}")
            lines.setdefault(label, {})[id_] = Cell(row["text"], plain_value(row["value"]))
    order = list(DIMENSIONS)
    sorted_lines = sorted(lines.items(), key=lambda line: (order.index(line[0][0]), line[0][1]))
    made = [
        (label, {c.key: cells.get(c.key, Cell("..")) for c in columns})
        for (_, label), cells in sorted_lines
    ]
    return tables.table("uppdelningar", "Grupp", columns, made, rows, period=report.month.words)


def _word(value: str) -> str:
    return WORDS.get(value, value[:1].upper() + value[1:])
