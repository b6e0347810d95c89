"""What sources cite: the documents, without the place in them where a figure stands."""

import re
from collections.abc import Iterable

# How the source of a figure begins that is computed; what it is computed of may be cited after it.
COMPUTED = "Beräknat"
_FILE = re.compile(r"\S+/\S+\.\w+")
_WHERE = re.compile(r", (?:rad|cell) [A-Z]*\d+$")


def _parts(sources: Iterable[str]) -> list[str]:
    """What sources say between semicolons, each once."""
    return [
        *dict.fromkeys(
            part.strip() for source in sources for part in source.split(";") if part.strip()
        )
    ]


def of_formula(formula: str) -> str:
    """The source of what is computed; after a semicolon a document would be read."""
    return f"{COMPUTED}: {formula.replace(';', ',')}"


def documents(sources: Iterable[str]) -> list[str]:
    """`Region X, rapport` of `Region X, rapport, sidan y; sidan z`; of a formula nothing, but what
    is cited after it."""
    printed = (each if each.startswith(COMPUTED) else each.partition(";")[0] for each in sources)
    cited = (_WHERE.sub("", part) for part in _parts(printed) if not part.startswith(COMPUTED))
    return [*dict.fromkeys(map(_title, cited))]


def _title(cited: str) -> str:
    """The publisher and the document; of a document that was read from a file only its name."""
    publisher, *rest = cited.split(", ")
    return ", ".join([publisher, *(part for part in rest[:1] if not _FILE.fullmatch(part))])


def formulas(sources: Iterable[str]) -> list[str]:
    """What is said after `Beräknat`, with or without a colon."""
    computed = (part for part in _parts(sources) if part.startswith(COMPUTED))
    return [part.removeprefix(COMPUTED).lstrip(": ") for part in computed]
