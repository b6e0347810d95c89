"""Parquet and JSON: cut, with claims that are false, nested, and cells that are no figures."""

import io
import json
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from odd_files.cases import FIVE, Case, Figure, Told, aside, missing, refused

NOT_A_NUMBER = aside("not_a_number", "not a number")
# So many rows that their number stands nowhere else in a Parquet file's footer.
ROWS = 12_345


def columns(file: str, *values: object, **more: list) -> dict[str, list]:
    """Columns of observations, one row a value, for January and on."""
    count = len(values)
    return {
        "indicator": ["available_beds"] * count,
        "region": ["23"] * count,
        "unit": [file] * count,
        "period": [f"2024-{n:02d}" for n in range(1, count + 1)],
        "value": list(values),
    } | more


def parquet(file: str, *values: object, **more: list) -> bytes:
    return stored(pa.table(columns(file, *values, **more)))


def stored(table: pa.Table, **options: object) -> bytes:
    data = io.BytesIO()
    pq.write_table(table, data, **options)
    return data.getvalue()


def varint(number: int) -> bytes:
    """A number as Thrift's compact protocol writes it (zigzag, seven bits a byte)."""
    number *= 2
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def claiming(rows: int, times: int = -1) -> bytes:
    """A Parquet file whose footer claims other rows than it holds, in the first `times` places."""
    table = pa.table({"indicator": pa.array(["available_beds"] * ROWS)})
    data = stored(table, write_statistics=False)
    length = int.from_bytes(data[-8:-4], "little")
    footer = data[-8 - length : -8].replace(varint(ROWS), varint(rows), times)
    return data[: -8 - length] + footer + len(footer).to_bytes(4, "little") + data[-4:]


