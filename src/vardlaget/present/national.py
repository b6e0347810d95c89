"""The national overview: all regions side by side for a month, in text and charts.

The tables and the part for each region are in `national_tables`.
"""

from collections.abc import Callable, Iterable
from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import national as formulas
from vardlaget.indicators.national import Headline
from vardlaget.present import charts, national_charts
from vardlaget.present.care_guarantee import BASES, fact
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import decimal_text, rounded, signed
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.report import Report

# The parts of the overview, each with its measures in order; short enough for a table's head.
GROUPS = {
    "primary_care": {
        Headline("phone_same_day", "completed"): "Telefon samma dag",
        Headline("medical_assessment_3d", "completed"): "Bedömning inom 3 dagar",
    },
    "first_visit": {
        Headline("first_visit_90d", "waiting"): "Besök inom 90 dagar, väntande",
        Headline("first_visit_90d", "completed"): "Besök inom 90 dagar, genomförda",
    },
    "treatment": {
        Headline("treatment_90d", "waiting"): "Operation inom 90 dagar, väntande",
        Headline("treatment_90d", "completed"): "Operation inom 90 dagar, genomförda",
    },
    "long_waits": {
        Headline("first_visit_over_150d", "waiting"): "Besök, väntat över 150 dagar",
        Headline("treatment_over_150d", "waiting"): "Operation, väntat över 150 dagar",
    },
    "child_psychiatry": {
        Headline("cap_first_visit_30d", "completed"): "BUP, besök inom 30 dagar",
        Headline("cap_assessment_30d", "completed"): "BUP, utredning inom 30 dagar",
        Headline("cap_treatment_30d", "completed"): "BUP, behandling inom 30 dagar",
    },
    "beds": {
        Headline("bed_occupancy"): "Beläggningsgrad",
        Headline("available_beds_per_1000"): "Vårdplatser per 1\u00a0000 invånare",
    },
    "pressure": {
        Headline("overcrowding_per_100"): "Överbeläggningar per 100 vårdplatser",
        Headline("displaced_per_100"): "Utlokaliserade per 100 vårdplatser",
    },
}
NAMES = {headline: name for group in GROUPS.values() for headline, name in group.items()}
# What is drawn together on one axis, and what stands in one heat map.
DRAWN = {
    "access": tuple(
        headline
        for name in ("primary_care", "first_visit", "treatment", "long_waits")
        for headline in GROUPS[name]
    ),
    "child_psychiatry": tuple(GROUPS["child_psychiatry"]),
    "occupancy": (Headline("bed_occupancy"),),
    "pressure": tuple(GROUPS["pressure"]),
    "beds": (Headline("available_beds_per_1000"),),
}
AXES = {"percent": ("Andel", " %"), "count": ("Per 100 vårdplatser", ""), "beds": ("Antal", "")}
HEATED = {
    "access": DRAWN["access"],
    "capacity": (*GROUPS["child_psychiatry"], *GROUPS["beds"], *GROUPS["pressure"]),
}
# What the summary and the key figures tell.
LEADS = (
    Headline("phone_same_day", "completed"),
    Headline("medical_assessment_3d", "completed"),
    Headline("first_visit_90d", "waiting"),
    Headline("treatment_90d", "waiting"),
)
TELLING = 3


@cache
def overview(report: Report) -> dict[Headline, pd.DataFrame]:
    """`national.side_by_side` of each measure that enough regions report, with text.

    Adds change_text. Empty for a region's own report: the overview is the country's.
    """
    if report.region.code != COUNTRY or report.compared.empty:
        return {}
    codes = [region.code for region in report.regions]
    frame = formulas.completed(report.compared, report.populations, report.indicators, set(codes))
    found = {}
    for headline in NAMES:
        lag = report.indicators[headline.indicator].lag_months
        period = formulas.newest_period(frame, headline, report.month, lag)
        if period:
            shown = _shown(report, headline)
            rows = formulas.side_by_side(frame, headline, period, report.indicators, codes, shown)
            found[headline] = _told(report, rows)
    return found


def _places(report: Report, id_: str) -> int:
    return report.decimals.get(id_, report.indicators[id_].decimals)


def _shown(report: Report, headline: Headline) -> Callable[[float], float]:
    """The number that a reader sees of a value."""
    places = _places(report, headline.indicator)
    return lambda value: float(rounded(value, places))


def _told(report: Report, rows: pd.DataFrame) -> pd.DataFrame:
    places = _places(report, str(rows["indicator"].iloc[0]))
    known = rows["change"].notna() & rows["comparable"]
    texts = [
        signed(decimal_text(change, places)) if told else ".."
        for change, told in zip(rows["change"], known, strict=True)
    ]
    return report.with_text(rows).assign(change_text=texts)


def changes(rows: pd.DataFrame) -> pd.DataFrame:
    """The changes in a year as figures of their own."""
    known = rows[rows["change_text"] != ".."]
    return known.assign(
        value=known["change"],
        text=known["change_text"],
        numerator=float("nan"),
        denominator=float("nan"),
        scenario="vs_last_year",
        source="Beräknat: månaden − samma månad föregående år",
    )


