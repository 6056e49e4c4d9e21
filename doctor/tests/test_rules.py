"""Every rule finds its broken project and leaves its sound one alone; the pairs stand in the rules' pages."""

from pathlib import Path

import pytest
from support.pythons import python_or_skip
from support.sample_projects import (
    BROKEN,
    RULES,
    SOUND,
    blocks,
    examine,
    examine_apart,
    known_library,
    make_project,
)

STATIC = sorted(name for name, rule in RULES.items() if rule.depth == "source")


@pytest.mark.parametrize("name", STATIC)
def test_a_broken_project_is_found_by_its_rule_alone(name, tmp_path):
    found = examine(make_project(tmp_path, RULES[name], BROKEN), library=known_library(RULES[name]))
    assert {each["rule"] for each in found} == {name}, found


@pytest.mark.parametrize("name", STATIC)
def test_the_mended_project_has_no_finding(name, tmp_path):
    assert (
        examine(make_project(tmp_path, RULES[name], SOUND), library=known_library(RULES[name]))
        == []
    )


def test_the_sound_project_has_no_finding(tmp_path):
    assert examine(make_project(tmp_path)) == []


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_python_of_a_project_finds_the_same(version, tmp_path):
    folder = make_project(tmp_path, RULES["group-name-raw"], BROKEN)
    assert examine_apart(folder, python_or_skip(version)) == examine(folder) != []


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_page_shows_what_is_seen_and_the_mend(name):
    rule, text = RULES[name], Path(RULES[name].page).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Symptom",
        "## Why",
        "## Fix",
    ]
    assert rule.symptom in text
    assert blocks(rule)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_has_a_severity_a_depth_and_a_title(name):
    rule = RULES[name]
    assert rule.severity in {"error", "warning", "info"}
    assert rule.depth in {"source", "settings", "live"}
    assert rule.title.endswith(".")
    assert "\n" not in rule.title
