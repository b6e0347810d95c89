"""What a reader can unfold below a chart or a table: definition, source, date, status."""

import re

import pandas as pd

from vardlaget.catalogue import Indicator, load_indicators
from vardlaget.observations import is_synthetic
from vardlaget.present import citations
from vardlaget.present.escape import for_html

# Up to so many definitions stand in full; the page's glossary has them all.
IN_FULL = 2
MOST_SOURCES = 4
GLOSSARY = '<a href="#definitioner">Definitioner</a>'
INDICATORS = '<a href="indicators.csv">indicators.csv</a>'
BASES = {"waiting": "väntande", "completed": "genomförda"}
STATUSES = {
    "reported": "rapporterade",
    "zero": "rapporterade",
    "missing": "uppgift saknas",
    "not_applicable": "uppgift kan inte förekomma",
    "suppressed": "skyddade (x): bygger på få personer, eller skulle röja sådana",
    "preliminary": "preliminära",
    "synthetic": "syntetiska uppgifter",
}
_PART = re.compile(r"\.(numerator|denominator)$")
_COUNT = re.compile(r"(?<=\bav )\d+ ")
_DATE = '<span class="built"></span>'


def dated(markdown: str, day: str) -> str:
    """A cell's Markdown with the day on which its figures were taken out, in words."""
    return markdown.replace(_DATE, f'<span class="built">{for_html(day)}</span>')


def about(figures: pd.DataFrame | None) -> str:
    """The folded element of HTML for the figures of a chart or table; empty without figures.

    `figures` has indicator, status, source and basis; what is absent is not told.
    """
    if figures is None or figures.empty:
        return ""
    figures = figures.reindex(columns=["indicator", "status", "source", "basis", "note"])
    rows = [
        ("Definition", _definitions(figures)),
        ("Mätbas", _basis(figures)),
        ("Källa", _sources(figures)),
        ("Beräkning", _calculations(figures)),
        ("Uttagsdatum", _DATE),
        ("Status", _statuses(figures)),
    ]
    items = "".join(f"<dt>{name}</dt><dd>{shown}</dd>" for name, shown in rows if shown)
    return f'<details class="about"><summary>Om siffrorna</summary><dl>{items}</dl></details>'


def _definitions(figures: pd.DataFrame) -> str:
    entries = _indicators(figures)
    if not entries:
        return ""
    if len(entries) <= IN_FULL:
        told = (f"<b>{for_html(e.name.sv)}.</b> {for_html(e.definition)}" for e in entries)
        return "<br>".join(told)
    names = for_html("; ".join(entry.name.sv for entry in entries))
    return f"{names}. Definitionerna står under {GLOSSARY}."


def _indicators(figures: pd.DataFrame) -> list[Indicator]:
    """The indicators by name, the counts behind a share under the share's."""
    known = load_indicators()
    whole = (_PART.sub("", id_) for id_ in figures["indicator"].dropna())
    return [known[id_] for id_ in dict.fromkeys(whole)]


def _basis(figures: pd.DataFrame) -> str:
    found = set(figures["basis"])
    return " och ".join(words for basis, words in BASES.items() if basis in found)


def _sources(figures: pd.DataFrame) -> str:
    """The documents, without page and row: those stand with each figure in indicators.csv."""
    documents = citations.documents(_told(figures))
    if not documents:
        return ""
    shown = for_html("; ".join(documents[:MOST_SOURCES]))
    more = len(documents) - MOST_SOURCES
    rest = f" och {more} till" if more > 0 else ""
    return f"{shown}{rest}. Plats i källan för varje tal: {INDICATORS}."


def _calculations(figures: pd.DataFrame) -> str:
    formulas = citations.formulas(_told(figures))
    # Formulas that differ only in a count, such as how many units were added, are one.
    alike: dict[str, list[str]] = {}
    for formula in formulas:
        alike.setdefault(_COUNT.sub("", formula), []).append(formula)
    told = [same[0] if len(same) == 1 else plain for plain, same in alike.items()]
    return for_html("; ".join(told[:MOST_SOURCES]))


def _told(figures: pd.DataFrame) -> pd.Series:
    return figures["source"].dropna().astype(str)


def _statuses(figures: pd.DataFrame) -> str:
    found = dict.fromkeys(STATUSES[status] for status in figures["status"] if status in STATUSES)
    if is_synthetic(figures).any():
        found |= {STATUSES["synthetic"]: None}
    return ", ".join(found)
