"""The methods of consumers that neither Channels nor the project's code calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import BUILT_IN_HANDLERS
from ..packages.installs import builds_package
from ..python.definitions import Definition, parameters
from ..python.expressions import is_variable, own_attribute, string_value
from .plain_functions import finds_methods, is_plain

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

# What Channels calls besides the handlers.
HOOKS = {*BUILT_IN_HANDLERS, "encode_json", "decode_json", "handle", "send_headers", "send_body"}
MESSAGE = 2  # parameters of a handler, whose type may be unknown


def unused_methods(
    project: Project, modules: list[Module], words: set[str], are_types_known: bool
) -> Iterator[Definition]:
    """Yield the methods that only code of the class can call, and none does, in some modules.

    A handler is one where the types of all messages are known, and none is its own. `words` are
    those of files that cannot be parsed.
    """
    if builds_package(project):
        return
    named = words.union(*map(_names, modules))
    consumers = [each for each in project.consumers if each.module in modules]
    families = [list(project.resolver.mro(each)) for each in consumers]
    for consumer in consumers:
        related = [cls for family in families if consumer in family for cls in family]
        if _is_of_channels(project, consumer) and not any(finds_methods(c.module) for c in related):
            own = {own_attribute(node) for cls in related for node in ast.walk(cls.node)}
            for method in _callable_methods(consumer, are_types_known):
                if method.name not in named | own:
                    yield Definition(consumer.module, method)


def _callable_methods(consumer: Definition, are_types_known: bool) -> Iterator[Function]:
    """Yield the methods that run only where code, or the type of a message, names them."""
    for method in consumer.methods():
        may_be_handler = len(parameters(method)) == MESSAGE and not are_types_known
        is_named = is_plain(consumer.module, method) and method.name not in HOOKS
        if is_named and not may_be_handler:
            yield method


def _is_of_channels(project: Project, consumer: Definition) -> bool:
    bases = project.resolver.outside_bases(consumer)
    return all(each.startswith("channels.") for each in bases)


def _names(module: Module) -> Iterator[str]:
    """Yield the names in a module, also those in strings, without the attributes of `self`."""
    for node in module.find_all(ast.Name, ast.Attribute, ast.Constant):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield "" if is_variable(node.value, "self") else node.attr
        else:
            yield (string_value(node) or "").replace(".", "_")
