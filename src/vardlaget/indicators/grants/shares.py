"""Keys and whole kronor: shares as exact fractions, rounded only at the end.

amount = pot · region's population / the country's, on the day that the agreement names. The rule
gives the first payment of 2024 as Region Jämtland Härjedalen printed it (presentation February
2024), and three of SKR's tables of paid grants (Fördelning av medel, kvinnors hälsa) to a krona.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import pandas as pd

from vardlaget.catalogue.agreements import Part, PopulationKey
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError


def key_share(part: Part, region: str, populations: pd.DataFrame) -> Fraction | None:
    """The region's share of a part's pot; None where the agreement's key is not known for it.

    The population series comes first; shares that the agreement gives stand in for it. Raises
    InputError where the series lacks the region or the country and the agreement gives no shares.
    """
    key = part.key
    if key is None:
        return None
    if isinstance(key, PopulationKey):
        series = _series(key, populations)
        if region in series and COUNTRY in series:
            return Fraction(series[region], series[COUNTRY])
        if not key.shares:
            missing = COUNTRY if region in series else region
            raise InputError(
                f"populations.csv: no population of region {missing}, age group "
                f"{key.age_group}, on {key.date}, which part '{part.id}' of the agreement needs."
            )
    percent = key.shares.get(region)
    return None if percent is None else Fraction(percent) / 100


def _series(key: PopulationKey, populations: pd.DataFrame) -> dict[str, int]:
    """The key's population by region."""
    on = (populations["date"] == key.date) & (populations["age_group"] == key.age_group)
    rows = populations[on]
    return {code: int(n) for code, n in zip(rows["region"], rows["population"], strict=True)}


def key_shares(
    part: Part, regions: Sequence[str], populations: pd.DataFrame
) -> dict[str, Fraction | None]:
    """Every region's share of a part's pot, None where it is not known.

    Raises InputError where all are known and do not make up the whole: the pot would not be the
    sum of what is shared.
    """
    shares = {code: key_share(part, code, populations) for code in regions}
    if None not in shares.values() and sum(shares.values()) != 1 and len(shares) > 1:
        raise InputError(
            f"populations.csv: the regions' shares for part '{part.id}' of the agreement are "
            f"{float(sum(shares.values())):.9f} of the whole together; check the populations "
            f"({', '.join(shares)}) against the country's."
        )
    return shares


def whole_kronor(amount: Fraction) -> int:
    """Rounded half up to whole kronor. Amounts are not negative."""
    return floor(amount + Fraction(1, 2))


def apportioned(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Whole kronor for exact amounts so that they add up to `total` (largest remainder).

    Each is rounded down, and what is left goes krona by krona to the largest remainders, the
    first of equals first. `total` is the exact sum rounded down, up or to the nearest.
    """
    kronor = [floor(amount) for amount in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: kronor[n] - exact[n])
    for n in by_remainder[: total - sum(kronor)]:
        kronor[n] += 1
    return kronor


def whole_amounts(exact: dict[str, Fraction | None]) -> dict[str, int | None]:
    """The regions' amounts of one pot in whole kronor, their sum the pot's.

    Where one of them is not known the others are rounded each for itself.
    """
    if None in exact.values():
        return {k: None if v is None else whole_kronor(v) for k, v in exact.items()}
    amounts = list(exact.values())
    return dict(zip(exact, apportioned(whole_kronor(sum(amounts)), amounts), strict=True))
