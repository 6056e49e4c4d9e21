"""Lint many rendered projects at once, each by the settings in its own pyproject.toml."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from chanscaffold.starters.check.combinations import shown
from chanscaffold.starters.check.steps import Step

if TYPE_CHECKING:
    from chanscaffold.starters.check.renders import Renderer
    from chanscaffold.starters.check.steps import Steps

COMMANDS = ("check", "format --check")


def lint(renderer: Renderer, python: str, steps: Steps) -> None:
    """Run the linter of the environment that `python` belongs to over all that was rendered."""

    def reword(lines: list[str]) -> list[str]:
        """Return each finding once, with answers instead of the folder's number."""
        found: dict[str, str] = {}
        for line in lines:
            number = re.search(r"(?<!\S)(\d+)/", line)
            if number:
                choices = renderer.choices[int(number[1])]
                found.setdefault(line.replace(number[0], ""), shown(choices.items()))
        # What has no such line is the linter's own failure.
        return [f"{line} (with {answers})" for line, answers in found.items()] or lines

    for arguments in COMMANDS:
        command = [
            python,
            "-m",
            "ruff",
            *arguments.split(),
            "--no-cache",
            "--output-format=concise",
            ".",
        ]
        name = arguments.split()[0]
        again = f"`chanscaffold new` with these answers, and `ruff {name} .` there"
        steps.run(
            Step(f"ruff {name}, in all renders", command, renderer.folder, dict(os.environ), again),
            reword,
        )
