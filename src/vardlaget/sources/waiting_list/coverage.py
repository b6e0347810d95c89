"""Which months a waiting list covers, from the days that stand in it."""

from dataclasses import dataclass
from datetime import timedelta

from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.sources.waiting_list.reading import EPOCH, MISSING

# A month with fewer dates than this part of the busiest month's holds only stray dates.
STRAY = 0.01


@dataclass(frozen=True)
class Days:
    """How many rows have each day of referral and of start, in days since 1970."""

    rows: int
    waiting: int
    referrals: dict[int, int]
    starts: dict[int, int]

    @classmethod
    def of(cls, days: dict[str, dict[int, int]]) -> "Days":
        """From the counts that `reading.days` gives, with reasons for none below 0."""
        sound = {name: {day: n for day, n in days[name].items() if day >= 0} for name in days}
        waiting = days["start"].get(MISSING, 0)
        return cls(sum(days["referral"].values()), waiting, sound["referral"], sound["start"])


def covered_months(days: Days, name: str) -> tuple[Month, ...]:
    """The months for which a list can give figures, without stray dates.

    The first is the month of the earliest start: who had been seen before is no longer in the
    list, so earlier counts of waiting would be too low. Without any start it is the last. The last
    month is the latest whose last day is not after the latest referral or start. Months with
    less than a hundredth of the dates of the busiest month are passed over in both.

    Raises InputError where there is no whole month.
    """
    referrals, starts = _busy(days.referrals), _busy(days.starts)
    latest = max([*referrals, *starts], default=None)
    if latest is None:
        return ()
    last = _month(latest + 1).minus(1)
    first = _month(min(starts)) if starts else last
    if first > last or last < _month(min(referrals, default=latest)):
        raise InputError(
            f"{name}: the waiting list holds no whole month. Add later dates, or name the months."
        )
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    return tuple(last.minus(back) for back in reversed(range(count)))


def _busy(days: dict[int, int]) -> list[int]:
    """The days of months that are not stray."""
    by_month: dict[Month, int] = {}
    for day, rows in days.items():
        by_month[_month(day)] = by_month.get(_month(day), 0) + rows
    enough = STRAY * max(by_month.values(), default=0)
    return [day for day in days if by_month[_month(day)] >= enough]


def _month(day: int) -> Month:
    date = EPOCH + timedelta(days=day)
    return Month(date.year, date.month)
