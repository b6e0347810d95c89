"""Laying out a new month's comment files, with last month's beside them as help."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

from vardlaget.catalogue import Indicator, Region, load_indicators, load_regions
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.project import Project
from vardlaget.report import Report, open_report
from vardlaget.texts import folders, is_about_synthetic
from vardlaget.texts.comments import ABOUT_SYNTHETIC, read_comment
from vardlaget.texts.folders import (
    ACTIVITIES,
    CALENDAR,
    HELP_SUFFIX,
    TABLE_SUFFIXES,
    month_folder,
    sections,
)
from vardlaget.texts.tables import COLUMNS
from vardlaget.texts.variables import Variable, variables

# The subjects whose figures a section is about; the others may use any.
SUBJECTS = {
    "tillganglighet": ("waiting_times",),
    "produktion": ("production",),
    "kapacitet": ("capacity", "beds"),
    "vardplatser": ("beds",),
    "medarbetare": ("workforce",),
    "ekonomi": ("economy",),
    "prognos": ("economy",),
    "statsbidrag": ("grants",),
}
MONTHS_SOUGHT = 12


def lay_out(project: Project, region: str, month: str) -> list[Path]:
    """Writes the comment files of a region's month and returns them, help among them.

    Each section that takes comments has an empty one, headed by a remark that tells which
    variables there are. The activities are last month's. Raises InputError where one of the files
    stands already; nothing is written then.
    """
    whose = load_regions(project.reference / "regions.csv")[region]
    when = Month.parse(month)
    folder, before = month_folder(project, when, whose), _last(project, whose, when)
    report = _report(whose, when)
    synthetic = report is not None and is_about_synthetic(report.own_or_all, whose, when)
    files = {
        folder / f"{section}.md": _remark(whose, when, section, listed, synthetic)
        for section, listed in _listed(project, report)
    }
    copies = _copies(project, before, folder, synthetic) if before else {}
    for stem in (ACTIVITIES, CALENDAR):
        if not any(path.stem == stem for path in copies):
            files[folder / f"{stem}.csv"] = _header(stem)
    there = [project.named(path) for path in sorted([*files, *copies]) if path.exists()]
    if there:
        raise InputError(
            f"{', '.join(there)}: stands already, so nothing was written. Go on writing in it, or "
            "take it away first."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    for path, source in copies.items():
        shutil.copyfile(source, path)
    return sorted([*files, *copies])


def _last(project: Project, region: Region, month: Month) -> Path | None:
    """The folder of the newest earlier month, at most a year back."""
    earlier = (
        month_folder(project, month.minus(back), region) for back in range(1, MONTHS_SOUGHT + 1)
    )
    return next((folder for folder in earlier if folder.is_dir()), None)


def _copies(project: Project, before: Path, folder: Path, synthetic: bool) -> dict[Path, Path]:
    """What is taken over from last month, by where to: comments as help, activities as they are.

    Nothing is, where the one month is synthetic and the other real.
    """
    texts = [read_comment(path, project) for path in folders.files(before) if path.suffix == ".md"]
    if any(text.synthetic for text in texts) != synthetic:
        return {}
    comments = {
        folder / f"{section}{HELP_SUFFIX}": before / f"{section}.md"
        for section in sections(project.reports)
    }
    activities = {
        folder / f"{ACTIVITIES}{suffix}": before / f"{ACTIVITIES}{suffix}"
        for suffix in TABLE_SUFFIXES
    }
    return {path: source for path, source in (comments | activities).items() if source.is_file()}


def _header(stem: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(COLUMNS[stem])
    return text.getvalue()


def _listed(project: Project, report: Report | None) -> Iterator[tuple[str, list[str]]]:
    """Each section with the lines about its variables."""
    found = None if report is None else variables(report)
    indicators = list(load_indicators())
    for section in sections(project.reports):
        about = [i for i in indicators if i.subject in SUBJECTS.get(section, ())]
        yield section, [line for i in about if (line := _line(i, found))]


def _report(region: Region, month: Month) -> Report | None:
    """The month's report; None where its figures are not there yet."""
    try:
        return open_report(region.code, str(month))
    except InputError:
        return None


def _line(indicator: Indicator, found: dict[str, Variable] | None) -> str:
    """An indicator's name and, if its figures are there, its text; empty where it has none."""
    if found is None:
        return f"  {indicator.id}.text  {indicator.name.sv}"
    texts = [n for n in found if n.startswith(f"{indicator.id}.") and n.endswith(".text")]
    if not texts:
        return ""
    return f"  {texts[0]}  {indicator.name.sv}: {found[texts[0]].text}"


def _remark(region: Region, month: Month, section: str, listed: list[str], synthetic: bool) -> str:
    """What an empty comment is headed by; it is never published."""
    about = f"\nKommentaren gäller {ABOUT_SYNTHETIC}.\n" if synthetic else ""
    lines = "\n".join(listed) or "  de som står i de andra avsnittens filer"
    return f"""<!--{about}
Kommentar till avsnittet {section}, {region.name}, {month.words}. Skriv under den här rutan; rutan
publiceras inte. Vad har hänt, varför, och vad görs? Löpande text, listor, länkar och tabeller går
bra, rubriker från ####. Förra månadens text, om det finns en, ligger i {section}{HELP_SUFFIX}.

Skriv inte tal för hand: {{{{< var namn.text >}}}} ger talet som i tabellerna (88,3 %), .words som i
löpande text (88,3 procent), .size utan tecken, .previous.text samma period förra året,
.change.text förändringen, .target.text målet. Avsluta gärna med en rad om källan.

Variabler:
{lines}
-->
"""
