"""Beds and occupancy by month, hospital and specialty, as a reader meets them."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import beds, capacity
from vardlaget.indicators.periods import newest, year_before
from vardlaget.indicators.rolling import rolling_12
from vardlaget.observations import select
from vardlaget.present import bed_charts, charts, tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import decimal_text, number_text, signed
from vardlaget.present.sentences import Paragraph, capitalised, listed
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

OCCUPANCY = "bed_occupancy"
MONTHS_DRAWN = 13
# The whole series is drawn from here on; seed reports show it from 2019.
FEWEST = 6
WHOLE = "Hela regionen"
# Per cent; above it wards are overcrowded, where no target says another bound.
FULL = 100.0
CARE_TYPES = {"somatic": "Somatisk vård", "psychiatric": "Psykiatrisk vård"}
KINDS = {
    "available_beds": "Disponibla",
    "r12": "Disponibla, R12",
    "decided_beds": "Fastställda",
    "occupied_beds": "Belagda",
}


@cache
def completed(report: Report) -> pd.DataFrame:
    """The region's and the country's beds, wholes and shares that follow from them, with text."""
    return report.with_text(capacity.completed(report.data, report.indicators))


def months_of(report: Report, id_: str, **more: object) -> pd.DataFrame:
    """The region's monthly values of one figure, in order."""
    wanted = {"region": report.region.code, "unit": "", "span": "month"} | more
    rows = select(completed(report), indicator=id_, **wanted)
    return rows[rows["value"].notna()].sort_values("period")


def newest_of(report: Report, id_: str, **more: object) -> str | None:
    near = newest(months_of(report, id_, **more), report.month, report.indicators[id_].lag_months)
    return near["period"].iloc[0] if len(near) else None


def available(report: Report) -> Published:
    """Which parts have figures."""
    return values(
        {
            "bed_series": len(months_of(report, "available_beds")) >= FEWEST,
            "heat_map": len(_heat(report)) > 0,
            "hospitals": newest_of(report, "available_beds", unit=...) is not None
            and len(_hospitals(report)) > 1,
        }
    )


@cache
def _series(report: Report) -> dict[str, pd.DataFrame]:
    """Each kind of beds by month; R12 is the mean of the twelve months' days."""
    found = {id_: months_of(report, id_) for id_ in KINDS if id_ != "r12"}
    rolled = rolling_12(found["available_beds"], report.indicators)
    rolled = report.with_text(rolled[rolled["value"].notna()])
    return {kind: rolled if kind == "r12" else found[kind] for kind in KINDS}


def series_chart(report: Report) -> Published:
    """Available, decided and occupied beds, all months there are, and the rolling twelve."""
    found = _series(report)
    rows = pd.concat([each.assign(kind=KINDS[id_]) for id_, each in found.items()])
    if len(found["available_beds"]) < FEWEST:
        return nothing(period=report.month.words)
    months = sorted(set(rows["period"]))
    grid = pd.MultiIndex.from_product([KINDS.values(), months], names=["kind", "period"])
    # A month without a value is a gap in its line.
    drawn = rows.set_index(["kind", "period"])[["value", "text"]].reindex(grid).reset_index()
    last = rows.groupby("kind")["period"].max()
    ends = drawn["period"] == drawn["kind"].map(last)
    drawn = drawn.assign(
        month=[periods.short(period) for period in drawn["period"]],
        text=drawn["text"].fillna(".."),
        label=drawn["text"].where(ends, "").fillna(""),
    )
    # Of one month there is no line to see.
    lines = {KINDS[id_]: each for id_, each in found.items() if len(each) > 1}
    drawn = drawn[drawn["kind"].isin(lines)]
    now = found["available_beds"].iloc[-1]
    facts = [f"{kind} {each['text'].iloc[-1]}" for kind, each in lines.items()]
    return charts.chart(
        bed_charts.beds_and_patients(
            drawn[["month", "kind", "value", "text", "label"]], report.look
        ),
        report.look,
        f"Linjediagram över vårdplatser per månad; {periods.words('month', now['period'])}: "
        f"{listed(facts)}.",
        rows,
        period=report.month.words,
    )


