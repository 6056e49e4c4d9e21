"""Set up the few projects that contain every choice of a starter, and test them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

import chanscaffold
from channels_doctor.support.errors import Refused
from channels_doctor.support.interpreters import find_python
from chanscaffold.project_environment import PYTHON, project_environment
from chanscaffold.starters.check.combinations import cover, open_choices
from chanscaffold.steps import Step
from chanscaffold.validation import Validator

if TYPE_CHECKING:
    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.steps import Steps
    from chanscaffold.template import Template

COMMANDS = (
    "-m ruff check --output-format=concise .",
    "-m ruff format --check .",
    "-m mypy .",
    "manage.py check",
    "manage.py makemigrations --check",
    "-m pytest -q",
)


class Project(NamedTuple):
    """The answers of a project to set up, and a value for --python, empty for this Python."""

    answers: Answers
    python: str


def choose_projects(template: Template, steps: Steps) -> list[Project]:
    """Return the fewest projects that contain every choice for which there is a Python."""
    choices = open_choices(template)
    versions = choices.get("django") or [template.options["django"][0]]
    pythons: dict[str | bool, str] = {}
    for django in versions:
        python = _find_python(template, str(django))
        if python is None:
            needed = template.schema["_python"][django]
            steps.skip(f"Django {django} needs Python {needed} or newer, which is not installed.")
        else:
            pythons[django] = python
    if not pythons:
        return []
    if "django" in choices:
        choices["django"] = list(pythons)
    return [
        Project(answers, pythons[answers.get("django", versions[0])]) for answers in cover(choices)
    ]


def _find_python(template: Template, django: str) -> str | None:
    """Return the value of --python for a Django, None if no Python is new enough."""
    validator = Validator(template)
    for request in ("", template.schema["_python"][django]):
        try:
            validator.check_python(django, find_python(request or None).version, "")
        except Refused:
            continue
        return str(request)
    return None


def prove_project(arguments: list[str], repeat: str, folder: str, steps: Steps) -> str:
    """Make a project in `folder` and run its tools; return its Python, empty if it is not made.

    `arguments` are those of `chanscaffold`, starting with `new NAME`. `repeat` is the
    command for the user.
    """
    command = [sys.executable, "-m", "chanscaffold", *arguments, "--trust"]
    if not steps.run(Step(repeat, command, folder, _environment_with_package(), repeat)):
        return ""
    name = arguments[1]
    project = os.path.join(folder, name)
    python, env = os.path.join(project, PYTHON), project_environment(project)
    for tool in COMMANDS:
        repeat_tool = f"{repeat} && cd {name} && {PYTHON} {tool}"
        label = tool.removeprefix("-m ")
        steps.run(Step(label, [python, *tool.split()], project, env, repeat_tool))
    return python


def _environment_with_package() -> dict[str, str]:
    """Return an environment in which a child process imports this package, also from a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(chanscaffold.__file__)))
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
