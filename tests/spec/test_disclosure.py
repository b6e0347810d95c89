"""Small numbers: a table in, the same table out without what stands on few people."""

import pandas as pd
import pytest

from disclosure_support import COUNT, INDICATORS, POLICY, SHARE, kept, table, units
from vardlaget.disclosure import NOTE, protect, protection
from vardlaget.disclosure.primary import problems
from vardlaget.observations import COLUMNS, SYNTHETIC, is_synthetic
from vardlaget.present.numbers import decimals_shown, with_text


def test_a_table_without_small_numbers_is_the_same_table():
    frame = table(*units(A=5, B=0, whole=5), indicator=COUNT)
    pd.testing.assert_frame_equal(protect(frame, POLICY, INDICATORS), frame)
    assert protect(frame.iloc[:0], POLICY, INDICATORS).empty


def test_a_small_unit_takes_another_with_it_so_that_the_sum_does_not_tell_it():
    frame = table(*units(A=3, B=30, C=200, whole=233), indicator=COUNT, note="räknat om")
    protected = protect(frame, POLICY, INDICATORS)
    assert protected["status"].tolist() == ["suppressed", "suppressed", "reported", "reported"]
    assert protected["value"].tolist()[2:] == [200, 233]
    assert protected[["numerator", "denominator", "value"]].iloc[:2].isna().all(axis=None)
    assert protected["note"].tolist() == [f"räknat om; {NOTE}"] * 2 + ["räknat om"] * 2
    assert list(protected.columns) == list(COLUMNS)


def test_a_hidden_row_says_that_it_is_synthetic_and_no_more():
    """What a synthetic table has no number for is labelled when it is read; see is_synthetic."""
    zero = {"unit": "B", "value": 0, "status": "zero", "note": SYNTHETIC}
    parts = [
        {"unit": "A", "value": 3},
        zero,
        {"unit": "C", "value": 90},
        {"unit": "D", "value": 95},
    ]
    whole = {"value": 188}
    frame = table(*parts, whole, indicator=COUNT, status="synthetic")
    protected = protect(frame, POLICY, INDICATORS)
    gone = protected[protected["status"] == "suppressed"]
    assert len(gone) >= 2
    assert set(gone["note"]) == {f"{SYNTHETIC}; {NOTE}"}
    assert is_synthetic(protected).all()
    real = protect(table(*units(A=3, B=9, whole=12), indicator=COUNT), POLICY, INDICATORS)
    assert not is_synthetic(real).any()


def test_two_small_units_whose_sum_is_small_take_a_third():
    assert kept(table(*units(A=1, B=2, C=30, D=90, whole=123), indicator=COUNT)) == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert kept(table(*units(A=3, B=4, C=30, D=90, whole=127), indicator=COUNT)).count(False) == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((50, 100), True),
        ((4, 100), False),  # the numerator
        ((96, 100), False),  # those who are not in it
        ((3, 4), False),  # the denominator
        ((0, 100), True),  # nobody, or everybody, is not a small number
        ((100, 100), True),
        ((0, 3), False),
        ((5, 10), True),
    ],
)
def test_a_share_of_few_on_few_or_short_of_few_is_hidden(value, shown):
    frame = table({"value": value}, indicator=SHARE, basis="completed")
    assert kept(frame) == [shown]


def test_zero_is_shown_unless_the_policy_hides_it():
    frame = table(*units(A=0, B=30, C=40, whole=70), indicator=COUNT)
    assert kept(frame) == [True] * 4
    hiding = POLICY.model_copy(update={"show_zero": False})
    assert kept(frame, hiding) == [False, False, True, True]


def test_the_threshold_is_the_policys():
    frame = table(*units(A=12, B=50, C=60, whole=122), indicator=COUNT)
    older = POLICY.model_copy(update={"threshold": 20})
    assert kept(frame) == [True] * 4
    assert kept(frame, older) == [False, False, True, True]


def test_a_share_whose_source_gives_no_counts_is_left_as_it_is():
    frame = table({"value": 66.7}, indicator=SHARE, basis="completed")
    assert kept(frame) == [True]


