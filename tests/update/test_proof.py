"""A proof that fails: exit code 3, the files stay merged, and the step is named with its output."""

import json
import shutil
import subprocess
import sys

import pytest
from support.cookiecutters import commit_all, git
from support.owner_edits import change_template
from support.renders import TEMPLATE
from support.sandbox import CHANSCAFFOLD
from support.update_fixtures import Section, run_cli, write_sections

from chanscaffold.update import proof

UNKNOWN = "a-package-that-is-not-in-the-cache"
# What an owner has added, the step that it breaks, what is printed and the command to repeat it.
BROKEN = {
    "a missing migration": (
        "accounts/models.py",
        "\nfrom django.db import models\nclass Note(models.Model):\n    pass\n",
        "Look for missing migrations",
        "+ Create model Note",
        "manage.py makemigrations --check",
    ),
    "a test": (
        "tests/test_own.py",
        "def test_own():\n    assert 1 == 2\n",
        "Run the tests",
        "assert 1 == 2",
        "-m pytest -q",
    ),
    "a check of the site": (
        "accounts/smoke.py",
        'def own(site):\n    """A check of the owner"""\n    assert 1 == 2, "not equal"\n',
        "Test the running site",
        "not equal",
        "manage.py smoke",
    ),
}


def test_packages_that_cannot_be_installed(make_site, versions, tmp_path, monkeypatch):
    later = shutil.copytree(versions[1], tmp_path / "later")
    pyproject = later / TEMPLATE.name / "pyproject.toml"
    text = pyproject.read_text()
    assert "dependencies = [\n" in text
    pyproject.write_text(text.replace("dependencies = [\n", f'dependencies = ["{UNKNOWN}",\n', 1))
    monkeypatch.setenv("UV_OFFLINE", "1")
    site = make_site()
    (site / ".env").touch()
    result = run_cli("update", site, "--template", later, "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == report["exit_code"] == 3
    assert (report["status"], report["failed"]) == ("not proven", "Install the packages")
    assert UNKNOWN in result.stderr
    assert "To repeat it: uv sync" in result.stderr
    assert "makemigrations" not in result.stderr.partition("Next:")[0]
    assert "open http://127.0.0.1:8000/" in (site / "README.md").read_text()
    assert run_cli("update", site, "--abort").exit_code == 0
    assert git(site, "status", "--porcelain") == ""


def test_a_project_that_is_not_set_up_is_not_proven(make_site, monkeypatch, versions):
    monkeypatch.setattr(proof, "_run", lambda _: "")
    site = make_site()
    result = run_cli("update", site, "--template", versions[1])
    assert result.exit_code == 3, result.output
    assert "Find .env: it is missing, and `python bootstrap.py` makes it" in result.output
    assert result.output.partition("Next:")[2].splitlines()[2] == "  python bootstrap.py"


def test_the_proof_runs_without_an_example_of_the_settings(make_site, monkeypatch, versions):
    monkeypatch.setenv("UV_OFFLINE", "1")
    site = make_site()
    (site / ".env.example").unlink()
    commit_all(site, "Delete it")
    result = run_cli("update", site, "--template", versions[1])
    assert result.exit_code == 3, result.output
    assert "  FAIL " in result.output


@pytest.fixture(scope="module")
def set_up(sandbox, clean_template, tmp_path_factory):
    """A project that is set up, and a later version of its template."""
    folder = tmp_path_factory.mktemp("proof")
    command = sandbox.new_command(folder / "site", "--template", clean_template, "-q")
    subprocess.run(command, env=sandbox.environment(), check=True)
    return folder / "site", change_template(clean_template, folder / "later")


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_step_that_fails(set_up, sandbox, tmp_path, name):
    file, text, step, output, repeat = BROKEN[name]
    site = shutil.copytree(set_up[0], tmp_path / "site", symlinks=True)
    content = (site / file).read_bytes() if (site / file).exists() else b""
    write_sections(site, {file: Section(content + text.encode(), None)})
    commit_all(site, "Edit")
    command = [sys.executable, "-P", "-c", CHANSCAFFOLD, "update", "--template", set_up[1]]
    done = subprocess.run(
        list(map(str, command)),
        cwd=site,
        env=sandbox.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    failed = [line for line in done.stdout.splitlines() if line.startswith("  FAIL")]
    assert [line.partition(" s  ")[2] for line in failed] == [step], done.stdout
    assert output in done.stdout
    assert f"{repeat}\n" in done.stdout.partition("To repeat it: ")[2]
    assert f"the step '{step}' has failed" in done.stdout
    is_missing = name == "a missing migration"
    assert ("manage.py makemigrations\n" in done.stdout.partition("Next:")[2]) == is_missing
    assert "Read all of this page first." in (site / "README.md").read_text()
