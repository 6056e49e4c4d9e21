"""The code uses names of an older Channels release."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import GET_DEFAULT_APPLICATION
from ..channels.release import OLDEST_MAINTAINED, major_version
from ..finding import Finding
from ..packages.requirements import requirements_for

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ModuleNotFoundError: No module named 'channels.http'"

# A module or a name, the version of Channels that removed it, and its replacement.
ROUTERS = "channels.routing.ProtocolTypeRouter and URLRouter"
GONE = {
    "channels.http": (4, "django.core.asgi.get_asgi_application()"),
    "channels.staticfiles": (
        4,
        "django.contrib.staticfiles, with daphne before it in INSTALLED_APPS",
    ),
    "channels.management.commands.runserver": (4, "daphne.management.commands.runserver"),
    "channels.asgi": (2, "channels.layers.get_channel_layer()"),
    "channels.generic.websockets": (2, "channels.generic.websocket"),
    "channels.handler": (2, "django.core.asgi.get_asgi_application()"),
    "channels.routing.route": (2, ROUTERS),
    "channels.routing.route_class": (2, ROUTERS),
    "channels.routing.include": (2, ROUTERS),
    "channels.sessions.channel_session": (2, "channels.sessions.SessionMiddlewareStack"),
    "channels.sessions.enforce_ordering": (2, "a consumer, which gets its messages in order"),
    "channels.auth.channel_session_user": (2, "channels.auth.AuthMiddlewareStack"),
    "channels.auth.channel_session_user_from_http": (2, "channels.auth.AuthMiddlewareStack"),
    "channels.auth.http_session_user": (2, "channels.auth.AuthMiddlewareStack"),
    "channels.Group": (2, "channels.layers.get_channel_layer().group_send()"),
    "channels.Channel": (2, "channels.layers.get_channel_layer().send()"),
}


class Use(NamedTuple):
    """A name of an older Channels, and where it is used."""

    name: str
    location: Location


def check(project: Project) -> Iterator[Finding]:
    """Find names that the project's Channels lacks, a circular application, an old release."""
    version = major_version(project)
    lost = [use for use in _uses(project) if version is None or version >= GONE[use.name][0]]
    yield from (_lost(use, version) for use in lost)
    yield from _circle(project)
    if version is not None and version < OLDEST_MAINTAINED and project.uses_websockets:
        number = ".".join(map(str, project.version("channels") or [version]))
        message = (
            f"Channels {number} is no longer maintained, and is not tested with a supported"
            " Django. Upgrade it."
        )
        location = next(
            (each.location for each in requirements_for(project, "channels")),
            project.settings.location,
        )
        yield Finding(message, location, "channels[daphne]>=4.3", "warning")


def _lost(use: Use, version: int | None) -> Finding:
    gone, instead = GONE[use.name]
    subject = f"Channels {version}" if version else f"Since version {gone}, Channels"
    message = f"{subject} has no `{use.name}`, so the import fails. Use {instead}."
    return Finding(
        message, use.location, f"-{use.name}\n+{instead}", None if version else "warning"
    )


def _uses(project: Project) -> Iterator[Use]:
    """Yield unconditional imports of old names, and an old app among the installed ones."""
    for module in project.production_modules:
        for node in module.find_all(ast.ImportFrom, ast.Import):
            lost = (
                []
                if _has_way_out(module, node)
                else filter(None, map(_gone, module.imported_names(node)))
            )
            yield from (Use(name, module.location(node)) for name in lost)
    apps = project.settings["INSTALLED_APPS"]
    names = list(apps.value) if isinstance(apps.value, (list, tuple)) else []
    if "channels.staticfiles" in names and apps.location:
        yield Use("channels.staticfiles", apps.location)


def _gone(name: str) -> str:
    """Return the entry of a full name or of its module, "" if there is none."""
    return next((entry for entry in GONE if f"{name}.".startswith(f"{entry}.")), "")


def _has_way_out(module: Module, node: ast.AST) -> bool:
    """Return whether an import may fail, or depends on a condition such as the version."""
    return any(isinstance(each, (ast.Try, ast.If)) for each in module.enclosing_nodes(node))


def _circle(project: Project) -> Iterator[Finding]:
    """Find an application that comes from the setting that names it."""
    target = project.settings["ASGI_APPLICATION"].value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    module = project.resolver.find_module(path)
    for call in module.calls(GET_DEFAULT_APPLICATION) if module else []:
        if module and module.enclosing_function(call) is None:
            message = (
                f"{module.path} gets its application from `ASGI_APPLICATION`, which names"
                f" `{target}`: a circular definition."
            )
            fix = f"-{module.source_line(call)}\n+{name} = ProtocolTypeRouter({{…}})"
            yield Finding(message, module.location(call), fix)
