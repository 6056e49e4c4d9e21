"""The browser never sees a close code that is sent before `accept()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumer_classes import consumers, methods, speaks_websocket
from ..finding import Finding
from ..python.expressions import argument, constant, own

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..python.names import Definition

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 403"

NORMAL = 1000


def check(project: Project) -> Iterator[Finding]:
    """Find `close(code)` in connect() which no accept() can have come before."""
    for found in consumers(project):
        for module, function in methods(found):
            if (
                function.name == "connect"
                and speaks_websocket(project, found)
                and not _has_own_close(project, found)
            ):
                yield from _in(project, found, module, function)


def _has_own_close(project: Project, found: Definition) -> bool:
    return project.names.member(found, "close") is not None


def _in(project: Project, found: Definition, module: Module, function: Any) -> Iterator[Finding]:
    calls = [node for node in own(function.body) if isinstance(node, ast.Call)]
    accepts = [call for call in calls if _may_accept(project, found, call)]
    for call in calls:
        code = _code(project, module, call)
        if code and not any(_comes_before(module, accept, call) for accept in accepts):
            message = (
                f"connect() closes with the code {code} before accept(): the browser sees a failed handshake"
                " (HTTP 403, code 1006) and never the code."
            )
            wait = "await " if isinstance(function, ast.AsyncFunctionDef) else ""
            yield Finding(
                message, module.place(call), f"+{wait}self.accept()\n {module.line(call)}"
            )


def _code(project: Project, module: Module, call: ast.Call) -> int:
    """Return the code of `self.close(code)`, 0 for any other call and for a code that says nothing."""
    if not _is_own(call, "close"):
        return 0
    given = argument(call, 0, "code")
    code = constant(given)
    if given is not None and code is None:
        named = project.names.look(module, given)
        code = constant(getattr(named.node, "value", None)) if named else None
    return code if isinstance(code, int) and code > NORMAL else 0


def _is_own(call: ast.Call, name: str) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == name
        and getattr(function.value, "id", "") == "self"
    )


def _may_accept(project: Project, found: Definition, call: ast.Call) -> bool:
    """Return whether a call accepts: itself, as super().connect() does, or in an own method or another's function."""
    function = call.func
    if _is_own(call, "accept") or getattr(function, "attr", "") == "connect":
        return True
    if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "self":
        method = project.names.member(found, function.attr)
        inside = ast.walk(method.node) if method else iter(())
        return any(getattr(node, "attr", "") in {"accept", "connect"} for node in inside)
    return any(getattr(each, "id", "") == "self" for each in call.args)


def _comes_before(module: Module, accept: ast.Call, close: ast.Call) -> bool:
    """Return whether an accept() may have run when close() does: it is above, and not in another branch of an `if`."""
    if accept.lineno > close.lineno:
        return False
    path, other = [accept, *module.above(accept)], [close, *module.above(close)]
    shared: Any = next(node for node in path if node in other)
    if not isinstance(shared, ast.If):
        return True
    left, right = path[path.index(shared) - 1], other[other.index(shared) - 1]
    return not (left in shared.body and right in shared.orelse)
