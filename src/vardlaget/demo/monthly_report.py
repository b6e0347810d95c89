"""The tables of a region's monthly report: production, income, worked time, sick leave."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vardlaget.demo.files import Cell, Sheet
from vardlaget.periods import Month

if TYPE_CHECKING:
    from vardlaget.demo.exports import Rest

_MILLION = 1e6
_AREAS = (
    ("- Varav somatisk vård", "somatic"),
    ("- Varav psykiatrisk vård", "psychiatric"),
    ("- Varav övrig primärvård", "primary_care"),
)
_VISITS = (
    ("Läkarbesök", "production.doctor_visits", "on_site"),
    ("Läkarbesök - Distans", "production.doctor_visits", "remote"),
    ("Besök, övriga yrkesgrupper", "production.other_visits", "on_site"),
    ("Besök, övriga yrkesgrupper - Distans", "production.other_visits", "remote"),
)
_COUNTS = (
    ("Dagmedicin och Övrig dagsjukvård", "production.day_care", ""),
    ("Vaccinationer", "production.vaccinations", ""),
    ("Vårdtillfällen - somatik (utskrivna)", "production.care_episodes", "somatic"),
    ("Vårddagar - somatik exkl perm (utskrivna)", "production.care_days", "somatic"),
    ("Vårddagar - psykiatri exkl perm (belagda)", "production.care_days", "psychiatric"),
    ("Operationer totalt", "production.operations", ""),
    ("- Varav slutenvårdsoperationer", "production.operations", "inpatient"),
    ("- Varav dagkirurgi", "production.operations", "day_surgery"),
    ("- Varav klinikegna operationer", "production.operations", "clinic"),
    ("Knivtid", "production.operating_time", ""),
    ("DRG-poäng totalt (1 mån släp)", "production.drg_points", ""),
    ("- Varav DRG-poäng öppenvård (1 mån släp)", "production.drg_points", "outpatient"),
    ("- Varav DRG-poäng slutenvård (1 mån släp)", "production.drg_points", "inpatient"),
)
_ACCOUNTS = (
    ("Intäkter", ""),
    ("Patientavgifter", "income.patient_fees"),
    ("Ersättning vårdtjänster", "income.care_services"),
    ("Regionersättning", "income.regional_funding"),
    ("Försäljning av tjänster", "income.sales_of_services"),
    ("Övriga intäkter", "income.other_revenue"),
    ("Summa Intäkter", "income.total_revenue"),
    ("Kostnader", ""),
    ("Personalkostnader", "income.staff_costs"),
    ("- Varav externt inhyrd personal", "income.agency_staff"),
    ("- Varav övertid/mertid", "income.overtime"),
    ("Köpt vård", "income.purchased_care"),
    ("Läkemedelskostnader", "income.medicines"),
    ("Tekniska hjälpmedel", "income.assistive_devices"),
    ("Material och tjänster", "income.materials_and_services"),
    ("Lokalkostnader", "income.premises"),
    ("Övriga verksamhetskostnader", "income.other_operating_costs"),
    ("Summa Kostnader", "income.total_costs"),
    ("Resultat", "income.result"),
)
_WORKERS = {
    "- varav läkare": "doctor",
    "- varav sjuksköterskor": "nurse",
    "- varav undersköterskor": "assistant_nurse",
    "- varav övriga": "other",
}
_WORKED = (
    ("Utförd arbetstid egen personal", "worked_time.own_staff", True),
    ("- varav övertid/mertid", "worked_time.own_staff_overtime", False),
    ("- varav timavlönade", "worked_time.own_staff_hourly_paid", False),
    ("Utförd arbetstid resursenheten", "worked_time.resource_unit", True),
    (
        "Utförd arbetstid externt inhyrd personal (baserat på kostnad)",
        "worked_time.agency_staff",
        True,
    ),
    (
        "Justering för jmf. mellan åren - fler eller färre arbetsdagar (mån-fre)",
        "worked_time.working_days_adjustment",
        False,
    ),
    (
        "Justering för jmf. mellan åren - en extra dag i februari vid skottår (arb med schema)",
        "worked_time.leap_day_adjustment",
        False,
    ),
    ("Arbetad tid inkl jour/beredskap", "worked_time.total_including_on_call", False),
    ("Avdrag arbetad tid under jour/beredskap", "worked_time.on_call_deduction", False),
    ("Arbetad tid exkl jour/beredskap", "worked_time.total_excluding_on_call", False),
    (
        "Antal årsarbetare utifrån arbetad tid exkl jour/beredskap",
        "full_time_equivalents",
        False,
    ),
)
_SICK = (
    ("Total sjukfrånvaro", "sick_leave", {}),
    ("varav korttidssjukfrånvaro, dag 1-14", "sick_leave_short", {}),
    ("andel långtidsfrånvaro över 60 dagar", "sick_leave_long", {}),
    ("Män", "sick_leave", {"sex": "men"}),
    ("Kvinnor", "sick_leave", {"sex": "women"}),
    ("Anställda -29 år", "sick_leave", {"age_group": "-29"}),
    ("Anställda 30-49 år", "sick_leave", {"age_group": "30-49"}),
    ("Anställda 50 år-", "sick_leave", {"age_group": "50-"}),
)


@dataclass(frozen=True)
class Line:
    """A row of a table: its label, what it measures (nothing: a heading), and its breakdowns."""

    label: str
    indicator: str
    key: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column of figures: its header, span, scenario and how many years back."""

    header: str | tuple[str, str]
    span: str
    scenario: str
    years_back: int


