"""What was found about the data, told to the reader: what is not used, what looks odd."""

import pandas as pd

from vardlaget import periods
from vardlaget.indicators.periods import newest
from vardlaget.observations import select
from vardlaget.present import tables
from vardlaget.present.care_guarantee import BASES
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.numbers import decimal_text, number_text
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# Why rows or files are not used, by the rule's code.
NOT_USED = {
    "not_read": "filen kunde inte läsas",
    "unknown_indicator": "okänt mått",
    "unknown_region": "okänd region",
    "unknown_span": "okänt slag av period",
    "unknown_basis": "okänd mätbas",
    "unknown_exclusions": "okända undantag",
    "unknown_status": "okänd status",
    "not_a_period": "ogiltig period",
    "not_a_number": "värdet är inget tal",
    "status_differs": "status och tecken säger olika saker",
    "too_many_cells": "fler celler än rubriken har",
    "zero_with_value": "värde trots status noll",
    "value_despite_status": "värde trots status",
    "no_value": "värde saknas trots status",
    "numerator_larger": "täljaren är större än nämnaren",
    "negative_count": "negativt antal",
    "negative": "negativt värde",
    "share_outside": "andel utanför 0–100 procent",
    "cut_row": "raden är avhuggen",
    "percent_sign": "procenttecken efter ett mått som inte är en andel",
    "denominator_zero": "andel av nämnaren 0",
    "infinite": "värdet är inget tal",
    "share_refuted": "andelen stämmer inte med täljare och nämnare",
    "unknown_line": "okänd rad",
    "unknown_place": "okänd plats",
    "left_out": "utelämnad enligt filens beskrivning",
    "heading_with_figures": "rubrikrad med tal",
    "second_table": "en andra tabell i samma blad",
    "superseded": "ersatt av en nyare hämtning",
    "unknown_kpi": "okänt nyckeltal",
    "unknown_sex": "okänt kön",
    "referral_date_missing": "datum för beslut saknas",
    "referral_date_unreadable": "datum för beslut är inget datum",
    "referral_date_no_leap_year": "datum som inte finns (29 februari)",
    "referral_date_out_of_range": "datum för beslut utanför 1990–2100",
    "start_date_unreadable": "startdatum är inget datum",
    "start_date_no_leap_year": "startdatum som inte finns (29 februari)",
    "start_date_out_of_range": "startdatum utanför 1990–2100",
    "start_before_referral": "väntan slutar före den börjar",
    "region_unknown": "okänd region",
    "phase_unknown": "okänt slag av väntan",
    "phase_other": "varken första besök eller operation eller åtgärd",
    "deviation_code_unknown": "okänd avvikelsekod",
    "sex_unknown": "okänt kön",
    "age_impossible": "omöjlig ålder",
}
# What looks odd and is used all the same.
ODD = {
    "jump": "Ovanligt stort hopp",
    "month_missing": "Månader saknas i serien",
    "series_ended": "Serien har upphört",
    "unit_new": "Ny i serien",
    "units_differ": "Enheternas summa är större än regionens",
    "units_short": "Enheternas summa är mindre än regionens",
    "specialties_differ": "Specialiteternas summa är större än regionens",
    "specialties_short": "Specialiteternas summa är mindre än regionens",
    "sexes_differ": "Kvinnor och män ger inte alla",
    "zero_after_hundreds": "Noll där det brukar vara mycket: uppgift kan saknas",
    "implausible_level": "Orimlig nivå eller inbördes ordning",
    "revised": "Ändrat i källan sedan förra hämtningen",
    "series_break": "Seriebrott",
}
# They hold the number of months that have a figure against those that might.
COUNTS_MONTHS = ("month_missing", "series_ended", "unit_new")
# Told in a table of their own, with their sources.
ELSEWHERE = ("contradiction",)
MOST_SHOWN = 25
RESPONSES = ("primary_care", "specialised_care", "child_psychiatry")


def not_used(report: Report) -> pd.DataFrame:
    """What is not used, by file and reason: file, code, kind, rows."""
    found = report.findings
    found = found[found["kind"] != "warning"]
    return found.groupby(["file", "kind", "code"], sort=True, as_index=False)["rows"].sum()


def odd(report: Report) -> pd.DataFrame:
    """Warnings about the region's figures of the last 13 months, the newest first."""
    found = report.findings
    found = found[(found["kind"] == "warning") & (found["region"] == report.region.code)]
    found = found[~found["code"].isin(ELSEWHERE) & (found["span"] == "month")]
    first = str(report.month.minus(12))
    found = found[(found["period"] >= first) & (found["period"] <= str(report.month))]
    return found.sort_values(
        ["period", "code", "indicator", "unit"], ascending=[False] + [True] * 3
    )


def available(report: Report) -> Published:
    """Whether anything was found."""
    return values(
        {
            "not_used": len(not_used(report)) > 0,
            "odd": len(odd(report)) > 0,
            "responses": len(_responses(report)) > 0,
        }
    )


