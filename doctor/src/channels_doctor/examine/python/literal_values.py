"""What an expression in a settings file is worth, as far as its text alone can tell."""

from __future__ import annotations

import ast
from typing import Any, Callable, Dict

DEEPEST = 50
LARGEST = 10_000  # elements of a value, nested ones included


class Unknown:
    """A value that only running the code would tell. It equals nothing, and it is false."""

    def __repr__(self) -> str:
        return "?"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown()
Names = Dict[str, Any]


def is_complete(value: Any) -> bool:
    """Return whether nothing in a value is unknown."""
    if isinstance(value, dict):
        return all(is_complete(each) for pair in value.items() for each in pair)
    if isinstance(value, (list, tuple)):
        return all(map(is_complete, value))
    return not isinstance(value, Unknown)


def bounded(value: Any) -> Any:
    """Return a value, or UNKNOWN when it has grown too large to look at: a list added to itself doubles."""
    waiting, seen = [value], 0
    while waiting and seen <= LARGEST:
        each = waiting.pop()
        seen += len(each) // 100 + 1 if isinstance(each, (str, bytes)) else 1
        if isinstance(each, dict):
            each = [*each, *each.values()]
        if isinstance(each, (list, tuple)):
            waiting.extend(each[: LARGEST + 1])
    return value if seen <= LARGEST else UNKNOWN


def evaluate(node: ast.AST | None, names: Names, depth: int = 0) -> Any:
    """Return the value of an expression, with UNKNOWN wherever the text does not tell it."""
    handler = HANDLERS.get(type(node))
    if node is None or handler is None or depth > DEEPEST:
        return UNKNOWN
    return handler(node, names, depth + 1)


def _constant(node: Any, _names: Names, _depth: int) -> Any:
    return node.value


def _name(node: Any, names: Names, _depth: int) -> Any:
    return names.get(node.id, UNKNOWN)


def _items(nodes: list[Any], names: Names, depth: int) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = evaluate(node.value, names, depth)
            found.extend(inner if isinstance(inner, (list, tuple)) else [UNKNOWN])
        else:
            found.append(evaluate(node, names, depth))
    return found


def _list(node: Any, names: Names, depth: int) -> Any:
    return _items(node.elts, names, depth)


def _tuple(node: Any, names: Names, depth: int) -> Any:
    return tuple(_items(node.elts, names, depth))


def _dict(node: Any, names: Names, depth: int) -> Any:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values):
        worth = evaluate(value, names, depth)
        if key is None:
            found.update(worth if isinstance(worth, dict) else {UNKNOWN: UNKNOWN})
        else:
            name = evaluate(key, names, depth)
            found[name if isinstance(name, (str, int, bytes, Unknown)) else UNKNOWN] = worth
    return found


def _joined(node: Any, names: Names, depth: int) -> Any:
    parts = [evaluate(getattr(part, "value", None), names, depth) for part in node.values]
    parts = [evaluate(part, names, depth) if isinstance(part, ast.AST) else part for part in parts]
    return "".join(map(str, parts)) if is_complete(parts) else UNKNOWN


def _sum(node: Any, names: Names, depth: int) -> Any:
    if not isinstance(node.op, ast.Add):
        return UNKNOWN
    return add(evaluate(node.left, names, depth), evaluate(node.right, names, depth))


def _subscript(node: Any, names: Names, depth: int) -> Any:
    index = (
        getattr(node.slice, "value", node.slice)
        if type(node.slice).__name__ == "Index"
        else node.slice
    )
    key = evaluate(index, names, depth)
    holder = evaluate(node.value, names, depth)
    try:
        return holder[key]
    except (TypeError, KeyError, IndexError):
        return UNKNOWN


def _call(node: Any, names: Names, depth: int) -> Any:
    """Return what `list(x)`, `tuple(x)` and `dict(a=1)` make; any other call is unknown."""
    function = getattr(node.func, "id", "")
    if function in {"list", "tuple"} and len(node.args) == 1:
        inner = evaluate(node.args[0], names, depth)
        return (
            (list if function == "list" else tuple)(inner)
            if isinstance(inner, (list, tuple))
            else UNKNOWN
        )
    if function == "dict" and not node.args and all(word.arg for word in node.keywords):
        return {word.arg: evaluate(word.value, names, depth) for word in node.keywords}
    return UNKNOWN


def add(left: Any, right: Any) -> Any:
    """Return the sum of two lists, tuples or strings; an unknown side of a list leaves a gap in it."""
    if isinstance(left, Unknown) and isinstance(right, (list, tuple)):
        return [UNKNOWN, *right]
    if isinstance(right, Unknown) and isinstance(left, (list, tuple)):
        return [*left, UNKNOWN]
    same = type(left) is type(right) and isinstance(left, (list, tuple, str))
    return left + right if same else UNKNOWN


HANDLERS: dict[type | None, Callable[[Any, Names, int], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.List: _list,
    ast.Set: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.JoinedStr: _joined,
    ast.BinOp: _sum,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
