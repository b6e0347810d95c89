"""Money that is earned: by month and measure, requirements against outcome, and the scenarios."""

from collections.abc import Iterator

import pandas as pd

from vardlaget.catalogue.agreements import Part
from vardlaget.catalogue.grant_rules import Measure
from vardlaget.indicators import grants as formulas
from vardlaget.indicators.periods import year_before
from vardlaget.observations import select
from vardlaget.present import tables
from vardlaget.present.care_guarantee import BASES
from vardlaget.present.figures import Published, nothing
from vardlaget.present.grants.account import (
    UNVERIFIED,
    Account,
    accounts,
    amount,
    bonus,
    cell,
    doubt,
    figure,
    marked,
    outlook,
    unit_of,
)
from vardlaget.present.grants.calculation import monthly_figures
from vardlaget.present.numbers import number_text
from vardlaget.present.sentences import listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

ALL = "Alla mätpunkter"
STATUS = {
    "met": "uppfyllt",
    "not_met": "inte uppfyllt",
    "unknown": "okänt",
    "open": "återstår",
    "unconditional": "utan krav",
}
REASONS = {
    "no_rule": "kravet är inte känt",
    "no_months": "kravet är inte känt",
    "no_threshold": "nivån är inte känd",
    "no_figure": "uppgift saknas",
    "no_figure_last_year": "uppgift för året före saknas",
    "series_break": "tidsseriebrott",
    "contradiction": "källorna skiljer sig åt",
    "bases_differ": "mätbaserna ger olika svar",
    "no_direction": "kravet är inte känt",
}
COMPARISONS = {
    "improvement": "bättre än samma månad året före",
    "level": "minst {level}",
    "improvement_or_level": "bättre än samma månad året före, eller minst {level}",
}
# Rows of the scenarios: the indicator, the column of `formulas.scenarios`, its words.
SCENARIOS = [
    ("region_amount", "entitled", "Om alla krav uppfylls"),
    ("earned", "earned", "Intjänat hittills"),
    ("lost", "lost", "Förlorat hittills"),
    ("open", "open", "Öppet: återstår eller är inte känt"),
    ("maximum", "maximum", "Högst, med det som förlorats avdraget"),
    ("persisting", "persisting", "Om nuvarande resultat består"),
]
BONUS = (
    ("bonus_pot", "Bonuspott i riket (antagande)"),
    ("bonus_amount", "Regionens del av bonuspotten (antagande)"),
)


def _known_performance(report: Report) -> Iterator[tuple[Account, Part]]:
    """The performance parts with measures and an amount for the region."""
    for account in accounts(report):
        known = account.known(report.region.code)
        for part in account.performance():
            if part in known and part.measures:
                yield account, part


def measure_table(report: Report) -> Published:
    """What each measure gives for one month and for all months, and their sum."""
    rows, figures, counts = [], [], set()
    for account, part in _known_performance(report):
        month, measure = monthly_figures(report, account, part)
        whole = amount(report, account, part)
        counts.add(part.month_count)
        for name, one in part.measure_names().items():
            year = _measure_year(report, account, part, name)
            figures += [measure, year]
            rows.append((report.name(one.indicator), {"month": cell(measure), "year": cell(year)}))
        figures += [month, whole]
        rows.append((_all(part, len(rows)), {"month": cell(month), "year": cell(whole)}))
    months = f"{counts.pop()} månader" if len(counts) == 1 else "Alla månader"
    columns = [Column("month", "En månad"), Column("year", months)]
    return tables.table(
        "statsbidrag_prestation",
        "Mätpunkt",
        columns,
        rows,
        pd.concat(figures) if figures else None,
        emphasised=tuple(label for label, _ in rows if label.startswith(ALL)),
        year=str(report.month.year),
        doubt=doubt([part for _, part in _known_performance(report)]),
    )


