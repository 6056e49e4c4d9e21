"""The files for GitHub, GitLab, Docker and Compose, checked by external linters."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.option_matrix import SCHEMA, combine, list_choices
from support.renders import render_file, unused_files

COMBINATIONS = combine(list_choices(SCHEMA))
TOOLS = Path(sys.executable).parent

GITHUB = ".github/workflows/ci.yml"
UPDATE = ".github/workflows/update.yml"
SCHEMAS = {
    "compose.yaml": "vendor.compose-spec",
    GITHUB: "vendor.github-workflows",
    UPDATE: "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


@pytest.fixture
def write_all(tmp_path):
    """Return a function that writes every different text of a file, and returns the paths."""

    def write(name):
        texts = render_all(name)
        paths = [tmp_path / str(number) / name for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def render_all(name):
    """Return the different texts of a file in all combinations that have it."""
    combinations = [each for each in COMBINATIONS if not is_in(name, unused_files(each))]
    assert combinations
    return sorted({render_file(name, answers) for answers in combinations})


def is_in(name, folders):
    return any(Path(name).is_relative_to(folder) for folder in folders)


def run(tool, *arguments):
    """Run a program of this environment; fail with its output unless its exit code is 0."""
    command = [TOOLS / tool, *arguments]
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", SCHEMAS)
def test_files_match_their_schema(write_all, name):
    run("check-jsonschema", "--builtin-schema", SCHEMAS[name], *write_all(name))


def test_dockerfiles_pass_hadolint(write_all):
    run("hadolint", "--failure-threshold", "style", *write_all("Dockerfile"))


@pytest.mark.parametrize("name", [GITHUB, UPDATE])
def test_github_workflows_pass_zizmor(write_all, name):
    run("zizmor", "--offline", "--quiet", "--persona", "auditor", *write_all(name))


def test_options_change_only_the_files_that_depend_on_them():
    """On GitHub, the project starts its servers. A job of GitLab has a container for each."""
    assert {name: len(render_all(name)) for name in (GITHUB, ".gitlab-ci.yml", "Dockerfile")} == {
        GITHUB: 1,
        ".gitlab-ci.yml": len(SCHEMA["layer"]) * len(SCHEMA["database"]),
        "Dockerfile": len(SCHEMA["server"]),
    }
