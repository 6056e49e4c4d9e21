"""The query string of a WebSocket contains a secret."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, TypeVar

from ..asgi.example_paths import usual_path
from ..asgi.route_table import route_table
from ..browser.secret_addresses import SecretAddress, secret_addresses
from ..channels.echoed_values import is_echoed
from ..channels.query_secrets import (
    is_deliberate,
    prefers_header,
    refuses_others_first,
    secret_in_query,
)
from ..channels.single_use_tokens import is_single_use, makes_short_lived_tokens
from ..deployment.address_logs import are_logged
from ..deployment.unused_sockets import are_switched_off
from ..finding import Finding
from ..python.expressions import string_value
from ..python.nodes import walk
from ..reachability.locations import is_reached

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "GET /ws/chat/?token="

Found = TypeVar("Found", Finding, SecretAddress)

FIX = (
    "Let the session tell who the visitor is. Where pages have none, let a view give a ticket that"
    " is valid once and for seconds, and send it as a subprotocol or as the first message."
)
MAY_BE_LOGGED = "which uvicorn, and proxies such as nginx, log"  # Daphne logs the path alone


def check(project: Project) -> Iterator[Finding]:
    """Find secrets that the code reads from a query string, or that pages add to it.

    A project has one finding: its other places, and the pages that add a secret, belong to it.
    """
    if not project.uses_websockets or are_switched_off(project):
        return
    if makes_short_lived_tokens(project):
        return
    addresses = _reached(project, secret_addresses(project))
    found = [
        each
        for module in project.production_modules
        for each in _in_module(project, module, is_sent=bool(addresses))
    ]
    reads = _reached(project, found)
    if reads:
        others = [each.location for each in reads[1:] if each.location]
        more = _places("Others", others) + _places("Pages that add it", _locations(addresses))
        yield reads[0]._replace(message=reads[0].message + more)
    elif addresses and not _is_read_harmlessly(project, {each.name for each in addresses}):
        yield _of_pages(project, addresses)


def _reached(project: Project, found: list[Found]) -> list[Found]:
    """Return what is in reached code, or everything where nothing is."""
    reached = [each for each in found if each.location and is_reached(project, *each.location)]
    return reached or found


def _in_module(project: Project, module: Module, is_sent: bool) -> Iterator[Finding]:
    found = [
        each
        for function in module.functions()
        if is_sent or not prefers_header(function)
        for each in _in_function(project, module, function)
    ]
    if found and _is_imported(project, module):
        yield from found


def _of_pages(project: Project, addresses: list[SecretAddress]) -> Finding:
    fault = f"The page adds `{addresses[0].name}` to a WebSocket's address"
    found = _finding(project, fault, addresses[0].location, addresses[0].name)
    return found._replace(message=found.message + _places("Others", _locations(addresses[1:])))


def _finding(project: Project, fault: str, location: Location | None, name: str) -> Finding:
    """Return a finding, of less severity where no file shows what logs query strings."""
    is_logged = are_logged(project)
    logs = "which servers and proxies log" if is_logged else MAY_BE_LOGGED
    message = f"{fault}, {logs}. Use a session or a single-use ticket."
    symptom = f"GET {usual_path(route_table(project).routes)}?{name}="
    return Finding(message, location, FIX, None if is_logged else "info", symptom=symptom)


def _locations(addresses: list[SecretAddress]) -> list[Location]:
    return [each.location for each in addresses]


def _places(text: str, locations: list[Location]) -> str:
    return f" {text}: {', '.join(map(str, locations))}." if locations else ""


def _is_imported(project: Project, module: Module) -> bool:
    """Return whether a module without classes, of an application, or that another one imports."""
    if not any(module.find_all(ast.ClassDef)) or module in project.asgi_modules:
        return True
    return any(
        module in map(project.resolver.find_module, (name, name.rpartition(".")[0]))
        for other in project.production_modules
        if other is not module
        for node in other.find_all(ast.Import, ast.ImportFrom)
        for name in other.imported_names(node)
    )


def _is_read_harmlessly(project: Project, names: set[str]) -> bool:
    """Return whether code reads a secret from a query string that is worth nothing in a log.

    Code that has one of the names of the pages may get the query string from its caller.
    """
    return any(
        _is_harmless(project, module, function, found.node)
        if found
        else names & _texts(function) and is_single_use(project, module, function)
        for module in project.production_modules
        for function in module.functions()
        for found in [secret_in_query(function)]
    )


def _texts(function: Function) -> set[str]:
    return {each for each in map(string_value, walk(function)) if each}


def _is_harmless(project: Project, module: Module, function: Function, read: ast.AST) -> bool:
    return (
        is_deliberate(module, function)
        or refuses_others_first(function, read)
        or is_single_use(project, module, function)
        or is_echoed(project, module, function, read)
    )


def _in_function(project: Project, module: Module, function: Function) -> Iterator[Finding]:
    found = secret_in_query(function)
    if found and not _is_harmless(project, module, function, found.node):
        fault = f"`{function.name}()` reads `{found.name}` from the query string"
        yield _finding(project, fault, module.location(found.node), found.name)
