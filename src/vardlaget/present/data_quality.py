"""What a reader must know of the data: contradictions, gaps, definitions, sources."""

from itertools import chain

import pandas as pd

from vardlaget import periods
from vardlaget.indicators import consistency
from vardlaget.observations import KEY, is_synthetic
from vardlaget.present import documents, glossary, tables
from vardlaget.present.documents import Documents
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.glossary import Glossary
from vardlaget.present.numbers import number_text
from vardlaget.present.sentences import Paragraph, count_word, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

SCENARIOS = {"actual": "", "budget": "budget", "forecast": "prognos"}
PROVIDERS = {"": "", "own": "egen produktion", "health_centres": "vårdcentraler"}
MISSING_KEY = ("indicator", "span", "period", "scenario", "provider")
SUBJECTS = ("waiting_times", "capacity", "beds", "production")


def contradictions(report: Report) -> pd.DataFrame:
    """Every contradiction in the month's figures, over all subjects."""
    found = consistency.find(report.own, report.region.code)
    return found[found["period"].isin(periods_of(report))]


def periods_of(report: Report) -> set[str]:
    """The periods that an edition speaks of: its month, the one before, and a full year."""
    month = report.month
    years = {str(month.year)} if month.number == 12 else set()
    return {str(month), str(month.minus(1))} | years


def missing(report: Report) -> pd.DataFrame:
    """Rows that say that their source has no figure, for the edition's periods."""
    rows = report.own
    gone = rows[(rows["status"] == "missing") & rows["period"].isin(periods_of(report))]
    shown = [report.indicators[id_].subject in SUBJECTS for id_ in gone["indicator"]]
    return gone[shown]


def available(report: Report) -> Published:
    """Whether there is anything to tell."""
    return values(
        {
            "contradictions": len(contradictions(report)) > 0,
            "missing": len(missing(report)) > 0,
            "synthetic": bool(is_synthetic(report.data).any()),
        }
    )


def contradictions_summary(report: Report) -> Published:
    """How many, and which."""
    found = contradictions(report)
    if found.empty:
        return nothing()
    often = found["indicator"].map(lambda id_: report.name(id_).lower()).value_counts(sort=False)
    names = [name + (f" ({count_word(n)})" if n > 1 else "") for name, n in often.items()]
    count = len(found)
    noun = "en motsägelse" if count == 1 else f"{count_word(count)} motsägelser"
    return Published(
        f"Underlaget innehåller {noun}: {plain('; '.join(names))}. Båda värdena redovisas; "
        "inget av dem har valts bort."
    )


def contradictions_table(report: Report) -> Published:
    """Both values with their sources, or with the formula that gives the second."""
    found = contradictions(report)
    if found.empty:
        return nothing()
    rows, figures = [], []
    for line in found.to_dict("records"):
        first, second = _sides(report, line)
        figures += [first, second]
        label = f"{report.name(line['indicator'])}, {periods.words(line['span'], line['period'])}"
        cells = {
            "first": Cell(first["text"].iloc[0], _number(first)),
            "first_source": Cell(line["first_source"]),
            "second": Cell(second["text"].iloc[0], _number(second)),
            "second_source": Cell(_second_source(line)),
        }
        rows.append((label, cells))
    columns = [
        Column("first", "Värde", "En uppgift"),
        Column("first_source", "Källa", "En uppgift", align="left"),
        Column("second", "Värde", "En annan"),
        Column("second_source", "Källa eller beräkning", "En annan", align="left"),
    ]
    return tables.table("motstridiga_uppgifter", "Mått", columns, rows, pd.concat(figures))


def _second_source(line: dict) -> str:
    return f"Beräknat: {line['formula']}" if line["formula"] else line["second_source"]


def _sides(report: Report, line: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both values as figures; a recomputed one with two decimals, so that the gap shows."""
    key = {column: line[column] for column in KEY if column != "indicator"}
    first = report.computed(line["indicator"], line["first"], "", **key)
    first = first.assign(source=line["first_source"])
    second = report.computed(line["indicator"], line["second"], line["formula"], **key)
    if line["formula"]:
        unit = report.indicators[line["indicator"]].unit
        second = second.assign(text=number_text(line["second"], unit, 2))
    else:
        second = second.assign(source=line["second_source"])
    return first, second


def _number(figure: pd.DataFrame) -> float:
    return round(float(figure["value"].iloc[0]), 6)


def _told(report: Report) -> bool:
    """Whether the edition's periods have a figure of SUBJECTS at all."""
    rows = report.own[report.own["period"].isin(periods_of(report))]
    return any(report.indicators[id_].subject in SUBJECTS for id_ in rows["indicator"].unique())


def missing_text(report: Report) -> Published:
    """Which figures the sources do not have, and why."""
    rows = missing(report)
    if rows.empty:
        told = "är inga uppgifter markerade som saknade i underlaget"
        if not _told(report):
            told = "innehåller underlaget inga uppgifter"
        return Published(f"För väntetider, vårdplatser och produktion {told}.")
    paragraph = Paragraph(report.indicators)
    items = []
    for key, group in rows.groupby([*MISSING_KEY], sort=False):
        id_, span, period, scenario, provider = key
        words = [report.name(id_), PROVIDERS[provider], SCENARIOS.get(scenario, scenario)]
        name = ", ".join([word for word in words if word] + [periods.words(span, period)])
        notes = [note for note in dict.fromkeys(group["note"]) if note]
        why = f": {'; '.join(notes)}" if notes else ""
        items.append(f"- {plain(name + why)}")
    paragraph.say("Uppgift saknas (visas som \\.\\.):\n\n" + "\n".join(items))
    return paragraph.published()


def definitions(report: Report) -> Glossary:
    """The indicators with values in the edition's periods; a publication gets those it shows."""
    rows = report.own[report.own["value"].notna() & report.own["period"].isin(periods_of(report))]
    return Glossary(glossary.text(rows["indicator"].unique(), report.indicators))


def sources(report: Report) -> Documents:
    """The documents and files that the month's figures come from; a publication gets its own."""
    found = documents.behind(report, periods_of(report))
    return Documents(documents.listed(chain(*found.values())), by_indicator=found)
