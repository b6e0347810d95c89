"""The annual report: the full year against the year before, in tables and sentences."""

from dataclasses import replace
from functools import cache

import pandas as pd

from vardlaget.indicators import annual as formulas
from vardlaget.indicators.annual import DECEMBER
from vardlaget.indicators.waiting_times import WAITING_FIRST, bases
from vardlaget.observations import select
from vardlaget.present import cards, millions, scorecard_lines, tables
from vardlaget.present.annual_measures import SUBJECTS
from vardlaget.present.capacity import AREAS, CONTACT_FORMS
from vardlaget.present.care_guarantee import BASES, plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.millions import MILLION, SHORT, amount, decimals_of, in_millions
from vardlaget.present.numbers import NBSP, SYMBOLS, decimal_text, number_text, signed
from vardlaget.present.sentences import Paragraph, capitalised, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.present.words import CARE_TYPES
from vardlaget.report import Report

# The parts of a statement of production: the whole line is told where there is one.
PARTED = "production"
# What a source tells for one part of care alone.
OF_UNITS = ("dental_visits_change", "dental_patients_change")
# What the rules of rolling sums say of every computed year stands below the table instead.
GENERAL_NOTES = ("beräknat av månadsvärdena", "antalen summerar månadsskiften", "jämfört med ")
CARDS = ("budget_deviation", "net_cost_development", "gross_cost_development")
LEVELS = ("available_beds", "bed_occupancy", "phone_same_day", "first_visit_90d", "sick_leave")
MOST_CARDS = 4


@cache
def compared(report: Report, subject: str) -> pd.DataFrame:
    """`annual.against_year_before` of a subject's measures; empty but in December."""
    if report.month.number != DECEMBER:
        return pd.DataFrame()
    any_kind = ... if subject == PARTED else ""
    rows = select(
        report.own,
        unit="",
        span=["year", "ytd", "r12", "month"],
        basis=...,
        care_type=any_kind,
        contact_form=any_kind,
        provider=["", "own"],
    )
    if subject == PARTED:
        parts = select(report.own, indicator=list(OF_UNITS), unit=..., span="year")
        rows = pd.concat([rows, parts[parts["unit"] != ""]])
    found = formulas.against_year_before(
        rows, SUBJECTS[subject], report.indicators, report.month.year
    )
    kept = [_is_told(row, found) for row in found.to_dict("records")]
    return found[pd.Series(kept, index=found.index, dtype=bool)].reset_index(drop=True)


def _is_told(row: dict, found: pd.DataFrame) -> bool:
    """Both bases of specialised care, else that which a measure is known by; wholes, not parts."""
    if row["basis"] and row["level"] not in WAITING_FIRST:
        known = set(found.loc[found["level"] == row["level"], "basis"])
        return row["basis"] == next(basis for basis in bases(row["level"]) if basis in known)
    if not row["care_type"] or row["made"] == "printed":
        return True
    same = (found["level"] == row["level"]) & (found["contact_form"] == row["contact_form"])
    return not (same & (found["care_type"] == "")).any()


def available(report: Report) -> Published:
    """Which parts of the annual report have figures."""
    flags = {f"annual_{subject}": len(compared(report, subject)) > 0 for subject in SUBJECTS}
    computed = any(
        (compared(report, s)["made"] == "months").any() for s in SUBJECTS if flags[f"annual_{s}"]
    )
    return values({"annual": any(flags.values()), "annual_computed": computed} | flags)


def year_table(report: Report, subject: str) -> Published:
    """The subject's measures: the year before, the year, and what lies between."""
    found = compared(report, subject)
    year = report.month.year
    if found.empty:
        return nothing(year=str(year))
    columns = [
        Column("earlier", str(year - 2)),
        Column("before", str(year - 1)),
        Column("value", str(year)),
        Column("difference", "Förändring"),
        Column("percent", "Förändring, %"),
        Column("note", "Anmärkning", align="left"),
    ]
    made, figures = [], []
    for row in found.to_dict("records"):
        shown = _shown(report, row)
        name = _name(report, row) + ", mnkr" * any(map(_in_millions, shown.values()))
        figures += [pd.Series({**each, "text": _bare(each)}) for each in shown.values()]
        made.append((name, shown, _note(report, row)))
    kept = [c for c in columns if any(c.key in shown for _, shown, _ in made)]
    kept += columns[-1:] if any(note for *_, note in made) else []
    lines = [
        (name, {c.key: _cell(shown.get(c.key)) for c in kept} | {"note": Cell(note)})
        for name, shown, note in made
    ]
    return tables.table(
        f"aret_{subject}", "Mått", kept, lines, pd.DataFrame(figures), year=str(year)
    )


def _cell(figure: pd.Series | None) -> Cell:
    if figure is None:
        return Cell(SYMBOLS["missing"])
    if _in_millions(figure):
        return replace(millions.cell(figure), text=_bare(figure))
    return Cell(figure["text"], plain_value(figure["value"]))


def _in_millions(figure: pd.Series) -> bool:
    return figure["text"].endswith(SHORT)


