"""The embedded engine, construct by construct, on small projects."""

import importlib.resources
import json
import re
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html
from pypdf import PdfReader

from vardlaget.errors import RenderError
from vardlaget.pipeline.render.embedded import render

FONTS = Path(str(importlib.resources.files("font_source_sans_pro") / "files"))
TIMESTAMP = 1_709_251_200
DOCUMENT = "reports/rapport.qmd"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/>'
    "</svg>"
)
CHART = """```{=html}
<div class="chart" data-spec='{"a": 1}' role="img" aria-label="Staplar"></div>
```

```{=typst}
#image("/notebooks/figures/a.svg", alt: "Staplar")
```
"""
TABLE = """```{=html}
<table><thead><tr><th scope="col">Enhet</th></tr></thead>
<tbody><tr><td>Ett</td></tr></tbody></table>
```

```{=typst}
#table(columns: 1, table.header([Enhet]), [Ett])
```
"""


def cell(markdown, *, outputs=None, tags=(), **options):
    """A notebook cell that shows Markdown; options become its `#|` lines."""
    lines = [f"#| {key.replace('_', '-')}: {json.dumps(v)}\n" for key, v in options.items()]
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": markdown}}
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": [*lines, "show()\n"],
        "outputs": [shown] if outputs is None else outputs,
    }


CELLS = [
    cell("Andelen var **92 %**.\n", label="text"),
    cell(CHART, label="fig-a", fig_cap="Diagram *a*", echo=False),
    cell(TABLE, label="tbl-b", tbl_cap="Tabell b"),
    cell(CHART, label="fig-nocap"),
    cell("", label="empty", outputs=[]),
    cell("", label="printed", outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}]),
    cell("", label="plain", outputs=[{"output_type": "display_data", "data": {"text/plain": "x"}}]),
    cell("märkt\n", tags=["tagged"]),
    cell("```{=typst}\n#image(\"/notebooks/nej.svg\", alt: \"x\")\n```\n", label="broken"),
    cell("::: {.x}\nolukt\n", label="unclosed"),
    cell("### Rubrik\n\n{{< var evil >}} @fig-a\n", label="heading"),
    cell("x\n", label="subcap", fig_subcap="a"),
]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """A staged project without a document."""
    root = tmp_path / "project"
    (root / "reports/theme").mkdir(parents=True)
    (root / "notebooks/figures").mkdir(parents=True)
    (root / "notebooks/figures/a.svg").write_text(SVG)
    (root / "notebooks/n.ipynb").write_text(json.dumps({"cells": CELLS}))
    (root / "_variables.yml").write_text(
        'region: {name: "Jämtland Härjedalen"}\nshare: 92.5\n'
        'evil: "1. *a* <script>x</script> {{< var y >}} `b` @fig-a #c $d$ [e](f)"\n'
        'list: [ett, två]\n'
    )  # fmt: skip
    (root / "_quarto.yml").write_text(
        "project: {type: default}\nlang: sv\nexecute: {enabled: false}\n"
        "format:\n  html:\n    theme: default\n    include-in-header:\n"
        "      - text: <meta name=x>\n"
        "  typst:\n    pdf-standard: ua-1\n    include-in-header:\n"
        "      - file: reports/theme/head.typ\n"
    )
    (root / "reports/theme/head.typ").write_text("#show table: set text(size: 9pt)\n")
    return root


class Edition:
    """The two results of a document, read."""

    def __init__(self, files):
        self.files = files
        self.source = files[0].read_text()
        self.page = lxml_html.fromstring(self.source)
        self.pdf = " ".join(page.extract_text() for page in PdfReader(files[1]).pages)

    def text(self, selector):
        return [squeeze(node.text_content()) for node in css(self.page, selector)]


