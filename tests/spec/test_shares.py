"""Shares that a source gives as counts (source: see tests/README.md)."""

import pytest

from reading import read_strictly as read_file
from vardlaget import project

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
