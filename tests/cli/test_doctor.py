"""`chanscaffold doctor`: the linter, which knows the library that this command carries."""

import json
import os
import shutil
import sys

import pytest
from click.testing import CliRunner
from support.paths import ROOT
from support.renders import TEMPLATE, copy_template

from channels_doctor.examine.channels.api import PACKAGE
from chanscaffold.cli import cli, describe_update


def findings(folder):
    """Return the findings on a project, by the rules' ids, with their messages."""
    command = ["doctor", str(folder), "--python", sys.executable, "--format", "json"]
    report = json.loads(CliRunner().invoke(cli, command).output)
    return {each["rule"]: each["message"] for each in report["findings"]}


@pytest.fixture
def project(tmp_path):
    """A project with the library of this repository, and with nothing else."""
    folder = tmp_path / "site"
    shutil.copytree(ROOT / "doctor" / "tests" / "support" / "sample_project", folder)
    source = ROOT / "realtime" / "src" / PACKAGE
    shutil.copytree(source, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_command_compares_a_projects_library_with_its_own(project):
    assert describe_update(str(project))["release"]
    assert "library-release" not in findings(project)
    (project / PACKAGE / "own.py").touch()
    assert "library-release" in findings(project)


def test_a_new_project_has_the_library_and_its_base(run, here):
    run("new", "mysite", "--no-setup", "--no-git", "-q").check_returncode()
    assert not {"library-release", "library-modified"} & set(findings(here / "mysite"))
    os.unlink(here / "mysite" / PACKAGE / "conf.py")
    assert "conf.py is missing" in findings(here / "mysite")["library-modified"]


def test_a_project_that_the_template_would_change_is_reported(run, here, monkeypatch, tmp_path):
    run("new", "mysite", "--no-setup", "--no-git", "-q").check_returncode()
    assert describe_update(str(here / "mysite"))["changed_files"] == 0
    template = copy_template(tmp_path / "template")
    with (template / TEMPLATE.name / "README.md").open("a", encoding="utf-8") as readme:
        readme.write("\nA later version.\n")
    monkeypatch.setattr("chanscaffold.template._find_own_template", lambda: str(template))
    assert "would bring 1 file " in findings(here / "mysite")["library-release"]


def test_the_linter_works_without_the_template(project, monkeypatch):
    monkeypatch.setattr("chanscaffold.template._find_own_template", lambda: str(project))
    assert describe_update(str(project)) is None
    assert "library-release" not in findings(project)
