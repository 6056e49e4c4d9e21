"""The keys by which a consumer chooses what to do with a message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterable, Iterator

from ..python.definitions import assigned_names
from ..python.expressions import (
    all_arguments,
    is_variable,
    item_holder,
    item_key,
    string_value,
    variable_name,
    walk_body,
)

if TYPE_CHECKING:
    from ..python.definitions import Definition

SIMPLE = (ast.Assign, ast.AnnAssign, ast.Expr)
ENDS = (ast.Return, ast.Raise)


def chosen_keys(method: Definition, names: list[str]) -> Iterator[str]:
    """Yield the keys without which a method does nothing, or only refuses the message.

    `names` are the variables with the message. The key of `if message.get("action") != "bid"` that
    returns is one, and so is that of a last `if … == …` whose branches all test it.
    """
    known: dict[str, str] = {}  # the keys by the variables that are read with get()
    for statement in method.node.body:
        read = _read(getattr(statement, "value", None), names)
        if isinstance(statement, ast.If):
            is_last = statement is method.node.body[-1]
            key = _of_guard(statement, names, known)
            key = key or (_of_chain(statement, names, known) if is_last else "")
            if not key:
                return
            yield key
        elif read:
            known.update(dict.fromkeys(assigned_names(statement), read))
        elif not isinstance(statement, SIMPLE) or _mentions(statement, names):
            return


def _mentions(statement: ast.stmt, names: Iterable[str]) -> bool:
    """Return whether a statement may do something with a message."""
    return any(
        is_variable(each, *names) and isinstance(each.ctx, ast.Load)
        for each in walk_body([statement])
    )


def _read(node: ast.AST | None, names: list[str]) -> str:
    """Return `key` of `message.get("key")`, which has no default."""
    key = item_key(node)
    if not isinstance(node, ast.Call) or not isinstance(key, str) or len(all_arguments(node)) != 1:
        return ""
    return key if is_variable(item_holder(node), *names) else ""


def _of_test(test: ast.expr, kind: type[ast.cmpop], names: list[str], known: dict[str, str]) -> str:
    """Return the key that a test compares with a text, which is not empty."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], kind) or test.ops[1:]:
        return ""
    key = _read(test.left, names) or known.get(variable_name(test.left), "")
    return key if string_value(test.comparators[0]) else ""


def _of_guard(statement: ast.If, names: list[str], known: dict[str, str]) -> str:
    """Return the key of a statement that refuses each text but one, and ends the method."""
    is_end = isinstance(statement.body[-1], ENDS) and not statement.orelse
    key = _of_test(statement.test, ast.NotEq, names, known) if is_end else ""
    used = {*names, *(name for name, each in known.items() if each != key)}
    return "" if any(_mentions(each, used) for each in statement.body) else key


def _of_chain(statement: ast.If, names: list[str], known: dict[str, str]) -> str:
    """Return the key that each branch tests, "" with an `else`."""
    found = {_of_test(statement.test, ast.Eq, names, known)}
    while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        statement = statement.orelse[0]
        found.add(_of_test(statement.test, ast.Eq, names, known))
    return found.pop() if len(found) == 1 and not statement.orelse else ""
