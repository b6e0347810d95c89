"""Comments in an edition: bound, staged for one region and month, told of when wrong."""

import csv
import shutil

import lxml.html
import pytest
from pypdf import PdfReader

REPORT = """---
title: Rapport
---

## Ekonomi {#ekonomi}

{{< include comments/ekonomi.md >}}

## Tillgänglighet {#tillganglighet}

{{< include comments/tillganglighet.md >}}

::: {.content-visible when-meta="available.comment_tillganglighet"}
Kommenterad.
:::

## Aktiviteter {#aktiviteter}

{{< embed /notebooks/texts.ipynb#activities-text >}}

::: {.content-visible when-meta="available.activities"}
{{< embed /notebooks/texts.ipynb#tbl-activities >}}
:::

::: {.content-visible when-meta="available.calendar"}
{{< embed /notebooks/texts.ipynb#tbl-calendar >}}
:::

::: {.content-visible when-meta="available.typed_figures"}
{{< embed /notebooks/texts.ipynb#tbl-typed-figures >}}
:::
"""
EKONOMI = """<!-- Skriv under den här rutan. -->
**Underskottet** är {{< var income.result.size >}}.

- Sjukfrånvaron är {{< var sick_leave.words >}}
- Telefonen svarade på 88,3 % eller 87,5 procent av samtalen

| Mått | Värde |
|------|-------|
| Beläggning | {{< var bed_occupancy.text >}} |

Se [SKR](https://skr.se).
"""
ACTIVITIES = """id;aktivitet;område;tidplan;ansvarig roll;status;kommentar
A;Sjukhusvård i hemmet;Nära vård;Q4 2022;Områdeschef;Pågår;Blir *inte* klar
B;Seniorhälsovård;Hälsofrämjande;T1 2023;Utredare;Klar;
C;PET-CT;Nära vård;2023;Överläkare;Ej prioriterad;<b>Nej</b>
"""
CALENDAR = "datum,händelse,mottagare\n2024-03-27,Sammanträde,Nämnden\n"
FOLDER = "reports/comments/2023-02/vastmanland"


@pytest.fixture
def project(project_copy):
    """A project with one small publication and no comments."""
    for path in (project_copy / "reports").glob("*.qmd"):
        path.unlink()
    for path in (project_copy / "settings").glob("*.yml"):
        path.unlink()
    shutil.rmtree(project_copy / "reports" / "comments", ignore_errors=True)
    (project_copy / "reports" / "rapport.qmd").write_text(REPORT, encoding="utf-8")
    return project_copy


def write(project, files: dict[str, str], folder: str = FOLDER) -> None:
    (project / folder).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (project / folder / name).write_text(text, encoding="utf-8")


def build(vardlaget, project, *more: str):
    return vardlaget(
        project, "build", "--region", "19", "--month", "2023-02", "--engine", "embedded", *more
    )


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_an_edition_with_comments(vardlaget, project):
    write(project, {"ekonomi.md": EKONOMI, "aktiviteter.csv": ACTIVITIES, "kalender.csv": CALENDAR})
    write(project, {"ekonomi.md": "Hemligt"}, "reports/comments/2023-02/vasterbotten")
    write(project, {"ekonomi.md": "Förra året"}, "reports/comments/2022-02/vastmanland")
    done = build(vardlaget, project)
    assert done.returncode == 0, done.stderr
    edition = project / "public/2023-02/vastmanland"
    page = lxml.html.parse(str(edition / "rapport.html")).getroot()
    text = squeezed(page.text_content())
    pdf = squeezed(" ".join(p.extract_text() for p in PdfReader(edition / "rapport.pdf").pages))
    for shown in (text, pdf):
        assert "Underskottet är 174,1 miljoner kronor." in shown
        assert "Sjukfrånvaron är 8,3 procent" in shown
        assert "Kommentar" in shown
        assert "✓ Klar" in shown
        assert "Blir *inte* klar" in shown
        assert "<b>Nej</b>" in shown
        assert "27 mars 2024" in shown
        assert "Av tre aktiviteter ligger två i fas" in shown
        assert "För en har tidplanen gått ut" in shown
        for hidden in ("Skriv under", "Kommenterad", "Hemligt", "Förra året"):
            assert hidden not in shown
    aside = page.find_class("callout-note")
    assert len(aside) == 1
    assert aside[0].xpath(".//strong/text()") == ["Underskottet"]
    assert len(aside[0].findall(".//li")) == 2
    assert len(aside[0].findall(".//table")) == 1
    _figures_are_recorded(edition)
    _typed_figures_are_told(edition)
    _only_its_own_are_staged(project)


