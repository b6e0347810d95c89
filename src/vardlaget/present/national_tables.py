"""The national overview's tables: regions by measures, and each region beside the country.

And the key figures at the head of the country's part and of each region's.
"""

import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import national as formulas
from vardlaget.indicators.national import Headline
from vardlaget.present import cards, tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published, nothing
from vardlaget.present.national import (
    GROUPS,
    LEADS,
    changes,
    chosen,
    measure_name,
    overview,
    region_name,
    reporting,
)
from vardlaget.present.numbers import SYMBOLS
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# The country and the spread have no rank, and the spread no year before.
NONE = SYMBOLS["not_applicable"]
REGION_COLUMNS = [
    Column("value", "Värde"),
    Column("country", "Riket"),
    Column("rank", "Plats"),
    Column("change", "På ett år"),
    Column("country_change", "Riket, på ett år"),
]


def table(report: Report, group: str) -> Published:
    """The regions in the order of their codes: value, rank, change in a year; then the spread."""
    found = chosen(overview(report), GROUPS[group])
    if not found:
        return nothing(period=report.month.words)
    lines = {code: {} for code in reporting(report)}
    columns, figures = [], []
    for headline, rows in found.items():
        spanner = measure_name(report, headline, rows)
        columns += _columns(headline, spanner, ranked=rows["rank"].notna().any())
        rows = rows[rows["region"].isin(list(lines))]
        figures += [rows, changes(rows)]
        for row in rows.to_dict("records"):
            lines[row["region"]] |= _cells(headline, row)
    made = [(region_name(report, code), cells) for code, cells in lines.items()]
    spread, more = _spread_lines(report, found)
    return tables.table(
        f"riket_{group}",
        "Region",
        columns,
        made + spread,
        pd.concat([*figures, *more]),
        emphasised=("Riket",),
        period=report.month.words,
    )


def _columns(headline: Headline, spanner: str, ranked: bool) -> list[Column]:
    key = headline.key
    rank = [Column(f"{key}.rank", "Plats", spanner)] if ranked else []
    return [
        Column(key, "Värde", spanner),
        *rank,
        Column(f"{key}.change", "På ett år", spanner),
    ]


def _cells(headline: Headline, row: dict) -> dict[str, Cell]:
    key, rank = headline.key, row["rank"]
    cells = {
        key: Cell(row["text"], plain_value(row["value"])),
        f"{key}.change": Cell(row["change_text"], plain_value(row["change"])),
    }
    cells[f"{key}.rank"] = Cell(NONE) if pd.isna(rank) else Cell(str(int(rank)), int(rank))
    return cells


def _spread_lines(report: Report, found: dict[Headline, pd.DataFrame]) -> tuple[list, list]:
    """The last rows: lowest, median, highest. The median is a figure computed here."""
    lines: dict[str, dict] = {"Lägst": {}, "Median": {}, "Högst": {}}
    medians = []
    for headline, rows in found.items():
        spread = formulas.spread(rows)
        if spread is None:
            continue
        median = _median(report, rows, spread)
        medians.append(median)
        for name, row in zip(lines, (spread.lowest, median.iloc[0], spread.highest), strict=True):
            lines[name] |= {f"{headline.key}.{each}": Cell(NONE) for each in ("rank", "change")}
            lines[name][headline.key] = Cell(row["text"], plain_value(row["value"]))
    return [(name, cells) for name, cells in lines.items() if cells], medians


def _median(report: Report, rows: pd.DataFrame, spread: formulas.Spread) -> pd.DataFrame:
    first = rows.iloc[0]
    made = report.computed(
        first["indicator"],
        spread.median,
        f"medianen av {spread.count} regioners värden",
        basis=first["basis"],
        period=first["period"],
        scenario="median",
    )
    synthetic = (rows["status"] == "synthetic").any()
    return made.assign(status="synthetic") if synthetic else made


def _beside(report: Report, code: str) -> dict[Headline, pd.DataFrame]:
    """The country's row and a region's own, of each measure that it has a value of."""
    return {
        headline: rows.set_index("region", drop=False).loc[[COUNTRY, code]]
        for headline, rows in overview(report).items()
        if rows.set_index("region")["value"].notna()[code]
    }


def _ranked_of(report: Report, headline: Headline) -> int:
    return int(overview(report)[headline]["rank"].notna().sum())


def country_cards(report: Report) -> Published:
    """The country's key figures, each with its change in a year."""
    shown, figures = [], []
    for headline, rows in chosen(overview(report), LEADS).items():
        own = rows[rows["region"] == COUNTRY]
        if own["value"].isna().all():
            continue
        figures += [own, changes(own)]
        text, change = own[["text", "change_text"]].iloc[0]
        details = () if change == ".." else (f"På ett år: {change}",)
        shown.append(cards.Card(text, measure_name(report, headline, rows), details))
    return cards.row(shown, pd.concat(figures), report.look) if shown else nothing()


def region_cards(report: Report, code: str) -> Published:
    """A region's key figures with its rank and the country's."""
    found = chosen(_beside(report, code), LEADS)
    if not found:
        return nothing()
    made = [_region_card(report, headline, rows) for headline, rows in found.items()]
    return cards.row(made, pd.concat(found.values()), report.look)


def _region_card(report: Report, headline: Headline, rows: pd.DataFrame) -> cards.Card:
    country, own = rows.iloc[0], rows.iloc[1]
    details = []
    if pd.notna(own["rank"]):
        details.append(f"Plats {int(own['rank'])} av {_ranked_of(report, headline)}")
    if pd.notna(country["value"]):
        details.append(f"Riket: {country['text']}")
    return cards.Card(own["text"], measure_name(report, headline, rows), tuple(details))


def region_table(report: Report, code: str) -> Published:
    """A region's measures beside the country's, with its rank and the changes in a year."""
    fields = {"region": report.regions[code].name, "period": report.month.words}
    found = _beside(report, code)
    if not found:
        return nothing(**fields)
    made = []
    for headline, rows in found.items():
        country, own = rows.iloc[0], rows.iloc[1]
        cells = {
            "rank": Cell(NONE),
            "value": Cell(own["text"], plain_value(own["value"])),
            "country": Cell(country["text"], plain_value(country["value"])),
            "change": Cell(own["change_text"], plain_value(own["change"])),
            "country_change": Cell(country["change_text"], plain_value(country["change"])),
        }
        if pd.notna(own["rank"]):
            count = _ranked_of(report, headline)
            cells["rank"] = Cell(f"{int(own['rank'])} av {count}", int(own["rank"]))
        made.append((measure_name(report, headline, rows), cells))
    figures = pd.concat([each for rows in found.values() for each in (rows, changes(rows))])
    return tables.table(f"region_{code}", "Mått", REGION_COLUMNS, made, figures, **fields)
