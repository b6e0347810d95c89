"""Shares that a source gives as counts (source: see tests/README.md)."""

import pandas as pd
import pytest

from reading import read_strictly as read_file
from vardlaget import observations, project
from vardlaget.indicators import waiting_times

# within 30 days, completed without patients' own choice → printed per cent. Norrbotten reported
# 0 of 0, which the source prints as 0 %: there is no such share.
CHILD_PSYCHIATRY = [
    ("00", 2463, 3504, 70),
    ("00", 2054, 3609, 57),
    ("23", 20, 73, 27),
    ("25", 0, 0, None),
]


@pytest.mark.parametrize(("region", "within", "completed", "percent"), CHILD_PSYCHIATRY)
def test_a_share_follows_from_its_counts(region, within, completed, percent, tmp_path):
    path = tmp_path / "bup.csv"
    path.write_text(
        "indicator,region,period,numerator,denominator\n"
        f"cap_first_visit_30d,{region},2019-03,{within},{completed}\n",
        encoding="utf-8",
    )
    row = read_file(path, project.find(data=tmp_path)).iloc[0]
    if percent is None:
        assert row["value"] != row["value"]
        assert row["status"] == "zero"
    else:
        assert round(row["value"]) == percent
        assert row["status"] == "reported"
    assert (row["numerator"], row["denominator"]) == (within, completed)


def test_a_source_that_prints_0_per_cent_of_nobody_has_no_share(tmp_path):
    path = tmp_path / "bup.csv"
    path.write_text(
        "indicator,region,period,numerator,denominator,value\n"
        "cap_first_visit_30d,25,2019-03,0,0,0 %\n",
        encoding="utf-8",
    )
    row = read_file(path, project.find(data=tmp_path)).iloc[0]
    assert row["value"] != row["value"]
    assert row["status"] == "zero"


# all completed, patients' own choice of 31 days or more, within 30 days → denominator, per cent
REINFORCED = [
    (3914, 410, 2463, 3504, 70),
    (4075, 466, 2054, 3609, 57),
    (75, 2, 20, 73, 27),
    (0, 0, 0, 0, None),
]


@pytest.mark.parametrize(("completed", "chosen", "within", "denominator", "percent"), REINFORCED)
def test_thirty_days_leave_out_what_patients_chose(completed, chosen, within, denominator, percent):
    found, share = waiting_times.reinforced_share(completed, chosen, within)
    assert found == denominator
    assert (None if share != share else round(share)) == percent


def test_the_counts_behind_thirty_days_come_from_the_one_table():
    row = {"region": "23", "period": "2019-03", "basis": "completed", "span": "month"}
    frame = observations.typed(
        pd.DataFrame(
            [
                row
                | {"indicator": "cap_first_visit_30d", "numerator": 20, "denominator": 73}
                | {"status": "reported", "value": 27},
                row
                | {"indicator": "cap_first_visit_patient_chosen_31d", "value": 2}
                | {"status": "reported"},
            ]
        )
    ).assign(scenario="actual")
    (found,) = waiting_times.reinforced(frame, "23", "2019-03").to_dict("records")
    assert (found["completed"], found["chosen"], found["denominator"]) == (75, 2, 73)
    assert round(found["value"]) == 27
