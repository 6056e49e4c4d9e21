"""The guides about writing code, followed word for word in one project."""

import os
import sys
from pathlib import Path

import pytest
from support.doc_samples import follow, read_samples, run_command

pytestmark = pytest.mark.slow

GUIDES = ("first-consumer", "publish", "test")
CHECKS = ("ruff check --fix .", "ruff format .", "mypy .", "pytest")


@pytest.fixture
def environment():
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | {"PATH": path}


def test_the_code_of_the_guides_passes_every_check(tmp_path, environment):
    make_project = read_samples("guides/first-consumer.md")[0].commands[0]
    run_command(make_project, tmp_path, environment)
    project = tmp_path / "mysite"
    for guide in GUIDES:
        follow(
            f"guides/{guide}.md", project, environment, skip=("chanscaffold new", "cd ", "pytest")
        )
    for check in CHECKS:
        run_command(f".venv/bin/python -m {check}", project, environment)