def _all(part: Part, rows_before: int) -> str:
    """The label of a part's sum; with its name where other parts stand above it."""
    return ALL if rows_before == len(part.measures) else f"{ALL}, {part.name}"


def _measure_year(report: Report, account: Account, part: Part, measure: str) -> pd.DataFrame:
    own = account.own
    mine = own[(own["part"] == part.id) & (own["measure"] == measure)]
    exact = formulas.whole_kronor(sum(mine["exact"]))
    unit = unit_of(report, account, part, measure)
    return figure(report, "region_amount", exact, unit, "beloppet / antalet mätpunkter")


def stake_table(report: Report) -> Published:
    """Each requirement: outcome, a year before, status, kronor next month, patients short."""
    rows, figures = [], []
    for account in accounts(report):
        results = formulas.Results(report.own)
        stake = formulas.at_stake(account.own, account.agreement, report.month)
        for part in account.in_play(report.month):
            for name, measure in part.measure_names().items():
                cells, shown = _stake(report, account, part, name, measure, stake, results)
                rows.append((report.name(measure.indicator), cells))
                figures += shown
    columns = [
        Column("now", "Utfall", align="left"),
        Column("before", "Samma månad året före", align="left"),
        Column("status", "Status", align="left"),
        Column("short", "Patienter som fattades"),
        Column("stake", "Kronor nästa månad"),
    ]
    shown = pd.concat(figures) if figures else None
    parts = [part for account in accounts(report) for part in account.in_play(report.month)]
    return tables.table(
        "statsbidrag_krav",
        "Mått",
        columns,
        _merged(rows),
        shown,
        period=report.month.words,
        doubt=doubt(parts),
    )


def _merged(rows: list) -> list:
    """A requirement that several parts share with the same cells stands once."""
    found = []
    for row in rows:
        if row not in found:
            found.append(row)
    return found


def _stake(report, account, part: Part, name: str, measure: Measure, stake, results):
    unit = unit_of(report, account, part, name)
    month = str(report.month)
    mine = stake[(stake["part"] == part.id) & (stake["measure"] == name)]
    kronor = mine["at_stake"].iloc[0] if len(mine) else None
    how = "beloppet för en månad och mätpunkt"
    at_stake = _if_it_counts(figure(report, "at_stake", kronor, unit, how), len(mine) > 0)
    short = formulas.patients_short(measure, report.region.code, month, results, report.indicators)
    missing = figure(report, "patients_short", short, unit, "kravet · nämnaren − täljaren")
    missing = _if_it_counts(missing, not part.months or month in part.months)
    now, before = (_outcomes(report, measure, when) for when in (month, year_before(month)))
    cells = {
        "now": _joined(now),
        "before": _joined(before),
        "status": Cell(_status(account, part, name, month)),
        "short": cell(missing),
        "stake": cell(at_stake),
    }
    return cells, [now, before, missing, at_stake]


def stake_text(report: Report) -> Published:
    """What each part requires in a month, and of which measures."""
    items = []
    for account in accounts(report):
        for part in account.in_play(report.month):
            rules: dict[str, list[str]] = {}
            for measure in part.measures:
                rule = _rule(report, measure)
                rules.setdefault(rule, []).append(report.name(measure.indicator))
            for rule, names in rules.items():
                of = "alla mått" if len(rules) == 1 and len(names) > 1 else listed(names)
                items.append(f"- ”{plain(part.name)}”, krav för {plain(of)}: {plain(rule)}.")
    if not items:
        return nothing()
    return Published("Så bedöms en månad:\n\n" + "\n".join(items))


def _if_it_counts(found: pd.DataFrame, counts: bool) -> pd.DataFrame:
    """A figure; "not applicable" for a month that the agreement does not count."""
    return found if counts else found.assign(status="not_applicable", text=".", value=float("nan"))


