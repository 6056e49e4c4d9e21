"""The code uses names of an older Channels release."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..asgi.application import DEFAULT
from ..channels.release import OLDEST, major
from ..finding import Finding
from ..packages.requirements import asked

if TYPE_CHECKING:
    from ..finding import Place
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ModuleNotFoundError: No module named 'channels.http'"

# A module or a name, the version of Channels that has lost it, and what stands in its place.
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
    place: Place


def check(project: Project) -> Iterator[Finding]:
    """Find names that the project's Channels no longer has; where none is, an outdated Channels or application."""
    version = major(project)
    lost = [use for use in _uses(project) if version is None or version >= GONE[use.name][0]]
    yield from (_lost(use, version) for use in lost)
    yield from _circle(project)
    if version is not None and version < OLDEST and project.uses_sockets:
        number = ".".join(map(str, project.version("channels") or [version]))
        message = (
            f"Channels {number} is no longer maintained, and no supported Django is tested with it."
        )
        place = next((each.place for each in asked(project, "channels")), project.settings.place)
        yield Finding(message, place, "channels[daphne]>=4.3", "warning")


def _lost(use: Use, version: int | None) -> Finding:
    gone, instead = GONE[use.name]
    owner = f"Channels {version}" if version else f"Channels since {gone}"
    message = f"{owner} has no {use.name}, so this fails when it is imported."
    return Finding(message, use.place, f"-{use.name}\n+{instead}", None if version else "warning")


def _uses(project: Project) -> Iterator[Use]:
    """Yield what is imported without a way out, and what stands among the apps."""
    for module in project.code:
        for node in module.all(ast.ImportFrom, ast.Import):
            lost = (
                []
                if _has_way_out(module, node)
                else filter(None, map(_gone, module.imported_by(node)))
            )
            yield from (Use(name, module.place(node)) for name in lost)
    apps = project.setting("INSTALLED_APPS")
    names = list(apps.value) if isinstance(apps.value, (list, tuple)) else []
    if "channels.staticfiles" in names and apps.place:
        yield Use("channels.staticfiles", apps.place)


def _gone(name: str) -> str:
    """Return the entry that a full name is, or lies in, else ""."""
    return next((entry for entry in GONE if f"{name}.".startswith(f"{entry}.")), "")


def _has_way_out(module: Module, node: ast.AST) -> bool:
    """Return whether an import may fail, or runs under a condition that may ask for the version."""
    return any(isinstance(each, (ast.Try, ast.If)) for each in module.above(node))


def _circle(project: Project) -> Iterator[Finding]:
    """Find an application that is taken from the setting that names it."""
    target = project.setting("ASGI_APPLICATION").value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    module = project.module(path)
    for call in module.calls(DEFAULT) if module else []:
        if module and module.function(call) is None:
            message = f"{module.path} takes its application from ASGI_APPLICATION, which names {target}: a circle."
            fix = f"-{module.line(call)}\n+{name} = ProtocolTypeRouter({{…}})"
            yield Finding(message, module.place(call), fix)