def one_text_everywhere() -> bytes:
    """A text of 2,000,000 characters in 1,000 rows: 2 GB in a small file."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), ["x" * 2_000_000])
    table = pa.table(columns("", *[5] * 1000) | {"unit": text})
    return stored(table, store_schema=False, compression="zstd")


def not_utf_8() -> bytes:
    """Text in Windows-1252 that is said to be UTF-8."""
    unit = pa.array(["Närvård Åre".encode("cp1252")]).view(pa.string())
    return stored(pa.table(columns("", 5) | {"unit": unit}))


def columns_twice() -> bytes:
    names = ["indicator", "region", "period", "value", "value"]
    return stored(pa.table([["available_beds"], ["23"], ["2024-01"], [5], [6]], names=names))


def records(file: str, *values: object) -> list[dict]:
    made = columns(file, *values)
    return [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]


def as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def nothing(file: str, content: bytes | str, says: str) -> Case:
    return Case(file, content if isinstance(content, bytes) else content.encode(), refused(says))


def odd(file: str, value: object, *told: Told) -> Case:
    """A Parquet file with the value alone in a row, which is set aside."""
    return Case(file, parquet(file, value), told, (), 0, 1)


_CUT = parquet("cut.parquet", 5)
PARQUET = (
    nothing("cut.parquet", _CUT[: len(_CUT) // 2], "not a readable Parquet file"),
    nothing("cut-start.parquet", _CUT[20:], "not a readable Parquet file"),
    nothing("empty.parquet", b"", "not a readable Parquet file"),
    nothing("text.parquet", "indicator,region\n", "not a readable Parquet file"),
    nothing("parquet.csv", _CUT, "Name it .parquet"),
    nothing("no-rows.parquet", parquet("no-rows.parquet"), "no rows below the header"),
    nothing("billion-rows.parquet", claiming(10**9), "claims 1,000,000,000 rows"),
    nothing("billion-in-one-place.parquet", claiming(10**9, 1), "1,000,000,000 rows"),
    nothing("million-rows.parquet", claiming(10**6), "and holds 12,345"),
    nothing("one-text.parquet", one_text_everywhere(), "unpacks to 2,000,000,000 characters"),
    nothing("lists.parquet", parquet("l", [5.0]), "column 'value' holds list<"),
    nothing("records.parquet", parquet("r", {"a": 5}), "column 'value' holds struct<"),
    nothing("bytes.parquet", parquet("b", b"5"), "column 'value' holds binary"),
    nothing("not-utf-8.parquet", not_utf_8(), "Invalid UTF8 sequence"),
    nothing("columns-twice.parquet", columns_twice(), "column 'value' stands twice"),
    odd("boolean.parquet", True, NOT_A_NUMBER),
    odd("infinite.parquet", float("inf"), NOT_A_NUMBER),
    odd("huge.parquet", 1e300, NOT_A_NUMBER),
    odd("quintillion.parquet", 10**18, NOT_A_NUMBER),
    odd("date.parquet", date(2024, 2, 29), NOT_A_NUMBER),
    Case("nan.parquet", parquet("nan.parquet", float("nan")), (), (missing(),), 1),
    Case("null.parquet", parquet("null.parquet", 5, None), (), (FIVE, missing("2024-02")), 2),
    Case("decimal.parquet", parquet("decimal.parquet", Decimal("5.00")), (), (FIVE,), 1),
    Case(
        "dates.parquet",
        parquet("dates.parquet", 5, 6, period=[date(2024, 1, 31), date(24, 1, 31)]),
        (aside("not_a_period", "value '0024-01-31'"),),
        (FIVE,),
        1,
        1,
    ),
)


def deep(depth: int) -> str:
    return "[" * depth + "]" * depth


_RECORD = '{"indicator": "available_beds", "region": "23", "unit": "%s", "period": "2024-01", '
JSON = (
    nothing("cut.json", as_json(records("cut.json", 5))[:-9], "not readable JSON"),
    nothing("empty.json", "", "not readable JSON"),
    nothing("no-records.json", "[]", "the file is empty"),
    nothing("number.json", "5", "JSON of another shape"),
    nothing("object.json", as_json({"a": {"b": 1}}), "JSON of another shape"),
    nothing("lists.json", as_json([[1, 2], [3, 4]]), "JSON of another shape"),
    nothing("nested.json", as_json(records("nested.json", {"women": 1})), "JSON of another shape"),
    nothing("deep.json", deep(100_000), "not readable JSON"),
    nothing("digits.json", f'[{{"value": {"9" * 5000}}}]', "not readable JSON"),
    nothing("utf-16.json", "[]".encode("utf-16"), "UTF-16"),
    nothing("half-a-character.json", as_json([{"value": 1}]).replace(b"1", b'"\\ud800"'), "half a"),
    nothing("twice.json", f'[{_RECORD % ""}"value": 5, "value": 6}}]', "'value' twice"),
    nothing("many-names.json", as_json([{f"n{n}": 1} for n in range(8_000)]), "8,000 different"),
    nothing(
        "kolada.json",
        '{"count": 2, "values": [{"kpi": "N79014", "municipality": "0023", "period": 2023, "val',
        "not readable JSON",
    ),
    nothing(
        "snapshot.json",
        '{"format": "vardlaget-snapshot/1", "source": "kolada", "fetched": "2024-03-',
        "cut",
    ),
    Case(
        "list-in-object.json", as_json({"rows": records("list-in-object.json", 5)}), (), (FIVE,), 1
    ),
    Case("mark.json", b"\xef\xbb\xbf" + as_json(records("mark.json", 5)), (), (FIVE,), 1),
    Case(
        "numbers.json",
        f'[{_RECORD % "numbers.json"}"value": 1e9}}]'.encode(),
        (),
        (Figure(1e9),),
        1,
    ),
    Case(
        "values.json",
        as_json(records("values.json", 5, "6,5", "..", None, float("nan"))),
        (),
        (FIVE, Figure(6.5, "2024-02"), *(missing(f"2024-0{n}") for n in (3, 4, 5))),
        5,
    ),
    Case(
        "no-figures.json",
        as_json(records("no-figures.json", 5, True, float("inf"), 1e300, 10**18, "5 6")),
        (NOT_A_NUMBER,) * 5,
        (FIVE,),
        1,
        5,
    ),
)

CASES = (*PARQUET, *JSON)
