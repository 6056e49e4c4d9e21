"""Owners edit a project, and the later version of its template is merged as they expect."""

import json

import pytest
from support.cookiecutters import commit_all, git
from support.update_fixtures import FIXTURES, Section, read_sections, read_tree, write_sections

CASES = sorted((FIXTURES / "cases").glob("*.txt"))
# What is the same for every owner.
QUIET = ("replaced", "added", "removed", "renamed")


def select(sections, kind):
    """Return the sections of one kind by the names of their files."""
    start = f"{kind}: "
    return {
        name.removeprefix(start): section
        for name, section in sections.items()
        if name.startswith(start)
    }


def expected_tree(later, sections):
    """Return the later version with what a case expects instead."""
    tree = dict(later)
    for name, section in select(sections, "expected").items():
        if section.content is None:
            del tree[name]
        else:
            mode = section.mode or (0o755 if tree.get(name, (b"", False))[1] else 0o644)
            tree[name] = (section.content, mode == 0o755)
    return tree


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_result_is_the_expected_tree(case, make_site, update, versions, new_site):
    sections = read_sections(case)
    later = read_tree(new_site(versions[1]))
    site = make_site()
    write_sections(site, select(sections, "owner"))
    commit_all(site, "Edit")
    result = update(site, "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == (1 if "conflict" in str(report["changes"]) else 0), result.output
    assert read_tree(site) == expected_tree(later, sections)
    found = [f"{each['kind']} {each['path']}" for each in report["changes"]]
    assert sorted(line for line in found if not line.startswith(QUIET)) == sorted(
        sections["report"].content.decode().splitlines()
    )


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_abort_brings_every_file_back(case, make_site, update):
    site = make_site()
    write_sections(site, select(read_sections(case), "owner"))
    commit_all(site, "Edit")
    before = read_tree(site)
    update(site)
    assert read_tree(site) != before
    assert update(site, "--abort").exit_code == 0
    assert read_tree(site) == before
    assert git(site, "status", "--porcelain") == ""


def test_a_second_update_has_nothing_to_do(make_site, update):
    site = make_site()
    assert update(site, "--check").exit_code == 1
    assert update(site).exit_code == 0
    commit_all(site, "Update")
    before = read_tree(site)
    for flags in ([], ["--check"], ["--diff"]):
        result = update(site, *flags)
        assert result.exit_code == 0
        assert "has everything" in result.output
    assert read_tree(site) == before


def test_a_check_and_a_diff_write_nothing(make_site, update):
    site = make_site()
    before = read_tree(site)
    assert update(site, "--check").exit_code == 1
    result = update(site, "--diff")
    assert result.exit_code == 1
    assert "-CHAT_HISTORY = 50\n+CHAT_HISTORY = 100" in result.output
    assert read_tree(site) == before
    assert git(site, "status", "--porcelain") == ""


def test_a_changed_answer_brings_its_files_and_dependencies(make_site, update, versions):
    site = make_site()
    assert update(site, "--layer", "redis", template=versions[0]).exit_code == 0
    assert '    "channels-redis>=4.3,<5",\n' in (site / "pyproject.toml").read_text()
    assert "redis://" in (site / ".env.example").read_text()
    assert 'layer = "redis"' in (site / ".chanscaffold.toml").read_text()
    commit_all(site, "Redis")
    assert update(site, "--check", template=versions[0]).exit_code == 0


def test_another_database_says_that_data_is_not_moved(make_site, update):
    result = update(make_site(), "--database", "postgres")
    assert "its data is not moved" in result.output


def test_new_variables_and_breaking_changes_are_told(make_site, update):
    result = update(make_site())
    assert "# BEHIND_PROXY=true" in result.output
    assert "Write DEBUG=true into the .env" in result.output


def test_whoever_changes_the_library_is_told(make_site, update):
    site = make_site()
    write_sections(site, {"channels_realtime/own.py": Section(b"", None)})
    commit_all(site, "Edit")
    assert "maintain it" not in update(site, "--check").output
    write_sections(site, {"channels_realtime/conf.py": Section(b"MAX = 1\n", None)})
    commit_all(site, "Edit")
    assert "maintain it" in update(site, "--check").output
