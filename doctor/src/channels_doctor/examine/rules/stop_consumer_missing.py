"""A consumer does not stop when its socket ends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..channels.handlers import Handler, find_handlers
from ..channels.own_calls import passes_self
from ..channels.release import is_first_channels
from ..finding import Finding
from ..python.definitions import parameters
from ..python.expressions import last_name, own_method

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "took too long to shut down and was killed."

METHOD = "websocket_disconnect"
STOPS = {"StopConsumer", METHOD}
# Methods of Channels that never stop a consumer.
HARMLESS_METHODS = {"send", "close", "disconnect", "send_json"}


def check(project: Project) -> Iterator[Finding]:
    """Find the methods for the end of a socket that never stop their consumer."""
    for handler in [] if is_first_channels(project) else find_handlers(project):
        consumer, method = handler.consumer, handler.method
        is_known = handler.name == METHOD and method.is_undecorated
        is_known = is_known and is_fully_resolved(project.resolver, consumer)
        if is_known and not _may_stop(project, consumer, method, set()):
            yield _finding(project, handler)


def _may_stop(
    project: Project, consumer: Definition, method: Definition, seen: set[ast.AST]
) -> bool:
    """Return whether a method names what stops a consumer, or runs code that may do so."""
    seen.add(method.node)
    for node in (each for statement in method.node.body for each in ast.walk(statement)):
        if isinstance(node, ast.Raise) or last_name(node) in STOPS:
            return True
        if isinstance(node, ast.Call) and _call_may_stop(project, consumer, node, seen):
            return True
    return False


def _call_may_stop(
    project: Project, consumer: Definition, call: ast.Call, seen: set[ast.AST]
) -> bool:
    name = own_method(call)
    own = project.resolver.member(consumer, name) if name else None
    if own is None:
        return passes_self(call) or bool(name and name not in HARMLESS_METHODS)
    if own.is_function and own.node in seen:
        return False
    return not own.is_function or _may_stop(project, consumer, own, seen)


def _finding(project: Project, handler: Handler) -> Finding:
    module, method = handler.method.module, handler.method.node
    is_generic = is_raw_websocket_consumer(project.resolver, handler.consumer)
    calls = {own_method(each) for each in ast.walk(method)}
    if is_generic and "disconnect" not in calls:
        answer, verb, what = _base_call(handler), "call", "that of the base class"
    else:
        answer, verb, what = "raise StopConsumer()", "raise", "`StopConsumer`"
    message = (
        f"`{METHOD}()` does not {verb} {what}, so the consumer stays after its socket ends."
        f" {verb.title()} it at the end of the method."
    )
    cause = (METHOD, answer)
    return Finding(message, module.location(method), _fix(handler, answer), cause=cause)


def _base_call(handler: Handler) -> str:
    """Return the call of the base class's method, with what the project's own method gets."""
    method = handler.method.node
    wait = "await " if isinstance(method, ast.AsyncFunctionDef) else ""
    every = [f"*{method.args.vararg.arg}"] if method.args.vararg else ["message"]
    given = [*(each.arg for each in parameters(method)[1:2]), *every][0]
    return f"{wait}super().{METHOD}({given})"


def _fix(handler: Handler, answer: str) -> str:
    """Return the last line with the answer below it; the answer alone where a path returns."""
    method = handler.method.node
    if any(isinstance(each, ast.Return) for each in ast.walk(method)):
        return f"{answer}  # on each path"
    lines, last = handler.method.module.lines, method.body[-1]
    first = lines[last.lineno - 1]
    margin = first[: len(first) - len(first.lstrip())]
    return f" {lines[last.end_lineno - 1]}\n+{margin}{answer}"
