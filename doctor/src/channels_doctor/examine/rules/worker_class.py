"""A server calls the application by another interface than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_ASGI_APPLICATION, PROTOCOL_ROUTER
from ..deployment.servers import servers
from ..diffs import changed_line, file_line, line_diff
from ..finding import Finding
from ..packages.installs import installed_packages
from ..packages.websocket_libraries import is_library
from ..python.importable import importable_module

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..deployment.servers import Server
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: ProtocolTypeRouter.__call__() missing 1 required positional argument: 'send'"

ASGI = (GET_ASGI_APPLICATION, PROTOCOL_ROUTER)
WSGI = "django.core.wsgi.get_wsgi_application"
WSGI_CALLED = "TypeError: WSGIHandler.__call__() takes 3 positional arguments but 4 were given"
WORKER = "uvicorn_worker.UvicornWorker"
MAX_LINES = 10  # of a command


def check(project: Project) -> Iterator[Finding]:
    """Find gunicorn with an ASGI module and a WSGI worker, and ASGI servers with a WSGI module."""
    for server in servers(project):
        module = importable_module(project, server.module)
        is_gunicorn = server.command.program == "gunicorn"
        if is_gunicorn and server.interface == "wsgi" and module and _is_asgi(module):
            message = (
                f"gunicorn's `{server.worker}` worker calls `{server.module}` as WSGI, which"
                f" fails. Use `-k {WORKER}`{_required(project)}."
            )
            yield Finding(message, server.location, _fix(project, server))
        elif server.interface == "asgi" and module and _is_wsgi(module, server.command):
            right = server.application.replace("wsgi", "asgi")
            message = (
                f"`{server.application}` is the WSGI application, which an ASGI server cannot call,"
                f" so every request fails. Write `{right}`."
            )
            place = server.command.location
            fix = line_diff(project, place, server.application, right)
            name = right.partition(":")[0]
            if importable_module(project, name) is None:
                path = name.replace(".", "/") + ".py"
                fix = f"Add {path}, which calls get_asgi_application(), and write {right}."
            yield Finding(message, place, fix, symptom=WSGI_CALLED)


def _required(project: Project) -> str:
    """Return what the worker needs and the files do not install, as a part of a sentence."""
    packages = installed_packages(project)
    lacks = [] if any(each.name == "uvicorn-worker" for each in packages) else ["uvicorn-worker"]
    lacks += [] if any(map(is_library, packages)) else ["uvicorn[standard]"]
    return f"; require {' and '.join(lacks)}" if lacks else ""


def _fix(project: Project, server: Server) -> str:
    """Return the worker class as an option of the command, or as a line of its settings file."""
    place, name = server.location, server.application
    if place and place.path.endswith(".py"):
        return changed_line(file_line(project, place), f'worker_class = "{WORKER}"')
    number = place.line or 1 if place else 1
    lines = [place._replace(line=number + each) for each in range(MAX_LINES)] if place else []
    place = next((each for each in lines if name in file_line(project, each)), place)
    if f'"{name}"' in file_line(project, place):
        return line_diff(project, place, f'"{name}"', f'"{name}", "-k", "{WORKER}"')
    return line_diff(project, place, name, f"{name} -k {WORKER}")


def _is_wsgi(module: Module, command: Command) -> bool:
    """Return whether a module makes only the WSGI application, and the command says ASGI."""
    says_wsgi = "wsgi" in (command.option("--interface") or "")
    return any(module.calls(WSGI)) and not any(module.calls(*ASGI)) and not says_wsgi


def _is_asgi(module: Module) -> bool:
    return any(module.calls(*ASGI)) or module.name.rpartition(".")[2] == "asgi"