def available(report: Report) -> Published:
    """Which parts of the overview, and which regions, have figures."""
    found = overview(report)
    flags = {"national": bool(found)}
    for name, group in GROUPS.items():
        flags[f"national_{name}"] = any(headline in found for headline in group)
    for name, headlines in HEATED.items():
        flags[f"national_heat_{name}"] = bool(chosen(found, headlines))
    for name, headlines in DRAWN.items():
        flags[f"national_spread_{name}"] = bool(chosen(found, headlines))
    flags["national_cards"] = any(
        rows.set_index("region")["value"].notna()[COUNTRY] for rows in chosen(found, LEADS).values()
    )
    for region in report.regions:
        flags[f"national_region_{region.code}"] = any(
            rows.set_index("region")["value"].notna()[region.code] for rows in found.values()
        )
    return values(flags)


def chosen(found: dict, wanted: Iterable[Headline]) -> dict[Headline, pd.DataFrame]:
    """Those of the wanted measures that are found, in the order wanted."""
    return {headline: found[headline] for headline in wanted if headline in found}


def measure_name(report: Report, headline: Headline, rows: pd.DataFrame) -> str:
    """The measure's short name, with its month where that is not the report's."""
    period = str(rows["period"].iloc[0])
    late = f" ({periods.words('month', period)})" if period != str(report.month) else ""
    return NAMES[headline] + late


@cache
def reporting(report: Report) -> list[str]:
    """The country and the regions that report any of the measures, in the order of their codes.

    `reporting_text` names the others.
    """
    silent = {code for code, missing in _gaps(report) if len(missing) == len(overview(report))}
    return [COUNTRY, *(region.code for region in report.regions if region.code not in silent)]


def region_name(report: Report, code: str) -> str:
    """The name in tables and charts: without `Region`."""
    return report.regions[code].short_name


def summary(report: Report) -> Published:
    """Of each leading measure the country's value and its change, how far apart regions lie, and
    in how many the share has grown."""
    if report.region.code != COUNTRY:
        return nothing()
    found = chosen(overview(report), LEADS)
    if not found:
        return Published(
            f"Underlaget för {report.month.words} räcker inte till en jämförelse: färre än "
            f"{count_word(formulas.FEWEST)} regioner redovisar något av måtten."
        )
    paragraph = Paragraph(report.indicators)
    told = [_measure_said(report, paragraph, *each) for each in found.items()]
    paragraph.say("\n".join(f"- {each}" for each in told))
    return paragraph.published()


def _measure_said(
    report: Report, paragraph: Paragraph, headline: Headline, rows: pd.DataFrame
) -> str:
    said = [_country_said(paragraph, headline, rows), _spread_said(report, paragraph, rows)]
    entry = report.indicators[headline.indicator]
    better, of = formulas.moved(rows, entry, _shown(report, headline))
    if of >= formulas.FEWEST:
        said.append(
            f"På ett år har andelen ökat i {count_word(better)} av {count_word(of)} regioner."
        )
    return " ".join(filter(None, said))


def _country_said(paragraph: Paragraph, headline: Headline, rows: pd.DataFrame) -> str:
    country = rows[rows["region"] == COUNTRY].iloc[0]
    if pd.isna(country["value"]):
        return ""
    after, _ = fact(headline.indicator, headline.basis)
    when = capitalised(periods.during("month", country["period"]))
    said = f"{when} {after.format(f'**{paragraph.number(country)}**')} i riket"
    if country["change_text"] != "..":
        change = changes(rows[rows["region"] == COUNTRY]).iloc[0]
        said += f" ({paragraph.number(change, unit=False)} procentenheter på ett år)"
    return said + "."


def _spread_said(report: Report, paragraph: Paragraph, rows: pd.DataFrame) -> str:
    spread = formulas.spread(rows)
    if spread is None:
        return ""
    low, high = spread.lowest, spread.highest
    names = [_alike(report, rows, each["text"]) for each in (low, high)]
    return (
        f"Lägst är andelen i {names[0]} ({paragraph.number(low)}) och högst i {names[1]} "
        f"({paragraph.number(high)})."
    )


def _alike(report: Report, rows: pd.DataFrame, text: str) -> str:
    """The regions with the same number for a reader: by name, or how many."""
    codes = rows.loc[(rows["region"] != COUNTRY) & (rows["text"] == text), "region"]
    if len(codes) > TELLING:
        return f"{count_word(len(codes))} regioner"
    return listed([plain(region_name(report, code)) for code in codes])


def _gaps(report: Report) -> list[tuple[str, tuple[str, ...]]]:
    """The regions that lack measures which others report, with those measures' names."""
    found = {headline.key: rows for headline, rows in overview(report).items()}
    names = {headline.key: name for headline, name in NAMES.items()}
    if not found:
        return []
    told = formulas.reporting(found, [region.code for region in report.regions])
    return [
        (row.region, tuple(names[key] for key in row.missing))
        for row in told.itertuples()
        if row.missing
    ]


