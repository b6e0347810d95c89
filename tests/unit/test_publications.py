"""Publications: for whom and when, what a region has chosen, sections left out."""

from dataclasses import replace
from pathlib import Path

import pytest

from vardlaget import project
from vardlaget.catalogue import Region, Settings
from vardlaget.catalogue.settings import Goal, GoalPart
from vardlaget.errors import InputError
from vardlaget.periods import Month
from vardlaget.pipeline import publications as module
from vardlaget.pipeline.publications import without_sections

WEST = Region(code="19", name="Region Väst", short_name="Väst", slug="vast", kolada_id="0019")
COUNTRY = Region(code="00", name="Riket", short_name="Riket", slug="riket", kolada_id="0000")
FEBRUARY, DECEMBER = Month(2024, 2), Month(2024, 12)


@pytest.fixture
def place(tmp_path) -> project.Project:
    (tmp_path / "reports").mkdir()
    return replace(project.find(), root=tmp_path)


def put(place: project.Project, name: str, publish: str = "", body: str = "") -> Path:
    path = place.reports / f"{name}.qmd"
    path.write_text(f"---\ntitle: {name.title()}\n{publish}---\n{body}", encoding="utf-8")
    return path


@pytest.fixture
def three(place) -> list[module.Publication]:
    put(place, "monthly", body="## One {#one}\n{{< embed /notebooks/a.ipynb#x >}}\n")
    put(place, "annual", "publish:\n  months: [12]\n  requires: annual\n")
    put(place, "national", "publish: {scope: country}\n")
    put(place, "_part")
    return module.all_publications(place)


def names(found: list[module.Publication]) -> list[str]:
    return [publication.name for publication in found]


def test_a_report_tells_title_terms_notebooks_and_sections(three):
    annual, monthly, national = three
    assert (monthly.title, monthly.sections, monthly.notebooks) == (
        "Monthly",
        ("one",),
        {"a.ipynb"},
    )
    assert (annual.months, annual.requires) == ((12,), "annual")
    assert national.scope == "country"


def test_an_edition_holds_what_suits_region_and_month(three):
    assert names(module.chosen(three, Settings(), WEST, FEBRUARY)) == ["monthly"]
    assert names(module.chosen(three, Settings(), WEST, DECEMBER)) == ["annual", "monthly"]
    assert names(module.chosen(three, Settings(), COUNTRY, FEBRUARY)) == ["national"]


def test_a_region_chooses_publications_and_their_order(three):
    settings = Settings(publications=("monthly", "annual"))
    assert names(module.chosen(three, settings, WEST, DECEMBER)) == ["monthly", "annual"]
    assert names(module.chosen(three, settings, WEST, FEBRUARY)) == ["monthly"]


def test_comments_are_taken_by_what_is_built_and_not_hidden(place):
    take = "{{{{< include comments/{}.md >}}}}\n"
    put(place, "annual", body="## A {#a}\n" + take.format("a") + "\n## B {#b}\n" + take.format("b"))
    put(place, "monthly", body=take.format("m") + "\n{{< include _part.qmd >}}\n")
    put(place, "_part", body=take.format("p"))
    annual, monthly = module.all_publications(place)
    assert module.commented([annual, monthly], {}) == {"a", "b", "m", "p"}
    assert module.commented([annual], {"annual": ("b",)}) == {"a"}


def test_what_parts_include_is_relative_to_them_and_never_endless(place):
    """A part that includes itself is told by the engines."""
    put(place, "monthly", body="{{< include parts/_one.md >}}\n")
    parts = place.reports / "parts"
    parts.mkdir()
    (parts / "_one.md").write_text("{{< include _two.md >}}\n", encoding="utf-8")
    (parts / "_two.md").write_text(
        "{{< include _one.md >}}\n\n{{< include comments/p.md >}}\n", encoding="utf-8"
    )
    assert module.commented(module.all_publications(place), {}) == {"p"}


part = GoalPart(title="P", indicator="sick_leav")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(publications=("montly",)), "no publication 'montly'. Did you mean 'monthly'?"),
        (Settings(hidden={"monthly": ("oe",)}), "no section 'oe'. Did you mean 'one'?"),
        (
            Settings(goals=(Goal(id="g", title="G", parts=(part,)),)),
            "no indicator 'sick_leav' in the catalogue. Did you mean 'sick_leave'?",
        ),
        (Settings(hidden={"other": ("one",)}), "settings/vast.yml: no publication 'other'"),
    ],
)
def test_settings_that_name_what_is_not_there_are_refused(three, settings, told):
    with pytest.raises(InputError, match=told.replace("?", r"\?")):
        module.chosen(three, settings, WEST, FEBRUARY)


def test_a_publication_asked_for_by_name_must_suit(three):
    with pytest.raises(InputError, match="made in month 12, not in 2024-02"):
        module.named(three, "annual").require_suits(WEST, FEBRUARY)
    with pytest.raises(InputError, match="made for the country"):
        module.named(three, "national").require_suits(WEST, FEBRUARY)
    with pytest.raises(InputError, match="There are: annual, monthly, national"):
        module.named(three, "weekly")


@pytest.mark.parametrize(
    ("publish", "told"),
    [
        ("publish: {scope: planet}\n", r"line 3, publish\.scope"),
        ("publish: {month: [1]}\n", r"line 3, publish\.month"),
    ],
)
def test_wrong_terms_are_told_with_their_line(place, publish, told):
    put(place, "wrong", publish)
    with pytest.raises(InputError, match=told):
        module.all_publications(place)


TEXT = """# Title
## One {#one}
a
::: {.content-visible when-meta="available.two"}
## Two {#two}
b
### Part {#part}
c
:::
## Three {#three}
d
"""


@pytest.mark.parametrize(
    ("hidden", "left"),
    [
        (("one",), TEXT.replace("## One {#one}\na\n", "")),
        (("two",), TEXT.replace("## Two {#two}\nb\n### Part {#part}\nc\n", "")),
        (("part",), TEXT.replace("### Part {#part}\nc\n", "")),
        (("three",), TEXT.replace("## Three {#three}\nd\n", "")),
        (
            ("one", "three"),
            TEXT[: TEXT.index("## One")] + TEXT[TEXT.index(":::") : -len("## Three {#three}\nd\n")],
        ),
        ((), TEXT),
    ],
)
def test_a_hidden_section_goes_with_its_parts_and_leaves_its_neighbours(hidden, left):
    assert without_sections(TEXT, hidden) == left
