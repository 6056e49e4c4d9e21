"""A consumer replaces what Channels sets, or reads it too early."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import handles_messages, is_fully_resolved
from ..channels.layer_calls import layer_calls
from ..channels.release import FIRST_WITHOUT_SCOPE_IN_INIT, major_version
from ..finding import Finding
from ..packages.generated_headers import is_before_channels_3
from ..python.certain_nodes import certain_nodes
from ..python.definitions import assignment_targets, parameters
from ..python.expressions import all_arguments, own_attribute, own_method, walk_body
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The message is sent without an error, and no page receives it."

CHANNEL_NAME, INIT, DISPATCH = "channel_name", "__init__", "dispatch"
SET_LATER = {"scope", CHANNEL_NAME, "channel_layer", "channel_receive", "base_send"}
# What a method that passes messages on uses.
PASSING_ON = ("super", "getattr", "get_handler_name")
# The methods of Channels that call another one with each message, and what answers it anyway.
CALLERS = {"receive": "receive_json", "websocket_receive": "receive"}
ANSWERING = ("loads", "group_send")
JSON = re.compile(r"JsonWebsocketConsumer$")
IGNORED = "The page sends a message, and nothing happens."
RENAME = f"Rename `{DISPATCH}()`, and the type `{DISPATCH}` of the messages for it."
SILENCE = "The handshake fails, or stays unanswered."
FIX = "Keep the value in another attribute, and give `self.channel_name` of Channels to the layer."


def check(project: Project) -> Iterator[Finding]:
    """Find replaced names, as `dispatch()` and `receive()`, and reads in `__init__()`."""
    reads_channels = any(layer_calls(project, "receive"))  # perhaps that of a consumer
    for consumer in project.production_consumers:
        if handles_messages(project.resolver, consumer):
            yield from _dispatch(consumer)
            yield from _receive(project, consumer)
            yield from () if reads_channels else _channel_name(project, consumer)
            yield from () if _has_scope_in_init(project) else _early_read(consumer)


def _channel_name(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find the first method that replaces the channel which the consumer then joins with."""
    joins = [each for each in layer_calls(project, "group_add") if _joins(project, consumer, each)]
    # Channels sets the attribute after `__init__()`.
    methods = [each for each in consumer.methods() if each.name != INIT]
    for method in methods if joins else ():
        for node in filter(_is_replaced, walk_body(method.body)):
            if any(_runs_later(each, method, node) for each in joins):
                yield _replaced(consumer, method, node)
                return


def _dispatch(consumer: Definition) -> Iterator[Finding]:
    """Find a method `dispatch()` that calls neither that of Channels nor any handler."""
    method = next((each for each in consumer.methods() if each.name == DISPATCH), None)
    if method is None or consumer._replace(node=method).uses_name(*PASSING_ON):
        return
    message = (
        f"`{DISPATCH}()` replaces the method with which Channels calls each handler, so the"
        " consumer answers nothing. Give it another name, and the messages another type."
    )
    yield Finding(message, consumer.module.location(method), RENAME, symptom=SILENCE)


def _receive(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find a method that should call another one with each message, and answers nothing itself."""
    bases = project.resolver.outside_bases(consumer)
    for name, inner in CALLERS.items() if is_fully_resolved(project.resolver, consumer) else ():
        method = project.resolver.own_member(consumer, name)
        called = project.resolver.member(consumer, inner)
        is_json = inner == "receive_json" and any(map(JSON.search, bases))
        if not method or not called or not (is_json or inner == "receive"):
            continue
        nodes = (each for cls in project.resolver.mro(consumer) for each in walk(cls.node))
        used = set(map(own_attribute, nodes))
        calls_own = any(map(own_method, walk(method.node)))
        if inner not in used and not calls_own and not method.uses_name(*PASSING_ON, *ANSWERING):
            message = (
                f"`{name}()` replaces the method of Channels that calls `{inner}()`, which so never"
                f" runs. Call `super().{name}()` in it."
            )
            wait = "await " * isinstance(method.node, ast.AsyncFunctionDef)
            fix = f"{wait}super().{name}(…)  # with the same arguments"
            yield Finding(message, method.module.location(method.node), fix, symptom=IGNORED)


def _has_scope_in_init(project: Project) -> bool:
    version = major_version(project)
    if version is None:
        return is_before_channels_3(project)
    return version < FIRST_WITHOUT_SCOPE_IN_INIT


def _early_read(consumer: Definition) -> Iterator[Finding]:
    """Find the first attribute that `__init__()` reads before Channels sets it."""
    init = next((each for each in consumer.methods() if each.name == INIT), None)
    if init is None or "scope" in {each.arg for each in parameters(init)}:
        return
    nodes = list(certain_nodes(consumer._replace(node=init)))
    stored = {own_attribute(each) for node in nodes for each in assignment_targets(node)}
    for node in nodes:
        name = own_attribute(node)
        if name in SET_LATER - stored:
            message = (
                f"`__init__()` reads `self.{name}`, which Channels sets after it. Read it in"
                " `connect()`."
            )
            symptom = f"AttributeError: '{consumer.name}' object has no attribute '{name}'"
            fix = f"Move what needs `self.{name}` to `connect()`."
            yield Finding(message, consumer.module.location(node), fix, symptom=symptom)
            return


def _replaced(consumer: Definition, method: Function, node: ast.AST) -> Finding:
    message = (
        f"`{method.name}()` replaces `self.{CHANNEL_NAME}`, the only channel that Channels reads"
        " for the consumer. Its groups deliver to another one. Use another attribute."
    )
    return Finding(message, consumer.module.location(node), FIX)


def _joins(project: Project, consumer: Definition, call: LayerCall) -> bool:
    cls = project.resolver.enclosing_class(call.module, call.node)
    is_own = cls is not None and cls.full_name == consumer.full_name
    return is_own and any(own_attribute(each) == CHANNEL_NAME for each in all_arguments(call.node))


def _is_replaced(node: ast.AST) -> bool:
    """Return whether a node assigns `self.channel_name`."""
    is_stored = isinstance(getattr(node, "ctx", None), ast.Store)
    return is_stored and own_attribute(node) == CHANNEL_NAME


def _runs_later(call: LayerCall, method: Function, node: ast.AST) -> bool:
    """Return whether a call is on a later line than an assignment, or in another method."""
    is_same = call.module.nearest_function(call.node) is method
    return not is_same or call.node.lineno > getattr(node, "lineno", 0)
