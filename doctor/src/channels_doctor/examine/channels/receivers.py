"""What the handlers of a message do with it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..python.expressions import called_name, item_key, own_method
from ..python.nodes import walk
from .handlers import find_handlers
from .sent_messages import handler_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .handlers import Handler
    from .layer_calls import LayerCall

PASSING = {"send", "send_json", "dumps", "str", "dict", "print"}  # they take a text, too
MAX_CALL_DEPTH = 3  # functions that call functions


def receivers(project: Project, call: LayerCall) -> list[Handler]:
    """Return the handlers of a message in the project's consumers."""
    name = handler_name(call.message)
    return [each for each in find_handlers(project) if each.name == name]


def reads_database(project: Project, handler: Handler) -> bool:
    """Return whether a handler, or a function that it calls, queries a model."""
    return _reads(project, handler.consumer, handler.method, 0)


def sends_on(handler: Handler) -> bool:
    """Return whether a handler sends something to its client."""
    return any(own_method(each).startswith("send") for each in walk(handler.method.node))


def computes_with(handler: Handler, key: str) -> bool:
    """Return whether a handler reads an item of its message to do more than to send it on."""
    return any(
        item_key(each) == key and _is_computed(handler, each) for each in walk(handler.method.node)
    )


def reads_item(handler: Handler, key: str) -> bool:
    """Return whether a handler reads an item of its message."""
    return any(item_key(each) == key for each in walk(handler.method.node))


def _is_computed(handler: Handler, item: ast.AST) -> bool:
    """Return whether an attribute of a value is read, or a function other than a sender gets it."""
    parent = handler.method.module.parents.get(item)
    if isinstance(parent, ast.Call) and parent.func is not item:
        return called_name(parent) not in PASSING
    return isinstance(parent, (ast.Attribute, ast.BinOp, ast.Compare))


def _reads(project: Project, consumer: Definition, function: Definition, depth: int) -> bool:
    nodes = list(walk(function.node))
    if any(isinstance(each, ast.Attribute) and each.attr == "objects" for each in nodes):
        return True
    return depth < MAX_CALL_DEPTH and any(
        _reads(project, consumer, called, depth + 1)
        for each in nodes
        if isinstance(each, ast.Call)
        for called in _called(project, consumer, function, each)
    )


def _called(
    project: Project, consumer: Definition, caller: Definition, call: ast.Call
) -> list[Definition]:
    name = own_method(call)
    found = (
        project.resolver.member(consumer, name)
        if name
        else project.resolver.function(caller.module, call.func)
    )
    return [found] if found and found.is_function else []
