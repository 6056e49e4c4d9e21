"""Another app's runserver is found before Daphne's."""

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
# Their runserver is made from Django's. That of `whitenoise.runserver_nostatic` (and of ServeStatic's) takes the next
# app's instead, and so becomes Daphne's.
TAKERS = ("livereload", "devserver")
ASGI = re.compile(r"daphne|channels|asgi|uvicorn|hypercorn|granian", re.IGNORECASE)
DJANGO = "django.core.management.commands.runserver.", STATIC + ".management.commands.runserver."


def check(project: Project) -> Iterator[Finding]:
    """Find daphne among the apps, and another app's runserver winning."""
    apps = project.setting("INSTALLED_APPS")
    names = [str(name) for name in apps.value] if isinstance(apps.value, (list, tuple)) else []
    place = next(
        (index for index, name in enumerate(names) if name.split(".")[0] == "daphne"), None
    )
    if place is None or STATIC in names[:place]:  # behind staticfiles: a fault of its own
        return
    taker = _seen(project) if "runserver" in project.facts else _written(project, names[:place])
    if taker:
        message = f"The runserver of {taker} is found before daphne's, so the development server answers no WebSocket."
        fix = (
            f' INSTALLED_APPS = [\n+    "daphne",\n     …\n     "{taker}",\n     …\n-    "daphne",'
        )
        yield Finding(message, apps.place, fix, depth=apps.depth)


def _seen(project: Project) -> str:
    """Return the app whose runserver Django has found, "" when it is one for ASGI."""
    names: list[Any] = [
        project.facts.get("runserver_class"),
        *(project.facts.get("runserver_mro") or []),
    ]
    taken = names[0] is not None and not any(ASGI.search(str(name)) for name in names)
    return str(project.facts["runserver"]) if taken else ""


def _written(project: Project, before: list[str]) -> str:
    """Return the first app before daphne that has a runserver made from Django's."""
    for app in before:
        if app.split(".")[0] in TAKERS or _overrides(project, app):
            return app
    return ""


def _overrides(project: Project, app: str) -> bool:
    """Return whether an app of the project has a runserver that inherits from Django's, and from nothing for ASGI."""
    module = project.module(f"{app}.management.commands.runserver")
    if module is None or ASGI.search(" ".join(module.imports.values())):
        return False
    return any(name.startswith(DJANGO) for name in module.imports.values())
