"""Agreement files: what they may say, and what is refused with its line."""

import re
from datetime import date

import pytest

from vardlaget.catalogue.agreements import agreement_named, load_agreements
from vardlaget.errors import InputError
from vardlaget.sources import data_files


@pytest.fixture(scope="module")
def example(root):
    text = (root / "docs" / "agreements.md").read_text(encoding="utf-8")
    return re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]


def load(folder, text, name="fil.yml"):
    (folder / name).write_text(text, encoding="utf-8")
    load_agreements.cache_clear()
    return load_agreements(folder)


def test_the_example_of_the_documentation_is_read_as_it_stands(example, tmp_path):
    (found,) = load(tmp_path, example)
    assert (found.total, found.part("base").net) == (1_000_000, 360_000)
    assert found.part("results").month_count == 2
    assert [d.words for d in found.all_deadlines] == ["30 september 2024", "oktober 2024"]
    assert found.part_in("results", "2024-02").kind == "performance"
    assert found.part_in("results", "2024-03").kind == "by_population"
    assert found.quotes[0].published == date(2024, 2, 20)


# what is replaced in the example, with what, and what the error says after the file's name
ERRORS = [
    ("total: 1000000 ", "total: 1000001 ", "total: the parts add up to 1000000, the total is"),
    ("pot: 590000", "pot: 600000", "total: the parts add up to 1010000, the total is 1000000"),
    ("months: [2024-02, 2024-03]", "months: [2024-02, 2025-03]", "not in 2024, the agreement's"),
    ("months: [2024-02, 2024-03]", "months: [2024-02, 2024-13]", "not a month.*'2024-13'"),
    ("months: [2024-02, 2024-03]", "months: [2024-03, 2024-03]", "a month is listed twice"),
    ("months: [2024-02, 2024-03]", "months: [2024-03]\n    month_count: 11", "month_count is 11"),
    ("first_visit_90d", "first_visit_9d", "no such indicator in the catalogue.*'first_visit_9d'"),
    ("basis: waiting", "basis: registered", "'waiting' or 'completed'"),
    ("medical_assessment_3d,", "medical_assessment_3d, basis: waiting,", "has no basis 'waiting'"),
    ("threshold: 85", "threshold: many", "threshold.*'many'"),
    ("comparison: improvement}", "comparison: improvement, threshold: 9}", "a threshold needs"),
    ("id: children", "id: base", "two parts have the same id"),
    ("to: children", "to: nobody", "'nobody', which is not a part"),
    ("amount: 40000", "amount: 30000", "part 'children' has pot 40000, reserved is 30000"),
    ("amount: 40000", "amount: 400000", "the reductions take the whole pot"),
    ("part: results", "part: other", "an addendum changes 'other', which is not a part"),
    ("from: 2024-03", "from: 2024-04", "begins in a month that part 'results' has not"),
    ('{"23": 1.25}', '{"23": 101}', r"shares\.23.*less than or equal to 100"),
    ('{"23": 1.25}', '{"23": 60, "24": 60}', "more than 100 per cent together"),
    ('{"23": 1.25}', '{"JH": 1.25}', "'JH' is not a county code"),
    ("      derivation: Ur regionens egen beräkning\n", "", "shares need a derivation"),
    ("day: 2024-09-30", "day: 2024-09-31", "day"),
    ("confidence: high                 #", "confidence: certain #", "'certain'"),
    ("title:", "titel:", "title: Field required"),
    ("year: 2024", "year: [2024", "not valid YAML"),
]


@pytest.mark.parametrize(("old", "new", "message"), ERRORS)
def test_a_mistake_is_told_with_file_and_line(old, new, message, example, tmp_path):
    assert old in example
    with pytest.raises(InputError, match=rf"(?s)fil\.yml, line \d+.*{message}"):
        load(tmp_path, example.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "line"), [("months: [2024-02", "months"), ("first_visit_90d", "first_visit")]
)
def test_the_line_is_the_one_of_the_mistake(old, line, example, tmp_path):
    changed = example.replace(old, old.replace("2024-02", "2023-02").replace("90d", "9d"), 1)
    number = next(n for n, text in enumerate(changed.splitlines(), 1) if line in text)
    with pytest.raises(InputError, match=rf"fil\.yml, line {number},"):
        load(tmp_path, changed)


def test_an_id_of_two_files_is_an_error_that_names_both(example, tmp_path):
    (tmp_path / "annan.yaml").write_text(example, encoding="utf-8")
    with pytest.raises(InputError, match=r"fil\.yml: the id 'exempel-2024' is that of .*annan"):
        load(tmp_path, example)


def test_several_folders_are_read_and_one_that_is_missing_has_none(example, root, tmp_path):
    load(tmp_path, example)
    found = load_agreements(root / "data/reference/agreements", tmp_path, tmp_path / "none")
    assert "exempel-2024" in [agreement.id for agreement in found]
    assert [a.year for a in found] == sorted(a.year for a in found)


def test_an_unknown_agreement_is_told_with_those_there_are(example, tmp_path):
    with pytest.raises(InputError, match=r"'exempel': no such agreement\. Known: exempel-2024"):
        agreement_named(load(tmp_path, example), "exempel")


def test_amounts_that_are_not_known_may_stay_unknown(example, tmp_path):
    text = example.replace("total: 1000000 ", "total: null ").replace("pot: 590000", "pot: null")
    (found,) = load(tmp_path, text)
    assert (found.total, found.part("results").net) == (None, None)


def test_agreements_in_the_data_folder_are_no_observations(example, tmp_path):
    (tmp_path / "agreements").mkdir()
    load(tmp_path / "agreements", example)
    (tmp_path / "a.csv").write_text("x\n", encoding="utf-8")
    assert [path.name for path in data_files(tmp_path)] == ["a.csv"]
    (tmp_path / "agreements" / "avtal.docx").write_text("x", encoding="utf-8")
    assert [path.name for path in data_files(tmp_path)] == ["a.csv", "avtal.docx"]
