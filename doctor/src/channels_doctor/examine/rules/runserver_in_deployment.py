"""The deployment runs the development server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_DEFAULT_APPLICATION
from ..deployment.command_settings import settings_names
from ..deployment.commands import is_development_file
from ..deployment.compose import COMPOSE
from ..deployment.image_commands import is_replaced
from ..deployment.suggested_command import (
    EVERY_HOST,
    Address,
    address_of,
    after_steps,
    needed_move,
    start_command,
)
from ..diffs import line_diff
from ..finding import Finding, listed_places
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
    found = [each for each in project.commands if _is_deployed(project, each)]
    # A compose file decides on what its containers run.
    found.sort(key=lambda each: not COMPOSE.search(each.location.path))
    places = [each.location for each in found]
    also = f" (also in {listed_places(places[1:])})" if places[1:] else ""
    message = (
        f"`runserver` serves a site with `DEBUG` off{also}. It is a development server. Start an"
        " ASGI server."
    )
    for command in found[:1]:
        yield Finding(message, command.location, _fix(project, command))


def _is_deployed(project: Project, command: Command) -> bool:
    """Return whether a deployment runs a `runserver` for a site with `DEBUG` off."""
    is_development = is_development_file(command.location.path)
    is_runserver = command.program == "runserver" and not is_development
    is_certain = is_runserver and _is_for_production(project, command)
    return is_certain and not (is_replaced(project, command) or _has_server(project, command))


def _has_server(project: Project, command: Command) -> bool:
    """Return whether the same file starts a server for production, as another stage does."""
    path = command.location.path
    return any(each.is_server and each.location.path == path for each in project.commands)


def _fix(project: Project, command: Command) -> str:
    """Return the change to an ASGI server with the project's only application, at the same port."""
    modules = [each for each in project.asgi_modules if each.name.endswith("asgi")]
    modules = modules or [each for each, _ in project.calls(GET_DEFAULT_APPLICATION)]
    address = re.search(r"(?:\S+:)?([$\w{}]+)$", next(iter(command.arguments), ""))
    place = Address(EVERY_HOST, address[1]) if address else address_of(command)
    name = modules[0].name if len(modules) == 1 else "…"
    lacks, right = start_command(project, f"{name}:application", place)
    steps = [f"require {lacks}" if lacks else "", *(needed_move(project, each) for each in modules)]
    if any(steps) or len(modules) != 1:
        return after_steps(steps, right)
    return line_diff(project, command.location, " ".join(command.words), right)


def _is_for_production(project: Project, command: Command) -> bool:
    """Return whether `DEBUG` is certainly off in the settings that the command uses."""
    files = [each for each in project.deployment_files if each.path == command.location.path]
    named = {name for name, _ in settings_names(files)} or {project.settings.name or ""}
    used = [each for each in all_settings(project) if each.name in named]
    return len(named) == len(used) and all(_is_off(project, each) for each in used)


def _is_off(project: Project, settings: Settings) -> bool:
    debug = settings["DEBUG"]
    return debug.value is False and not may_be_replaced(project, settings.modules, debug.location)
