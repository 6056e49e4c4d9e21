"""A test sends no Origin to an application that requires one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..finding import Finding
from ..project_tests.communicators import Communicator, communicators
from ..python.expressions import (
    argument,
    constant_value,
    is_variable,
    method_name,
    variable_name,
)

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "assert False"


def check(project: Project) -> Iterator[Finding]:
    """Find communicators for the whole application without headers whose test expects success."""
    if not _is_strict(project):
        return
    for each in communicators(project):
        if _is_application(project, each) and _is_bare(each) and _expects_success(each):
            message = (
                f"`{each.function.name}` connects to the whole application without an Origin, which"
                " the validator refuses. Pass an origin header."
            )
            fix = '+headers=[(b"origin", b"http://localhost")],'
            yield Finding(message, each.module.location(each.call), fix)


def _is_strict(project: Project) -> bool:
    """Return whether a validator of Channels refuses handshakes without an Origin."""
    hosts = project.settings["ALLOWED_HOSTS"]
    is_restricted = hosts.is_complete and "*" not in hosts.items
    return is_restricted and websocket_stack(project).has_channels_origin_check


def _is_application(project: Project, each: Communicator) -> bool:
    """Return whether the first argument is the application of the ASGI module."""
    found = project.resolver.definition(each.module, argument(each.call, 0, "application"))
    if found is None or found.module not in project.asgi_modules:
        return False
    router = found.value.func if isinstance(found.value, ast.Call) else None
    return found.module.full_name(router).split(".")[-1] == "ProtocolTypeRouter"


def _is_bare(each: Communicator) -> bool:
    """Return whether the test passes no headers and adds none later."""
    is_starred = any(isinstance(argument, ast.Starred) for argument in each.call.args)
    has_headers = any(keyword.arg in {None, "headers"} for keyword in each.call.keywords)
    if each.call.args[2:] or is_starred or has_headers:
        return False
    values = (constant_value(node) for node in ast.walk(each.function))
    return not any(value in ("headers", "origin", b"origin") for value in values)


def _expects_success(each: Communicator) -> bool:
    """Return whether the function asserts the first value that connect() returned."""
    names = list(_connected_names(each))
    asserted: list[ast.expr] = []
    for node in ast.walk(each.function):
        if isinstance(node, ast.Assert):
            asserted.append(node.test)
        elif isinstance(node, ast.Call) and method_name(node) == "assertTrue":
            asserted.extend(node.args[:1])
    return any(is_variable(test, *names) for test in asserted)


def _connected_names(each: Communicator) -> Iterator[str]:
    """Yield `connected` for `connected, _ = await communicator.connect()`."""
    for call in each.method_calls("connect"):
        statement = each.module.parents.get(each.module.parents[call])
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, (ast.Tuple, ast.List)) and target.elts:
            name = variable_name(target.elts[0])
            if name:
                yield name