def _rule(report: Report, measure: Measure) -> str:
    if measure.comparison is None:
        return UNVERIFIED
    if measure.threshold is None:
        level = "hög måluppfyllelse (nivån är ej verifierad)"
        return COMPARISONS[measure.comparison].format(level=level).replace("minst hög", "hög")
    unit = report.indicators[measure.indicator].unit
    level = number_text(measure.threshold, unit, 0)
    words = COMPARISONS[measure.comparison].format(level=level)
    return words if measure.direction == "higher" else words.replace("minst", "högst")


def _outcomes(report: Report, measure: Measure, period: str) -> pd.DataFrame:
    rows = select(report.own, indicator=measure.indicator, unit="", span="month", period=period)
    return rows[rows["basis"].isin([*measure.bases, ""])]


def _joined(rows: pd.DataFrame) -> Cell:
    """The values as text, with their basis; `..` where there is none."""
    texts = [
        f"{row.text} ({BASES[row.basis]})" if row.basis else row.text for row in rows.itertuples()
    ]
    return Cell(" / ".join(dict.fromkeys(texts)) or "..")


def _status(account: Account, part: Part, measure: str, month: str) -> str:
    """The requirement's status in the month, in words."""
    own = account.own
    mine = own[(own["part"] == part.id) & (own["measure"] == measure)]
    if part.months:
        mine = mine[mine["month"] == month]
    if mine.empty:
        return "månaden räknas inte"
    line = mine.iloc[0]
    reason = REASONS.get(line["reason"])
    return f"{STATUS[line['status']]}: {reason}" if reason else STATUS[line["status"]]


def outlook_table(report: Report) -> Published:
    """The scenarios by part, with the bonus pot as an assumption."""
    parts = [(a, part) for a in accounts(report) for part in a.known(report.region.code)]
    columns = [Column(str(n), marked(part)) for n, (_, part) in enumerate(parts)]
    rows, figures = [], []
    for id_, column, words in SCENARIOS:
        found = [_scenario(report, account, part, id_, column) for account, part in parts]
        rows.append((words, {str(n): cell(one) for n, one in enumerate(found)}))
        figures += found
    with_bonus = [part for _, part in parts if part.bonus]
    for index, (id_, words) in enumerate(BONUS if with_bonus else ()):
        cells = {}
        for n, (account, part) in enumerate(parts):
            if not part.bonus:
                cells[str(n)] = Cell(".")
                continue
            pot, shares = bonus(account, part)
            kronor = (pot, shares.get(report.region.code))[index]
            unit = unit_of(report, account, part)
            one = figure(report, id_, kronor, unit, "antagande, se definitionen")
            cells[str(n)] = cell(one)
            figures.append(one)
        rows.append((words, cells))
    return tables.table(
        "statsbidrag_utfall",
        "Utfall",
        columns,
        rows if parts else [],
        pd.concat(figures) if figures else None,
        period=report.month.words,
    )


def _scenario(report: Report, account: Account, part: Part, id_: str, column: str):
    row = outlook(account).set_index("part").loc[part.id]
    unit = unit_of(report, account, part)
    return figure(report, id_, row[column], unit, "summan av månader och krav")


def outlook_text(report: Report) -> Published:
    """What the scenarios stand for, and what is assumed."""
    found = [part for account in accounts(report) for part in account.agreement.parts]
    sentences = [
        "Öppet är det som varken är intjänat eller förlorat: månader som återstår, medel som "
        "beslutas senare, och månader där utfall eller krav inte är kända. Om nuvarande resultat "
        "består räknas varje krav som det senast avgjordes; uppgift saknas (..) för krav som inte "
        "har kunnat avgöras."
    ]
    names = [plain(part.name) for part in found if part.bonus]
    if names:
        sentences.append(
            f"Bonuspotten gäller {listed(names)}. Antagande, ej verifierat: medel som regioner "
            f"inte tjänar in fördelas efter nyckeln bland de regioner som har tjänat in något. "
            f"Potten kan räknas först när utfallet är känt för alla regioner."
        )
    return Published(" ".join(sentences)) if found else nothing()
