"""A plan's follow-up as published; its file's errors say what is wrong."""

import pytest

from conftest import ROOT
from reading import whole_store
from vardlaget import store
from vardlaget.catalogue.plans import load_plans, plan_for
from vardlaget.environment import STORE
from vardlaget.errors import InputError
from vardlaget.present import plan, plan_frames, plan_levels
from vardlaget.present.figures import NOTHING
from vardlaget.present.plan_texts import followed
from vardlaget.report import open_report
from vardlaget.sources.findings import as_frame

NBSP = "\u00a0"
PICTURES = (
    lambda report: plan.area_table(report, 1),
    plan_levels.distance_table,
    plan_levels.levels_chart,
    plan.measures_table,
    plan_frames.table,
    plan_frames.sums_table,
    plan_frames.chart,
)


def opened(frame, region, month, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv(STORE, str(store.write(folder, whole_store(frame, as_frame([])))))
        return open_report(region, month)


@pytest.fixture(scope="module")
def report(published, tmp_path_factory):
    return opened(published, "22", "2020-12", tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def without(published, tmp_path_factory):
    """A region that has no plan."""
    return opened(published, "23", "2024-02", tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def bare(published, tmp_path_factory):
    """A region that has a plan, and no figure of what the plan follows."""
    return opened(
        published[published["region"] != "22"], "22", "2020-12", tmp_path_factory.mktemp("store")
    )


def said(published) -> str:
    return published.markdown.replace(NBSP, " ").replace("\\", "")


def sheet(published) -> dict:
    columns = published.table["columns"][1:]
    return {line[0]: dict(zip(columns, line[1:], strict=True)) for line in published.table["rows"]}


def test_the_parts_that_have_something_to_show(report, without):
    found = plan.available(report).available
    absent = [name for name, known in found.items() if not known]
    assert absent == [
        "plan_area_4",
        "plan_area_5",
        "plan_area_1_table",
        "plan_area_4_table",
        "plan_area_5_table",
    ]
    assert not any(plan.available(without).available.values())


def test_every_plan_has_room_in_the_notebook():
    plans = load_plans(ROOT / "data" / "reference" / "plans")
    assert plans
    assert max(len(each.areas) for each in plans) <= plan.MOST_AREAS


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_is_shown_without_a_plan(without, picture):
    assert picture(without).markdown == NOTHING


def test_a_plan_without_any_figure_has_its_texts_and_measures(bare):
    """Was wrong once: an area's table of no years ended the notebook."""
    assert [plan.area_table(bare, number).markdown for number in range(1, 6)] == [NOTHING] * 5
    assert plan_levels.levels_chart(bare).markdown == NOTHING
    assert "Inget utfall är känt." in said(plan.intro(bare))
    assert plan.measures_table(bare).table["rows"]
    for text in (plan_levels.distance_text, plan.relative_text, plan.notes, plan.definitions):
        assert said(text(bare))
    assert not plan.available(bare).available["plan_area_2_table"]


@pytest.mark.parametrize(
    "text",
    [
        plan.intro,
        plan_levels.summary,
        plan.measures_text,
        plan_frames.text,
        plan.notes,
        plan.definitions,
    ],
)
def test_a_missing_plan_is_said(without, text):
    assert said(text(without)) == (
        "För Region Jämtland Härjedalen finns ingen verksamhetsplan att följa upp i underlaget."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (plan.intro, "tre målområden, som följs med tolv indikatorer och tre kvalitativa mått"),
        (plan.intro, "De senaste utfallen är från 2019 och 2020."),
        (plan_levels.summary, "Av tio målnivåer för 2022 når det senaste utfallet fem."),
        (
            plan_levels.summary,
            "- Inhyrd personal, andel av personalkostnad: −1,83 procentenheter per år",
        ),
        (plan_levels.summary, "- HME totalindex: +0,5 per år"),
        (
            plan_levels.distance_text,
            "Ingen målnivå i indikatorns egen enhet finns för Kostnad per DRG-poäng",
        ),
        (plan.measures_text, "Inget svar finns i underlaget, så de står som ej besvarade."),
        (plan.relative_text, "64 734 kronor 2019 och 68 639 kronor 2020"),
        (plan.relative_text, "Om målet nås går inte att säga: underlaget saknar genomsnittet"),
        (plan.relative_text, "om genomsnittet var minst omkring 63 850 kronor."),
        (plan_frames.text, "5 710,3 miljoner kronor 2021 och 6 254,0 miljoner kronor 2024"),
        (plan_frames.text, "Planens summa är varje år lika med summan av ramarna."),
        (plan_frames.text, "230 miljoner kronor 2022, 150 miljoner kronor 2023 och 70 miljoner"),
        (plan.notes, "- För HSE finns ingen målnivå"),
        (
            plan.definitions,
            "HME totalindex\n:   Hållbart medarbetarengagemang (HME): ett index från",
        ),
        (lambda r: plan.area_text(r, 1), "Nämnden har inte valt några indikatorer"),
        (lambda r: plan.area_text(r, 2), "tillgänglig: sju indikatorer"),
        (lambda r: plan.area_text(r, 3), "två indikatorer och ett kvalitativt mått"),
    ],
)
def test_sentences(report, text, words):
    assert words in said(text(report))


def test_a_goal_areas_outcomes_and_levels(report):
    lines = sheet(plan.area_table(report, 3))
    assert lines["Inhyrd personal, andel av personalkostnad"] == {
        "Utfall, 2019": 13.9,
        "Utfall, 2020": 11.3,
        "Målnivå, 2022": 8.0,
        "Målnivå, 2024": 4.0,
    }
    index = lines["HSE, övergripande medelvärdesindex"]
    assert list(index.values()) == ["..", 83.0, ".", "."]  # unknown, and no level set


def test_the_distance_table_tells_the_status_in_words(report):
    lines = sheet(plan_levels.distance_table(report))
    reached = lines["NPE tillgänglighet, specialiserad öppen vård"]
    assert reached["Målnivå 2024, status"] == "● Nådd"
    assert reached["Målnivå 2024, takt per år"] == "."
    assert lines["HME totalindex"]["Målnivå 2022, status"] == "◆ Återstår"
    assert set(lines["Kostnad per DRG-poäng, somatisk vård"].values()) == {"."}
    shown = plan_levels.distance_table(report).figures
    assert set(shown["scenario"]) == {"distance", "pace"}


def test_measures_without_an_answer_are_unanswered(report):
    lines = sheet(plan.measures_table(report))
    assert len(lines) == 3
    assert {line[year] for line in lines.values() for year in ("2022", "2023", "2024")} == {
        "ej besvarat"
    }


def test_frames_in_millions_and_their_sums(report):
    shown = plan_frames.table(report)
    assert shown.fields == {"period": "2021–2024"}
    lines = sheet(shown)
    assert next(iter(lines)) == "Gemensamt"
    assert lines["Summa, beräknad"] == lines["Summa enligt planen"]
    assert lines["Livsstilsmedicin"]["Ram 2022"] == "–"
    texts = plan_frames.sums_table(report).figures["text"].tolist()
    assert f"5{NBSP}943,2" in texts
    assert "+232,9" in texts
    assert f"+4,1{NBSP}%" in texts


def test_the_chart_has_the_words_of_its_figures(report):
    words = said(plan_levels.levels_chart(report))
    assert "HME totalindex: utfall 84, målnivå 2022 85 och målnivå 2024 86" in words


# plans' first and last year, the report's year, which plan is followed
CHOICES = [
    ([(2019, 2021), (2022, 2024)], 2020, 2019),
    ([(2019, 2021), (2022, 2024)], 2022, 2022),
    ([(2019, 2021), (2022, 2024)], 2030, 2022),
    ([(2022, 2024)], 2020, 2022),
    ([], 2020, None),
]
PLAN = """
id: plan-{first}
region: "22"
title: Plan
first_year: {first}
last_year: {last}
source: test
areas:
  - {{title: Område, without: Inga mål}}
"""


@pytest.mark.parametrize(("plans", "year", "expected"), CHOICES)
def test_the_plan_that_a_year_follows(tmp_path, plans, year, expected):
    for first, last in plans:
        (tmp_path / f"{first}.yml").write_text(PLAN.format(first=first, last=last), "utf-8")
    found = plan_for(load_plans(tmp_path), "22", year)
    assert (found and found.first_year) == expected
    assert plan_for(load_plans(tmp_path), "23", year) is None


ERRORS = [
    (PLAN.format(first=2024, last=2022), "the first year is after the last"),
    (PLAN.format(first=2022, last=2024).replace(", without: Inga mål", ""), "say in 'without' why"),
    (PLAN.format(first=2022, last=2024) + "nytt: 1\n", "line 10, nytt"),
]


@pytest.mark.parametrize(("text", "words"), ERRORS)
def test_a_wrong_plan_is_told_with_its_line(tmp_path, text, words):
    (tmp_path / "fel.yml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"fel\.yml, line") as error:
        load_plans(tmp_path)
    assert words in str(error.value)


def test_two_plans_of_one_year_are_an_error(tmp_path):
    for first, last in ((2020, 2022), (2022, 2024)):
        (tmp_path / f"{first}.yml").write_text(PLAN.format(first=first, last=last), "utf-8")
    with pytest.raises(InputError, match=r"'plan-2022' and 'plan-2020' are plans of one region"):
        load_plans(tmp_path)


def test_the_follow_up_is_of_the_regions_plan(report):
    assert followed(report).id == "vasternorrland-2022-2024"
