"""Whether the condition under which `connect()` refuses a socket can hold."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import (
    is_scope_item,
    last_name,
    method_name,
    names_in,
    own_method,
    walk_body,
)

if TYPE_CHECKING:
    from ..python.definitions import Definition

# What every socket has: a route gives its arguments, and the settings the layer.
GIVEN = re.compile(r"'url_route'|'channel_layer'")
# Whether the scope has a user, as the whole condition: AuthMiddlewareStack sets one.
ABSENT_USER = re.compile(r"Compare\(left=Constant\(value='user'\), ops=\[(Not)?In\(\)\]")
NONE = ast.dump(ast.Constant(None))
# What differs from socket to socket: records, the user, and what the client sends.
VARYING = re.compile(
    r"Await\(|'objects'|'user'|'is_\w+'|'query_string'|'headers'|'cookies'|'subprotocols'"
)


def may_refuse(connect: Definition, statement: ast.AST | None) -> bool:
    """Return whether a statement of `connect()` may run, without one any call of close()."""
    nodes = walk_body(connect.node.body)
    places = [statement] if statement else [each for each in nodes if own_method(each) == "close"]
    return any(
        all(map(_may_hold, _conditions(connect, each)))
        and not wants_user(connect, each)
        and not _is_decided(connect, each)
        for each in places
    )


def wants_user(connect: Definition, node: ast.AST) -> bool:
    """Return whether a condition around a node is that the scope has no user.

    AuthMiddlewareStack always sets one, and another middleware may refuse the socket itself.
    """
    return any(
        is_scope_item(value, "user")
        for found in filter(None, map(_missing, _tests(connect, node)))
        for value in [found, *_assigned(connect, {last_name(found)})]
    )


def lacks_user_alone(connect: Definition) -> bool:
    """Return whether `connect()` ends with an `if` that asks whether the scope has a user."""
    last = connect.node.body[-1]
    if not isinstance(last, ast.If) or last.orelse:
        return False
    is_joined = isinstance(last.test, ast.BoolOp) and isinstance(last.test.op, ast.And)
    tests = last.test.values if is_joined else [last.test]  # type: ignore[attr-defined]
    return all(_asks_for_user(connect, each) for each in tests)


def _asks_for_user(connect: Definition, test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        if ABSENT_USER.match(ast.dump(test)):
            return True
        is_none = ast.dump(test.comparators[0]) == NONE
        test = test.left if isinstance(test.ops[0], ast.IsNot) and is_none else test
    values = [test, *_assigned(connect, {last_name(test)})]
    return any(is_scope_item(value, "user") for value in values)


def _is_decided(connect: Definition, node: ast.AST) -> bool:
    """Return whether a condition around a node asks a user of the database for its login."""
    asked = [each.value for each in map(_asked_for_login, _tests(connect, node)) if each]
    values = [list(_assigned(connect, {last_name(each)})) for each in asked]
    return any(found and all(map(_is_record, found)) for found in values)


def _asked_for_login(test: ast.expr) -> ast.Attribute | None:
    """Return `user.is_authenticated`, where that is the condition or what it denies."""
    node = test.operand if isinstance(test, ast.UnaryOp) else test
    is_asked = isinstance(node, ast.Attribute) and node.attr in {"is_authenticated", "is_anonymous"}
    return node if is_asked else None  # type: ignore[return-value]


def _is_record(value: ast.expr) -> bool:
    call = value.value if isinstance(value, ast.Await) else value
    return method_name(call) in {"get", "aget"} and "objects" in names_in(call)


def _tests(connect: Definition, node: ast.AST) -> list[ast.expr]:
    return [each.test for each in connect.module.enclosing_nodes(node) if isinstance(each, ast.If)]


def _missing(test: ast.expr) -> ast.expr | None:
    """Return the expression of which a condition tells that it is None or false."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        return test.left if ast.dump(test.comparators[0]) == NONE else None
    return None


def _conditions(connect: Definition, node: ast.AST) -> Iterator[str]:
    """Yield the conditions around a node, with the values of their variables, as dumps."""
    for each in connect.module.enclosing_nodes(node):
        if isinstance(each, ast.If):
            names = names_in(each.test) - {"self"}
            values = [each.test, *_assigned(connect, names)]
            yield " ".join(map(ast.dump, values))


def _assigned(connect: Definition, names: set[str]) -> Iterator[ast.expr]:
    for node in walk_body(connect.node.body):
        if isinstance(node, ast.Assign) and names & set(map(last_name, node.targets)):
            yield node.value


def _may_hold(condition: str) -> bool:
    if ABSENT_USER.match(condition):
        return False
    return VARYING.search(condition) is not None or not GIVEN.search(condition)
