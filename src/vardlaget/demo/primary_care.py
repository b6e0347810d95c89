"""Primary care: calls answered the same day, medical assessments within 0 and 3 days.

A health centre's counts are drawn first; regions and the country are their sums, and sex,
profession and form of contact divide a region's counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.catalogue.regions import COUNTRY
from vardlaget.demo import curves, names
from vardlaget.demo.figures import rows, with_country
from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

PHONE, SAME_DAY, WITHIN_3 = "phone_same_day", "medical_assessment_0d", "medical_assessment_3d"
# Answered calls and assessments a month and inhabitant, as the country's counts of January 2024.
CALLS, ASSESSMENTS = 0.13, 0.0279
_SEASON = np.array([-0.12, -0.05, 0.05, 0.1, 0.1, 0.05, -0.05, -0.2, -0.1, 0, 0.02, 0.05])
# Parts of the patients, and how much of those outside the limit each has beside its part.
_GROUPS = {
    "sex": {"women": (0.58, 1.03), "men": (0.42, 0.96)},
    "profession": {
        "doctor": (0.38, 1.35),
        "nurse": (0.41, 0.6),
        "physiotherapist": (0.12, 1.15),
        "psychologist": (0.03, 1.8),
        "other": (0.06, 1.0),
    },
    "contact_form": {"on_site": (0.66, 1.2), "remote": (0.32, 0.6), "home": (0.02, 0.8)},
}
_PRIVATE = 0.42


@dataclass(frozen=True)
class Centres:
    """A region's health centres. Arrays are units · months; `real` marks those published.

    `calls` and `assessments` are denominators; `within` has the counts within each limit.
    """

    names: list[str]
    private: np.ndarray
    open: np.ndarray
    calls: np.ndarray
    assessments: np.ndarray
    within: dict[str, np.ndarray]


def frames(setting: Setting) -> pd.DataFrame:
    """Observations of the country, all regions, and the health centres of those written."""
    phone = _phone_curves(setting)
    third = _country_at(setting, WITHIN_3, _assessment_curves(setting, WITHIN_3, 0.905, 0.4))
    same = _same_day_curves(setting, third)
    centres = [_centres(setting, r, phone[r], third[r], same[r]) for r in range(len(setting.codes))]
    by_code = zip(setting.codes, centres, strict=True)
    made = [_unit_rows(setting, c, own) for c, own in by_code if c in setting.written]
    made += _region_rows(setting, centres)
    return _summed_to_published(setting, pd.concat(made, ignore_index=True))


def _summed_to_published(setting: Setting, frame: pd.DataFrame) -> pd.DataFrame:
    """With groups of a region that sum to its count, where a count is published."""
    told = setting.matching({"unit": "", "span": "month", "scenario": "actual"})
    told = told[told["numerator"].notna() & told["indicator"].isin([PHONE, SAME_DAY, WITHIN_3])]
    for row in told.itertuples():
        same = (frame["indicator"] == row.indicator) & (frame["region"] == row.region)
        same &= (frame["unit"] == "") & (frame["period"] == row.period)
        for column in ("ownership", *_GROUPS):
            group = frame.index[same & (frame[column] != "")]
            if len(group):
                parts = curves.whole(int(row.numerator), frame.loc[group, "numerator"].to_numpy())
                counts = np.minimum(parts, frame.loc[group, "denominator"])
                frame.loc[group, "numerator"] = counts
                frame.loc[group, "value"] = 100 * counts / frame.loc[group, "denominator"]
    return frame


def _phone_curves(setting: Setting) -> np.ndarray:
    anchors = {code: setting.anchors(PHONE, code, basis="completed") for code in setting.codes}
    made = curves.shares(
        setting, PHONE, setting.months, 0.905, spread=0.3, season=_SEASON, anchors=anchors
    )
    return _country_at(setting, PHONE, made)


def _assessment_curves(setting: Setting, id_: str, level: float, spread: float) -> np.ndarray:
    anchors = {code: setting.anchors(id_, code, basis="completed") for code in setting.codes}
    return curves.shares(
        setting, id_, setting.months, level, spread=spread, season=_SEASON, anchors=anchors
    )


def _country_at(setting: Setting, id_: str, made: np.ndarray) -> np.ndarray:
    """The curves moved so that the country has its published share; regions with one stay."""
    wanted = setting.anchors(id_, COUNTRY, basis="completed")
    fixed = np.array([bool(setting.anchors(id_, c, basis="completed")) for c in setting.codes])
    for month, share in wanted.items():
        place = _nearest(setting, month)
        made = curves.weighted_to(made, setting.population, fixed, place, share / 100)
    return made


def _same_day_curves(setting: Setting, third: np.ndarray) -> np.ndarray:
    """Logits of the part of those assessed within 3 days who were assessed the same day."""
    made = curves.shares(
        setting, SAME_DAY, setting.months, 0.83, spread=0.15, trend=0.01, season=_SEASON / 2
    )
    for month, share in setting.anchors(SAME_DAY, COUNTRY, basis="completed").items():
        place = _nearest(setting, month)
        weights = setting.population * curves.expit(third[:, place])
        part = share / 100 * setting.population.sum() / weights.sum()
        made = curves.weighted_to(made, weights, np.zeros(len(made), dtype=bool), place, part)
    return made


def _nearest(setting: Setting, month: Month) -> int:
    return int(
        np.argmin(
            [abs((m.year - month.year) * 12 + m.number - month.number) for m in setting.months]
        )
    )


def _centres(
    setting: Setting, place: int, phone: np.ndarray, third: np.ndarray, same: np.ndarray
) -> Centres:
    """The health centres of the region at `place`, with counts that add up to its curves."""
    code, months = setting.codes[place], setting.months
    real = _published(setting, code)
    units = names.health_centres(setting, code, list(real.index))
    count, rng = len(units), setting.rng("units", code)
    open_ = np.array([names.is_open(setting, code, u, count) for u in range(count)])
    activity = curves.by_month(months, curves.ACTIVITY) * (
        1 + 0.012 * curves.years_from_base(months)
    )
    parts = rng.dirichlet(np.full(count, 6.0))
    noise = np.exp(rng.normal(0, 0.03, (count, len(months))))
    calls = setting.population[place] * CALLS * parts[:, None] * activity * noise * open_
    assessments = _assessments(setting, place, real, parts, activity, noise) * open_
    real_u = np.arange(count) < len(real)
    calls, assessments = np.rint(calls), np.rint(assessments)
    exact = np.isin([str(m) for m in months], _told_months(setting, code, real))
    counts, bases = {}, {PHONE: calls, WITHIN_3: assessments}
    for id_, curve in ((PHONE, phone), (WITHIN_3, third), (SAME_DAY, same)):
        told = _real_effects(setting, real, id_, curve)
        told = np.pad(told, (0, count - len(told)), constant_values=np.nan)
        fixed = ~np.isnan(told)
        effects = np.where(fixed, told, rng.normal(0, 0.45, count))
        base = bases.get(id_, counts.get(WITHIN_3))
        counts[id_] = _drawn(rng, base, curve, effects, fixed, exact)
    private = np.where(real_u, True, rng.random(count) < _PRIVATE)
    return Centres(units, private, open_, calls, assessments, counts)


def _published(setting: Setting, code: str) -> pd.DataFrame:
    """The region's published units: share of calls, and counts of one month's assessments.

    Index: name; columns `phone` (0–1), `within`, `same_day`, `all` (counts; NaN where not told).
    """
    told = setting.matching({"region": code, "span": "month", "scenario": "actual"})
    told = told[(told["unit"] != "") & told["indicator"].isin([PHONE, SAME_DAY, WITHIN_3])]
    by_id = {id_: own.set_index("unit") for id_, own in told.groupby("indicator")}
    frame = pd.DataFrame(index=pd.Index(sorted(told["unit"].unique()), dtype="str"))
    empty = pd.Series(dtype="float64")
    third, same, phone = (by_id.get(id_) for id_ in (WITHIN_3, SAME_DAY, PHONE))
    frame["phone"] = (empty if phone is None else phone["value"] / 100).reindex(frame.index)
    frame["within"] = (empty if third is None else third["numerator"]).reindex(frame.index)
    frame["same_day"] = (empty if same is None else same["numerator"]).reindex(frame.index)
    share = (empty if third is None else third["value"] / 100).reindex(frame.index)
    frame["all"] = (frame["within"] / share).round()
    frame.attrs["periods"] = sorted(told["period"].unique())
    return frame


def _told_months(setting: Setting, code: str, real: pd.DataFrame) -> list[str]:
    """The months with published shares of the region or its units."""
    anchors = [setting.anchors(id_, code, basis="completed") for id_ in (PHONE, WITHIN_3)]
    return [*real.attrs["periods"], *(str(month) for own in anchors for month in own)]


def _assessments(
    setting: Setting,
    place: int,
    real: pd.DataFrame,
    parts: np.ndarray,
    activity: np.ndarray,
    noise: np.ndarray,
) -> np.ndarray:
    """Medical assessments by unit and month, before rounding.

    Where a region's published count is the sum of its published units, these are all that report.
    """
    known = real["all"].fillna(0).to_numpy()
    if not known.any():
        return setting.population[place] * ASSESSMENTS * parts[:, None] * activity * noise
    base = _nearest(setting, Month.parse(real.attrs["periods"][0]))
    even = noise / noise[:, base : base + 1]
    padded = np.pad(known, (0, len(parts) - len(known)))
    return padded[:, None] * activity / activity[base] * even


def _real_effects(setting: Setting, real: pd.DataFrame, id_: str, curve: np.ndarray) -> np.ndarray:
    """How far each published unit lies from its region's curve, as logits; NaN where not told."""
    if real.empty:
        return np.empty(0)
    base = _nearest(setting, Month.parse(real.attrs["periods"][0]))
    told = {
        PHONE: real["phone"],
        WITHIN_3: real["within"] / real["all"],
        SAME_DAY: real["same_day"] / real["within"],
    }
    known = told[id_].to_numpy("float64")
    return np.where(np.isnan(known), np.nan, curves.logit(known) - curve[base])


