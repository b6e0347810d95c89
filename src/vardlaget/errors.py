"""Errors that a user can act on: what is wrong, where, and what to do.

`exit_code` is what the command line ends with: 2 for bad input, 1 for a step that failed.
"""

from dataclasses import dataclass


class VardlagetError(Exception):
    """An error told in one message, without a traceback."""

    exit_code = 2


class InputError(VardlagetError):
    """The user's input (a parameter, a file, a value) is wrong."""


class RenderError(VardlagetError):
    """A publication's sources cannot be rendered; the message begins with `file:line: `."""

    exit_code = 1


class NotebookError(VardlagetError):
    """A notebook failed; the message names the notebook and the cell."""

    exit_code = 1


@dataclass(frozen=True)
class Place:
    """Where in a file a finding is: a row counted from 1 with the header as row 1, and a column."""

    file: str
    row: int | None = None
    column: str | None = None
    value: object = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column '{self.column}'")
        if self.value is not None:
            parts.append(f"value {_short(self.value)}")
        return ", ".join(parts)


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def at(place: Place, problem: str, remedy: str) -> InputError:
    """An InputError that names the place, the problem and what to do."""
    return InputError(f"{place}: {problem}. {remedy}")
