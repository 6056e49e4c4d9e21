"""The table of rules in docs/doctor.md is what the rules themselves say; run as a program, this file writes it anew."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.paths import ROOT

from channels_doctor.examine.registry import load
from chanscaffold.cli import cli

DOCS = ROOT / "docs" / "doctor.md"
PAGES = "../cli/chanscaffold/doctor/examine/rules"
TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)


def table():
    """Return the rules as a table: the id linked to its page, how bad, how deep, and what it finds."""
    rows = [
        f"| [{rule.id}]({PAGES}/{Path(rule.page).name}) | {rule.severity} | {rule.depth} | {rule.title} |\n"
        for rule in load()
    ]
    return "".join(["| rule | severity | depth | what it finds |\n|---|---|---|---|\n", *rows])


def test_the_table_has_every_rule_with_its_severity_depth_and_title():
    assert TABLE.search(DOCS.read_text(encoding="utf-8")).group() == table()


def test_every_link_of_the_page_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", DOCS.read_text(encoding="utf-8"))
    files = [link for link in links if "://" not in link]
    assert files
    assert [link for link in files if not (DOCS.parent / link).is_file()] == []


def test_the_table_can_be_written_anew(tmp_path):
    copy = tmp_path / "doctor.md"
    copy.write_text(TABLE.sub("", DOCS.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run([sys.executable, __file__, copy], check=True, timeout=60)
    assert copy.read_text(encoding="utf-8") == DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule):
    result = CliRunner().invoke(cli, ["doctor", "--explain", rule.id])
    assert result.exit_code == 0
    head, _, page = result.output.partition("\n\n")
    assert head == f"{rule.id} ({rule.severity}, seen at depth: {rule.depth})"
    assert page.strip() == Path(rule.page).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("asked", ["daphne-ordr", "Daphne_Order ", "daphne order"])
def test_a_misspelt_rule_is_understood_or_guessed(asked):
    assert "daphne-order" in CliRunner().invoke(cli, ["doctor", "--explain", asked]).output


def test_an_unknown_rule_is_refused_and_all_are_named():
    result = CliRunner().invoke(cli, ["doctor", "--explain", "xyzzy"])
    assert result.exit_code == 2
    assert "did you mean" not in result.output
    assert all(rule.id in result.output for rule in load())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    target.write_text(
        TABLE.sub(lambda _: table(), target.read_text(encoding="utf-8")), encoding="utf-8"
    )
