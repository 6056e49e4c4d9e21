"""Whether a project's sockets are not in use: switched off, or nothing serves or opens one."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..asgi.protocol_router import protocol_names, websocket_applications
from ..asgi.route_lists import router_of
from ..asgi.route_table import route_table
from ..browser.pages import pages
from ..browser.script_text import without_comments
from ..channels.api import GET_ASGI_APPLICATION, PROTOCOL_ROUTER
from ..channels.installed_consumers import has_no_installed_consumer
from ..channels.release import OLDEST_MAINTAINED, major_version
from ..packages.installs import lacks_channels
from ..reachability.uninstalled_apps import is_in_uninstalled_app
from .servers import servers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

# Apps of clients other than pages, and the library, whose own script opens the sockets of pages.
APPS_OF_CLIENTS = {
    "rest_framework", "corsheaders", "ninja", "graphene_django", "djoser", "channels_realtime",
}  # fmt: skip
OPENS = re.compile(r"WebSocket|Sockette|ws-connect|hx-ws|\bwss?:")


@lru_cache(maxsize=1)
def has_unused_sockets(project: Project) -> bool:
    """Return whether sockets are switched off, or WSGI alone is served and no page opens one."""
    return are_switched_off(project) or has_no_client(project)


@lru_cache(maxsize=1)
def are_switched_off(project: Project) -> bool:
    """Return whether no consumer is installed, has a route, or is behind a served application."""
    return (
        has_no_installed_consumer(project)
        or _has_empty_routers(project)
        or _has_no_application(project)
    )


def _has_no_application(project: Project) -> bool:
    """Return whether every router is known and has no WebSocket, or Django's handler is served."""
    routers = [protocol_names(project.resolver, *each) for each in project.calls(PROTOCOL_ROUTER)]
    if not routers:
        modules = project.asgi_modules
        return bool(modules) and all(_is_of_django(project, each) for each in modules)
    return all(is_complete and "websocket" not in names for names, is_complete in routers)


def _is_of_django(project: Project, module: Module) -> bool:
    """Return whether the application of a module is Django's own handler alone."""
    owner, node = project.resolver.value(module, ast.Name("application", ast.Load()))
    return isinstance(node, ast.Call) and owner.full_name(node.func) == GET_ASGI_APPLICATION


@lru_cache(maxsize=1)
def has_only_pages_without_sockets(project: Project) -> bool:
    """Return whether no page opens a socket, and no app is for other clients than pages."""
    return _has_pages_without_sockets(project) and _is_for_pages(project, set())


def has_no_client(project: Project) -> bool:
    """Return whether WSGI alone is served, and the pages open no socket."""
    is_plain = _has_pages_without_sockets(project) and _is_site_of_pages(project)
    return is_plain or (any(pages(project)) and has_no_known_client(project))


def _is_site_of_pages(project: Project) -> bool:
    """Return whether only Django's own `runserver` is known to serve, and no API but the pages."""
    is_new = (major_version(project) or 0) >= OLDEST_MAINTAINED  # without a runserver of its own
    with_runserver = {"daphne"} if is_new else {"daphne", "channels"}
    return not servers(project) and _is_for_pages(project, with_runserver)


def _is_for_pages(project: Project, others: set[str]) -> bool:
    """Return whether INSTALLED_APPS has no app of other clients, and none of some others."""
    apps = project.settings["INSTALLED_APPS"]
    names = {str(each).partition(".")[0] for each in apps.items}
    return apps.is_set and apps.is_complete and not names & (APPS_OF_CLIENTS | others)


def has_no_known_client(project: Project) -> bool:
    """Return whether the deployment starts WSGI servers alone, and no page, if any, opens one."""
    started = servers(project)
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    return is_wsgi and not _opens_socket(project)


def is_never_set_up(project: Project) -> bool:
    """Return whether nothing names an ASGI application, and no page opens a socket."""
    application, apps = project.settings["ASGI_APPLICATION"], project.settings["INSTALLED_APPS"]
    is_set = application.is_set or not application.is_complete
    is_served = any(each.interface != "wsgi" for each in servers(project))
    if is_set or is_served or not apps.is_complete or "daphne" in map(str, apps.items):
        return False
    is_left_over = lacks_channels(project) and not _opens_socket(project)
    return is_left_over or _has_pages_without_sockets(project)


def _has_pages_without_sockets(project: Project) -> bool:
    return any(pages(project)) and not _opens_socket(project)


def _opens_socket(project: Project) -> bool:
    return any(
        OPENS.search(without_comments(text))
        for file, text in pages(project)
        if not is_in_uninstalled_app(project, file.path)
    )


@lru_cache(maxsize=1)
def _has_empty_routers(project: Project) -> bool:
    """Return whether the lists of all routers are known, and no WebSocket has a route."""
    table = route_table(project)
    if not table.is_complete or table.routes or project.facts.get("routes"):
        return False
    applications = websocket_applications(project)
    return all(router_of(project.resolver, *each) for each in applications)
