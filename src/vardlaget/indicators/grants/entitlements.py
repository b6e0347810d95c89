"""What each region can get: by part, and by part, month and measure, in exact arithmetic."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from vardlaget.catalogue.agreements import Agreement, Part
from vardlaget.indicators.grants.shares import apportioned, key_share, key_shares, whole_amounts

COLUMNS = ("part", "kind", "pot", "reserved", "net", "share", "amount")
LINE_COLUMNS = ("part", "kind", "month", "measure", "region", "key_share", "exact", "entitled")


def entitlements(agreement: Agreement, region: str, populations: pd.DataFrame) -> pd.DataFrame:
    """One row a part: part, kind, pot, reserved, net (kronor), share, amount (Fraction).

    What is not known is None. For a part that is earned by performance the amount is what full
    performance gives.
    """
    rows = []
    for part in agreement.parts:
        share = key_share(part, region, populations)
        reserved = None if part.pot is None else part.pot - part.net
        amount = None if share is None or part.net is None else part.net * share
        rows.append((part.id, part.kind, part.pot, reserved, part.net, share, amount))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def monthly(part: Part, amount: Fraction) -> Fraction:
    """A part's amount for one month, all measures together."""
    return amount / part.month_count


def per_measure(part: Part, amount: Fraction) -> Fraction:
    """A part's amount for one month and one measure."""
    return monthly(part, amount) / max(len(part.measures), 1)


def lines(agreement: Agreement, regions: Sequence[str], populations: pd.DataFrame) -> pd.DataFrame:
    """One row for each part, month, measure and region, by the rules that hold in the month.

    `exact` is the amount (Fraction), `entitled` the same in whole kronor such that a region's
    lines add up to its amount, and where all regions' shares are known the regions' amounts to
    the pot. `month` and `measure` are empty where the part has none. Unknown amounts are None.
    """
    found = [_part_lines(agreement, part, regions, populations) for part in agreement.parts]
    return pd.concat(found, ignore_index=True)


def _part_lines(agreement, part: Part, regions: Sequence[str], populations) -> pd.DataFrame:
    slices = list(_slices(agreement, part))
    shares: dict[object, dict] = {}
    for rule, *_ in slices:
        if str(rule.key) not in shares:
            shares[str(rule.key)] = key_shares(rule, regions, populations)
    exact = {
        code: [_amount(part, parts, shares[str(rule.key)][code]) for rule, _, _, parts in slices]
        for code in regions
    }
    sums = {code: None if None in of else sum(of) for code, of in exact.items()}
    totals = whole_amounts(sums)
    rows = []
    for code in regions:
        total = totals[code]
        kronor = exact[code] if total is None else apportioned(total, exact[code])
        for (rule, month, measure, _), amount, krona in zip(
            slices, exact[code], kronor, strict=True
        ):
            share = shares[str(rule.key)][code]
            rows.append((part.id, rule.kind, month, measure, code, share, amount, krona))
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS), dtype=object)


def _slices(agreement: Agreement, part: Part):
    """The part as it holds in a month, the month, the measure, and of how many slices it is one."""
    for month in part.periods:
        rule = agreement.part_in(part.id, month) if month in part.months else part
        names = list(rule.measure_names()) or [""]
        for measure in names:
            yield rule, month, measure, part.month_count * len(names)


def _amount(part: Part, slices: int, share: Fraction | None) -> Fraction | None:
    return None if share is None or part.net is None else part.net * share / slices
