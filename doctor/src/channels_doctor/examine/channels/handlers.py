"""The methods of consumers that Channels calls: with a message of the socket or of the layer."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.definitions import Definition, parameters
from ..python.expressions import dict_items, keyword, own_method, string_value
from .consumers import is_raw_websocket_consumer
from .socket_paths import SocketPaths
from .socket_uses import CLOSED, NEW, OPEN

if TYPE_CHECKING:
    from ..project import Project

# The methods that Channels' WebSocket consumers call, and the state of the socket before.
STARTS = {
    "connect": NEW, "receive": OPEN, "receive_json": OPEN, "disconnect": CLOSED,
}  # fmt: skip
EVENT_NAMES = {"event", "_event"}  # of the only parameter of a handler, by convention


class Handler(NamedTuple):
    """A method that Channels calls, in a consumer that has it or inherits it."""

    consumer: Definition
    method: Definition
    name: str

    @property
    def start(self) -> str:
        """Return the state of the socket before the method."""
        return STARTS.get(self.name, OPEN)

    @property
    def is_of_event(self) -> bool:
        """Return whether a message of the channel layer calls it."""
        return self.name not in STARTS


@lru_cache(maxsize=1)
def find_handlers(project: Project) -> list[Handler]:
    """Return the handlers of the consumers of Channels that no other consumer inherits from."""
    types = sent_types(project)
    bases = {
        base.full_name
        for consumer in project.production_consumers
        for base in list(project.resolver.mro(consumer))[1:]
    }
    return [
        handler
        for consumer in project.production_consumers
        if consumer.full_name not in bases
        if is_raw_websocket_consumer(project.resolver, consumer)
        for handler in _handlers_of(project, consumer, types)
    ]


def _handlers_of(project: Project, consumer: Definition, types: set[str]) -> Iterator[Handler]:
    classes = list(project.resolver.mro(consumer))
    called = {own_method(node) for each in classes for node in ast.walk(each.node)}
    names = dict.fromkeys(method.name for each in classes for method in each.methods())
    for name in names:
        method = project.resolver.member(consumer, name)
        if method and method.is_function:
            is_event = name in types or (name not in called and _takes_event(method))
            if name in STARTS or is_event:
                yield Handler(consumer, method, name)


def _takes_event(method: Definition) -> bool:
    names = [each.arg for each in parameters(method.node)]
    return names[:1] == ["self"] and len(names[1:]) == 1 and names[1] in EVENT_NAMES


def sent_types(project: Project) -> set[str]:
    """Return the names of the handlers of all types that occur in the project's text."""
    values: list[ast.expr | None] = [
        value
        for _, node in project.find_all(ast.Dict)
        for key, value in dict_items(node)
        if key == "type"
    ]
    values += [keyword(call, "type") for _, call in project.find_all(ast.Call)]
    texts = map(string_value, values)
    return {text.replace(".", "_") for text in texts if text}


@lru_cache(maxsize=1)
def socket_paths(project: Project) -> list[tuple[Handler, SocketPaths]]:
    """Return the handlers that no decorator changes, each with the paths through it."""
    return [
        (each, SocketPaths(project.resolver, each.consumer, each.method, each.start))
        for each in find_handlers(project)
        if not each.method.node.decorator_list
    ]