def _drawn(
    rng: np.random.Generator,
    counts: np.ndarray,
    curve: np.ndarray,
    effects: np.ndarray,
    fixed: np.ndarray,
    exact: np.ndarray,
) -> np.ndarray:
    """Counts within a limit, units · months, whose sum follows the region's curve.

    Units that are not `fixed` are moved so that it does; in `exact` months nothing is left to
    chance.
    """
    logits = curve + effects[:, None]
    if not fixed.all() and counts[~fixed].any():
        for place in range(len(curve)):
            if counts[~fixed, place].any():
                logits[:, place : place + 1] = curves.weighted_to(
                    logits[:, place : place + 1],
                    counts[:, place],
                    fixed,
                    0,
                    curves.expit(curve[place]),
                )
    part = curves.expit(logits)
    drawn = rng.binomial(counts.astype("int64"), part)
    return np.where(exact, np.rint(counts * part), drawn)


def _unit_rows(setting: Setting, code: str, own: Centres) -> pd.DataFrame:
    """Each open unit's rows in the months that the region reports."""
    told = own.open.copy()
    told[:, setting.gaps(code)] = False
    dims = {"unit": own.names, "period": [str(m) for m in setting.months]}
    made = []
    for id_, counts in own.within.items():
        whole = own.calls if id_ == PHONE else own.assessments
        given = told & (whole > 0)
        frame = rows(id_, dims, numerator=counts, denominator=whole, region=code, basis="completed")
        frame = frame.assign(note=np.repeat(_ownership_notes(own), len(setting.months)))
        made.append(frame[given.reshape(-1)])
    return pd.concat(made, ignore_index=True)


