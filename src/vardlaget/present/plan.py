"""A plan's follow-up as a reader meets it: indicators by goal area, measures, relative targets."""

import pandas as pd

from vardlaget.catalogue.plans import GoalArea, PlanGoal
from vardlaget.indicators import plan as formulas
from vardlaget.observations import select, single
from vardlaget.present import glossary, plan_levels, tables
from vardlaget.present.care_guarantee import cell
from vardlaget.present.figures import Published, nothing, statement, values
from vardlaget.present.glossary import Glossary
from vardlaget.present.numbers import number_text
from vardlaget.present.plan_texts import followed, no_plan, yearly
from vardlaget.present.sentences import Paragraph, count_word, listed, plain
from vardlaget.present.tables import Cell, Column
from vardlaget.report import Report

# Notebooks have a cell for each goal area, up to this many.
MOST_AREAS = 5
SCENARIOS = {"actual": "Utfall", "target": "Målnivå"}
ANSWERS = {"yes": "Ja", "no": "Nej"}
UNANSWERED = "ej besvarat"


def area(report: Report, number: int) -> GoalArea | None:
    """The plan's goal area with a number from 1."""
    plan = followed(report)
    return plan.areas[number - 1] if plan and number <= len(plan.areas) else None


def _ids(found: GoalArea | None) -> tuple[str, ...]:
    return tuple(id_ for goal in found.goals for id_ in goal.indicators) if found else ()


def available(report: Report) -> Published:
    """Whether there is a plan to follow up, and which of its parts have something to show."""
    plan = followed(report)
    areas = {f"plan_area_{n}": area(report, n) for n in range(1, MOST_AREAS + 1)}
    years = plan is not None and len(_years(report)) > 0
    tables_of = {f"{name}_table": years and bool(_ids(found)) for name, found in areas.items()}
    frames = report.own[report.own["indicator"] == formulas.FRAME]
    return values(
        {
            "plan": plan is not None,
            "plan_levels": len(plan_levels.steps(report)) > 0,
            "plan_measures": bool(plan and any(goal.measures for goal in plan.goals)),
            "plan_relative": bool(plan and plan.relative_targets),
            "plan_frames": plan is not None and len(frames) > 0,
            "plan_notes": bool(plan and plan.notes),
        }
        | {name: found is not None for name, found in areas.items()}
        | tables_of
    )


def intro(report: Report) -> Published:
    """Which plan it is, what it holds, and up to when outcomes are known."""
    plan = followed(report)
    if plan is None:
        return no_plan(report)
    measures = sum(len(goal.measures) for goal in plan.goals)
    outcomes = yearly(report, plan.indicators, "actual")
    known = outcomes[outcomes["value"].notna()]
    said = (
        f"{plain(plan.title)} har {count_word(len(plan.areas))} målområden, som följs med "
        f"{count_word(len(plan.indicators))} indikatorer och {count_word(measures)} kvalitativa "
        "mått."
    )
    if len(known):
        without = len(plan.indicators) - known["indicator"].nunique()
        years = sorted(set(known.groupby("indicator")["period"].max()))
        said += f" De senaste utfallen är från {listed(years)}"
        said += f", och {count_word(without)} indikatorer saknar utfall." if without else "."
        if years[-1] < str(report.month.year):
            said += f" Efter {years[-1]} är inga utfall kända."
    else:
        said += " Inget utfall är känt."
    return statement(
        f"{said} För varje målnivå visas avståndet från det senaste utfallet och den förändring "
        "per år som leder dit."
    )


def area_text(report: Report, number: int) -> Published:
    """A goal area: its goals with what they are followed by, or why there are none."""
    found = area(report, number)
    if found is None:
        return nothing()
    said = f"**{plain(found.title)}.**"
    if found.without:
        return statement(f"{said} {plain(found.without)}")
    lines = [f"- {plain(goal.title)}: {_followed_by(goal)}" for goal in found.goals]
    return statement(f"{said} Mål som följs:\n\n" + "\n".join(lines) + "\n")


def _followed_by(goal: PlanGoal) -> str:
    """`sju indikatorer och ett kvalitativt mått`"""
    parts = []
    if goal.indicators:
        count = len(goal.indicators)
        parts.append("en indikator" if count == 1 else f"{count_word(count)} indikatorer")
    if goal.measures:
        count = len(goal.measures)
        parts.append(
            "ett kvalitativt mått" if count == 1 else f"{count_word(count)} kvalitativa mått"
        )
    return listed(parts) or "inget mått"


def _years(report: Report) -> list[Column]:
    """A column for each year with an outcome, or a target level, of the followed plan."""
    every = followed(report).indicators
    return [
        Column(f"{scenario}-{year}", year, spanner)
        for scenario, spanner in SCENARIOS.items()
        for year in sorted(yearly(report, every, scenario)["period"].unique())
    ]


def area_table(report: Report, number: int) -> Published:
    """Outcomes by year and target levels of a goal area's indicators."""
    found = area(report, number)
    ids = _ids(found)
    columns = _years(report) if ids else []
    if not columns:
        return nothing(area=f"Målområde {number}")
    known = {
        scenario: yearly(report, ids, scenario).set_index(["indicator", "period"])
        for scenario in SCENARIOS
    }
    rows, figures = [], []
    for id_ in ids:
        cells = {}
        for column in columns:
            scenario, year = column.key.split("-")
            figure = _known(report, known[scenario], id_, year, scenario)
            figures.append(figure)
            cells[column.key] = cell(figure)
        rows.append((report.name(id_), cells))
    return tables.table(
        f"plan_malomrade_{number}",
        "Indikator",
        columns,
        rows,
        pd.concat(figures),
        area=f"Målområde {number}",
    )


