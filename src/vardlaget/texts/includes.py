"""What a publication's source includes, as one text."""

import re
from pathlib import Path

_INCLUDE = re.compile(r"^\{\{<\s*include\s+(\S+)\s*>\}\}", re.MULTILINE)


def with_includes(text: str, folder: Path, within: tuple[Path, ...] = ()) -> str:
    """The source with the texts of the files that it includes, and of those that they include.

    `folder` is that of the source: names are relative to the file that they stand in. What is not
    there, or includes itself (`within`: the files around it), is left: rendering tells it.
    """

    def put(found: re.Match) -> str:
        path = (folder / found[1]).resolve()
        if path in within or not path.is_file():
            return found[0]
        return with_includes(path.read_text(encoding="utf-8"), path.parent, (*within, path))

    return _INCLUDE.sub(put, text)
