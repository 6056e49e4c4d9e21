"""A consumer calls its own `disconnect()` to close the socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.close_codes import CODES_OF_DAPHNE
from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..finding import Finding
from ..python.expressions import argument, constant_value, own_method, walk_body
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The socket stays open."

DISCONNECT = "disconnect"
# `connect()` is left to the rule for sockets that nothing answers.
OTHER_HANDLERS = {DISCONNECT, "websocket_disconnect", "connect", "websocket_connect"}
CLOSING = ("close", "StopConsumer", "websocket_disconnect")


def check(project: Project) -> Iterator[Finding]:
    """Find calls with a close code in methods that close nothing themselves."""
    for consumer in project.production_consumers:
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        if is_raw and is_fully_resolved(project.resolver, consumer):
            yield from _in_consumer(project, consumer)


def _in_consumer(project: Project, consumer: Definition) -> Iterator[Finding]:
    own = project.resolver.member(consumer, DISCONNECT)
    if own is None or not own.is_function or own.uses_name(*CLOSING):
        return
    for method in consumer.methods():
        if method.name not in OTHER_HANDLERS and not _closes(consumer, method):
            yield from (_finding(consumer, each) for each in _calls(consumer, own, method))


def _closes(consumer: Definition, method: Function) -> bool:
    return consumer._replace(node=method).uses_name(*CLOSING)


def _calls(consumer: Definition, own: Definition, method: Function) -> Iterator[ast.Call]:
    """Yield the calls of `self.disconnect()` that run, and whose argument is a number."""
    is_async = isinstance(own.node, ast.AsyncFunctionDef)
    for node in walk_body(method.body):
        if isinstance(node, ast.Call) and own_method(node) == DISCONNECT:
            given = argument(node, 0, "code")
            is_code = isinstance(given, ast.Constant) and type(given.value) is int
            if is_code and is_async is isinstance(consumer.module.parents[node], ast.Await):
                yield node


def _finding(consumer: Definition, call: ast.Call) -> Finding:
    module, text = consumer.module, source_text(consumer.module, call)
    message = (
        f"`{text}` closes no socket: Channels calls `disconnect()` when a socket has ended. Use"
        " `self.close()`."
    )
    given = argument(call, 0, "code")
    is_valid = constant_value(given) in CODES_OF_DAPHNE
    new = text.replace(DISCONNECT, "close", 1) if is_valid else "self.close()"
    fix = replacement_diff(module, call, new)
    return Finding(message, module.location(call), fix, cause=(module.path, consumer.full_name))