def reporting_text(report: Report) -> Published:
    """Who reports all measures, and by name who does not, with what they lack."""
    found, gaps = overview(report), _gaps(report)
    if not found:
        return nothing()
    count = len(list(report.regions))
    measures = f"{count_word(len(found))} mått" if len(found) > 1 else "ett mått"
    hidden = _hidden_said(found)
    if not gaps:
        return Published(f"Alla {count} regioner redovisar alla {measures}.{hidden}")
    silent = [code for code, missing in gaps if len(missing) == len(found)]
    some = [(code, missing) for code, missing in gaps if code not in silent]
    lines = [
        f"{count - len(gaps)} av {count} regioner redovisar alla de {measures} som jämförs här."
        + hidden
    ]
    if silent:
        lines.append(f"Inget mått finns för {_listed(report, silent)}.")
    if some:
        lines.append("Följande saknar en del av måtten:\n")
    parts = [
        f"- {plain(report.regions[code].name)}: {plain(listed(missing).lower())}"
        if len(missing) <= TELLING
        else f"- {plain(report.regions[code].name)}: {len(missing)} av {len(found)} mått"
        for code, missing in some
    ]
    return Published("\n".join([" ".join(lines), *parts]) + "\n")


def _hidden_said(found: dict[Headline, pd.DataFrame]) -> str:
    """` Två värden visas inte (x), …`; empty where all are shown."""
    count = sum(int((rows["status"] == "suppressed").sum()) for rows in found.values())
    if not count:
        return ""
    what, they = ("ett värde", "det") if count == 1 else (f"{count_word(count)} värden", "de")
    return f" {capitalised(what)} visas inte (x): {they} skulle röja uppgifter om få personer."


def _listed(report: Report, codes: list[str]) -> str:
    return listed([plain(report.regions[code].name) for code in codes])


def heat_chart(report: Report, name: str) -> Published:
    """Regions by measures, each value coloured by the quarter of the regions that it is in."""
    found = chosen(overview(report), HEATED[name])
    if not found:
        return nothing(period=report.month.words)
    cells = []
    for headline, rows in found.items():
        told = rows[rows["region"].isin(reporting(report))]
        names = [region_name(report, code) for code in told["region"]]
        quarters = national_charts.quarters(told, measure_name(report, headline, rows))
        cells.append(quarters.assign(label=names))
    best = _facts(report, found)
    return charts.chart(
        national_charts.heat_map(pd.concat(cells), report.look),
        report.look,
        f"Värmekarta över {len(reporting(report)) - 1} regioner och {len(found)} mått. {best}",
        pd.concat(rows[rows["region"].isin(reporting(report))] for rows in found.values()),
        period=report.month.words,
    )


def _facts(report: Report, found: dict[Headline, pd.DataFrame]) -> str:
    facts = []
    for headline, rows in found.items():
        spread = formulas.spread(rows)
        if spread is not None:
            low, high = spread.lowest, spread.highest
            facts.append(
                f"{measure_name(report, headline, rows)}: från {low['text']} "
                f"({region_name(report, low['region'])}) till {high['text']} "
                f"({region_name(report, high['region'])})"
            )
    return "; ".join(facts) + "."


def spread_chart(report: Report, name: str) -> Published:
    """A line for each measure with a mark for each region; the lowest and highest by name."""
    found = chosen(overview(report), DRAWN[name])
    if not found:
        return nothing(period=report.month.words)
    rows = []
    for headline, each in found.items():
        spread = formulas.spread(each)
        ends = {}
        if spread is not None:
            ends = {spread.lowest["region"]: "lowest", spread.highest["region"]: "highest"}
        valued = each[each["value"].notna()]
        rows.append(
            valued.assign(
                label=measure_name(report, headline, each),
                name=[region_name(report, code) for code in valued["region"]],
                kind=["Riket" if code == COUNTRY else "Region" for code in valued["region"]],
                end=[ends.get(code, "") for code in valued["region"]],
            )
        )
    drawn = pd.concat(rows)
    unit = report.indicators[str(drawn["indicator"].iloc[0])].unit
    return charts.chart(
        national_charts.strips(
            drawn[["label", "name", "kind", "end", "value", "text"]], report.look, *AXES[unit]
        ),
        report.look,
        f"Punktdiagram med en punkt för varje region. {_facts(report, found)}",
        drawn,
        period=report.month.words,
    )


def basis_note(report: Report) -> Published:
    """How to read the tables: bases, ranks, the country's value."""
    if not overview(report):
        return nothing()
    waiting, completed = BASES["waiting"], BASES["completed"]
    return Published(
        f"*{waiting.capitalize()}* räknas den sista dagen i månaden och *{completed}* under "
        "månaden; de två mätbaserna ska inte jämföras med varandra. Plats 1 är bäst, och regioner "
        "med samma visade värde delar plats. Beläggningsgrad och vårdplatser per 1\u00a0000 "
        "invånare har ingen plats: varken mer eller mindre är entydigt bättre. *På ett år* är "
        "skillnaden mot samma månad året före, för andelar i procentenheter. Rikets värde är "
        "källans eget; där källan inget har är det summan av regionernas täljare genom summan av "
        "deras nämnare."
    )