def _bare(figure: pd.Series) -> str:
    """The text without the unit, which stands at the row's name."""
    return figure["text"].removesuffix(SHORT)


def _shown(report: Report, row: dict) -> dict[str, pd.Series]:
    """The figures of a row that are known, by column; the source's own changes first."""
    year, level = report.month.year, row["level"]
    found = {}
    if pd.notna(row["value"]):
        found["value"] = _level(report, row, "value", year)
    if pd.notna(row["before"]):
        found["before"] = _level(report, row, "before", year - 1)
    if pd.notna(row["earlier"]):
        found["earlier"] = _level(report, row, "earlier", year - 2)
    if pd.notna(row["printed_change"]):
        found["difference"] = _printed(report, row, "change", "printed_change")
    elif pd.notna(row["difference"]):
        figure = _figure(report, row, level, "difference", year, "difference_to_last_year")
        both = (row["value"], row["before"])
        figure["text"] = signed(_level_text(report, level, row["difference"], both, apart=True))
        found["difference"] = figure
    if pd.notna(row["printed_percent"]):
        found["percent"] = _printed(report, row, "percent", "printed_percent")
    elif pd.notna(row["difference_percent"]):
        found["percent"] = _computed_percent(report, row)
    return found


def _computed_percent(report: Report, row: dict) -> pd.Series:
    figure = _figure(
        report, row, row["level"], "difference_percent", report.month.year, "vs_last_year"
    )
    figure["text"] = signed(number_text(row["difference_percent"], "percent", 1))
    return figure


def _level(report: Report, row: dict, column: str, year: int) -> pd.Series:
    figure = _figure(report, row, row["level"], column, year, "actual")
    both = (row["value"], row["before"])
    figure["text"] = _level_text(report, row["level"], row[column], both)
    return figure


def _level_text(
    report: Report, id_: str, value: float, both: tuple[float, float], apart: bool = False
) -> str:
    """A level's text, or with `apart` that of what lies between two levels."""
    unit = report.indicators[id_].unit
    if apart and unit == "percent":
        unit = "percentage_points"
    if unit == "SEK":
        return decimal_text(value / MILLION, decimals_of(both)) + SHORT
    places = report.decimals.get(id_, report.indicators[id_].decimals)
    return number_text(value, unit, places)


def _printed(report: Report, row: dict, id_: str, column: str) -> pd.Series:
    """A change that the source prints itself."""
    figure = _figure(report, row, row[id_], column, report.month.year, "actual", row["source"])
    if report.indicators[row[id_]].unit == "SEK":
        frame = in_millions(figure.to_frame().T, decimals_of([row[column]]), sign=True, unit=SHORT)
        return frame.iloc[0]
    figure["text"] = signed(figure["text"])
    return figure


def _figure(
    report: Report, row: dict, id_: str, column: str, year: int, scenario: str, source: str = ""
) -> pd.Series:
    formulas_ = {
        "value": row["source"],
        "earlier": row["source"],
        "before": row["source"]
        if row["before_from"] == "same"
        else "Beräknat: året − förändringen",
        "difference": "Beräknat: året − året före",
        "difference_percent": "Beräknat: (året − året före) / året före",
    }
    key = {name: row[name] for name in formulas.BY if name not in ("region", "scenario")}
    key |= {"span": "year", "period": str(year), "scenario": scenario}
    synthetic = row["status"] == "synthetic"
    made = report.computed(id_, row[column], "", synthetic=synthetic, **key).iloc[0].copy()
    made["source"] = source or formulas_[column]
    return made


def _note(report: Report, row: dict) -> str:
    """What a reader must know: other results of the source's own figures, breaks, its remarks."""
    parts = []
    if formulas.differs(pd.Series(row)):
        computed = _computed_percent(report, row)
        parts.append(f"av talen följer {computed['text']}")
    if row["before_from"] == "change":
        parts.append(f"{report.month.year - 1} beräknat av förändringen")
    if not row["comparable"]:
        parts.append("seriebrott mellan åren")
    remarks = str(row["note"] or "").split("; ")
    parts += [part for part in remarks if part and not part.startswith(GENERAL_NOTES)]
    return capitalised("; ".join(parts))


def _name(report: Report, row: dict) -> str:
    """`Läkarbesök, distans`, `Vaccinationer, primärvård`, `Första besök … (väntande)`."""
    first = next(id_ for id_ in (row["level"], row["change"], row["percent"]) if id_)
    name = report.name_and_unit(first)
    name += CONTACT_FORMS.get(row["contact_form"], "")
    kind = row["care_type"]
    if kind:
        name += f", {AREAS.get(kind) or CARE_TYPES.get(kind, kind)}"
    if row["unit"]:
        name += f", {report.settings.shown(row['unit'])}"
    return f"{name} ({BASES[row['basis']]})" if row["level"] in WAITING_FIRST else name


