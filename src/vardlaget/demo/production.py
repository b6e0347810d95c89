"""Production by month, and the table of a monthly report: year to date, budget, forecast.

The lines are those that a region has published, and so are their numbers for one inhabitant.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vardlaget.demo import curves, names
from vardlaget.demo.beds import Beds
from vardlaget.demo.figures import rows, with_country
from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

KEY = ("indicator", "care_type", "contact_form", "provider")
_LAGGING = {"production.drg_points": 1}
_EPISODES, _DAYS = "production.care_episodes", "production.care_days"
_THEATRE = "production.operating_time"
_IN_USE = 0.58
_READY = 0.055


@dataclass(frozen=True)
class Line:
    """A line of the table: its key, its parts where it is their sum, and what a year has of it.

    `series` is regions · months of `setting.years`.
    """

    indicator: str
    care_type: str
    contact_form: str
    provider: str
    series: np.ndarray

    @property
    def fixed(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in KEY[1:]}


def lines(setting: Setting) -> list[Line]:
    """Every line, with totals that are the sums of their parts."""
    published = setting.published
    told = published["indicator"].str.startswith("production.") & published["value"].notna()
    told &= (published["span"] == "year") & (published["scenario"] == "actual")
    told &= published["provider"].isin(["own", "health_centres"]) & (published["unit"] == "")
    year = published[told].drop_duplicates(list(KEY))
    made: dict[tuple[str, ...], Line] = {}
    for row in year.sort_values("care_type", ascending=False, kind="stable").to_dict("records"):
        key = tuple(row[name] for name in KEY)
        parts = [line for other, line in made.items() if _is_part(other, key)]
        made[key] = Line(*key, _sum_of(setting, parts) if parts else _series(setting, row))
    return list(made.values())


def _is_part(other: tuple[str, ...], key: tuple[str, ...]) -> bool:
    return other[0] == key[0] and other[2:] == key[2:] and not key[1] and bool(other[1])


def _sum_of(setting: Setting, parts: list[Line]) -> np.ndarray:
    """The sum of parts; where a published total has more, the rest is spread over its months."""
    series = np.sum([line.series for line in parts], axis=0)
    key = {name: getattr(parts[0], name) for name in KEY} | {"care_type": ""}
    for place, code in enumerate(setting.codes):
        totals = setting.totals(code, **key)
        series[place] = curves.summed_to(series[place], setting.years, totals)
    return series


def _series(setting: Setting, row: dict) -> np.ndarray:
    """A part's numbers by region and month, with the published sums."""
    key = {name: row[name] for name in KEY}
    place = setting.codes.index(row["region"])
    rate = row["value"] / setting.population[place] / 12
    since = curves.years_from_base(setting.years) - (int(row["period"]) + 0.5 - 2023)
    activity = curves.by_month(setting.years, curves.ACTIVITY) * (1 + 0.015 * since)
    made = []
    for place, code in enumerate(setting.codes):
        rng = setting.rng("production", *key.values(), code)
        level = setting.population[place] * rate * np.exp(rng.normal(0, 0.08))
        level = level * np.exp(curves.wobble(rng, len(activity), 0.02))
        totals = setting.totals(code, **key)
        series = rng.poisson(curves.levelled(level * activity, setting.years, totals))
        series = _changed(setting, code, row["indicator"], series)
        made.append(curves.summed_to(series, setting.years, totals))
    return np.array(made)


def _changed(setting: Setting, code: str, indicator: str, series: np.ndarray) -> np.ndarray:
    """A series whose yearly change is the one that its region has published."""
    series = series.copy()
    stays = {_DAYS, _EPISODES}
    told = "care_episodes_change_pct" if indicator in stays else f"{indicator}_change_pct"
    longer = setting.totals(code, indicator="mean_length_of_stay_change_pct")
    for span, percent in setting.totals(code, indicator=told).items():
        percent += longer.get(span, 0) if indicator == _DAYS else 0
        before = [m.minus(12) for m in span]
        if set(before) <= set(setting.years):
            inside, earlier = ([setting.years.index(m) for m in ms] for ms in (span, before))
            wanted = series[earlier].sum() * (1 + percent / 100)
            series[inside] = curves.whole(round(wanted), series[inside])
    return series


def frames(setting: Setting, made: list[Line], beds: list[Beds]) -> pd.DataFrame:
    """Observations: months, the table at the last month, and the hospitals' parts of some lines."""
    frames_ = [_months(setting, line) for line in made]
    frames_ += [frame for line in made for frame in _table(setting, line)]
    frames_ += _hospitals(setting, made, beds)
    return pd.concat(frames_, ignore_index=True)


def _told(setting: Setting, line: Line) -> list[Month]:
    lag = _LAGGING.get(line.indicator, 0)
    return list(setting.months[: len(setting.months) - lag])


def _months(setting: Setting, line: Line) -> pd.DataFrame:
    told = _told(setting, line)
    cut = line.series[:, [setting.years.index(month) for month in told]]
    dims = {"region": setting.places, "period": [str(month) for month in told]}
    return rows(line.indicator, dims, value=with_country(cut), **line.fixed)


