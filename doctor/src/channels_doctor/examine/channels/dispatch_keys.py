"""The keys by which a consumer chooses what to do with a message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from ..python.definitions import assigned_names
from ..python.expressions import (
    all_arguments,
    called_name,
    constant_value,
    is_variable,
    item_holder,
    item_key,
    method_name,
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
    returns is one, and so is that of a last `if … == …` whose branches all test it. A key may also
    be tested for a value: `if not text: return`.
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
        else:
            known = {
                name: key for name, key in known.items() if name not in assigned_names(statement)
            }


def _mentions(statement: ast.stmt, names: Iterable[str]) -> bool:
    """Return whether a statement may do something with a message."""
    return any(
        is_variable(each, *names) and isinstance(each.ctx, ast.Load)
        for each in walk_body([statement])
    )


def _read(node: Any, names: list[str], defaults: tuple[Any, ...] = (None, "")) -> str:
    """Return `key` of `message.get("key")`, whose default is empty, also of `str(…).strip()`."""
    if called_name(node) == "str" and len(node.args) == 1:
        return _read(node.args[0], names, ("",))  # the text of None is not empty
    if method_name(node) == "strip":
        return _read(node.func.value, names, defaults)
    key, given = item_key(node), all_arguments(node)
    if not isinstance(node, ast.Call) or not isinstance(key, str) or given[2:]:
        return ""
    default = constant_value(given[1]) if given[1:] else None
    is_empty = default in defaults and (default is not None or not given[1:])
    return key if is_empty and is_variable(item_holder(node), *names) else ""


def _of_truth(test: ast.expr, names: list[str], known: dict[str, str]) -> str:
    """Return the key whose value a test wants to be there: `text` or `message.get("text")`."""
    return _read(test, names) or known.get(variable_name(test), "")


def _of_test(test: ast.expr, kind: type[ast.cmpop], names: list[str], known: dict[str, str]) -> str:
    """Return the key that a test compares with a text, which is not empty."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], kind) or test.ops[1:]:
        return ""
    key = _read(test.left, names) or known.get(variable_name(test.left), "")
    return key if string_value(test.comparators[0]) else ""


def _of_guard(statement: ast.If, names: list[str], known: dict[str, str]) -> str:
    """Return the key of a statement that refuses each text but one, and ends the method."""
    is_end = isinstance(statement.body[-1], ENDS) and not statement.orelse
    test: Any = statement.test
    first = test.values[0] if isinstance(getattr(test, "op", None), ast.Or) else test
    key = _of_test(first, ast.NotEq, names, known) if is_end else ""
    if is_end and isinstance(getattr(first, "op", None), ast.Not):
        key = _of_truth(first.operand, names, known)
    used = {*names, *(name for name, each in known.items() if each != key)}
    return "" if any(_mentions(each, used) for each in statement.body) else key


def _of_chain(statement: ast.If, names: list[str], known: dict[str, str]) -> str:
    """Return the key that each branch tests, "" with an `else`."""
    first = _of_test(statement.test, ast.Eq, names, known)
    found = {first or _of_truth(statement.test, names, known)}
    while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        statement = statement.orelse[0]
        found.add(_of_test(statement.test, ast.Eq, names, known))
    return found.pop() if len(found) == 1 and not statement.orelse else ""
