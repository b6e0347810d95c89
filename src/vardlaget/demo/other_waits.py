"""Child psychiatry within 30 days, follow-up visits, referrals, the 1177 helpline, response."""

import numpy as np
import pandas as pd

from vardlaget.demo import curves, names
from vardlaget.demo.figures import rows, with_country
from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

# The country's share, completed a month and inhabitant, of the three measuring points.
_CHILD_PSYCHIATRY = {
    "cap_first_visit": (0.63, 0.00042),
    "cap_assessment": (0.47, 0.00022),
    "cap_treatment": (0.6, 0.00027),
}
# Who waits is further from the limit than who has been seen, as logits.
_STILL_WAITING = -0.35
_PATIENT_CHOSEN = 0.09
_FOLLOW_UPS = 0.021
_REFERRALS = 0.0445
_HELPLINE_SECONDS = 420.0
_HELPLINE_SEASON = np.array([0.25, 0.28, 0.15, 0, -0.1, -0.1, 0.1, -0.05, 0, 0.02, 0.1, 0.25])
_MEDIAN_OF_MEAN = 0.62
# Units that report in specialised care for so many inhabitants, and child psychiatry's.
_UNITS_PER = {"specialised_care": 9_000, "child_psychiatry": 60_000}


def frames(setting: Setting) -> pd.DataFrame:
    """Observations of the country and all regions."""
    made = [*_child_psychiatry(setting), *_follow_ups(setting), _referrals(setting)]
    made += [*_helpline(setting), *_response(setting)]
    return pd.concat(made, ignore_index=True)


def _dims(setting: Setting) -> dict[str, list[str]]:
    return {"region": setting.places, "period": [str(month) for month in setting.months]}


def _with_gaps(setting: Setting, array: np.ndarray) -> np.ndarray:
    """Regions · months as numbers with gaps, and after them the country."""
    array = array.astype("float64")
    for place, code in enumerate(setting.codes):
        array[place, setting.gaps(code)] = np.nan
    return with_country(array)


def _child_psychiatry(setting: Setting) -> list[pd.DataFrame]:
    made = []
    activity = curves.by_month(setting.months, curves.ACTIVITY)
    for name, (level, rate) in _CHILD_PSYCHIATRY.items():
        id_ = f"{name}_30d"
        anchors = {c: setting.anchors(id_, c, basis="completed") for c in setting.codes}
        path = curves.shares(
            setting, id_, setting.months, level, spread=0.5, size=0.12, anchors=anchors
        )
        for basis, factor, move in (("completed", 1.0, 0.0), ("waiting", 1.6, _STILL_WAITING)):
            rng = setting.rng(id_, basis)
            all_ = rng.poisson(setting.population[:, None] * rate * factor * activity)
            chosen = rng.binomial(all_, _PATIENT_CHOSEN)
            part = curves.expit(path + move)
            within = rng.binomial(all_ - chosen, part)
            den, num = (_with_gaps(setting, array) for array in (all_ - chosen, within))
            dims = _dims(setting)
            made.append(rows(id_, dims, numerator=num, denominator=den, basis=basis))
            if basis == "completed":
                told = f"{name}_patient_chosen_31d"
                made.append(rows(told, dims, value=_with_gaps(setting, chosen), basis=basis))
    return made


def _follow_ups(setting: Setting) -> list[pd.DataFrame]:
    """Inside the range that a region has published, where it has."""
    id_, anchors = "follow_up_on_time", {}
    for code in setting.codes:
        told = setting.matching({"indicator": id_, "region": code, "span": "month", "unit": ""})
        middle = told.groupby("period")["value"].mean()
        anchors[code] = {Month.parse(period): value for period, value in middle.items()}
    path = curves.shares(setting, id_, setting.months, 0.73, spread=0.2, anchors=anchors)
    activity = curves.by_month(setting.months, curves.ACTIVITY)
    rng = setting.rng(id_)
    den = rng.poisson(setting.population[:, None] * _FOLLOW_UPS * activity)
    num = rng.binomial(den, curves.expit(path))
    num, den = _with_gaps(setting, num), _with_gaps(setting, den)
    return [rows(id_, _dims(setting), numerator=num, denominator=den, basis="completed")]


