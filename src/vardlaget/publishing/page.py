"""A page of its own, that needs no other file: for reviewers, on their own machine."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
caption { text-align: left; font-weight: 600; padding: 0.4rem 0; }
th, td { text-align: left; padding: 0.25rem 0.6rem; border-bottom: 1px solid #8888; }
td, th { vertical-align: top; overflow-wrap: anywhere; }
td.number { text-align: right; white-space: nowrap; }
code { overflow-wrap: anywhere; }
.skip:not(:focus) { position: absolute; left: -99rem; }
"""


def page(title: str, body: str) -> str:
    """The whole page; it may load nothing and run nothing."""
    seal = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    return f"""<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#innehall">Hoppa till innehållet</a>
<main id="innehall" tabindex="-1">
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""


def section(heading: str, *parts: str) -> str:
    return f"<section>\n<h2>{escape(heading)}</h2>\n" + "\n".join(parts) + "\n</section>"


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def items(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def links(names: Iterable[str]) -> str:
    """Links to files in the page's own folder."""
    told = (escape(name, quote=True) for name in names)
    return "<ul>" + "".join(f'<li><a href="{name}">{name}</a></li>' for name in told) + "</ul>"


def table(
    caption: str, heads: list[str], rows: list[list[str]], numbers: frozenset[int] = frozenset()
) -> str:
    """`numbers` are the places of columns with numbers; each row's first cell is its heading."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    name = escape(caption, quote=True)
    body = "\n".join(_row(row, numbers) for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(cells: list[str], numbers: frozenset[int]) -> str:
    told = [f'<th scope="row">{escape(cells[0])}</th>']
    for place, cell in enumerate(cells[1:], start=1):
        kind = ' class="number"' if place in numbers else ""
        told.append(f"<td{kind}>{escape(cell)}</td>")
    return f"<tr>{''.join(told)}</tr>"
