"""The dictionary that a ProtocolTypeRouter is given: which application answers which protocol."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import (
    is_variable,
    last_name,
    string_value,
    subscript_index,
    variable_name,
)

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver


class ProtocolItem(NamedTuple):
    """One pair of the dictionary; `protocol` is None where the key is not plain text."""

    protocol: str | None
    module: Module
    application: ast.expr


def protocol_items(resolver: Resolver, module: Module, router: ast.Call) -> list[ProtocolItem]:
    """Return the items of a router's dictionary, none when the dictionary is unknown.

    The last item has no protocol when the dictionary is changed after it was made; an application
    that is added by its key is an item, too.
    """
    given = next(iter([*router.args, *(each.value for each in router.keywords)]), None)
    if given is None:
        return []
    owner, node = resolver.value(module, given)
    if isinstance(node, ast.Dict):
        items = [
            ProtocolItem(string_value(key), owner, value)
            for key, value in zip(node.keys, node.values)
        ]
    elif isinstance(node, ast.Call) and owner.full_name(node.func) == "dict" and not node.args:
        items = [ProtocolItem(each.arg, owner, each.value) for each in node.keywords]
    else:
        return []
    if not _is_changed(owner, given):
        return items
    return [*items, *_added(owner, variable_name(given)), ProtocolItem(None, owner, node)]


def _added(module: Module, name: str) -> Iterator[ProtocolItem]:
    """Yield the items that `name["websocket"] = application` adds."""
    for statement in module.find_all(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Subscript) and is_variable(target.value, name):
                protocol = string_value(subscript_index(target))
                yield ProtocolItem(protocol, module, statement.value)


def _is_changed(module: Module, given: ast.expr) -> bool:
    """Return whether a named dictionary is used by an item or a method after it was made."""
    name = variable_name(given)
    items = any(is_variable(each.value, name) for each in module.find_all(ast.Subscript))
    methods = any(is_variable(each.value, name) for each in module.find_all(ast.Attribute))
    return bool(name) and (items or methods)


def protocol_names(resolver: Resolver, module: Module, router: ast.Call) -> tuple[list[str], bool]:
    """Return the protocols of a router, and whether those are certainly all."""
    protocols = [each.protocol for each in protocol_items(resolver, module, router)]
    return [each for each in protocols if each], bool(protocols) and None not in protocols


def websocket_applications(project: Project) -> Iterator[tuple[Module, ast.expr]]:
    """Yield what the routers of the ASGI modules have for "websocket".

    A router may have another full name, when the project imports it through a module of its own.
    """
    for module in project.asgi_modules:
        for call in module.find_all(ast.Call):
            if last_name(call.func) == "ProtocolTypeRouter":
                for item in protocol_items(project.resolver, module, call):
                    if item.protocol == "websocket":
                        yield item.module, item.application
