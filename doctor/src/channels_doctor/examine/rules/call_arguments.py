"""A call has other arguments than a method of Channels takes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import LAYERS
from ..channels.consumers import (
    is_async_consumer,
    is_fully_resolved,
    is_raw_websocket_consumer,
)
from ..channels.layer_call_fixes import with_right_arguments
from ..channels.layer_calls import LayerCall, layer_calls
from ..finding import Finding
from ..message_values.group_strings import group_patterns
from ..message_values.joined_groups import named_groups
from ..message_values.scope import scope_of
from ..message_values.string_parts import ANY
from ..python.definitions import parameters
from ..python.expressions import attribute_name, own_attribute, own_method, strings_in
from ..python.signatures import Signature, call_error, call_problem, signature_of
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "TypeError: InMemoryChannelLayer.group_add() missing 1 required positional argument: 'channel'"
)

CHANNEL_ROUTER = "channels.routing.ChannelNameRouter"
LAYER_METHODS = {
    "group_add": Signature(["group", "channel"], 2),
    "group_discard": Signature(["group", "channel"], 2),
    "group_send": Signature(["group", "message"], 2),
    "send": Signature(["channel", "message"], 2),
}
CONSUMER_METHODS = {
    "accept": Signature(["subprotocol", "headers"], 0),
    "close": Signature(["code", "reason"], 0),
    "send": Signature(["text_data", "bytes_data", "close"], 0),
    "send_json": Signature(["content", "close"], 1),
}
EVENTS = (["event"], ["_event"])  # the parameters of a handler, by convention


def check(project: Project) -> Iterator[Finding]:
    """Find the calls of the layer and of consumers' own methods that raise a TypeError."""
    groups, joined = _groups(project), _joined_groups(project)
    for call in layer_calls(project, *LAYER_METHODS):
        problem = call_problem(LAYER_METHODS[call.method], call.node)
        problem = problem or _exchanged(project, call) or _to_group(project, call, groups, joined)
        if problem:
            names = ", ".join(LAYER_METHODS[call.method].names)
            message = f"`{call.method}()` {problem}. Its arguments are `({names})`."
            place = call.module.location(call.node)
            fix = with_right_arguments(project, call, problem)
            fix = fix or f"Write `{call.method}({names})`."
            yield Finding(message, place, fix, symptom=_symptom(project, call, problem))
    for consumer in project.production_consumers:
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        if is_raw and is_fully_resolved(project.resolver, consumer):
            yield from _in_consumer(project, consumer)
            yield from _hidden(project, consumer)


def _symptom(project: Project, call: LayerCall, problem: str) -> str:
    """Return what a call of the layer does: an error, or a message that nothing receives."""
    if call.method == "group_discard" and problem.startswith("gets the channel"):
        return "The socket stays in the group."
    if problem.startswith(("gets the channel", "sends to a channel")):
        return "No socket receives the message."
    backend = LAYERS.get(project.default_backend, project.default_backend)
    layer = backend.rpartition(".")[2].replace("PubSubChannelLayer", "PubSubLoopLayer")
    name = f"{layer or 'InMemoryChannelLayer'}.{call.method}"
    return call_error(LAYER_METHODS[call.method], name, call.node)


def _exchanged(project: Project, call: LayerCall) -> str:
    """Return a problem if the channel of a consumer is where the group belongs.

    An attribute that the class itself sets may have the name of a group.
    """
    cls = project.resolver.enclosing_class(call.module, call.node)
    nodes = ast.walk(cls.node) if cls else ()
    stored = (each for each in nodes if isinstance(getattr(each, "ctx", None), ast.Store))
    is_own = "channel_name" in map(own_attribute, stored)
    is_channel = attribute_name(call.group) == "channel_name" and not is_own
    return "gets the channel as its group" if is_channel and call.method != "send" else ""


def _groups(project: Project) -> set[tuple[str, str]]:
    """Return the names and attributes of groups, each with its class or module."""
    calls = layer_calls(project, "group_add", "group_send", "group_discard")
    return {key for each in calls for key in [_group_key(project, each)] if key[1]}


def _group_key(project: Project, call: LayerCall) -> tuple[str, str]:
    cls = project.resolver.enclosing_class(call.module, call.node)
    return cls.full_name if cls else call.module.name, call.module.full_name(call.group)


def _joined_groups(project: Project) -> set[str]:
    """Return the names of the groups that consumers join, without those of workers' channels."""
    workers = {name for _, each in project.calls(CHANNEL_ROUTER) for name in strings_in(each)}
    return {each for each in named_groups(project) - workers if each.strip(ANY)}


def _to_group(
    project: Project, call: LayerCall, groups: set[tuple[str, str]], joined: set[str]
) -> str:
    """Return a problem if `send()` gets what other calls use as a group."""
    if call.method != "send":
        return ""
    names = group_patterns(project, scope_of(call.module, call.node), call.group)
    is_group = _group_key(project, call) in groups or not joined.isdisjoint(names)
    return "sends to a channel, but gets a group. Use `group_send()`" if is_group else ""


def _in_consumer(project: Project, consumer: Definition) -> Iterator[Finding]:
    kind = "" if is_async_consumer(project.resolver, consumer) is False else "Async"
    for node in ast.walk(consumer.node):
        method = own_method(node)
        if method in CONSUMER_METHODS and isinstance(node, ast.Call):
            is_own = project.resolver.member(consumer, method)
            problem = "" if is_own else call_problem(CONSUMER_METHODS[method], node)
            if problem:
                names = CONSUMER_METHODS[method].names
                message = f"`{method}()` {problem}. Its parameters are `({', '.join(names)})`."
                fix = f"Write `self.{method}({names[0]}=…)`."
                cls = f"{kind}{'Json' if 'json' in method else ''}WebsocketConsumer"
                symptom = call_error(CONSUMER_METHODS[method], f"{cls}.{method}", node)
                yield Finding(message, consumer.module.location(node), fix, symptom=symptom)


def _hidden(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find handlers of events that are in place of a method of Channels, which the class calls."""
    for name in CONSUMER_METHODS:
        own = project.resolver.own_member(consumer, name)
        if own and own.is_function and _takes_event(own):
            calls = [each for each in ast.walk(consumer.node) if own_method(each) == name]
            failing = [each for each in calls if call_problem(signature_of(own.node), each)]  # type: ignore[arg-type]
            yield from (_hiding(consumer, own, each) for each in failing[:1])


def _takes_event(own: Definition) -> bool:
    return own.is_undecorated and [each.arg for each in parameters(own.node)][1:] in EVENTS


def _hiding(consumer: Definition, own: Definition, call: ast.AST) -> Finding:
    name, text = own.name, short_text(call)
    message = (
        f"`{name}()` takes an event and replaces the `{name}()` of Channels, so `{text}` in line"
        f" {call.lineno} fails. Rename the handler, and the type of its messages."  # type: ignore[attr-defined]
    )
    signature = signature_of(own.node)
    symptom = call_error(signature, f"{consumer.name}.{name}", call)  # type: ignore[arg-type]
    fix = f'Name it `{name}_event()`, and send the type "{name}.event".'
    return Finding(message, own.module.location(own.node), fix, symptom=symptom)
