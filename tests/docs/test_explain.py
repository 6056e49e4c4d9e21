"""`chanscaffold doctor --explain`: the page of a rule."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from channels_doctor.examine.registry import load_rules
from chanscaffold.cli import cli


def explain(name):
    return CliRunner().invoke(cli, ["doctor", "--explain", name])


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule):
    result = explain(rule.id)
    assert result.exit_code == 0
    head, _, page = result.output.partition("\n\n")
    assert head.startswith(f"{rule.id} ({rule.severity}, ")
    assert page.strip() == Path(rule.page).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("name", ["daphne-ordr", "Daphne_Order ", "daphne order"])
def test_a_misspelt_rule_is_understood_or_suggested(name):
    assert "daphne-order" in explain(name).output


def test_an_unknown_rule_is_refused_and_all_are_named():
    result = explain("xyzzy")
    assert result.exit_code == 2
    assert all(rule.id in result.output for rule in load_rules())
