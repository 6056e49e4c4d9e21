"""Each fix that is a diff or a requirement is applied as it is printed, and mends the project."""

import pytest
from support.explained_fixes import EXPLAINED
from support.printed_fix import apply_to, is_applicable
from support.sample_projects import BROKEN, RULES, examine, known_library, make_project

STATIC = sorted(name for name, rule in RULES.items() if rule.depth == "source")
MAX_ROUNDS = 3  # a fix may show a fault that the first one hid


@pytest.mark.parametrize("name", STATIC)
def test_the_printed_fixes_make_the_faulty_project_of_a_page_sound(name, tmp_path):
    folder, library = make_project(tmp_path, RULES[name], BROKEN), known_library(RULES[name])
    found = examine(folder, library=library)
    for _ in range(MAX_ROUNDS):
        applicable = [each for each in found if is_applicable(each["fix"])]
        if not applicable:
            break
        for finding in sorted(applicable, key=lambda each: each["line"] or 0, reverse=True):
            apply_to(folder, finding)
        found = examine(folder, library=library)
    assert {each["rule"] for each in found} <= EXPLAINED.keys() & {name}


def test_each_explained_rule_exists_and_says_what_its_reader_decides():
    assert EXPLAINED.keys() <= RULES.keys()
    assert all(EXPLAINED.values())


def test_the_text_of_a_fix_decides_whether_it_is_applied():
    assert is_applicable("-a\n+b")
    assert is_applicable("daphne>=4.2.3,<5")
    assert not is_applicable("-a\n+b(…)")
    assert not is_applicable("group_add(group, channel)")