def reading_note(report: Report) -> Published:
    """How a year is made where the source has none."""
    if report.month.number != DECEMBER:
        return nothing()
    return Published(
        "Där källan saknar ett värde för året är det beräknat av årets tolv månader: antal läggs "
        "ihop, andelar är summan av täljarna genom summan av nämnarna, och vårdplatser vägs efter "
        "månadernas dagar. Väntande räknas vid varje månadsskifte, så samma patient kan ingå flera "
        "gånger. Ett år jämförs bara med ett år som är beräknat på samma sätt."
    )


def summary(report: Report) -> Published:
    """The year in a few sentences: the money first, then care."""
    if report.month.number != DECEMBER:
        return nothing()
    paragraph = Paragraph(report.indicators)
    _say_result(report, paragraph)
    _say_costs(report, paragraph)
    _say_beds(report, paragraph)
    _say_access(report, paragraph)
    return paragraph.published(
        f"Underlaget för {plain(report.region.name)} räcker inte till en jämförelse mellan "
        f"{report.month.year} och {report.month.year - 1}."
    )


def _year_of(report: Report, id_: str) -> pd.Series | None:
    """The full year's only value of an economic measure, printed or from base figures."""
    found = scorecard_lines.part(report, id_).outcome
    if len(found.values) != 1 or found.lag_months:
        return None
    return report.with_text(found.rows).iloc[0]


def _say_result(report: Report, paragraph: Paragraph) -> None:
    deviation = _year_of(report, "budget_deviation")
    if deviation is None:
        return
    size = amount(deviation, decimals_of([deviation["value"]]), size=True)
    way = "bättre" if deviation["value"] >= 0 else "sämre"
    paragraph.say(
        f"Hälso- och sjukvården i {plain(report.region.name)} gick "
        f"**{paragraph.number(size, unit=False)}** {way} än budget under {report.month.year}."
    )


def _say_costs(report: Report, paragraph: Paragraph) -> None:
    told = []
    for id_, name in (
        ("gross_cost_development", "kostnaderna"),
        ("revenue_change_pct", "intäkterna"),
        ("net_cost_development", "nettokostnaderna"),
    ):
        figure = _year_of(report, id_)
        if figure is not None:
            way = "ökade" if figure["value"] >= 0 else "minskade"
            told.append(f"{name} {way} med {paragraph.number(_size(report, figure))}")
    if told:
        sentence = ", ".join(told[:-1]) + (" och " if len(told) > 1 else "") + told[-1]
        paragraph.say(f"{capitalised(sentence)} jämfört med {report.month.year - 1}.")


def _size(report: Report, figure: pd.Series) -> pd.Series:
    """A figure with its text without a sign, for a sentence that says which way it goes."""
    shown = figure.copy()
    shown["text"] = str(figure["text"]).lstrip("−+")
    return shown


def _row(report: Report, subject: str, level: str) -> dict | None:
    found = compared(report, subject)
    rows = found[(found["level"] == level) & found["value"].notna()] if len(found) else found
    return rows.iloc[0].to_dict() if len(rows) else None


def _say_beds(report: Report, paragraph: Paragraph) -> None:
    row = _row(report, "capacity", "available_beds")
    if row is None:
        return
    shown = _shown(report, row)
    said = f"Regionen hade i genomsnitt {paragraph.number(shown['value'])} disponibla".replace(
        f"{NBSP}vårdplatser disponibla", f"{NBSP}disponibla vårdplatser"
    )
    if "difference" in shown:
        way = "fler" if row["difference"] >= 0 else "färre"
        change = paragraph.number(_size(report, shown["difference"]), unit=False)
        said += f", {change} {way} än året före"
    paragraph.say(said + ".")


def _say_access(report: Report, paragraph: Paragraph) -> None:
    row = _row(report, "access", "first_visit_90d")
    if row is None or row["basis"] != "completed":
        return
    shown = _shown(report, row)
    said = f"{paragraph.number(shown['value'])} av de första besöken skedde inom 90 dagar"
    if "before" in shown:
        said += f", mot {paragraph.number(shown['before'])} året före"
    paragraph.say(said + ".")


def key_figures(report: Report) -> Published:
    """The year's key figures side by side."""
    if report.month.number != DECEMBER:
        return nothing()
    made, figures = [], []
    for id_ in CARDS:
        figure = _year_of(report, id_)
        if figure is not None:
            figures.append(scorecard_lines.shown(report, figure.to_frame().T).iloc[0])
            year = report.month.year
            detail = f"Helåret {year}" if id_ == "budget_deviation" else f"Mot {year - 1}"
            made.append(cards.Card(figures[-1]["text"], report.name(id_), (detail,)))
    for subject in ("capacity", "access", "workforce"):
        for level in LEVELS:
            row = _row(report, subject, level)
            if row is not None:
                shown = _shown(report, row)
                figures += list(shown.values())
                detail = (f"Året före: {shown['before']['text']}",) if "before" in shown else ()
                made.append(cards.Card(shown["value"]["text"], _name(report, row), detail))
    shown_cards = made[:MOST_CARDS]
    if not shown_cards:
        return nothing()
    return cards.row(shown_cards, pd.DataFrame(figures), report.look)
