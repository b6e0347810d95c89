"""State grants as a reader meets them: the agreement, the calculation line by line, deadlines."""

import pandas as pd

from vardlaget.catalogue import Agreement
from vardlaget.indicators import grants as formulas
from vardlaget.indicators.grants import whole_kronor
from vardlaget.present import charts, tables
from vardlaget.present.figures import Published, nothing, values
from vardlaget.present.sentences import Paragraph, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

CONFIDENCE = {"high": "hög", "medium": "medelgod", "low": "låg"}
UNVERIFIED = "ej verifierad"


def agreement(report: Report) -> Agreement | None:
    """The agreement of the month's year, if the catalogue has one."""
    return next((a for a in report.agreements if a.year == report.month.year), None)


def _entitlements(report: Report) -> pd.DataFrame:
    return formulas.entitlements(agreement(report), report.region.code, report.populations)


def _figure(report: Report, id_: str, value, part: str, formula: str) -> pd.DataFrame:
    """A figure of the agreement: the year's, with the part as its unit."""
    number = float("nan") if value is None else float(value)
    key = {"span": "year", "period": str(report.month.year), "unit": part}
    figure = report.computed(f"grant.{id_}", number, formula, **key)
    return figure.assign(status="zero", text="–") if number == 0 else figure


def available(report: Report) -> Published:
    """Whether the catalogue has an agreement for the year."""
    found = agreement(report)
    quotes = found is not None and any(q.region == report.region.code for q in found.quotes)
    known = found is not None and not _entitlements(report)["amount"].isna().any()
    return values({"grants": found is not None, "grant_quotes": quotes, "cap_grant": known})


def text(report: Report) -> Published:
    """What the region gets by its population, and what depends on performance."""
    found = agreement(report)
    if found is None:
        return Published(
            f"Ingen överenskommelse för {report.month.year} finns upplagd i systemet, så "
            f"statsbidraget för {plain(report.region.name)} kan inte beräknas för det året."
        )
    paragraph = Paragraph(report.indicators)
    rows = _entitlements(report).set_index("part")
    first = rows.loc["payment_1"]
    total = _figure(report, "pot", found.total, "", "överenskommelsens total").iloc[0]
    amount = _amount(report, "payment_1", first["amount"]).iloc[0]
    paragraph.say(
        f"Överenskommelsen för {found.year} omfattar {paragraph.number(total)} i hela riket. "
        f"{plain(report.region.name)}s del av den första utbetalningen är "
        f"**{paragraph.number(amount)}**, efter regionens andel av befolkningen."
    )
    performance = rows.loc["cap_performance"]["amount"]
    if performance is not None:
        most = _amount(report, "cap_performance", performance).iloc[0]
        paragraph.say(
            f"Prestationer inom barn- och ungdomspsykiatrin (BUP) kan ge högst "
            f"{paragraph.number(most)} under året."
        )
    return paragraph.published()


def _amount(report: Report, part: str, amount) -> pd.DataFrame:
    value = None if amount is None else whole_kronor(amount)
    return _figure(report, "region_amount", value, part, "netto · regionens andel")


def payment_table(report: Report) -> Published:
    """Each part: the pot, what is reserved, the net, the region's share and amount."""
    found = agreement(report)
    if found is None:
        return nothing()
    rows, figures = [], []
    for line in _entitlements(report).itertuples():
        share = None if line.share is None else line.share * 100
        parts = {
            "pot": _figure(report, "pot", line.pot, line.part, "överenskommelsen"),
            "reserved": _figure(report, "reserved", line.reserved, line.part, "överenskommelsen"),
            "net": _figure(report, "net_pot", line.net, line.part, "hela riket − reserverat"),
            "share": _figure(report, "key_share", share, line.part, _key_words(found, line.part)),
            "amount": _amount(report, line.part, line.amount),
        }
        figures += parts.values()
        rows.append((found.part(line.part).name, {k: _cell(f) for k, f in parts.items()}))
    columns = [
        Column("pot", "Hela riket"),
        Column("reserved", "Reserverat för annan del"),
        Column("net", "Netto riket"),
        Column("share", "Regionens andel"),
        Column("amount", "Regionens belopp"),
    ]
    return tables.table(
        "statsbidrag", "Del", columns, rows, pd.concat(figures), year=str(found.year)
    )


def _cell(figure: pd.DataFrame) -> Cell:
    row = figure.iloc[0]
    return Cell(row["text"], None if pd.isna(row["value"]) else round(float(row["value"]), 8))


def _key_words(found: Agreement, part: str) -> str:
    key = found.part(part).key
    date = getattr(key, "date", None)
    return f"folkmängd {date}, region / riket" if date else "andel enligt överenskommelsefilen"


