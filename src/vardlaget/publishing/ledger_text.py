"""What readers see of a revision: the last section of each publication of the edition."""

import re
from datetime import datetime

from vardlaget.accounts import CORRECTION
from vardlaget.catalogue import Indicators, load_indicators
from vardlaget.observations import broken_down
from vardlaget.present import tables
from vardlaget.present.escape import for_markdown
from vardlaget.present.figures import Published
from vardlaget.present.numbers import SYMBOLS, number_text, signed
from vardlaget.present.tables import Cell, Column
from vardlaget.present.words import CARE_TYPES, WORDS
from vardlaget.report import day_in_words

HEADING = "Ändringar sedan förra utgåvan"
CAUSES = {
    "data": "uppgifterna har reviderats",
    "correction": "felbokningar har rättats",
    "definition": "definitioner, mål eller inställningar har ändrats",
    "code": "beräkningen har ändrats",
    "publication": "publikationernas innehåll har ändrats",
}
SCENARIOS = {
    "actual": "",
    "budget": "budget",
    "forecast": "prognos",
    "target": "mål",
    "vs_target": "mot mål",
    "vs_budget": "mot budget",
    "vs_last_year": "mot föregående år",
    "vs_country": "mot riket",
    "forecast_vs_budget": "prognos mot budget",
    "range_lower": "nedre gräns",
    "range_upper": "övre gräns",
    "change": "förändring",
    "percent": "i procent",
    "of_decided": "andel av fastställda",
    "of_need": "andel av behovet",
    "of_ordinary_hours": "andel av ordinarie tid",
    "yearly_pace": "årstakt",
    "computed": "beräknat",
    "check": "kontroll",
    "sum": "summa",
    "sum_of_units": "summan av enheterna",
    "outside_units": "utanför enheterna",
    "median": "median",
    "adjustment": "justering",
}
GROUPS = WORDS | CARE_TYPES
NEVER_BEFORE, GONE, PROTECTED = "fanns inte", "har utgått", "visas inte"
# Rows that a publication shows; the rest stands in revisions.json.
MOST_SHOWN = 40
_COLUMNS = [Column("unit", "Enhet", align="left"), Column("period", "Period", align="left")]
_COLUMNS += [Column("before", "Förut"), Column("after", "Nu"), Column("change", "Ändring")]


def section(revision: dict, publication: str) -> tuple[str, Published]:
    """The section's Markdown, and the table in it, which becomes an attachment too."""
    own = [f for f in revision["figures"] if publication in f["publications"]]
    shown = own[:MOST_SHOWN]
    table = changes_table(shown, f"andringar_{publication.replace('-', '_')}")
    parts = [f"## {HEADING} {{#andringar}}", _introduction(revision, len(own))]
    if shown:
        parts.append(table.markdown)
    if len(own) > len(shown):
        parts.append(f"Tabellen visar {len(shown)} av {len(own)} ändringar.")
    parts.append("Alla ändringar genom alla utgåvor står i filen revisions.json.")
    return "\n\n" + "\n\n".join(parts) + "\n", table


def _introduction(revision: dict, count: int) -> str:
    day = day_in_words(datetime.fromisoformat(revision["built"]).date())
    kind = "planerad" if revision["scheduled"] else "inte planerad"
    sentences = [
        f"Detta är utgåva {revision['edition']}. Den ersatte utgåva {revision['follows']} "
        f"den {day}. Revideringen var {kind}.",
        f"Orsak: {causes_text(revision)}.",
    ]
    if revision["reason"]:
        sentences.append(for_markdown(revision["reason"].rstrip(".")) + ".")
    if revision["publications_removed"]:
        names = ", ".join(for_markdown(name) for name in revision["publications_removed"])
        sentences.append(f"Följande ingår inte längre i utgåvan: {names}.")
    what = "Inget tal" if count == 0 else "Ett tal" if count == 1 else f"{count} tal"
    verb = "i denna publikation har ändrats."
    return " ".join([*sentences, f"{what} {verb}"])


def causes_text(revision: dict) -> str:
    return "; ".join(CAUSES[cause] for cause in revision["causes"]) or "inte känd"


def changes_table(changes: list[dict], name: str) -> Published:
    """Figures of two editions side by side; `changes` as revisions.json has them."""
    known = load_indicators()
    rows = [(label(change, known), _cells(change, known)) for change in changes]
    return tables.table(name, "Tal", _COLUMNS, rows)


def label(change: dict, known: Indicators) -> str:
    """`Operation eller åtgärd inom 90 dagar, väntande, kvinnor`"""
    id_ = change["indicator"]
    name = known[id_].name.sv if id_ in known else id_
    bases = {"waiting": "väntande", "completed": "genomförda"}
    parts = [
        name,
        bases.get(change["basis"], change["basis"]),
        _scenario(change["scenario"]),
        *(_group(value) for value in broken_down(change["breakdown"]).values()),
    ]
    return ", ".join(part for part in parts if part)


def _scenario(name: str) -> str:
    """In words; which of several corrections it is follows from the amounts."""
    return "rättelse" if name.startswith(CORRECTION) else SCENARIOS.get(name, name)


def _group(value: str) -> str:
    """`kvinnor` for `women`; names that sources give, such as specialties, as they are."""
    return GROUPS.get(value, "").lower() or value


def _cells(change: dict, known: Indicators) -> dict[str, Cell]:
    before, after = change["from"], change["to"]
    earlier = Cell(PROTECTED) if change["protected"] else _shown(before, NEVER_BEFORE)
    return {
        "unit": Cell(change["unit"]),
        "period": Cell(change["period"]),
        "before": earlier,
        "after": _shown(after, GONE),
        "change": _difference(change, known),
    }


def _shown(side: dict | None, otherwise: str) -> Cell:
    if side is None:
        return Cell(otherwise)
    return Cell(side["text"], float(side["value"]) if side["value"] else None)


def _difference(change: dict, known: Indicators) -> Cell:
    if change["change"] is None or change["indicator"] not in known:
        return Cell(SYMBOLS["not_applicable"])
    entry = known[change["indicator"]]
    before, after = change["from"], change["to"]
    unit = "percentage_points" if entry.unit == "percent" else entry.unit
    text = number_text(change["change"], unit, max(map(_decimals, (before, after))))
    return Cell(signed(text), change["change"])


def _decimals(side: dict) -> int:
    """As many as the text shows."""
    found = re.search(r",(\d+)", side["text"])
    return len(found[1]) if found else 0
