"""Published figures: what a notebook's cell shows, and the record of every number in it.

A cell's output is Markdown with a raw HTML and a raw Typst block side by side, so that Quarto
and the embedded engine show the same. With it goes a record that no reader sees: the figures,
the chart's specification, the table's data, the values for `{{< var >}}`.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field

import pandas as pd

from vardlaget.environment import IN_BUILD
from vardlaget.observations import BREAKDOWNS, KEY, is_synthetic
from vardlaget.present import chart_data
from vardlaget.present.escape import for_html, typst_string

PAYLOAD = "application/vnd.vardlaget+json"
FIGURE_COLUMNS = (
    *(*KEY, "numerator", "denominator", "value", "text", "status", "source"),
    "synthetic",
)
NOTHING = "Uppgift saknas."


@dataclass(frozen=True, repr=False)
class Published:
    """One cell's output. `fields` fill the `{…}` of its caption, Jupyter shows `preview`.

    Its repr is short: Jupyter asks every output for it, and that of the figures takes longer than
    to make them.
    """

    markdown: str
    figures: pd.DataFrame | None = None
    chart: dict | None = None
    table: dict | None = None
    fields: dict[str, str] = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    available: dict[str, bool] = field(default_factory=dict)
    preview: dict[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.markdown.partition(chr(10))[0]}>"

    def payload(self) -> dict:
        """The record as JSON data."""
        return {
            "figures": records(self.figures),
            "chart": self.chart,
            "table": self.table,
            "fields": self.fields,
            "variables": self.variables,
            "available": self.available,
        }

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get(IN_BUILD):
            return {"text/markdown": self.markdown, PAYLOAD: self.payload()}
        return self._preview()

    def _preview(self) -> dict:
        """What Jupyter shows: charts as pictures, which need no extension and no network."""
        if self.chart is not None:
            # Imported here: it takes long to load and starts threads, and builds do without.
            import vl_convert

            svg = vl_convert.vegalite_to_svg(self.chart, format_locale="sv-SE")
            return {"image/svg+xml": svg, "text/plain": "diagram"}
        return self.preview or {"text/markdown": self.markdown or "–"}


def records(figures: pd.DataFrame | None) -> list[dict]:
    """Figures as rows of plain values; what is absent is None."""
    if figures is None or figures.empty:
        return []
    figures = figures.assign(synthetic=is_synthetic(figures.reindex(columns=["status", "note"])))
    there = [name for name in FIGURE_COLUMNS if name in figures]
    columns = [[_plain(cell) for cell in figures[name].to_list()] for name in there]
    absent = dict.fromkeys(FIGURE_COLUMNS)
    return [absent | dict(zip(there, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(cell: object) -> object:
    return None if cell != cell else cell  # NaN is not itself


def nothing(**fields: str) -> Published:
    """The output of a cell that has nothing to show for this region and month."""
    return Published(NOTHING, fields=fields)


def statement(markdown: str, figures: pd.DataFrame | None = None) -> Published:
    """Running text with the figures that stand in it."""
    return Published(markdown, figures=figures)


def values(available: dict[str, bool], **variables) -> Published:
    """Values for `{{< var >}}`, and which parts of a report have data (`when-meta`)."""
    return Published("", available=available, variables=variables)


def raw(html: str, typst: str) -> str:
    """The two raw blocks of a cell's Markdown."""
    return f"```{{=html}}\n{html}\n```\n\n```{{=typst}}\n{typst}\n```\n"


def chart_markdown(spec: dict, alt: str, about: str = "") -> str:
    """A chart: in HTML an element that the page's script draws, in Typst a vector picture.

    `about` is the folded element about its figures.
    """
    data = f'<script type="application/json" data-spec>{chart_data.for_page(spec)}</script>'
    html = f'<div class="chart" role="img" aria-label="{for_html(alt)}">{data}</div>'
    picture = typst_string(f"/notebooks/figures/{chart_name(spec)}")
    return raw(html + tools(about), f"#image({picture}, alt: {typst_string(alt)})")


def tools(*parts: str) -> str:
    """What stands below a chart or table for those who want more."""
    found = "".join(parts)
    return f'<div class="figure-tools">{found}</div>' if found else ""


def chart_name(spec: dict) -> str:
    """The picture's file name follows from its content."""
    canonical = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16] + ".svg"


def breakdown(row: dict) -> str:
    """The breakdowns of a figure in one cell: `sex=women;specialty=urology`."""
    return ";".join(f"{name}={row[name]}" for name in BREAKDOWNS if row.get(name))
