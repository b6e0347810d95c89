"""Income statement, worked time and sick leave at the last month, as a monthly report has them.

Other regions' amounts are those that one region has published, in proportion to inhabitants.
"""

import numpy as np
import pandas as pd

from vardlaget.demo import curves
from vardlaget.demo.figures import rows, with_country
from vardlaget.demo.setting import Setting
from vardlaget.periods import Month

REVENUE = (
    "patient_fees",
    "care_services",
    "regional_funding",
    "sales_of_services",
    "other_revenue",
)
COSTS = (
    "staff_costs",
    "purchased_care",
    "medicines",
    "assistive_devices",
    "materials_and_services",
    "premises",
    "other_operating_costs",
)
PARTS = ("agency_staff", "overtime")
# Hours that one årsarbetare works in a month, and how much dearer a year is than the last.
_FULL_TIME, _DEARER = 143.75, 1.045
# Amounts are printed in millions of kronor with one decimal.
_STEP = 100_000
_WORKERS = ("doctor", "nurse", "assistant_nurse", "other")
_SICK = np.array([0.18, 0.15, 0.08, 0, -0.05, -0.12, -0.25, -0.15, -0.02, 0.03, 0.08, 0.1])
# Parts of the ordinary working hours, and sick leave beside the whole's; the last has the rest.
_GROUPS = {
    "sex": {"women": (0.79, 1.085), "men": (0.21, 0)},
    "age_group": {"-29": (0.14, 0.98), "30-49": (0.45, 0.95), "50-": (0.41, 0)},
}


def frames(setting: Setting) -> pd.DataFrame:
    """Observations of the country and all regions."""
    made = [*_income(setting), *_worked_time(setting), *_sick_leave(setting)]
    return pd.concat(made, ignore_index=True)


def _newest(setting: Setting, indicator: str, span: str, scenario: str, **key: str) -> pd.DataFrame:
    """The published figures of the newest period that has any, one row a region."""
    wanted = {"indicator": indicator, "span": span, "scenario": scenario, "unit": ""} | key
    found = setting.matching(wanted)
    return found[found["period"] == found["period"].max()].drop_duplicates("region")


def _level(
    setting: Setting, indicator: str, end: Month, span: str, scenario: str, **key: str
) -> np.ndarray:
    """What regions have by their inhabitants, at the prices and length of a period; 0 if unknown.

    A region's own published figure of the very period counts as it is.
    """
    found = _newest(setting, indicator, span, scenario, **key)
    if found.empty:
        return np.zeros(len(setting.codes))
    row = found.iloc[0]
    rate = row["value"] / setting.population[setting.codes.index(row["region"])]
    year, months = int(row["period"][:4]), int(row["period"][5:7] or 12)
    length = (end.number if span == "ytd" else 12) / months
    level = setting.population * rate * length * _DEARER ** (end.year - year)
    rng = setting.rng("economy", indicator, *key.values())
    level = level * np.exp(rng.normal(0, 0.03, len(level)))
    period = str(end) if span == "ytd" else str(end.year)
    wanted = {"indicator": indicator, "span": span, "scenario": scenario, "period": period}
    for own in setting.matching(wanted | {"unit": ""} | key).itertuples():
        level[setting.codes.index(own.region)] = own.value
    return level


def _income(setting: Setting) -> list[pd.DataFrame]:
    """Year to date and year of every account, in whole 0.1 mkr; totals are sums of accounts."""
    last, before = setting.last, setting.last.minus(12)
    december = Month(last.year - 1, 12)
    columns: dict[tuple[str, str, str], dict[str, np.ndarray]] = {}
    for name in (*REVENUE, *COSTS, *PARTS):
        id_ = f"income.{name}"
        rng = setting.rng("accounts", name)
        dearer = _DEARER * np.exp(rng.normal(0, 0.015, len(setting.codes)))
        earlier = _level(setting, id_, before, "ytd", "actual")
        year = _agency_as_published(
            setting, name, december, _level(setting, id_, december, "year", "actual")
        )
        plan = 1.0 if name in REVENUE else 0.97
        for key, amount in {
            ("ytd", str(last), "actual"): earlier * dearer,
            ("ytd", str(last), "budget"): earlier * _DEARER * plan,
            ("ytd", str(before), "actual"): earlier,
            ("year", str(last.year), "forecast"): year * dearer,
            ("year", str(last.year), "budget"): year * _DEARER * plan,
            ("year", str(last.year - 1), "actual"): year,
        }.items():
            columns.setdefault(key, {})[name] = np.rint(amount / _STEP) * _STEP
    made = []
    for (span, period, scenario), accounts in columns.items():
        accounts["total_revenue"] = np.sum([accounts[name] for name in REVENUE], axis=0)
        accounts["total_costs"] = np.sum([accounts[name] for name in COSTS], axis=0)
        accounts["result"] = accounts["total_revenue"] + accounts["total_costs"]
        for name, amount in accounts.items():
            dims = {"region": setting.places, "period": [period]}
            value = with_country(amount[:, None])
            made.append(rows(f"income.{name}", dims, value=value, span=span, scenario=scenario))
    return made


def _agency_as_published(
    setting: Setting, name: str, december: Month, year: np.ndarray
) -> np.ndarray:
    """Costs of hired staff that a region has published under its own heading."""
    if name == "agency_staff":
        key = {"indicator": "agency_cost", "span": "year", "period": str(december.year)}
        for own in setting.matching(key | {"unit": ""}).itertuples():
            year[setting.codes.index(own.region)] = -own.value
    return year