def css(page, selector):
    """The elements of a CSS selector: names, ids, classes and attributes, one within another."""
    path = ""
    for child, part in re.findall(r"(>\s*)?([^\s>]+)", selector):
        attributes = re.findall(r'\[([\w-]+)="([^"]*)"\]', part)
        part = part.partition("[")[0]
        tag = re.match(r"[\w-]*", part)[0] or "*"
        tests = [f"[@id='{name}']" for name in re.findall(r"#([\w-]+)", part)]
        tests += [
            f"[contains(concat(' ', @class, ' '), ' {name} ')]"
            for name in re.findall(r"\.([\w-]+)", part)
        ]
        tests += [f"[@{name}='{v}']" for name, v in attributes]
        path += ("/" if child else "//") + tag + "".join(tests)
    return page.xpath(path)


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture
def build(project, tmp_path):
    def _build(body, front="title: Rapport", name=DOCUMENT):
        (project / name).write_text(f"---\n{front}\n---\n\n{body}\n")
        files = render(project, name, tmp_path / "out", fonts=FONTS, timestamp=TIMESTAMP)
        return Edition(files)

    return _build


@pytest.fixture
def error(build):
    def _error(body, **more):
        with pytest.raises(RenderError) as info:
            build(body, **more)
        return str(info.value)

    return _error


def test_header_and_title(build):
    edition = build(
        "## Ett\n\ntext\n",
        front='title: Vårdgaranti\nsubtitle: "{{< var region.name >}}, feb"\ntoc: true\n'
        "footer: Källa *X*\ndate: 1 mars 2024\nauthor: Anna",
    )
    assert edition.text("title") == ["Vårdgaranti – Jämtland Härjedalen, feb"]
    assert edition.text("header.page-header h1") == ["Vårdgaranti"]
    assert edition.text("nav.toc a") == ["Ett"]
    assert edition.text("footer") == ["Källa X"]
    assert css(edition.page, 'meta[name="x"]')
    assert edition.page.get("lang") == "sv"
    assert "style=" not in edition.source
    assert edition.source.count("<script") == 0
    assert "Sida 1 av 2" in edition.pdf
    assert "1 mars 2024" in edition.pdf


def test_pdf_is_tagged_and_bytes_repeat(build):
    body = "## Ett\n\n{{< embed /notebooks/n.ipynb#fig-a,tbl-b >}}\n"
    first = build(body, front="title: Rapport\nsubtitle: Feb")
    kept = [path.read_bytes() for path in first.files]
    again = build(body, front="title: Rapport\nsubtitle: Feb")
    assert kept == [path.read_bytes() for path in again.files]
    with pikepdf.open(first.files[1]) as pdf:
        assert str(pdf.Root.Lang).startswith("sv")
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "Rapport – Feb"
        figures = [
            node for node in structure(pdf.Root.StructTreeRoot) if node.get("/S") == "/Figure"
        ]
        assert [str(node.Alt) for node in figures if "/Alt" in node] == ["Staplar"]


