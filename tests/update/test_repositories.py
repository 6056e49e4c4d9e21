"""The base is in the project: every kind of repository can be updated, and twice."""

import json
import shutil

import pytest
from support.cookiecutters import commit_all, git
from support.update_fixtures import (
    FIXTURES,
    Section,
    make_template,
    read_sections,
    read_tree,
    write_sections,
)

PAGES = '''\
"""The pages."""


def index():
    return "rooms"


def history():
    return "my own messages"
'''
MINE = {"chat/views.py": Section(PAGES.encode(), None)}


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    """A version after the later one."""
    sections = read_sections(FIXTURES / "template_after.txt")
    sections["config/settings.py"] = sections["config/settings.py"]._replace(
        content=sections["config/settings.py"].content.replace(b"= 100", b"= 200")
    )
    changes = json.loads((FIXTURES / "changes.json").read_text(encoding="utf-8"))
    return make_template(tmp_path_factory.mktemp("third"), sections, changes)


def clone(site, tmp_path, *options):
    git(tmp_path, "clone", "--quiet", *options, f"file://{site}", tmp_path / "clone")
    return tmp_path / "clone"


def alone(site, tmp_path):
    return site


def detached(site, tmp_path):
    git(site, "checkout", "--quiet", "--detach")
    return site


def shallow(site, tmp_path):
    return clone(site, tmp_path, "--depth=1")


def squashed(site, tmp_path):
    """Squash the whole history of a branch into the first commit of another."""
    git(site, "checkout", "--quiet", "--orphan", "squashed")
    git(site, "commit", "--quiet", "--message", "All")
    return site


def work_tree(site, tmp_path):
    git(site, "worktree", "add", "--quiet", tmp_path / "tree", "-b", "other")
    return tmp_path / "tree"


def inside_another(site, tmp_path):
    """A folder of a repository whose other folders are not clean."""
    whole = tmp_path / "whole"
    shutil.copytree(site, whole / "apps" / "site", ignore=shutil.ignore_patterns(".git"))
    commit_all(whole)
    (whole / "other.txt").write_text("not committed")
    return whole / "apps" / "site"


PLACES = [alone, detached, shallow, clone, squashed, work_tree, inside_another]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_project_is_updated_twice(make_site, update, versions, third, tmp_path, place):
    site = make_site()
    write_sections(site, MINE)
    commit_all(site, "Edit")
    site = place(site, tmp_path)
    for message, template in (("First", versions[1]), ("Second", third)):
        result = update(site, template=template)
        assert result.exit_code == 0, result.output
        git(site, "add", "--all", ".")
        git(site, "commit", "--quiet", "--message", message)
        site = squash_last(site) if place is squashed else site
    assert b"my own" in (site / "chat" / "views.py").read_bytes()
    assert b"CHAT_HISTORY = 200" in (site / "config" / "settings.py").read_bytes()
    assert update(site, "--check", template=third).exit_code == 0


def squash_last(site):
    """Replace the history by one commit."""
    git(site, "reset", "--quiet", "--soft", git(site, "rev-list", "--max-parents=0", "HEAD"))
    git(site, "commit", "--quiet", "--amend", "--message", "All")
    return site


def test_two_steps_and_one_step_give_the_same_tree(make_site, update, third, tmp_path):
    one, two = make_site(folder=tmp_path / "1" / "site"), make_site(folder=tmp_path / "2" / "site")
    assert update(one, template=third).exit_code == 0
    assert update(two).exit_code == 0
    commit_all(two, "First")
    assert update(two, template=third).exit_code == 0
    assert read_tree(one) == read_tree(two)


def test_a_second_project_of_a_repository_has_its_own_abort(make_site, update, tmp_path):
    whole, site = tmp_path / "whole", make_site()
    names = ("one", "two")
    for name in names:
        shutil.copytree(site, whole / name, ignore=shutil.ignore_patterns(".git"))
    commit_all(whole)
    before = read_tree(whole)
    for name in names:
        assert update(whole / name).exit_code == 0
    for name in names:
        assert update(whole / name, "--abort").exit_code == 0
    assert read_tree(whole) == before


def test_an_abort_also_resets_what_was_staged(make_site, update):
    site = make_site()
    before = read_tree(site)
    update(site)
    git(site, "add", "--all")
    assert update(site, "--abort").exit_code == 0
    assert read_tree(site) == before
    assert git(site, "status", "--porcelain") == ""


def test_the_check_needs_no_repository(make_site, update):
    site = make_site()
    shutil.rmtree(site / ".git")
    (site / "README.md").write_text("not committed")
    assert update(site, "--check").exit_code == 1
