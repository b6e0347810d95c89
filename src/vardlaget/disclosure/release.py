"""What may leave: figures without small numbers, findings about them, and what has left before.

A build hides small numbers once, for the whole country, before anything is cut or made from the
figures. What editions have told is known (see `published`), so that a build can tell what all of
them give away together.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
import pandas as pd

from vardlaget.catalogue import Indicators, load_indicators
from vardlaget.disclosure import published
from vardlaget.disclosure.guard import exposed, hidden
from vardlaget.disclosure.policy import Policy, load_policy
from vardlaget.disclosure.primary import problems
from vardlaget.disclosure.protection import protect
from vardlaget.disclosure.published import EDITION, RELEASE
from vardlaget.disclosure.remembered import digest_of
from vardlaget.errors import InputError
from vardlaget.observations import COLUMNS, KEY, NUMBERS
from vardlaget.project import Project
from vardlaget.sources import Reading, read_project
from vardlaget.sources.findings import Finding

PUBLIC = "data/published"
POLICY = "disclosure.yml"
# What a finding names of a figure.
NAMED = ("indicator", "region", "unit", "span", "period", "basis")
MOST_NAMED = 10


@dataclass(frozen=True, eq=False)
class Release:
    """What may be shown of a project's data.

    `reading`: what was read, protected and checked. `secret`: the rows that were hidden, with their
    numbers. `told`: rows that earlier editions, or others before, have shown, with their EDITION;
    not those of editions that were made of this release too. `name`: the digest of what was read,
    which is nobody's to see, and of what may be shown.
    """

    reading: Reading
    secret: pd.DataFrame
    told: pd.DataFrame
    project: Project
    name: str

    def require_safe(self) -> None:
        """Raises InputError where what is shown and what has been gives a small count away.

        It names the counts and what tells them, and no number of what is hidden.
        """
        indicators, policy = _rules(self.project)
        shown = self.reading.frame.drop(self.secret.index)
        untold = _not_among(self.told, shown, indicators)
        if untold.empty or self.secret.empty:
            return
        tables = _concerned(
            {
                "": self.secret,
                "this edition": shown,
                **{str(name): rows for name, rows in self.told.groupby(EDITION, sort=False)},
            },
            untold,
            policy,
            indicators,
        )
        secret, now = tables.pop(""), tables.pop("this edition")
        found = exposed(tables | {"this edition": now}, secret, policy, indicators)
        if found:
            more = len(found) - MOST_NAMED
            told = [f"  {exposure}" for exposure in found[:MOST_NAMED]]
            told += [f"  … and {more} more"] if more > 0 else []
            raise InputError(
                "Not built: counts of few people would be given away together with what has been "
                "published before (see docs/disclosure.md). The editions in place are as they "
                "were. Withdraw or correct one of the figures named:\n" + "\n".join(told)
            )

    def record(self, made: Iterable[str] = ()) -> None:
        """Keeps what the editions that are in place now have told; `made` are of this release."""
        indicators, policy = _rules(self.project)
        published.told(self.project, policy, indicators, dict.fromkeys(made, self.name))


def release(reading: Reading, project: Project, workers: int = 1) -> Release:
    """What may be shown of what was read: small numbers hidden, findings of what is shown.

    What is in data/published is public and stays as it is; what earlier editions have shown is
    not hidden now, but other figures are. What editions made of these very data have told follows
    from what they were allowed to show, and decides nothing if that is the same again. Raises
    InputError for a faulty disclosure.yml.
    """
    indicators, policy = _rules(project)
    told = _told(project, policy, indicators)
    whole = reading.frame
    read = _digest(whole)
    same = told[RELEASE].str.startswith(read)
    for others in (told[~same], told) if same.any() else (told,):
        frame = _protected(whole, others, policy, indicators, project, workers)
        name = f"{read} {_digest(frame)}"
        if told.loc[same, RELEASE].eq(name).all():
            break
    secret = hidden(whole, frame)
    protected = replace(reading, frame=frame, findings=_harmless(reading.findings, secret))
    return Release(protected.checked(), secret, others, project, name)


def _protected(
    whole: pd.DataFrame,
    told: pd.DataFrame,
    policy: Policy,
    indicators: Indicators,
    project: Project,
    workers: int,
) -> pd.DataFrame:
    """The one table without what must be hidden, given what has been told."""
    earlier, memory = told[told[EDITION] == PUBLIC], project.build / "disclosure"
    while True:
        frame = protect(whole, policy, indicators, [earlier[[*COLUMNS]]], memory, workers)
        again = _still_true(_not_among(told, frame, indicators), whole, indicators)
        grown = pd.concat([earlier, again]).drop_duplicates([*KEY, *NUMBERS])
        if len(grown) == len(earlier):
            return frame
        earlier = grown


def _digest(frame: pd.DataFrame) -> str:
    return digest_of(frame[[*KEY, *NUMBERS, "status"]])


def _rules(project: Project) -> tuple[Indicators, Policy]:
    indicators = load_indicators()
    return indicators, load_policy(project.reference / POLICY, indicators)


def remember_as(project: Project, other: Project, until: str | None = None) -> None:
    """Lets what `other` has published, and nothing else, count as published before by `project`.

    `until`: the moment, in ISO format, after which what was built is left out. What `other` has
    searched need not be searched again.
    """
    indicators, policy = _rules(other)
    shared = project.build / "disclosure"
    shared.mkdir(parents=True, exist_ok=True)
    for path in (other.build / "disclosure").glob("*.npz"):
        shutil.copy2(path, shared / path.name)
    rows = published.told(other, policy, indicators)
    published.copied(project, rows if until is None else rows[rows[published.BUILT] <= until])


def _told(project: Project, policy: Policy, indicators: Indicators) -> pd.DataFrame:
    """What is public already: others' publications, and what editions have shown."""
    public = read_project(replace(project, data=project.published)).frame
    public = public.assign(**dict.fromkeys(published.ABOUT, "") | {EDITION: PUBLIC})
    public = published.covered(public, policy, indicators)
    return pd.concat([public, published.told(project, policy, indicators)], ignore_index=True)


