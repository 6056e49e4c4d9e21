"""A project of a starter: its recorded starter stays, and `--starter` takes another version."""

import pytest
from support.cookiecutters import commit_all
from support.update_fixtures import run_cli


@pytest.fixture
def team_site(repository, tmp_path):
    """A project of the starter acme at v1, whose repository also has v2."""
    for version in ("1", "2"):
        commit = repository.commit({"docs": {"team.md": f"version {version}\n"}})
        repository.git("update-ref", f"refs/tags/v{version}", commit)
    assert run_cli("starter", "add", "acme", repository.url, "--trust").exit_code == 0
    flags = ["--starter", "acme@v1", "--trust", "--no-setup", "--no-git", "-q"]
    result = run_cli("new", tmp_path / "site", *flags)
    assert result.exit_code == 0, result.output
    commit_all(tmp_path / "site")
    return tmp_path / "site"


def test_an_update_keeps_the_recorded_commit_and_takes_a_newer_one(team_site):
    page = team_site / "docs" / "team.md"
    assert page.read_text() == "version 1\n"
    assert run_cli("update", team_site, "--check").exit_code == 0
    result = run_cli("update", team_site, "--starter", "acme@v2", "--no-proof")
    assert result.exit_code == 0, result.output
    assert page.read_text() == "version 2\n"
    commit_all(team_site, "Update")
    assert run_cli("update", team_site, "--check").exit_code == 0


def test_a_starter_without_a_source_here_is_named(team_site):
    assert run_cli("starter", "remove", "acme").exit_code == 0
    result = run_cli("update", team_site, "--check")
    assert result.exit_code == 2
    assert "run `chanscaffold starter add acme SOURCE`" in result.output
