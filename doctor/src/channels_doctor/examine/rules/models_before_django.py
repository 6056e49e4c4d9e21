"""Models are imported before `get_asgi_application()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.early_imports import early_imports
from ..asgi.first_modules import is_entry_point
from ..asgi.moved_imports import moved_imports
from ..deployment.command_settings import settings_names
from ..deployment.unused_sockets import has_no_client
from ..finding import Finding
from ..settings.entry_packages import packages_name_settings
from ..settings.settings_names import NOT_CONFIGURED, settings_expressions

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."


def check(project: Project) -> Iterator[Finding]:
    """Find top-level imports above Django's setup that lead to a module with models."""
    if has_no_client(project) or not any(each.is_asgi for each in project.commands):
        return
    entry_points = (each for each in project.asgi_modules if is_entry_point(project, each))
    for module in entry_points:
        early = list(early_imports(project, module))
        if early:
            is_set = _is_set_before(project, module, early[0][0])
            yield _finding(module, early, None if is_set else NOT_CONFIGURED.format("…"))


def _is_set_before(project: Project, module: Module, statement: ast.stmt) -> bool:
    """Return whether the environment, a package or a line above an import names the settings."""
    lines = [each.lineno for each, _ in settings_expressions(module)]
    is_above = not lines or min(lines) < statement.lineno
    is_given = any(settings_names(project.deployment_files))
    return is_above or is_given or packages_name_settings(project, module)


def _finding(module: Module, early: list[tuple[ast.stmt, str]], symptom: str | None) -> Finding:
    node, name = early[0]
    count = len(early)
    what = f"`{name}` leads" if count == 1 else f"`{name}` (one of {count} imports here) leads"
    message = (
        f"The import of {what} to models but precedes `get_asgi_application()`."
        f" Move {'it' if count == 1 else 'them'} below that call."
    )
    fix = moved_imports(module, [each for each, _ in early])
    return Finding(message, module.location(node), fix, symptom=symptom)
