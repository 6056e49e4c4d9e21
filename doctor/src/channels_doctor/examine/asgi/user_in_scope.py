"""Whether a project's own middleware puts a user into the scope: always, sometimes or never."""

from __future__ import annotations

import ast
from enum import IntEnum
from typing import TYPE_CHECKING, Sequence

from ..python.expressions import (
    is_scope_item,
    item_key,
    keyword,
    last_name,
    method_name,
    string_value,
    subscript_index,
    variable_name,
)
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Function

LAZY = "_wrapped"  # the attribute of Channels' lazy user that holds the real one
# Calls that may get the scope without changing it.
PASSING = {"__call__", "inner", "app", "dict", "copy", "deepcopy", "get", "parse_qs"}


class UserInScope(IntEnum):
    """How often a user is in the scope behind a middleware."""

    NEVER = 0
    SOMETIMES = 1
    ALWAYS = 2
    UNKNOWN = 3


def user_in_scope(definition: Definition) -> UserInScope:
    """Return how often the code of a middleware puts a user into the scope."""
    nodes = list(ast.walk(definition.node))
    if any(isinstance(node, ast.Call) and _hands_scope_over(node) for node in nodes):
        return UserInScope.UNKNOWN
    if not _writers(definition):
        mentions = any(string_value(node) == "user" for node in nodes)
        return UserInScope.UNKNOWN if mentions or definition.is_function else UserInScope.NEVER
    return UserInScope.ALWAYS if always_puts_user(definition) else UserInScope.SOMETIMES


def always_puts_user(definition: Definition) -> bool:
    """Return whether a function of a middleware certainly puts a user into the scope."""
    return any(_always_puts(each.body) for each in _writers(definition))


def asks_for_missing_user(test: ast.AST) -> bool:
    """Return whether a condition is `"user" not in self.scope`."""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.NotIn)
        and string_value(test.left) == "user"
        and last_name(test.comparators[0]) == "scope"
    )


def _writers(definition: Definition) -> list[Function]:
    """Return the functions of a middleware that put a user into the scope."""
    functions = [each for each in ast.walk(definition.node) if isinstance(each, FUNCTIONS)]
    return [each for each in functions if any(map(_puts_user, ast.walk(each)))]


def _hands_scope_over(call: ast.Call) -> bool:
    """Return whether a call gives the scope to code that may put a user into it."""
    gets_scope = any(variable_name(each) == "scope" for each in call.args)
    return gets_scope and (method_name(call) or variable_name(call.func)) not in PASSING


def _puts_user(node: ast.AST) -> bool:
    """Return whether a node is `scope["user"] = …` or an equal of it."""
    if isinstance(node, ast.Assign):
        return any(map(_is_user_item, node.targets))
    if isinstance(node, ast.Dict):
        return any(string_value(key) == "user" for key in node.keys if key)
    if isinstance(node, ast.Call):
        sets_default = method_name(node) == "setdefault" and node.args
        default = string_value(node.args[0]) if sets_default else ""
        return keyword(node, "user") is not None or default == "user"
    return False


def _is_user_item(target: ast.AST) -> bool:
    """Return whether a target is the user, or the real user in the lazy one of Channels."""
    if isinstance(target, ast.Attribute) and target.attr == LAZY:
        target = target.value
    if not isinstance(target, ast.Subscript):
        return False
    return string_value(subscript_index(target)) == "user"


def _always_puts(body: Sequence[ast.stmt]) -> bool:
    """Return whether each path through some statements puts a user, or refuses the socket."""
    return any(map(_statement_puts, body))


def _statement_puts(node: ast.stmt) -> bool:
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        return False
    branches = _branches(node)
    if branches:
        return all(map(_always_puts, branches))
    return _ends(node) or any(map(_puts_user, ast.walk(node)))


def _branches(node: ast.stmt) -> list[list[ast.stmt]]:
    """Return the bodies of a statement of which one runs, none for a simple statement."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [node.body]
    if isinstance(node, ast.If):
        is_certain = _lacks_user(node.test) or _asks_for_websocket(node.test)
        return [node.body] if is_certain else [node.body, node.orelse]
    if isinstance(node, ast.Try):
        after = node.finalbody
        handlers = [[*each.body, *after] for each in node.handlers]
        return [[*node.body, *node.orelse, *after], *handlers]
    return [case.body for case in getattr(node, "cases", [])]  # of a match statement


def _lacks_user(test: ast.expr) -> bool:
    """Return whether a condition is that the scope has no user: else it has one."""
    if asks_for_missing_user(test):
        return True
    if not isinstance(test, ast.UnaryOp) or not isinstance(test.op, ast.Not):
        return False
    return method_name(test.operand) == "get" and item_key(test.operand) == "user"


def _asks_for_websocket(test: ast.expr) -> bool:
    """Return whether a condition is `scope["type"] == "websocket"`: each handshake is one."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    is_type = any(is_scope_item(each, "type") for each in sides)
    return is_type and any(string_value(each) == "websocket" for each in sides)


def _ends(node: ast.stmt) -> bool:
    """Return whether a statement ends the handshake before the application gets it."""
    if isinstance(node, ast.Return):
        return node.value is None or _refuses(node.value)
    return isinstance(node, ast.Raise)


def _refuses(value: ast.expr) -> bool:
    """Return whether a returned value calls something without the scope."""
    names = {variable_name(each) for each in ast.walk(value)}
    return "scope" not in names
