"""The front page: every edition in place, by month and region."""

import html
import os
from pathlib import Path

from vardlaget.periods import Month
from vardlaget.pipeline.editions import all_editions
from vardlaget.present.numbers import decimal_text


def write(out: Path, head: str) -> Path:
    """public/index.html: every edition by month, replaced in one step."""
    editions = all_editions(out)
    months = dict.fromkeys(edition["parameters"]["month"] for edition in editions)
    sections = "\n".join(
        _month_section(month, [e for e in editions if e["parameters"]["month"] == month])
        for month in months
    )
    count = decimal_text(len(editions), 0)
    noun = "utgåva" if len(editions) == 1 else "utgåvor"
    page = f"""<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vårdläget: alla utgåvor</title>
{head.replace("../../assets/", "assets/")}</head>
<body class="front">
<header class="page-header">
<h1>Vårdläget</h1>
<p class="subtitle">Månadsrapporter för hälso- och sjukvården. {count} {noun}.</p>
</header>
<main>
{sections}
</main>
</body>
</html>
"""
    path = out / "index.html"
    temporary = out / f".index.html.{os.getpid()}"
    temporary.write_text(page, encoding="utf-8")
    temporary.replace(path)
    return path


def _month_section(month: str, editions: list[dict]) -> str:
    words = Month.parse(month).words
    items = "\n".join(_edition_item(edition) for edition in editions)
    listed = f'<ul class="editions">\n{items}\n</ul>'
    return f"<section>\n<h2>{words.capitalize()}</h2>\n{listed}\n</section>"


def _edition_item(edition: dict) -> str:
    folder = html.escape(edition["folder"], quote=True)
    region = html.escape(edition["parameters"]["region_name"])
    links = []
    for publication in edition["publications"]:
        title = html.escape(publication["title"])
        name = html.escape(publication["name"], quote=True)
        links.append(
            f'<a href="{folder}/{name}.html">{title}</a> '
            f'(<a href="{folder}/{name}.pdf">PDF<span class="hidden"> {title}, {region}</span></a>)'
        )
    extra = f'<a href="{folder}/indicators.csv">alla tal som CSV</a>'
    return f"<li><strong>{region}</strong>: {', '.join([*links, extra])}</li>"