def _figures_are_recorded(edition) -> None:
    with (edition / "indicators.csv").open(encoding="utf-8") as file:
        rows = {(row["indicator"], squeezed(row["text"])): row for row in csv.DictReader(file)}
    row = rows["income.result", "174,1 miljoner kronor"]
    assert (row["publication"], float(row["value"])) == ("rapport", -174_100_000)
    assert ("bed_occupancy", "96 %") in rows
    assert ("sick_leave", "8,3 procent") in rows


def _typed_figures_are_told(edition) -> None:
    with (edition / "tables" / "handskrivna_tal.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [squeezed(row["Skrivet tal"]) for row in rows] == ["88,3 %", "87,5 procent"]
    assert {row["Kommentar"] for row in rows} == {"ekonomi, rad 5"}
    assert {row["Varför den visas här"] for row in rows} == {"Källorna motsäger varandra"}


def _only_its_own_are_staged(project) -> None:
    staged = project / "build/2023-02/vastmanland/reports/comments"
    assert sorted(path.name for path in staged.rglob("*")) == ["ekonomi.md", "tillganglighet.md"]
    assert (staged / "tillganglighet.md").read_text(encoding="utf-8") == ""


def test_what_is_wrong_stops_the_build_with_file_and_line(vardlaget, project):
    write(project, {"ekonomi.md": "a\n\n<script>x</script>", "tilganglighet.md": "b"})
    done = build(vardlaget, project)
    assert done.returncode == 2
    assert f"{FOLDER}/ekonomi.md, line 3: raw HTML" in squeezed(done.stderr)
    assert "Did you mean 'tillganglighet'?" in squeezed(done.stderr)
    assert not (project / "public/2023-02/vastmanland").exists()


def test_a_name_that_is_no_figure_stops_the_build_with_file_and_line(vardlaget, project):
    text = "{{< var sick_leave.txt >}}\n\n{{< var phone_same_day.text >}}"
    write(project, {"ekonomi.md": text})
    done = build(vardlaget, project)
    assert done.returncode == 2
    told = squeezed(done.stderr)
    assert f"{FOLDER}/ekonomi.md, line 1: unknown variable 'sick_leave.txt'" in told
    assert "Did you mean 'sick_leave.text'?" in told
    assert f"{FOLDER}/ekonomi.md, line 3: variable 'phone_same_day.text': the sources" in told
    assert "87,5 % ({{< var phone_same_day.source1.text >}})" in told


def test_a_comment_on_what_is_not_built_now_is_passed_over(vardlaget, project):
    """Its figures come from notebooks that the publication asked for does not embed."""
    tables = (
        "---\ntitle: Tabeller\n---\n\n{{< embed /notebooks/workforce.ipynb#tbl-sick-leave >}}\n"
    )
    (project / "reports" / "tabeller.qmd").write_text(tables, encoding="utf-8")
    write(project, {"ekonomi.md": "{{< var sick_leave.words >}}", "personal.md": "Var?"})
    done = build(vardlaget, project, "--publication", "tabeller")
    assert done.returncode == 2
    assert "personal.md: no publication takes comments on 'personal'." in squeezed(done.stderr)
    (project / FOLDER / "personal.md").unlink()
    done = build(vardlaget, project, "--publication", "tabeller")
    assert done.returncode == 0, done.stderr
    staged = project / "build/2023-02/vastmanland/reports/comments"
    assert (staged / "ekonomi.md").read_text(encoding="utf-8") == ""
