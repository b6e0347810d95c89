"""Process limits of a monthly series: what common causes alone may give (XmR and P' charts).

Sources: "MDC checks" is NHS England, Making Data Count, checks for the Single Chart Tool v5.0
(github.com/NHSDigital/fdp-react-design-system, test-data/SPC-Charts-XmR-Testing.md). Laney, D. B.
(2002), Improved control charts for attributes, Quality Engineering 14(4), 531–537; formulas as in
Minitab's help, "Methods and formulas for Laney P' Chart".

No library on PyPI is used. Of those looked at (2026), statprocon has neither P' limits nor these
rules; abspc is an alpha without P' limits; clinical-qikit has other rules and brings Plotly;
pyqicharts has one release and brings Matplotlib; controlchartspy runs JavaScript under GPL;
processbehavior excludes pandas 3.
"""

import numpy as np
import pandas as pd

from vardlaget.catalogue.indicators import Indicator
from vardlaget.observations import WITHOUT_VALUE

# Limits are drawn from 13 points on: "12 points or fewer … are not shown" (MDC checks).
MINIMUM = 13
# Three sigma from the mean moving range: 3 / 1.128, which MDC rounds.
XMR_FACTOR = 2.66
# The expected range of two values of a normal distribution, in standard deviations.
RANGE_IN_SIGMAS = 1.128
SIGMAS = 3
# A binomial is near enough normal if np > 5 and n(1 − p) > 5 (Statit, Sample size considerations
# for p-charts), at every point.
EXPECTED_COUNT = 5
# Shares printed in whole per cent differ by at most this from their counts.
ROUNDING = 0.5

Bounds = tuple[float | None, float | None]
UNBOUNDED: Bounds = (None, None)
PERCENT: Bounds = (0, 100)
CANNOT_BE_NEGATIVE = {
    "count", "beds", "days", "visits", "fte", "hours", "points", "seconds", "minutes"
}  # fmt: skip
SIGNED_SUFFIXES = ("_change", "_adjustment", "_deduction")

SERIES = ("period", "value", "numerator", "denominator", "status")


def natural_bounds(indicator: Indicator) -> Bounds:
    """What an indicator's values cannot leave: a share 0–100, a count or a ratio of counts 0."""
    if indicator.bounded and indicator.unit == "percent":
        return PERCENT
    counted = indicator.unit in CANNOT_BE_NEGATIVE and not indicator.id.endswith(SIGNED_SUFFIXES)
    return (0, None) if counted or indicator.numerator else UNBOUNDED


def by_month(series: pd.DataFrame, breaks: tuple[str, ...]) -> pd.DataFrame:
    """The series with a row for every month from its first to its last, and its phase (1, 2, …).

    `series`: the columns of SERIES in any order of months; only period and value are needed. A
    month without a row becomes one with status `missing`; a value whose status denies it is NaN.
    A new phase begins with each month of `breaks` after which the series goes on. Raises
    ValueError where a month stands twice.
    """
    if series["period"].duplicated().any():
        raise ValueError("a month stands twice in the series: choose one value before judging it")
    rows = series.reindex(columns=list(SERIES)).set_index("period").sort_index()
    if len(rows):
        months = pd.period_range(rows.index[0], rows.index[-1], freq="M").astype("str")
        rows = rows.reindex(months.rename("period"))
    numbers = rows[["value", "numerator", "denominator"]].astype("float64")
    numbers = numbers.where(np.isfinite(numbers) & ~rows[["status"]].isin(WITHOUT_VALUE).to_numpy())
    rows[numbers.columns] = numbers
    told = rows["status"].notna()
    known = np.where(rows["value"].notna(), "reported", "missing")
    rows["status"] = rows["status"].astype("object").where(told, known).astype("str")
    first = rows.index[rows["value"].notna()].min()
    within = sorted(b for b in set(breaks) if isinstance(first, str) and b > first)
    return rows.reset_index().assign(phase=1 + np.searchsorted(within, rows.index, side="right"))


def limits(phase: pd.DataFrame, bounds: Bounds = UNBOUNDED) -> pd.DataFrame:
    """The limits of one phase: mean, lower, upper, sigma and method, by the index of `phase`.

    `phase`: value, numerator and denominator by month, with gaps as NaN: moving ranges are taken
    between neighbouring months only, never across a gap (MDC checks: a gap otherwise narrows the
    limits). With fewer of them than MINIMUM consecutive months have, there is a mean but no
    limits, and `method` is empty; else it is `p_prime` (see `_binomial`) or `xmr`. `lower` and
    `upper` are clipped to `bounds`; a third of the way to the unclipped limit is one `sigma`.
    """
    mean = phase["value"].mean()
    method, sigma = "", np.full(len(phase), np.nan)
    if len(moving_ranges(phase["value"])) >= MINIMUM - 1:
        if bounds == PERCENT and _binomial(phase):
            method = "p_prime"
            mean, sigma = _p_prime(phase)
        else:
            method = "xmr"
            sigma = np.full(len(phase), XMR_FACTOR * moving_ranges(phase["value"]).mean() / SIGMAS)
    return pd.DataFrame(
        {
            "mean": mean,
            "lower": np.clip(mean - SIGMAS * sigma, *_open(bounds)),
            "upper": np.clip(mean + SIGMAS * sigma, *_open(bounds)),
            "sigma": sigma,
            "method": method,
        },
        index=phase.index,
    )


def moving_ranges(values: pd.Series) -> pd.Series:
    """The distances between values of neighbouring months; none where one of them is missing."""
    return values.diff().abs().dropna()


def _binomial(phase: pd.DataFrame) -> bool:
    """Whether a share's limits may follow its denominators (P'): all points have both counts.

    The counts must give the value, but for its rounding, and be large: more than EXPECTED_COUNT
    expected inside and outside the limit in every month.
    """
    points = phase[phase["value"].notna()]
    inside, all_ = points["numerator"], points["denominator"]
    if (inside.isna() | all_.isna() | (all_ <= 0)).any():
        return False
    agree = (points["value"] - 100 * inside / all_).abs() <= ROUNDING
    share = inside.sum() / all_.sum()
    large = (all_ * min(share, 1 - share)).min() > EXPECTED_COUNT
    return bool(agree.all() and large)


def _p_prime(phase: pd.DataFrame) -> tuple[float, np.ndarray]:
    """The mean share in per cent, and each month's sigma: binomial, times the measured excess.

    Sigma Z is the mean moving range of the standardised shares over RANGE_IN_SIGMAS (Laney). With
    equal denominators the limits are those of XmR. A gap has the sigma of the mean denominator.
    """
    valued = phase["value"].notna()
    inside, size = phase["numerator"].where(valued), phase["denominator"].where(valued)
    share = inside.sum() / size.sum()
    binomial = np.sqrt(share * (1 - share) / size)
    z = (inside / size - share) / binomial
    excess = moving_ranges(z).mean() / RANGE_IN_SIGMAS
    whole = np.sqrt(share * (1 - share) / size.mean())
    return 100 * share, (100 * excess * binomial.fillna(whole)).to_numpy()


def _open(bounds: Bounds) -> tuple[float, float]:
    lower, upper = bounds
    return (-np.inf if lower is None else lower, np.inf if upper is None else upper)