def structure(node):
    """Every element of the structure tree."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def test_embedded_floats_and_references(build):
    edition = build(
        "## Del {#sec-del}\n\n{{< embed /notebooks/n.ipynb#text >}}\n\n"
        "Se @fig-a, [-@tbl-b], [@fig-a; @tbl-b], [diagram @fig-a] och @sec-del.\n\n"
        "{{< embed ../notebooks/n.ipynb#fig-a >}}\n\n{{< embed /notebooks/n.ipynb#tbl-b >}}\n\n"
        "{{< embed /notebooks/n.ipynb#tagged >}}\n"
    )
    assert edition.text("figure#fig-a figcaption") == ["Figur 1: Diagram a"]
    assert edition.text("figure#tbl-b figcaption") == ["Tabell 1: Tabell b"]
    table, figure = css(edition.page, "figure#tbl-b")[0], css(edition.page, "#fig-a")[0]
    assert table[0].tag == "figcaption"
    assert figure[-1].tag == "figcaption"
    expected = ["Figur 1", "1", "Figur 1", "Tabell 1", "diagram 1", "Avsnitt 1"]
    assert edition.text("a.xref") == expected
    pdf = squeeze(edition.pdf)
    assert "Figur 1: Diagram a" in pdf
    assert "Se Figur 1, 1, Figur 1, Tabell 1, diagram 1 och Avsnitt 1" in pdf
    assert "märkt" in pdf


def test_values_are_text(build):
    edition = build(
        "{{< var evil >}}\n\n**{{< var share >}}** {{< meta a.b.2 >}} `{{< var share >}}`\n\n"
        '::: {.callout-note title="Om {{< var evil >}}"}\nx\n:::\n\n'
        "{{{< var x >}}}\n\n```\n{{{< embed y >}}}\n```\n\n[{{< var list.2 >}}](https://a.se)\n",
        front="title: Rapport\na: {b: [ett, två]}",
    )
    evil = "1. *a* <script>x</script> {{< var y >}} `b` @fig-a #c $d$ [e](f)"
    assert edition.text("main > p")[:2] == [evil, "92.5 två 92.5"]
    assert edition.text(".callout-title") == [f"Om {evil}"]
    assert edition.text("strong") == ["92.5"]
    assert edition.text("pre") == ["{{< embed y >}}"]
    assert edition.text("main > p")[2:] == ["{{< var x >}}", "två"]
    pdf = squeeze(edition.pdf)
    assert pdf.count(evil) == 2
    assert "{{< embed y >}}" in pdf


def test_includes(project, build, error):
    (project / "reports/_a.md").write_text("Från a\n\n{{< include theme/_b.md >}}\n")
    (project / "reports/theme/_b.md").write_text(
        "Från b\n\n{{< embed ../notebooks/n.ipynb#text >}}\n"
    )
    edition = build("{{< include _a.md >}}\n\n{{< include /reports/theme/_b.md >}}\n")
    assert edition.text("main p").count("Från b") == 2
    (project / "reports/_c.md").write_text("ok\n\n{{< video x >}}\n")
    assert error("{{< include _c.md >}}").startswith("reports/_c.md:3: shortcode 'video'")
    (project / "reports/_d.md").write_text("{{< include _d.md >}}\n")
    assert "reports/_d.md:1: '_d.md' includes itself" in error("{{< include _d.md >}}")


def test_callouts(build):
    edition = build(
        "::: {.callout-warning}\nEtt\n:::\n\n"
        "::: {.callout-tip collapse=true}\n## Titel\nTvå\n:::\n\n"
        '::: {.callout-important title="Motstridiga *uppgifter*"}\nTre\n:::\n'
    )
    assert edition.text(".callout-title") == ["Varning", "Titel", "Motstridiga uppgifter"]
    warning = css(edition.page, "aside.callout-warning")[0]
    assert warning.get("role") == "note"
    assert edition.text("details.callout-tip summary") == ["Titel"]
    for word in ("Varning", "Titel", "Två", "Motstridiga uppgifter", "Tre"):
        assert word in edition.pdf


def test_tabset(build):
    edition = build(
        "## A\n\n::: {.panel-tabset}\n\n### Diagram\n\n{{< embed /notebooks/n.ipynb#fig-a >}}\n\n"
        "### Tabell\n\ntvåan\n\n:::\n"
    )
    buttons = css(edition.page, '.tabset [role="tablist"] button[role="tab"]')
    panels = css(edition.page, '.tabset [role="tabpanel"]')
    assert [b.text_content() for b in buttons] == ["Diagram", "Tabell"]
    assert [b.get("aria-controls") for b in buttons] == [p.get("id") for p in panels]
    assert not any(panel.get("hidden") for panel in panels)
    assert re.search("Diagram.*Figur.1.*Tabell.*tvåan", squeeze(edition.pdf))


@pytest.mark.parametrize(
    ("attributes", "html", "typst"),
    [
        ('.content-visible when-format="html"', True, False),
        ('.content-visible when-format="typst"', False, True),
        ('.content-visible when-format="pdf"', False, True),
        ('.content-visible unless-format="html"', False, True),
        ('.content-hidden when-format="html"', False, True),
        ('.content-hidden unless-format="html"', True, False),
        ('.content-visible when-meta="available.yes"', True, True),
        ('.content-visible when-meta="available.no"', False, False),
        ('.content-visible when-meta="available.unknown"', False, False),
        ('.content-visible unless-meta="available.no"', True, True),
        ('.content-hidden when-meta="available.yes"', False, False),
        ('.content-visible when-meta="available.yes" when-format="html"', True, False),
    ],
)
def test_conditions(build, attributes, html, typst):
    edition = build(
        f"alltid\n\n::: {{{attributes}}}\n::: {{.egen}}\nkanske\n:::\n:::\n\n"
        f"en [ordet]{{{attributes}}} rad\n",
        front="title: Rapport\navailable: {yes: true, no: false}",
    )
    for word in ("kanske", "ordet"):
        assert (word in edition.page.text_content()) == html
        assert (word in edition.pdf) == typst


def test_only_what_is_visible_is_numbered(build):
    edition = build(
        '::: {.content-hidden when-format="html"}\n{{< embed /notebooks/n.ipynb#fig-a >}}\n:::\n\n'
        '![Bild](/notebooks/figures/a.svg){#fig-c fig-alt="Alt"}\n\nSe @fig-c.\n'
    )
    assert edition.text("a.xref") == ["Figur 1"]
    assert "Se Figur 2" in squeeze(edition.pdf)


def test_handwritten_floats(build):
    edition = build(
        '::: {#fig-x}\n![](../notebooks/figures/a.svg){fig-alt="Alt x" width=50%}\n\n'
        "Bild *x*\n:::\n\n"
        '![Bild y](/notebooks/figures/a.svg){#fig-y fig-alt="Alt y"}\n\n'
        "::: {#tbl-x}\n| a | b |\n|--:|---|\n| 1 | 2 |\n\nTabell x\n:::\n\n"
        "| a | b |\n|--:|---|\n| 1 | 2 |\n\n: Tabell y {#tbl-y}\n\n@fig-x @fig-y @tbl-x @tbl-y\n"
    )
    assert edition.text("figcaption") == [
        "Figur 1: Bild x",
        "Figur 2: Bild y",
        "Tabell 1: Tabell x",
        "Tabell 2: Tabell y",
    ]
    images = css(edition.page, "img")
    assert [image.get("alt") for image in images] == ["Alt x", "Alt y"]
    assert images[0].get("src").startswith("data:image/svg+xml;base64,")
    assert css(edition.page, "td.align-right")
    assert "style=" not in edition.source
    assert "Tabell 2: Tabell y" in squeeze(edition.pdf)


def test_ordinary_markdown(build):
    edition = build(
        'Ett "citat" och fotnot[^1], $x^2$, [länk](#ank), [annan](annan.qmd#x).\n\n[^1]: Noten.\n\n'
        "Term\n:   Definition\n\n1. ett\n2. två\n\n::: {.egen #ank}\ni div\n:::\n\n"
        "{{< pagebreak >}}\n\n> citat\n\n```python\nx = 1\n```\n\n1\\. ingen lista\n\n"
        "<!-- {{< video x >}} -->\n<!--\n{{< video y >}}\n-->\nslut",
        name="reports/annan.qmd",
    )
    assert css(edition.page, "div.egen#ank")
    assert edition.text("dd") == ["Definition"]
    assert "”citat”" in edition.page.text_content()
    assert "”citat”" in edition.pdf
    assert css(edition.page, 'a[href="annan.html#x"]')
    for word in ("Noten.", "Definition", "i div", "1. ingen lista", "x = 1", "Sida 2 av 3"):
        assert word in edition.pdf


def test_text_that_typst_could_read_as_markup(build):
    edition = build(
        "## 1. Rubrik\n\nden\n1. mars - *1. a* *- b* *= c* *+ d* */ e: f*[^1]\n\n[^1]: 2\\. not\n\n"
        '::: {.callout-note title="3. titel"}\n= nej\n:::\n\n::: {#tbl-x}\n| x |\n|---|\n'
        "| 4. cell |\n\n5\\. bildtext\n:::\n",
        front='title: "6. Rapport"\nsubtitle: "- under"',
    )
    pdf = squeeze(edition.pdf)
    for text in ("1. Rubrik", "den 1. mars - 1. a - b = c + d / e: f", "2. not", "3. titel",
                 "= nej", "4. cell", "5. bildtext", "6. Rapport", "- under"):  # fmt: skip
        assert text in pdf
    assert PdfReader(edition.files[1]).metadata.title == "6. Rapport – - under"
    with pikepdf.open(edition.files[1]) as document:
        roles = {str(node.S) for node in structure(document.Root.StructTreeRoot)}
    assert not roles & {"/L", "/LI"}


def test_heading_levels(build):
    edition = build("## Två\n\n### Tre\n", front="title: R\nnumber-sections: true")
    assert edition.text("main h2") == ["1 Två"]
    assert edition.text("main h3") == ["1.1 Tre"]
    with pikepdf.open(edition.files[1]) as pdf:
        roles = [str(node.S) for node in structure(pdf.Root.StructTreeRoot)]
    assert [role for role in roles if re.fullmatch(r"/H\d", role)] == ["/H1", "/H2"]


def test_cell_text_is_not_searched_for_shortcodes(build):
    edition = build(
        "## A\n\n{{< embed /notebooks/n.ipynb#heading >}}\n\n{{< embed /notebooks/n.ipynb#fig-a >}}"
    )
    assert "{{< var evil >}}" in edition.page.text_content()
    assert edition.text("a.xref") == ["Figur 1"]


def test_format_metadata_overrides(build):
    edition = build(
        "{{< meta what >}}\n",
        front="title: R\nwhat: a\nformat:\n  html:\n    what: b\n  typst:\n    what: c",
    )
    assert edition.text("main p") == ["b"]
    assert "c" in edition.pdf


def test_one_format(project, tmp_path):
    (project / DOCUMENT).write_text("---\ntitle: R\nformat: html\n---\n\ntext\n")
    files = render(project, DOCUMENT, tmp_path / "out", fonts=FONTS, timestamp=TIMESTAMP)
    assert [path.name for path in files] == ["rapport.html"]


# The body begins on line 5.
ERRORS = [
    ("text\n\n{{< embed /notebooks/x.ipynb#a >}}", 7, "does not exist"),
    ("{{< embed /notebooks/n.ipynb#nix >}}", 5, "no code cell with label or tag 'nix'"),
    ("{{< embed /notebooks/n.ipynb#empty >}}", 5, "no outputs"),
    ("{{< embed /notebooks/n.ipynb#printed >}}", 5, "printed text"),
    ("{{< embed /notebooks/n.ipynb#plain >}}", 5, "text/plain"),
    ("{{< embed /notebooks/n.ipynb#fig-nocap >}}", 5, "needs a caption"),
    ("{{< embed /notebooks/n.ipynb#subcap >}}", 5, "cell option 'fig-subcap'"),
    ("{{< embed /notebooks/n.ipynb >}}", 5, "a whole notebook is not supported"),
    ("{{< embed /../n.ipynb#a >}}", 5, "outside the project"),
    ("x\n\n{{< embed /notebooks/n.ipynb#broken >}}", 7, "file not found"),
    ("x\n\n{{< embed /notebooks/n.ipynb#unclosed >}}", 7, "unclosed"),
    ("Text {{< embed /notebooks/n.ipynb#text >}}", 5, "must stand alone"),
    ("Text\n{{< embed /notebooks/n.ipynb#text >}}", 6, "a paragraph of its own"),
    ("a\n\n{{< video https://x >}}", 7, "shortcode 'video' is not supported by the embedded"),
    ("a {{< kbd x >}}", 5, "shortcode 'kbd' is not supported"),
    ("a {{< var x", 5, "not closed"),
    ("a {{< var nix.x >}}", 5, "no key 'nix.x'"),
    ("a {{< meta nix >}}", 5, "no key 'nix'"),
    ("a {{< var list >}}", 5, "not a text"),
    ("```\n{{< var share >}}\n```", 6, "a shortcode in a code block"),
    ("`<b>{{< var share >}}</b>`{=html}", 5, "raw code"),
    ("a\n\nse @fig-nix", 7, "'@fig-nix' is not resolved"),
    ("se @andersson2020", 5, "'@andersson2020' is not supported"),
    ("se @eq-x", 5, "'@eq-x' is not supported"),
    ("::: {#fig-a}\na\n\nb\n:::\n\n::: {#fig-a}\na\n\nb\n:::", 11, "'fig-a' stands twice"),
    ("# A {#x}\n\n# B {#x}", 7, "'x' stands twice"),
    ("![](/notebooks/figures/a.svg)", 5, "no alternative text"),
    ("![a](/notebooks/figures/nix.svg)", 5, "does not exist"),
    ("![a](https://x.se/a.png)", 5, "an image from elsewhere"),
    ("a\n\n```{python}\n1\n```", 7, "code to execute ('python')"),
    ("a `{r} 1+1`", 5, "inline code to execute"),
    ("::: {layout-ncol=2}\na\n:::", 5, "attribute 'layout-ncol'"),
    ("::: {.column-margin}\na\n:::", 5, "class 'column-margin'"),
    (":::: {.columns}\n::: {.column}\na\n:::\n::::", 5, "class 'columns'"),
    ("::: {.aside}\na\n:::", 5, "class 'aside'"),
    ("::: {#thm-x}\na\n:::", 5, "label '#thm-x'"),
    ('::: {style="color: red"}\na\n:::', 5, "attribute 'style'"),
    ("::: {.x}\na", 5, "unclosed"),
    ("## A\n\n#### B", 7, "skips a level"),
    ("[a](#nix)", 5, "no such place"),
    ("[a](nix.qmd)", 5, "no such document"),
    ("a\n\n---\nb: c\n---", 7, "a metadata block"),
    ('::: {.content-visible when-format="htlm"}\na\n:::', 5, "unknown format 'htlm'"),
    ("::: {.callout-danger}\na\n:::", 5, "class 'callout-danger'"),
    ("::: {.panel-tabset}\na\n:::", 5, "must begin with a heading"),
    ("\\newpage", 5, "raw TeX"),
    ("a[^x]", 5, "footnote 'x' is not defined"),
    ("::: {.callout-tip}\n\n{{< pagebreak >}}\n\n:::", 7, "a page break within a callout"),
    ("```\nx", 5, "the code block is not closed"),
]


@pytest.mark.parametrize(("body", "line", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_file_and_line(error, body, line, message):
    found = error(body)
    assert found.startswith(f"{DOCUMENT}:{line}: ")
    assert message in found


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        ("title: R\nbibliography: x.bib", 3, "key 'bibliography' is not supported"),
        ("title: R\nformat:\n  html:\n    theme: x", 5, "key 'format.html.theme'"),
        ("title: R\nformat:\n  docx: default", 4, "key 'format.docx'"),
        ("title: R\nexecute: {echo: true}", 3, "key 'execute'"),
        ("title: R\ntitle: S", 3, "stands twice"),
        ("title: R\ndate: today", 3, "clock"),
        ("title: [R", 2, "YAML"),
        ("title: R\nsubtitle: '{{< var nix >}}'", 3, "no key 'nix'"),
        ("subtitle: R", 1, "no title"),
    ],
)
def test_errors_in_front_matter(error, front, line, message):
    found = error("text", front=front)
    assert found.startswith(f"{DOCUMENT}:{line}: ")
    assert message in found


def test_nothing_is_written_when_a_format_fails(project, build, tmp_path):
    with pytest.raises(RenderError):
        build("{{< embed /notebooks/n.ipynb#broken >}}")
    assert not (tmp_path / "out").exists()