def calculation(report: Report) -> Published:
    """Payment 1 line by line, with the numbers in it."""
    found = agreement(report)
    if found is None:
        return nothing()
    part = found.part("payment_1")
    row = _entitlements(report).set_index("part").loc["payment_1"]
    share = row["share"]
    people = report.populations[
        (report.populations["date"] == part.key.date)
        & (report.populations["age_group"] == part.key.age_group)
    ].set_index("region")["population"]
    own, country = int(people[report.region.code]), int(people["00"])
    steps = {
        "pot": _figure(report, "pot", row["pot"], part.id, "överenskommelsen"),
        "reserved": _figure(report, "reserved", row["reserved"], part.id, "överenskommelsen"),
        "net": _figure(report, "net_pot", row["net"], part.id, "hela riket − reserverat"),
        "own": report.computed("population", own, "folkmängd", **_on(part.key.date)),
        "country": report.computed(
            "population", country, "folkmängd", **_on(part.key.date), region="00"
        ),
        "share": _figure(report, "key_share", share * 100, part.id, "region / riket"),
        "amount": _amount(report, part.id, row["amount"]),
    }
    shown = {name: figure["text"].iloc[0] for name, figure in steps.items()}
    day = f"{part.key.date.day} november {part.key.date.year}"
    lines = [
        f"Att fördela: {shown['pot']} − {shown['reserved']} (reserverade för BUP) = "
        f"{shown['net']}.",
        f"Folkmängd den {day}: {plain(report.region.name)} {shown['own']}, hela riket "
        f"{shown['country']}. Regionens andel: {shown['own']} / {shown['country']} = "
        f"{shown['share']}.",
        f"Regionens belopp: {shown['net']} × {shown['own']} / {shown['country']} = "
        f"**{shown['amount']}**. Beräkningen är exakt och avrundas till hela kronor först här.",
    ]
    markdown = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, start=1))
    return Published(markdown, figures=pd.concat(steps.values()))


def _on(day) -> dict:
    return {"span": "point", "period": str(day)}


def cap_table(report: Report) -> Published:
    """The performance money of child and adolescent psychiatry by month and measure."""
    found = agreement(report)
    if found is None:
        return nothing()
    part = found.part("cap_performance")
    amount = _entitlements(report).set_index("part").loc[part.id]["amount"]
    values_ = {
        "Alla månader och mätpunkter": ("region_amount", amount, "pott · andel"),
        f"En månad, {len(part.measures)} mätpunkter": (
            "monthly_amount",
            None if amount is None else formulas.monthly(part, amount),
            f"beloppet / {part.month_count} månader",
        ),
        "En månad, en mätpunkt": (
            "measure_amount",
            None if amount is None else formulas.per_measure(part, amount),
            f"beloppet / {part.month_count} månader / {len(part.measures)} mätpunkter",
        ),
    }
    rows, figures = [], []
    for label, (id_, value, formula) in values_.items():
        rounded = None if value is None else whole_kronor(value)
        figure = _figure(report, id_, rounded, part.id, formula)
        figures.append(figure)
        rows.append((label, {"amount": _cell(figure), "how": Cell(formula)}))
    columns = [Column("amount", "Högst"), Column("how", "Beräkning", align="left")]
    return tables.table(
        "statsbidrag_bup",
        "BUP, prestation",
        columns,
        rows,
        pd.concat(figures),
        year=str(found.year),
    )


def chart(report: Report) -> Published:
    """The region's amounts by part."""
    found = agreement(report)
    if found is None:
        return nothing()
    rows = [line for line in _entitlements(report).itertuples() if line.amount is not None]
    figures = pd.concat([_amount(report, line.part, line.amount) for line in rows])
    frame = figures.assign(label=[_with_kind(found, line) for line in rows])
    facts = listed([f"{row.label} {row.text}" for row in frame.itertuples()])
    return charts.chart(
        charts.amount_bars(frame, report.look, "Belopp"),
        report.look,
        f"Stapeldiagram över regionens belopp per del: {facts}.",
        figures,
        year=str(found.year),
    )


def _with_kind(found: Agreement, line) -> str:
    name = found.part(line.part).name
    return f"{name} (högst)" if line.kind == "performance" else name


def focus_areas(report: Report) -> Published:
    """The agreement's focus areas as a list."""
    found = agreement(report)
    if found is None:
        return nothing()
    items = "\n".join(f"- {plain(area)}" for area in found.focus_areas)
    count = count_word(len(found.focus_areas))
    return Published(f"{plain(found.title)} har {count} fokusområden:\n\n{items}")


def deadlines(report: Report) -> Published:
    """When what is to be reported, as a table without figures."""
    found = agreement(report)
    if found is None:
        return nothing()
    rows = [(deadline.day, {"what": Cell(deadline.what)}) for deadline in found.deadlines]
    columns = [Column("what", "Vad", align="left")]
    return tables.table("statsbidrag_tidplan", "När", columns, rows, year=str(found.year))


def quotes(report: Report) -> Published:
    """What documents say about the region's money and no known rule gives: quoted, not computed."""
    found = agreement(report)
    mine = [q for q in found.quotes if q.region == report.region.code] if found else []
    if not mine:
        return nothing()
    items = "\n".join(f"- {plain(q.text)} (citat ur: {plain(q.source)})." for q in mine)
    return Published(f"{items}\n\nUppgifterna återges som de står i källan och är inte beräknade.")


def caveats(report: Report) -> Published:
    """What is not verified in the agreement's parts, and how certain each part is."""
    found = agreement(report)
    if found is None:
        return nothing()
    items = []
    for part in found.parts:
        open_ = listed(part.unverified)
        doubt = f" {UNVERIFIED.capitalize()}: {plain(open_)}." if open_ else ""
        certainty = CONFIDENCE[part.confidence]
        items.append(f"- **{plain(part.name)}.** Tillförlitlighet: {certainty}.{doubt}")
    intro = f"Så säkra är uppgifterna om överenskommelsens {count_word(len(found.parts))} delar:"
    return Published(f"{intro}\n\n" + "\n".join(items))
