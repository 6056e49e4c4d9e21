"""Render the combinations of a starter's choices, and lint all of them at once."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from channels_doctor.support.errors import CommandError
from chanscaffold.library import is_library
from chanscaffold.render import make_context, render
from chanscaffold.starters.check.combinations import combine, describe, open_choices
from chanscaffold.steps import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from chanscaffold.starters.check.combinations import Answers
    from chanscaffold.steps import Steps
    from chanscaffold.template import Template

LINT_COMMANDS = ("check", "format --check")


def render_all(
    template: Template, answers: Answers, folder: str, steps: Steps, command: Callable[..., str]
) -> list[Answers]:
    """Render every combination below `folder`, in a folder with its number, and return them.

    `answers` are those without a choice, and `command` returns the command for a combination.
    """
    choices = open_choices(template)
    combinations = combine(choices)
    # The library is the same in all projects, and the linter leaves it out.
    files = {name: file for name, file in template.files().items() if not is_library(name)}
    label = f"render {len(combinations)} combinations of {', '.join(choices) or 'no choices'}"
    start = steps.begin(label)
    failures: dict[str, Answers] = {}
    for number, combination in enumerate(combinations):
        work = os.path.join(folder, "work")
        context = make_context(template, {**answers, **combination}, work)
        try:
            os.rename(render(template, files, context, work), os.path.join(folder, str(number)))
        except CommandError as error:
            failures.setdefault(error.message.removesuffix(" Nothing was written."), combination)
        shutil.rmtree(work)
    steps.report(label, not failures, start)
    for message, combination in failures.items():
        steps.explain([message, f"To repeat it: {command(combination)}"])
    return combinations


def lint_all(folder: str, combinations: list[Answers], python: str, steps: Steps) -> None:
    """Run ruff on all renders, each with its own settings; `python` has ruff installed."""

    def add_answers(lines: list[str]) -> list[str]:
        """Return each finding once, with a combination that has it."""
        findings: dict[str, str] = {}
        for line in lines:
            path = re.search(r"(?<!\S)(\d+)/", line)
            if path:
                finding = line.replace(path[0], "")
                findings.setdefault(finding, describe(combinations[int(path[1])]))
        # Other lines are an error of ruff itself.
        return [f"{line} (with {answers})" for line, answers in findings.items()] or lines

    options = ("--no-cache", "--output-format=concise", ".")
    for arguments in LINT_COMMANDS:
        command = [python, "-m", "ruff", *arguments.split(), *options]
        repeat = f"`chanscaffold new` with these answers, and `ruff {arguments} .` in the project"
        label = f"ruff {arguments}, in all renders"
        steps.run(Step(label, command, folder, dict(os.environ), repeat), add_answers)
