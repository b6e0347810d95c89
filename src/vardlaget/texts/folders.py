"""Where an analyst's files lie: reports/comments/<month>/<region slug>/."""

import re
from pathlib import Path

from vardlaget.catalogue import Region, load_regions
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.texts.includes import with_includes
from vardlaget.texts.problems import Problem, nearest

COMMENTS = "comments"
ACTIVITIES, CALENDAR = "aktiviteter", "kalender"
TABLES = (ACTIVITIES, CALENDAR)
TABLE_SUFFIXES = (".csv", ".xlsx")
# Last month's comment, laid beside the new one as help; never published.
HELP_SUFFIX = ".forra.md"
_INCLUDE = re.compile(r"^\{\{<\s*include\s+comments/([\w-]+)\.md\s*>\}\}", re.MULTILINE)


def month_folder(project: Project, month: Month, region: Region) -> Path:
    return project.reports / COMMENTS / str(month) / region.slug


def sections(reports: Path) -> tuple[str, ...]:
    """The sections that take comments: those that a reports/*.qmd includes one for."""
    found = [
        section
        for path in sorted(reports.glob("*.qmd"))
        for section in _INCLUDE.findall(path.read_text(encoding="utf-8"))
    ]
    return tuple(dict.fromkeys(found))


def taken(text: str, folder: Path) -> set[str]:
    """The sections that a source takes comments on, the parts that it includes among it."""
    return set(_INCLUDE.findall(with_includes(text, folder)))


def files(folder: Path) -> list[Path]:
    """The files of a folder that count: not hidden ones, locks of open workbooks, or help."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name[0] not in ".~" and not path.name.endswith(HELP_SUFFIX)
    ]


def misplaced(project: Project) -> list[Problem]:
    """Folders whose names are no month or no region: what lies in them would never be shown."""
    slugs = [region.slug for region in load_regions(project.reference / "regions.csv")]
    problems = []
    for month in files(project.reports / COMMENTS):
        name = project.named(month)
        if not month.is_dir() or not _is_month(month.name):
            problems.append(Problem(name, 0, "not a folder of a month. Name it as 2024-02"))
            continue
        for region in files(month):
            if region.name not in slugs:
                hint = nearest(region.name, slugs)
                told = f"no region has the slug '{region.name}'.{hint} See: vardlaget regions"
                problems.append(Problem(project.named(region), 0, told))
    return problems


def _is_month(name: str) -> bool:
    try:
        return str(Month.parse(name)) == name
    except InputError:
        return False
