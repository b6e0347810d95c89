"""The region's amounts: the parts, the calculation line by line, the waterfall, all regions."""

import pandas as pd

from vardlaget.catalogue.agreements import Part
from vardlaget.indicators import grants as formulas
from vardlaget.present import charts, tables
from vardlaget.present.escape import one_line
from vardlaget.present.figures import Published, nothing
from vardlaget.present.grant_charts import waterfall
from vardlaget.present.grants.account import (
    Account,
    accounts,
    amount,
    cell,
    doubt,
    figure,
    marked,
    outlook,
    people,
    total,
    unit_of,
)
from vardlaget.present.sentences import listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report, day_in_words

SUM = "Summa"
LOST = "Förlorat"
STEPS = {
    "by_population": "Utan krav",
    "strategic": "Strategiska medel",
    "performance": "Prestation",
}
NOT_APPLICABLE = Cell(".")


def payment_table(report: Report) -> Published:
    """Each part: the pot, what is reserved, the net, the region's share and amount; the sum."""
    found = accounts(report)
    rows, figures, titles = [], [], []
    unsure = doubt([part for account in found for part in account.known(report.region.code)])
    for account in found:
        if len(found) > 1:
            titles.append(account.agreement.heading)
            rows.append((account.agreement.heading, {}))
        for part in account.agreement.parts:
            parts = _payment_figures(report, account, part)
            figures += parts.values()
            rows.append((marked(part), {name: cell(f) for name, f in parts.items()}))
        for own in account.agreement.retained:
            kept = figure(report, "retained", own.amount, own.to, "överenskommelsen")
            figures.append(kept)
            rows.append((f"{own.to} (inte till regionerna)", _only(pot=cell(kept))))
    most = total(report, "total_amount")
    if most is not None:
        figures.append(most)
        rows.append((f"{SUM}, högst{unsure}", _only(amount=cell(most))))
    columns = [
        Column("pot", "Hela riket"),
        Column("reserved", "Reserverat för annan del"),
        Column("net", "Netto riket"),
        Column("share", "Regionens andel"),
        Column("amount", "Regionens belopp"),
    ]
    shown = pd.concat(figures) if figures else None
    names = (*titles, f"{SUM}, högst{unsure}")
    year = str(report.month.year)
    return tables.table("statsbidrag", "Del", columns, rows, shown, emphasised=names, year=year)


def _only(**cells: Cell) -> dict[str, Cell]:
    return dict.fromkeys(("pot", "reserved", "net", "share", "amount"), NOT_APPLICABLE) | cells


def _payment_figures(report: Report, account: Account, part: Part) -> dict[str, pd.DataFrame]:
    unit = unit_of(report, account, part)
    reserved = None if part.pot is None else part.pot - part.net
    share = account.share(part.id, report.region.code)
    return {
        "pot": figure(report, "pot", part.pot, unit, "överenskommelsen"),
        "reserved": figure(report, "reserved", reserved, unit, "överenskommelsen"),
        "net": figure(report, "net_pot", part.net, unit, "hela riket − reserverat"),
        "share": _share(report, account, part, share),
        "amount": amount(report, account, part),
    }


def _share(report: Report, account: Account, part: Part, share) -> pd.DataFrame:
    percent = None if share is None else 100 * share
    unit = unit_of(report, account, part)
    return figure(report, "key_share", percent, unit, _key_words(report, part))


def _key_words(report: Report, part: Part) -> str:
    if part.key is None:
        return "fördelningsnyckeln är inte känd"
    if people(report, part):
        return f"folkmängd {part.key.date}, region / riket"
    return "andel enligt överenskommelsefilen"


def calculation(report: Report) -> Published:
    """Every known part line by line, with the numbers in it."""
    blocks, figures = [], []
    for account in accounts(report):
        for part in account.known(report.region.code):
            lines, shown = _steps(report, account, part)
            items = "\n".join(f"{n}. {line}" for n, line in enumerate(lines, start=1))
            blocks.append(f"**{plain(marked(part))}**\n\n{items}")
            figures += shown
    if not blocks:
        return nothing()
    blocks.append("Beräkningen är exakt; först det som visas är avrundat till hela kronor.")
    return Published("\n\n".join(blocks), figures=pd.concat(figures))


