"""Errors that a user can act on: what is wrong, where, and what to do.

`exit_code` is what the command line ends with: 2 for bad input, 1 for a step that failed.
"""


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
