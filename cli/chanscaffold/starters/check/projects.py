"""Set up projects of a starter, and run in them what their owners would run."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

import chanscaffold
from chanscaffold.answers import defaults
from chanscaffold.options import as_flags
from chanscaffold.starters.check.combinations import shown
from chanscaffold.starters.check.renders import SLUG
from chanscaffold.starters.check.steps import Step
from chanscaffold.starters.check.test_matrix import choose_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.starters.check.renders import Render
    from chanscaffold.starters.check.steps import Steps
    from chanscaffold.starters.check.test_matrix import Row
    from chanscaffold.template import Template

PYTHON = os.path.join(
    ".venv", *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
)
COMMANDS = (
    "-m ruff check --output-format=concise .",
    "-m ruff format --check .",
    "-m mypy .",
    "manage.py check",
    "manage.py makemigrations --check",
    "-m pytest -q",
)
# Variables of the caller's that lead Python and Django to other projects; bootstrap.py ignores them, too.
MISLEADING = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PYTHONHOME")


class Projects:
    """The projects to set up: `answers` are those that do not vary, `source` is how the user calls the starter."""

    def __init__(self, template: Template, answers: Answers, source: str, steps: Steps) -> None:
        self.template, self.answers, self.steps = template, answers, steps
        origin = template.starters[-1].origin
        self.source = source if origin.is_fetched else origin.source
        self.rows = choose_rows(template, steps)

    def arguments(self, choices: Answers, python: str = "") -> list[str]:
        """Return what follows `chanscaffold` on the command line that makes a project."""
        usual = defaults(self.template, SLUG)
        chosen = {
            key: value for key, value in {**self.answers, **choices}.items() if value != usual[key]
        }
        flags = [*as_flags(self.template, chosen), *(["--python", python] if python else [])]
        return ["new", SLUG, "--starter", self.source, *flags]

    def prove(self, renders: Sequence[Render], folder: str) -> str:
        """Set up every row whose code differs from that of the rows before it, below `folder`, and test it.

        Return the Python of the first that was set up, empty if none was.
        """
        if not self.answers["setup"]:
            self.steps.skip("setup is locked to false: no project is set up.")
            return ""
        fingerprints = {shown(render.choices.items()): render.fingerprint for render in renders}
        different: dict[str, Row] = {}
        for row in self.rows:
            different.setdefault(fingerprints[shown(row.choices.items())], row)
        pythons = []
        for number, row in enumerate(different.values()):
            work = os.path.join(folder, str(number))
            os.mkdir(work)
            arguments = self.arguments(row.choices, row.python)
            pythons.append(_prove(arguments, work, self.steps))
        return next(filter(None, pythons), "")


def _prove(arguments: list[str], work: str, steps: Steps) -> str:
    """Make a project and run everything in it; return its Python, empty if the project was not made."""
    again, project = shlex.join(["chanscaffold", *arguments]), os.path.join(work, SLUG)
    command = [sys.executable, "-m", "chanscaffold", *arguments, "--trust"]
    if not steps.run(Step(again, command, work, _with_package(), again)):
        return ""
    python, env = os.path.join(project, PYTHON), own_environment(project)
    for each in COMMANDS:
        in_project = f"{again} && cd {SLUG} && {PYTHON} {each}"
        steps.run(Step(each.removeprefix("-m "), [python, *each.split()], project, env, in_project))
    return python


def _with_package() -> dict[str, str]:
    """Return an environment in which a child finds this package, also when that runs from a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(chanscaffold.__file__)))
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def own_environment(project: str) -> dict[str, str]:
    """Return the environment without what is meant for other projects: a project's own settings are in its .env."""
    with open(os.path.join(project, ".env.example"), encoding="utf-8") as file:
        own = re.findall(r"(?m)^(?:# )?([A-Z_]+)=", file.read())
    return {name: value for name, value in os.environ.items() if name not in (*own, *MISLEADING)}
