"""The deployment serves only WSGI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, Iterator

from ..deployment.compose import COMPOSE, compose_services
from ..deployment.matching_files import matching_files
from ..deployment.proxy_targets import target_of
from ..deployment.separate_socket_server import is_served_elsewhere
from ..deployment.served_addresses import served_addresses
from ..deployment.socket_locations import websocket_locations
from ..deployment.suggested_command import address_of, after_steps, needed_move, start_command
from ..deployment.unused_sockets import has_unused_sockets
from ..finding import Finding
from ..packages.installs import lacks_channels
from ..packages.requirements import FIRST_DJANGO_WITH_ASGI, is_older, requirements_for

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 404"

WSGI = "django.core.wsgi.get_wsgi_application"
PROCFILE, DOCKERFILE, NOTHING = r"(^|/)Procfile[^/]*$", r"(^|/)[Dd]ockerfile[^/]*$", r"(?!)"
HTTP_OPTION = re.compile(r"--http")
HTTP_ONLY = "where nginx has `uwsgi_pass`, write `proxy_pass http://…` with the Upgrade headers"
# One of these words in a file that is not Python suggests a server for sockets.
ASGI = re.compile(rb"\b(asgi|daphne|uvicorn\w*|hypercorn|granian)\b", re.IGNORECASE)


def check(project: Project) -> Iterator[Finding]:
    """Find gunicorn or uWSGI with the project's WSGI module when no file starts an ASGI server."""
    is_used = project.uses_websockets and not has_unused_sockets(project)
    if not is_used or lacks_channels(project) or is_served_elsewhere(project):
        return
    servers = [each for each in project.commands if each.is_server and not each.is_development]
    found = [each for each in servers if not each.is_asgi and _serves_project(project, each)]
    passed = [each for each in found if _gets_sockets(project, each)]
    command = next((each for each in found if each in passed or not _has_asgi(project, each)), None)
    if command:
        reason = (
            "nginx passes sockets to it" if command in passed else "nothing starts an ASGI server"
        )
        message = (
            f"{command.program} serves `{command.module}` over WSGI and {reason}, so Django answers"
            " every WebSocket with 404. Start an ASGI server."
        )
        yield Finding(message, command.location, _fix(project, command))


def _gets_sockets(project: Project, command: Command) -> bool:
    """Return whether nginx passes the sockets to the service of a command, without ASGI there."""
    served = list(served_addresses(project))
    services = {each.service for each in served if each.server.command == command}
    names = {x for each in compose_services(project) if each.name in services for x in each.names}
    found = [each for each in websocket_locations(project) if each.upgrades]
    targets = [target_of(project, each) for each in found]
    is_asgi = any(each.server.interface != "wsgi" and each.service in services for each in served)
    hosts = [{name for name, _ in each.hosts} if each else set() for each in targets]
    return bool(hosts) and not is_asgi and all(each and each <= names for each in hosts)


def _fix(project: Project, command: Command) -> str:
    """Return the command of an ASGI server, and what it needs where there is no `asgi.py`."""
    module = _asgi_module(project, command)
    server, start = start_command(project, f"{module}:application", address_of(command))
    steps = [f"require {server}"] if server else []
    found = project.resolver.find_module(module)
    if not found:
        path = module.replace(".", "/") + ".py"
        steps.append(f"add {path}, which calls {_made_by(project)}")
    else:
        steps.append(needed_move(project, found))
    fix = after_steps(steps, start)
    return f"{fix}  # {HTTP_ONLY}" if _speaks_uwsgi(command) else fix


def _speaks_uwsgi(command: Command) -> bool:
    """Return whether a proxy reaches the server by uWSGI's own protocol."""
    return command.program == "uwsgi" and not any(map(HTTP_OPTION.match, command.arguments))


def _asgi_module(project: Project, command: Command) -> str:
    """Return the module beside that of WSGI, else the `asgi` that `ASGI_APPLICATION` names."""
    beside = command.module.replace("wsgi", "asgi")
    setting = str(project.settings["ASGI_APPLICATION"].value or "")
    named = setting.rpartition(".")[0]
    is_other = setting.endswith(".asgi.application") and project.resolver.find_module(named)
    return named if is_other and not project.resolver.find_module(beside) else beside


def _made_by(project: Project) -> str:
    """Return how an `asgi.py` makes its application with the project's Django."""
    required = requirements_for(project, "django")
    may_be_newer = any(each.allows(FIRST_DJANGO_WITH_ASGI) for each in required)
    if is_older(project, "django", FIRST_DJANGO_WITH_ASGI) and not may_be_newer:
        return "django.setup() and channels.routing.get_default_application()"
    return (
        "get_asgi_application() above its imports of routes and has a ProtocolTypeRouter with that"
        ' application as "http" and the routes as "websocket"'
    )


def _of_other_deployments(project: Project, path: str) -> Callable[[str], object]:
    """Return a search for the paths that do nothing where a container starts a server.

    That is a Procfile, and the Dockerfile whose command each service of compose replaces.
    """
    services = [each.values for each in compose_services(project) if "build" in each.values]
    are_replaced = bool(services) and all("command" in each for each in services)
    if COMPOSE.search(path) and are_replaced:
        return re.compile(f"{PROCFILE}|{DOCKERFILE}").search
    is_container = COMPOSE.search(path) or re.search(DOCKERFILE, path)
    return re.compile(PROCFILE if is_container else NOTHING).search


def _serves_project(project: Project, command: Command) -> bool:
    """Return whether a command serves a WSGI module of this project."""
    module = project.resolver.find_module(command.module)
    return module is not None and module.name.endswith("wsgi") and any(module.calls(WSGI))


def _has_asgi(project: Project, command: Command) -> bool:
    """Return whether a file of the same deployment as a command suggests an ASGI server."""
    others = _of_other_deployments(project, command.location.path)
    if any(each.is_asgi and not others(each.location.path) for each in project.commands):
        return True
    if any(not others(file.path) for file in matching_files(project, ASGI)):
        return True
    return any(
        ASGI.search("\n".join(module.lines).encode())
        for module in project.modules
        if module.path.rsplit("/", 1)[-1].startswith(("gunicorn", "fabfile"))
    )
