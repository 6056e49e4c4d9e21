"""The names that later releases of Channels removed, and where a project uses them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

# A module or a name, the version of Channels that removed it, and its replacement.
ROUTERS = "channels.routing.ProtocolTypeRouter and URLRouter"
REMOVED = {
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


def uses_of_removed_names(project: Project) -> Iterator[Use]:
    """Yield unconditional imports of old names, and an old app among the installed ones."""
    for module in project.production_modules:
        for node in module.find_all(ast.ImportFrom, ast.Import):
            # An import in `try` or `if` may depend on the version.
            if not module.is_inside(node, ast.Try, ast.If):
                removed = filter(None, map(_removed_name, module.imported_names(node)))
                yield from (Use(name, module.location(node)) for name in removed)
    apps = project.settings["INSTALLED_APPS"]
    if "channels.staticfiles" in apps.items and apps.location:
        yield Use("channels.staticfiles", apps.location)


def _removed_name(name: str) -> str:
    """Return the entry of a full name or of its module, "" if there is none."""
    return next((entry for entry in REMOVED if f"{name}.".startswith(f"{entry}.")), "")
