"""The front page: the newest editions in full, the earlier by region and month, and a search.

Earlier months have a page each, so that the front page stays light however many there are.
"""

import hashlib
import html
import os
from pathlib import Path

from vardlaget.catalogue.sign_off import DRAFT
from vardlaget.periods import Month
from vardlaget.pipeline import search
from vardlaget.pipeline.editions import all_editions, manifest
from vardlaget.pipeline.staging import SYNTHETIC
from vardlaget.present.numbers import decimal_text

# Whole months, newest first, up to so many editions; at least one month.
IN_FULL = 60
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'"
)
# A page that shows no chart does without what draws them.
_NOT_LOADED = ("vega", "charts", "tables", "reading")


def write(out: Path, head: str) -> Path:
    """public/index.html, a page for each earlier month, and the search index.

    `head` is what editions load their styles and scripts with, two folders down. Each file is
    replaced in one step.
    """
    editions = [edition | {"followed": _followed(out, edition)} for edition in all_editions(out)]
    head = _light(head)
    index = search.write_index(out, editions)
    months: dict[str, list[dict]] = {}
    for edition in editions:
        months.setdefault(edition["parameters"]["month"], []).append(edition)
    full = _in_full(months)
    earlier = [month for month in months if month not in full]
    for month in earlier:
        _write_month(out, month, months[month], head)
    sections = [_month_section(month, months[month], "") for month in full]
    if earlier:
        sections.append(_earlier_section(earlier, months))
    count = decimal_text(len(editions), 0)
    noun = "utgåva" if len(editions) == 1 else "utgåvor"
    subtitle = f"Månadsrapporter för hälso- och sjukvården. {count} {noun}."
    every = len(search.searched(editions)) == len(editions)
    shown = "\n".join(['<div class="months">', *sections, "</div>"])
    body = "\n".join([_search_form(index, every), _region_filter(editions), shown])
    titles = ("Vårdläget: alla utgåvor", "Vårdläget", subtitle)
    return _put(out / "index.html", _page(*titles, body, _from_root(head)))


def _followed(out: Path, edition: dict) -> dict[int, str]:
    """The first page of each edition that this one followed, by number, the newest first."""
    found = {}
    for number, folder in sorted(edition["earlier"].items(), reverse=True):
        about = manifest(out / folder)
        if about is not None and about["publications"]:
            found[number] = f"{folder}/{about['publications'][0]['name']}.html"
    return found


def _light(head: str) -> str:
    lines = head.splitlines(keepends=True)
    return "".join(line for line in lines if not any(f"assets/{n}-" in line for n in _NOT_LOADED))


def _from_root(head: str) -> str:
    return head.replace("../../assets/", "assets/")


def _in_full(months: dict[str, list[dict]]) -> list[str]:
    shown: list[str] = []
    total = 0
    for month, editions in months.items():
        total += len(editions)
        if shown and total > IN_FULL:
            break
        shown.append(month)
    return shown


def _page(title: str, heading: str, subtitle: str, body: str, head: str) -> str:
    return f"""<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{html.escape(title)}</title>
{head}</head>
<body class="front">
<a class="skip-link" href="#innehall">Hoppa till innehållet</a>
<header class="page-header">
<h1>{html.escape(heading)}</h1>
<p class="subtitle">{subtitle}</p>
</header>
<main id="innehall" tabindex="-1">
{body}
</main>
</body>
</html>
"""


def _put(path: Path, text: str) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return path


def _search_form(index: Path, every: bool) -> str:
    """Shown by the script that answers it; the index's name changes with what it holds."""
    version = hashlib.sha256(index.read_bytes()).hexdigest()[:10]
    reach = (
        "alla utgåvor" if every else f"utgåvor från de senaste {search.MONTHS_SEARCHED} månaderna"
    )
    return f"""<form class="search" role="search" data-index="{index.name}?v={version}" hidden>
<label for="query">Sök i {reach}</label>
<input type="search" id="query" autocomplete="off" spellcheck="false"
 placeholder="till exempel vårdplatser februari">
<p role="status"></p>
<ol id="results"></ol>
</form>"""


