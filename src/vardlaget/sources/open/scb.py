"""SCB: the population of the regions, from the Statistical Database's open API (PxWebApi 2).

`GET /tables/{id}/metadata` and `POST /tables/{id}/data` answer JSON-stat2. Limits: 30 calls in 10
seconds, 150,000 cells a call. A table that is asked without a selection answers with a default
one, so everything is selected here and counted in the answer. Free to use (CC0).
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, Field

from vardlaget.catalogue import Regions
from vardlaget.catalogue.reading import Entry
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.sources.open.client import Client, Manners, Progress, silent
from vardlaget.sources.open.snapshots import Cell, Fetched, Number, Response, keep, shaped, unique

BASE_URL = "https://statistikdatabasen.scb.se/api/v2"
# 30 calls in 10 seconds.
MANNERS = Manners(interval=0.35)
CELLS_PER_CALL = 150_000
CHILDREN = tuple(str(age) for age in range(18))


@dataclass(frozen=True)
class Table:
    """A table of the population by region, age and time, the sexes together.

    `contents` is the code of the count, `total_age` that of all ages; a time that is a year means
    1 November of it, a month its last day.
    """

    id: str
    contents: str
    total_age: str
    note: str = ""


NOVEMBER = Table("TAB1267", "BE0101A9", "tot")
MONTHLY = Table(
    "TAB6471",
    "000007SF",
    "TotSA",
    "SCB lägger en slumpmässig osäkerhet på antalen (Cell Key Method).",
)
TABLES = (NOVEMBER, MONTHLY)
NOTES = {table.id: table.note for table in TABLES}


class Query(Entry):
    """What is asked of a table: regions, age groups as codes that are summed, and times as days."""

    table: str
    contents: str
    regions: tuple[str, ...]
    ages: dict[str, tuple[str, ...]]
    dates: dict[str, str]

    @property
    def age_codes(self) -> tuple[str, ...]:
        return tuple(code for codes in self.ages.values() for code in codes)

    def asked(self) -> set[tuple[str, str, str]]:
        """Every (table, region, time)."""
        return {(self.table, region, time) for region in self.regions for time in self.dates}


class _Category(BaseModel):
    index: dict[str, int] | list[str] | None = None
    label: dict[str, str] | None = None

    def codes(self) -> list[str]:
        """The codes in the order of the values."""
        if isinstance(self.index, list):
            return self.index
        if self.index is not None:
            return sorted(self.index, key=self.index.__getitem__)
        return list(self.label or {})


class _Dimension(BaseModel):
    category: _Category
    extension: dict[str, Any] = Field(default_factory=dict)


class _Dataset(BaseModel):
    """JSON-stat2: values in row-major order of `id`, all of them or only those that are."""

    id: list[str]
    size: list[int]
    dimension: dict[str, _Dimension]
    value: list[Number | None] | dict[int, Number | None] | None = None
    status: list[str | None] | dict[int, str] | str | None = None

    def codes(self, name: str) -> list[str]:
        return self.dimension[name].category.codes() if name in self.dimension else []


def fetch_scb(
    folder: Path,
    years: Iterable[int],
    regions: Regions,
    *,
    tables: Iterable[Table] = TABLES,
    base_url: str = BASE_URL,
    today: date | None = None,
    manners: Manners = MANNERS,
    progress: Progress = silent,
) -> list[Fetched]:
    """Fetches the population of all regions and the country, total and 0–17 years, per table.

    Raises InputError for an answer that does not come, is not of the documented shape or lacks
    something that was asked for, and where no table has any of the years.
    """
    asked = sorted(set(years))
    if not asked:
        raise InputError("SCB: no year is asked for. Give years, as 2024.")
    client = Client("SCB", manners)
    fetched = []
    for table in tables:
        progress(f"SCB, {table.id}")
        url = f"{base_url.rstrip('/')}/tables/{table.id}"
        query, absent = _answerable(client, url, table, asked, regions)
        responses = _answers(client, url, query)
        fetched.append(_kept(folder, query, responses, absent, today or date.today()))
    if all(one.path is None for one in fetched):
        told = " ".join(line for one in fetched for line in one.told)
        raise InputError(f"{told} Give other years.")
    return fetched


def cells(responses: Iterable[Response], query: Query) -> list[Cell]:
    """Every value of the answers. Raises InputError unless all that was asked is there, once."""
    found = unique((cell for r in responses for cell in _cells(r, query)), "SCB")
    wanted = len(query.regions) * len(query.age_codes) * len(query.dates)
    strange = [c for c in found if c.part not in query.age_codes or c.time not in query.dates]
    if strange or len(found) != wanted:
        raise InputError(
            f"SCB, {query.table}: {len(found)} values where {wanted} were asked for. "
            "Fetch again; if it stays so, the table has changed."
        )
    return found


def observations(frame: pd.DataFrame, fetched: date, query: Query) -> pd.DataFrame:
    """Cells as observations of `population`, one for each region, day and age group.

    `frame` has the columns of `Cell`; `series`, `place` and `time` are kept, and `cells` counts the
    cells that are summed. A group of which an age lacks its value has none.
    """
    groups = []
    for age_group, codes in query.ages.items():
        part = frame[frame["part"].isin(codes)].groupby(["series", "place", "time"])["value"]
        sums = part.sum(min_count=len(codes)).to_frame().assign(cells=part.size())
        groups.append(sums.reset_index().assign(age_group=age_group))
    found = pd.concat(groups, ignore_index=True)
    return found.assign(
        indicator="population",
        span="point",
        period=found["time"].map(query.dates),
        scenario="actual",
        status=found["value"].isna().map({True: "missing", False: "reported"}),
        source=f"SCB, {query.table}, hämtad {fetched}",
        note=NOTES.get(query.table, ""),
    )


def _answerable(
    client: Client, url: str, table: Table, years: list[int], regions: Regions
) -> tuple[Query, tuple[str, ...]]:
    """The query that a table can answer, and what it has nothing of."""
    metadata = f"{url}/metadata?lang=sv"
    known = shaped(_Dataset, client.get(metadata), f"SCB: {metadata}")
    query = _query(table, known, years, regions)
    lacking = sorted(set(years) - {int(time[:4]) for time in query.dates})
    times = known.codes("Tid") or ["nothing"]
    told = f"nothing for {', '.join(map(str, lacking))}: it holds {times[0]}–{times[-1]}"
    return query, (told,) * bool(lacking)


def _answers(client: Client, url: str, query: Query) -> list[Response]:
    address = f"{url}/data?lang=sv&outputFormat=json-stat2"
    answers = []
    for post in _posts(query):
        body = client.post(address, post)
        shaped(_Dataset, body, f"SCB: {address}")
        answers.append(Response(url=address, posted=post, body=body))
    return answers


def _kept(
    folder: Path, query: Query, responses: list[Response], absent: tuple[str, ...], today: date
) -> Fetched:
    dataset = f"SCB {query.table}"
    if not responses:
        return Fetched(dataset, absent=absent)
    found = cells(responses, query)
    path, unchanged = keep(folder, "scb", query, responses, lambda r: cells(r, query), today)
    without_value = sum(cell.value is None for cell in found)
    return Fetched(dataset, path, len(found) - without_value, without_value, unchanged, absent)


def _query(table: Table, known: _Dataset, years: list[int], regions: Regions) -> Query:
    """The query that a table's metadata allows. Raises InputError where the table has changed."""
    codes = (COUNTRY, *(region.code for region in regions))
    needed = {
        "Region": codes,
        "Alder": (table.total_age, *CHILDREN),
        "ContentsCode": (table.contents,),
        "Tid": (),
    }
    for name, wanted in needed.items():
        lacking = [code for code in wanted if code not in known.codes(name)]
        if name not in known.dimension or lacking:
            raise InputError(
                f"SCB, {table.id}: the table has no {name} {', '.join(lacking)}".rstrip()
                + ". It has changed; look for its successor at www.statistikdatabasen.scb.se."
            )
    whole = [n for n in known.id if n not in needed and not _can_be_left_out(known, n)]
    if whole:
        raise InputError(f"SCB, {table.id}: {', '.join(whole)} cannot be summed over by SCB.")
    times = [time for time in known.codes("Tid") if time[:4] in map(str, years)]
    return Query(
        table=table.id,
        contents=table.contents,
        regions=codes,
        ages={"": (table.total_age,), "0-17": CHILDREN},
        dates={time: _day(time, table.id) for time in times},
    )


