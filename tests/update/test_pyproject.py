"""pyproject.toml: requirements are merged as data, and everything else as text."""

import pytest

from chanscaffold.update.pyproject import merge_pyproject
from chanscaffold.update.requirements import merge_requirements, requirement_key

BASE = """\
[project]
name = "site"
dependencies = [
    "channels>=4.3.2,<5",
    # A comment of the template.
    "daphne>=4.2.3,<5",
    "msgspec>=0.20,<1",
]

[dependency-groups]
dev = ["pytest>=8", "ruff>=0.17"]

[tool.ruff]
line-length = 100
"""


def merge(mine, theirs, base=BASE):
    merged = merge_pyproject(base.encode(), mine.encode(), theirs.encode())
    return merged.content.decode(), merged.has_conflict


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (("a>=1",), ("a>=2",), ["a>=2"]),
        (("a>=1", "b"), ("a>=2", "c"), ["a>=2", "b", "c"]),
        ((), ("a>=2",), []),
        (("a>=1",), (), []),
        (("a==1.5",), (), ["a==1.5"]),
        (("A >= 1",), ("a>=1",), ["A >= 1"]),
        (("a>=1", "x; python_version<'3'"), ("a>=1", "x; python_version>='3'"), None),
    ],
    ids=str,
)
def test_each_package_is_merged_by_its_name(mine, theirs, expected):
    merged = merge_requirements(["a>=1"], mine, theirs)
    if expected is None:
        assert len(merged) == 3
    else:
        assert [each.mine for each in merged.values()] == expected


def test_names_are_compared_as_package_indexes_compare_them():
    assert requirement_key("Channels_Redis[x]>=1") == requirement_key("channels-redis<5")


def test_comments_between_requirements_stay():
    mine = BASE.replace('    "msgspec', '    "markdown>=3",\n    "msgspec')
    theirs = BASE.replace("msgspec>=0.20", "msgspec>=0.21").replace("4.3.2", "4.3.3")
    text, has_conflict = merge(mine, theirs)
    assert not has_conflict
    assert text == theirs.replace('    "msgspec', '    "markdown>=3",\n    "msgspec')


def test_a_list_on_one_line_is_merged_too():
    mine = BASE.replace('"ruff>=0.17"]', '"ruff>=0.17", "tox>=4"]')
    text, has_conflict = merge(mine, BASE.replace("pytest>=8", "pytest>=9"))
    assert not has_conflict
    assert 'dev = ["pytest>=9", "ruff>=0.17", "tox>=4"]' in text


def test_both_may_add_the_same_package():
    added = BASE.replace('    "msgspec', '    "markdown>=3",\n    "msgspec')
    twice = BASE.replace('<1",\n]', '<1",\n    "markdown>=3",\n]')
    text, has_conflict = merge(added, twice)
    assert not has_conflict
    assert text.count("markdown") == 1


def test_a_package_that_both_have_changed_is_a_conflict_on_its_line():
    text, has_conflict = merge(BASE.replace("4.2.3", "4.2.4"), BASE.replace("4.2.3", "4.3"))
    assert has_conflict
    assert text.count("<<<<<<<") == 1
    assert '<<<<<<< yours\n    "daphne>=4.2.4,<5",\n||||||| the template before\n' in text


def test_text_that_is_not_toml_is_merged_as_text():
    text, has_conflict = merge(BASE + "[broken\n", BASE.replace("= 100", "= 90"))
    assert has_conflict or "[broken" in text


def test_other_tables_are_merged_as_text():
    mine = BASE + "\n[tool.own]\nx = 1\n"
    text, has_conflict = merge(mine, BASE.replace('name = "site"', 'name = "other"'))
    assert (text, has_conflict) == (mine.replace('"site"', '"other"'), False)
