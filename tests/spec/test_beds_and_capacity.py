"""Beds, occupancy and targets."""

import math
from datetime import date

import pandas as pd
import pytest

from vardlaget import observations
from vardlaget.catalogue import Target, load_indicators
from vardlaget.indicators import beds, capacity
from vardlaget.indicators.rolling import rolling_12
from vardlaget.indicators.wards import country
from vardlaget.periods import Month

# mean now, change since last year → last year, per cent
CHANGES = [
    (523, -55, 578, -9.5156),  # Region Västerbotten 2023, which prints −9,6 %
    (578, 0, 578, 0),
    (110, 10, 100, 10),
]


@pytest.mark.parametrize(("now", "change", "before", "percent"), CHANGES)
def test_the_change_is_taken_of_last_years_beds(now, change, before, percent):
    found = beds.change(now, change)
    assert found.before == before
    assert found.beds == change
    assert found.percent == pytest.approx(percent, abs=5e-5)


def test_no_change_in_per_cent_from_no_beds():
    assert math.isnan(beds.change(10, 10).percent)


def test_beds_per_1_000_inhabitants():
    assert beds.per_1000(523, 278_729) == pytest.approx(1.8764, abs=5e-5)


@pytest.mark.parametrize("population", [0, -1])
def test_beds_per_inhabitant_need_inhabitants(population):
    with pytest.raises(ValueError, match="population must be positive"):
        beds.per_1000(523, population)


# care days, available beds, days → per cent
OCCUPANCY = [
    (2800, 100, 28, 100),
    (2688, 100, 28, 96),
    (3080, 100, 28, 110),  # more patients than beds
    (0, 100, 28, 0),
    (2352.5, 96.5, 28, 87.0651),
]


@pytest.mark.parametrize(("care_days", "available", "days", "percent"), OCCUPANCY)
def test_occupancy_is_care_days_of_bed_days(care_days, available, days, percent):
    assert capacity.occupancy(care_days, available, days) == pytest.approx(percent, abs=5e-5)


@pytest.mark.parametrize("care_days", [0, 10])
def test_no_occupancy_of_no_beds(care_days):
    assert math.isnan(capacity.occupancy(care_days, 0, 28))


@pytest.mark.parametrize("wrong", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_negative_days_and_beds_are_refused(wrong):
    with pytest.raises(ValueError, match="cannot be negative"):
        capacity.occupancy(*wrong)


def target(lower=None, upper=None):
    return Target(
        indicator="bed_occupancy",
        region="19",
        valid_from=date(2023, 1, 1),
        valid_to=date(2023, 12, 31),
        lower=lower,
        upper=upper,
        source="styrkort",
    )


# value, lower, upper → state. 85–90 is Region Västmanland's target for occupancy in 2023.
STATES = [
    (84.9, 85, 90, "below"),
    (85, 85, 90, "within"),
    (90, 85, 90, "within"),
    (90.1, 85, 90, "above"),
    (96, 85, 90, "above"),
    (99.9, 100, None, "below"),
    (100, 100, None, "within"),
    (7.6, None, 2, "above"),
    (2, None, 2, "within"),
    (50, None, None, None),  # a target in words only, such as "Öka"
    (None, 85, 90, None),
    (math.nan, 85, 90, None),  # Was wrong once: a missing value counts as within the target
]


@pytest.mark.parametrize(("value", "lower", "upper", "state"), STATES)
def test_a_target_says_where_a_value_stands(value, lower, upper, state):
    assert capacity.state(value, target(lower, upper)) == state


def test_every_state_of_an_interval_has_its_words():
    assert set(capacity.STATES) == {s for *_, s in STATES if s}


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2022-12-31", False), ("2023-01-01", True), ("2023-12-31", True), ("2024-01-01", False)],
)
def test_a_target_holds_from_its_first_to_its_last_day(day, holds):
    assert target(85, 90).holds(date.fromisoformat(day)) is holds


INDICATORS = load_indicators()
# February 2023 has 28 days, January 31.
LINE = {"region": "24", "span": "month", "period": "2023-02", "scenario": "actual"}
COLUMNS = ["indicator", "unit", "specialty", "care_type", "value"]


