"""Models are imported before `get_asgi_application()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..asgi.early_imports import early_imports
from ..asgi.first_modules import is_entry_point
from ..asgi.moved_imports import moved_imports
from ..deployment.commands import ASGI_SERVERS
from ..finding import Finding
from ..packages.installs import installed_packages

if TYPE_CHECKING:
    import ast

    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."


def check(project: Project) -> Iterator[Finding]:
    """Find top-level imports above Django's setup that lead to a module with models."""
    if _has_no_server(project):
        return
    entry_points = (each for each in project.asgi_modules if is_entry_point(project, each))
    for module in entry_points:
        early = list(early_imports(project, module))
        if early:
            yield _finding(module, early)


def _has_no_server(project: Project) -> bool:
    """Return whether all commands start `runserver`, and no ASGI server is installed."""
    started = {each.program for each in project.commands if each.is_server or each.is_development}
    packages = installed_packages(project)
    has_server = any(each.brings(name) for each in packages for name in ASGI_SERVERS)
    return started == {"runserver"} and bool(packages) and not has_server


def _finding(module: Module, early: list[tuple[ast.stmt, str]]) -> Finding:
    node, name = early[0]
    count = len(early)
    what = f"`{name}` leads" if count == 1 else f"`{name}` (one of {count} imports here) leads"
    message = (
        f"The import of {what} to models but precedes `get_asgi_application()`."
        f" Move {'it' if count == 1 else 'them'} below that call."
    )
    return Finding(
        message, module.location(node), moved_imports(module, [each for each, _ in early])
    )
