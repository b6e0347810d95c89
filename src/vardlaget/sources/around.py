"""The texts around a table: its titles, its sheet's name, its file's name, and what they tell."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import get_month_names

from vardlaget.catalogue import Regions
from vardlaget.errors import InputError
from vardlaget.sources.tables import Table
from vardlaget.sources.written import parse_month

_LEFT, _RIGHT = r"(?<![^\W_])", r"(?![^\W_])"
_YEAR = r"(?:19|20)\d{2}"
_EDGES = " -*•·.:"
_DASHES = str.maketrans(dict.fromkeys("‐‑–—−", "-"))


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """A name or label as it is compared: without case, surplus spaces, bullets and marks.

    >>> plain("- Varav  somatisk\\nvård."), plain("0–3 dagar (andel)")
    ('varav somatisk vård', '0-3 dagar (andel)')
    """
    joined = " ".join(unicodedata.normalize("NFC", text).translate(_DASHES).split())
    return joined.casefold().strip(_EDGES)


@cache
def _month_names() -> str:
    full = list(get_month_names("wide", locale="sv_SE").values())
    short = [name.rstrip(".") for name in get_month_names("abbreviated", locale="sv_SE").values()]
    names = {*full, *short, *(name[:3] for name in full)}
    return rf"(?:{'|'.join(sorted(names, key=len, reverse=True))})\.?"


@cache
def _month() -> str:
    digits = rf"{_YEAR}[-/.]?(?:0[1-9]|1[0-2])(?:[-/.]?[0-3]\d)?"
    return rf"(?:{_month_names()}[ _-]*{_YEAR}|{_YEAR}[ _-]*{_month_names()}|{digits})"


@cache
def _region(regions: Regions | None) -> str:
    """Any name of a region but the country's; a file's name may have `-` or `_` between words."""
    names = {
        name
        for region in regions or ()
        for name in (region.name, region.short_name, region.slug, *region.aliases)
    }
    spaced = [r"[\W_]+".join(re.split(r"\W+", name)) for name in names]
    return rf"(?:{'|'.join(sorted(spaced, key=len, reverse=True))})"


@cache
def compiled(pattern: str, regions: Regions | None) -> re.Pattern[str]:
    """A mapping's pattern, case left out of account. Raises re.error.

    In it `{month}` is a month in any way it is written, `{month_name}` one without a year, and
    `{region}` any name of a region.
    """
    meanings = {"month": _month(), "month_name": _month_names(), "region": _region(regions)}
    for name, meant in meanings.items():
        pattern = pattern.replace(f"{{{name}}}", rf"{_LEFT}(?P<{name}>{meant}){_RIGHT}")
    return re.compile(pattern, re.IGNORECASE)


def captured(match: re.Match[str], wanted: str = "") -> str:
    """The part that a match is about: the group `wanted`, else the first, else all of it."""
    groups = match.groupdict()
    for name in (wanted, "month", "month_name", "region"):
        if groups.get(name):
            return groups[name]
    return (match[1] or "") if match.re.groups else match[0]


def texts(table: Table) -> list[tuple[str, tuple[str, ...]]]:
    """Where to look, in this order: the titles, the sheet's name, the file's name."""
    listed = {
        "titles": table.titles,
        "sheet's name": (table.sheet,),
        "file's name": (Path(table.file).stem,),
    }
    return [
        (place, tuple(unicodedata.normalize("NFC", text) for text in found))
        for place, found in listed.items()
    ]


def says(table: Table, pattern: str, regions: Regions) -> bool:
    """Whether one of the texts around the table matches."""
    search = compiled(pattern, regions).search
    return any(search(text) for _, found in texts(table) for text in found)


def told(
    table: Table, pattern: str, regions: Regions, wanted: str, values: Mapping[str, str]
) -> str:
    """What the pattern finds in the first place where it finds anything, or the empty text.

    `wanted` is `region` or `month` where that is looked for, and `values` gives (by `plain` text)
    what a text found stands for. Raises InputError where one place tells two different things.
    """
    for place, found in texts(table):
        matches = [m for text in found for m in compiled(pattern, regions).finditer(text)]
        answers: dict[str, str] = {}
        for text in filter(None, (captured(match, wanted) for match in matches)):
            meant = values.get(plain(text), _same(text, wanted, regions))
            answers.setdefault(plain(meant), meant)
        if len(answers) > 1:
            listed = ", ".join(f"'{answer}'" for answer in answers.values())
            raise InputError(f"the {place} say more than one thing ({listed}). Leave one of them")
        if answers:
            return next(iter(answers.values()))
    return ""


def _same(text: str, wanted: str, regions: Regions) -> str:
    """One spelling for a month and for a region, so that two ways of writing it agree."""
    text = " ".join(text.split())
    if wanted == "month":
        try:
            return parse_month(text)
        except ValueError:
            return text
    if wanted == "region" and (region := regions.get(text)):
        return region.code
    return text
