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
OVERRIDING_APPS = ("livereload", "devserver")
ASGI = re.compile(r"daphne|channels|asgi|uvicorn|hypercorn|granian", re.IGNORECASE)
DJANGO_RUNSERVERS = (
    "django.core.management.commands.runserver.",
    STATIC + ".management.commands.runserver.",
)


def check(project: Project) -> Iterator[Finding]:
    """Find an app before daphne whose `runserver` replaces Daphne's."""
    apps = project.settings["INSTALLED_APPS"]
    names = list(map(str, apps.items))
    packages = [name.split(".")[0] for name in names]
    before = names[: packages.index("daphne")] if "daphne" in packages else []
    if STATIC in before:  # another rule reports it
        return
    app = _loaded_override(project) if "runserver" in project.facts else ""
    if "runserver" not in project.facts:
        app = next((each for each in before if _overrides(project, each)), "")
    if app and "daphne" in packages:
        message = (
            f"The `runserver` of `{app}` replaces Daphne's, so the development server answers no"
            " WebSocket. Move `daphne` to the front."
        )
        fix = f' INSTALLED_APPS = [\n+    "daphne",\n     …\n     "{app}",\n     …\n-    "daphne",'
        yield Finding(message, apps.location, fix, depth=apps.depth)


def _loaded_override(project: Project) -> str:
    """Return the app whose `runserver` Django found, "" if that serves ASGI."""
    names: list[Any] = [
        project.facts.get("runserver_class"),
        *(project.facts.get("runserver_mro") or []),
    ]
    is_override = names[0] is not None and not any(ASGI.search(str(name)) for name in names)
    return str(project.facts["runserver"]) if is_override else ""


def _overrides(project: Project, app: str) -> bool:
    """Return whether the `runserver` of an app extends only Django's."""
    if app.split(".", maxsplit=1)[0] in OVERRIDING_APPS:
        return True
    module = project.resolver.find_module(f"{app}.management.commands.runserver")
    if module is None or ASGI.search(" ".join(module.imports.values())):
        return False
    return any(name.startswith(DJANGO_RUNSERVERS) for name in module.imports.values())
