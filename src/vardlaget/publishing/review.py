"""`vardlaget review`: what a reviewer reads before approving an edition, in one folder.

It holds the PDFs, what differs from the month before and from the edition before, what was found
in the data, contradictions, statuses, and the hashes of what is to be approved. It is internal.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vardlaget import store
from vardlaget.catalogue import load_indicators, load_settings
from vardlaget.errors import InputError
from vardlaget.pipeline import editions
from vardlaget.project import Project
from vardlaget.publishing import approvals, figures, integrity, ledger, page
from vardlaget.publishing.figures import KEY, Difference, Figure
from vardlaget.publishing.ledger_text import GONE, NEVER_BEFORE, PROTECTED, causes_text, label
from vardlaget.publishing.places import Place, place

FOLDER = "review"
SEEN = "review.json"
MOST_ROWS = 300
_KINDS = {"refused": "ej inläst", "set_aside": "undantagen", "warning": "varning"}
_STATUSES = {
    "zero": "noll",
    "missing": "saknas",
    "not_applicable": "kan inte förekomma",
    "suppressed": "skyddad",
    "preliminary": "preliminär",
    "synthetic": "syntetisk",
}
_HEADS = ["Tal", "Enhet", "Period", "Förut", "Nu", "Ändring", "Ändring, %"]
_NUMBERS = frozenset(range(3, 7))


@dataclass(frozen=True)
class _Case:
    """An edition under review, with what it is held against."""

    where: Place
    about: dict
    rows: list[Figure]

    @property
    def months_before(self) -> Place:
        return Place(self.where.project, self.where.region, self.where.month.minus(1))


def review(project: Project, region: str, month: str) -> Path:
    """Makes the packet in build/<month>/<region>/review/ and returns its index.html.

    Raises InputError where there is no edition, or it is not as it was built.
    """
    where = place(project, region, month)
    case = _Case(where, where.manifest(), figures.read(where.folder))
    integrity.require_whole(where.folder, where.name)
    folder = where.work / FOLDER
    with editions.aside(folder) as temporary:
        for path in sorted(where.folder.glob("*.pdf")):
            shutil.copy2(path, temporary)
        (temporary / "index.html").write_text(_page(case), encoding="utf-8")
        editions.write_manifest(temporary, _seen(case), {})
        (temporary / editions.MANIFEST).rename(temporary / SEEN)
    return folder / "index.html"


def packet(where: Place) -> dict | None:
    """What the packet in place is of: `content`, `seen`, `edition`, and the hashes of its files.

    Raises InputError where a file of it is not the one that was made.
    """
    folder = where.work / FOLDER
    told = integrity.read_json(folder / SEEN)
    if told is None:
        return None
    paths = {name: folder / name for name in told["outputs"] if (folder / name).is_file()}
    found = integrity.against(paths, told["outputs"])
    if not found.whole:
        listed = ", ".join(found.lines())
        raise InputError(f"{where.name}: the review is not as it was made ({listed}).")
    return told


def _seen(case: _Case) -> dict:
    return {
        "content": case.about.get("content", ""),
        "seen": editions.digest(case.about["outputs"]),
        "edition": case.about.get("edition", 1),
    }


def _page(case: _Case) -> str:
    parameters = case.about["parameters"]
    title = f"Granskning: {parameters['region_name']}, {case.where.month.words}"
    parts = [
        _what(case),
        _since_last_edition(case),
        _since_last_month(case),
        _findings(case),
        _quality(case),
        _contradictions(case),
        _hashes(case),
    ]
    return page.page(title, "\n".join(parts))


def _what(case: _Case) -> str:
    project, region = case.where.project, case.where.region
    content = case.about.get("content", "")
    given = [a for a in approvals.read(case.where.folder) if a.content == content]
    told = [f"{a.role}{f', {a.name}' if a.name else ''}, {a.time}" for a in given]
    demands = load_settings(project.settings, region.slug).signed_off.in_words_sv
    command = f"vardlaget approve --region {region.code} --month {case.where.month} --as ROLL"
    return page.section(
        "Det som granskas",
        page.paragraph(
            f"Utgåva {case.about.get('edition', 1)}, status {case.about['parameters']['status']}, "
            f"framställd {case.about['built']}. Underlaget är internt."
        ),
        page.links(path.name for path in sorted(case.where.folder.glob("*.pdf"))),
        page.paragraph(f"{demands} Godkännanden av detta innehåll hittills: {len(given)}."),
        page.items(told) if told else "",
        page.paragraph(f"Godkänn med: {command}"),
    )


def _since_last_edition(case: _Case) -> str:
    heading = "Ändringar mot månadens förra utgåva"
    newest = ledger.read(case.where.folder).newest
    if newest is None:
        return page.section(heading, page.paragraph("Detta är månadens första utgåva."))
    told = f"Utgåva {newest['edition']} ersatte utgåva {newest['follows']}. Orsak: "
    files = [f"{cause}: {', '.join(names)}" for cause, names in newest["causes"].items() if names]
    return page.section(
        heading,
        page.paragraph(f"{told}{causes_text(newest)}. {newest['reason']}"),
        page.items(files) if files else "",
        _changes("Tal som har ändrats", newest["figures"]),
    )


def _since_last_month(case: _Case) -> str:
    heading = "Ändringar mot förra månadens utgåva"
    before = case.months_before
    if editions.manifest(before.folder) is None:
        told = f"Det finns ingen utgåva för {before.month.words}."
        return page.section(heading, page.paragraph(told))
    earlier = figures.read(before.folder)
    shown = {row["publication"] for row in case.rows} & {row["publication"] for row in earlier}
    now, then = _of_month(case.rows, case.where.month), _of_month(earlier, before.month)
    own = [d for d in figures.differences(then, now, shown) if d.change is not None]
    own.sort(key=_relative, reverse=True)
    back = [
        d
        for d in figures.differences(earlier, case.rows, shown)
        if d.before is not None and d.after is not None and d.change != 0
    ]
    return page.section(
        heading,
        _changes(
            "Månadens tal mot förra månadens, störst ändring först", [ledger.told(d) for d in own]
        ),
        _changes("Tidigare perioder som nu har andra värden", [ledger.told(d) for d in back]),
    )


def _of_month(rows: list[Figure], month: object) -> list[Figure]:
    """The month's own figures, as figures of any month."""
    chosen = [row for row in rows if row["period"] == str(month) and row["scenario"] == "actual"]
    return [row | {"period": "månaden"} for row in chosen]


