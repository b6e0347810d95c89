"""Kolada: annual key figures of all regions, from its open API (version 3).

`GET /data/kpi/{ids}/municipality/{ids}/year/{years}` answers `{"values": [{"kpi", "municipality",
"period", "values": [{"gender", "status", "value"}]}], "next_url"}`: at most 5,000 rows a page and
25 ids a list; a missing value is null. Free to use; the source is to be named as Kolada.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit

import pandas as pd
from pydantic import BaseModel, Field, field_validator

from vardlaget.catalogue import Indicators, Regions
from vardlaget.catalogue.reading import Entry, read_csv
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError
from vardlaget.observations import EXCLUSIONS
from vardlaget.sources.open.client import Client, Manners, Progress, silent
from vardlaget.sources.open.snapshots import Cell, Fetched, Number, Response, keep, shaped, unique

BASE_URL = "https://api.kolada.se/v3"
# Kolada tells no limit on calls; five a second is what its users keep to.
MANNERS = Manners(interval=0.2)
IDS_PER_LIST = 25
ROWS_PER_PAGE = 5000
SEXES = {"T": "", "K": "women", "M": "men"}
FIRST_YEAR = 1990


class Kpi(Entry):
    """A key figure and the indicator that it is; `factor` turns its unit into the indicator's."""

    kpi: str = Field(pattern=r"^[NU]\d{5}$")
    indicator: str
    basis: str = ""
    exclusions: str = ""
    care_type: str = ""
    age_group: str = ""
    factor: float = Field(default=1, gt=0)
    note: str = ""
    source: str

    @field_validator("basis", "exclusions", "care_type", "age_group", "note", mode="before")
    @classmethod
    def _text(cls, value: str | None) -> str:
        return value or ""

    @property
    def figure(self) -> tuple[str, ...]:
        return self.indicator, self.basis, self.exclusions, self.care_type, self.age_group


_TOLD = {*Kpi.model_fields} - {"source"}


class Query(Entry):
    """What is asked of Kolada: KPIs, municipality ids and years."""

    kpis: tuple[str, ...]
    regions: tuple[str, ...]
    years: tuple[int, ...]

    def asked(self) -> set[tuple[str, str, str]]:
        """Every (KPI, municipality id, year)."""
        return {(k, r, str(y)) for k in self.kpis for r in self.regions for y in self.years}


class _Value(BaseModel):
    gender: str
    value: Number | None
    status: str | None = None
    isdeleted: bool = False


class _Row(BaseModel):
    kpi: str
    municipality: str
    period: int
    values: list[_Value]


class _Page(BaseModel):
    values: list[_Row]
    next_url: str | None = None
    next_page: str | None = None


def load_kpis(path: Path, indicators: Indicators) -> dict[str, Kpi]:
    """data/reference/kolada.csv by KPI. Raises InputError with file and row.

    Each KPI and each figure (indicator, basis, exclusions, breakdowns) stands once.
    """
    kpis: dict[str, Kpi] = {}
    figures: set[tuple[str, ...]] = set()
    for row, kpi in enumerate(read_csv(path, Kpi), start=2):
        if kpi.exclusions not in EXCLUSIONS:
            raise InputError(f"{path}, row {row}: '{kpi.exclusions}' is none of {EXCLUSIONS[1:]}.")
        bases = indicators[kpi.indicator].basis if kpi.indicator in indicators else None
        if bases is None:
            raise InputError(f"{path}, row {row}: '{kpi.indicator}' is no indicator.")
        if kpi.basis not in (bases or ("",)):
            raise InputError(f"{path}, row {row}: basis '{kpi.basis}' is none of {list(bases)}.")
        if kpi.kpi in kpis or kpi.figure in figures:
            raise InputError(f"{path}, row {row}: {kpi.kpi} or its figure stands there already.")
        kpis[kpi.kpi] = kpi
        figures.add(kpi.figure)
    return kpis


def fetch_kolada(
    folder: Path,
    kpis: Iterable[str],
    years: Iterable[int],
    regions: Regions,
    *,
    base_url: str = BASE_URL,
    today: date | None = None,
    manners: Manners = MANNERS,
    progress: Progress = silent,
) -> Fetched:
    """Fetches KPIs for all regions and the country into `<folder>/kolada/`.

    Raises InputError for a KPI or year that cannot be, for an answer that does not come or is not
    of the documented shape, and where there is no value at all; nothing is stored then.
    """
    query = _query(kpis, years, regions)
    client = Client("Kolada", manners)
    responses = [
        response
        for url in _urls(base_url.rstrip("/"), query)
        for response in _pages(client, url, progress)
    ]
    found = cells(responses, query)
    valued = {cell.series for cell in found if cell.value is not None}
    if not valued:
        raise InputError(
            f"Kolada: no value for {', '.join(query.kpis)} in {_span(query.years)}. "
            "Check the KPI ids and the years at www.kolada.se."
        )
    path, unchanged = keep(
        folder, "kolada", query, responses, lambda r: cells(r, query), today or date.today()
    )
    silent_kpis = [kpi for kpi in query.kpis if kpi not in valued]
    absent = (f"no value for {', '.join(silent_kpis)} in {_span(query.years)}",) * bool(silent_kpis)
    without_value = sum(cell.value is None for cell in found)
    return Fetched("Kolada", path, len(found) - without_value, without_value, unchanged, absent)


