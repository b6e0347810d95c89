"""Staging: a plain Quarto project of one region and month, with its executed notebooks.

The folder holds all that either engine needs, and opens in Quarto as it is.
"""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from vardlaget import yaml_text
from vardlaget.errors import NotebookError
from vardlaget.pipeline import pictures
from vardlaget.present.about_figures import dated
from vardlaget.present.figures import NOTHING, PAYLOAD, Published
from vardlaget.project import Project
from vardlaget.texts import Texts, binding
from vardlaget.texts.comments import Comment
from vardlaget.texts.folders import COMMENTS, sections
from vardlaget.texts.includes import with_includes
from vardlaget.texts.problems import refuse

SYNTHETIC = "Syntetiska uppgifter"
LABEL = re.compile(r"^#\|[ \t]*label:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
EMBED = re.compile(r"\{\{<\s*embed\s+/?([^\s#]+)#([^\s>]+)\s*>\}\}")
_CAPTION = re.compile(r"^(#\|\s*(?:fig|tbl)-cap:\s*)(.*)$", re.MULTILINE)
_FIELD = re.compile(r"\{(\w+)\}")
_EMPTY = Published("").payload()


@dataclass
class Staged:
    """A staged project, and what its notebooks recorded, by (notebook, cell label)."""

    folder: Path
    payloads: dict[tuple[str, str], dict] = field(default_factory=dict)

    def merged(self, part: str) -> dict:
        """`variables` or `available` of all cells; a name that two cells set is an error."""
        merged: dict = {}
        for (notebook, _), payload in self.payloads.items():
            for name, value in payload[part].items():
                if name in merged:
                    raise NotebookError(f"{notebook}: '{name}' is set by another cell too.")
                merged[name] = value
        return merged

    @property
    def bound(self) -> dict[str, dict]:
        """The figures behind the variables that comments and publications use, by name."""
        found = (payload.get("bound", {}) for payload in self.payloads.values())
        return {name: figure for each in found for name, figure in each.items()}

    @property
    def typed_figures(self) -> list[tuple[bool, str]]:
        """What is told of figures typed by hand: whether it is a warning, and the message."""
        found = (payload.get("typed", []) for payload in self.payloads.values())
        return [(bool(warning), told) for each in found for warning, told in each]

    def embedded(self, document: str) -> list[dict]:
        """The records of the cells that a document embeds, in its order, and of what it binds."""
        path = self.folder / document
        text = with_includes(path.read_text(encoding="utf-8"), path.parent)
        found = []
        for path, labels in EMBED.findall(text):
            for label in labels.split(","):
                payload = self.payloads.get((Path(path).name, label))
                if payload is not None and payload not in found:
                    found.append(payload)
        bound = [self.bound[name] for name in sorted(binding.names(text) & set(self.bound))]
        return [*found, _EMPTY | {"figures": bound}] if bound else found


def label_of(cell: nbformat.NotebookNode) -> str | None:
    found = LABEL.search(cell.source) if cell.cell_type == "code" else None
    return found[1] if found else None


def stage(
    project: Project,
    folder: Path,
    executed: list[Path],
    edition: dict,
    head: str,
    texts: Texts,
) -> Staged:
    """Writes the staged project. `edition` is what `{{< var edition.… >}}` gives; `head` is the
    HTML that every page loads its styles and scripts with; `texts` what the analyst wrote for the
    region and month.

    Raises NotebookError where a caption's `{field}` has no value, or two cells set one name, and
    InputError where a comment binds a variable that is not there.
    """
    staged = Staged(folder)
    for name in ("reports", "notebooks", "_output"):
        shutil.rmtree(folder / name, ignore_errors=True)
    # Other regions' and months' comments stay where they are.
    skipped = shutil.ignore_patterns(COMMENTS)
    shutil.copytree(project.reports, folder / "reports", ignore=skipped)
    (folder / "reports" / "theme" / "head.html").write_text(head, encoding="utf-8")
    figures = folder / "notebooks" / "figures"
    figures.mkdir(parents=True)
    specs = []
    for notebook in executed:
        payloads = _stage_notebook(notebook, folder / "notebooks" / notebook.name, edition["date"])
        staged.payloads |= {(notebook.name, label): p for label, p in payloads.items()}
        specs += [payload["chart"] for payload in payloads.values() if payload["chart"]]
    pictures.write_all(specs, figures, edition.get("colour", ""))
    variables = {"edition": edition} | staged.merged("variables")
    _write_yaml(folder / "_variables.yml", variables)
    available = staged.merged("available")
    available |= _stage_comments(folder, texts, variables, staged.bound)
    available |= {name: bool(edition.get(name)) for name in ("contact", "release")}
    _write_config(project, folder, edition, available)
    return staged


def _stage_comments(
    folder: Path, texts: Texts, variables: dict, bound: dict[str, dict]
) -> dict[str, bool]:
    """Each section's comment as reports/comments/<section>.md, empty where there is none, as
    both engines refuse to include what is not there. Returns which there are.

    Raises InputError that tells every variable that is not there.
    """
    refuse(binding.problems(texts.comments, variables))
    target = folder / "reports" / COMMENTS
    target.mkdir()
    available = {}
    for section in sections(folder / "reports"):
        comment = texts.comment(section)
        text = _callout(comment, bound) if comment else ""
        (target / f"{section}.md").write_text(text, encoding="utf-8")
        available[f"comment_{section.replace('-', '_')}"] = comment is not None
    return available


def _callout(comment: Comment, bound: dict[str, dict]) -> str:
    """A comment as the analyst's own, apart from the text that is made of figures."""
    figures = [bound[name] for name in binding.names(comment.text) if name in bound]
    text = comment.text.strip() + _warning({"figures": figures})
    return f'::: {{.callout-note title="Kommentar"}}\n\n{text.strip()}\n\n:::\n'


def _write_config(project: Project, folder: Path, edition: dict, available: dict) -> None:
    """The project's own `_quarto.yml` with what belongs to this region and month."""
    config = yaml_text.load((project.root / "_quarto.yml").read_text(encoding="utf-8"))
    # The subtitle stands at the head of every page of the PDF.
    warning = f" – {SYNTHETIC}" if available.get("synthetic") else ""
    config |= {
        "subtitle": f"{edition['region']}, {edition['month']}{warning}",
        "available": available,
    }
    _write_yaml(folder / "_quarto.yml", config)


def _write_yaml(path: Path, data: dict) -> None:
    text = yaml_text.dump(data)
    path.write_text(text, encoding="utf-8")


def _stage_notebook(source: Path, target: Path, day: str) -> dict[str, dict]:
    """The executed notebook with nothing but its labelled cells' Markdown; returns the records.

    `day` is when its figures were taken out, in words.

    Time stamps and identities go: they differ from run to run and would be published.
    """
    notebook = nbformat.read(source, as_version=4)
    payloads = {}
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        cell["id"] = f"cell-{number}"
        if cell.cell_type != "code":
            continue
        label = label_of(cell)
        bundles = [dict(out["data"]) for out in cell.outputs if "data" in out]
        if label is None or not bundles:
            cell.outputs = []
            continue
        payload = bundles[-1].get(PAYLOAD)
        if payload is None:
            raise NotebookError(
                f"{source.name}, cell '{label}': its last line must be a call of "
                "vardlaget.present, so that its figures are recorded."
            )
        # nbformat's own kind of mapping is nothing that YAML knows.
        payload = json.loads(json.dumps(payload))
        payloads[label] = payload
        markdown = dated(bundles[-1]["text/markdown"], day)
        if not _CAPTION.search(cell.source):
            markdown += _warning(payload)
        cell.source = _with_caption(cell.source, payload, markdown, f"{source.name}, {label}")
        cell.execution_count = 1
        cell.outputs = [
            nbformat.v4.new_output(
                "execute_result", {"text/markdown": markdown}, execution_count=1, metadata={}
            )
        ]
    notebook.metadata = {
        "kernelspec": {"display_name": "Vårdläget", "language": "python", "name": "vardlaget"}
    }
    nbformat.write(notebook, target)
    return payloads


def _warning(payload: dict) -> str:
    """A text that holds a synthetic figure says so, below it."""
    return f"\n\n*{SYNTHETIC}.*\n" if shows_synthetic(payload) else ""


def shows_synthetic(payload: dict) -> bool:
    return any(figure["synthetic"] for figure in payload["figures"])


def _with_caption(source: str, payload: dict, markdown: str, place: str) -> str:
    """The cell's caption with its `{field}`s filled from the record.

    It says whether what it stands by shows a synthetic figure.
    """
    if markdown == NOTHING:
        return _CAPTION.sub(lambda m: m[1] + _FIELD.sub("", m[2]), source)

    def fill(match: re.Match) -> str:
        if match[1] not in payload["fields"]:
            raise NotebookError(f"{place}: the caption's {{{match[1]}}} has no value.")
        return payload["fields"][match[1]].replace('"', "")

    end = f'. {SYNTHETIC}."' if shows_synthetic(payload) else '"'
    return _CAPTION.sub(lambda m: m[1] + _FIELD.sub(fill, m[2]).removesuffix('"') + end, source)
