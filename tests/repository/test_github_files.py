"""What GitHub reads here and in a project: workflows, Dependabot's configuration, issue forms."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

TOOLS = Path(sys.executable).parent
GITHUB = ROOT / ".github"
TEMPLATE = ROOT / "{{cookiecutter.project_slug}}" / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
DEPENDABOT = [GITHUB / "dependabot.yml", TEMPLATE / "dependabot.yml"]
FORMS = sorted(set(GITHUB.glob("ISSUE_TEMPLATE/*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"})
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.dependabot": DEPENDABOT,
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
}
DISTRIBUTIONS = {"chanscaffold": ".", "channels-realtime": "realtime", "channels-doctor": "doctor"}


def run(*command, **variables):
    """Return the exit code and the output of a command."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_file_follows_its_schema(schema):
    code, output = run(TOOLS / "check-jsonschema", "--builtin-schema", schema, *SCHEMAS[schema])
    assert code == 0, output


def test_the_auditor_of_workflows_finds_nothing():
    files = [*WORKFLOWS, *DEPENDABOT]
    code, output = run(TOOLS / "zizmor", "--offline", "--quiet", "--persona", "auditor", *files)
    assert code == 0, output


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_a_commit_with_its_version(workflow):
    uses = re.findall(r"(?m)^ +(?:- )?uses: (.*)$", workflow.read_text(encoding="utf-8"))
    assert uses
    assert [
        use for use in uses if not re.fullmatch(r"\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)
    ] == []


def test_the_actions_of_a_project_are_those_of_this_repository():
    pinned = r"uses: (\S+)@([0-9a-f]{40})"
    ours = dict(re.findall(pinned, (GITHUB / "workflows/tests.yml").read_text(encoding="utf-8")))
    theirs = re.findall(pinned, (TEMPLATE / "workflows/ci.yml").read_text(encoding="utf-8"))
    assert theirs
    assert all(ours[action] == commit for action, commit in theirs)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_each_distribution_has_a_tag_that_releases_it(name):
    release = (GITHUB / "workflows/release.yml").read_text(encoding="utf-8")
    script = (GITHUB / "build-release").read_text(encoding="utf-8")
    assert f'- "{name}-v*"' in release
    assert f"{name}) folder={DISTRIBUTIONS[name]} ;;" in script


def test_a_tag_of_no_distribution_is_refused():
    code, output = run("bash", str(GITHUB / "build-release"), "other-v0.1.0", "unused")
    assert (code, output) == (2, "No distribution is called other.\n")


@pytest.mark.parametrize("folder", DISTRIBUTIONS.values())
def test_each_distribution_has_addresses_and_the_pythons_that_are_tested(folder):
    import tomllib

    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    assert {"Documentation", "Source", "Changelog"} <= set(project["urls"])
    tested = re.search(r"python: (\[.*\])", (GITHUB / "workflows/tests.yml").read_text())[1]
    prefix = "Programming Language :: Python :: "
    named = [each.removeprefix(prefix) for each in project["classifiers"] if prefix in each]
    assert named == ["3", *re.findall(r'"([\d.]+)"', tested)]