def test_a_printed_share_of_a_known_denominator_tells_its_numerator():
    frame = table(
        {"value": 6.7, "denominator": 45},
        indicator=SHARE,
        basis="completed",
    )
    assert kept(frame) == [False]
    many = frame.assign(denominator=4500.0)
    assert kept(many) == [True]


def test_a_share_and_its_denominator_in_rows_of_their_own_tell_its_numerator():
    share, below = {"indicator": SHARE, "value": 6.7}, f"{SHARE}.denominator"
    assert kept(table(share, {"indicator": below, "value": 45})) == [False, True]
    assert kept(table(share, {"indicator": below, "value": 4500})) == [True, True]


def test_where_sources_contradict_each_other_both_are_hidden_if_one_is_small():
    frame = table({"value": 30}, {"value": 3}, indicator=COUNT)
    assert kept(frame) == [False, False]


def test_one_count_is_hidden_in_every_form():
    frame = table(
        {"indicator": "first_visit_90d", "value": (57, 60)},
        {"indicator": "first_visit_90d.numerator", "value": 57},
        {"indicator": "first_visit_90d.denominator", "value": 60},
        {"indicator": "first_visit_over_90d_count", "value": 3},
        {"indicator": "first_visit_30d", "value": (20, 60)},
        basis="waiting",
        specialty="Hud",
    )
    share, numerator, denominator, over, other = kept(frame)
    assert not share
    assert not over
    assert other
    assert denominator
    assert not numerator


def test_intervals_of_days_are_the_patients():
    days = ["0_30", "31_60", "61_90", "91_120", "121_180", "181_365", "366_plus"]
    counts = [40, 30, 20, 10, 9, 8, 2]
    rows = [
        {"indicator": f"first_visit_days_{interval}", "value": n}
        for interval, n in zip(days, counts, strict=True)
    ]
    rows.append({"indicator": "first_visit_patients", "value": sum(counts)})
    shown = kept(table(*rows, basis="waiting"))
    assert not shown[6]
    assert shown.count(False) == 2


def test_a_median_of_few_patients_is_hidden_with_them():
    frame = table(
        {"indicator": "treatment_patients", "value": 3, "specialty": "Hud"},
        {"indicator": "treatment_median_wait", "value": 40, "specialty": "Hud"},
        {"indicator": "treatment_median_wait", "value": 50, "specialty": "Kirurgi"},
        basis="waiting",
    )
    assert kept(frame) == [False, False, True]


def test_money_beds_and_clinics_that_report_are_not_people():
    frame = table(
        {"indicator": "income.medicines", "value": 3},
        {"indicator": "available_beds", "value": 4},
        {"indicator": "response_rate.child_psychiatry", "value": (2, 2)},
        {"indicator": COUNT, "value": 3, "scenario": "target"},
    )
    assert kept(frame) == [True] * 4


def test_patients_are_people_whatever_the_subject():
    units = [{"unit": "A", "value": 4}, {"unit": "B", "value": 40}, {"unit": "C", "value": 90}]
    frame = table(*units, indicator="displaced_patients")
    assert kept(frame) == [False, True, True]


def test_a_cell_that_its_source_hides_is_protected_too():
    frame = table(*units(A=float("nan"), B=30, C=200, whole=233), indicator=COUNT)
    frame.loc[0, "status"] = "suppressed"
    assert kept(frame) == [False, False, True, True]


def test_the_country_stands_back_for_a_region():
    rows = [{"region": code, "value": n} for code, n in (("00", 63), ("14", 3), ("23", 60))]
    assert not kept(table(*rows, indicator=COUNT))[1]
    assert kept(table(*rows, indicator=COUNT)).count(False) == 2


def test_a_month_that_the_year_to_date_would_tell_takes_another_figure():
    rows = [
        {"span": "month", "period": "2024-01", "value": 40},
        {"span": "month", "period": "2024-02", "value": 2},
        {"span": "ytd", "period": "2024-01", "value": 40},
        {"span": "ytd", "period": "2024-02", "value": 42},
    ]
    january, february, until_january, until_february = kept(table(*rows, indicator=COUNT))
    assert not february
    assert not until_february or not (january or until_january)