def _worked_time(setting: Setting) -> list[pd.DataFrame]:
    """Hours of the year to date, a month behind but in December, and those of the year before."""
    end = setting.last if setting.last.number == 12 else setting.last.minus(1)
    made = []
    for now in (end, end.minus(12)):
        hours = _hours(setting, now)
        for (name, profession), value in hours.items():
            id_ = name if name.startswith("full_time") else f"worked_time.{name}"
            dims = {"region": setting.places, "period": [str(now)]}
            whole = with_country(value[:, None])
            made.append(rows(id_, dims, value=whole, span="ytd", profession=profession))
    return made


def _hours(setting: Setting, end: Month) -> dict[tuple[str, str], np.ndarray]:
    """Whole hours by kind and profession ("" is all); hours do not grow dearer."""

    def level(name: str, profession: str = "") -> np.ndarray:
        found = _level(setting, f"worked_time.{name}", end, "ytd", "actual", profession=profession)
        year = _newest(setting, f"worked_time.{name}", "ytd", "actual")["period"].max()
        since = end.year - int(year[:4]) if isinstance(year, str) else 0
        return np.rint(found / (_DEARER / 1.01) ** since)

    hours = {}
    for name in ("own_staff", "resource_unit", "agency_staff"):
        workers = {
            profession: level(name, profession)
            for profession in _WORKERS
            if len(_newest(setting, f"worked_time.{name}", "ytd", "actual", profession=profession))
        }
        hours[name, ""] = np.sum(list(workers.values()), axis=0) if workers else level(name)
        hours |= {(name, profession): value for profession, value in workers.items()}
    own = sum(hours[name, ""] for name in ("own_staff", "resource_unit", "agency_staff"))
    for name in ("own_staff_overtime", "own_staff_hourly_paid", "on_call_deduction"):
        hours[name, ""] = level(name)
    for name in ("working_days_adjustment", "leap_day_adjustment"):
        hours[name, ""] = np.zeros(len(setting.codes))
    hours["total_including_on_call", ""] = own
    hours["total_excluding_on_call", ""] = own + hours["on_call_deduction", ""]
    full_time = hours["total_excluding_on_call", ""] / (_FULL_TIME * end.number)
    hours["full_time_equivalents", ""] = np.rint(full_time)
    return hours


def _sick_leave(setting: Setting) -> list[pd.DataFrame]:
    """Sick leave of the year to date in every month: all, short, long, by sex and age, in hours."""
    months, id_ = setting.years, "sick_leave"
    anchors = {code: _published_sick_leave(setting, code, id_) for code in setting.codes}
    path = curves.shares(
        setting, id_, months, 0.066, spread=0.08, trend=-0.03, season=_SICK, anchors=anchors
    )
    short = _shares_of(setting, "sick_leave_short", path, 0.55)
    long = curves.shares(
        setting,
        "sick_leave_long",
        months,
        0.31,
        spread=0.12,
        season=-_SICK,
        anchors={c: _published_sick_leave(setting, c, "sick_leave_long") for c in setting.codes},
    )
    passed = np.array([month.number for month in months])
    hours = np.rint(setting.population[:, None] * 2.9 * passed)
    sick = np.rint(hours * curves.expit(path))
    told = {
        "sick_leave": (sick, hours),
        "sick_leave_short": (np.minimum(np.rint(hours * short), sick), hours),
        "sick_leave_long": (np.rint(sick * curves.expit(long)), sick),
    }
    place = {"region": setting.places, "period": [str(month) for month in setting.months]}
    made = [_part(setting, name, place, num, den) for name, (num, den) in told.items()]
    for column, groups in _GROUPS.items():
        rest_sick, rest_hours = sick, hours
        for group, (part, level) in groups.items():
            den = np.rint(hours * part) if level else rest_hours
            num = np.rint(den * curves.expit(path) * level) if level else rest_sick
            rest_sick, rest_hours = rest_sick - num, rest_hours - den
            made.append(_part(setting, id_, place, num, den, **{column: group}))
    return made


def _part(
    setting: Setting,
    indicator: str,
    dims: dict[str, list[str]],
    num: np.ndarray,
    den: np.ndarray,
    **fixed: str,
) -> pd.DataFrame:
    num, den = (with_country(array[:, setting.window]) for array in (num, den))
    return rows(indicator, dims, numerator=num, denominator=den, span="ytd", **fixed)


def _published_sick_leave(setting: Setting, code: str, indicator: str) -> dict[Month, float]:
    totals = setting.totals(code, indicator=indicator)
    return {span[-1]: percent for span, percent in totals.items()}


def _shares_of(setting: Setting, indicator: str, path: np.ndarray, part: float) -> np.ndarray:
    """Short sick leave as a share of hours: about so large a part of all sick leave."""
    made = []
    for place, code in enumerate(setting.codes):
        curve = np.full(len(setting.years), curves.logit(part))
        points = {}
        for month, percent in _published_sick_leave(setting, code, indicator).items():
            whole = curves.expit(path[place, setting.years.index(month)])
            points[month] = float(curves.logit(percent / 100 / whole))
        curve = curve + curves.wobble(setting.rng(indicator, code), len(curve), 0.05)
        made.append(
            curves.expit(path[place]) * curves.expit(curves.moved(curve, setting.years, points))
        )
    return np.array(made)
