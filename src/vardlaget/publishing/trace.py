"""`vardlaget trace`: a published figure's way back, from its text to the rows of its files."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import pandas as pd

from vardlaget import observations, store
from vardlaget.catalogue import load_indicators
from vardlaget.catalogue.indicators import whole_of
from vardlaget.environment import PARTS
from vardlaget.errors import InputError
from vardlaget.observations import BREAKDOWNS
from vardlaget.pipeline import editions
from vardlaget.project import Project
from vardlaget.publishing import figures, ledger
from vardlaget.publishing.figures import Figure
from vardlaget.publishing.origins import Origin, Origins

FILTERS = (*figures.KEY, "publication", "status", "value", "text")
# Figures and rows told; more are counted.
MOST_FIGURES, MOST_ROWS = 20, 12
_KEYS = ("unit", "span", "period", "scenario", "basis")


@dataclass(frozen=True)
class Way:
    """One figure's way: where it stands, and the observations behind it with their origins.

    `nearest` says in what the observations differ from the figure (a change has them of two
    periods, say); `references` are the edition's inputs where no observation is behind it.
    """

    figure: Figure
    texts: tuple[str, ...]
    places: tuple[str, ...]
    rows: tuple[tuple[dict, tuple[Origin, ...]], ...]
    nearest: str = ""
    references: tuple[str, ...] = ()


def trace(project: Project, folder: Path, figure: str) -> list[Way]:
    """The ways of the figures of an edition that `figure` means.

    `figure` is an indicator's id or Swedish name with filters (`treatment_90d basis=waiting`), or
    a text as readers see it (`48 %`). Raises InputError where the edition has none such.
    """
    return list(_ways(project, folder, lambda rows: _meant(rows, figure)))


def ways(project: Project, folder: Path) -> Iterator[Way]:
    """The ways of all figures of an edition. Raises InputError where there is none."""
    return _ways(project, folder, lambda rows: rows)


def _ways(
    project: Project, folder: Path, chosen: Callable[[list[Figure]], list[Figure]]
) -> Iterator[Way]:
    about = editions.manifest(folder)
    if about is None:
        raise InputError(f"{folder}: no edition; it has no {editions.MANIFEST}.")
    groups: dict[tuple, list[Figure]] = {}
    for row in chosen(figures.read(folder)):
        key = tuple(row[name] for name in (*figures.KEY, "value", "status", "source"))
        groups.setdefault(key, []).append(row)
    tracer = _Tracer(project, folder, about)
    for group in groups.values():
        yield tracer.way(group)


def _meant(rows: list[Figure], figure: str) -> list[Figure]:
    words = figure.split()
    filters = dict(word.split("=", 1) for word in words if "=" in word)
    name = " ".join(word for word in words if "=" not in word)
    unknown = sorted(set(filters) - set(FILTERS))
    if unknown:
        raise InputError(f"'{unknown[0]}': no such column. Columns: {', '.join(FILTERS)}.")
    chosen = [row for row in rows if all(row[key] == value for key, value in filters.items())]
    if name:
        chosen = (
            [row for row in chosen if row["indicator"] == name]
            or [row for row in chosen if _squeezed(row["text"]) == _squeezed(name)]
            or _named(chosen, name)
        )
    if not chosen:
        raise InputError(
            f"'{figure}': the edition has no such figure. They stand in indicators.csv."
        )
    return chosen


def _named(rows: list[Figure], name: str) -> list[Figure]:
    try:
        id_ = load_indicators().named(name).id
    except InputError:
        return []
    return [row for row in rows if row["indicator"] == id_]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("-", "−")


class _Tracer:
    """Looks up what is behind the figures of one edition."""

    def __init__(self, project: Project, folder: Path, about: dict):
        parameters = about["parameters"]
        self._about = about
        self._origins = Origins(project, about["inputs"])
        self._pages = {path.stem: _sections(path) for path in sorted(folder.glob("*.html"))}
        behind = _store(project.build / parameters["month"] / parameters["slug"], about)
        self._by: dict[str, list[dict]] = {}
        for row in behind.astype(object).to_dict("records"):
            self._by.setdefault(row["indicator"], []).append(row)

    def way(self, group: list[Figure]) -> Way:
        figure = group[0]
        texts = tuple(dict.fromkeys(row["text"] for row in group))
        places = tuple(dict.fromkeys(place for row in group for place in self._places(row)))
        behind, nearest = self._behind(figure)
        rows = tuple((row, tuple(self._origins.of(row))) for row in behind)
        references = () if rows else tuple(self._references(figure))
        return Way(figure, texts, places, rows, nearest, references)

    def _places(self, row: Figure) -> Iterator[str]:
        """The sections of the publication in which the text stands."""
        wanted = _squeezed(row["text"])
        headings = [h for h, text in self._pages.get(row["publication"], []) if wanted in text]
        yield f"{row['publication']}: {'; '.join(headings) or 'indicators.csv alone'}"

    def _behind(self, figure: Figure) -> tuple[list[dict], str]:
        """The observations behind a figure, and what is not as in the figure.

        Those of the very key; where there are none (a difference, a sum over units or months),
        those of the indicator with ever less in common.
        """
        id_ = figure["indicator"]
        found = [row for each in sorted({id_, whole_of(id_)}) for row in self._by.get(each, ())]
        found = [row for row in found if row["region"] == figure["region"]] or found
        wanted = observations.broken_down(figure["breakdown"])
        wanted |= {name: figure[name] for name in _KEYS}
        for loosened in ((), ("scenario",), ("scenario", "period", "span"), (*_KEYS, *BREAKDOWNS)):
            kept = [(name, value) for name, value in wanted.items() if name not in loosened]
            rows = [row for row in found if all(row[name] == value for name, value in kept)]
            if rows and not loosened:
                # Where sources contradict each other, those of the one that the figure cites.
                rows = [row for row in rows if row["source"] == figure["source"]] or rows
            if rows:
                return rows, ", ".join(name for name in loosened if name in _KEYS)
        return [], ""

    def _references(self, figure: Figure) -> Iterator[str]:
        """Inputs that are no observations, with their hashes: for what is computed from them."""
        formula = figure["source"].casefold()
        kinds = ["agreements/"] if figure["indicator"].startswith("grant.") else []
        kinds += (
            ["populations"] if "folkmängd" in formula or "grant." in figure["indicator"] else []
        )
        kinds += ["targets", "settings/"] if figure["scenario"] in ("target", "vs_target") else []
        for name, digest in self._about["inputs"].items():
            if not kinds or any(kind in name for kind in kinds):
                yield f"{name} (SHA-256 {digest})"


def _store(work: Path, about: dict) -> pd.DataFrame:
    """The observations that the edition was made of, as its build left them.

    Raises InputError where they are gone, or belong to another build.
    """
    folder = work / "store"
    known = folder.is_dir() and ledger.data_digests(folder) == about.get("data")
    if not known:
        raise InputError(
            "The observations of this edition are no longer in build/: it was built elsewhere, or "
            "another build has followed. Build it again from the same files, then trace it."
        )
    parts = [pd.read_parquet(store.file(folder, part)) for part in PARTS]
    rows = [
        observations.typed(part)
        for part in parts
        if "indicator" in part and "value" in part and "scenario" in part
    ]
    return pd.concat(rows, ignore_index=True).drop_duplicates(ignore_index=True)


def _sections(page: Path) -> list[tuple[str, str]]:
    """The headings of a page with the text below each, without white space, charts' text too."""
    main = lxml.html.parse(str(page), lxml.html.HTMLParser(encoding="utf-8")).find(".//main")
    found: list[list[str]] = []
    for element in main.iter() if main is not None else ():
        if element.tag in ("h2", "h3"):
            found.append([" ".join(element.text_content().split()), ""])
        if found and isinstance(element.tag, str) and element.tag not in ("script", "style"):
            label = element.get("aria-label", "")
            found[-1][1] += _squeezed(f"{element.text or ''}{label}")
        if found:
            found[-1][1] += _squeezed(element.tail or "")
    return [(heading, text) for heading, text in found]
