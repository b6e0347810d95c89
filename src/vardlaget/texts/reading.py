"""Reading what an analyst wrote for a region and a month, with all that is wrong told at once."""

from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from vardlaget.catalogue import Region
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError
from vardlaget.observations import is_synthetic
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.texts import folders, markup
from vardlaget.texts.comments import Comment, read_comment
from vardlaget.texts.problems import Problem, nearest, refuse
from vardlaget.texts.tables import Activity, Event, read_activities, read_events


@dataclass(frozen=True)
class Texts:
    """A region's and month's comments, activities and calendar, and the files they come from.

    `tables`: the names of the activities' and the calendar's files. `passed_over`: those of texts
    that are not about the figures at hand.
    """

    comments: tuple[Comment, ...] = ()
    activities: tuple[Activity, ...] = ()
    events: tuple[Event, ...] = ()
    files: tuple[Path, ...] = ()
    tables: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether they are about synthetic figures: the tables are if any comment is."""
        return any(comment.synthetic for comment in self.comments)

    def about(self, synthetic: bool) -> "Texts":
        """The texts about synthetic figures, or those about real ones; the others passed over."""
        apart = [c for c in self.comments if c.synthetic != synthetic and not c.is_empty]
        made = replace(
            self,
            comments=tuple(c for c in self.comments if c.synthetic == synthetic),
            passed_over=tuple(c.file for c in apart),
        )
        if self.synthetic == synthetic:
            return made
        named = (*made.passed_over, *self.tables)
        return replace(made, activities=(), events=(), tables=(), passed_over=named)

    def comment(self, section: str) -> Comment | None:
        """A section's comment, if there is one with a text."""
        found = (c for c in self.comments if c.section == section and not c.is_empty)
        return next(found, None)

    def on(self, sections: Container[str]) -> "Texts":
        """The same with the comments on these sections alone."""
        return replace(self, comments=tuple(c for c in self.comments if c.section in sections))


def is_about_synthetic(figures: pd.DataFrame, region: Region, month: Month) -> bool:
    """Whether any of a region's figures of a month is synthetic; for the country, any region's."""
    periods = [str(month), *[str(month.year)] * (month.number == 12)]
    rows = figures[figures["period"].isin(periods)]
    rows = rows if region.code == COUNTRY else rows[rows["region"] == region.code]
    return bool(is_synthetic(rows).any())


def read_texts(project: Project, region: Region, month: Month) -> Texts:
    """What a region's analyst wrote for a month, checked.

    Raises InputError that names file and line of everything that is wrong, unknown variables
    apart, which only an edition's figures can tell.
    """
    texts, problems = _read(project, region, month)
    problems += folders.misplaced(project)
    problems += [problem for each in texts.comments for problem in markup.problems(each)]
    refuse(problems)
    return texts


def load_texts(project: Project, region: Region, month: Month) -> Texts:
    """The same for a notebook, which shows no comments and leaves their markup unchecked."""
    texts, problems = _read(project, region, month)
    refuse(problems)
    return texts


def _read(project: Project, region: Region, month: Month) -> tuple[Texts, list[Problem]]:
    found = folders.files(folders.month_folder(project, month, region))
    known = folders.sections(project.reports)
    problems = [p for path in found for p in _name_problems(path, project, known)]
    problems += _double_tables(found, project)
    comments = []
    for path in (path for path in found if path.suffix == ".md" and path.is_file()):
        try:
            comments.append(read_comment(path, project))
        except InputError as error:
            problems.append(Problem(project.named(path), 0, str(error)))
    activities, wrong = _table(found, folders.ACTIVITIES, project, read_activities)
    events, wrong_events = _table(found, folders.CALENDAR, project, read_events)
    tables = tuple(project.named(path) for path in found if path.stem in folders.TABLES)
    texts = Texts(tuple(comments), tuple(activities), tuple(events), tuple(found), tables)
    return texts, [*problems, *wrong, *wrong_events]


def _table(found: list[Path], stem: str, project: Project, read) -> tuple[list, list[Problem]]:
    path = next((p for p in found if p.stem == stem and p.suffix in folders.TABLE_SUFFIXES), None)
    return ([], []) if path is None else read(path, project)


def _name_problems(path: Path, project: Project, known: tuple[str, ...]) -> list[Problem]:
    name = project.named(path)
    tables = [f"{stem}{suffix}" for stem in folders.TABLES for suffix in folders.TABLE_SUFFIXES]
    if path.is_file() and (path.name in tables or path.name in [f"{s}.md" for s in known]):
        return []
    if path.suffix == ".md":
        hint = nearest(path.stem, known) or f" There are: {', '.join(known) or 'none'}."
        return [Problem(name, 0, f"no publication takes comments on '{path.stem}'.{hint}")]
    hint = nearest(path.name, [*tables, *(f"{section}.md" for section in known)])
    return [Problem(name, 0, f"not a file that is read here.{hint}")]


def _double_tables(found: list[Path], project: Project) -> list[Problem]:
    return [
        Problem(project.named(path), 0, "stands both as CSV and as workbook. Keep one of them")
        for path in found
        if path.stem in folders.TABLES
        and path.suffix == ".xlsx"
        and path.with_suffix(".csv") in found
    ]
