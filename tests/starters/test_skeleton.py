"""`starter new`: a new starter."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hatchling.builders.wheel import WheelBuilder
from support.paths import ROOT

FILES = ROOT / "cli" / "chanscaffold" / "starters" / "skeleton_files"
TOOLS = Path(sys.executable).parent


pytestmark = pytest.mark.usefixtures("own_home")


def command(*arguments):
    """Run chanscaffold in this process."""
    from chanscaffold.cli import cli

    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def acme(here):
    """Return the folder of a new starter."""
    result = command("starter", "new", "acme")
    assert result.exit_code == 0, result.output
    return here / "acme"


def test_a_new_starter_has_its_name_and_the_versions_that_it_fits(acme, schema):
    entries = tomllib.loads((acme / "starter.toml").read_text(encoding="utf-8"))
    major, minor, _ = schema["_version"].split(".")
    assert entries["name"] == "acme"
    assert entries["requires"] == f"chanscaffold>={major}.{minor},<{int(major) + 1}"


def test_a_new_starter_has_every_file_and_no_placeholder(acme):
    names = {path.relative_to(FILES) for path in FILES.rglob("*") if path.is_file()}
    made = {
        path.relative_to(acme): path.read_text(encoding="utf-8")
        for path in acme.rglob("*")
        if path.is_file()
    }
    assert set(made) == names
    assert {
        Path(".gitignore"),
        Path(".github/workflows/check.yml"),
        Path("overlay/TEAM.md"),
    } <= names
    assert not [name for name, text in made.items() if re.search(r"@[A-Z]+@", text)]


def test_a_new_starter_shows_every_key_that_a_starter_may_have():
    from chanscaffold.starters.manifest import FILES_KEYS, KEYS, QUESTION_KEYS

    text = (FILES / "starter.toml").read_text(encoding="utf-8")
    found = set(re.findall(r"(?m)^(?:# )?\[?(\w+)(?=[.\]]| = )", text))
    assert {*KEYS, *QUESTION_KEYS, *FILES_KEYS} <= found


def test_the_examples_in_its_comments_are_valid(acme, here):
    """Uncomment each line that is an example."""
    path = acme / "starter.toml"
    text = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^extends = .*\n", "", text)
    path.write_text(text.replace('"charts/*"', '"TEAM.md"'), encoding="utf-8")
    result = command("new", "shop", "--starter", "acme", "--no-setup", "--no-git", "--no-on-call")
    assert result.exit_code == 0, result.output
    answers = tomllib.loads((here / "shop" / ".chanscaffold.toml").read_text(encoding="utf-8"))[
        "answers"
    ]
    assert answers["cost_center"] == "1000"
    assert answers["region"] == "eu"
    assert answers["database"] == "postgres"


def test_a_new_starter_is_trusted_and_makes_a_project_at_once(acme, here):
    result = command("new", "shop", "--starter", "acme", "--no-setup", "--no-git")
    assert result.exit_code == 0, result.output
    assert (
        (here / "shop" / "TEAM.md").read_text(encoding="utf-8").startswith("# Shop and our team\n")
    )
    assert (here / "shop" / ".github").is_dir()


def test_the_commands_at_the_end_work_as_they_are(here):
    result = command("starter", "new", "acme")
    check, new = [shlex.split(line) for line in result.stdout.splitlines() if line.startswith("  ")]
    assert check == ["chanscaffold", "starter", "check", "acme"]
    assert command(*new[1:], "--no-setup", "--no-git").exit_code == 0


@pytest.mark.parametrize("name", ["Acme", "2nd", "a b", "ünï", "acme-", "a" * 51, "..."])
def test_an_invalid_name_is_refused_with_the_rule_and_an_example(here, name):
    result = command("starter", "new", name)
    assert result.exit_code == 2
    assert re.search(r"lower-case letters.*`chanscaffold starter new acme`", result.stderr)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_an_existing_path_is_refused_and_not_changed(here, snapshot, kind):
    path = here / "acme"
    {"folder": path.mkdir, "file": path.touch, "dangling link": lambda: path.symlink_to("nowhere")}[
        kind
    ]()
    before = snapshot(here)
    result = command("starter", "new", "acme")
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert snapshot(here) == before


def test_the_parent_must_exist(here):
    result = command("starter", "new", "teams/acme")
    assert result.exit_code == 2
    assert f"There is no folder {here / 'teams'}" in result.stderr


def test_a_failed_write_leaves_nothing(here, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied", source)

    monkeypatch.setattr(os, "rename", refuse)
    result = command("starter", "new", "acme")
    assert result.exit_code == 1
    assert "Nothing was written" in result.stderr
    assert list(here.iterdir()) == []


def test_a_starter_is_made_even_if_the_trust_cannot_be_stored(here, own_home):
    (own_home / "config").touch()
    result = command("starter", "new", "acme")
    assert result.exit_code == 0
    assert "You will be asked whether you trust it" in result.stderr
    assert (here / "acme" / "starter.toml").is_file()


# The files of the skeleton


def test_a_wheel_carries_every_file_of_the_skeleton(tmp_path):
    path = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    prefix = "chanscaffold/starters/skeleton_files/"
    with zipfile.ZipFile(path) as wheel:
        names = [name for name in wheel.namelist() if name.startswith(prefix)]
        carried = {name.removeprefix(prefix): wheel.read(name) for name in names}
    files = {
        path.relative_to(FILES).as_posix(): path.read_bytes()
        for path in FILES.rglob("*")
        if path.is_file()
    }
    assert carried == files


def test_git_ignores_nothing_of_the_skeleton():
    files = [str(path) for path in FILES.rglob("*") if path.is_file()]
    command = ["git", "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", *files]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 128:
        pytest.skip("this is no git checkout")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "reader",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["zizmor", "--offline", "--persona=auditor"],
    ],
    ids=["schema", "audit"],
)
def test_its_workflow_is_sound(reader):
    command = [TOOLS / reader[0], *reader[1:], FILES / ".github" / "workflows" / "check.yml"]
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_its_workflow_pins_the_actions_that_the_template_pins():
    pattern = r"uses: (\S+@[0-9a-f]{40} # v\S+)"
    theirs = (ROOT / "{{cookiecutter.project_slug}}/.github/workflows/ci.yml").read_text(
        encoding="utf-8"
    )
    ours = (FILES / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    assert re.findall(pattern, ours) == re.findall(pattern, theirs)
    assert len(re.findall(pattern, ours)) == ours.count("uses:")


def test_its_workflow_installs_the_command_as_the_readme_says():
    [install] = re.findall(
        r"python -m pip install git\+\S+(?<!`)", (ROOT / "README.md").read_text(encoding="utf-8")
    )
    assert install.rstrip("`,") in (FILES / ".github" / "workflows" / "check.yml").read_text(
        encoding="utf-8"
    )
