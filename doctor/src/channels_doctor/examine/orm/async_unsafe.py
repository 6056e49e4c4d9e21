"""Where a project allows synchronous queries in an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..packages.django_release import django_release
from ..packages.requirements import is_older
from ..reachability.entry_points import deployment_texts
from ..reachability.reached_modules import paths_imported_by_server

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

GUARDED_SINCE = (3,)  # the first Django that refuses queries in an event loop
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
LAUNCHER = "manage.py"


class UnsafeQueries:
    """Tells which code may run such queries; `are_served` says that the server's may."""

    def __init__(self, project: Project) -> None:
        self._imported = paths_imported_by_server(project)
        self._modules = [each for each in project.production_modules if _allows(each)]
        in_files = any(UNSAFE in _uncommented(each) for each in deployment_texts(project))
        self.are_served = in_files or any(map(self._is_served, self._modules))

    def are_private(self, module: Module) -> bool:
        """Return whether a module that the server is not known to import may run them."""
        return bool(self._modules) and not self.are_served and not self._is_served(module)

    def _is_served(self, module: Module) -> bool:
        return module.path.endswith(LAUNCHER) or module.path in self._imported


def is_guarded(project: Project) -> bool:
    """Return whether Django refuses queries in an event loop."""
    is_old = (django_release(project) or GUARDED_SINCE) < GUARDED_SINCE
    return not is_old and not is_older(project, "django", GUARDED_SINCE)


def _allows(module: Module) -> bool:
    return any(UNSAFE in line for line in module.lines if "environ" in line)


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
