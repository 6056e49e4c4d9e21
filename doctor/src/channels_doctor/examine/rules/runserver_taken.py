"""The `runserver` command of another app replaces Daphne's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Starting WSGI development server at"

STATIC = "django.contrib.staticfiles"
# Their runserver extends Django's. `whitenoise.runserver_nostatic` and ServeStatic extend the
# command of the next app instead, which can be Daphne's.
TAKERS = ("livereload", "devserver")
ASGI = re.compile(r"daphne|channels|asgi|uvicorn|hypercorn|granian", re.IGNORECASE)
DJANGO = "django.core.management.commands.runserver.", STATIC + ".management.commands.runserver."


def check(project: Project) -> Iterator[Finding]:
    """Find an app before daphne whose `runserver` replaces Daphne's."""
    apps = project.settings["INSTALLED_APPS"]
    names = [str(name) for name in apps.value] if isinstance(apps.value, (list, tuple)) else []
    location = next(
        (index for index, name in enumerate(names) if name.split(".")[0] == "daphne"), None
    )
    if location is None or STATIC in names[:location]:  # after staticfiles: another rule reports it
        return
    taker = _seen(project) if "runserver" in project.facts else _written(project, names[:location])
    if taker:
        message = (
            f"The `runserver` of `{taker}` replaces Daphne's, so the development server answers no"
            " WebSocket. Move `daphne` to the front."
        )
        fix = (
            f' INSTALLED_APPS = [\n+    "daphne",\n     …\n     "{taker}",\n     …\n-    "daphne",'
        )
        yield Finding(message, apps.location, fix, depth=apps.depth)


def _seen(project: Project) -> str:
    """Return the app whose `runserver` Django found, "" if that serves ASGI."""
    names: list[Any] = [
        project.facts.get("runserver_class"),
        *(project.facts.get("runserver_mro") or []),
    ]
    taken = names[0] is not None and not any(ASGI.search(str(name)) for name in names)
    return str(project.facts["runserver"]) if taken else ""


def _written(project: Project, before: list[str]) -> str:
    """Return the first app before daphne whose `runserver` extends Django's."""
    for app in before:
        if app.split(".")[0] in TAKERS or _overrides(project, app):
            return app
    return ""


def _overrides(project: Project, app: str) -> bool:
    """Return whether an app of the project has a `runserver` that extends only Django's."""
    module = project.resolver.find_module(f"{app}.management.commands.runserver")
    if module is None or ASGI.search(" ".join(module.imports.values())):
        return False
    return any(name.startswith(DJANGO) for name in module.imports.values())
