"""The development of each measure: its newest month against its own history and its target."""

from dataclasses import dataclass
from functools import cache

import pandas as pd

from vardlaget import periods
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.indicators import trend
from vardlaget.indicators.periods import newest, year_before
from vardlaget.indicators.rolling import against_last_year
from vardlaget.indicators.special_causes import RUN
from vardlaget.observations import KEY, select
from vardlaget.present import charts, tables, time_charts
from vardlaget.present.care_guarantee import BASES, SHORT_NAMES, fact, nothing_said, plain_value
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import decimal_text, number_text
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# What is followed over time, each on one basis: the care guarantee, follow-ups, 30/30/30, 1177.
SERIES = (
    ("phone_same_day", "completed"),
    ("medical_assessment_3d", "completed"),
    ("first_visit_90d", "waiting"),
    ("first_visit_90d", "completed"),
    ("treatment_90d", "waiting"),
    ("treatment_90d", "completed"),
    ("follow_up_on_time", "completed"),
    ("cap_first_visit_30d", "completed"),
    ("cap_assessment_30d", "completed"),
    ("cap_treatment_30d", "completed"),
    ("helpline_1177_wait", ""),
    ("helpline_1177_median_wait", ""),
)
# Two years and the month before them, so that a month is seen beside its like two times.
MONTHS_DRAWN = 25
# With fewer months there is no development to draw.
FEWEST = 6
VARIATION = {
    "improving": "Förbättring",
    "deteriorating": "Försämring",
    "common_cause": "Normal variation",
    "high": "Ovanligt högt",
    "low": "Ovanligt lågt",
    "too_few": "För få månader",
}
ASSURANCE = {
    "always": "● Nås stadigt",
    "never": "■ Nås inte",
    "at_random": "◆ Nås ibland",
    None: "–",
}
RULES = {
    "outside": "månaden ligger utanför styrgränserna",
    "shift": f"minst {count_word(RUN)} månader i rad ligger på samma sida om medelvärdet",
    "trend": f"minst {count_word(RUN)} månader i rad går åt samma håll",
    "two_of_three": "två av tre månader ligger nära en styrgräns",
}


@dataclass(frozen=True, eq=False)
class Judged:
    """One measure of the region with its monthly figures (with text) and its judgement."""

    indicator: str
    basis: str
    months: pd.DataFrame
    trend: trend.Trend

    @property
    def newest(self) -> pd.Series:
        return self.months.iloc[-1]


@cache
def judged(report: Report) -> tuple[Judged, ...]:
    """The measures with a value for the month, or as late as their lag allows, and a history."""
    found = [_judge(report, id_, basis) for id_, basis in SERIES]
    return tuple(each for each in found if each is not None and len(each.months) >= FEWEST)


def _judge(report: Report, id_: str, basis: str) -> Judged | None:
    rows = monthly(report, id_, basis)
    lag = report.indicators[id_].lag_months
    current = newest(rows, report.month, lag)
    if current.empty or current["value"].isna().all():
        return None
    target = report.target(id_)
    series = rows[["period", "value", "numerator", "denominator", "status"]]
    made = trend.judge_indicator(series, report.indicators[id_], target)
    return Judged(id_, basis, rows[rows["value"].notna()], made)


def monthly(report: Report, id_: str, basis: str, region: str | None = None) -> pd.DataFrame:
    """A whole region's monthly figures, without those that sources contradict."""
    rows = select(
        report.data,
        indicator=id_,
        region=region or report.region.code,
        unit="",
        basis=basis,
        span="month",
    )
    single = rows.drop_duplicates([*KEY, "value"])
    return single[~single.duplicated(list(KEY), keep=False)].sort_values("period")


def available(report: Report) -> Published:
    """Which measures have a series to judge."""
    found = judged(report)
    long = {_flag(each.indicator, each.basis): True for each in found}
    every = {_flag(id_, basis): False for id_, basis in SERIES}
    return values(every | long | {"trends": bool(long)})


def _flag(id_: str, basis: str) -> str:
    return f"trend_{id_}_{basis or 'all'}"


def label(report: Report, each: Judged) -> str:
    name = SHORT_NAMES.get(each.indicator, report.name(each.indicator))
    both = sum(id_ == each.indicator for id_, _ in SERIES) > 1
    return f"{name} ({BASES[each.basis]})" if both else name


