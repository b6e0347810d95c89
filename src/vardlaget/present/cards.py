"""Key figures side by side: the number first, then what it is and when."""

from dataclasses import dataclass

import pandas as pd

from vardlaget.present.escape import for_html, for_typst
from vardlaget.present.figures import Published, nothing, raw

# The region's colour, as reports/theme/head.typ names it.
OWN = "vl-accent"


@dataclass(frozen=True)
class Card:
    """A key figure: its text (or two, where sources differ), its name, details, and status.

    `status` is `met`, `missed` or empty; `verdict` says the same in words.
    """

    text: str
    name: str
    details: tuple[str, ...]
    status: str = ""
    verdict: str = ""


def row(cards: list[Card], figures: pd.DataFrame, look: dict) -> Published:
    """The cards in one row; on a narrow screen one under the other.

    `look` is the theme of reports/theme/chart.json; the region's own colour is head.typ's.
    """
    if not cards:
        return nothing()
    html = '<div class="cards">' + "".join(_html(card) for card in cards) + "</div>"
    cells = ",\n".join(_typst(card, look["colours"]) for card in cards)
    columns = ", ".join(["1fr"] * len(cards))
    typst = (
        f"#block(breakable: false, grid(columns: ({columns}), column-gutter: 8pt, inset: 8pt, "
        f'fill: rgb("{look["page"]["tint"]}"), stroke: (top: 2pt + {OWN}),\n{cells}))'
    )
    return Published(raw(html, typst), figures=figures, preview={"text/html": html})


def _html(card: Card) -> str:
    details = "".join(f'<p class="card-detail">{for_html(line)}</p>' for line in card.details)
    verdict = ""
    if card.verdict:
        verdict = f'<p class="card-verdict {card.status}">{for_html(card.verdict)}</p>'
    return (
        f'<div class="card"><p class="card-name">{for_html(card.name)}</p>'
        f'<p class="card-number{" two" * _wide(card)}">{for_html(card.text)}</p>'
        f"{details}{verdict}</div>"
    )


def _typst(card: Card, colours: dict) -> str:
    size = "16pt" if _wide(card) else "22pt"
    lines = [
        f"#text(size: 9pt, weight: 600)[{for_typst(card.name)}]",
        f"#text(size: {size}, weight: 600, fill: {OWN})[{for_typst(card.text)}]",
        f"#text(size: 8pt)[{' #linebreak() '.join(for_typst(line) for line in card.details)}]",
    ]
    if card.verdict:
        colour = OWN if card.status == "met" else f'rgb("{colours["accent"]}")'
        words = for_typst(card.verdict)
        lines.append(f"#text(size: 8pt, weight: 600, fill: {colour})[{words}]")
    body = "\n\n".join(lines)
    return f"[#set text(hyphenate: false)\n#set par(spacing: 7pt, leading: 4pt)\n{body}]"


def _wide(card: Card) -> bool:
    """Whether two values stand in the card: they are set smaller."""
    return len(card.text) >= 8
