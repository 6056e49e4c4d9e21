"""The browser never sees a close code that is sent before `accept()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_raw_websocket_consumer
from ..finding import Finding
from ..python.expressions import (
    argument,
    attribute_name,
    constant_value,
    is_variable,
    own_method,
    walk_body,
)

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 403"

DEFAULT_CODE = 1000


def check(project: Project) -> Iterator[Finding]:
    """Find `close(code)` in connect() that no accept() precedes."""
    for consumer in project.production_consumers:
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        has_own_close = project.resolver.member(consumer, "close") is not None
        if is_raw and not has_own_close:
            for method in consumer.methods():
                if method.name == "connect":
                    yield from _in_connect(project, consumer, method)


def _in_connect(project: Project, consumer: Definition, connect: Function) -> Iterator[Finding]:
    module = consumer.module
    calls = [node for node in walk_body(connect.body) if isinstance(node, ast.Call)]
    accepts = [call for call in calls if _may_accept(project, consumer, call)]
    for call in calls:
        code = _code(project, module, call)
        if code and not any(_comes_before(module, accept, call) for accept in accepts):
            message = (
                f"`connect()` closes with code {code} before `accept()`, so the browser sees 1006"
                " and never the code. Accept the socket first."
            )
            wait = "await " if isinstance(connect, ast.AsyncFunctionDef) else ""
            yield Finding(
                message, module.location(call), f"+{wait}self.accept()\n {module.source_line(call)}"
            )


def _code(project: Project, module: Module, call: ast.Call) -> int:
    """Return the code of `self.close(code)`, 0 for any other call and for the default code."""
    if own_method(call) != "close":
        return 0
    given = argument(call, 0, "code")
    code = constant_value(given)
    if given is not None and code is None:
        named = project.resolver.definition(module, given)
        code = constant_value(named.value) if named else None
    return code if isinstance(code, int) and code > DEFAULT_CODE else 0


def _may_accept(project: Project, consumer: Definition, call: ast.Call) -> bool:
    """Return whether a call may accept the socket, directly or in a function that it calls."""
    name = own_method(call)
    if name == "accept" or attribute_name(call.func) == "connect":
        return True
    if name:
        method = project.resolver.member(consumer, name)
        nodes = ast.walk(method.node) if method else iter(())
        return any(attribute_name(node) in {"accept", "connect"} for node in nodes)
    return any(is_variable(each, "self") for each in call.args)


def _comes_before(module: Module, accept: ast.Call, close: ast.Call) -> bool:
    """Return whether accept() may run before close(): above it, and not in another branch."""
    if accept.lineno > close.lineno:
        return False
    accept_path = [accept, *module.enclosing_nodes(accept)]
    close_path = [close, *module.enclosing_nodes(close)]
    shared = next(node for node in accept_path if node in close_path)
    if not isinstance(shared, ast.If):
        return True
    accept_branch = accept_path[accept_path.index(shared) - 1]
    close_branch = close_path[close_path.index(shared) - 1]
    return not (accept_branch in shared.body and close_branch in shared.orelse)
