"""A part's amounts for all regions side by side, in whole kronor that add up to the pot."""

import pandas as pd

from vardlaget.catalogue.agreements import Part
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import grants as formulas
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing
from vardlaget.present.grants.account import (
    Account,
    accounts,
    bonus,
    cell,
    figure,
    marked,
    regions,
    unit_of,
)
from vardlaget.present.numbers import decimal_text, signed
from vardlaget.present.sentences import plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

SUM = "Summa"
JUDGED = ("met", "not_met")
HOW_SHARED = "folkmängd, region / riket, den dag som överenskommelsen anger"


def _shared_by_all(report: Report) -> tuple[Account, Part] | None:
    """The first part that is shared by population and whose shares are known for all regions."""
    for account in accounts(report):
        for part in account.by_population(report.region.code):
            if all(account.amount(part.id, region.code) is not None for region in regions()):
                return account, part
    return None


def regions_text(report: Report) -> Published:
    """Which part the table of all regions is about, and how it is rounded."""
    found = _shared_by_all(report)
    if found is None:
        return nothing()
    account, part = found
    changed = sum(1 for row in _region_rows(report, account, part) if row["difference"])
    many = "Inget belopp" if not changed else "Ett belopp" if changed == 1 else f"{changed} belopp"
    beside = "; vanlig avrundning står bredvid" if changed else ""
    return Published(
        f"Tabellen visar delen {plain(part.name)} för alla regioner. Beloppen är avrundade till "
        f"hela kronor så att summan är beloppet att fördela (största rest){beside}. "
        f"{many} blir ett annat med vanlig avrundning."
    )


def regions_table(report: Report) -> Published:
    """A part's amounts for all regions: largest remainder; where it differs, plain rounding."""
    found = _shared_by_all(report)
    if found is None:
        return nothing()
    account, part = found
    rows, figures = [], []
    for one in _region_rows(report, account, part):
        cells = {name: cell(one[name]) for name in ("share", "amount", "rounded")}
        rows.append((one["name"], cells | {"difference": _difference(one["difference"])}))
        figures += [one[name] for name in cells]
    rows.append((SUM, _sums(report, account, part, figures)))
    columns = [Column("share", "Andel"), Column("amount", "Belopp")]
    if any(cells["difference"].value for _, cells in rows):
        columns += [Column("rounded", "Vanlig avrundning"), Column("difference", "Skillnad, kr")]
    return tables.table(
        "statsbidrag_regioner",
        "Region",
        columns,
        rows,
        pd.concat(figures),
        emphasised=(SUM, report.region.name),
        year=str(report.month.year),
        part=marked(part),
    )


def _region_rows(report: Report, account: Account, part: Part):
    unit = unit_of(report, account, part)
    for region in regions():
        share = account.share(part.id, region.code)
        kronor = account.amount(part.id, region.code)
        plain_kronor = formulas.whole_kronor(part.net * share)
        how = "netto · regionens andel"
        where = {"region": region.code}
        yield {
            "name": region.name,
            "share": figure(report, "key_share", 100 * share, unit, HOW_SHARED, **where),
            "amount": figure(report, "region_amount", kronor, unit, how, **where),
            "rounded": figure(report, "rounded_amount", plain_kronor, unit, how, **where),
            "difference": kronor - plain_kronor,
        }


def _difference(kronor: int) -> Cell:
    return Cell(signed(decimal_text(kronor, 0)) if kronor else "–", kronor)


def _sums(report: Report, account: Account, part: Part, figures: list) -> dict[str, Cell]:
    rows = pd.concat(figures)
    unit = unit_of(report, account, part)
    kronor = {
        name: int(rows["value"][rows["indicator"] == f"grant.{id_}"].sum())
        for name, id_ in (("amount", "region_amount"), ("rounded", "rounded_amount"))
    }
    country = {"region": COUNTRY}
    whole = figure(report, "region_amount", kronor["amount"], unit, "summa", **country)
    rounded = figure(report, "rounded_amount", kronor["rounded"], unit, "summa", **country)
    figures += [whole, rounded]
    share = figure(report, "key_share", 100, unit, "summa", **country)
    figures.append(share)
    return {
        "share": cell(share),
        "amount": cell(whole),
        "rounded": cell(rounded),
        "difference": _difference(kronor["amount"] - kronor["rounded"]),
    }


# Columns of the table of outcomes: the indicator, the column of `formulas.scenarios`, its words.
OUTCOMES = (
    ("region_amount", "entitled", "Högst"),
    ("earned", "earned", "Intjänat"),
    ("lost", "lost", "Förlorat"),
    ("open", "open", "Öppet"),
    ("persisting", "persisting", "Om resultaten består"),
)


def decided(report: Report) -> list[tuple[Account, Part]]:
    """The performance parts of which some region's requirements could be judged."""
    return [
        (account, part)
        for account in accounts(report)
        for part in account.performance()
        if account.lines[account.lines["part"] == part.id]["status"].isin(JUDGED).any()
    ]


def outcomes_table(report: Report) -> Published:
    """What each region has earned, lost and still can get, and its part of the bonus pot."""
    found = decided(report)
    rows, figures = [], []
    for account, part in found:
        shares = bonus(account, part)[1]
        unit = unit_of(report, account, part)
        lines = account.lines[account.lines["part"] == part.id]
        made = formulas.scenarios(lines).set_index("region")
        for region in regions():
            one = made.loc[region.code]
            where = {"region": region.code}
            cells = {
                id_: figure(report, id_, one[column], unit, "summan av månader och krav", **where)
                for id_, column, _ in OUTCOMES
            }
            share = shares.get(region.code)
            how = "antagande, se definitionen"
            cells["bonus_amount"] = figure(report, "bonus_amount", share, unit, how, **where)
            figures += cells.values()
            label = region.name if len(found) == 1 else f"{region.name}, {marked(part)}"
            rows.append((label, {id_: cell(one) for id_, one in cells.items()}))
    columns = [Column(id_, words) for id_, _, words in OUTCOMES]
    columns.append(Column("bonus_amount", "Bonus (antagande)"))
    return tables.table(
        "statsbidrag_utfall_regioner",
        "Region",
        columns,
        rows,
        pd.concat(figures) if figures else None,
        emphasised=(report.region.name,),
        period=report.month.words,
    )
