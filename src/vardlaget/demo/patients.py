"""Patients in specialised care: one wait each, from which every figure is counted.

A wait is drawn from a log-logistic distribution, S(w) = 1 / (1 + (w/α)^β), whose scale α follows
from the share of those waiting who should have waited at most 90 days. Waits that would end in
the summer are often drawn out.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from vardlaget.demo import curves, names
from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

EPOCH = date(1970, 1, 1)
CODES = ("", "PvV", "MoV")
LONGEST = 899
BETA = 1.9
# Months before the first one from which some still wait in it.
BEFORE = 29
_SEARCH = np.linspace(-2.5, 2.5, 61)
_WAITS = np.arange(LONGEST + 1)


@dataclass(frozen=True, eq=False)
class Phase:
    """First visits or treatments: referrals a month and inhabitant, parts by specialty, level.

    `share` is the country's share of those waiting who have waited at most 90 days.
    """

    id: str
    rate: float
    parts: np.ndarray
    share: float
    trend: float
    step: tuple[str, float] | None = None

    @property
    def indicator(self) -> str:
        return f"{self.id}_90d"

    @property
    def specialties(self) -> list[str]:
        """Those that have any such waits."""
        told = zip(names.SPECIALTIES, self.parts, strict=True)
        return [name for name, part in told if part > 0]


PHASES = (
    Phase("first_visit", 0.0142, names.FIRST_VISITS, 0.67, -0.03),
    Phase("treatment", 0.0055, names.TREATMENTS, 0.56, 0.04, ("17", 0.7)),
)


@dataclass(frozen=True)
class Patients:
    """Waits by place of specialty and code, days since 1970; `start` is -1 where not yet ended."""

    specialty: np.ndarray
    code: np.ndarray
    referral: np.ndarray
    start: np.ndarray

    def __len__(self) -> int:
        return len(self.referral)

    def picked(self, rows: np.ndarray) -> "Patients":
        return Patients(
            self.specialty[rows], self.code[rows], self.referral[rows], self.start[rows]
        )


def day(month: Month) -> int:
    """The last day of a month, in days since 1970."""
    return (month.last_day - EPOCH).days


def targets(setting: Setting, phase: Phase) -> np.ndarray:
    """The shares within 90 days that regions' waiting lists should have, as logits."""
    anchors = {
        code: setting.anchors(phase.indicator, code, basis="waiting") for code in setting.codes
    }
    return curves.shares(
        setting,
        phase.id,
        setting.months,
        phase.share,
        spread=0.28,
        trend=phase.trend,
        season=np.zeros(12),
        size=0.05,
        step=phase.step,
        anchors=anchors,
    )


def patients(setting: Setting, phase: Phase, place: int, target: np.ndarray) -> Patients:
    """The patients of the region at `place`, with its published shares hit exactly."""
    code = setting.codes[place]
    points = setting.anchors(phase.indicator, code, basis="waiting")
    points = {m: share for m, share in points.items() if m in setting.months}
    move = np.zeros(len(target))
    for _ in range(4 if points else 1):
        found = _drawn(setting, phase, place, target + move)
        for month, share in points.items():
            off = curves.logit(share / 100) - curves.logit(_share(found, month))
            move = move + off
    rng = setting.rng("exact", phase.id, code)
    for month, share in points.items():
        found = exact(found, day(month), share, rng)
    return found


def _drawn(setting: Setting, phase: Phase, place: int, target: np.ndarray) -> Patients:
    rng = setting.rng("patients", phase.id, setting.codes[place])
    months = [setting.months[0].minus(back) for back in range(BEFORE, 0, -1)]
    months = [*months, *setting.months]
    level = np.concatenate([np.full(BEFORE, target[0]), target])
    parts = phase.parts[phase.parts > 0]
    parts = parts * np.exp(rng.normal(0, 0.15, len(parts)))
    slowness = names.SLOWNESS[phase.parts > 0] + rng.normal(0, 0.12, len(parts))
    scale = np.exp(_scales(parts / parts.sum(), slowness, level)[:, None] + slowness)
    mean = setting.population[place] * phase.rate * parts / parts.sum()
    growth = 1 + 0.015 * curves.years_from_base(months)
    activity = curves.by_month(months, (1 + curves.ACTIVITY) / 2) * growth
    made = [
        _cohort(setting, rng, month, mean * activity[i], scale[i]) for i, month in enumerate(months)
    ]
    columns = [np.concatenate(column) for column in zip(*made, strict=True)]
    return Patients(*columns)


