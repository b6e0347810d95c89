"""Available beds as a reader meets them."""

from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import beds as formulas
from vardlaget.indicators.periods import newest, year_before
from vardlaget.observations import select
from vardlaget.present import charts, tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import number_text, signed
from vardlaget.present.sentences import Paragraph, capitalised, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

BEDS = "available_beds"


@cache
def figures(report: Report) -> dict[str, pd.DataFrame]:
    """Beds now, before, and the change, each one row with text; empty without a value now.

    The year before is the source's own where it has it, else what mean and change give.
    """
    now = _now(report)
    if now.empty:
        return {}
    row = now.iloc[0]
    key = {"span": row["span"], "unit": ""}
    before = select(report.own, indicator=BEDS, period=year_before(row["period"]), **key)
    change = select(report.own, indicator=f"{BEDS}_change", period=row["period"], **key)
    printed = select(report.own, indicator=f"{BEDS}_change_pct", period=row["period"], **key)
    found = {"now": now}
    before, change = before[before["value"].notna()], change[change["value"].notna()]
    if len(before):
        found |= _computed(report, row, before.head(1), row["value"] - before["value"].iloc[0])
    elif len(change):
        found |= _computed(report, row, None, change["value"].iloc[0], change)
    if len(printed):
        found["printed"] = printed.head(1).pipe(_with_sign)
    return found | _per_1000(report, row)


def _now(report: Report) -> pd.DataFrame:
    rows = select(report.own, indicator=BEDS, unit="", span=["month", "r12", "year"])
    rows = rows[rows["value"].notna()]
    for span in ("month", "r12"):
        found = newest(rows[rows["span"] == span], report.month)
        if len(found):
            return found.head(1)
    full_year = str(report.month.year) if report.month.number == 12 else ""
    return rows[(rows["span"] == "year") & (rows["period"] == full_year)].head(1)


def _computed(report: Report, row: pd.Series, before, change: float, printed_change=None) -> dict:
    result = formulas.change(row["value"], change)
    key = {"span": row["span"], "period": row["period"]}
    earlier = {"span": row["span"], "period": year_before(row["period"])}
    if before is None:
        before = report.computed(BEDS, result.before, "medelvärdet − förändringen", **earlier)
    if printed_change is None:
        printed_change = report.computed(f"{BEDS}_change", change, "nu − året före", (BEDS,), **key)
    percent = report.computed(
        f"{BEDS}_change_pct", result.percent, "förändringen / året före", (BEDS,), **key
    )
    return {
        "before": before,
        "change": _with_sign(printed_change.head(1)),
        "percent": _with_sign(percent),
    }


def _with_sign(figure: pd.DataFrame) -> pd.DataFrame:
    return figure.assign(text=figure["text"].map(signed))


def _per_1000(report: Report, row: pd.Series) -> dict:
    people = report.population()
    if people is None:
        return {}
    value = formulas.per_1000(row["value"], int(people["population"]))
    formula = f"1 000 · vårdplatser / folkmängden {people['date']}"
    figure = report.computed(
        BEDS, value, formula, scenario="per_1000_inhabitants", **row[["span", "period"]].to_dict()
    )
    return {"per_1000": figure.assign(text=number_text(value, "beds", 2))}


def available(report: Report) -> Published:
    """Whether there are figures for beds."""
    found = figures(report)
    return values({"beds": bool(found), "beds_before": "before" in found})


def text(report: Report) -> Published:
    """How many beds, and how many fewer or more than the year before."""
    found = figures(report)
    if not found:
        return Published(
            f"Underlaget för {plain(report.region.name)} innehåller inga antal disponibla "
            f"vårdplatser för {report.month.words}."
        )
    paragraph = Paragraph(report.indicators)
    now = found["now"].iloc[0]
    when = paragraph.when(now["span"], now["period"])
    sentence = f"{when} fanns i genomsnitt **{paragraph.number(now)}** disponibla"
    if "change" in found:
        change = found["change"].iloc[0]
        kind = "färre" if change["value"] < 0 else "fler"
        plain_change = change.copy()
        plain_change["text"] = change["text"].lstrip("+−")
        percent = found["percent"].iloc[0].copy()
        percent["text"] = percent["text"].lstrip("+−")
        beds = paragraph.number(plain_change, unit=False)
        sentence += f", {beds} {kind} än året före ({paragraph.number(percent)})"
    return paragraph.say(sentence + ".").published()


def chart(report: Report) -> Published:
    """Beds the year before and now."""
    found = figures(report)
    if "before" not in found:
        return nothing()
    rows = pd.concat([found["before"], found["now"]])
    rows = rows.assign(
        label=[capitalised(periods.words(r.span, r.period)) for r in rows.itertuples()]
    )
    facts = listed([f"{row.label.lower()} {row.text}" for row in rows.itertuples()])
    return charts.chart(
        charts.amount_bars(rows, report.look, "Vårdplatser"),
        report.look,
        f"Stapeldiagram över disponibla vårdplatser: {facts}.",
        rows,
        period=periods.words(rows["span"].iloc[-1], rows["period"].iloc[-1]),
    )


LABELS = {
    "now": "Disponibla vårdplatser, medelvärde",
    "before": "Året före",
    "change": "Förändring, vårdplatser",
    "percent": "Förändring, beräknad ur vårdplatserna",
    "printed": "Förändring, som källan skriver den",
    "per_1000": "Vårdplatser per 1\u00a0000 invånare",
}


def table(report: Report) -> Published:
    """The mean, the change with its inputs, and beds for each 1,000 inhabitants."""
    found = figures(report)
    if not found:
        return nothing()
    rows = []
    for name, label in LABELS.items():
        if name in found:
            figure = found[name].iloc[0]
            shown = Cell(figure["text"], round(float(figure["value"]), 6))
            rows.append((label, {"text": shown, "source": Cell(figure["source"])}))
    columns = [Column("text", "Värde"), Column("source", "Källa eller beräkning", align="left")]
    now = found["now"].iloc[0]
    return tables.table(
        "vardplatser",
        "Mått",
        columns,
        rows,
        pd.concat(found.values()),
        period=periods.words(now["span"], now["period"]),
    )