def _table(setting: Setting, line: Line) -> list[pd.DataFrame]:
    """Year to date, its budget and last year's; the year's forecast, budget and last year."""
    end = setting.last.minus(_LAGGING.get(line.indicator, 0))
    now = _sum(setting, line, Month(end.year, 1), end)
    before = _sum(setting, line, Month(end.year - 1, 1), end.minus(12))
    last = setting.last.year - 1
    year = _sum(setting, line, Month(last, 1), Month(last, 12))
    chance = setting.rng("budget", *line.fixed.values(), line.indicator).normal(0, 0.01, len(year))
    budget = np.rint(year * (1.02 + chance))
    so_far = np.rint(budget * before / np.maximum(year, 1)) if end.year > last else budget
    left = np.rint((year - before) * 1.01) if end.year > last else 0
    forecast = now + left if end.year > last else budget
    told = [
        ("ytd", str(end), "actual", now),
        ("ytd", str(end), "budget", so_far),
        ("ytd", str(end.minus(12)), "actual", before),
        ("year", str(setting.last.year), "forecast", forecast),
        ("year", str(setting.last.year), "budget", budget),
        ("year", str(last), "actual", year),
    ]
    return [
        rows(
            line.indicator,
            {"region": setting.places, "period": [period]},
            value=with_country(np.asarray(values, dtype="float64")[:, None]),
            span=span,
            scenario=scenario,
            **line.fixed,
        )
        for span, period, scenario, values in told
    ]


def _sum(setting: Setting, line: Line, first: Month, end: Month) -> np.ndarray:
    inside = [place for place, month in enumerate(setting.years) if first <= month <= end]
    return line.series[:, inside].sum(axis=1)


def _hospitals(setting: Setting, made: list[Line], beds: list[Beds]) -> list[pd.DataFrame]:
    """Care episodes and days, length of stay, patients ready for discharge, use of theatres."""
    by_key = {(line.indicator, line.care_type): line for line in made if line.provider == "own"}
    wanted = ((_EPISODES, "somatic"), (_DAYS, "somatic"), (_DAYS, "psychiatric"))
    frames_, stays, ready, theatres = [], {}, {}, {}
    for place, (code, own) in enumerate(zip(setting.codes, beds, strict=True)):
        rng = setting.rng("hospitals", code)
        parts = {key: _split(setting, by_key.get(key), place, own, rng) for key in wanted}
        dims = {"unit": own.hospitals, "period": [str(month) for month in setting.months]}
        for (indicator, care_type), counts in parts.items():
            frame = rows(
                indicator, dims, value=counts, region=code, care_type=care_type, provider="own"
            )
            if code in setting.written:
                frames_.append(frame[(counts > 0).reshape(-1)])
        stays[code] = (parts[_DAYS, "somatic"], parts[_EPISODES, "somatic"])
        somatic = own.occupied[:, : len(names.WARDS)].sum(axis=1)[:, setting.window]
        ready[code] = (rng.binomial(somatic.astype("int64"), _READY), somatic)
        knife = _split(setting, by_key.get((_THEATRE, "")), place, own, rng)
        used = _IN_USE + rng.normal(0, 0.03, (len(own.hospitals), 1))
        theatres[code] = (knife, np.rint(knife / (used + rng.normal(0, 0.01, knife.shape))))
    for indicator, counts in (
        ("mean_length_of_stay", stays),
        ("ready_for_discharge_share", ready),
        ("theatre_use", theatres),
    ):
        frames_ += _ratios(setting, indicator, counts, beds)
    return frames_


def _split(
    setting: Setting, line: Line | None, place: int, own: Beds, rng: np.random.Generator
) -> np.ndarray:
    """A region's line in whole parts by hospital and month, in proportion to occupied beds."""
    shape = (len(own.hospitals), len(setting.months))
    if line is None:
        return np.zeros(shape)
    wards = slice(len(names.WARDS), None) if line.care_type == "psychiatric" else slice(None, -1)
    weights = own.occupied[:, wards].sum(axis=1)[:, setting.window]
    weights = weights * np.exp(rng.normal(0, 0.02, shape))
    totals = line.series[place, setting.window]
    parts = [curves.whole(int(t), weights[:, i] + 1e-9) for i, t in enumerate(totals)]
    return np.array(parts).T


def _ratios(
    setting: Setting,
    indicator: str,
    counts: dict[str, tuple[np.ndarray, np.ndarray]],
    beds: list[Beds],
) -> list[pd.DataFrame]:
    """A ratio of counts for hospitals, regions and the country: sums first, then the ratio."""
    per = 1.0 if indicator == "mean_length_of_stay" else 100.0
    note = {"note": "somatisk slutenvård"} if indicator != "theatre_use" else {}
    periods = [str(month) for month in setting.months]
    made = []
    for (code, (num, den)), own in zip(counts.items(), beds, strict=True):
        if code not in setting.written:
            continue
        dims = {"unit": own.hospitals, "period": periods}
        frame = _ratio(indicator, dims, num, den, per, region=code, **note)
        made.append(frame[frame["denominator"] > 0])
    sums = [with_country(np.array([c[i].sum(axis=0) for c in counts.values()])) for i in (0, 1)]
    dims = {"region": setting.places, "period": periods}
    return [*made, _ratio(indicator, dims, *sums, per, **note)]


def _ratio(
    indicator: str,
    dims: dict[str, list[str]],
    num: np.ndarray,
    den: np.ndarray,
    per: float,
    **fixed: str,
) -> pd.DataFrame:
    whole = np.where(den > 0, den, np.nan)
    return rows(indicator, dims, numerator=num, denominator=den, value=per * num / whole, **fixed)
