"""What an update refuses: exit code 2, one sentence, and nothing is changed."""

import os
import subprocess

import pytest
from support.cookiecutters import commit_all, git
from support.update_fixtures import Section, read_tree, write_sections

RECORD = ".chanscaffold.toml"


@pytest.fixture
def refuse(update):
    """Return a function that updates, and asserts that this is refused with a message."""

    def run(site, message, *flags):
        before = read_tree(site) if site.is_dir() else None
        result = update(site, *flags)
        assert result.exit_code == 2, result.output
        assert message in result.output
        assert "Traceback" not in result.output
        assert before is None or read_tree(site) == before

    return run


def test_a_folder_without_a_record(make_site, refuse, tmp_path):
    refuse(tmp_path / "missing", "is not a generated project")
    site = make_site()
    (site / RECORD).unlink()
    refuse(site, "restore the file from git")


RECORDS = {
    "no toml": ("[broken", "not valid TOML"),
    "no change": ("version = '1'\n[answers]\nproject_slug = 'site'\n", "`change` must be"),
    "no answers": ("change = 0\n", "must have a project_slug"),
    "answers of a wrong type": ("change = 0\nanswers = 1\n", "must have a project_slug"),
    "a wrong starter": ("change = 0\n{}\n[[starters]]\nname = 1\n", "each of [[starters]]"),
    "from the future": ("version = '9'\nchange = 99\n{}", "a newer chanscaffold"),
    "an unknown answer": ("version = '1'\nchange = 0\n{}colour = 'red'\n", "'colour', which is no"),
    "a bad answer": ("version = '1'\nchange = 0\n{}layer = 'carrier'\n", "layer 'carrier'"),
    "template code": (
        "version = '1'\nchange = 0\n{}project_name = '{{ 1 }}'\n",
        "starts template code",
    ),
    "a bad slug": ("version = '1'\nchange = 0\n[answers]\nproject_slug = '../x'\n", "must be"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_is_not_valid(make_site, refuse, name):
    text, message = RECORDS[name]
    site = make_site()
    text = text.replace("{}", "[answers]\nproject_slug = 'site'\n", 1)
    (site / RECORD).write_text(text, encoding="utf-8")
    commit_all(site, "Break it")
    refuse(site, message)


def test_an_invalid_flag(make_site, refuse):
    refuse(make_site(), "Invalid value for '--layer'", "--layer", "carrier")


@pytest.mark.parametrize("is_staged", [False, True])
def test_uncommitted_files(make_site, refuse, is_staged):
    site = make_site()
    write_sections(site, {"chat/views.py": Section(b"new\n", None), "own.py": Section(b"", None)})
    if is_staged:
        git(site, "add", "--all")
    refuse(site, "has uncommitted files (chat/views.py, own.py): commit them, or `git stash -u`")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("MERGE_HEAD", "A merge is running"),
        ("rebase-merge", "A rebase is running"),
        ("rebase-apply", "A rebase is running"),
        ("CHERRY_PICK_HEAD", "`git cherry-pick --abort`"),
        ("BISECT_LOG", "`git bisect reset`"),
    ],
)
def test_a_running_merge_or_rebase(make_site, refuse, file, message):
    site = make_site()
    (site / ".git" / file).write_text("x")
    refuse(site, message)


def test_a_folder_without_a_repository_or_a_commit(make_site, refuse):
    site = make_site()
    for command in (["rm", "-r", ".git"], ["git", "init", "-q"]):
        subprocess.run(command, cwd=site, check=True)
        refuse(site, "has no commit that git can read")


def test_a_machine_without_git(make_site, refuse, monkeypatch):
    site = make_site()
    monkeypatch.setenv("PATH", "/nowhere")
    for flags in ([], ["--check"], ["--abort"]):
        refuse(site, "install git", *flags)


def test_a_read_only_file(make_site, refuse):
    site = make_site()
    (site / "README.md").chmod(0o444)
    refuse(site, "README.md is read-only: run `chmod u+w` on it")


def test_a_new_version_from_an_earlier_update_is_not_overwritten(make_site, refuse):
    site = make_site()
    own = {"chat/smoke.py": Section(b"1\n", None), "chat/smoke.py.new": Section(b"2\n", None)}
    write_sections(site, own)
    commit_all(site, "Edit")
    refuse(site, "chat/smoke.py.new is in the way")


def test_a_template_that_does_not_render(make_site, refuse, versions, tmp_path, update):
    import shutil

    template = shutil.copytree(versions[1], tmp_path / "broken")
    readme = template / "{{cookiecutter.project_slug}}" / "README.md"
    readme.write_text("{{ nothing.here }}")
    site = make_site()
    before = read_tree(site)
    result = update(site, template=template)
    assert result.exit_code == 2
    assert "does not render" in result.output
    assert read_tree(site) == before


def test_nothing_to_abort(make_site, refuse):
    refuse(make_site(), "There is no update to abort", "--abort")


def test_an_update_that_was_committed_is_not_aborted(make_site, update, refuse):
    site = make_site()
    update(site)
    commit_all(site, "Update")
    refuse(site, "There were commits since the update", "--abort")


def test_whoever_has_not_ended_an_update_is_told_of_the_abort(make_site, update, refuse):
    site = make_site()
    update(site)
    refuse(site, "or run `chanscaffold update --abort`")


# Links: never read or written through.


def test_a_link_in_place_of_a_file_is_left(make_site, update, tmp_path):
    site, outside = make_site(), tmp_path / "outside.py"
    outside.write_bytes((site / "config" / "settings.py").read_bytes())
    (site / "config" / "settings.py").unlink()
    (site / "config" / "settings.py").symlink_to(outside)
    commit_all(site, "Link")
    before = outside.read_bytes()
    result = update(site)
    assert "config/settings.py: it is a link" in result.output
    assert (site / "config" / "settings.py").is_symlink()
    assert outside.read_bytes() == before


def test_a_link_in_place_of_a_folder_is_left(make_site, update, tmp_path):
    site, outside = make_site(), tmp_path / "outside"
    (site / "deploy").rename(outside)
    (site / "deploy").symlink_to(outside)
    commit_all(site, "Link")
    before = read_tree(outside)
    result = update(site)
    assert "deploy/nginx.conf: deploy is a link" in result.output
    assert read_tree(outside) == before


def test_a_link_in_place_of_the_record_is_refused(make_site, refuse, tmp_path):
    site = make_site()
    (site / RECORD).rename(tmp_path / "record")
    (site / RECORD).symlink_to(tmp_path / "record")
    commit_all(site, "Link")
    refuse(site, "is a link")


def test_a_folder_in_place_of_a_file_is_left(make_site, update):
    site = make_site()
    (site / "README.md").unlink()
    write_sections(site, {"README.md/own": Section(b"x", None), "deploy.d/x": Section(b"", None)})
    commit_all(site, "Edit")
    assert "README.md: it is a folder" in update(site).output
    assert os.listdir(site / "README.md") == ["own"]