def observed(rows, columns=COLUMNS, **common):
    """Observations of February 2023; a number that is None is missing."""
    frame = pd.DataFrame(rows, columns=columns).astype({"value": float})
    given = {"source": "fil.csv"} | {k: v for k, v in (LINE | common).items() if k not in columns}
    frame = frame.assign(**given)
    states = frame["value"].map(lambda value: "missing" if math.isnan(value) else "reported")
    return observations.typed(frame.assign(status=frame.get("status", states)))


def values(frame, indicator, columns=("unit", "specialty", "care_type", "value")):
    found = frame[frame["indicator"] == indicator]
    assert not found.duplicated(list(observations.KEY)).any()
    rows = found[list(columns)].round(4).astype(object)
    return set(rows.where(rows.notna(), None).itertuples(index=False, name=None))


# Two hospitals, two kinds of care: available and occupied beds, overcrowding, displaced patients
WARDS = [
    ("Norr", "Kirurgi", "somatic", 20, 22, 1, 0),
    ("Norr", "Medicin", "somatic", 30, 27, 0, 3),
    ("Syd", "Medicin", "somatic", 40, 42, 3, 1),
    ("Syd", "Psykiatri", "psychiatric", 10, 9, 0, 0),
]
COUNTS = ["available_beds", "occupied_beds", "overcrowding", "displaced_daily"]


def wards(**common):
    rows = [
        (name, *ward[:3], ward[3 + place]) for ward in WARDS for place, name in enumerate(COUNTS)
    ]
    return observed(rows, **common)


TOTAL_BEDS = {
    ("Norr", "", "somatic", 50),
    ("Syd", "", "somatic", 40),
    ("Syd", "", "psychiatric", 10),
    ("", "Kirurgi", "somatic", 20),
    ("", "Medicin", "somatic", 70),
    ("", "Psykiatri", "psychiatric", 10),
    ("", "", "somatic", 90),
    ("", "", "psychiatric", 10),
    ("Norr", "Kirurgi", "", 20),
    ("Norr", "Medicin", "", 30),
    ("Syd", "Medicin", "", 40),
    ("Syd", "Psykiatri", "", 10),
    ("Norr", "", "", 50),
    ("Syd", "", "", 50),
    ("", "Kirurgi", "", 20),
    ("", "Medicin", "", 70),
    ("", "Psykiatri", "", 10),
    ("", "", "", 100),
}


def test_wards_are_summed_by_hospital_specialty_and_kind_of_care():
    found = capacity.completed(wards(), INDICATORS)
    given = {(*ward[:3], ward[3]) for ward in WARDS}
    assert values(found, "available_beds") == TOTAL_BEDS | given


# unit, kind of care → occupancy, overcrowding and displaced patients per 100 beds
RATIOS = [
    ("Norr", "somatic", 98, 2, 6),  # 49/50, 1/50, 3/50
    ("Syd", "", 102, 6, 2),  # 51/50: more patients than beds
    ("", "somatic", 101.1111, 4.4444, 4.4444),  # 91/90, 4/90, 4/90
    ("", "psychiatric", 90, 0, 0),
    ("", "", 100, 4, 4),  # not the mean of 110, 90, 105 and 90
]


@pytest.mark.parametrize(("unit", "kind", "occupied", "overcrowded", "displaced"), RATIOS)
def test_wards_are_summed_before_they_are_divided(unit, kind, occupied, overcrowded, displaced):
    found = capacity.completed(wards(), INDICATORS)
    found = found[(found["unit"] == unit) & (found["care_type"] == kind)]
    found = found[found["specialty"] == ""].set_index("indicator")["value"]
    wanted = {
        "bed_occupancy": occupied,
        "overcrowding_per_100": overcrowded,
        "displaced_per_100": displaced,
    }
    assert found[list(wanted)].to_dict() == pytest.approx(wanted, abs=5e-5)


def test_a_ratio_carries_the_sums_over_the_days():
    found = capacity.completed(wards(), INDICATORS)
    whole = found[(found[["unit", "specialty", "care_type"]] == "").all(axis=1)]
    counts = whole.set_index("indicator")[["numerator", "denominator"]]
    assert counts.loc["bed_occupancy"].tolist() == [2800, 2800]
    assert counts.loc["overcrowding_per_100"].tolist() == [112, 28]  # 4 · 28, 100/100 · 28