def _referrals(setting: Setting) -> pd.DataFrame:
    """Referrals a month, which sum to what regions have published of their yearly change."""
    rng, time = setting.rng("referrals"), curves.years_from_base(setting.years)
    level = _REFERRALS * np.exp(rng.normal(0, 0.1, len(setting.codes)))
    mean = setting.population[:, None] * level[:, None] * (1 + 0.03 * time)
    activity = curves.by_month(setting.years, (0.5 + curves.ACTIVITY) / 1.5)
    series = rng.poisson(mean * activity)
    for place, code in enumerate(setting.codes):
        totals = _published_referrals(setting, code, series[place])
        series[place] = curves.summed_to(series[place], setting.years, totals)
    dims = {"region": setting.places, "period": [str(month) for month in setting.months]}
    return rows("referrals_received", dims, value=with_country(series[:, setting.window]))


def _published_referrals(
    setting: Setting, code: str, series: np.ndarray
) -> dict[tuple[Month, ...], float]:
    """Sums of months that have the published change since the same months of the year before."""
    found = {}
    counts = setting.totals(code, indicator="referrals_received_change")
    for span, percent in setting.totals(code, indicator="referrals_received_change_pct").items():
        before = tuple(month.minus(12) for month in span)
        if not set(before) <= set(setting.years):
            continue
        sums = series[[setting.years.index(month) for month in before]].sum()
        change = counts.get(span)
        earlier = round(100 * change / percent, -3) if change else sums
        found[before] = earlier
        found[span] = earlier + change if change else round(sums * (1 + percent / 100))
    return found


def _helpline(setting: Setting) -> list[pd.DataFrame]:
    """Mean and median waits in whole seconds; the country's are weighted by inhabitants."""
    months, means = setting.months, []
    for code in setting.codes:
        rng = setting.rng("helpline", code)
        curve = np.log(_HELPLINE_SECONDS) + rng.normal(0, 0.3)
        curve = curve + curves.by_month(months, _HELPLINE_SEASON)
        curve = curve - 0.05 * curves.years_from_base(months)
        curve = curve + curves.wobble(rng, len(months), 0.12)
        points = setting.anchors("helpline_1177_wait", code, basis="")
        points = {month: float(np.log(seconds)) for month, seconds in points.items()}
        means.append(np.exp(curves.moved(curve, months, points)))
    mean = np.array(means)
    noise = setting.rng("helpline").normal(0, 0.03, mean.shape)
    dims = _dims(setting)
    made = []
    for id_, wait in (
        ("helpline_1177_wait", mean),
        ("helpline_1177_median_wait", mean * _MEDIAN_OF_MEAN * np.exp(noise)),
    ):
        whole = np.average(wait, axis=0, weights=setting.population)
        made.append(rows(id_, dims, value=np.rint(np.vstack([wait, whole]))))
    return made


def _response(setting: Setting) -> list[pd.DataFrame]:
    """Units that have reported; few where the journal system is changed."""
    counts = {
        "primary_care": [len(names.health_centres(setting, c, [])) for c in setting.codes],
        **{
            area: np.maximum(np.rint(setting.population / per), 2).tolist()
            for area, per in _UNITS_PER.items()
        },
    }
    made = []
    for area, units in counts.items():
        rng = setting.rng("response", area)
        den = np.repeat(np.array(units, dtype="int64")[:, None], len(setting.months), axis=1)
        num = den - rng.binomial(den, 0.025)
        for place, code in enumerate(setting.codes):
            gaps = setting.gaps(code)
            num[place, gaps] = den[place, gaps] // 5
        dims = _dims(setting)
        made.append(
            rows(
                f"response_rate.{area}",
                dims,
                numerator=with_country(num),
                denominator=with_country(den),
            )
        )
    return made
