"""The subprotocols that a consumer answers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, FrozenSet, Iterator, Optional

from ..python.definitions import assigned_names
from ..python.expressions import argument, method_name, own_attribute, walk_body
from .consumers import is_fully_resolved, is_raw_websocket_consumer

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

SUBPROTOCOL = "subprotocol"  # the argument of accept()
# Subprotocols, None when the code computes them; no subprotocol is the empty string.
Answers = Optional[FrozenSet[str]]


def answered_subprotocols(resolver: Resolver, consumer: Definition) -> Answers:
    """Return what the calls of accept() answer; "" among them for no subprotocol."""
    known = is_fully_resolved(resolver, consumer) and is_raw_websocket_consumer(resolver, consumer)
    classes = list(resolver.mro(consumer))
    if not known or any(SUBPROTOCOL in _texts(each) for each in classes):
        return None
    if any(each.uses_name("AcceptConnection") for each in classes):
        return None
    found = [
        _answer(resolver, cls.module, _of_class(resolver, consumer, argument(call, 0, SUBPROTOCOL)))
        for cls in classes
        for call in _accepts(cls)
    ]
    # Without a call, Channels accepts the socket itself.
    return None if None in found else frozenset({""}).union(*filter(None, found)) - _never(found)


def answering_call(resolver: Resolver, consumer: Definition) -> tuple[Module, ast.Call] | None:
    """Return the first call of accept() that answers a subprotocol, None without one."""
    return next(
        (
            (cls.module, call)
            for cls in resolver.mro(consumer)
            for call in _accepts(cls)
            if argument(call, 0, SUBPROTOCOL)
        ),
        None,
    )


def _of_class(resolver: Resolver, consumer: Definition, node: ast.AST | None) -> ast.AST | None:
    """Return the value of `self.x` that only the bodies of classes set, and other nodes as is."""
    name = own_attribute(node)
    classes = resolver.mro(consumer) if name else ()
    stores = (each for cls in classes for each in ast.walk(cls.node) if own_attribute(each) == name)
    if not name or any(not isinstance(each.ctx, ast.Load) for each in stores):  # type: ignore[attr-defined]
        return node
    found = resolver.member(consumer, name)
    return found.value or node if found else node


def _never(found: list[Answers]) -> frozenset[str]:
    """Return "" when every call answers a subprotocol."""
    return (
        frozenset({""}) if found and all(each and "" not in each for each in found) else frozenset()
    )


def _texts(cls: Definition) -> Iterator[object]:
    return (each.value for each in ast.walk(cls.node) if isinstance(each, ast.Constant))


def _accepts(cls: Definition) -> Iterator[ast.Call]:
    return (each for each in ast.walk(cls.node) if method_name(each) == "accept")  # type: ignore[misc]


def _answer(resolver: Resolver, module: Module, node: ast.AST | None, depth: int = 0) -> Answers:
    """Return the subprotocols that an argument may be."""
    if node is None:
        return frozenset({""})
    if isinstance(node, ast.Constant):
        return frozenset({str(node.value or "")})
    parts: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.Name) and depth == 0:
        parts = _assigned(resolver, module, node)
    answers = [
        _answer(resolver, module, each, depth + isinstance(node, ast.Name)) for each in parts
    ]
    return frozenset().union(*answers) if answers and None not in answers else None  # type: ignore[arg-type]


def _assigned(resolver: Resolver, module: Module, name: ast.Name) -> list[ast.expr]:
    """Return the values of a variable of the function, else of a constant."""
    function = module.nearest_function(name)
    nodes = walk_body(function.body) if function else ()
    values = [each.value for each in nodes if name.id in assigned_names(each) and each.value]
    found = resolver.definition(module, name)
    return values or ([found.value] if found and found.value else [])
