"""`vardlaget fetch`: figures of an open source, stored as a dated snapshot in the data folder."""

import re
from collections.abc import Callable
from datetime import date

from vardlaget.catalogue import load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.project import Project
from vardlaget.sources.open import fetch_kolada, fetch_scb, load_kpis
from vardlaget.sources.open.kolada import BASE_URL as KOLADA
from vardlaget.sources.open.scb import BASE_URL as SCB

SOURCES = ("kolada", "scb")
# Without --years, as many as the newest editions compare with.
YEARS = 5


def fetch(
    project: Project,
    source: str,
    years: str | None,
    kpis: list[str],
    url: str | None,
    progress: Callable[[str], None],
) -> list[str]:
    """Fetches, and returns what is told of each snapshot. Raises InputError."""
    if source not in SOURCES:
        raise InputError(f"'{source}': no such source. There are: {', '.join(SOURCES)}.")
    if kpis and source != "kolada":
        raise InputError("--kpi is for Kolada.")
    asked = parse_years(years, date.today().year)
    regions = load_regions(project.reference / "regions.csv")
    if source == "scb":
        made = fetch_scb(project.data, asked, regions, base_url=url or SCB, progress=progress)
    else:
        known = load_kpis(project.reference / "kolada.csv", load_indicators())
        made = [
            fetch_kolada(
                project.data,
                kpis or known,
                asked,
                regions,
                base_url=url or KOLADA,
                progress=progress,
            )
        ]
    return [line for each in made for line in each.told]


def parse_years(text: str | None, this_year: int) -> list[int]:
    """`2019-2024`, `2024` or `2022,2024` as years; None is the last five. Raises InputError."""
    if text is None:
        return list(range(this_year - YEARS, this_year + 1))
    years: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*", part, re.ASCII)
        if match is None:
            raise InputError(f"--years {text}: write years as 2019-2024 or 2022,2024.")
        years |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    if not years:
        raise InputError(f"--years {text}: the first year is after the last.")
    return sorted(years)