def _not_among(rows: pd.DataFrame, shown: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows told that are not shown with the same numbers, nor follow from what is shown."""
    rest = _but(rows, shown)
    return rest if rest.empty else _but(rest, published.told_by(shown, rest, indicators))


def _but(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The rows that are not among others with the same numbers."""
    near = [others[name].isin(rows[name].unique()) for name in ("indicator", "region", "period")]
    columns = [*KEY, *NUMBERS]
    valued = others.loc[np.logical_and.reduce(near), columns].drop_duplicates()
    both = rows[columns].assign(place=np.arange(len(rows)))
    both = both.merge(valued, on=list(KEY), suffixes=("", "_now"))
    now = both[[f"{name}_now" for name in NUMBERS]].set_axis(NUMBERS, axis=1)
    found = np.zeros(len(rows), dtype=bool)
    found[both.loc[published.same_numbers(both, now), "place"]] = True
    return rows[~found]


def _still_true(rows: pd.DataFrame, frame: pd.DataFrame, indicators: Indicators) -> pd.DataFrame:
    """The rows told whose figure is as it was, or of which nothing is known now."""
    gone = _not_among(rows, frame, indicators)
    known = gone[list(KEY)].merge(frame[list(KEY)].drop_duplicates(), how="left", indicator="found")
    return rows.drop(gone.index[(known["found"] == "both").to_numpy()])


def _concerned(
    tables: dict[str, pd.DataFrame], untold: pd.DataFrame, policy: Policy, indicators: Indicators
) -> dict[str, pd.DataFrame]:
    """The tables' rows that some relation may tie to what is no longer told."""
    marked = [rows.assign(table=name, untold=False) for name, rows in tables.items()]
    marked.append(untold.assign(table=None, untold=True))
    rows = pd.concat(marked, ignore_index=True)
    kept = [part for _, part in problems(rows, policy, indicators) if part["untold"].any()]
    chosen = pd.concat(kept) if kept else rows.iloc[:0]
    return {name: chosen.loc[chosen["table"] == name, [*COLUMNS]] for name in tables}


def _harmless(findings: Iterable[Finding], secret: pd.DataFrame) -> tuple[Finding, ...]:
    """The findings of a reading without what is hidden: nothing about a figure that is not shown,
    and no values of rows that are not used."""
    figures = set(secret[list(NAMED)].itertuples(index=False, name=None))
    return tuple(
        finding if finding.kind == "warning" else replace(finding, value="")
        for finding in findings
        if attrgetter(*NAMED)(finding) not in figures
    )