def series_table(report: Report) -> Published:
    """The newest thirteen months of the same."""
    found = {kind: rows for kind, rows in _series(report).items() if len(rows)}
    shown = [str(report.month.minus(back)) for back in reversed(range(MONTHS_DRAWN))]
    lines: dict[str, dict[str, Cell]] = {}
    for kind, rows in found.items():
        for row in rows[rows["period"].isin(shown)].itertuples():
            lines.setdefault(row.period, {})[kind] = Cell(row.text, plain_value(row.value))
    if not lines:
        return nothing(period=report.month.words)
    made = [
        (
            capitalised(periods.words("month", period)),
            {kind: lines[period].get(kind, Cell("..")) for kind in found},
        )
        for period in sorted(lines)
    ]
    columns = [Column(kind, KINDS[kind]) for kind in found]
    figures = pd.concat([rows[rows["period"].isin(shown)] for rows in found.values()])
    return tables.table(
        "vardplatser_per_manad", "Månad", columns, made, figures, period=report.month.words
    )


def _heat(report: Report) -> pd.DataFrame:
    """Occupancy by specialty over the last months, the fullest specialty of the newest first."""
    rows = months_of(report, OCCUPANCY, specialty=..., care_type=...)
    rows = rows[rows["specialty"] != ""]
    rows = rows.drop_duplicates(["specialty", "period"])
    shown = [str(report.month.minus(back)) for back in reversed(range(MONTHS_DRAWN))]
    rows = rows[rows["period"].isin(shown)]
    if rows.empty:
        return rows
    last = rows[rows["period"] == rows["period"].max()].sort_values("value", ascending=False)
    order = [*last["specialty"], *sorted(set(rows["specialty"]) - set(last["specialty"]))]
    places = {name: place for place, name in enumerate(order)}
    return rows.sort_values(
        ["specialty", "period"],
        key=lambda column: column.map(places) if column.name == "specialty" else column,
    )


def heat_chart(report: Report) -> Published:
    """A heat map of occupancy by specialty and month."""
    rows = _heat(report)
    if rows.empty:
        return nothing(period=report.month.words)
    target = report.target(OCCUPANCY)
    full = target.upper if target and target.upper is not None else FULL
    cells = pd.DataFrame(
        {
            "label": rows["specialty"],
            "month": [periods.short(period) for period in rows["period"]],
            "value": rows["value"],
            "text": [decimal_text(value, 0) for value in rows["value"]],
        }
    )
    months = [periods.short(p) for p in sorted(set(rows["period"]))]
    cells = cells.sort_values("month", key=lambda m: m.map(months.index), kind="stable")
    cells = cells.sort_values("label", key=lambda c: c.map(_first_seen(rows)), kind="stable")
    last = rows[rows["period"] == rows["period"].max()]
    facts = listed([f"{row.specialty} {row.text}" for row in last.itertuples()])
    return charts.chart(
        bed_charts.heat_map(cells, report.look, full),
        report.look,
        f"Värmekarta över beläggningsgrad per specialitet och månad. Senaste månaden: {facts}.",
        rows,
        period=periods.words("month", rows["period"].max()),
        framed=f"; inramat: över {number_text(full, 'percent', 0)}",
    )


def _first_seen(rows: pd.DataFrame) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(rows["specialty"]))}


def heat_table(report: Report) -> Published:
    """The numbers behind the heat map."""
    rows = _heat(report)
    if rows.empty:
        return nothing(period=report.month.words)
    months = sorted(set(rows["period"]))[-6:]
    lines: dict[str, dict[str, Cell]] = {}
    for row in rows[rows["period"].isin(months)].itertuples():
        cells = lines.setdefault(row.specialty, {month: Cell("..") for month in months})
        cells[row.period] = Cell(row.text, plain_value(row.value))
    columns = [Column(month, capitalised(periods.short(month))) for month in months]
    return tables.table(
        "belaggning_per_specialitet",
        "Specialitet",
        columns,
        list(lines.items()),
        rows[rows["period"].isin(months)],
        period=periods.words("month", months[-1]),
    )


