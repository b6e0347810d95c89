"""The 21 regions and the country, and their populations."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
from pydantic import Field, field_validator

from vardlaget.catalogue.reading import Entry, read_csv
from vardlaget.errors import InputError

COUNTRY = "00"


class Region(Entry):
    """A region: county code, full and short name, slug (as in paths), aliases and Kolada id."""

    code: str = Field(pattern=r"^\d{2}$")
    name: str
    short_name: str
    slug: str = Field(pattern=r"^[a-z-]+$")
    aliases: tuple[str, ...] = ()
    kolada_id: str = Field(pattern=r"^\d{4}$")

    @field_validator("aliases", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(";") if part.strip())
        return value or ()


class Regions:
    """The regions, found by code, name, short name, slug, alias or Kolada id."""

    def __init__(self, entries: list[Region]):
        self._entries = entries
        self._by_key: dict[str, Region] = {}
        for region in entries:
            names = (region.name, region.short_name, region.slug, *region.aliases)
            for key in (region.code, region.kolada_id, *map(_key, names)):
                other = self._by_key.setdefault(key, region)
                if other is not region:
                    raise InputError(
                        f"regions.csv: '{key}' names both {other.name} and {region.name}."
                    )

    def __iter__(self) -> Iterator[Region]:
        """The 21 regions in code order, without the country."""
        return (region for region in self._entries if region.code != COUNTRY)

    def __getitem__(self, name: str) -> Region:
        region = self.get(name)
        if region is None:
            raise InputError(f"'{name}': no such region. {self.help()}")
        return region

    def get(self, name: str) -> Region | None:
        """The region that `name` means, or None."""
        name = name.strip()
        return self._by_key.get(name) or self._by_key.get(_key(name))

    def help(self) -> str:
        listed = ", ".join(f"{region.code} {region.slug}" for region in self)
        return f"Give a code, name or slug: {listed}."


def _key(name: str) -> str:
    """A name without case, accents, punctuation and the words region and län."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [w for w in re.split(r"[^a-z0-9]+", plain) if w not in {"", "region", "lan", "lans"}]
    return " ".join(words)


@cache
def load_regions(path: Path) -> Regions:
    """The regions of data/reference/regions.csv. Raises InputError with file and row."""
    return Regions(read_csv(path, Region))


class Population(Entry):
    region: str
    date: date
    age_group: str
    population: int = Field(gt=0)
    source: str
    confidence: str


@cache
def load_populations(path: Path) -> pd.DataFrame:
    """Populations: region, date, age_group, population, source, confidence, one row each.

    Raises InputError with file and row, also where a region, date and age group occur twice.
    """
    frame = pd.DataFrame([row.model_dump() for row in read_csv(path, Population)])
    twice = frame[frame.duplicated(["region", "date", "age_group"])]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(f"{path}: region {row.region}, {row.date}, {row.age_group} occurs twice.")
    return frame
