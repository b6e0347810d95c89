"""The analyst's texts in an edition: the figures they bind, and those typed by hand."""

from dataclasses import dataclass, field

from vardlaget import project
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report
from vardlaget.texts import Texts, is_about_synthetic, load_texts
from vardlaget.texts.binding import names_used
from vardlaget.texts.typed_figures import BASIS, PERIOD, SOURCES, UNKNOWN, Verdict, judge
from vardlaget.texts.variables import bound, tree, variables

FAULTS = {
    PERIOD: "Annan period",
    BASIS: "Annan mätbas",
    SOURCES: "Källorna motsäger varandra",
    UNKNOWN: "Finns inte bland utgåvans tal",
}


@dataclass(frozen=True)
class Binding(Published):
    """A cell's record with the figure behind each bound variable, and what of typed figures is
    told to the one who builds: (is it a warning, the message)."""

    bound: dict[str, dict] = field(default_factory=dict)
    typed: list[tuple[bool, str]] = field(default_factory=list)

    def payload(self) -> dict:
        return super().payload() | {"bound": self.bound, "typed": self.typed}


def texts_of(report: Report) -> Texts:
    """What the analyst wrote about the report's figures. Raises InputError."""
    texts = load_texts(project.find(), report.region, report.month)
    if not texts.files:
        return texts
    return texts.about(is_about_synthetic(report.own_or_all, report.region, report.month))


def binding(report: Report) -> Binding:
    """All variables for `{{< var >}}`, and the figures behind those that are used."""
    texts, found = texts_of(report), variables(report)
    verdicts = judge(texts.comments, report, found)
    used = names_used(project.find().reports, texts)
    return Binding(
        "",
        variables=tree(found),
        available={"typed_figures": any(verdict.is_warning for verdict in verdicts)},
        bound=bound(found, used),
        typed=[(verdict.is_warning, str(verdict)) for verdict in verdicts],
    )


def typed_table(report: Report) -> Published:
    """Figures typed by hand that are not this month's own."""
    comments = texts_of(report).comments
    verdicts = judge(comments, report, variables(report)) if comments else []
    rows = [_row(report, verdict) for verdict in verdicts if verdict.is_warning]
    if not rows:
        return nothing()
    columns = [
        Column("place", "Kommentar", align="left"),
        Column("fault", "Varför den visas här", align="left"),
        Column("measure", "Mått", align="left"),
        Column("period", "Period", align="left"),
    ]
    return tables.table("handskrivna_tal", "Skrivet tal", columns, rows)


def _row(report: Report, verdict: Verdict) -> tuple[str, dict[str, Cell]]:
    typed, figure = verdict.typed, verdict.figure
    cells = {
        "place": Cell(f"{typed.section}, rad {typed.line}"),
        "fault": Cell(FAULTS[verdict.fault]),
        "measure": Cell(report.name(figure.indicator) if figure else "–"),
        "period": Cell(figure.period if figure else "–"),
    }
    return typed.shown, cells