def not_used_text(report: Report) -> Published:
    """How many rows and files the edition leaves out."""
    found = not_used(report)
    if found.empty:
        return Published("Alla rader i underlaget har använts.")
    files = (found["kind"] == "refused").sum()
    rows = int(found.loc[found["kind"] == "set_aside", "rows"].sum())
    parts = []
    if rows:
        parts.append("en rad" if rows == 1 else f"{decimal_text(rows, 0)} rader")
    if files:
        parts.append("en fil" if files == 1 else f"{count_word(int(files))} filer")
    return Published(
        f"{capitalised(listed(parts))} i underlaget har inte kunnat användas. De är undanlagda "
        "med skäl, och ingår inte i utgåvans tal."
    )


def not_used_table(report: Report) -> Published:
    """Files, reasons and numbers of rows."""
    rows = [
        (
            line.file,
            {
                "why": Cell(capitalised(NOT_USED.get(line.code, "felaktig uppgift"))),
                "rows": Cell(
                    "hela filen" if line.kind == "refused" else decimal_text(line.rows, 0)
                ),
            },
        )
        for line in not_used(report).itertuples()
    ]
    columns = [Column("why", "Skäl", align="left"), Column("rows", "Rader")]
    return tables.table("undanlagda_rader", "Fil", columns, rows)


def odd_text(report: Report) -> Published:
    """How many warnings there are, and that they are used all the same."""
    count = len(odd(report))
    if not count:
        return Published("Inga rimlighetskontroller har gett utslag för de senaste 13 månaderna.")
    noun = "uppgift" if count == 1 else "uppgifter"
    more = (
        f" Tabellen visar de {count_word(MOST_SHOWN)} senaste; alla står i kontrollens fil."
        if count > MOST_SHOWN
        else ""
    )
    used = "Den används som den är" if count == 1 else "De används som de är"
    owned = "den" if count == 1 else "dem"
    return Published(
        f"Kontrollerna har funnit {count_word(count)} {noun} att fråga om. {used} tills den som "
        f"äger {owned} har svarat.{more}"
    )


def odd_table(report: Report) -> Published:
    """What looks odd, with the figure and what it is held against."""
    rows, figures = [], []
    for line in odd(report).head(MOST_SHOWN).itertuples():
        indicator = report.indicators[line.indicator]
        basis = f" ({BASES[line.basis]})" if line.basis else ""
        places = report.decimals.get(line.indicator, indicator.decimals)
        counts_months = line.code in COUNTS_MONTHS
        unit = "months" if counts_months else indicator.unit
        found, expected = (_number(each, unit, places) for each in (line.found, line.expected))
        key = {"unit": line.unit, "span": line.span, "period": line.period, "basis": line.basis}
        if pd.notna(line.found) and not counts_months:
            figure = report.computed(line.indicator, line.found, "rimlighetskontroll", **key)
            figures.append(figure.assign(text=found, scenario="check"))
        rows.append(
            (
                f"{indicator.name.sv}{basis}",
                {
                    "unit": Cell(line.unit or "hela regionen"),
                    "period": Cell(periods.words("month", line.period)),
                    "what": Cell(ODD.get(line.code, "Annan iakttagelse")),
                    "found": Cell(found),
                    "expected": Cell(expected),
                },
            )
        )
    columns = [
        Column("unit", "Enhet", align="left"),
        Column("period", "Månad", align="left"),
        Column("what", "Iakttagelse", align="left"),
        Column("found", "Värde"),
        Column("expected", "Hålls mot"),
    ]
    shown = pd.concat(figures) if figures else None
    return tables.table("iakttagelser", "Mått", columns, rows, shown)


def _number(value: float, unit: str, decimals: int) -> str:
    if pd.isna(value):
        return "–"
    if unit == "months":
        return f"{number_text(value, 'count', 0)} månad{'' if value == 1 else 'er'}"
    return number_text(value, unit, decimals)


def _responses(report: Report) -> pd.DataFrame:
    ids = [f"response_rate.{part}" for part in RESPONSES]
    rows = select(report.data, indicator=ids, region=report.region.code, unit="", span="month")
    near = [newest(group, report.month) for _, group in rows.groupby("indicator", sort=False)]
    found = pd.concat(near) if near else rows
    return found[found["value"].notna()].drop_duplicates("indicator")


def responses_text(report: Report) -> Published:
    """How many units have reported."""
    found = _responses(report)
    if found.empty:
        return nothing()
    paragraph = Paragraph(report.indicators)
    said = [
        f"{paragraph.number(row)} i {plain(report.name(row['indicator']).split(', ')[-1])}"
        for _, row in found.iterrows()
    ]
    when = periods.words("month", found["period"].iloc[0])
    return paragraph.say(f"Svarsfrekvensen i {when} var {listed(said)}.").published()
