"""Publications: the reports/*.qmd, whom and when each is for, and which an edition holds."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from vardlaget.catalogue import Region, Settings, load_indicators
from vardlaget.catalogue.reading import Entry
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline.render.embedded.metadata import split_front_matter
from vardlaget.project import Project
from vardlaget.texts import folders

_EMBED = re.compile(r"\{\{<\s*embed\s+/?(?:notebooks/)?([^\s#]+)#")
_SECTION = re.compile(r"^#{1,6} .*\{#([\w-]+)[^}]*\}\s*$", re.MULTILINE)


class _Terms(Entry):
    """`publish` in a report's front matter."""

    scope: Literal["region", "country"] = "region"
    months: tuple[int, ...] = tuple(range(1, 13))
    requires: str | None = Field(None, pattern=r"^[a-z_0-9]+$")


@dataclass(frozen=True)
class Publication:
    """A report's source, its title, and the terms on which it is published.

    `requires` is the name among `available` without which there is nothing to publish;
    `notebooks` are the names of the notebooks it embeds, `sections` the ids of its headings.
    """

    path: Path
    title: str
    scope: str
    months: tuple[int, ...]
    requires: str | None
    notebooks: frozenset[str]
    sections: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def suits(self, region: Region, month: Month) -> bool:
        return self._scope_suits(region) and month.number in self.months

    def _scope_suits(self, region: Region) -> bool:
        return (self.scope == "country") == (region.code == COUNTRY)

    def require_suits(self, region: Region, month: Month) -> None:
        """Raises InputError that says for whom and when the publication is."""
        if not self._scope_suits(region):
            whom = "the country (--region 00)" if self.scope == "country" else "a region"
            raise InputError(f"--publication {self.name}: made for {whom}, not for {region.name}.")
        if month.number not in self.months:
            listed = ", ".join(str(number) for number in self.months)
            raise InputError(f"--publication {self.name}: made in month {listed}, not in {month}.")


def all_publications(project: Project) -> list[Publication]:
    """The publications reports/*.qmd in the order of their names. Raises InputError."""
    paths = sorted(path for path in project.reports.glob("*.qmd") if path.name[0] != "_")
    return [_read(project, path) for path in paths]


def _read(project: Project, path: Path) -> Publication:
    name = path.relative_to(project.root).as_posix()
    text = path.read_text(encoding="utf-8")
    front, _ = split_front_matter(text, name)
    if "title" not in front.values:
        raise InputError(f"{name}: the front matter has no title.")
    try:
        terms = _Terms.model_validate(front.values.get("publish") or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in ("publish", *first["loc"]))
        raise InputError(
            f"{name}, line {front.source('publish').line}, {key}: {first['msg']}."
        ) from None
    return Publication(
        path,
        str(front.values["title"]),
        terms.scope,
        terms.months,
        terms.requires,
        frozenset(Path(found).name for found in _EMBED.findall(text)),
        tuple(_SECTION.findall(text)),
    )


def named(publications: list[Publication], name: str) -> Publication:
    """The publication called `name`. Raises InputError."""
    for publication in publications:
        if publication.name == name:
            return publication
    listed = ", ".join(publication.name for publication in publications)
    raise InputError(f"--publication {name}: no such publication. There are: {listed}.")


def chosen(
    publications: list[Publication], settings: Settings, region: Region, month: Month
) -> list[Publication]:
    """What a region's edition of a month may hold: what suits, and the region has chosen.

    In the order that the settings give. Raises InputError where they name what is not there.
    """
    check(publications, settings, region)
    suiting = {p.name: p for p in publications if p.suits(region, month)}
    if settings.publications is None:
        return list(suiting.values())
    return [suiting[name] for name in settings.publications if name in suiting]


def check(publications: list[Publication], settings: Settings, region: Region) -> None:
    """Raises InputError where settings name a publication, section or indicator that is not."""
    by_name = {publication.name: publication for publication in publications}
    place = f"settings/{region.slug}.yml"
    for name in (*(settings.publications or ()), *settings.hidden):
        if name not in by_name:
            raise InputError(f"{place}: no publication '{name}'.{_nearest(name, by_name)}")
    indicators = load_indicators()
    for id_ in sorted(settings.named_indicators()):
        if id_ not in indicators:
            hint = _nearest(id_, [entry.id for entry in indicators])
            raise InputError(f"{place}: no indicator '{id_}' in the catalogue.{hint}")
    for name, sections in settings.hidden.items():
        for section in sections:
            known = by_name[name].sections
            if section not in known:
                hint = _nearest(section, known)
                raise InputError(f"{place}: reports/{name}.qmd has no section '{section}'.{hint}")


def _nearest(name: str, known) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""


def commented(made: Iterable[Publication], hidden: dict[str, tuple[str, ...]]) -> set[str]:
    """The sections that publications take comments on, without what a region has hidden."""
    found: set[str] = set()
    for publication in made:
        text = publication.path.read_text(encoding="utf-8")
        shown = without_sections(text, hidden.get(publication.name, ()))
        found |= folders.taken(shown, publication.path.parent)
    return found


def without_sections(text: str, hidden: tuple[str, ...]) -> str:
    """A report's source without the sections of these ids: heading to next heading of its rank.

    A `:::` block that only the next section stands in belongs to that section.
    """
    for section in hidden:
        text = _without(text.splitlines(keepends=True), section)
    return text


def _without(lines: list[str], section: str) -> str:
    found = list(_headings(lines))
    start = next((h for h in found if h.id == section), None)
    if start is None:
        return "".join(lines)
    later = (h for h in found if h.line > start.line and h.level <= start.level)
    following = next((h.outside(start.blocks) for h in later), len(lines))
    end = min(following, _end_of_block(lines, start.line))
    return "".join(lines[: start.line] + lines[end:])


@dataclass(frozen=True)
class _Heading:
    """A heading: its line, level, id, and the lines at which the blocks around it open."""

    line: int
    level: int
    id: str
    blocks: tuple[int, ...]

    def outside(self, blocks: tuple[int, ...]) -> int:
        """The line where this heading, or the first block of its own around it, begins."""
        own = [line for line in self.blocks if line not in blocks]
        return own[0] if own else self.line


def _headings(lines: list[str]):
    blocks: list[int] = []
    for number, line in enumerate(lines):
        if line.startswith(":::"):
            if line.strip(": \n"):
                blocks.append(number)
            elif blocks:
                blocks.pop()
        match = re.match(r"(#{1,6}) ", line)
        if match:
            id_ = _SECTION.match(line)
            yield _Heading(number, len(match[1]), id_[1] if id_ else "", tuple(blocks))


def _end_of_block(lines: list[str], start: int) -> int:
    """The line that closes the block which `start` stands in; the end where it stands in none."""
    depth = 0
    for number in range(start, len(lines)):
        if lines[number].startswith(":::"):
            depth += 1 if lines[number].strip(": \n") else -1
        if depth < 0:
            return number
    return len(lines)
