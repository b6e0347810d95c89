"""A year's agreements, what they give each region, and the figures that are published of it."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pandas as pd

from vardlaget import project
from vardlaget.catalogue import Agreement, Regions, load_regions
from vardlaget.catalogue.agreements import Part, PopulationKey
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import grants as formulas
from vardlaget.observations import label_of
from vardlaget.periods import Month
from vardlaget.present.tables import Cell
from vardlaget.report import Report

UNVERIFIED = "ej verifierat"
# Figures of grants that results decide; the rest follows from the agreement.
JUDGED = (
    *("earned", "lost", "open", "maximum", "persisting"),
    *("bonus_pot", "bonus_amount", "patients_short"),
)


@dataclass(frozen=True)
class Account:
    """One agreement: every region's lines, judged up to the month, and the own region's."""

    agreement: Agreement
    lines: pd.DataFrame
    own: pd.DataFrame

    def share(self, part: str, region: str) -> Fraction | None:
        rows = self.lines[(self.lines["part"] == part) & (self.lines["region"] == region)]
        return rows["key_share"].iloc[0]

    def amount(self, part: str, region: str) -> int | None:
        """A region's whole kronor of a part; with all regions known they add up to the pot."""
        rows = self.lines[(self.lines["part"] == part) & (self.lines["region"] == region)]
        return None if rows["entitled"].isna().any() else int(rows["entitled"].sum())

    def known(self, region: str) -> list[Part]:
        """The parts that have an amount for a region."""
        return [p for p in self.agreement.parts if self.amount(p.id, region) is not None]

    def by_population(self, region: str) -> list[Part]:
        return [part for part in self.known(region) if part.kind == "by_population"]

    def performance(self) -> list[Part]:
        return [part for part in self.agreement.parts if part.kind == "performance"]

    def in_play(self, month: Month) -> list[Part]:
        """The performance parts that count the month or the next one, or whose months are not
        known."""
        near = {str(month), str(month.minus(-1))}
        return [p for p in self.performance() if not p.months or near & set(p.months)]


def regions() -> Regions:
    return load_regions(project.find().reference / "regions.csv")


@cache
def accounts(report: Report) -> tuple[Account, ...]:
    """The agreements of the month's year, in order; judged once, though every cell asks.

    They are about regions: the country has none.
    """
    if report.region.code == COUNTRY:
        return ()
    return tuple(_account(report, a) for a in report.agreements if a.year == report.month.year)


def _account(report: Report, agreement: Agreement) -> Account:
    codes = [region.code for region in regions()]
    lines = formulas.lines(agreement, codes, report.populations)
    results = formulas.Results(report.required)
    judged = formulas.evaluated(lines, agreement, results, report.indicators, report.month)
    own = judged[judged["region"] == report.region.code].reset_index(drop=True)
    return Account(agreement, judged, own)


def figure(
    report: Report, id_: str, value, unit: str, formula: str, region: str | None = None
) -> pd.DataFrame:
    """A figure of an agreement: the year's, with the part (and measure) as its unit."""
    number = float("nan") if value is None else float(value)
    key = {"span": "year", "period": str(report.month.year), "unit": unit}
    if region is not None:
        key["region"] = region
    found = report.computed(f"grant.{id_}", number, formula, measured(report, id_), **key)
    if number == 0:
        return found.assign(status="zero", text="–", note=label_of(found.iloc[0]))
    return found


def measured(report: Report, id_: str) -> tuple[str, ...]:
    """The indicators whose results decide a figure; what the agreement alone gives has none."""
    if id_ not in JUDGED:
        return ()
    agreements = [a for a in report.agreements if a.year == report.month.year]
    parts = [part for agreement in agreements for part in agreement.parts]
    return tuple(dict.fromkeys(m.indicator for part in parts for m in part.measures))


def amount(report: Report, account: Account, part: Part) -> pd.DataFrame:
    """The region's amount of a part, in whole kronor."""
    kronor = account.amount(part.id, report.region.code)
    unit = unit_of(report, account, part)
    return figure(report, "region_amount", kronor, unit, "netto · regionens andel")


def people(report: Report, part: Part) -> tuple[int, int] | None:
    """The region's and the country's population of a part's key, where they are what is used."""
    key = part.key
    if not isinstance(key, PopulationKey):
        return None
    frame = report.populations
    rows = frame[(frame["date"] == key.date) & (frame["age_group"] == key.age_group)]
    found = rows.set_index("region")["population"]
    if report.region.code not in found or COUNTRY not in found:
        return None
    return int(found[report.region.code]), int(found[COUNTRY])


def total(report: Report, id_: str) -> pd.DataFrame | None:
    """The sum of the region's known parts: `total_amount` if every requirement is met, `maximum`
    without what has been lost until the month."""
    column = {"total_amount": "entitled", "maximum": "maximum"}[id_]
    found = pd.concat([outlook(account) for account in accounts(report)] or [pd.DataFrame()])
    known = found[column].dropna() if len(found) else []
    if not len(known):
        return None
    return figure(report, id_, sum(known), "", "summan av regionens kända delar")


def bonus(account: Account, part: Part) -> tuple[int | None, dict[str, int]]:
    """A part's bonus pot so far, and each earning region's share of it in whole kronor."""
    lines = account.lines[account.lines["part"] == part.id]
    pot, shares = formulas.bonus(lines, [region.code for region in regions()])
    return pot, {code: formulas.whole_kronor(share) for code, share in shares.items()}


def outlook(account: Account) -> pd.DataFrame:
    """The region's scenarios, one row a part (see `formulas.scenarios`)."""
    return formulas.scenarios(account.own)


def unit_of(report: Report, account: Account, part: Part, measure: str = "") -> str:
    """The part's name among the year's figures: with its agreement's where two parts share one."""
    same = [p.id for a in report.agreements if a.year == account.agreement.year for p in a.parts]
    unit = part.id if same.count(part.id) == 1 else f"{account.agreement.id}/{part.id}"
    return f"{unit}/{measure}" if measure else unit


def cell(found: pd.DataFrame) -> Cell:
    row = found.iloc[0]
    return Cell(row["text"], None if pd.isna(row["value"]) else round(float(row["value"]), 8))


def doubt(parts: list[Part]) -> str:
    """What a sum or caption says of parts of which one or all are not verified."""
    unsure = [part for part in parts if part.unverified]
    if not unsure:
        return ""
    return f" ({UNVERIFIED})" if len(unsure) == len(parts) else f" (delvis {UNVERIFIED})"


def marked(part: Part, between: str = " ") -> str:
    """A part's name, and that something in it is not verified."""
    return f"{part.name}{between}({UNVERIFIED})" if part.unverified else part.name
