"""Earned, lost and still open; three scenarios; the bonus pot; what is at stake next month."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from vardlaget.catalogue import Agreement, Indicators
from vardlaget.indicators.grants.results import (
    MET,
    NOT_MET,
    OPEN,
    UNCONDITIONAL,
    UNKNOWN,
    Results,
    Verdict,
    verdict,
)
from vardlaget.periods import Month

EARNING = (UNCONDITIONAL, MET)
STAKE_COLUMNS = ("part", "measure", "region", "month", "at_stake")
SCENARIO_COLUMNS = (
    "part",
    "region",
    "entitled",
    "earned",
    "lost",
    "open",
    "maximum",
    "persisting",
)


def evaluated(
    lines: pd.DataFrame,
    agreement: Agreement,
    results: Results,
    indicators: Indicators,
    month: Month | None = None,
) -> pd.DataFrame:
    """The lines (see `lines`) with `status`, `reason` and `earned` (whole kronor).

    status: `unconditional` (shared by population), `met`, `not_met`, `unknown`, and `open` for
    months after `month`. Earned is the whole line, 0 where the requirement was not met, None where
    that is not known. Strategic money is decided later: unknown.
    """
    found = [_verdict(line, agreement, results, indicators, month) for line in lines.itertuples()]
    earned = [
        _earned(one.status, kronor) for one, kronor in zip(found, lines["entitled"], strict=True)
    ]
    return lines.assign(
        status=[one.status for one in found],
        reason=[one.reason for one in found],
        earned=pd.Series(earned, index=lines.index, dtype=object),
    )


def _earned(status: str, kronor: int | None) -> int | None:
    if status in EARNING:
        return kronor
    return 0 if status == NOT_MET else None


def _verdict(line, agreement: Agreement, results, indicators, month: Month | None) -> Verdict:
    part = agreement.part(line.part)
    if line.month in part.months and month is not None and line.month > str(month):
        return Verdict(OPEN)
    if line.kind == "by_population":
        return Verdict(UNCONDITIONAL)
    if line.kind == "strategic":
        return Verdict(UNKNOWN, "decided_later")
    if line.month not in part.months:
        return Verdict(UNKNOWN, "no_months")
    measures = agreement.part_in(line.part, line.month).measure_names()
    if line.measure not in measures:
        return Verdict(UNKNOWN, "no_rule")
    return verdict(measures[line.measure], line.region, line.month, results, indicators)


def scenarios(lines: pd.DataFrame) -> pd.DataFrame:
    """For each part and region of evaluated lines: entitled = earned + lost + open (kronor).

    `maximum` is what the region gets if everything open is earned, `persisting` if each measure
    stays as it was when it last could be judged (None where one never could). Unknown is None.
    """
    groups = lines.groupby(["part", "region"], sort=False)
    rows = [(part, region, *_scenario(rows)) for (part, region), rows in groups]
    return pd.DataFrame(rows, columns=list(SCENARIO_COLUMNS), dtype=object)


def _scenario(rows: pd.DataFrame) -> tuple:
    if rows["entitled"].isna().any():
        return (None,) * 6
    entitled = int(rows["entitled"].sum())
    earned = int(rows["entitled"][rows["status"].isin(EARNING)].sum())
    lost = int(rows["entitled"][rows["status"] == NOT_MET].sum())
    open_ = entitled - earned - lost
    return entitled, earned, lost, open_, earned + open_, _persisting(rows, earned)


def _persisting(rows: pd.DataFrame, earned: int) -> int | None:
    """Earned, and what is open of the measures that were met when last judged."""
    total = earned
    undecided = rows[rows["status"].isin([OPEN, UNKNOWN])]
    for measure, open_rows in undecided.groupby("measure", sort=False):
        judged = rows[(rows["measure"] == measure) & rows["status"].isin([MET, NOT_MET])]
        if judged.empty:
            return None
        if judged.sort_values("month")["status"].iloc[-1] == MET:
            total += int(open_rows["entitled"].sum())
    return total


def bonus(lines: pd.DataFrame, regions: Sequence[str]) -> tuple[int | None, dict[str, Fraction]]:
    """A part's bonus pot in kronor so far, and what each region would get of it.

    Assumption: money that was not earned is shared by key among the regions that earned any.
    Counted are only the months and measures that are decided for all regions; None and no shares
    where there are none, or where nobody earned.
    """
    decided = _decided_for_all(lines, regions)
    if decided.empty:
        return None, {}
    pot = int(decided["entitled"][decided["status"] == NOT_MET].sum())
    earners = decided[decided["status"].isin(EARNING)].drop_duplicates("region")
    keys = dict(zip(earners["region"], earners["key_share"], strict=True))
    if not keys:
        return pot, {}
    return pot, {region: pot * share / sum(keys.values()) for region, share in keys.items()}


def _decided_for_all(lines: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    known = lines[lines["status"].isin([MET, NOT_MET]) & lines["entitled"].notna()]
    counts = known.groupby(["month", "measure"])["region"].transform("nunique")
    return known[counts == len(regions)]


def at_stake(lines: pd.DataFrame, agreement: Agreement, month: Month) -> pd.DataFrame:
    """For each measure and region, the kronor that next month decides.

    Columns part, measure, region, month, at_stake: None where the amount is not known. Where the
    months that count are not known it is what one month gives, if next month counts.
    """
    following = str(month.minus(-1))
    rows = []
    for part in agreement.parts:
        mine = lines[(lines["part"] == part.id) & (lines["kind"] == "performance")]
        if part.months:
            mine = mine[mine["month"] == following]
        elif str(month.year) != following[:4] or part.month_count == 1:
            continue
        for line in mine.drop_duplicates(["measure", "region"]).itertuples():
            rows.append((part.id, line.measure, line.region, following, line.entitled))
    return pd.DataFrame(rows, columns=list(STAKE_COLUMNS), dtype=object)
