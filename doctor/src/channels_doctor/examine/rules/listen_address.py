"""A server listens where nothing outside of its container reaches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.compose import compose_services
from ..deployment.served_addresses import BIND_OPTIONS, served_addresses
from ..deployment.servers import servers
from ..diffs import line_diff
from ..finding import Finding, Location

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "connect() failed (111: Connection refused) while connecting to upstream"

ALL = "0.0.0.0"  # noqa: S104
LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[?::1\]?)(:\d+)?$")
HOST_OPTIONS = {"uvicorn": ("--host",), "daphne": ("-b", "--bind"), "granian": ("--host",)}
MAX_LINES = 12  # of a command that goes over several lines
# Options that give an address in another way.
OTHERS = ("-u", "--uds", "--unix-socket", "--fd", "-e", "--endpoint", "-c", "--config")
PORT_OPTIONS = ("-p", "--port", "-b", "--bind")
FIXED_PORT = re.compile(r"(^|:)\d{2,5}$")
PROCFILE = re.compile(r"(^|/)Procfile$")
# Processes of a Procfile for the machine of a developer.
LOCAL = re.compile(r"redis-server|valkey-server|\bnpm\b|\byarn\b|runserver|docker|postgres")
BEANSTALK = re.compile(r"(^|/)\.(ebextensions|platform)/")  # its nginx uses port 8000
NO_PORT = "Error R10 (Boot timeout) -> Web process failed to bind to $PORT"


def check(project: Project) -> Iterator[Finding]:
    """Find servers at a loopback address in compose services, and fixed ports in a Procfile."""
    on_host = {each.name for each in compose_services(project) if each.is_on_host_network}
    for served in served_addresses(project):
        command = served.server.command
        if served.service not in on_host and _is_at_loopback(command):
            message = (
                f"{command.program} listens at 127.0.0.1, which is its container alone, so no other"
                f" container reaches `{served.service}`. Listen at 0.0.0.0."
            )
            place = _place(project, command)
            yield Finding(message, place, _fix(project, command, place))
    yield from _fixed_ports(project)


def _is_at_loopback(command: Command) -> bool:
    """Return whether a server listens at a loopback address, given or by default."""
    given = command.option(*_names(command))
    if given is not None:
        return bool(LOOPBACK.match(given))
    has_default = command.program in HOST_OPTIONS
    return has_default and all(command.option(each) is None for each in OTHERS)


def _names(command: Command) -> tuple[str, ...]:
    """Return the options that give the address."""
    return HOST_OPTIONS.get(command.program) or BIND_OPTIONS.get(command.program) or ("--host",)


def _place(project: Project, command: Command) -> Location:
    """Return the line of the address, which may be below the first line of the command."""
    path, start = command.location
    given = command.option(*_names(command)) or command.program
    texts = (file.text() for file in project.deployment_files if file.path == path)
    lines = next(texts, "").splitlines()[: (start or 1) + MAX_LINES]
    found = (number for number, line in enumerate(lines, 1) if given in line)
    return Location(path, next((each for each in found if each >= (start or 1)), start))


def _fix(project: Project, command: Command, place: Location) -> str:
    given = command.option(*_names(command))
    if given:
        return line_diff(project, place, given, LOOPBACK.sub(ALL, given))
    port = ":8000" if command.program in BIND_OPTIONS else ""
    new = f"{command.program} {_names(command)[0]} {ALL}{port}"
    return line_diff(project, place, command.program, new)


def _fixed_ports(project: Project) -> Iterator[Finding]:
    """Find a web process of a platform that gives the port, with a port of its own."""
    local = {each.path for each in project.deployment_files if LOCAL.search(each.text())}
    if any(BEANSTALK.search(each.path) for each in project.deployment_files):
        return
    for server in servers(project):
        command = server.command
        is_web = PROCFILE.search(command.location.path) and command.service == "web"
        if is_web and command.location.path not in local:
            port = next(filter(None, (command.option(each) for each in PORT_OPTIONS)), "")
            if FIXED_PORT.search(port):
                message = (
                    f"The process `web` listens on port {port.rpartition(':')[2]}, but a platform"
                    " with a Procfile sends requests to `$PORT`. Use the variable."
                )
                variable = f"{port.rpartition(':')[0] + ':' if ':' in port else ''}$PORT"
                fix = line_diff(project, command.location, port, variable)
                yield Finding(message, command.location, fix, "warning", symptom=NO_PORT)
