"""The servers that deployment commands start: their application, interface and addresses."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..python.definitions import assigned_names
from ..python.expressions import string_value
from .commands import ASGI_SERVERS

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

# Options without a value.
FLAGS = {
    *("--reload", "--factory", "--proxy-headers", "--no-proxy-headers", "--access-log"),
    *("--no-access-log", "--use-colors", "--no-use-colors", "--server-header", "--preload"),
    *("--no-server-header", "--date-header", "--no-date-header", "--no-server-name", "--daemon"),
    *("-D", "--capture-output", "--check-config", "--print-config", "--spew", "--no-sendfile"),
    *("--enable-stdio-inheritance", "-R", "--reuse-port", "--log-syslog", "--debug", "--no-ws"),
    *("--nostatic", "--noreload", "--insecure", "--noinput", "--ws"),
}
VALUE_OF_WS = {"auto", "none", "websockets", "websockets-sansio", "wsproto"}
CONFIG = "gunicorn.conf.py"
WSGI_WORKERS = re.compile(
    r"^(sync|gthread|gevent(_\w+)?|eventlet|tornado)$|^gunicorn\.workers\.|^geventwebsocket\."
)
ASGI_WORKERS = re.compile("|".join([*sorted(ASGI_SERVERS), "asgi"]), re.IGNORECASE)
DEFAULT_ATTRIBUTE = {"gunicorn": "application", "uwsgi": "application", "hypercorn": "app"}


class Server(NamedTuple):
    """One server: its command, the application as the command names it, and its interface.

    `interface` is "asgi" or "wsgi", and "" where the text does not tell. `worker` is the worker
    class of gunicorn, and `location` the place that decides it.
    """

    command: Command
    application: str
    interface: str
    worker: str
    location: Location

    @property
    def module(self) -> str:
        """Return the dotted name of the application's module."""
        return self.application.partition(":")[0]

    @property
    def attribute(self) -> str:
        """Return the name of the application in its module, "" when there is none."""
        given = self.application.partition(":")[2].partition("(")[0]
        return given or DEFAULT_ATTRIBUTE.get(self.command.program, "")


@lru_cache(maxsize=1)
def servers(project: Project) -> list[Server]:
    """Return the servers of the deployment, without those for development."""
    commands = [each for each in project.commands if not each.is_development]
    return [
        _server(project, each)
        for each in commands
        if each.program in ASGI_SERVERS | {"gunicorn", "uwsgi"}
    ]


def asgi_programs(project: Project) -> set[str]:
    """Return the programs of the servers that may serve ASGI."""
    return {each.command.program for each in servers(project) if each.interface != "wsgi"}


def _server(project: Project, command: Command) -> Server:
    worker, location = "", command.location
    interface = "asgi" if command.program in ASGI_SERVERS else "wsgi"
    if command.program == "gunicorn":
        worker, location = _worker(project, command)
        is_wsgi = WSGI_WORKERS.search(worker) is not None
        interface = "wsgi" if is_wsgi else "asgi" if ASGI_WORKERS.search(worker) else ""
    return Server(command, application_of(command), interface, worker, location)


def application_of(command: Command) -> str:
    """Return the first argument that is no option, "" when it is not plain text."""
    skips_next = False
    if command.program == "uwsgi":
        return command.option("--module", "-w") or ""
    for word in command.arguments:
        if skips_next:
            skips_next = False
        elif word.startswith("-"):
            is_short = not word.startswith("--") and len(word) > len("-k")
            skips_next = not (word in FLAGS or "=" in word or is_short)
        elif word not in VALUE_OF_WS:
            return word if re.fullmatch(r"[\w./]+(:[\w.]+(\(.*\))?)?", word) else ""
    return ""


def _worker(project: Project, command: Command) -> tuple[str, Location]:
    """Return the worker class of gunicorn and its place; "?" when the text does not tell."""
    given = command.option("-k", "--worker-class")
    if given is not None:
        return given, command.location
    named = command.option("-c", "--config")
    name = (named or CONFIG).rpartition(":")[2].rpartition("/")[2]
    found = [each for each in project.modules if each.path.rpartition("/")[2] == name]
    if len(found) > 1 or (named is not None and not found):
        return "?", command.location
    if any("GUNICORN_CMD_ARGS" in file.text() for file in project.deployment_files):
        return "?", command.location
    return _configured_worker(found[0], command) if found else ("sync", command.location)


def _configured_worker(module: Module, command: Command) -> tuple[str, Location]:
    for node in module.find_all(ast.Assign):
        if "worker_class" in assigned_names(node):
            return string_value(node.value) or "?", module.location(node)
    return ("?" if "*" in module.imports else "sync"), command.location