def _region_filter(editions: list[dict]) -> str:
    regions = {e["parameters"]["slug"]: e["parameters"]["region_name"] for e in editions}
    if len(regions) < 2:
        return ""
    options = "".join(
        f'<option value="{html.escape(slug, quote=True)}">{html.escape(name)}</option>'
        for slug, name in sorted(regions.items(), key=lambda item: item[1])
    )
    return f"""<p class="filter" hidden><label for="region">Visa</label>
<select id="region"><option value="">alla regioner</option>{options}</select></p>"""


def _month_section(month: str, editions: list[dict], up: str) -> str:
    """`up` leads from the page to the front page's folder."""
    items = "\n".join(_edition_item(edition, up) for edition in editions)
    listed = f'<ul class="editions">\n{items}\n</ul>'
    return f"<section>\n<h2>{_words(month).capitalize()}</h2>\n{listed}\n</section>"


def _words(month: str) -> str:
    return Month.parse(month).words


def _edition_item(edition: dict, up: str) -> str:
    slug = html.escape(edition["parameters"]["slug"], quote=True)
    region = html.escape(edition["parameters"]["region_name"])
    folder = up + html.escape(edition["folder"], quote=True)
    links = [_publication(folder, p, region) for p in edition["publications"]]
    data = [f'<a href="{folder}/indicators.csv">alla tal som CSV{_of(region)}</a>']
    for name in edition["outputs"]:
        if name.endswith(".xlsx"):
            href = html.escape(f"{folder}/{name}", quote=True)
            data.append(f'<a href="{href}">alla tabeller som Excel{_of(region)}</a>')
    return (
        f'<li class="edition" data-region="{slug}" id="{slug}-{edition["parameters"]["month"]}">'
        f"<h3>{region}</h3>{_state(edition, up, region)}"
        f"<ul>{''.join(links)}</ul><p>{', '.join(data)}</p></li>"
    )


def _state(edition: dict, up: str, region: str) -> str:
    """Status, whether it has synthetic figures, number, and the editions that it followed."""
    told = [html.escape(edition["parameters"].get("status", DRAFT).capitalize())]
    if edition.get("synthetic"):
        told.append(SYNTHETIC)
    if edition.get("edition", 1) > 1:
        told.append(f"utgåva {edition['edition']}")
    links = [
        f'<a href="{html.escape(up + page, quote=True)}">utgåva {number}{_of(region)}</a>'
        for number, page in edition["followed"].items()
    ]
    if links:
        told.append(f"tidigare: {', '.join(links)}")
    return f'<p class="state">{" · ".join(told)}</p>'


def _publication(folder: str, publication: dict, region: str) -> str:
    title = html.escape(publication["title"])
    name = html.escape(publication["name"], quote=True)
    return (
        f'<li><a href="{folder}/{name}.html">{title}{_of(region)}</a> '
        f'<a class="pdf" href="{folder}/{name}.pdf">PDF{_of(f"{title}, {region}")}</a></li>'
    )


def _of(what: str) -> str:
    """What a link that stands many times is about, for those who only hear it."""
    return f'<span class="hidden">, {what}</span>'


def _earlier_section(months: list[str], editions: dict[str, list[dict]]) -> str:
    """Each region with its earlier months, which lead to the months' pages."""
    known = {
        edition["parameters"]["slug"]: edition["parameters"]["region_name"]
        for month in months
        for edition in editions[month]
    }
    items = []
    for slug, name in sorted(known.items(), key=lambda item: item[1]):
        own = [m for m in months if any(e["parameters"]["slug"] == slug for e in editions[m])]
        region, links = html.escape(name), ", ".join(_month_link(m, slug, name) for m in own)
        escaped = html.escape(slug, quote=True)
        items.append(f'<li data-region="{escaped}"><h3>{region}</h3><p>{links}</p></li>')
    listed = "\n".join(items)
    return f'<section>\n<h2>Tidigare</h2>\n<ul class="earlier">\n{listed}\n</ul>\n</section>'


def _month_link(month: str, slug: str, region: str) -> str:
    place = html.escape(f"{month}/index.html#{slug}-{month}", quote=True)
    return f'<a href="{place}">{_words(month)}{_of(html.escape(region))}</a>'


def _write_month(out: Path, month: str, editions: list[dict], head: str) -> None:
    title = f"Vårdläget: {_words(month)}"
    subtitle = '<a href="../index.html">Alla utgåvor</a>'
    body = _month_section(month, editions, "../")
    page = _page(title, "Vårdläget", subtitle, body, head.replace("../../assets/", "../assets/"))
    _put(out / month / "index.html", page)