def _ownership_notes(own: Centres) -> np.ndarray:
    return np.where(own.private, "Ägarform: privat", "Ägarform: offentlig").astype(object)


def _region_rows(setting: Setting, centres: list[Centres]) -> list[pd.DataFrame]:
    """The regions and the country: all, and by ownership, sex, profession and form of contact."""
    periods = [str(m) for m in setting.months]
    place = {"region": setting.places, "period": periods}
    made = []
    for id_ in (PHONE, WITHIN_3, SAME_DAY):
        all_ = [c.calls if id_ == PHONE else c.assessments for c in centres]
        told = [c.within[id_] for c in centres]
        for ownership in ("", "public", "private"):
            mask = [_owned(c, ownership) for c in centres]
            num, den = (_sums(setting, x, mask) for x in (told, all_))
            frame = rows(id_, place, numerator=num, denominator=den, basis="completed")
            frame = frame.assign(ownership=ownership)
            made.append(frame[(frame["denominator"] != 0)] if ownership else frame)
    return [*made, *_divided(setting, centres)]


def _owned(centres: Centres, ownership: str) -> np.ndarray:
    if not ownership:
        return np.ones(len(centres.names), dtype=bool)
    return centres.private if ownership == "private" else ~centres.private


def _sums(setting: Setting, counts: list[np.ndarray], masks: list[np.ndarray]) -> np.ndarray:
    """Counts by region (and, last, country) and month; NaN where a region has a gap."""
    summed = np.array([c[m].sum(axis=0) for c, m in zip(counts, masks, strict=True)], "float64")
    for place, code in enumerate(setting.codes):
        summed[place, setting.gaps(code)] = np.nan
    return with_country(summed)


