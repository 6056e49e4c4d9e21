"""The methods of consumers that Channels calls: with a message of the socket or of the layer."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.definitions import Definition, default_value, parameters
from ..python.expressions import (
    all_arguments,
    called_name,
    dict_items,
    own_method,
    string_value,
)
from ..python.nodes import walk
from .consumers import handles_messages, is_raw_websocket_consumer
from .layer_calls import layer_calls, message_type
from .socket_paths import SocketPaths
from .socket_uses import CLOSED, NEW, OPEN

if TYPE_CHECKING:
    from ..project import Project

# The methods that Channels' WebSocket consumers call, and the state of the socket before.
STARTS = {"connect": NEW, "receive": OPEN, "receive_json": OPEN, "disconnect": CLOSED}
# The methods that get the messages of the server.
SERVER_HANDLERS = {"websocket_connect", "websocket_receive", "websocket_disconnect"}
EVENT_NAMES = {"event", "_event"}  # of the only parameter of a handler, by convention


class Handler(NamedTuple):
    """A method that Channels calls, in a consumer that has it or inherits it.

    `is_certain` says that Channels itself has the method, or that a message has its type.
    """

    consumer: Definition
    method: Definition
    name: str
    is_certain: bool

    @property
    def is_of_channels(self) -> bool:
        """Return whether Channels itself calls the method, without a message of the project."""
        return self.name in STARTS or self.name in SERVER_HANDLERS

    @property
    def start(self) -> str:
        """Return the state of the socket before the method."""
        return STARTS.get(self.name, OPEN)


@lru_cache(maxsize=1)
def find_handlers(project: Project) -> list[Handler]:
    """Return the handlers of the consumers of Channels that no other consumer inherits from."""
    types = set(_sent_types(project))
    bases = {
        base.full_name
        for consumer in project.production_consumers
        for base in list(project.resolver.mro(consumer))[1:]
    }
    helpers = set(_made_by_code(project))
    return [
        handler
        for consumer in project.production_consumers
        if consumer.full_name not in bases | helpers
        if handles_messages(project.resolver, consumer)
        for handler in _handlers_of(project, consumer, types)
    ]


def _made_by_code(project: Project) -> Iterator[str]:
    """Yield the consumers of which code makes objects with arguments, and calls the methods."""
    names = {each.name for each in project.production_consumers}
    for module in project.production_modules:
        for call in module.find_all(ast.Call):
            if called_name(call) in names and any(all_arguments(call)):
                made = project.resolver.definition(module, call.func)
                yield from [made.full_name] if made else []


def handled_types(project: Project) -> list[str]:
    """Return the types of the messages of the layer that consumers have a handler for."""
    names = {each.name for each in find_handlers(project) if not each.is_of_channels}
    return sorted(each.replace("_", ".") for each in names)


def _handlers_of(project: Project, consumer: Definition, types: set[str]) -> Iterator[Handler]:
    classes = list(project.resolver.mro(consumer))
    called = {own_method(node) for each in classes for node in walk(each.node)}
    own = {*SERVER_HANDLERS, *_methods_of_channels(project, consumer)}
    names = dict.fromkeys(method.name for each in classes for method in each.methods())
    for name in names:
        method = project.resolver.member(consumer, name)
        if method and method.is_function:
            is_certain = name in own or (name in types and name not in called)
            if is_certain or (name not in called and _takes_event(method)):
                yield Handler(consumer, method, name, is_certain)


def _methods_of_channels(project: Project, consumer: Definition) -> Iterator[str]:
    """Yield the methods that the base classes in Channels call with the messages of a socket.

    A consumer of HTTP has a `disconnect()` of its own, and `receive_json()` is that of JSON.
    """
    if is_raw_websocket_consumer(project.resolver, consumer):
        bases = project.resolver.outside_bases(consumer)
        is_json = any(base.endswith("JsonWebsocketConsumer") for base in bases)
        yield from (each for each in STARTS if is_json or each != "receive_json")


def _takes_event(method: Definition) -> bool:
    names = [each.arg for each in parameters(method.node)]
    needed = [each for each in names if default_value(method.node, each) is None]
    return names[:1] == ["self"] and len(needed[1:]) == 1 and needed[1] in EVENT_NAMES


def _sent_types(project: Project) -> Iterator[str]:
    """Yield the names of the handlers of the types that the project's messages have.

    A dotted type counts in each dictionary, another one only in a message for the layer.
    """
    calls = layer_calls(project, "group_send", "send")
    messages = [call.message for call in calls]
    for message in messages:
        text = string_value(message_type(message)) if isinstance(message, ast.Dict) else None
        if text:
            yield text.replace(".", "_")
    for _, node in project.find_all(ast.Dict):
        text = string_value(dict(dict_items(node)).get("type"))
        if text and "." in text:
            yield text.replace(".", "_")


@lru_cache(maxsize=1)
def socket_paths(project: Project) -> list[tuple[Handler, SocketPaths]]:
    """Return the handlers that no decorator changes, each with the paths through it."""
    return [
        (each, SocketPaths(project.resolver, each.consumer, each.method, each.start))
        for each in find_handlers(project)
        if not each.method.node.decorator_list
        if each.name not in SERVER_HANDLERS
        if is_raw_websocket_consumer(project.resolver, each.consumer)
    ]