@cache
def _hospitals(report: Report) -> pd.DataFrame:
    """Beds of the newest month by hospital and kind of care, against decided beds and last year."""
    period = newest_of(report, "available_beds")
    if period is None:
        return pd.DataFrame()
    own = completed(report)
    own = own[own["region"] == report.region.code]
    found = beds.compared(own, "month", period, report.target("available_beds"))
    # Hospitals, and specialties of the whole region: together they are wards.
    whole = (found["unit"] == "") & ((found["specialty"] == "") | (found["care_type"] == ""))
    return found[whole | (found["specialty"] == "")].assign(period=period)


HOSPITAL_COLUMNS = [
    Column("available", "Disponibla"),
    Column("decided", "Fastställda"),
    Column("of_decided", "Andel av fastställda, %"),
    Column("need", "Behov"),
    Column("of_need", "Andel av behovet, %"),
    Column("last_year", "Samma månad i fjol"),
    Column("change", "Förändring"),
    Column("change_percent", "Förändring, %"),
]


def hospitals_table(report: Report) -> Published:
    """Hospitals and kinds of care with their beds, what is decided, and last year."""
    rows = _hospitals(report)
    if len(rows) < 2:
        return nothing(period=report.month.words)
    columns = [
        column
        for column in HOSPITAL_COLUMNS
        if column.key == "available" or rows[column.key].notna().any()
    ]
    lines, figures = [], []
    for row in rows.to_dict("records"):
        kind = row["specialty"] or CARE_TYPES.get(row["care_type"], row["care_type"])
        name = row["unit"] or WHOLE
        cells = {}
        for column in columns:
            figure = _bed_figure(report, row, column.key)
            figures.append(figure)
            cells[column.key] = Cell(figure["text"].iloc[0], plain_value(row[column.key]))
        lines.append((f"{name}, {kind.lower()}" if kind else name, cells))
    return tables.table(
        "vardplatser_per_sjukhus",
        "Sjukhus",
        columns,
        lines,
        pd.concat(figures),
        emphasised=(WHOLE,),
        period=periods.words("month", rows["period"].iloc[0]),
    )


_FIGURES = {
    "available": ("available_beds", "actual", "medelvärde av månadens dygn"),
    "decided": ("decided_beds", "actual", "fastställda"),
    "of_decided": ("available_beds", "of_decided", "disponibla / fastställda, i procent"),
    "need": ("available_beds_need", "actual", "behov eller mål"),
    "of_need": ("available_beds", "of_need", "disponibla / behov, i procent"),
    "last_year": ("available_beds", "actual", "samma månad året före"),
    "change": ("available_beds_change", "actual", "nu − samma månad året före"),
    "change_percent": ("available_beds_change_pct", "actual", "förändringen / samma månad i fjol"),
}


def _bed_figure(report: Report, row: dict, column: str) -> pd.DataFrame:
    id_, scenario, formula = _FIGURES[column]
    value = row[column]
    period = year_before(row["period"]) if column == "last_year" else row["period"]
    figure = report.computed(
        id_,
        value,
        formula,
        unit=row["unit"],
        specialty=row["specialty"],
        care_type=row["care_type"],
        period=period,
        scenario=scenario,
        status="missing" if pd.isna(value) else row["status"],
    )
    if pd.isna(value):
        return figure
    text = decimal_text(value, 1 if "of_" in column or "percent" in column else 0)
    text = signed(text) if column.startswith("change") else text
    return figure.assign(text=text)


def hospitals_text(report: Report) -> Published:
    """Beds against those decided."""
    rows = _hospitals(report)
    whole = rows[(rows["unit"] == "") & (rows["care_type"] == "")] if len(rows) else rows
    if whole.empty or pd.isna(whole["of_decided"].iloc[0]):
        return nothing()
    row = whole.iloc[0].to_dict()
    paragraph = Paragraph(report.indicators)
    share = _bed_figure(report, row, "of_decided").iloc[0]
    decided = _bed_figure(report, row, "decided").iloc[0]
    when = periods.during("month", row["period"])
    return paragraph.say(
        f"{capitalised(when)} var {paragraph.number(share, unit=False)} procent av de "
        f"{paragraph.number(decided, unit=False)} fastställda vårdplatserna disponibla."
    ).published()