def test_twelve_months_weigh_each_month_by_its_days():
    months = [str(Month(2023, 2).minus(back)) for back in range(12)]
    short = observed([("available_beds", "", "", "", 100), ("occupied_beds", "", "", "", 90)])
    year = pd.concat(
        [short.assign(period=p, value=short["value"] + (p == "2023-01") * 10.0) for p in months]
    )
    found = rolling_12(capacity.completed(year, INDICATORS), INDICATORS)
    newest = found[found["period"] == "2023-02"].set_index("indicator")["value"]
    assert newest["available_beds"] == pytest.approx(100 + 10 * 31 / 365)
    assert newest["bed_occupancy"] == pytest.approx(100 * (90 * 365 + 310) / (100 * 365 + 310))


# what one of two hospitals says → the whole
PARTLY = [
    (40, "reported", 90, "reported"),
    (None, "missing", None, "missing"),
    (None, "suppressed", None, "missing"),
    (None, "not_applicable", 50, "reported"),
    (0, "zero", 50, "reported"),
    (40, "preliminary", 90, "preliminary"),
    (40, "synthetic", 90, "synthetic"),
]


@pytest.mark.parametrize(("value", "status", "whole", "told"), PARTLY)
def test_a_whole_needs_all_its_parts(value, status, whole, told):
    rows = [("available_beds", "Norr", 50, "reported"), ("available_beds", "Syd", value, status)]
    frame = observed(rows, ["indicator", "unit", "value", "status"])
    found = capacity.completed(frame, INDICATORS)
    total = found[found["unit"] == ""].iloc[0]
    assert total["value"] == pytest.approx(whole or math.nan, nan_ok=True)
    assert total["status"] == told
    assert bool(total["note"]) == (told == "missing")


def test_the_whole_that_a_source_gives_stands():
    beds = observed([("available_beds", unit, "", "", v) for unit, v in [("", 120), ("Norr", 50)]])
    assert values(capacity.completed(beds, INDICATORS), "available_beds") == {
        ("", "", "", 120),
        ("Norr", "", "", 50),
    }


def test_beds_that_contradict_each_other_are_missing():
    beds = observed([("available_beds", "Norr", "", "", v) for v in (50, 60)])
    found = capacity.completed(beds, INDICATORS)
    assert found["value"].isna().all()
    assert set(found["status"]) == {"missing"}


def test_a_month_is_the_mean_of_its_days():
    days = [(f"2023-02-{day:02d}", 10 if day <= 14 else 4) for day in range(1, 29)]
    frame = observed(days, ["period", "value"], indicator="available_beds", span="point")
    month = capacity.completed(frame, INDICATORS)
    assert month[["span", "period", "value"]].values.tolist() == [["month", "2023-02", 7]]
    short = capacity.completed(frame.iloc[1:], INDICATORS).iloc[0]
    assert math.isnan(short["value"])
    assert (short["status"], short["note"]) == ("missing", "uppgift saknas för 1 av 28 dygn")


# the source's own occupancy and counts; occupied beds of 100 → occupancy, words of the note
OWN_OCCUPANCY = [
    (96.0, None, None, None, 96, ""),
    (96.0, None, None, 96.4, 96.4, ""),
    (96.0, None, None, 98, 98, "källans eget värde är 96"),
    (95.5, None, None, 98, 98, "källans eget värde är 95,5"),
    (96.0, 2688, 2800, 98, 96, ""),
    (None, None, None, 98, 98, ""),
    (None, None, None, None, None, ""),
]


@pytest.mark.parametrize(("own", "above", "below", "occupied", "value", "note"), OWN_OCCUPANCY)
def test_occupancy_with_counts_behind_it_is_taken_first(own, above, below, occupied, value, note):
    rows = [
        ("available_beds", 100, None, None),
        ("occupied_beds", occupied, None, None),
        ("bed_occupancy", own, above, below),
    ]
    frame = observed(rows, ["indicator", "value", "numerator", "denominator"])
    found = capacity.completed(frame, INDICATORS).set_index("indicator").loc["bed_occupancy"]
    assert found["value"] == pytest.approx(value or math.nan, nan_ok=True)
    assert found["note"] == note


def test_no_ratio_of_no_beds():
    rows = [(name, "", "", "", 0) for name in COUNTS]
    found = capacity.completed(observed(rows), INDICATORS).set_index("indicator")
    ratios = found.loc[["bed_occupancy", "overcrowding_per_100", "displaced_per_100"]]
    assert ratios["value"].isna().all()
    assert set(ratios["status"]) == {"zero"}


