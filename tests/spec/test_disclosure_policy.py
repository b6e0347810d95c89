"""The policy: its rules with their sources, and its errors with their lines."""

from datetime import date
from typing import get_args

import pytest

from disclosure_support import FILE, INDICATORS, POLICY
from vardlaget.disclosure import load_policy
from vardlaget.disclosure.policy import Rule
from vardlaget.errors import InputError


def test_the_policy_has_its_source_and_its_errors_their_line(tmp_path):
    assert (POLICY.threshold, POLICY.show_zero, POLICY.earlier_rule) == (5, True, 20)
    text = FILE.read_text(encoding="utf-8")
    wrong = tmp_path / "disclosure.yml"
    wrong.write_text(text.replace("threshold: 5", "threshold: 1"), encoding="utf-8")
    with pytest.raises(InputError, match=r"disclosure.yml, line 2, threshold: .*value 1"):
        load_policy(wrong, INDICATORS)
    unknown = tmp_path / "unknown.yml"
    unknown.write_text(text.replace("also: [displaced_", "also: ["), encoding="utf-8")
    with pytest.raises(InputError, match=r"'patients': no such indicator"):
        load_policy(unknown, INDICATORS)


def test_each_rule_is_said_by_a_source_or_is_a_choice_with_its_reason_and_date(tmp_path):
    assert set(POLICY.basis) == set(get_args(Rule))
    said = {name for name, basis in POLICY.basis.items() if basis.source}
    assert said == {"threshold"}
    assert POLICY.basis["threshold"].confidence == "high"
    assert all(basis.since <= date.today() for basis in POLICY.basis.values())
    assert all(POLICY.basis[name].choice for name in set(POLICY.basis) - said)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    confidence: high\n", "", "needs either source, says and confidence, or a choice"),
        ("    choice: Mål,", "    source: Mål,", "needs either source, says and confidence"),
        ("  scenarios:\n    choice", "  threshold:\n    choice", "scenarios has no basis"),
    ],
)
def test_a_rule_without_a_basis_is_refused(tmp_path, old, new, told):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "disclosure.yml"
    wrong.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_policy(wrong, INDICATORS)
