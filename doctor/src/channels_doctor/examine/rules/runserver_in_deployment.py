"""The deployment runs the development server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.command_settings import settings_names
from ..deployment.commands import is_development_file
from ..deployment.suggested_command import EVERY_HOST, Address, start_command
from ..diffs import line_diff
from ..finding import Finding
from ..settings.deployed_settings import all_settings
from ..settings.unseen_settings import may_be_replaced

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project
    from ..settings.project_settings import Settings

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "WARNING: This is a development server. Do not use it in a production setting."


def check(project: Project) -> Iterator[Finding]:
    """Find `runserver` in deployment files, with settings that have the literal DEBUG = False."""
    for command in project.commands:
        is_development = is_development_file(command.location.path)
        if command.program != "runserver" or is_development:
            continue
        if _is_for_production(project, command):
            message = (
                "`runserver` serves a site with `DEBUG` off. It is a development server, without"
                " static files then. Start an ASGI server."
            )
            fix = _fix(project, command)
            yield Finding(message, command.location, fix)


def _fix(project: Project, command: Command) -> str:
    """Return the change to an ASGI server with the project's only application, at the same port."""
    names = [each.name for each in project.asgi_modules if each.name.endswith("asgi")]
    address = re.search(r"(?:\S+:)?([$\w{}]+)$", next(iter(command.arguments), "8000"))
    place = Address(EVERY_HOST, address[1] if address else "8000")
    name = names[0] if len(names) == 1 else "…"
    lacks, right = start_command(project, f"{name}:application", place)
    if lacks:
        return f"Require {lacks}: {right}"
    old = " ".join(command.words)
    return line_diff(project, command.location, old, right) if len(names) == 1 else right


def _is_for_production(project: Project, command: Command) -> bool:
    """Return whether `DEBUG` is certainly off in the settings that the command uses."""
    files = [each for each in project.deployment_files if each.path == command.location.path]
    named = {name for name, _ in settings_names(files)} or {project.settings.name or ""}
    used = [each for each in all_settings(project) if each.name in named]
    return len(named) == len(used) and all(_is_off(project, each) for each in used)


def _is_off(project: Project, settings: Settings) -> bool:
    debug = settings["DEBUG"]
    return debug.value is False and not may_be_replaced(project, settings.modules, debug.location)