def _relative(difference: Difference) -> float:
    before = float(difference.of("value", difference.before))
    return abs(difference.change or 0) / abs(before) if before else float(bool(difference.change))


def _changes(caption: str, changes: list[dict]) -> str:
    if not changes:
        return page.paragraph(f"{caption}: inga.")
    known = load_indicators()
    rows = [_change(change, known) for change in changes[:MOST_ROWS]]
    more = len(changes) - len(rows)
    rest = page.paragraph(f"Ytterligare {more} rader visas inte.") if more else ""
    return page.table(caption, _HEADS, rows, _NUMBERS) + rest


def _change(change: dict, known) -> list[str]:
    before, after = change["from"], change["to"]
    earlier = NEVER_BEFORE if before is None else before["text"]
    difference, share = "", ""
    if change["change"] is not None:
        difference = f"{change['change']:+.10g}"
        value = float(before["value"])
        share = f"{100 * change['change'] / abs(value):+.1f}" if value else ""
    return [
        label(change, known),
        change["unit"],
        change["period"],
        PROTECTED if change["protected"] else earlier,
        GONE if after is None else after["text"],
        *(text.replace("-", "−").replace(".", ",") for text in (difference, share)),
    ]


def _findings(case: _Case) -> str:
    heading = "Avvikande värden och kontroller"
    path = store.file(case.where.work / "store", "findings")
    if not path.is_file():
        return page.section(heading, page.paragraph("Kontrollerna finns inte kvar; bygg om."))
    found = pd.read_parquet(path)
    rows = [
        [_KINDS[f.kind], f.code, f.indicator, f.unit, f.period, f.value, f.reason, f.file]
        for f in found.head(MOST_ROWS).itertuples()
    ]
    heads = ["Slag", "Regel", "Indikator", "Enhet", "Period", "Värde", "Skäl", "Fil"]
    counts = Counter(_KINDS[kind] for kind in found["kind"])
    told = "; ".join(f"{kind}: {n}" for kind, n in sorted(counts.items())) or "inget"
    parts = [page.table("Funnet i regionens uppgifter", heads, rows)] if rows else []
    return page.section(heading, page.paragraph(f"Funnet: {told}."), *parts)


def _status(row: Figure) -> str:
    """`skyddad, syntetisk`; an edition that was built long ago may not tell the latter."""
    synthetic = row["status"] == "synthetic" or row.get("synthetic") == "true"
    both = dict.fromkeys([_STATUSES[row["status"]], *[_STATUSES["synthetic"]] * synthetic])
    return ", ".join(both)


def _quality(case: _Case) -> str:
    known = load_indicators()
    counts: dict[tuple[str, str], int] = Counter(
        (_status(row), row["indicator"]) for row in case.rows if row["status"] != "reported"
    )
    rows = [
        [known[id_].name.sv if id_ in known else id_, status, str(number)]
        for (status, id_), number in sorted(counts.items())
    ]
    table = page.table(
        "Tal som inte är rapporterade", ["Indikator", "Status", "Antal"], rows, frozenset({2})
    )
    return page.section(
        "Uppgifternas kvalitet",
        page.paragraph(f"Utgåvan har {len(case.rows)} tal."),
        table if rows else page.paragraph("Alla tal är rapporterade."),
    )


def _contradictions(case: _Case) -> str:
    """Figures that stand with several values: both are published, and neither was chosen."""
    found: dict[tuple, dict[str, Figure]] = {}
    known = load_indicators()
    for row in case.rows:
        if row["value"] and row["scenario"] == "actual":
            key = tuple(row[name] for name in KEY)
            found.setdefault(key, {}).setdefault(row["value"], row)
    rows = [
        [label(each, known), *(each[name] for name in ("unit", "period", "text", "source"))]
        for values in found.values()
        if len(values) > 1
        for each in values.values()
    ]
    heads = ["Tal", "Enhet", "Period", "Värde", "Källa"]
    table = page.table("Samma tal med flera värden", heads, rows) if rows else ""
    return page.section("Motstridiga uppgifter", table or page.paragraph("Inga."))


def _hashes(case: _Case) -> str:
    seen = _seen(case)
    rows = [[name, value] for name, value in case.about["outputs"].items()]
    read = [[name, value] for name, value in case.about["inputs"].items()]
    return page.section(
        "Det som godkänns",
        page.paragraph(f"Innehåll: {seen['content']}"),
        page.paragraph(f"Utgåvans alla filer: {seen['seen']}"),
        page.table("Utgåvans filer", ["Fil", "SHA-256"], rows),
        page.table("Filer som utgåvan bygger på", ["Fil", "SHA-256"], read),
    )
