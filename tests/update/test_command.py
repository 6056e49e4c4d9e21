"""The command line of `chanscaffold update`: PATH, flags of answers, and formats."""

import json

import pytest
from support.update_fixtures import run_cli

from chanscaffold.new import new
from chanscaffold.options import RESERVED
from chanscaffold.update import command
from chanscaffold.update.record import describe_version

PLACES = (
    ("--check",),
    ("--layer", "redis", "--check"),
    ("--check", "--superuser", "alice", "--no-docker"),
    ("--check", "."),
    ("--layer", "redis", ".", "--check"),
)


@pytest.mark.parametrize("arguments", PLACES, ids=" ".join)
def test_the_path_is_the_current_folder_by_default(make_site, versions, monkeypatch, arguments):
    monkeypatch.chdir(make_site())
    result = run_cli("update", "--template", versions[1], *arguments)
    assert result.exit_code == 1
    assert "An update to 0.1.0 would change:" in result.output


def test_the_help_needs_no_project(here):
    result = run_cli("update", "--help")
    assert result.exit_code == 0
    assert "--layer [memory|redis]" in result.output
    assert "--setup" not in result.output


def test_the_json_report_is_the_only_output(make_site, update):
    result = update(make_site(), "--format", "json")
    report = json.loads(result.stdout)
    assert report["status"] == "updated"
    assert report["exit_code"] == result.exit_code == 0
    assert {"kind": "replaced", "path": "README.md", "reason": ""} in report["changes"]
    assert report["next"][-1].startswith("chanscaffold update --abort")


def test_a_conflict_is_named_with_what_comes_next(make_site, update):
    from support.cookiecutters import commit_all

    site = make_site()
    (site / "README.md").write_text("# My site\n\nRun it.\n")
    commit_all(site, "Edit")
    result = update(site)
    assert result.exit_code == 1
    assert "  conflict      README.md\n" in result.output
    assert "git diff --check" in result.output


def test_a_verbose_report_names_every_file(make_site, update):
    site = make_site()
    assert "README.md" not in update(site, "--check").output
    assert "  replaced      README.md\n" in update(site, "--check", "--verbose").output


@pytest.mark.parametrize("commit", ["", "0123456789ab"])
def test_a_version_has_the_beginning_of_its_commit_if_that_is_known(commit):
    line = f"commit = '{commit}{'c' * 28}'\n" if commit else ""
    version = f"0.1.0 (commit {commit})" if commit else "0.1.0"
    assert describe_version(f"version = '0.1.0'\n{line}".encode()) == version


def test_no_starter_can_take_the_name_of_a_flag():
    own = {param.name for param in command.update.params} - {"path", "template", "starter"}
    assert own - {param.name for param in new.params} == RESERVED
