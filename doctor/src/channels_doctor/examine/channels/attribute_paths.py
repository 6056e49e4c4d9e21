"""Which attributes of a consumer each path through a method has set."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.expressions import called_name, last_name, own_attribute, own_method, walk_body
from ..python.paths import Exit, PathWalker, States
from .socket_uses import ANSWERS

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.resolver.classes import Resolver

REFUSING_EXCEPTION = "DenyConnection"  # Channels closes the socket
ANSWERED = "()"  # in a state: the path has accepted or closed the socket


class AttributePaths(PathWalker):
    """The exits of `connect()`; a state is the set of the attributes that are set by then.

    Only some attributes count. A `try` counts as if all of its body had run.
    """

    def __init__(
        self, resolver: Resolver, consumer: Definition, connect: Definition, names: set[str]
    ) -> None:
        super().__init__()
        self._resolver = resolver
        self._consumer = consumer
        self._names = names
        self.walk(connect.node.body, frozenset({frozenset()}))

    def evaluate(self, node: ast.AST, states: States) -> States:
        """Add the attributes that an expression or a statement sets."""
        return self._add(states, *map(self._effect, walk_body([node])))

    def matters(self, node: ast.AST) -> bool:
        """Return whether a node sets an attribute that counts, or answers the handshake."""
        return bool(self._effect(node))

    def _add(self, states: States, *effects: str) -> States:
        added = {each for each in effects if each}
        return frozenset(each if each == self.unknown else each | added for each in states)

    def _effect(self, node: Any) -> str:
        if own_attribute(node) in self._names and isinstance(node.ctx, ast.Store):
            return own_attribute(node)
        return ANSWERED if self._answers(own_method(node)) else ""

    def _answers(self, name: str) -> bool:
        """Return whether a method of the consumer accepts or closes the socket."""
        own = self._resolver.member(self._consumer, name) if name else None
        return name in ANSWERS or (own is not None and own.uses_name(*ANSWERS))

    def _raise(self, node: ast.Raise, states: States) -> States:
        if REFUSING_EXCEPTION in {last_name(node.exc), called_name(node.exc)}:
            self.exits.append(Exit(node, self._add(states, ANSWERED)))
        return super()._raise(node, states)

    def _with(self, node: Any, states: States) -> States:
        for item in node.items:
            states = self._simple(item, states)
        return self.block(node.body, states)

    _asyncwith = _with

    def _try(self, node: Any, states: States) -> States:
        before = len(self.exits)
        end = self.block(node.body, states)
        tried = self.evaluate(ast.Module(node.body, []), states)
        self.exits[before:] = [each for each in self.exits[before:] if each.returns]
        ends = [self.block(each.body, tried) for each in node.handlers]
        last = ast.Module(node.finalbody, [])
        self.exits[before:] = [Exit(at, self.evaluate(last, s)) for at, s in self.exits[before:]]
        return self.evaluate(last, self.join(self.block(node.orelse, end), *ends))

    _trystar = _try


def attribute_check(
    method: Definition, read: ast.AST, attribute: str, is_initialised: bool = False
) -> str:
    """Return the check of an attribute before the statement of a method that reads it.

    One that `__init__()` sets is None until `connect()` gives it a value.
    """
    reading = next(each for each in method.node.body if read in set(walk_body([each])))
    line = method.module.lines[reading.lineno - 1].strip()
    is_unset = (
        f"self.{attribute} is None" if is_initialised else f'not hasattr(self, "{attribute}")'
    )
    return f"+if {is_unset}:\n+    return\n {line}"
