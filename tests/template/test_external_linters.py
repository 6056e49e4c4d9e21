"""What GitHub, GitLab, Docker and Compose read in a project: their own tools are content with every combination."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.option_matrix import SCHEMA, combine, list_choices
from support.renders import render_file, unused_files

COMBINATIONS = combine(list_choices(SCHEMA))
TOOLS = Path(sys.executable).parent

GITHUB = ".github/workflows/ci.yml"
SCHEMAS = {
    "compose.yaml": "vendor.compose-spec",
    GITHUB: "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file as every combination renders it, each text once, and gives the paths."""

    def write(name):
        texts = texts_of(name)
        paths = [tmp_path / str(number) / name for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def texts_of(name):
    """Return the different texts that a file has, over all combinations that have it."""
    chosen = [answers for answers in COMBINATIONS if not is_in(name, unused_files(answers))]
    assert chosen
    return sorted({render_file(name, answers) for answers in chosen})


def is_in(name, folders):
    return any(Path(name).is_relative_to(folder) for folder in folders)


def run(tool, *arguments):
    """Run a program of this environment and fail with its output unless it is content."""
    command = [TOOLS / tool, *arguments]
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", SCHEMAS)
def test_files_follow_the_schema_of_their_reader(written, name):
    run("check-jsonschema", "--builtin-schema", SCHEMAS[name], *written(name))


def test_the_linter_of_dockerfiles_is_content(written):
    run("hadolint", "--failure-threshold", "style", *written("Dockerfile"))


def test_the_auditor_of_github_workflows_is_content(written):
    run("zizmor", "--offline", "--quiet", "--persona", "auditor", *written(GITHUB))


def test_the_choices_change_only_what_they_must():
    """GitHub's machine runs what the project itself starts; GitLab's job gets containers for what was chosen."""
    assert {name: len(texts_of(name)) for name in (GITHUB, ".gitlab-ci.yml", "Dockerfile")} == {
        GITHUB: 1,
        ".gitlab-ci.yml": len(SCHEMA["layer"]) * len(SCHEMA["database"]),
        "Dockerfile": len(SCHEMA["server"]),
    }