def _steps(report: Report, account: Account, part: Part):
    """The lines of a part's calculation, and the figures that stand in them."""
    figures = _payment_figures(report, account, part)
    shown = {name: found["text"].iloc[0] for name, found in figures.items()}
    lines = []
    if part.reductions:
        taken = listed([plain(one.reason) for one in part.reductions])
        lines.append(
            f"Att fördela: {shown['pot']} − {shown['reserved']} ({taken}) = {shown['net']}."
        )
    factor = shown["share"]
    counted = people(report, part)
    if counted:
        own, country = (
            _population(report, part, n, c) for n, c in zip(counted, ("", "00"), strict=True)
        )
        figures |= {"own": own, "country": country}
        factor = f"{own['text'].iloc[0]} / {country['text'].iloc[0]}"
        lines.append(
            f"Folkmängd den {day_in_words(part.key.date)}: {plain(report.region.name)} "
            f"{own['text'].iloc[0]}, hela riket {country['text'].iloc[0]}. Regionens andel: "
            f"{factor} = {shown['share']}."
        )
    else:
        lines.append(f"Regionens andel: {shown['share']}. {plain(part.key.derivation)}")
    at_most = "högst " if part.kind == "performance" else ""
    lines.append(f"Regionens belopp: {shown['net']} × {factor} = {at_most}**{shown['amount']}**.")
    more, divided = _divided(report, account, part, shown["amount"])
    return lines + more, [*figures.values(), *divided]


def _population(report: Report, part: Part, number: int, region: str) -> pd.DataFrame:
    key = {"span": "point", "period": str(part.key.date)}
    if part.key.age_group != "total":
        key["age_group"] = part.key.age_group
    return report.computed(
        "population", number, "folkmängd", **key, region=region or report.region.code
    )


def _divided(report: Report, account: Account, part: Part, whole: str):
    """The lines on one month and one measure of a performance part."""
    lines, figures = [], []
    if part.kind != "performance" or part.month_count == 1:
        return lines, figures
    month, measure = monthly_figures(report, account, part)
    per_month = month["text"].iloc[0]
    lines.append(f"Per månad: {whole} / {part.month_count} månader = **{per_month}**.")
    figures.append(month)
    if part.measures:
        count = len(part.measures)
        text = measure["text"].iloc[0]
        lines.append(f"Per månad och mätpunkt: {per_month} / {count} mätpunkter = **{text}**.")
        figures.append(measure)
    return lines, figures


def monthly_figures(report: Report, account: Account, part: Part):
    """What a month, and a month and measure, of a performance part gives the region."""
    share = account.share(part.id, report.region.code)
    exact = None if share is None or part.net is None else part.net * share
    values = [None, None]
    if exact is not None:
        values = [formulas.monthly(part, exact), formulas.per_measure(part, exact)]
    month, measure = (None if v is None else formulas.whole_kronor(v) for v in values)
    unit = unit_of(report, account, part)
    by_month = f"beloppet / {part.month_count} månader"
    by_measure = f"{by_month} / {max(len(part.measures), 1)} mätpunkter"
    return (
        figure(report, "monthly_amount", month, unit, by_month),
        figure(report, "measure_amount", measure, unit, by_measure),
    )


def chart(report: Report) -> Published:
    """How the region's parts add up to what it can get at most, less what it has lost."""
    most = total(report, "maximum")
    if most is None:
        return nothing()
    steps = [step for account in accounts(report) for step in _waterfall_steps(report, account)]
    rows, reached = [], 0.0
    for label, kind, found in steps:
        end = reached + (-1 if kind == LOST else 1) * float(found["value"].iloc[0])
        rows.append((label, reached, end, found["text"].iloc[0], kind))
        reached = end
    known = [p for account in accounts(report) for p in account.known(report.region.code)]
    rows.append(
        (f"Högst{doubt(known)}".replace(" (", "\n("), 0.0, reached, most["text"].iloc[0], SUM)
    )
    frame = pd.DataFrame(rows, columns=["label", "start", "end", "text", "kind"])
    facts = listed([f"{one_line(row.label)} {row.text}" for row in frame.itertuples()])
    return charts.chart(
        waterfall(frame, report.look, "Belopp"),
        report.look,
        f"Vattenfallsdiagram över regionens belopp, del för del: {facts}.",
        pd.concat([*(found for *_, found in steps), most]),
        year=str(report.month.year),
    )


def _waterfall_steps(report: Report, account: Account):
    """Label, kind and figure of each part, and of what is lost of it."""
    lost = outlook(account).set_index("part")["lost"]
    for part in account.known(report.region.code):
        yield marked(part, "\n"), STEPS[part.kind], amount(report, account, part)
        if lost[part.id]:
            unit = unit_of(report, account, part)
            found = figure(report, "lost", lost[part.id], unit, "krav som inte är uppfyllda")
            yield f"{part.name},\nförlorat", LOST, found