# care days, care episodes and, where known, available beds of a period
STAYS = [
    ("ytd", "2023-02", "somatic", 29017, 5643, None, 5.1421, None),  # Region Västmanland
    ("ytd", "2022-02", "somatic", 29794, 5603, None, 5.3175, None),
    ("month", "2023-02", "psychiatric", 3080, 0, 100, None, 110),  # 3 080 / (100 · 28)
    ("year", "2023", "somatic", 182500, 36500, 500, 5, 100),
    ("r12", "2024-02", "somatic", 36600, 36600, 100, 1, 100),  # 366 days
    ("ytd", "2023-02", "psychiatric", 5900, None, 100, None, 100),  # 59 days
]


@pytest.mark.parametrize(
    ("span", "period", "kind", "days", "episodes", "beds", "stay", "occupied"), STAYS
)
def test_care_days_give_length_of_stay_and_occupancy(
    span, period, kind, days, episodes, beds, stay, occupied
):
    rows = [
        ("production.care_days", "own", days),
        ("production.care_episodes", "own", episodes),
        ("available_beds", "", beds),
    ]
    frame = observed(rows, ["indicator", "provider", "value"], span=span, period=period)
    found = capacity.completed(frame.assign(care_type=kind), INDICATORS)
    found = found[found["care_type"] == kind].set_index("indicator")
    length, occupancy = found.loc["mean_length_of_stay"], found.loc["bed_occupancy"]
    assert length["value"] == pytest.approx(stay or math.nan, abs=5e-5, nan_ok=True)
    assert occupancy["value"] == pytest.approx(occupied or math.nan, nan_ok=True)
    assert (length["provider"], length["note"]) == ("", capacity.SAME_DAY)
    assert occupancy["note"] == capacity.OF_CARE_DAYS


def test_a_region_of_one_kind_of_care_has_no_whole_of_all_care():
    rows = [
        ("available_beds", "Norr", "", "somatic", 20),
        ("available_beds", "", "", "somatic", 50),
    ]
    assert values(capacity.completed(observed(rows), INDICATORS), "available_beds") == {
        ("Norr", "", "somatic", 20),
        ("", "", "somatic", 50),
    }


def test_somatic_and_psychiatric_care_days_are_not_added():
    rows = [("production.care_days", "", "", kind, 100) for kind in ("somatic", "psychiatric")]
    found = capacity.completed(observed(rows), INDICATORS)
    assert set(found["care_type"]) == {"somatic", "psychiatric"}


SHARES = [("ready_for_discharge_share", 8, 6), ("theatre_use", 70, 60)]


@pytest.mark.parametrize(("indicator", "first", "whole"), SHARES)
def test_shares_of_hospitals_are_summed_by_their_counts(indicator, first, whole):
    rows = [("Norr", first, first * 10, 1000), ("Syd", 0, whole * 30 - first * 10, 2000)]
    rows = [(unit, 100 * above / below, above, below) for unit, _, above, below in rows]
    frame = observed(rows, ["unit", "value", "numerator", "denominator"], indicator=indicator)
    found = capacity.completed(frame, INDICATORS).set_index("unit")["value"]
    assert found[["Norr", ""]].tolist() == [first, whole]


# overcrowding per 100 beds with its counts, by region → the country
REGIONS = [
    ([("23", 2, 2, 1), ("24", 6, 18, 3)], 5, "reported", ""),  # 20 / 4
    ([("23", 2, 2, 1), ("24", None, None, None)], 2, "reported", "gäller 1 av 2 regioner"),
    ([("23", 2, 2, 1), ("24", 6, 18, 3), ("00", 7, 21, 3)], 7, "reported", None),
]


@pytest.mark.parametrize(("rows", "value", "status", "note"), REGIONS)
def test_the_country_is_summed_where_it_is_not_given(rows, value, status, note):
    columns = ["region", "value", "numerator", "denominator"]
    frame = observed(rows, columns, indicator="overcrowding_per_100")
    found = country(frame, INDICATORS, {"23", "24"})
    if note is None:
        assert found.empty
    else:
        assert found[["region", "value", "status", "note"]].values.tolist() == [
            ["00", value, status, note]
        ]


def test_a_count_of_the_country_needs_all_regions():
    frame = observed([("23", 50), ("24", 60)], ["region", "value"], indicator="available_beds")
    assert country(frame, INDICATORS, {"23", "24"})["value"].tolist() == [110]
    partly = country(frame, INDICATORS, {"23", "24", "25"}).iloc[0]
    assert math.isnan(partly["value"])
    assert (partly["status"], partly["note"]) == ("missing", "gäller 2 av 3 regioner")


