"""The names that later releases of Channels removed, and where a project uses them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional

from ..finding import MAX_PLACES
from .api import FIRST_WITH_ASGI_LAYERS

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

Removed = Dict[Optional["Location"], List[str]]  # the old names at each place
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


def one_cause(project: Project, removed: Removed) -> dict[Location | None, str]:
    """Return the places of old names to report, each with what its message says of others.

    The names that Channels 1 alone has are reported at one place.
    """
    places = [
        place for place, names in removed.items() if place and any(map(is_of_channels_1, names))
    ]
    main = _main_place(project, places)
    others = [each for each in places if each != main]
    found = ", ".join(map(str, others[:MAX_PLACES]))
    also = f" Code for Channels 1 is also in {found}." if others else ""
    return {each: also if each == main else "" for each in removed if each not in others}


def is_of_channels_1(name: str) -> bool:
    """Return whether only Channels 1 has a name of REMOVED."""
    return REMOVED[name][0] == FIRST_WITH_ASGI_LAYERS


def _main_place(project: Project, places: list[Location]) -> Location | None:
    """Return the first place in a file that other files import, or else the first place."""
    loaded = _imported_from_outside(project, {each.path for each in places}) if places else set()
    return next((each for each in places if each.path in loaded), next(iter(places), None))


def _imported_from_outside(project: Project, paths: set[str]) -> set[str]:
    """Return the files that modules outside some files import."""
    return {
        found.path
        for module in project.production_modules
        if module.path not in paths
        for statement in module.find_all(ast.Import, ast.ImportFrom)
        for found in project.resolver.imported_modules(module, statement)
    }