def test_hidden_figures_read_x_and_not_zero():
    frame = table(*units(A=3, B=0, whole=3), indicator=COUNT)
    protected = protect(frame, POLICY, INDICATORS)
    texts = with_text(protected, INDICATORS, decimals_shown(protected, INDICATORS))["text"]
    assert texts.tolist() == ["x", "0", "x"]


def test_what_is_shown_is_rounded_where_the_policy_says_so():
    rounding = POLICY.model_copy(update={"rounding": 5})
    frame = table(
        {"indicator": COUNT, "value": 57},
        {"indicator": SHARE, "value": (57, 92)},
        {"indicator": "available_beds", "value": 57},
    )
    protected = protect(frame, rounding, INDICATORS)
    assert protected["value"].tolist() == [55, pytest.approx(100 * 55 / 90), 57]


def test_a_month_that_is_remembered_hides_the_same_rows(tmp_path, monkeypatch):
    frame = table(*units(A=3, B=30, C=200, whole=233), indicator=COUNT)
    first = protect(frame, POLICY, INDICATORS, memory=tmp_path)

    def searched(*_):
        raise AssertionError("searched again")

    monkeypatch.setattr(protection, "hidden_rows", searched)
    pd.testing.assert_frame_equal(protect(frame, POLICY, INDICATORS, memory=tmp_path), first)
    with pytest.raises(AssertionError, match="searched again"):
        protect(frame.replace(30.0, 31.0), POLICY, INDICATORS, memory=tmp_path)


def test_a_search_that_is_broken_off_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """Of three months the last, which is searched after the others, stops it the first time."""
    months = [units(A=3, B=30, C=200, whole=233) for _ in range(3)]
    rows = [row | {"period": f"2024-0{n + 1}"} for n, month in enumerate(months) for row in month]
    frame = table(*rows[:-1], indicator=COUNT)
    found, searched, last = protection.hidden_rows, [], {"2024-03"}

    def breaking(cells, small, policy):
        searched.extend(cells.frame["period"].unique())
        if searched[-1] in last:
            raise KeyboardInterrupt
        return found(cells, small, policy)

    monkeypatch.setattr(protection, "hidden_rows", breaking)
    with pytest.raises(KeyboardInterrupt):
        protect(frame, POLICY, INDICATORS, memory=tmp_path)
    assert sorted(searched) == ["2024-01", "2024-02", "2024-03"]
    last.clear()
    searched.clear()
    protect(frame, POLICY, INDICATORS, memory=tmp_path)
    assert searched == ["2024-03"]


def test_a_month_is_the_difference_of_two_years_to_date_where_months_before_it_are_untold():
    frame = table(
        {"span": "ytd", "period": "2024-02", "value": 40},
        {"span": "ytd", "period": "2024-03", "value": 43},
        {"period": "2024-03", "value": 3},
        indicator=COUNT,
        unit="A",
    )
    shown = kept(frame)
    assert not shown[2]
    assert not all(shown[:2])


@pytest.mark.parametrize(
    ("basis", "spans", "apart"),
    [
        ("completed", {"month": ["2024-01", "2024-02", "2024-03"]}, 3),
        ("completed", {"month": ["2023-12", "2024-01", "2024-02"], "ytd": ["2024-02"]}, 2),
        ("completed", {"month": ["2023-02", "2024-02"], "r12": ["2024-01"]}, 2),
        ("completed", {"ytd": ["2024-02"], "r12": ["2024-11", "2023-12"], "year": ["2024"]}, 1),
        # Those who wait at the end of each month do not add up.
        ("waiting", {"month": ["2024-01", "2024-02"], "ytd": ["2024-02"]}, 3),
    ],
)
def test_only_periods_that_share_a_month_are_searched_together(basis, spans, apart):
    rows = [
        {"span": span, "period": period, "value": (3, 9)}
        for span, periods in spans.items()
        for period in periods
    ]
    frame = table(*rows, indicator=SHARE, basis=basis).assign(open=False)
    found = [part for _, part in problems(frame, POLICY, INDICATORS)]
    assert len(found) == apart
    assert sum(map(len, found)) == len(frame)