def _scales(parts: np.ndarray, slowness: np.ndarray, level: np.ndarray) -> np.ndarray:
    """ln α by month for shares (logits) of those waiting, in a list that neither grows nor falls.

    Of those who wait at one moment, the part that has waited at most w days is the area of S up
    to w, divided by all of it.
    """
    ln_alpha = _SEARCH[:, None] + np.log(60.0) + slowness
    area = np.cumsum(1 / (1 + (_WAITS / np.exp(ln_alpha)[..., None]) ** BETA), axis=-1)
    share = (area[..., 90] * parts).sum(axis=-1) / (area[..., -1] * parts).sum(axis=-1)
    return np.interp(-level, -curves.logit(share), _SEARCH) + np.log(60.0)


def _cohort(
    setting: Setting, rng: np.random.Generator, month: Month, mean: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Those referred in a month who wait in one of the setting's months or are seen in it."""
    first = day(setting.months[0].minus(1))
    sure = max(0, first - day(month))
    longest = (LONGEST / scale) ** BETA
    longest = longest / (1 + longest)
    known = (sure / scale) ** BETA
    known = known / (1 + known)
    count = rng.poisson(mean * np.maximum(longest - known, 0))
    specialty = np.repeat(np.arange(len(mean), dtype="int8"), count)
    u = known[specialty] + rng.random(len(specialty)) * (longest - known)[specialty]
    wait = scale[specialty] * (u / (1 - u)) ** (1 / BETA)
    code = np.searchsorted([0.92, 0.965], rng.random(len(specialty))).astype("int8")
    wait = np.minimum(wait * np.array([1, 1.7, 1.4])[code], LONGEST).astype("int32")
    referral = (day(month) - rng.integers(0, month.days, len(specialty))).astype("int32")
    start = _after_summer(rng, referral, referral + wait)
    start = np.where(start > day(setting.last), -1, start).astype("int32")
    kept = (start < 0) | (start > first)
    return specialty[kept], code[kept], referral[kept], start[kept]


def _after_summer(rng: np.random.Generator, referral: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Starts in four summer weeks from 20 June, drawn out by four to eight weeks for many."""
    dates = start.astype("datetime64[D]")
    of_year = (dates - dates.astype("datetime64[Y]")).astype("int32")
    summer = (of_year >= 170) & (of_year < 215) & (rng.random(len(start)) < 0.4)
    later = start + rng.integers(28, 60, len(start))
    return np.where(summer, np.minimum(later, referral + LONGEST), start)


def waiting(found: Patients, end: int) -> np.ndarray:
    """Who waits on a day."""
    return (found.referral <= end) & ((found.start < 0) | (found.start > end))


def _share(found: Patients, month: Month) -> float:
    """The share of those waiting at the end of a month, PvV left out, who have waited ≤ 90 days."""
    end = day(month)
    counted = waiting(found, end) & (found.code != CODES.index("PvV"))
    return float((end - found.referral[counted] <= 90).mean())


def exact(found: Patients, end: int, percent: float, rng: np.random.Generator) -> Patients:
    """Patients of whom exactly `percent` of those waiting on a day have waited at most 90 days.

    A few leave the list so that the share can be exact, and a few have waited longer or shorter.
    """
    counted = np.flatnonzero(waiting(found, end) & (found.code != CODES.index("PvV")))
    part = Fraction(str(percent)) / 100
    leave = rng.choice(counted, len(counted) % part.denominator, replace=False)
    stay = np.setdiff1d(counted, leave)
    waited = end - found.referral[stay]
    lacking = int(len(stay) * part) - int((waited <= 90).sum())
    referral = found.referral.copy()
    if lacking > 0:
        moved = stay[waited > 90][np.argsort(waited[waited > 90], kind="stable")[:lacking]]
        referral[moved] = end - rng.integers(31, 91, lacking)
    elif lacking < 0:
        moved = stay[waited <= 90][np.argsort(-waited[waited <= 90], kind="stable")[:-lacking]]
        referral[moved] = end - rng.integers(91, 121, -lacking)
    kept = np.ones(len(found), dtype=bool)
    kept[leave] = False
    return Patients(found.specialty, found.code, referral, found.start).picked(kept)
