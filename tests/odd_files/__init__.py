"""A folder of malformed and odd files, made here, each with what must come out of it."""

from odd_files import columns, lists, text, workbooks
from odd_files.cases import Case, Figure, Told, plain

CASES: tuple[Case, ...] = (*text.CASES, *workbooks.CASES, *columns.CASES, *lists.CASES)

__all__ = ["CASES", "Case", "Figure", "Told", "plain"]