def _can_be_left_out(known: _Dataset, name: str) -> bool:
    return name in known.dimension and known.dimension[name].extension.get("elimination") is True


def _day(time: str, table: str) -> str:
    """`2023` → `2023-11-01`, `2025M12` → `2025-12-31`."""
    if re.fullmatch(r"\d{4}", time, re.ASCII):
        return f"{time}-11-01"
    if re.fullmatch(r"\d{4}M\d{2}", time, re.ASCII):
        return str(Month.parse(time.replace("M", "-")).last_day)
    raise InputError(f"SCB, {table}: the time '{time}' is neither a year nor a month.")


def _posts(query: Query) -> list[dict[str, Any]]:
    """The queries to post, none of more cells than SCB answers at once."""
    times = list(query.dates)
    per_call = CELLS_PER_CALL // (len(query.regions) * len(query.age_codes))
    return [
        {
            "selection": [
                {"variableCode": "Region", "valueCodes": list(query.regions)},
                {"variableCode": "Alder", "valueCodes": list(query.age_codes)},
                {"variableCode": "ContentsCode", "valueCodes": [query.contents]},
                {"variableCode": "Tid", "valueCodes": times[start : start + per_call]},
            ]
        }
        for start in range(0, len(times), per_call)
    ]


def _cells(response: Response, query: Query) -> Iterable[Cell]:
    """The values of one JSON-stat2 answer."""
    where = f"SCB: {response.url}"
    data = shaped(_Dataset, response.body, where)
    order = [data.codes(name) for name in data.id]
    lacking = [name for name in ("Region", "Alder", "Tid") if name not in data.id]
    if lacking or [len(codes) for codes in order] != data.size:
        raise InputError(f"{where}: the answer lacks {', '.join(lacking) or 'some of its codes'}.")
    total = math.prod(data.size)
    values = dict(enumerate(data.value)) if isinstance(data.value, list) else data.value or {}
    if isinstance(data.value, list) and len(values) != total:
        raise InputError(f"{where}: {len(values)} values where its codes make {total}.")
    for position, codes in enumerate(product(*order)):
        at = dict(zip(data.id, codes, strict=True))
        yield Cell(
            query.table,
            at["Region"],
            at["Tid"],
            at["Alder"],
            values.get(position),
            _status(data.status, position),
        )


def _status(status: list[str | None] | dict[int, str] | str | None, position: int) -> str:
    if isinstance(status, list):
        return (status[position] if position < len(status) else "") or ""
    return status.get(position, "") if isinstance(status, dict) else status or ""
