"""Problems in an analyst's files: all of them told at once, each with its place."""

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from vardlaget.errors import InputError


class Problem(NamedTuple):
    """What is wrong, and where; line 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.message}"


def refuse(problems: Iterable[Problem]) -> None:
    """Raises InputError that tells every problem, if there is one."""
    told = [str(problem) for problem in sorted(set(problems))]
    if told:
        raise InputError("\n".join(told))


def nearest(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` for the known name that is most like this one, if one is."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""
