"""The workflow that opens a pull request with an update: its script, with a stand-in for gh."""

import os
import subprocess

import pytest
import yaml
from support.cookiecutters import commit_all, git, publish
from support.renders import render_file

BRANCH = "chanscaffold-update"
# It records its arguments, and knows the number of the open pull request, if there is one.
GH = """#!/bin/sh
echo "$*" >> "$RUNNER_TEMP/calls"
if [ "$1 $2" = "pr list" ]; then cat "$RUNNER_TEMP/open"; fi
"""


@pytest.fixture
def clone(tmp_path):
    """A clone of a repository, whose file README.md has been updated."""
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "README.md").write_text("before\n")
    commit_all(tmp_path / "first")
    origin = publish(tmp_path / "first", tmp_path / "origin.git")
    git(tmp_path, "clone", "--quiet", origin, tmp_path / "clone")
    (tmp_path / "clone" / "README.md").write_text("after\n")
    return tmp_path / "clone"


@pytest.mark.parametrize("number", ["", "7"])
def test_a_pull_request_is_opened_or_the_open_one_has_the_new_text(clone, tmp_path, number):
    workflow = yaml.safe_load(render_file(".github/workflows/update.yml", {}))
    script = workflow["jobs"]["update"]["steps"][-1]["run"]
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    (tmp_path / "open").write_text(number)
    (tmp_path / "report").write_text("Updated.\n")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "RUNNER_TEMP": str(tmp_path)}
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=clone, env=env, check=True)
    last = (tmp_path / "calls").read_text().splitlines()[-1]
    assert last.startswith(f"pr edit {number} --body-file" if number else "pr create --base ")
    assert (tmp_path / "body").read_text() == "```\nUpdated.\n```\n"
    assert git(tmp_path / "origin.git", "show", f"{BRANCH}:README.md") == "after"
