"""pandoc and Typst: from a composed document to an HTML page and a tagged PDF."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypandoc
import typst

from vardlaget.errors import RenderError
from vardlaget.pipeline.render.embedded import metadata
from vardlaget.pipeline.render.embedded.compose import Composer, Composition
from vardlaget.pipeline.render.embedded.sources import Source, fail, inside, read_text

HERE = Path(__file__).parent
# Compilations after which Typst drops what none of them has used: ten, and the one that looks.
KEPT_FOR = 12
SUFFIXES = {"html": ".html", "typst": ".pdf"}
PDF_STANDARD = "ua-1"

# A metadata block within the text would be read as metadata in Quarto, and is refused before.
READER = "markdown-yaml_metadata_block-pandoc_title_block"

# Quarto's own words (its `_language-sv.yml`).
WORDS = {
    "sv": {
        "fig": "Figur", "tbl": "Tabell", "sec": "Avsnitt", "toc": "Innehåll",
        "skip": "Hoppa till innehållet", "page": "Sida", "of": "av",
        "edition": {"status": "Status", "number": "Utgåva", "date": "Framställd",
                    "release": "Publiceras", "contact": "Kontakt"},
        "logo": "Logotyp",
        "callouts": {"note": "Notera", "tip": "Tips", "important": "Viktigt",
                     "warning": "Varning", "caution": "Försiktigt"},
    },
    "en": {
        "fig": "Figure", "tbl": "Table", "sec": "Section", "toc": "Contents",
        "skip": "Skip to content", "page": "Page", "of": "of",
        "edition": {"status": "Status", "number": "Edition", "date": "Made",
                    "release": "Released", "contact": "Contact"},
        "logo": "Logotype",
        "callouts": {"note": "Note", "tip": "Tip", "important": "Important",
                     "warning": "Warning", "caution": "Caution"},
    },
}  # fmt: skip

# Typst hyphenates by language; the region decides the PDF's /Lang together with it.
REGIONS = {"sv": "SE", "en": "GB"}

# Metadata that the templates show; they are Markdown, as in Quarto.
SHOWN = ("title", "subtitle", "date", "author", "footer", "toc-title", "pagetitle")
# Metadata that the Typst template takes as it is.
TYPST_SETTINGS = ("papersize", "mainfont", "fontsize")


@dataclass(frozen=True)
class _Job:
    """One document in one format."""

    project: Path
    document: str
    fmt: str
    meta: dict[str, Any]
    layers: tuple[metadata.Layer, metadata.Layer]
    composition: Composition
    shown: dict[str, Any]
    logo: str = ""

    @property
    def start(self) -> Source:
        return Source(self.document, 1)

    @property
    def lang(self) -> str:
        return str(self.meta["lang"]).partition("-")[0]


def render(project: Path, document: str, out: Path, *, fonts: Path, timestamp: int) -> list[Path]:
    """Render a document of a staged project to HTML and PDF; returns the files, in that order.

    `document` is a path from the project's root. A front matter with `format:` limits the
    formats. Nothing is written unless every format succeeds. Raises RenderError, whose message
    begins with the file and line of the source.
    """
    project = project.resolve()
    path = inside(project, project / "_quarto.yml", f"/{document}", Source(document, 1))
    text = read_text(path, Source(document, 1))
    layers, skip = _layers(project, document, text)
    formats = metadata.document_formats(layers[1]) or metadata.FORMATS
    results = {}
    for fmt in (name for name in metadata.FORMATS if name in formats):
        job = _job(project, document, fmt, layers, text, skip)
        results[out / (path.stem + SUFFIXES[fmt])] = _render(job, fonts, timestamp)
    out.mkdir(parents=True, exist_ok=True)
    for target, content in results.items():
        target.write_bytes(content)
    return list(results)


def _layers(
    project: Path, document: str, text: str
) -> tuple[tuple[metadata.Layer, metadata.Layer], int]:
    settings = metadata.load_layer(project, "_quarto.yml")
    front_matter, skip = metadata.split_front_matter(text, document)
    metadata.check_keys(settings, document=False)
    metadata.check_keys(front_matter, document=True)
    return (settings, front_matter), skip


def _job(project, document, fmt, layers, text, skip) -> _Job:
    meta = metadata.merged(*layers, fmt)
    variables = metadata.load_layer(project, "_variables.yml").values
    composer = Composer(project, document, variables, meta)
    composition = composer.compose(text, skip)
    shown = {key: meta[key] for key in SHOWN if meta.get(key) not in (None, "")}
    edition = variables.get("edition")
    logo = edition.get("logo") if isinstance(edition, dict) else None
    job = _Job(project, document, fmt, meta, layers, composition, shown, logo or "")
    for key, value in shown.items():
        shown[key] = _shown(composer, job, key, value)
    if "title" not in shown:
        fail(job.start, "the document has no title")
    if job.lang not in WORDS:
        fail(_key_source(job, "lang"), f"language '{job.meta['lang']}' is not supported")
    shown["vl-edition"] = _edition(composer, job, edition)
    return job


def _edition(composer: Composer, job: _Job, edition: Any) -> list[str]:
    """What the title page says of the edition: those of its variables that have a word."""
    known = edition if isinstance(edition, dict) else {}
    return [
        composer.value(f"{word}: {{{{< var edition.{key} >}}}}", job.start)
        for key, word in WORDS[job.lang]["edition"].items()
        if known.get(key) not in (None, "")
    ]


def _shown(composer: Composer, job: _Job, key: str, value: Any) -> Any:
    source = _key_source(job, key)
    if isinstance(value, list):
        return [_shown(composer, job, key, item) for item in value]
    text = metadata.as_text(value)
    if text is None:
        fail(source, f"key '{key}' must be a text")
    return composer.value(text, source)


def _key_source(job: _Job, key: str) -> Source:
    for layer in reversed(job.layers):
        for path in (f"format.{job.fmt}.{key}", key):
            if path in layer.lines:
                return layer.source(path)
    return job.start


def _render(job: _Job, fonts: Path, timestamp: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="vardlaget-render-") as folder:
        text = _pandoc(job, Path(folder))
    if job.fmt == "html":
        return text.encode()
    return _typst(job, text, fonts, timestamp)


# ---------------------------------------------------------------- pandoc


def _pandoc(job: _Job, folder: Path) -> str:
    """The document in the format, as text. Raises RenderError on errors and on any warning."""
    source, context, report = (folder / n for n in ("text.md", "context.json", "errors.json"))
    source.write_text(job.composition.text, encoding="utf-8")
    context.write_text(json.dumps(_context(job, report)), encoding="utf-8")
    command = [
        pypandoc.get_pandoc_path(), source.name,
        "--from", READER, "--to", "html5" if job.fmt == "html" else "typst",
        "--standalone", "--template", str(HERE / f"template.{_template(job)}"),
        "--lua-filter", str(HERE / "filter.lua"),
        "--metadata", f"vardlaget-context={context}", "--metadata", f"lang={job.meta['lang']}",
        "--wrap=none", "--mathml", "--syntax-highlighting=none", "--email-obfuscation=none",
        # Templates and defaults of the user's own pandoc must not decide what a report looks like.
        "--data-dir", str(folder), "--output=-",
        *_options(job), *_header_includes(job, folder),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, env=_environment())
    _check(job, done.stderr.decode(errors="replace"), report, done.returncode)
    return done.stdout.decode()


def _template(job: _Job) -> str:
    return "html" if job.fmt == "html" else "typ"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def _context(job: _Job, report: Path) -> dict[str, Any]:
    composition = job.composition
    cells = [
        {"number": str(number), "name": cell.name, "markdown": cell.markdown}
        | ({"label": cell.label, "caption": cell.caption} if cell.label else {})
        for number, cell in enumerate(composition.cells, start=1)
    ]  # fmt: skip
    return {
        "format": job.fmt,
        "lang": job.lang,
        "words": WORDS[job.lang],
        "reader": READER,
        "root": str(job.project),
        "folder": Path(job.document).parent.as_posix(),
        "errors": str(report),
        "number_sections": bool(job.meta.get("number-sections")),
        "shown": job.shown,
        "truths": metadata.truths(job.meta),
        "values": composition.values,
        "literals": {str(number): True for number in composition.literals},
        "cells": cells,
    }


def _options(job: _Job) -> list[str]:
    words = WORDS[job.lang]
    settings = {
        "skip-link": words["skip"],
        "vl-logo": job.logo,
        "vl-logo-word": words["logo"],
        "page-word": words["page"],
        "of-word": words["of"],
        "vl-lang": job.lang,
        "vl-region": str(job.meta["lang"]).partition("-")[2] or REGIONS.get(job.lang, ""),
        "number-sections": "true" if job.meta.get("number-sections") else "",
    }
    if "toc-title" not in job.shown:
        settings["toc-title"] = words["toc"]
    if job.fmt == "typst":
        settings |= {k: str(job.meta[k]) for k in TYPST_SETTINGS if job.meta.get(k)}
    options = [f"--variable={key}={value}" for key, value in settings.items() if value]
    if job.meta["toc"]:
        options += ["--toc", f"--toc-depth={job.meta['toc-depth']}"]
    return options


def _header_includes(job: _Job, folder: Path) -> list[str]:
    entries = job.meta.get("include-in-header") or []
    source = _key_source(job, "include-in-header")
    options = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        target = folder / f"header-{number}"
        target.write_text(_header_text(job, entry, source), encoding="utf-8")
        options.append(f"--include-in-header={target}")
    return options


def _header_text(job: _Job, entry: Any, source: Source) -> str:
    if isinstance(entry, dict) and isinstance(entry.get("text"), str):
        return entry["text"]
    name = entry.get("file") if isinstance(entry, dict) else entry
    if not isinstance(name, str):
        fail(source, "include-in-header takes '- file: …' or '- text: …'")
    # From the project's root in _quarto.yml, from its own folder in a document.
    host = job.project / source.file
    return read_text(inside(job.project, host, name, source), source)


def _check(job: _Job, stderr: str, report: Path, code: int) -> None:
    found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else []
    problems = [(_locate(job, e["needle"], e["last"]), e["message"]) for e in found]
    for line in stderr.splitlines():
        # The filter knows which duplicates are visible together; pandoc does not.
        if line.startswith("[WARNING]") and "Duplicate identifier" not in line:
            problems.append((_warned(job, line), f"pandoc: {line.removeprefix('[WARNING] ')}"))
    if not problems and code:
        problems.append((job.start, f"pandoc failed: {stderr.strip()}"))
    if problems:
        problems = sorted(dict.fromkeys(problems))
        raise RenderError("\n".join(f"{s.file}:{s.line}: {text}" for s, text in problems))


def _locate(job: _Job, needle: str, last: bool) -> Source:
    return job.composition.locate(needle, last=last) or job.start


def _warned(job: _Job, warning: str) -> Source:
    match = re.search(r"\bline (\d+)", warning)
    number = int(match[1]) if match else 0
    lines = job.composition.lines
    return lines[number - 1].source if 0 < number <= len(lines) else job.start


# ---------------------------------------------------------------- Typst


@lru_cache(maxsize=4)
def _fonts(folder: Path, process: int) -> typst.Fonts:
    """The faces in a folder, from one file each: of an .otf and a .ttf of the same face, Typst
    takes what the order of the folder gives, which differs between machines."""
    chosen = Path(tempfile.mkdtemp(prefix="vardlaget-fonts-"))
    atexit.register(_remove, chosen, process)
    faces = {path.stem: path for ext in ("ttf", "otf") for path in sorted(folder.glob(f"*.{ext}"))}
    for path in faces.values():
        shutil.copyfile(path, chosen / path.name)
    return typst.Fonts(include_system_fonts=False, font_paths=[str(chosen)])


def _remove(folder: Path, process: int) -> None:
    # A forked child inherits the exit handlers, but not the right to remove its parent's fonts.
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _forget(fonts: typst.Fonts) -> None:
    """Has Typst drop what it has worked out for a document, 150 MiB of a region's publication.

    It keeps each part until so many compilations have not used it, and offers no other way.
    """
    for _ in range(KEPT_FOR):
        typst.compile(b"", font_paths=fonts, ignore_system_fonts=True, format="svg")


def _typst(job: _Job, text: str, fonts: Path, timestamp: int) -> bytes:
    faces = _fonts(Path(fonts).resolve(), os.getpid())
    try:
        pdf, warnings = typst.compile_with_warnings(
            text.encode(),
            root=str(job.project),
            font_paths=faces,
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=PDF_STANDARD,
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        fail(_typst_source(job, text, error.diagnostic), _typst_message(job, error))
    finally:
        _forget(faces)
    for warning in warnings:
        # A missing font is replaced quietly by another one.
        fail(_typst_source(job, text, warning.diagnostic), f"Typst: {warning.message}")
    return pdf


def _typst_message(job: _Job, error: typst.TypstError) -> str:
    message = f"Typst: {error.message}".replace(str(job.project), "")
    return "; ".join([message, *error.hints])


def _typst_source(job: _Job, text: str, diagnostic: str) -> Source:
    """The place of the cell in whose Typst code the error is, else the document's first line."""
    match = re.search(r"\.typ:(\d+)", diagnostic or "")
    lines = text.splitlines()
    number = int(match[1]) if match else 0
    # A float opens just before the mark of its cell.
    marks = lines[: number + 3] if lines[number - 1 : number] == ["#figure(["] else lines[:number]
    for line in reversed(marks):
        mark = re.fullmatch(r"// vl-cell (\w+)", line)
        if mark:
            return job.start if mark[1] == "end" else job.composition.cells[int(mark[1]) - 1].source
    return job.start
