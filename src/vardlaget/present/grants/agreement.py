"""What the year's agreements say: the summary, focus areas, deadlines, quotes, what is unsure."""

import pandas as pd

from vardlaget.catalogue.grant_rules import Part
from vardlaget.catalogue.regions import COUNTRY
from vardlaget.catalogue.terms import Quote
from vardlaget.present import tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.grants.account import (
    Account,
    accounts,
    amount,
    doubt,
    figure,
    people,
    total,
)
from vardlaget.present.grants.all_regions import decided
from vardlaget.present.sentences import Paragraph, capitalised, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

OPEN_QUESTIONS = "Ej verifierat"
CONFIDENCE = {"high": "hög", "medium": "medelgod", "low": "låg"}
LEADS = {
    "by_population": "- **{amount}** för ”{name}”, efter {key}{doubt}",
    "strategic": "- **{amount}** för ”{name}”, som beslutas senare{doubt}",
    "performance": "- **{amount}** som mest för ”{name}”, beroende på prestation{doubt}",
}


def available(report: Report) -> Published:
    """Which parts of the section have something to show."""
    found = accounts(report)
    code = report.region.code
    known = [part for account in found for part in account.known(code)]
    whole = [a for a in found if a.by_population(code)]
    in_play = [part for account in found for part in account.in_play(report.month)]
    return values(
        {
            "grants": bool(found),
            "grants_brief": total(report, "maximum") is not None,
            "grant_calculation": bool(known),
            "grant_waterfall": len(known) > 1,
            "grant_regions": bool(whole),
            "grant_outlook": bool(known),
            "grant_outcomes": bool(decided(report)),
            "grant_measures": any(p.kind == "performance" and p.measures for p in known),
            "grant_stake": any(part.measures for part in in_play),
            "grant_focus": any(account.agreement.focus_areas for account in found),
            "grant_deadlines": any(account.agreement.all_deadlines for account in found),
            "grant_quotes": bool(_quotes(report)),
        }
    )


def text(report: Report) -> Published:
    """What the region gets by its population, what depends on performance, what is not known."""
    found = accounts(report)
    if not found:
        return Published(
            f"Ingen överenskommelse för {report.month.year} finns upplagd i systemet, så "
            f"statsbidraget för {plain(report.region.name)} kan inte beräknas för det året."
        )
    whole = _most(report)
    paragraphs = [*([whole] if whole else []), *(_summary(report, account) for account in found)]
    shown = [p.figures for p in paragraphs if p.figures is not None]
    return Published(
        "\n\n".join(p.markdown for p in paragraphs), figures=pd.concat(shown) if shown else None
    )


def brief(report: Report) -> Published:
    """The most that the region can get, in a sentence."""
    return _most(report) or nothing()


def _most(report: Report) -> Published | None:
    most = total(report, "maximum")
    if most is None:
        return None
    paragraph = Paragraph(report.indicators)
    parts = [part for a in accounts(report) for part in a.known(report.region.code)]
    paragraph.say(
        f"{plain(report.region.name)} kan få högst **{paragraph.number(most.iloc[0])}** i "
        f"statsbidrag för {report.month.year}{doubt(parts)}, räknat på de delar vars belopp är "
        f"kända och utan bonuspott."
    )
    return paragraph.published()


def _summary(report: Report, account: Account) -> Published:
    agreement = account.agreement
    paragraph = Paragraph(report.indicators)
    if agreement.total is None:
        paragraph.say(f"För ”{plain(agreement.title)}” är det sammanlagda beloppet ej verifierat.")
    else:
        pot = figure(report, "pot", agreement.total, agreement.id, "överenskommelsens total")
        paragraph.say(
            f"”{plain(agreement.title)}” omfattar {paragraph.number(pot.iloc[0])} i hela riket."
        )
    known = account.known(report.region.code)
    missing = [part for part in agreement.parts if part not in known]
    _say_missing(paragraph, [p for p in missing if p.pot is None], "det avsatta beloppet")
    _say_missing(paragraph, [p for p in missing if p.pot is not None], "regionens andel")
    if known:
        paragraph.say(f"{plain(report.region.name)}s delar är:")
        amounts = [_amount_line(report, account, part, paragraph) for part in known]
        paragraph.say("\n\n" + "\n".join(amounts))
    return paragraph.published()


def _amount_line(report: Report, account: Account, part: Part, paragraph: Paragraph) -> str:
    """The amount first: in a narrow column its number and unit then stand on one line."""
    return LEADS[part.kind].format(
        name=plain(part.name),
        amount=paragraph.number(amount(report, account, part).iloc[0]),
        key="befolkning" if people(report, part) else "en särskild andel",
        doubt=doubt([part]),
    )


def _say_missing(paragraph: Paragraph, parts: list[Part], what: str) -> None:
    """That the region's amounts cannot be computed, and what of them no source tells."""
    if parts:
        names = listed([f"”{plain(part.name)}”" for part in parts])
        paragraph.say(f"Regionens del av {names} kan inte räknas: källorna anger inte {what}.")


def focus_areas(report: Report) -> Published:
    """The agreements' focus areas as lists."""
    blocks = []
    for agreement in (account.agreement for account in accounts(report)):
        if agreement.focus_areas:
            items = "\n".join(f"- {plain(area)}" for area in agreement.focus_areas)
            count = count_word(len(agreement.focus_areas))
            blocks.append(f"{plain(agreement.title)} har {count} fokusområden:\n\n{items}")
    return Published("\n\n".join(blocks)) if blocks else nothing()


def deadlines(report: Report) -> Published:
    """When what is to be reported, as a table without figures."""
    found = [d for account in accounts(report) for d in account.agreement.all_deadlines]
    rows = [
        (capitalised(d.words), {"what": Cell(d.what)})
        for d in sorted(found, key=lambda d: str(d.day))
    ]
    columns = [Column("what", "Vad", align="left")]
    return tables.table("statsbidrag_tidplan", "När", columns, rows, year=str(report.month.year))


def _quotes(report: Report) -> list[Quote]:
    """Quotes about the region or all regions that were public by the month's end."""
    return [
        quote
        for account in accounts(report)
        for quote in account.agreement.quotes
        if quote.region in (report.region.code, COUNTRY)
        and (quote.published is None or quote.published <= report.month.last_day)
    ]


def quotes(report: Report) -> Published:
    """What documents say about the money and no known rule gives: quoted, not computed."""
    found = _quotes(report)
    if not found:
        return nothing()
    items = "\n".join(f"- {plain(q.text)} (citat ur: {plain(q.source)})." for q in found)
    return Published(f"{items}\n\nUppgifterna återges som de står i källan och är inte beräknade.")


def caveats(report: Report) -> Published:
    """What is not verified in the agreements and their parts, and how certain each part is."""
    blocks = []
    for agreement in (account.agreement for account in accounts(report)):
        items = [_caveat(part.name, part.confidence, part.unverified) for part in agreement.parts]
        own = listed(agreement.unverified)
        doubt = f" {OPEN_QUESTIONS}: {plain(own)}." if own else ""
        blocks.append(f"{plain(agreement.title)}.{doubt}\n\n" + "\n".join(items))
    return Published("\n\n".join(blocks)) if blocks else nothing()


def _caveat(name: str, confidence: str, unverified: tuple[str, ...]) -> str:
    open_ = listed(unverified)
    doubt = f" {OPEN_QUESTIONS}: {plain(open_)}." if open_ else ""
    return f"- **{plain(name)}.** Tillförlitlighet: {CONFIDENCE[confidence]}.{doubt}"
