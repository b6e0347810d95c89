"""The national overview's tables: regions by measures, and each region beside the country."""

import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import national as formulas
from vardlaget.indicators.national import Headline
from vardlaget.present import cards, tables
from vardlaget.present.care_guarantee import plain_value
from vardlaget.present.figures import Published, nothing
from vardlaget.present.national import (
    GROUPS,
    changes,
    chosen,
    measure_name,
    overview,
    region_name,
    reporting,
)
from vardlaget.present.numbers import SYMBOLS
from vardlaget.present.sentences import capitalised
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# The figures at the head of each region's part.
CARDS = tuple(
    Headline(*each)
    for each in (
        ("phone_same_day", "completed"),
        ("medical_assessment_3d", "completed"),
        ("first_visit_90d", "waiting"),
        ("treatment_90d", "waiting"),
    )
)
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


def region(report: Report, code: str) -> Published:
    """One region: key figures with rank, and a table beside the country."""
    found = {
        headline: rows.set_index("region", drop=False).loc[[COUNTRY, code]]
        for headline, rows in overview(report).items()
        if rows.set_index("region")["value"].notna()[code]
    }
    if not found:
        return nothing()
    counts = {headline: _ranked_of(rows) for headline, rows in overview(report).items()}
    shown = {headline: found[headline] for headline in CARDS if headline in found}
    row = [_card(report, headline, rows, counts[headline]) for headline, rows in shown.items()]
    every = pd.concat([each for rows in found.values() for each in (rows, changes(rows))])
    top = cards.row(row, every, report.look)
    below = _region_table(report, code, found, counts)
    markdown = f"{top.markdown}\n{below.markdown}" if row else below.markdown
    return Published(markdown, figures=every, table=below.table, preview=below.preview)


def _ranked_of(rows: pd.DataFrame) -> int:
    return int(rows["rank"].notna().sum())


def _card(report: Report, headline: Headline, rows: pd.DataFrame, count: int) -> cards.Card:
    country, own = rows.iloc[0], rows.iloc[1]
    details = [capitalised(_place(own, count))] if pd.notna(own["rank"]) else []
    if pd.notna(country["value"]):
        details.append(f"Riket: {country['text']}")
    return cards.Card(own["text"], measure_name(report, headline, rows), tuple(details))


def _place(own: pd.Series, count: int) -> str:
    return f"plats {int(own['rank'])} av {count}"


def _region_table(
    report: Report, code: str, found: dict[Headline, pd.DataFrame], counts: dict[Headline, int]
) -> Published:
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
            cells["rank"] = Cell(f"{int(own['rank'])} av {counts[headline]}", int(own["rank"]))
        made.append((measure_name(report, headline, rows), cells))
    return tables.table(f"region_{code}", "Mått", REGION_COLUMNS, made)
