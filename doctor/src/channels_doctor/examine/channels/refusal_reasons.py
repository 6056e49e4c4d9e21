"""Whether the condition under which `connect()` refuses a socket can hold."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import last_name, names_in, own_method, walk_body

if TYPE_CHECKING:
    from ..python.definitions import Definition

# What every socket has: a route gives its arguments, and the settings the layer.
GIVEN = re.compile(r"'url_route'|'channel_layer'")
# What differs from socket to socket: records, the user, and what the client sends.
VARYING = re.compile(
    r"Await\(|'objects'|'user'|'is_\w+'|'query_string'|'headers'|'cookies'|'subprotocols'"
)


def may_refuse(connect: Definition, statement: ast.AST | None) -> bool:
    """Return whether a statement of `connect()` may run, without one any call of close()."""
    nodes = walk_body(connect.node.body)
    places = [statement] if statement else [each for each in nodes if own_method(each) == "close"]
    return any(all(map(_may_hold, _conditions(connect, each))) for each in places)


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
    return VARYING.search(condition) is not None or not GIVEN.search(condition)
