"""The deployment runs with `DEBUG = True`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..deployment.command_settings import settings_of_command
from ..finding import Finding
from ..settings.assignments import Assignment, SettingsReader

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "You're seeing this error because you have DEBUG = True in your Django settings file."


def check(project: Project) -> Iterator[Finding]:
    """Find servers in deployment files whose settings contain the literal DEBUG = True."""
    for command in project.commands:
        is_production = command.is_server and not command.is_development
        if is_production and project.resolver.find_module(command.module):
            name = settings_of_command(project, command)
            debug = _assignment_of_debug(project, name)
            if debug and debug.value is True:
                message = (
                    f"{command.program} in {command.location.path} uses `{name}`, in which `DEBUG`"
                    " is True: visitors see code and settings. Set it to False."
                )
                fix = '-DEBUG = True\n+DEBUG = os.environ.get("DEBUG") == "1"'
                yield Finding(message, debug.location, fix)


def _assignment_of_debug(project: Project, name: str) -> Assignment | None:
    module = project.resolver.find_module(name)
    if module is None:
        return None
    reader = SettingsReader(project.resolver.find_module)
    reader.read(module)
    debug = reader.assignments.get("DEBUG")
    return debug if debug and not _may_be_replaced(project, reader, debug) else None


def _may_be_replaced(project: Project, reader: SettingsReader, debug: Assignment) -> bool:
    """Return whether a later star import may set DEBUG, from a file that is not here."""
    return any(
        module.path != debug.location.path or node.lineno > (debug.location.line or 0)
        for module in reader.modules
        for node in module.find_all(ast.ImportFrom)
        if any(alias.name == "*" for alias in node.names)
        and project.resolver.find_module(module.imported_module(node)) is None
    )
