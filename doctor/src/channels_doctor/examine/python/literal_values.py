"""The values of expressions in settings files, as far as their text alone tells."""

from __future__ import annotations

import ast
from typing import Any, Callable, Dict

from .expressions import subscript_index, variable_name

MAX_DEPTH = 50  # expressions in expressions


class Unknown:
    """A value that only running the code would tell. It equals no other value, and is false."""

    def __repr__(self) -> str:
        return "?"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()
Variables = Dict[str, Any]


def is_complete(value: Any) -> bool:
    """Return whether nothing in a value is unknown."""
    if isinstance(value, dict):
        return all(is_complete(each) for pair in value.items() for each in pair)
    if isinstance(value, (list, tuple)):
        return all(map(is_complete, value))
    return not isinstance(value, Unknown)


def evaluate(node: ast.AST | None, variables: Variables, depth: int = 0) -> Any:
    """Return the value of an expression, with UNKNOWN where the text does not tell it.

    `variables` are the values of the names that it may use.
    """
    handler = HANDLERS.get(type(node))
    if node is None or handler is None or depth > MAX_DEPTH:
        return UNKNOWN
    return handler(node, variables, depth + 1)


def _name(node: Any, variables: Variables, _depth: int) -> Any:
    return variables.get(node.id, UNKNOWN)


def _items(nodes: list[Any], variables: Variables, depth: int) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = evaluate(node.value, variables, depth)
            found.extend(inner if isinstance(inner, (list, tuple)) else [UNKNOWN])
        else:
            found.append(evaluate(node, variables, depth))
    return found


def _list(node: Any, variables: Variables, depth: int) -> Any:
    return _items(node.elts, variables, depth)


def _tuple(node: Any, variables: Variables, depth: int) -> Any:
    return tuple(_items(node.elts, variables, depth))


def _dict(node: Any, variables: Variables, depth: int) -> Any:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values):
        item_value = evaluate(value, variables, depth)
        if key is None:
            found.update(item_value if isinstance(item_value, dict) else {UNKNOWN: UNKNOWN})
        else:
            name = evaluate(key, variables, depth)
            found[name if isinstance(name, (str, int, bytes, Unknown)) else UNKNOWN] = item_value
    return found


def _joined(node: Any, variables: Variables, depth: int) -> Any:
    parts = [evaluate(part, variables, depth) for part in node.values]
    return "".join(map(str, parts)) if is_complete(parts) else UNKNOWN


def _field(node: Any, variables: Variables, depth: int) -> Any:
    is_plain = node.format_spec is None and node.conversion == -1
    return evaluate(node.value, variables, depth) if is_plain else UNKNOWN


def _operation(node: Any, variables: Variables, depth: int) -> Any:
    """Return the sum of lists, tuples or strings, or the product of numbers, as in `60 * 10`."""
    left, right = (evaluate(each, variables, depth) for each in (node.left, node.right))
    if isinstance(node.op, ast.Add):
        return add_values(left, right)
    are_numbers = all(type(each) in {int, float} for each in (left, right))
    return left * right if isinstance(node.op, ast.Mult) and are_numbers else UNKNOWN


def _not(node: Any, variables: Variables, depth: int) -> Any:
    value = evaluate(node.operand, variables, depth)
    is_known = isinstance(node.op, ast.Not) and isinstance(value, bool)
    return not value if is_known else UNKNOWN


def _choice(node: Any, variables: Variables, depth: int) -> Any:
    """Return the value that a known condition chooses.

    Where DEBUG is on, it is unknown: the deployment may turn it off.
    """
    test = evaluate(node.test, variables, depth)
    if not isinstance(test, bool) or variables.get("DEBUG") is True:
        return UNKNOWN
    return evaluate(node.body if test else node.orelse, variables, depth)


def _subscript(node: Any, variables: Variables, depth: int) -> Any:
    key = evaluate(subscript_index(node), variables, depth)
    holder = evaluate(node.value, variables, depth)
    try:
        return UNKNOWN if isinstance(key, slice) and not is_complete(holder) else holder[key]
    except (TypeError, KeyError, IndexError, ValueError):
        return UNKNOWN


def _slice(node: Any, variables: Variables, depth: int) -> Any:
    bounds = (node.lower, node.upper, node.step)
    return slice(*(each and evaluate(each, variables, depth) for each in bounds))


def _call(node: Any, variables: Variables, depth: int) -> Any:
    """Return the value of `list(x)`, `tuple(x)` and `dict(a=1)`; other calls are unknown."""
    function = variable_name(node.func)
    if function in {"list", "tuple"} and len(node.args) == 1:
        inner = evaluate(node.args[0], variables, depth)
        if not isinstance(inner, (list, tuple)):
            return UNKNOWN
        return list(inner) if function == "list" else tuple(inner)
    if function == "dict" and not node.args and all(word.arg for word in node.keywords):
        return {word.arg: evaluate(word.value, variables, depth) for word in node.keywords}
    return UNKNOWN


def add_values(left: Any, right: Any) -> Any:
    """Return the sum of two lists, tuples or strings, with an item UNKNOWN for an unknown list."""
    if isinstance(left, Unknown) and isinstance(right, (list, tuple)):
        return [UNKNOWN, *right]
    if isinstance(right, Unknown) and isinstance(left, (list, tuple)):
        return [*left, UNKNOWN]
    same = type(left) is type(right) and isinstance(left, (list, tuple, str))
    return left + right if same else UNKNOWN


HANDLERS: dict[type | None, Callable[[Any, Variables, int], Any]] = {
    ast.Constant: lambda node, _variables, _depth: node.value,
    ast.Name: _name,
    ast.List: _list,
    ast.Set: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _field,
    ast.BinOp: _operation,
    ast.UnaryOp: _not,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
}
