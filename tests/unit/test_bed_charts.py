"""Charts of beds: numbers at the lines' ends do not stand on each other."""

import pandas as pd
import pytest

from vardlaget.present.bed_charts import apart


@pytest.mark.parametrize(
    ("values", "placed"),
    [
        ([500.0, 534.0, 774.0, 519.0], [490.0, 534.0, 774.0, 512.0]),
        ([10.0, 10.0], [10.0, -12.0]),
        ([100.0, 50.0], [100.0, 50.0]),
        ([7.0], [7.0]),
        ([], []),
    ],
)
def test_numbers_that_would_touch_are_moved_down_in_their_order(values, placed):
    given = pd.Series(values, index=range(3, 3 + len(values)), dtype=float)
    found = apart(given, 22.0)
    assert list(found) == placed
    assert list(found.index) == list(given.index)