def summary(report: Report) -> Published:
    """What has changed by more than chance, and how many false alarms to reckon with."""
    found = judged(report)
    if not found:
        return nothing_said(report, "tidsserier av väntetider")
    told = [each for each in found if each.trend.variation != "too_few"]
    if not told:
        fewest = trend.MINIMUM
        return Published(
            f"Ingen serie har ännu de {count_word(fewest)} månader i följd som styrgränser kräver; "
            "förändringar redovisas, men inget sägs om de är mer än slump."
        )
    parts = []
    for kind, words in (("improving", "förbättrats"), ("deteriorating", "försämrats")):
        names = [plain(label(report, e)) for e in told if e.trend.variation == kind]
        if names:
            head = _measures(len(names))
            parts.append(f"{head} har {words} utöver normal variation: {'; '.join(names)}.")
    calm = sum(e.trend.variation == "common_cause" for e in told)
    if calm:
        head = "Alla mått som följs" if calm == len(found) else _measures(calm)
        parts.append(f"{head} ligger inom normal variation.")
    if short := len(found) - len(told):
        parts.append(f"{_measures(short)} har för få månader för att bedömas.")
    return Published(" ".join([*parts, _tests(found)]))


def _measures(count: int) -> str:
    """`Ett mått`, `Tre mått`"""
    return "Ett mått" if count == 1 else f"{capitalised(count_word(count))} mått"


def _tests(found: tuple[Judged, ...]) -> str:
    """How much was tried: many charts at once make false alarms."""
    tried = sum(each.trend.tests for each in found)
    series = sum(each.trend.tests > 0 for each in found)
    alarms = decimal_text(trend.false_alarms([each.trend for each in found]), 2)
    return (
        f"Bedömningen bygger på {tried} test i {count_word(series)} serier; även om inget hade "
        f"förändrats vore i genomsnitt {alarms} falska utslag att vänta i dem."
    )


def sentence(report: Report, id_: str, basis: str) -> Published:
    """The newest month against the one before, and whether the change is more than chance."""
    each = next((e for e in judged(report) if (e.indicator, e.basis) == (id_, basis)), None)
    if each is None:
        return nothing()
    paragraph = Paragraph(report.indicators)
    row = each.newest
    when = capitalised(periods.during(row["span"], row["period"]))
    text = f"{when} {fact(id_, basis)[0].format(f'**{paragraph.number(row)}**')}"
    before = each.months.iloc[-2]
    text += f", jämfört med {paragraph.number(before)} {_then(before, row)}"
    paragraph.say(f"{text}; {_judgement(each)}.")
    _say_last_year(paragraph, report, each)
    return paragraph.published()


def _then(before: pd.Series, row: pd.Series) -> str:
    """`i januari`; with its year where that is another."""
    words = periods.during("month", before["period"])
    same = before["period"][:4] == row["period"][:4]
    return words.rsplit(" ", 1)[0] if same else words


def _judgement(each: Judged) -> str:
    kind = each.trend.variation
    if kind == "too_few":
        return (
            f"serien har {count_word(each.trend.used)} av de {count_word(trend.MINIMUM)} månader "
            "som krävs för att skilja förändring från slump"
        )
    if kind == "common_cause":
        return "förändringen ligger inom normal variation"
    rules = listed([RULES[rule] for rule in each.trend.rules])
    word = {
        "improving": "det är en förbättring utöver normal variation",
        "deteriorating": "det är en försämring utöver normal variation",
        "high": "nivån är ovanligt hög",
        "low": "nivån är ovanligt låg",
    }[kind]
    return f"{word} ({rules})"


@cache
def all_months(report: Report) -> pd.DataFrame:
    """The months of all measures that are judged."""
    return pd.concat([each.months for each in judged(report)])


@cache
def _last_years(report: Report) -> pd.DataFrame:
    """All measures at once, as it takes much the same time as one."""
    return against_last_year(all_months(report), report.indicators)


def beside_last_year(report: Report, each: Judged) -> pd.Series:
    """The newest month with what is told of the same month last year."""
    return of_measure(each, _last_years(report)).iloc[-1]


def of_measure(each: Judged, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["indicator"] == each.indicator) & (rows["basis"] == each.basis)]


def _say_last_year(paragraph: Paragraph, report: Report, each: Judged) -> None:
    last = beside_last_year(report, each)
    if pd.isna(last["change"]):
        return
    earlier = each.months[each.months["period"] == year_before(last["period"])].iloc[0]
    caution = "" if last["comparable"] else "; ett seriebrott ligger emellan"
    paragraph.say(f"Samma månad året före var värdet {paragraph.number(earlier)}{caution}.")


def variation_table(report: Report) -> Published:
    """Each measure's newest month, its mean and limits, the judgement and the target."""
    found = judged(report)
    rows, figures = [], []
    for each in found:
        point = each.trend.points.set_index("period").loc[each.newest["period"]]
        unit = report.indicators[each.indicator].unit
        decimals = report.decimals.get(each.indicator, 1)

        def shown(value: float, unit=unit, decimals=decimals) -> str:
            return "–" if pd.isna(value) else number_text(value, unit, decimals)

        mark = {"high": "▲ ", "low": "▼ ", "": "○ "}[each.trend.side]
        few = each.trend.variation == "too_few"
        row = each.newest
        figures.append(row)
        cells = {
            "period": Cell(periods.short(row["period"])),
            "text": Cell(row["text"], plain_value(row["value"])),
            "mean": Cell(shown(point["mean"]), plain_value(point["mean"])),
            "limits": Cell(_limits(point.to_dict(), unit, decimals)),
            "variation": Cell(("" if few else mark) + VARIATION[each.trend.variation]),
            "assurance": Cell(ASSURANCE[each.trend.assurance]),
        }
        rows.append((label(report, each), cells))
    columns = [
        Column("period", "Månad", align="left"),
        Column("text", "Utfall"),
        Column("mean", "Medelvärde"),
        Column("limits", "Styrgränser"),
        Column("variation", "Variation", align="left"),
        Column("assurance", "Målet", align="left"),
    ]
    return tables.table("variation", "Mått", columns, rows, _frame(figures))