def _known(report: Report, rows: pd.DataFrame, id_: str, year: str, scenario: str) -> pd.DataFrame:
    if (id_, year) in rows.index:
        return rows.loc[[(id_, year)]].reset_index()
    key = {"span": "year", "period": year, "scenario": scenario}
    return report.computed(id_, float("nan"), "uppgift saknas i källan", **key)


def measures_table(report: Report) -> Published:
    """The qualitative measures with their answer for each of the plan's years."""
    plan = followed(report)
    if plan is None or not any(goal.measures for goal in plan.goals):
        return nothing()
    years = range(plan.first_year, plan.last_year + 1)
    columns = [Column("goal", "Mål", align="left")]
    columns += [Column(str(year), str(year), align="left") for year in years]
    rows = []
    for goal in plan.goals:
        for measure in goal.measures:
            cells = {"goal": Cell(goal.title)}
            for year in years:
                found = measure.answer(year)
                cells[str(year)] = Cell(ANSWERS[found.answer] if found else UNANSWERED)
            rows.append((measure.text, cells))
    return tables.table("plan_kvalitativa_matt", "Mått (ja eller nej)", columns, rows)


def measures_text(report: Report) -> Published:
    """How many of the qualitative measures have an answer."""
    plan = followed(report)
    if plan is None:
        return no_plan(report)
    measures = [measure for goal in plan.goals for measure in goal.measures]
    if not measures:
        return statement("Planen har inga kvalitativa mått.")
    answered = sum(bool(measure.answers) for measure in measures)
    if not answered:
        return statement(
            f"Planen har {count_word(len(measures))} kvalitativa mått som ska besvaras med ja "
            "eller nej. Inget svar finns i underlaget, så de står som ej besvarade."
        )
    return statement(
        f"{count_word(answered).capitalize()} av {count_word(len(measures))} kvalitativa mått har "
        "minst ett svar."
    )


def relative_text(report: Report) -> Published:
    """Targets that follow from a reference, and what is missing to judge them."""
    plan = followed(report)
    if plan is None or not plan.relative_targets:
        return nothing()
    paragraph = Paragraph(report.indicators)
    for target in plan.relative_targets:
        outcomes = yearly(report, (target.indicator,), "actual").sort_values("period")
        known = outcomes[outcomes["value"].notna()]
        share = number_text(target.percent_above, "percent", 1).replace("%", "procent")
        name = report.name(target.indicator)
        paragraph.say(
            f"{plain(name)} får {target.year} vara högst {share} över {plain(target.reference)}."
        )
        if known.empty:
            paragraph.say("Utfall saknas.")
            continue
        _say_reference(report, paragraph, target, known)
    return paragraph.published()


def _say_reference(report: Report, paragraph: Paragraph, target, known: pd.DataFrame) -> None:
    newest = known.iloc[-1]
    told = [f"{paragraph.number(row)} {row['period']}" for _, row in known.iterrows()]
    paragraph.say(f"Regionens utfall var {listed(told)}.")
    rows = select(
        report.data, indicator=target.indicator, region="00", unit="", period=newest["period"]
    )
    rows = single(rows[rows["value"].notna()])
    key = {"span": "year", "period": newest["period"]}
    if len(rows):
        limit = formulas.highest_allowed(rows["value"].iloc[0], target.percent_above)
        figure = report.computed(
            target.indicator,
            limit,
            f"riket · (1 + {target.percent_above} / 100)",
            **key,
            scenario="limit",
        )
        verdict = "inom" if newest["value"] <= limit else "över"
        paragraph.say(
            f"Rikets värde {newest['period']} var {paragraph.number(rows.iloc[0])}, vilket ger "
            f"gränsen {paragraph.number(figure.iloc[0])}: utfallet ligger {verdict} den."
        )
        return
    least = formulas.lowest_reference(newest["value"], target.percent_above)
    figure = report.computed(
        target.indicator,
        least,
        f"utfall / (1 + {target.percent_above} / 100)",
        **key,
        scenario="least_reference",
    )
    paragraph.say(
        "Om målet nås går inte att säga: underlaget saknar genomsnittet för riket. Utfallet "
        f"{newest['period']} vore inom gränsen om genomsnittet var minst omkring "
        f"{paragraph.number(figure.iloc[0])}."
    )


def notes(report: Report) -> Published:
    """What the plan's source leaves uncertain or does not tell."""
    plan = followed(report)
    if plan is None:
        return no_plan(report)
    if not plan.notes:
        return statement("Inga oklarheter är noterade.")
    return statement("\n".join(f"- {plain(note)}" for note in plan.notes) + "\n")


def definitions(report: Report) -> Published:
    """What the plan's indicators measure; the publication gets those of all that it shows."""
    found = followed(report)
    if found is None:
        return no_plan(report)
    return Glossary(glossary.text(found.indicators, report.indicators))
