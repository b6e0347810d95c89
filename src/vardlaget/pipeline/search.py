"""Search over all editions, from a file share as well as from a web server.

The index is one script that sets data: a page opened from a file may load scripts, but neither
fetch files nor load modules, which search programs for static sites need. It holds words, no
texts; a word of every edition's section stands once, a word of one region's or one month's with
these alone, so that it grows with what differs.
"""

import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import lxml.html

TERMS = "search.json"
INDEX = "search-index.js"
# Older editions are read, not searched: a browser loads the index whole.
MONTHS_SEARCHED = 36
_WORD = re.compile(r"[^\W_]+")
_SWEDISH = set("åäö")
# What is folded below a figure repeats definitions; scripts are data.
_SKIPPED = {"script", "style", "template"}
_FOLDED = "figure-tools"


def words(text: str) -> list[str]:
    """The text's words for searching: lower case, å, ä and ö kept, other accents taken off.

    Figures are no words; the names of services that are numbers (1177) are.
    """
    return [word for word in _WORD.findall(_plain(text)) if _told(word)]


def _told(word: str) -> bool:
    return len(word) > 1 and (not word.isdigit() or word == "1177")


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).lower()
    return "".join(c if c in _SWEDISH or c.isascii() else _base(c) for c in composed)


def _base(character: str) -> str:
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sections(page: Path) -> list[dict]:
    """The page's sections in order: `id`, `heading` and their `words`, sorted and unique."""
    main = lxml.html.parse(str(page), lxml.html.HTMLParser(encoding="utf-8")).find(".//main")
    found: list[dict] = []
    if main is not None:
        _walk(main, found)
    return [section | {"words": sorted(set(section["words"]))} for section in found]


def _walk(element: lxml.html.HtmlElement, found: list[dict]) -> None:
    for part in element:
        if not isinstance(part.tag, str) or part.tag in _SKIPPED:
            continue
        if _FOLDED in part.get("class", ""):
            continue
        if part.tag in ("h2", "h3"):
            _open(part, found)
            continue
        if found:
            found[-1]["words"] += words(f"{part.text or ''} {part.get('aria-label', '')}")
        _walk(part, found)
        if found:
            found[-1]["words"] += words(part.tail or "")


def _open(heading: lxml.html.HtmlElement, found: list[dict]) -> None:
    """A new section, where its heading can be linked to (Quarto marks the section around it)."""
    text = " ".join(heading.text_content().split())
    parent = heading.getparent()
    id_ = heading.get("id") or (parent.get("id") if parent.tag == "section" else None)
    if id_:
        found.append({"id": id_, "heading": text, "words": words(text)})


def write_terms(folder: Path) -> Path:
    """search.json: the sections of each page of an edition, by the page's name."""
    pages = {page.stem: sections(page) for page in sorted(folder.glob("*.html"))}
    path = folder / TERMS
    path.write_text(json.dumps(pages, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return path


def write_index(out: Path, editions: list[dict]) -> Path:
    """out/search-index.js: what the front page's search knows of the editions (their manifests
    with `folder`, newest first), replaced in one step."""
    editions = searched(editions)
    pages = [_terms(out / edition["folder"]) for edition in editions]
    index = _index(editions, pages)
    text = json.dumps(index, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path = out / INDEX
    temporary = out / f".{INDEX}.{os.getpid()}"
    temporary.write_text(f"window.vardlagetSearch({text});\n", encoding="utf-8")
    temporary.replace(path)
    return path


def searched(editions: list[dict]) -> list[dict]:
    """The editions of the newest months, which the search covers."""
    months = sorted({edition["parameters"]["month"] for edition in editions})
    newest = set(months[-MONTHS_SEARCHED:])
    return [edition for edition in editions if edition["parameters"]["month"] in newest]


def _terms(folder: Path) -> dict[str, list[dict]]:
    """The edition's own terms; read from its pages where it has none."""
    path = folder / TERMS
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    return {page.stem: sections(page) for page in sorted(folder.glob("*.html"))}


def _index(editions: list[dict], pages: list[dict[str, list[dict]]]) -> dict:
    """`editions`: folder, region, month, and 1 if it has synthetic figures. `titles`: a
    publication's. `words`: all, sorted, as one text. `sections`: publication, id, heading, and the
    words of all its editions, of a region's, of one edition's, as steps between places in
    `words`."""
    found: dict[tuple, dict[int, frozenset]] = defaultdict(dict)
    for number, publications in enumerate(pages):
        for publication, parts in publications.items():
            for part in parts:
                key = (publication, part["id"], part["heading"])
                found[key][number] = frozenset(part["words"])
    vocabulary = sorted({word for by in found.values() for each in by.values() for word in each})
    places = {word: place for place, word in enumerate(vocabulary)}
    about = [edition["parameters"] for edition in editions]
    regions = [each["region_name"] for each in about]
    names = [
        [
            edition["folder"],
            each["region_name"],
            each["month"],
            int(edition.get("synthetic", False)),
        ]
        for edition, each in zip(editions, about, strict=True)
    ]
    return {
        "editions": names,
        "titles": {p["name"]: p["title"] for edition in editions for p in edition["publications"]},
        "words": " ".join(vocabulary),
        "sections": [_section(key, by, regions, places) for key, by in found.items()],
    }


def _section(
    key: tuple, by: dict[int, frozenset], regions: list[str], places: dict[str, int]
) -> list:
    """[publication, id, heading, words of all, {region: words}, {edition: words}]; every edition
    that has the section is a key of the last."""
    everywhere = frozenset.intersection(*by.values())
    of_region = {}
    for region in dict.fromkeys(regions[number] for number in by):
        own = [by[number] for number in by if regions[number] == region]
        of_region[region] = frozenset.intersection(*own) - everywhere
    rest = {number: by[number] - everywhere - of_region[regions[number]] for number in by}
    return [
        *key,
        _steps(everywhere, places),
        {region: _steps(each, places) for region, each in of_region.items() if each},
        {str(number): _steps(each, places) for number, each in rest.items()},
    ]


def _steps(terms: Iterable[str], places: dict[str, int]) -> list[int]:
    numbers = sorted(places[term] for term in terms)
    return [now - before for before, now in zip([0, *numbers], numbers, strict=False)]