def cells(responses: Iterable[Response], query: Query) -> list[Cell]:
    """Every value of the answers. Raises InputError where they are not of the documented shape."""
    pages = (shaped(_Page, response.body, f"Kolada: {response.url}") for response in responses)
    return unique(
        (
            Cell(
                row.kpi,
                row.municipality,
                str(row.period),
                value.gender,
                None if value.isdeleted else value.value,
                "deleted" if value.isdeleted else value.status or "",
            )
            for page in pages
            for row in page.values
            for value in row.values
        ),
        "Kolada",
    )


def observations(frame: pd.DataFrame, fetched: date, kpis: dict[str, Kpi]) -> pd.DataFrame:
    """Cells as annual observations, one each; `cells` says so.

    `frame` has the columns of `Cell`, with known KPIs and sexes; they are kept.
    """
    known = pd.DataFrame([kpi.model_dump(include=_TOLD) for kpi in kpis.values()])
    told = frame.merge(known, left_on="series", right_on="kpi", how="left")
    missing = told["value"].isna()
    word = told["status"].where(told["status"] != "", "null")
    why = (told["note"] + " Värde saknas i Kolada (" + word + ").").str.strip()
    return told.assign(
        span="year",
        period=told["time"],
        scenario="actual",
        sex=told["part"].map(SEXES),
        value=told["value"] * told["factor"],
        status=missing.map({True: "missing", False: "reported"}),
        source="Kolada, " + told["series"] + f", hämtad {fetched}",
        note=told["note"].where(~missing, why),
        cells=1,
    )


def _query(kpis: Iterable[str], years: Iterable[int], regions: Regions) -> Query:
    """The query in a fixed order, so that the same question is the same query."""
    ids = tuple(sorted({kpi.strip().upper() for kpi in kpis}))
    wrong = [kpi for kpi in ids if not re.fullmatch(r"[NU]\d{5}", kpi, re.ASCII)]
    if wrong or not ids:
        raise InputError(f"'{', '.join(wrong)}': no KPI of Kolada. Write it as N79221.")
    asked = tuple(sorted(set(years)))
    if not asked or not all(FIRST_YEAR <= year <= 2100 for year in asked):
        raise InputError(f"Years {list(asked)}: give years from {FIRST_YEAR} on, as 2024.")
    codes = [COUNTRY, *(region.code for region in regions)]
    return Query(kpis=ids, years=asked, regions=tuple(regions[c].kolada_id for c in codes))


def _urls(base_url: str, query: Query) -> Iterator[str]:
    for kpis in _lists(query.kpis):
        for places in _lists(query.regions):
            for years in _lists(query.years):
                yield (
                    f"{base_url}/data/kpi/{_joined(kpis)}/municipality/{_joined(places)}"
                    f"/year/{_joined(years)}?per_page={ROWS_PER_PAGE}"
                )


def _lists(ids: Sequence) -> Iterator[Sequence]:
    return (ids[start : start + IDS_PER_LIST] for start in range(0, len(ids), IDS_PER_LIST))


def _joined(ids: Sequence) -> str:
    return ",".join(map(str, ids))


def _pages(client: Client, url: str, progress: Progress) -> Iterator[Response]:
    """One list's pages, until a page is empty or names no next one."""
    seen: set[str] = set()
    while url:
        if url in seen:
            raise InputError(f"Kolada: the pages lead back to {url}. Tell Kolada; fetch later.")
        seen.add(url)
        progress(f"Kolada, page {len(seen)}")
        body = client.get(url)
        page = shaped(_Page, body, f"Kolada: {url}")
        yield Response(url=url, body=body)
        link = (page.next_url or page.next_page) if page.values else None
        url = _on_same_server(url, link) if link else ""


def _on_same_server(url: str, link: str) -> str:
    """The link's path and query on the server that is asked, whatever host the link names."""
    asked, named = urlsplit(url), urlsplit(urljoin(url, link))
    return urlunsplit((asked.scheme, asked.netloc, named.path, named.query, ""))


def _span(years: tuple[int, ...]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
