"""Charts as vector pictures for the PDF: Vega-Lite to SVG, in the publication's own font."""

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path

import vl_convert

from vardlaget.present.figures import chart_name

# The palette's colour of the region's own series, as of reports/theme/chart.json.
OWN = "#00607f"
FONT_PACKAGE = "font_source_sans_pro"
_VERSION = re.compile(r"v(\d+)")
_IDENTITY = re.compile(r'(id="|url\(#)(clip|gradient_)(\d+)')


@cache
def fonts() -> Path:
    """The folder of the font that a package brings."""
    folder = Path(str(resources.files(FONT_PACKAGE) / "files"))
    vl_convert.register_font_directory(str(folder))
    return folder


def write_all(specs: list[dict], folder: Path, colour: str = "") -> None:
    """Each chart's picture under the name that its content gives.

    `colour`: the region's own, in place of the palette's.
    """
    fonts()
    for spec in specs:
        text = json.dumps(spec, ensure_ascii=False)
        drawn = text.replace(OWN, colour) if colour else text
        svg = vl_convert.vegalite_to_svg(drawn, format_locale="sv-SE", time_format_locale="sv-SE")
        (folder / chart_name(spec)).write_text(_numbered(svg), encoding="utf-8")


def _numbered(svg: str) -> str:
    """The picture with its own numbers: Vega goes on counting through all that a process draws, and
    an edition would depend on what was drawn before it."""
    numbers: dict[str, int] = {}

    def own(match: re.Match) -> str:
        before, kind, number = match.groups()
        return f"{before}{kind}{numbers.setdefault(kind + number, len(numbers))}"

    return _IDENTITY.sub(own, svg)
