"""`disconnect()` reads an attribute that is not set for a refused socket."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.attribute_paths import ANSWERED, AttributePaths, attribute_check
from ..channels.consumers import is_fully_resolved, is_raw_websocket_consumer
from ..channels.handlers import SERVER_HANDLERS
from ..channels.refusal_reasons import may_refuse
from ..finding import Finding
from ..python.certain_nodes import certain_nodes
from ..python.expressions import own_attribute, own_method

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.paths import Exit

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "AttributeError: 'ChatConsumer' object has no attribute 'room_group_name'"

# Methods that may set attributes, or replace those that call connect() and disconnect().
HOOKS = {*SERVER_HANDLERS, "dispatch", "__call__", "__getattr__", "__getattribute__"}
INDIRECT = ("setattr", "__dict__", "vars")
OF_CHANNELS = {"scope", "groups", "channel_name", "channel_layer", "channel_receive", "base_send"}


class Unset(NamedTuple):
    """An attribute that `disconnect()` reads, and an exit of `connect()` without it.

    `read` is the call of a method in `disconnect()` where that method reads the attribute.
    """

    consumer: Definition
    disconnect: Definition
    attribute: str
    read: ast.AST
    place: Exit

    @property
    def location(self) -> Location:
        """Return the place of the read."""
        return self.disconnect.module.location(self.read)


def check(project: Project) -> Iterator[Finding]:
    """Find the first such read in each consumer; all of them are one finding."""
    yield from map(_finding, _in_consumers(project))


def _in_consumers(project: Project) -> Iterator[Unset]:
    for consumer in project.production_consumers:
        is_raw = is_raw_websocket_consumer(project.resolver, consumer)
        if is_raw and is_fully_resolved(project.resolver, consumer):
            yield from list(_in_consumer(project, consumer))[:1]


def _in_consumer(project: Project, consumer: Definition) -> Iterator[Unset]:
    connect = _method(project, consumer, "connect")
    disconnect = _method(project, consumer, "disconnect")
    if connect is None or disconnect is None or _has_hooks(project, consumer):
        return
    names = _names_set_only_in(project, consumer, connect)
    reads = list(_reads(project, consumer, disconnect, names))
    paths = AttributePaths(project.resolver, consumer, connect, {name for _, name in reads})
    exits = [each for each in paths.exits if may_refuse(connect, each.node)]
    for read, name in reads:
        for place in exits:
            if any(ANSWERED in each and name not in each for each in place.states):
                yield Unset(consumer, disconnect, name, read, place)


def _reads(
    project: Project, consumer: Definition, disconnect: Definition, names: set[str]
) -> Iterator[tuple[ast.AST, str]]:
    """Yield where `disconnect()`, or a method that it calls, reads attributes, and their names."""
    for node in certain_nodes(disconnect):
        called = project.resolver.member(consumer, own_method(node)) if own_method(node) else None
        nodes = certain_nodes(called) if called and called.is_function else [node]
        yield from ((node, own_attribute(each)) for each in nodes if _is_read(each, names))


def _method(project: Project, consumer: Definition, name: str) -> Definition | None:
    """Return a method of the project that no decorator changes."""
    found = project.resolver.member(consumer, name)
    is_plain = found is not None and found.is_function and not found.node.decorator_list
    return found if is_plain else None


def _has_hooks(project: Project, consumer: Definition) -> bool:
    """Return whether other code may set attributes, or decide whether disconnect() runs."""
    classes = list(project.resolver.mro(consumer))
    names = {method.name for each in classes for method in each.methods()}
    return bool(names & HOOKS) or any(each.uses_name(*INDIRECT) for each in classes)


def _names_set_only_in(project: Project, consumer: Definition, connect: Definition) -> set[str]:
    """Return the attributes that `connect()` sets, and no other code of the project."""
    own = set(_stored_in(connect))
    others = {
        name
        for each in project.resolver.mro(consumer)
        for method in each.methods()
        if method is not connect.node
        for name in _stored_in(each._replace(node=method))
    }
    names = own - others - OF_CHANNELS
    return {each for each in names if project.resolver.member(consumer, each) is None}


def _stored_in(method: Definition) -> Iterator[str]:
    """Yield the attributes that a method sets, also those of other objects."""
    for node in ast.walk(method.node):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def _is_read(node: ast.AST, names: set[str]) -> bool:
    is_load = isinstance(getattr(node, "ctx", None), ast.Load)
    return is_load and own_attribute(node) in names


def _finding(found: Unset) -> Finding:
    name, node = found.consumer.name, found.place.node
    where = f"that it refuses on line {node.lineno}" if node else "that it refuses"
    called = own_method(found.read)
    through = f" in `{called}()`" if called else ""
    message = (
        f"`{name}.disconnect()` reads `self.{found.attribute}`{through}, but `connect()` does not"
        f" set it for a socket {where}. Return if it is missing."
    )
    fix = attribute_check(found.disconnect, found.read, found.attribute)
    symptom = f"AttributeError: '{name}' object has no attribute '{found.attribute}'"
    return Finding(message, found.location, fix, symptom=symptom, cause=("project",))
