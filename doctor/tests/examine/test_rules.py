"""Each rule reports its faulty project and nothing else; its page contains the project."""

import ast
import functools

import pytest
from support.paths import PACKAGE
from support.pythons import python_or_skip
from support.sample_projects import (
    BROKEN,
    RULES,
    SOUND,
    examine,
    examine_apart,
    known_library,
    make_project,
)

MESSAGE_LENGTH = 160  # characters
STATIC = sorted(name for name, rule in RULES.items() if rule.depth == "source")


@pytest.fixture(scope="module")
def findings_in_faulty(tmp_path_factory):
    """Return a function that examines the faulty project of a rule once."""

    @functools.cache
    def findings(name):
        folder = make_project(tmp_path_factory.mktemp(name), RULES[name], BROKEN)
        return examine(folder, library=known_library(RULES[name]))

    return findings


@pytest.mark.parametrize("name", STATIC)
def test_a_faulty_project_is_reported_by_its_rule_only(name, findings_in_faulty):
    found = findings_in_faulty(name)
    assert {each["rule"] for each in found} == {name}, found


@pytest.mark.parametrize("name", STATIC)
def test_a_message_is_short_and_ends_with_a_full_stop(name, findings_in_faulty):
    messages = [each["message"] for each in findings_in_faulty(name)]
    assert [each for each in messages if len(each) > MESSAGE_LENGTH] == []
    assert all(each.endswith(".") for each in messages)


@pytest.mark.parametrize("name", STATIC)
def test_the_fixed_project_has_no_finding(name, tmp_path):
    assert (
        examine(make_project(tmp_path, RULES[name], SOUND), library=known_library(RULES[name]))
        == []
    )


def test_the_sample_project_has_no_finding(tmp_path):
    assert examine(make_project(tmp_path)) == []


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_python_version_reports_the_same(version, tmp_path):
    folder = make_project(tmp_path, RULES["group-name-raw"], BROKEN)
    assert examine_apart(folder, python_or_skip(version)) == examine(folder) != []


def test_no_rule_calls_a_method_that_python_3_8_lacks():
    newer = {"removeprefix", "removesuffix", "bit_count", "is_relative_to"}
    found = {
        (path.name, node.attr)
        for path in (PACKAGE / "examine").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in newer
    }
    assert found == set()


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_has_a_severity_and_a_depth(name):
    rule = RULES[name]
    assert rule.severity in {"error", "warning", "info"}
    assert rule.depth in {"source", "settings", "live"}
