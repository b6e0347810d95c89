"""Activities with their timeline, role and status, and the calendar of what is due."""

import re
from collections import Counter

from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import NBSP
from vardlaget.present.sentences import capitalised, count_word, listed
from vardlaget.present.tables import Cell, Column
from vardlaget.present.texts import texts_of
from vardlaget.report import Report, day_in_words
from vardlaget.texts.tables import STATUSES, Activity

OTHER = "Övrigt"
LATE = "tiden har gått ut"
# Each status after a number: one activity, several.
COUNTED = {
    "Klar": ("är klar", "är klara"),
    "Pågår": ("pågår", "pågår"),
    "Ej påbörjad": ("är inte påbörjad", "är inte påbörjade"),
    "Försenad": ("är försenad", "är försenade"),
    "Pausad": ("är pausad", "är pausade"),
    "Ej prioriterad": ("är inte prioriterad", "är inte prioriterade"),
}


def available(report: Report) -> Published:
    """Which of the analyst's tables there are."""
    texts = texts_of(report)
    return values({"activities": bool(texts.activities), "calendar": bool(texts.events)})


def summary(report: Report) -> Published:
    """How many activities there are, how many are on track, and where the others stand."""
    activities = texts_of(report).activities
    if not activities:
        return Published(f"Inga aktiviteter har lagts in för {report.month.words}.")
    on_track = sum(activity.status.on_track for activity in activities)
    counts = Counter(activity.status.word for activity in activities)
    noun = "aktivitet" if len(activities) == 1 else "aktiviteter"
    said = [
        f"Av {count_word(len(activities))} {noun} ligger **{count_word(on_track)}** i fas, det "
        "vill säga är klara eller pågår.",
        f"{capitalised(listed([_counted(w, counts[w]) for w in STATUSES if counts[w]]))}.",
    ]
    late = sum(activity.is_late(report.month.last_day) for activity in activities)
    if late:
        they = "är klar" if late == 1 else "är klara"
        said.append(f"För {count_word(late)} har tidplanen gått ut utan att de {they}.")
    return Published(" ".join(said))


def _counted(word: str, count: int) -> str:
    one, several = COUNTED[word]
    return f"{count_word(count)} {one if count == 1 else several}"


def table(report: Report) -> Published:
    """The activities by area, in the file's order."""
    activities = texts_of(report).activities
    if not activities:
        return nothing()
    areas = list(dict.fromkeys(activity.area for activity in activities))
    rows: list[tuple[str, dict[str, Cell]]] = []
    for area in areas:
        if len(areas) > 1:
            rows.append((area or OTHER, {}))
        rows += [_row(report, activity) for activity in activities if activity.area == area]
    columns = [
        Column("timeline", "Tidplan", align="left"),
        Column("role", "Ansvarig roll", align="left"),
        Column("status", "Status", align="left"),
        Column("comment", "Kommentar", align="left"),
    ]
    headings = tuple(area or OTHER for area in areas) if len(areas) > 1 else ()
    return tables.table("aktiviteter", "Aktivitet", columns, rows, emphasised=headings)


def _row(report: Report, activity: Activity) -> tuple[str, dict[str, Cell]]:
    late = activity.is_late(report.month.last_day)
    timeline = re.sub(r"(\d{4})-(\d{4})", r"\1–\2", activity.timeline)
    cells = {
        "timeline": Cell(f"{timeline} ({LATE})" if late else timeline),
        "role": Cell(activity.role),
        "status": Cell(
            f"{activity.status.symbol}{NBSP}{activity.status.word}", activity.status.word
        ),
        "comment": Cell(activity.comment),
    }
    return f"{activity.id}. {activity.title}", cells


def calendar(report: Report) -> Published:
    """What is due, day by day."""
    events = texts_of(report).events
    rows = [
        (
            day_in_words(e.day).replace(" ", NBSP),
            {"title": Cell(e.title), "receiver": Cell(e.receiver or "–")},
        )
        for e in events
    ]
    columns = [
        Column("title", "Händelse", align="left"),
        Column("receiver", "Mottagare", align="left"),
    ]
    return tables.table("kalender", "Datum", columns, rows)