def _frame(figures: list[pd.Series]) -> pd.DataFrame | None:
    return pd.DataFrame(figures) if figures else None


def process_chart(report: Report, id_: str, basis: str) -> Published:
    """A measure's last two years with limits, target and the country."""
    each = next((e for e in judged(report) if (e.indicator, e.basis) == (id_, basis)), None)
    if each is None:
        return nothing(period=report.month.words)
    country = monthly(report, id_, basis, COUNTRY)
    unit = report.indicators[id_].unit
    points = _drawn(each, country, unit, report.decimals.get(id_, 1))
    target = report.target(id_)
    goal = None
    if target is not None and target.lower is not None and unit == "percent":
        goal = (target.lower, f"Mål {number_text(target.lower, unit, 0)}")
    drawn = time_charts.process(points, report.look, _axis_title(unit), unit, goal)
    own = each.months[each.months["period"].isin(points["period"])]
    shown = country[country["period"].isin(points["period"]) & country["value"].notna()]
    return charts.chart(
        drawn,
        report.look,
        _alt_text(report, each, own),
        pd.concat([own, shown]),
        period=report.month.words,
    )


def _axis_title(unit: str) -> str:
    return {"percent": "Andel", "seconds": "Minuter och sekunder"}.get(unit, "Antal")


def _drawn(each: Judged, country: pd.DataFrame, unit: str, decimals: int) -> pd.DataFrame:
    """The months that are drawn: the first of the last 25 with a value, up to the newest."""
    points = each.trend.points.tail(MONTHS_DRAWN)
    first = points.loc[points["value"].notna(), "period"].min()
    points = points[points["period"] >= first]
    texts = each.months.set_index("period")["text"]
    there = country.set_index("period")
    last = each.newest["period"]
    labelled = {last, year_before(last)}
    return pd.DataFrame(
        {
            "period": points["period"],
            "month": [periods.short(period) for period in points["period"]],
            "phase": points["phase"],
            "value": points["value"],
            "text": points["period"].map(texts).fillna(".."),
            "mean": points["mean"],
            "lower": points["lower"],
            "upper": points["upper"],
            "variation": points["variation"],
            "label": [texts.get(p, "") if p in labelled else "" for p in points["period"]],
            "limits": [_limits(row, unit, decimals) for row in points.to_dict("records")],
            "country": points["period"].map(there["value"]).astype("float64"),
            "country_text": points["period"].map(there["text"]).fillna(".."),
        }
    )


def _limits(point: dict, unit: str, decimals: int) -> str:
    """`65,3 % till 70,9 %`; a dash where there are none."""
    if pd.isna(point["lower"]):
        return "–"
    return " till ".join(number_text(point[end], unit, decimals) for end in ("lower", "upper"))


def _alt_text(report: Report, each: Judged, own: pd.DataFrame) -> str:
    """The same facts in words: ends, highest, lowest, and the judgement."""
    first, last = own.iloc[0], own.iloc[-1]
    high, low = own.loc[own["value"].idxmax()], own.loc[own["value"].idxmin()]
    return (
        f"Linjediagram över {label(report, each).lower()} per månad: "
        f"{first['text']} {periods.during('month', first['period'])}, "
        f"{last['text']} {periods.during('month', last['period'])}; "
        f"högst {high['text']} {periods.during('month', high['period'])}, "
        f"lägst {low['text']} {periods.during('month', low['period'])}. "
        f"{capitalised(_judgement(each))}."
    )


def reading_help(report: Report) -> Published:
    """How to read the charts and the words for variation."""
    return Published(
        "Linjen visar månadernas värden och det tonade bandet deras normala variation: "
        "styrgränserna, räknade ur seriens egna skillnader från månad till månad. Ett värde inom "
        "bandet säger inget om en förändring, även om det skiljer sig från månaden före. "
        f"Först när {RULES['outside']}, {RULES['shift']}, {RULES['trend']} eller "
        f"{RULES['two_of_three']} är förändringen mer än slump. Styrgränser räknas från "
        f"{count_word(trend.MINIMUM)} månader och räknas om vid varje känt seriebrott. "
        "Metoden följer NHS Englands Making Data Count."
    )