_PLAN_COLUMNS = (
    Column(("Ack utf", "Inn År"), "ytd", "actual", 0),
    Column(("Ack Bud", "Inn år"), "ytd", "budget", 0),
    Column(("Ack utf", "Fg År"), "ytd", "actual", 1),
    Column(("Helår", "Prognos"), "year", "forecast", 0),
    Column(("Helår", "Budget"), "year", "budget", 0),
    Column(("Bokslut Utf", "Fg år"), "year", "actual", 1),
)
_ACCOUNT_COLUMNS = (
    Column("Ack utfall Inn år", "ytd", "actual", 0),
    Column("Ack Budget Inn år", "ytd", "budget", 0),
    Column("Ack Utfall Fg år", "ytd", "actual", 1),
    Column("Helår Prognos", "year", "forecast", 0),
    Column("Helår Budget", "year", "budget", 0),
    Column("Bokslut Utf Fg år", "year", "actual", 1),
)
_YEAR_COLUMNS = (
    Column("Innevarande År", "ytd", "actual", 0),
    Column("Föregående År", "ytd", "actual", 1),
)
_SICK_COLUMNS = (
    Column("Föregående år", "ytd", "actual", 1),
    Column("Innevarande år", "ytd", "actual", 0),
)


def sheets(rest: "Rest", last: Month) -> list[Sheet]:
    """The report's tables, without those that have no line."""
    lag = 0 if last.number == 12 else 1
    made = [
        _sheet(rest, last, "Produktion", "Sammanställning produktion", _own_lines(), _PLAN_COLUMNS),
        _sheet(
            rest,
            last,
            "Produktion vårdcentraler",
            "Sammanställning produktion - Privata och regiondrivna vårdcentraler",
            _centre_lines(),
            _PLAN_COLUMNS,
        ),
        _sheet(
            rest,
            last,
            "Resultaträkning",
            "Förenklad resultaträkning (mkr)",
            [Line(label, id_) for label, id_ in _ACCOUNTS],
            _ACCOUNT_COLUMNS,
            per=_MILLION,
            decimals=1,
        ),
        _with_changes(
            _sheet(
                rest,
                last,
                "Arbetad tid",
                "Arbetad tid (ack)",
                _worked_lines(),
                _YEAR_COLUMNS,
                lag=lag,
            )
        ),
        _sheet(
            rest,
            last,
            "Sjukfrånvaro",
            "Sjukfrånvaro % (ack)",
            [Line(label, id_, key) for label, id_, key in _SICK],
            _SICK_COLUMNS,
            decimals=1,
        ),
    ]
    return [sheet for sheet in made if sheet is not None]


def _own_lines() -> list[Line]:
    made = []
    for label, id_, form in _VISITS:
        key = {"provider": "own", "contact_form": form}
        made.append(Line(label, id_, key))
        made += [Line(area, id_, key | {"care_type": care}) for area, care in _AREAS]
    for label, id_, care in _COUNTS:
        made.append(Line(label, id_, {"provider": "own", "care_type": care}))
    return made


def _centre_lines() -> list[Line]:
    key = {"provider": "health_centres"}
    made = [Line(label, id_, key | {"contact_form": form}) for label, id_, form in _VISITS]
    return [*made, Line("Vaccinationer", "production.vaccinations", key)]


def _worked_lines() -> list[Line]:
    made = []
    for label, id_, by_profession in _WORKED:
        made.append(Line(label, id_))
        if by_profession:
            made += [Line(part, id_, {"profession": who}) for part, who in _WORKERS.items()]
    return made


def _sheet(
    rest: "Rest",
    last: Month,
    name: str,
    title: str,
    lines: list[Line],
    columns: tuple[Column, ...],
    *,
    lag: int = 0,
    per: float = 1.0,
    decimals: int = 0,
) -> Sheet | None:
    """One table; its lines have all the columns that are not empty in every line."""
    found = [[_figure(rest, last, line, column, lag) for column in columns] for line in lines]
    told = [any(row[place] is not None for row in found) for place in range(len(columns))]
    made: list[list[Cell]] = []
    any_line = False
    for line, row in zip(lines, found, strict=True):
        if not line.indicator:
            made.append([line.label, *[None] * len(columns)])
        elif all(cell is not None for cell, wanted in zip(row, told, strict=True) if wanted):
            if not any(told):
                continue
            any_line = True
            rest.taken(cell for cell in row if cell is not None)
            values = [None if cell is None else rest.frame.at[cell, "value"] for cell in row]
            numbers = [None if v is None else round(float(v) / per, decimals) for v in values]
            made.append([line.label, *numbers])
    titles = rest.titles(title, last.words.capitalize())
    header = ["", *(column.header for column in columns)]
    return Sheet(name, titles, header, made) if any_line else None


def _figure(rest: "Rest", last: Month, line: Line, column: Column, lag: int) -> int | None:
    """The place of the row of the one table that stands in a cell, or None."""
    lag += 1 if line.indicator == "production.drg_points" else 0
    month = last.minus(12 * column.years_back + lag)
    period = str(month) if column.span == "ytd" else str(last.year - column.years_back)
    return rest.figure(column.span, column.scenario, period, indicator=line.indicator, **line.key)


def _with_changes(sheet: Sheet | None) -> Sheet | None:
    """This year and last year with the change between them, where both are told."""
    if sheet is None:
        return None
    rows = []
    for label, now, before in sheet.rows:
        known = isinstance(now, float) and isinstance(before, float)
        change = round(now - before, 1) if known else None
        percent = round(100 * change / abs(before), 2) if known and before else None
        rows.append([label, now, change, percent, before])
    header = ["", "Innevarande År", "Förändring", "Förändring %", "Föregående År"]
    return Sheet(sheet.name, sheet.titles, header, rows)
