"""State grants: what a region is entitled to under an agreement, in exact arithmetic.

amount = pot · region's population / the country's, on the day that the agreement names; the rule
reproduces three of SKR's tables of paid grants to within a krona. Rounded only at the end.
"""

from fractions import Fraction

import pandas as pd

from vardlaget.catalogue.agreements import Agreement, Part, PopulationKey
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError

COLUMNS = ("part", "kind", "pot", "reserved", "net", "share", "amount")


def key_share(part: Part, region: str, populations: pd.DataFrame) -> Fraction | None:
    """The region's share of a part's pot; None where the agreement's key is not known for it.

    Raises InputError where the key's population series lacks the region or the country.
    """
    key = part.key
    if not isinstance(key, PopulationKey):
        percent = key.shares.get(region)
        return None if percent is None else Fraction(percent) / 100
    series = populations[
        (populations["date"] == key.date) & (populations["age_group"] == key.age_group)
    ].set_index("region")["population"]
    for code in (region, COUNTRY):
        if code not in series.index:
            raise InputError(
                f"populations.csv: no population of region {code}, age group {key.age_group}, "
                f"on {key.date}, which part '{part.id}' of the agreement needs."
            )
    return Fraction(int(series[region]), int(series[COUNTRY]))


def whole_kronor(amount: Fraction) -> int:
    """Rounded half up to whole kronor. Amounts are not negative."""
    return int(amount + Fraction(1, 2))


def entitlements(agreement: Agreement, region: str, populations: pd.DataFrame) -> pd.DataFrame:
    """One row a part: part, kind, pot, reserved, net (kronor), share, amount (Fraction or None).

    For a part that is earned by performance the amount is what full performance gives.
    """
    rows = []
    for part in agreement.parts:
        share = key_share(part, region, populations)
        amount = None if share is None else part.net * share
        reserved = part.pot - part.net
        rows.append((part.id, part.kind, part.pot, reserved, part.net, share, amount))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def monthly(part: Part, amount: Fraction) -> Fraction:
    """A performance part's amount for one month, all measures together."""
    return amount / part.month_count


def per_measure(part: Part, amount: Fraction) -> Fraction:
    """A performance part's amount for one month and one measure."""
    return monthly(part, amount) / max(len(part.measures), 1)
