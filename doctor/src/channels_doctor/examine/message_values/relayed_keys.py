"""The keys under which a consumer sends the text of one client to others, as it came."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.client_messages import sent_object
from ..channels.handlers import find_handlers
from ..channels.layer_calls import layer_calls
from ..channels.sent_messages import handler_name
from ..python.definitions import parameters
from ..python.expressions import (
    called_name,
    dict_items,
    is_variable,
    item_holder,
    item_key,
    own_method,
    walk_body,
)
from ..python.taint import OF_CLIENT, Taint, TaintAnalysis
from .scope import only_value, scope_in
from .tested_values import is_tested

if TYPE_CHECKING:
    from ..channels.handlers import Handler
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

WRITES = {"create", "acreate", "get_or_create", "aget_or_create"}
ANY_KEY = ""  # the value itself has the text


def relayed_keys(project: Project, consumer: Definition) -> set[str]:
    """Return the keys of a consumer's messages whose values another client has sent."""
    events = _relayed_in_events(project, consumer)
    handlers = [each for each in find_handlers(project) if each.consumer == consumer]
    return {
        key
        for handler in handlers
        if handler.name in events
        for key in _sent(handler, events[handler.name])
    }


def _relayed_in_events(project: Project, consumer: Definition) -> dict[str, dict[str, set[str]]]:
    """Return the items of a consumer's events with text of a client, by the events' handlers."""
    analysis = _analysis(project, consumer)
    own = {each.full_name for each in project.resolver.mro(consumer)}
    found: dict[str, dict[str, set[str]]] = {}
    for call in layer_calls(project, "group_send"):
        cls = project.resolver.enclosing_class(call.module, call.node)
        function = call.module.nearest_function(call.node)
        message = call.message
        if function and cls and cls.full_name in own and isinstance(message, ast.Dict):
            for key, value in dict_items(message):
                keys = _tainted_keys(analysis, call.module, function, value)
                if key and keys and not is_tested(function, value):
                    found.setdefault(handler_name(message), {}).setdefault(key, set()).update(keys)
    return found


def _analysis(project: Project, consumer: Definition) -> TaintAnalysis:
    """Return where the text of a client goes, also by the fields of the records it is stored in."""
    direct = TaintAnalysis(project.resolver, consumer)
    fields = {
        each.arg
        for module, function in direct.methods.values()
        for call in walk_body(function.body)
        if called_name(call) in WRITES
        for each in call.keywords
        if each.arg and direct.taint(module, function, each.value)
    }
    return TaintAnalysis(project.resolver, consumer, partial(_find_field, fields))


def _find_field(fields: set[str], _module: Module, node: ast.AST) -> Taint | None:
    is_field = isinstance(node, ast.Attribute) and node.attr in fields
    is_own = is_field and is_variable(node.value, "self")  # type: ignore[attr-defined]
    return Taint(OF_CLIENT) if is_field and not is_own else None


def _tainted_keys(
    analysis: TaintAnalysis, module: Module, function: Function, node: Any
) -> set[str]:
    """Return the keys of a dictionary, or of what an own method returns, with a client's text.

    ANY_KEY stands for a value that is such a text itself.
    """
    if analysis.taint(module, function, node):
        return {ANY_KEY}
    name = own_method(node)
    if name in analysis.methods:
        module, function = analysis.methods[name]
        returned = [each for each in walk_body(function.body) if isinstance(each, ast.Return)]
        node = returned[0].value if len(returned) == 1 else None
    items = dict_items(node) if isinstance(node, ast.Dict) else ()
    return {key for key, value in items if key and analysis.taint(module, function, value)}


def _sent(handler: Handler, relayed: dict[str, set[str]]) -> Iterator[str]:
    """Yield the keys of what a handler sends whose values are relayed items of its event."""
    names = [each.arg for each in parameters(handler.method.node)][1:2]
    scope = scope_in(handler.method)

    def keys_of(node: ast.expr | None) -> set[str]:
        item = only_value(scope, node)
        is_item = item is not None and is_variable(item_holder(item), *names)
        return relayed.get(str(item_key(item)), set()) if is_item else set()

    for call in walk_body(handler.method.node.body):
        given = sent_object(handler.method.module, call)
        content = only_value(scope, given)
        yield from keys_of(content)
        if is_variable(given, *names):
            yield from (key for key, keys in relayed.items() if ANY_KEY in keys)
        for key, value in dict_items(content) if isinstance(content, ast.Dict) else ():
            if key and ANY_KEY in keys_of(value):
                yield key