def test_units_and_specialties_are_held_against_the_same_of_the_country():
    of_all = wards(region="00")
    of_all.loc[of_all["indicator"] == "overcrowding", "value"] = 1.0
    found = capacity.completed(pd.concat([wards(), of_all]), INDICATORS)
    table = capacity.against_country(found, "overcrowding_per_100", "24", "2023-02")
    table = table[table["care_type"] == ""].set_index(["unit", "specialty"])
    assert table.loc[("", "")].tolist()[1:] == [4, 4, 0]
    assert table.loc[("Norr", "")].tolist()[1:] == [2, 4, -2]
    assert table.loc[("Norr", "Kirurgi")].tolist()[1:] == [5, 5, 0]  # 1/20 both
    assert table.loc[("Syd", "Medicin")].tolist()[1:] == pytest.approx(
        [7.5, 2.857, 4.643], abs=5e-4
    )


# span, period → days
DAYS = [
    ("month", "2024-02", 29),
    ("ytd", "2024-03", 91),
    ("r12", "2024-02", 366),
    ("r12", "2024-01", 365),
    ("year", "2023", 365),
    ("year", "2024", 366),
]


@pytest.mark.parametrize(("span", "period", "days"), DAYS)
def test_the_days_of_a_period(span, period, days):
    assert capacity.days_of(span, period) == days


# indicator, unit, span, period, value
PLANNED = [
    ("available_beds", "", "month", "2023-02", 96),
    ("available_beds", "", "month", "2022-02", 120),
    ("available_beds", "Norr", "month", "2023-02", 50),
    ("decided_beds", "", "year", "2023", 100),
    ("decided_beds", "", "month", "2023-02", 128),
    ("decided_beds", "Norr", "year", "2023", 40),
    ("available_beds_need", "", "year", "2023", 160),
]
PLANNED_OUT = [
    # available, decided, of decided, need, of need, last year, change, per cent
    ("", 96, 128, 75, 160, 60, 120, -24, -20),
    ("Norr", 50, 40, 125, None, None, None, None, None),
]


def test_beds_against_decided_need_and_last_year():
    frame = observed(PLANNED, ["indicator", "unit", "span", "period", "value"])
    found = beds.compared(frame, "month", "2023-02").drop(columns=["specialty", "care_type"])
    rows = found.drop(columns="status").astype(object)
    assert list(rows.where(rows.notna(), None).itertuples(index=False, name=None)) == PLANNED_OUT


def test_a_target_is_the_need_where_none_is_stated():
    stated = observed(PLANNED, ["indicator", "unit", "span", "period", "value"])
    unstated = stated[stated["indicator"] != "available_beds_need"]
    goal = target(lower=192)
    assert beds.compared(unstated, "month", "2023-02", goal)["of_need"].tolist()[0] == 50
    assert beds.compared(stated, "month", "2023-02", goal)["of_need"].tolist()[0] == 60
    assert beds.compared(unstated, "month", "2023-02", goal)["of_need"].isna().tolist()[1]


def test_the_published_change_is_taken_from_its_own_figures(published):
    found = beds.compared(published[published["region"] == "24"], "year", "2023").iloc[0]
    assert found[["available", "last_year", "change"]].tolist() == [523, 578, -55]
    assert found["change_percent"] == -5500 / 578  # printed as −9,6 %; it is −9,5 %


def test_beds_per_inhabitant_take_the_newest_population_before_the_end(populations):
    frame = observed(
        [("24", "", "2023", 523), ("24", "Norr", "2023", 100), ("99", "", "2023", 5)],
        ["region", "unit", "period", "value"],
        indicator="available_beds",
        span="year",
    )
    found = beds.per_inhabitants(frame, populations)
    people = populations[(populations["region"] == "24") & (populations["age_group"] == "total")]
    newest = people[people["date"] == date(2023, 12, 31)]["population"].iloc[0]
    assert found[["region", "unit", "numerator"]].values.tolist() == [["24", "", 523]]
    assert found["denominator"].iloc[0] == newest / 1000
    assert found["value"].iloc[0] == pytest.approx(523_000 / newest)
    assert found["indicator"].tolist() == ["available_beds_per_1000"]
