"""The states of a socket, and the calls that use it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..python.expressions import is_variable, own_method
from .api import ASYNC_TO_SYNC
from .own_calls import is_log, is_of_scope, is_super, own_name, passes_self

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

NEW, OPEN, CLOSED, UNKNOWN = "new", "open", "closed", "unknown"
# The methods of Channels by what they do to the socket.
EFFECTS = {"accept": OPEN, "connect": OPEN, "close": CLOSED}
ANSWERS = {"accept", "close"}
SENDING_METHODS = {"send", "send_json"}
OTHER_METHODS = {"receive", "receive_json", "disconnect", "encode_json", "decode_json"}
LAYER_METHODS = {"group_add", "group_send", "group_discard"}


class State(NamedTuple):
    """The state of the socket; `node` is the call in the method that closed it."""

    name: str
    node: ast.AST | None = None


class Use(NamedTuple):
    """A call that uses the socket or the layer, and the states in which it runs.

    `node` is the call in the method itself, and `call` the same or one in a method that it calls.
    `is_certain` says that each call of such a method leads to it.
    """

    method: str
    node: ast.AST
    call: ast.Call
    states: frozenset[State]
    is_certain: bool = True

    def is_only(self, *names: str) -> bool:
        """Return whether the call runs only in some states."""
        return bool(self.states) and all(each.name in names for each in self.states)


def is_risky(module: Module, node: ast.AST) -> bool:
    """Return whether a node may raise an error, other than by an answer to the handshake."""
    if isinstance(node, ast.Call):
        return own_name(module, node) not in EFFECTS and not is_log(node)
    return isinstance(node, ast.Subscript) and not is_of_scope(node)


def refuses(node: ast.AST) -> bool:
    """Return whether a statement is an `if` that calls `self.close()` and returns."""
    if not isinstance(node, ast.If) or node.orelse or not isinstance(node.body[-1], ast.Return):
        return False
    calls = [getattr(each, "value", None) for each in node.body]
    calls = [each.value if isinstance(each, ast.Await) else each for each in calls]
    return any(own_method(each) == "close" for each in calls if each)


def is_reference(module: Module, node: ast.Attribute) -> bool:
    """Return whether a node is `self.accept` or `self.close`, but not called."""
    if node.attr not in EFFECTS or not is_variable(node.value, "self"):
        return False
    parent = module.parents.get(node)
    is_called = isinstance(parent, ast.Call) and (
        parent.func is node or module.full_name(parent.func) in ASYNC_TO_SYNC
    )
    return not is_called


def may_answer(
    resolver: Resolver, consumer: Definition, function: ast.AST, seen: set[ast.AST]
) -> bool:
    """Return whether a function may accept or close the socket, at whatever time it runs.

    `seen` are the functions that were read before.
    """
    seen.add(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in EFFECTS:
            if is_variable(node.value, "self") or is_super(node):
                return True
        elif isinstance(node, ast.Call) and _call_may_answer(resolver, consumer, node, seen):
            return True
    return False


def _call_may_answer(
    resolver: Resolver, consumer: Definition, call: ast.Call, seen: set[ast.AST]
) -> bool:
    name = own_method(call)
    own = resolver.member(consumer, name) if name else None
    if own is None:
        is_invisible = bool(name) and name not in SENDING_METHODS | OTHER_METHODS
        return is_invisible or passes_self(call)
    return own.node not in seen and may_answer(resolver, consumer, own.node, seen)
