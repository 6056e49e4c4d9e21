"""The ASGI application does not handle WebSocket or HTTP."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import Application, is_served_beside, served_applications
from ..asgi.protocol_router import protocol_items, protocol_names
from ..channels.api import GET_ASGI_APPLICATION, PROTOCOL_ROUTER, WEBSOCKET_CONSUMERS
from ..channels.installed_consumers import installed_consumers
from ..channels.release import HTTP_NEEDED_SINCE, major_version
from ..channels.runserver_apps import is_application_setting_read
from ..deployment.unused_sockets import has_no_client
from ..diffs import changed_line, file_line, line_diff
from ..finding import Finding
from ..python.definitions import assigned_names

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ValueError: Django can only handle ASGI/HTTP connections, not websocket."

NO_HTTP = "ValueError: No application configured for scope type 'http'"
PROTOCOLS = ("websocket", "http")  # in the order in which they are looked for
SOCKET_WORDS = re.compile(r"socket|^wss?$", re.IGNORECASE)
FIX = 'ProtocolTypeRouter({"http": …, "websocket": URLRouter(websocket_urlpatterns)})'


def check(project: Project) -> Iterator[Finding]:
    """Find applications without WebSocket in a project with sockets, and those without HTTP."""
    for application in served_applications(project):
        missing = next((each for each in PROTOCOLS if each not in application.protocols), None)
        if missing is None or not application.is_complete or has_no_client(project):
            continue
        if is_served_beside(project, application, missing):
            continue
        if missing == "http":
            yield from _without_http(project, application)
        elif _has_sockets(project):
            yield _without_websocket(project, application)


def _has_sockets(project: Project) -> bool:
    """Return whether the project has routes, and WebSocket consumers in apps that it installs."""
    found = installed_consumers(project)
    bases = (base for each in found for base in project.resolver.outside_bases(each))
    sockets = any(base.startswith(WEBSOCKET_CONSUMERS) for base in bases)
    return bool(project.facts.get("routes")) or (sockets and bool(project.routes))


def _without_websocket(project: Project, application: Application) -> Finding:
    symptom, location, fix = None, application.location, FIX
    wrong = _similar_protocol(project, location)
    misnamed = _name_of_router(project)
    what = "Django's own, which refuses WebSockets. Wrap it in `ProtocolTypeRouter`"
    if wrong:
        name, location = wrong
        what = f'a router with "{name}" instead of "websocket". Correct the key'
        fix = line_diff(project, location, f'"{name}"', '"websocket"')
    elif not application.is_django_handler:
        what = 'a router without "websocket". Add the entry'
        routes = _routes(project, location)
        fix = _new_entry(project, location, f'"websocket": URLRouter({routes})') if routes else FIX
    elif misnamed:
        setting = project.settings["ASGI_APPLICATION"]
        location = setting.location
        fix = line_diff(project, location, str(setting.value), misnamed)
        what = f"Django's own. The router is `{misnamed}`; `ASGI_APPLICATION` names another one"
    if not application.is_django_handler:
        symptom = "ValueError: No application configured for scope type 'websocket'"
    other = "" if misnamed else _other_router(project, application)
    hint = f" The server does not use the router in {other}." if other else ""
    if other and application.location and other == application.location.path:
        fix = changed_line(file_line(project, application.location), "")
    message = f"The application is {what}.{hint}"
    return Finding(message, location, fix, None, application.depth, symptom)


def _routes(project: Project, router: Location | None) -> str:
    """Return the name of a list of routes that the module of a router imports, "" if none."""
    module = next((each for each in project.modules if router and each.path == router.path), None)
    lists = (each for each in (module.imports if module else {}) if each.endswith("urlpatterns"))
    return next(lists, "")


def _new_entry(project: Project, router: Location | None, entry: str) -> str:
    """Return the change of a router that begins a line for each entry, else the entry alone."""
    line = file_line(project, router)
    if router and router.line and line.endswith("("):
        below = file_line(project, router._replace(line=router.line + 1))
        return f" {line}\n     {below}\n+        {entry}," if below == "{" else entry
    return f" {line}\n+    {entry}," if line.endswith("{") else entry


def _similar_protocol(
    project: Project, router: Location | None
) -> tuple[str, Location | None] | None:
    """Return the key of a router that means "websocket", and its place."""
    for module, call in project.calls(PROTOCOL_ROUTER):
        if module.location(call) == router:
            for item in protocol_items(project.resolver, module, call):
                if SOCKET_WORDS.search(item.protocol or ""):
                    return item.protocol or "", item.module.location(item.application)
    return None


def _name_of_router(project: Project) -> str:
    """Return the router's name where ASGI_APPLICATION names another variable of its module."""
    target = project.settings["ASGI_APPLICATION"].value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    module = project.resolver.find_module(path)
    names = {
        each: statement.value
        for statement in (module.assignments() if module else [])
        for each in assigned_names(statement)
    }
    is_router = (
        each
        for each, value in names.items()
        if module
        and isinstance(value, ast.Call)
        and module.full_name(value.func) == PROTOCOL_ROUTER
    )
    router = next(is_router, "")
    return f"{path}.{router}" if router not in {"", name} else ""


def _other_router(project: Project, application: Application) -> str:
    """Return the file of another router with WebSocket routes, "" if there is none."""
    for module, call in project.calls(PROTOCOL_ROUTER):
        names, _ = protocol_names(project.resolver, module, call)
        if "websocket" in names and module.location(call) != application.location:
            return module.path
    return ""


def _without_http(project: Project, application: Application) -> Iterator[Finding]:
    """Find a router without HTTP, unless a WSGI server answers HTTP."""
    version = major_version(project)
    split = any(command.is_server and not command.is_asgi for command in project.commands)
    is_read = is_application_setting_read(project) or any(each.is_asgi for each in project.commands)
    if split or not is_read or (version or 0) < HTTP_NEEDED_SINCE:
        return
    message = (
        f'The router has no "http" entry, which Channels {version} needs: every page answers 500.'
        " Add the entry."
    )
    entry = f'"http": {_django_application(project, application.location)}'
    fix = _new_entry(project, application.location, entry)
    yield Finding(message, application.location, fix, None, application.depth, NO_HTTP)


def _django_application(project: Project, router: Location | None) -> str:
    """Return the name of Django's application in the module of a router, else its call."""
    module = next((each for each in project.modules if router and each.path == router.path), None)
    for statement in module.assignments() if module else []:
        call = statement.value if isinstance(statement.value, ast.Call) else None
        if module and call and module.full_name(call.func) == GET_ASGI_APPLICATION:
            return next(iter(assigned_names(statement)), "")
    return "get_asgi_application()"
