"""How it looks: a region's colour and logo, and the language of all charts."""

import json
from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from vardlaget.catalogue.reading import Entry

# WCAG 2.1 AA, criterion 1.4.3: text against its ground.
LEAST_CONTRAST = 4.5
PAPER, DARK_PAPER = "#ffffff", "#12191d"
_COLOUR = r"^#[0-9a-f]{6}$"


class Look(Entry):
    """`colour` is for headings, links and the region's own series on light ground, `colour_dark`
    on dark; `logo` is a file of the settings folder, SVG or PNG."""

    colour: str = Field("#00607f", pattern=_COLOUR)
    colour_dark: str = Field("#6cc3dd", pattern=_COLOUR)
    logo: str | None = Field(None, pattern=r"^[\w-]+\.(svg|png)$")

    @field_validator("colour")
    @classmethod
    def _on_paper(cls, colour: str) -> str:
        return _readable(colour, PAPER)

    @field_validator("colour_dark")
    @classmethod
    def _on_dark_paper(cls, colour: str) -> str:
        return _readable(colour, DARK_PAPER)


@cache
def chart_theme(path: Path) -> dict:
    """The visual language of reports/theme/chart.json: colours, width and Vega's config."""
    return json.loads(path.read_text(encoding="utf-8"))


def _readable(colour: str, ground: str) -> str:
    found = contrast(colour, ground)
    if found < LEAST_CONTRAST:
        raise ValueError(
            f"its contrast with {ground} is {found:.1f}; text needs at least {LEAST_CONTRAST}"
        )
    return colour


def contrast(one: str, other: str) -> float:
    """WCAG 2.1's contrast ratio of two colours (`#rrggbb`), 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