def _divided(setting: Setting, centres: list[Centres]) -> list[pd.DataFrame]:
    everyone = [np.ones(len(c.names), dtype=bool) for c in centres]
    whole = _sums(setting, [c.assessments for c in centres], everyone)[:-1]
    third = _sums(setting, [c.within[WITHIN_3] for c in centres], everyone)[:-1]
    same = _sums(setting, [c.within[SAME_DAY] for c in centres], everyone)[:-1]
    made = []
    for column, groups in _GROUPS.items():
        parts = {WITHIN_3: [], SAME_DAY: [], "all": []}
        for region, code in enumerate(setting.codes):
            rng = setting.rng("groups", column, code)
            den = _parts(rng, whole[region], [part for part, _ in groups.values()])
            late = _parts(rng, whole[region] - third[region], _late(den, groups, 1.0))
            within = den - np.minimum(late, den)
            later = _parts(rng, third[region] - same[region], _late(within, groups, 0.5))
            parts["all"].append(den)
            parts[WITHIN_3].append(within)
            parts[SAME_DAY].append(within - np.minimum(later, within))
        den = with_country(np.array(parts["all"]))
        dims = {"region": setting.places, column: list(groups)}
        dims["period"] = [str(m) for m in setting.months]
        for id_ in (WITHIN_3, SAME_DAY):
            num = with_country(np.array(parts[id_]))
            frame = rows(id_, dims, numerator=num, denominator=den, basis="completed")
            made.append(frame[frame["denominator"].notna() & (frame["denominator"] > 0)])
    return made


def _late(counts: np.ndarray, groups: dict[str, tuple[float, float]], power: float) -> np.ndarray:
    """Weights of the groups among those outside a limit, groups · months."""
    return counts * np.array([late**power for _, late in groups.values()])[:, None]


def _parts(rng: np.random.Generator, totals: np.ndarray, weights) -> np.ndarray:
    """Each month's total in whole parts, groups · months; NaN where the total is."""
    weights = np.asarray(weights, dtype="float64")
    weights = weights[:, None] if weights.ndim == 1 else weights
    weights = weights * np.exp(rng.normal(0, 0.03, (len(weights), len(totals))))
    parts = [
        np.full(len(weights), np.nan)
        if np.isnan(total)
        else curves.whole(int(total), np.maximum(weights[:, month], 1e-9))
        for month, total in enumerate(totals)
    ]
    return np.array(parts, dtype="float64").T
