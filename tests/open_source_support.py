"""Open sources in tests: a loopback server, and answers in the shapes that Kolada and SCB give."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from vardlaget.sources.open import kolada, snapshots
from vardlaget.sources.open.client import Manners

# As impatient as a test has to be.
HASTY = Manners(interval=0, timeout=5, tries=5, backoff=0, longest_wait=0.05)

# Kolada, region Jämtland Härjedalen (0023), as in the open data of Region Halland's
# hälso- och sjukvårdsrapport (github.com/Analys-Region-Halland/hosrapport, commit 5bdf7fb).
KOLADA = {
    ("N79221", "0023", year, "T"): value
    for year, value in zip(range(2021, 2026), (57.5, 47.4, 53.4, 60.4, 57.0), strict=True)
} | {
    ("N79222", "0023", 2024, "T"): 75.0,
    ("N79223", "0023", 2024, "T"): 40.7,
    ("N79224", "0023", 2024, "T"): 53.9,
    ("N79179", "0023", 2024, "T"): 85.8,
    ("U70425", "0023", 2024, "T"): 3.8,
}

# SCB, population on 1 November (data/reference/populations.csv). The ages are invented.
NOVEMBER = {("00", "2023"): 10_557_682, ("23", "2023"): 132_466, ("23", "2022"): 132_484}


@dataclass
class Answer:
    """What the server sends: JSON, or bytes as they are. `hang` is told to stop by the server."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False

    @property
    def sent(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Respond = Callable[[str, dict | None], Answer]


@dataclass
class Server:
    """A server on the loopback address, and what it was asked: (path with query, posted JSON)."""

    url: str
    asked: list[tuple[str, dict | None]]


@contextmanager
def serving(respond: Respond) -> Iterator[Server]:
    """A server that answers each request with `respond(path, posted)`."""
    asked: list[tuple[str, dict | None]] = []
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            posted = json.loads(self.rfile.read(length)) if length else None
            asked.append((self.path, posted))
            answer = respond(self.path, posted)
            if answer.hang:
                stopping.wait(10)
                return
            self.send_response(answer.status)
            for name, value in ({"Content-Length": str(len(answer.sent))} | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.sent)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def kolada_row(kpi: str, place: str, year: int, **values: float | None) -> dict[str, Any]:
    """A row of Kolada's answer; `T=57.5, K=None` are the sexes' values."""
    return {
        "kpi": kpi,
        "municipality": place,
        "period": year,
        "values": [
            {
                "gender": sex,
                "count": 1,
                "status": "Missing" if value is None else "",
                "value": value,
                "isdeleted": False,
            }
            for sex, value in values.items()
        ],
    }


def kolada_server(figures: dict, page_size: int = 5000) -> Respond:
    """Kolada's data route: the rows of the KPIs, places and years in the path, in pages.

    The link to the next page names Kolada's own host, as the real one does.
    """

    def respond(path: str, _: dict | None) -> Answer:
        address = urlsplit(path)
        # kpi/<ids>/municipality/<ids>/year/<ids>
        _, kpis, _, places, _, years = address.path.removeprefix("/v3/data/").split("/")
        rows = [
            kolada_row(kpi, place, int(year), T=figures.get((kpi, place, int(year), "T")))
            for kpi in kpis.split(",")
            for place in places.split(",")
            for year in years.split(",")
            if (kpi, place, int(year), "T") in figures
        ]
        page = int(parse_qs(address.query).get("page", ["1"])[0])
        more = f"https://api.kolada.se{address.path}?per_page=5000&page={page + 1}"
        return Answer(
            {
                "values": rows[(page - 1) * page_size : page * page_size],
                "count": len(rows),
                "next_url": more if page * page_size < len(rows) else None,
                "previous_url": None,
            }
        )

    return respond


def json_stat(codes: dict[str, list[str]], values: Any, **more: Any) -> dict[str, Any]:
    """A JSON-stat2 dataset with these codes for its dimensions."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd",
        "source": "SCB",
        "updated": "2026-11-05T07:00:00Z",
        "id": list(codes),
        "size": [len(listed) for listed in codes.values()],
        "dimension": {
            name: {
                "label": name.lower(),
                "category": {
                    "index": {code: position for position, code in enumerate(listed)},
                    "label": {code: code for code in listed},
                },
                "extension": {"elimination": name in ("Region", "Kon")},
            }
            for name, listed in codes.items()
        },
        "value": values,
        **more,
    }


REGION_CODES = ["00", "01", *(f"{n:02}" for n in range(3, 11)), "12", "13", "14"]
REGION_CODES += [str(n) for n in range(17, 26)]
AGES = [str(age) for age in range(100)]
METADATA = {
    "TAB1267": {
        "Region": [*REGION_CODES, "2380"],
        "Alder": [*AGES, "100+", "tot"],
        "Kon": ["1", "2"],
        "ContentsCode": ["BE0101A9"],
        "Tid": ["2021", "2022", "2023"],
    },
    "TAB6471": {
        "Region": [*REGION_CODES, "2380"],
        "Alder": [*AGES, "100+", "TotSA"],
        "Kon": ["1", "2", "TotSa"],
        "ContentsCode": ["000007SF"],
        "Tid": ["2025M01", "2025M12"],
    },
}


def population(region: str, age: str, time: str) -> int:
    """The printed total where there is one; otherwise an invented number."""
    if age in ("tot", "TotSA"):
        return NOVEMBER.get((region, time), 100_000 + int(region))
    return 1000 + int(age)


def scb_server(
    metadata: dict[str, dict[str, list[str]]] = METADATA,
    figure: Callable[[str, str, str], int | None] = population,
    changed: Callable[[dict], Any] = lambda dataset: dataset,
) -> Respond:
    """SCB's metadata and data routes; `changed` may spoil the answer with data."""

    def respond(path: str, posted: dict | None) -> Answer:
        table, route = urlsplit(path).path.removeprefix("/v2/tables/").split("/")
        if route == "metadata":
            return Answer(json_stat(metadata[table], None))
        chosen = {part["variableCode"]: part["valueCodes"] for part in posted["selection"]}
        values = [
            figure(region, age, time)
            for region in chosen["Region"]
            for age in chosen["Alder"]
            for _ in chosen["ContentsCode"]
            for time in chosen["Tid"]
        ]
        return Answer(changed(json_stat(chosen, values)))

    return respond


def snapshot_content(rows: list[dict], fetched: date = date(2026, 11, 22), **more: Any) -> dict:
    """A snapshot of Kolada with these rows, asked for the KPIs, places and years that they name."""
    query = kolada.Query(
        kpis=tuple(sorted({row["kpi"] for row in rows})),
        regions=tuple(sorted({row["municipality"] for row in rows})),
        years=tuple(sorted({row["period"] for row in rows})),
    )
    query = query.model_copy(update=more)
    response = snapshots.Response(
        url="https://api.kolada.se/v3/data/…", body={"values": rows, "next_url": None}
    )
    asked = query.model_dump(mode="json")
    cells = kolada.cells([response], query)
    return snapshots.Snapshot(
        source="kolada",
        fetched=fetched,
        number=1,
        query=asked,
        sha256=snapshots.digest("kolada", asked, cells),
        responses=(response,),
    ).model_dump(mode="json")
