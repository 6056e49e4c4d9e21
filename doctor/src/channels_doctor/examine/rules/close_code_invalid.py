"""A WebSocket is closed with a code that the protocol does not allow."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..channels.close_codes import CODE_ARGUMENTS, CODES_OF_DAPHNE, possible_codes
from ..channels.handlers import socket_paths
from ..channels.runserver_apps import has_runserver
from ..channels.socket_uses import NEW
from ..deployment.commands import ASGI_SERVERS
from ..deployment.servers import asgi_programs
from ..diffs import changed_line, is_diff, line_diff
from ..finding import Finding
from ..packages.installs import installed_packages
from ..python.expressions import own_method
from ..python.source_text import replacement_diff

if TYPE_CHECKING:
    from ..channels.close_codes import CloseCode
    from ..finding import Location
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Exception: invalid close code 403 (must be 1000 or from [3000, 4999])"

OF_BROWSER = (
    "InvalidAccessError: The close code must be either 1000, or between 3000 and 4999. {} is"
    " neither."
)

# The codes that a close frame may have; 1004 to 1006 and 1015 are never sent.
DEFINED_CODES = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}
HTTP_STATUS = range(400, 500)
OWN_CODES = 4000  # the first code for applications


def check(project: Project) -> Iterator[Finding]:
    """Find the codes of `close()` that no close frame can have, or that Daphne refuses."""
    refusals = {
        use.call
        for _, paths in socket_paths(project)
        for use in paths.uses
        if use.method == "close" and use.is_only(NEW)
    }
    severity = _severity_with_daphne(project)
    for consumer in project.production_consumers:
        for module, call in _closes(project, consumer):
            codes = () if call in refusals else possible_codes(project, consumer, module, call)
            for each in codes:
                yield from _in_code(each, severity)
    yield from _in_scripts(project) if project.uses_websockets else ()


def _in_scripts(project: Project) -> Iterator[Finding]:
    """Find the codes of `socket.close()` that browsers refuse."""
    for script in map(SocketScript, opened_sockets(project)):
        for call in script.calls("close") if script.is_native else ():
            code = script.constant(call.argument)
            if code.isdecimal() and int(code) not in CODES_OF_DAPHNE:
                yield _of_page(project, int(code), script.location(call.start))


def _of_page(project: Project, code: int, place: Location) -> Finding:
    message = (
        f"The page closes the socket with the code {code}, so the browser raises an error and the"
        f" socket stays open. Use 1000, or a code of your own such as {_own_code(code)}."
    )
    changed = line_diff(project, place, f"({code}", f"({_own_code(code)}")
    fix = changed if is_diff(changed) else f"Use {_own_code(code)}."
    return Finding(message, place, fix, symptom=OF_BROWSER.format(code))


def _severity_with_daphne(project: Project) -> str:
    """Return the severity of what Daphne alone refuses, "" where another server may serve.

    It is info where only `runserver` shows Daphne.
    """
    programs = asgi_programs(project)
    if programs:
        return SEVERITY if programs == {"daphne"} else ""
    others = {each.name for each in installed_packages(project)} & (ASGI_SERVERS - {"daphne"})
    return "info" if has_runserver(project) and not others else ""


def _closes(project: Project, consumer: Definition) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls of a consumer and of its ancestors that may have a close code."""
    for cls in project.resolver.mro(consumer):
        for node in ast.walk(cls.node):
            if isinstance(node, ast.Call) and own_method(node) in CODE_ARGUMENTS:
                yield cls.module, node


def _in_code(found: CloseCode, severity: str) -> Iterator[Finding]:
    """Find a code that no server accepts, and one that the project's Daphne does not accept."""
    if found.code not in DEFINED_CODES:
        yield _finding(found, "the server", SEVERITY)
    elif severity and found.code not in CODES_OF_DAPHNE:
        yield _finding(found, "Daphne", severity)
    elif severity and found.member:
        yield _member(found, severity)


def _finding(found: CloseCode, server: str, severity: str) -> Finding:
    module, node, code = found[:3]
    valid = _own_code(code)
    message = (
        f"The socket closes with the code {code}, so {server} raises an error and the client sees"
        f" 1011 or 1006. Use 1000, or a code from 4000 to 4999, such as {valid}."
    )
    symptom = f"Exception: invalid close code {code} (must be 1000 or from [3000, 4999])"
    fix = replacement_diff(module, node, str(valid))
    place, cause = module.location(node), (module.path, str(code))
    return Finding(message, place, fix, severity, symptom=symptom, cause=cause)


def _own_code(code: int) -> int:
    return OWN_CODES + code if code in HTTP_STATUS else OWN_CODES


def _member(found: CloseCode, severity: str) -> Finding:
    name = found.member.rpartition(".")[0]
    message = (
        f"`close()` has `{found.member}`, and Daphne accepts a plain integer only. It raises an"
        f" error and the client sees 1011 or 1006. Use `{found.member}.value`."
    )
    location = found.module.location(found.node)
    line = found.module.source_line(found.node)
    changed = line.replace(found.member, f"{found.member}.value", 1)
    fix = changed_line(line, changed) if changed != line else f"{found.member}.value"
    symptom = f"Exception: invalid type '<enum '{name}'>' for close code (must be an integer)"
    return Finding(message, location, fix, severity, symptom=symptom)
