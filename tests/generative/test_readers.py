"""Whatever a file holds, the reader gives observations or an error that a user can act on."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reading import read_strictly as read_file
from vardlaget import project
from vardlaget.errors import InputError
from vardlaget.observations import COLUMNS, SPANS, STATUSES, WITHOUT_VALUE

ROOT = Path(__file__).parents[2]
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

# Cells that are often right, so that the rarer checks behind are reached, and any text.
PLAUSIBLE = {
    "indicator": ["phone_same_day", "available_beds", "helpline_1177_wait"],
    "region": ["23", "Sörmland", "00"],
    "span": ["", *SPANS],
    "period": ["2024-01", "2024", "2024-01-31"],
    "basis": ["", "waiting"],
    "numerator": ["", "0", "3", "x"],
    "denominator": ["", "0", "4"],
    "value": ["", "75", "75,0 %", "..", "–", "1 000"],
    "status": ["", *STATUSES],
}
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@st.composite
def cells(draw):
    columns = draw(st.lists(st.sampled_from(sorted(PLAUSIBLE)), unique=True, min_size=3))
    columns = list(dict.fromkeys(["indicator", "region", "period", "value", *columns]))
    wild = draw(st.booleans())
    choices = {
        c: st.sampled_from(PLAUSIBLE[c]) | ANY if wild else st.sampled_from(PLAUSIBLE[c])
        for c in columns
    }
    rows = draw(st.lists(st.tuples(*(choices[c] for c in columns)), min_size=1, max_size=3))
    return [columns, *map(list, rows)]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return project.find(ROOT, data=tmp_path_factory.mktemp("data"))


def read(house, name, content):
    path = house.data / name
    path.write_bytes(content)
    try:
        return read_file(path, house)
    except InputError as error:
        assert str(error).startswith(f"data:{name}")  # noqa: PT017
        return None


def sound(frame):
    assert tuple(frame.columns) == COLUMNS
    assert frame["status"].isin(STATUSES).all()
    told = frame["status"] != "zero"  # 0/0 is nothing to report, and has no value
    assert (frame["value"].isna() == frame["status"].isin(WITHOUT_VALUE))[told].all()
    assert frame["value"][~told].fillna(0).eq(0).all()
    assert (frame["source"] != "").all()
    shares = frame[frame["indicator"] == "phone_same_day"]["value"].dropna()
    assert shares.between(0, 100).all()


@SETTINGS
@given(rows=cells(), separator=st.sampled_from(",;\t"))
def test_a_csv_file_is_read_or_refused(rows, separator, house):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    frame = read(house, "a.csv", text.getvalue().encode())
    if frame is not None:
        sound(frame)
        assert len(frame) <= len(rows) - 1


@SETTINGS
@given(rows=cells())
def test_a_parquet_file_is_read_or_refused(rows, house):
    data = io.BytesIO()
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(data)
    frame = read(house, "a.parquet", data.getvalue())
    if frame is not None:
        sound(frame)


@SETTINGS
@given(content=st.binary(max_size=200), name=st.sampled_from(["b.csv", "b.xlsx", "b.parquet"]))
def test_bytes_of_any_kind_are_refused(content, name, house):
    assert read(house, name, content) is None


@SETTINGS
@given(rows=cells(), cut=st.floats(0, 1), data=st.binary(min_size=1, max_size=4))
def test_a_damaged_csv_file_is_read_or_refused(rows, cut, data, house):
    content = "\n".join(";".join(row) for row in rows).encode()
    place = int(cut * len(content))
    frame = read(house, "c.csv", content[:place] + data + content[place:])
    if frame is not None:
        sound(frame)
