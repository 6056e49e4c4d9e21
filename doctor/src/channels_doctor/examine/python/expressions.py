"""Small questions about syntax trees."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from .modules import FUNCTIONS

if TYPE_CHECKING:
    from .modules import Module

INNER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
LONGEST = 60  # characters of an expression in a message


def own(body: list[Any]) -> Iterator[Any]:
    """Yield the nodes that run when some statements run: not those of functions, lambdas and classes made there."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, INNER):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def key(node: ast.AST) -> Any:
    """Return `k` of `x["k"]` where it is a constant, else None."""
    index: Any = getattr(node, "slice", None)
    return constant(index.value if type(index).__name__ == "Index" else index)


def constant(node: ast.AST | None) -> Any:
    """Return the value of a constant, else None; -1 is no constant to Python, and none here."""
    return node.value if isinstance(node, ast.Constant) else None


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """Return an argument, whether it is given by its place or by its name."""
    if len(call.args) > position and not any(
        isinstance(each, ast.Starred) for each in call.args[: position + 1]
    ):
        return call.args[position]
    return next((word.value for word in call.keywords if word.arg == name), None)


def entries(node: ast.Dict) -> Iterator[tuple[Any, ast.expr]]:
    """Yield the pairs of a dict display: the constant key (None for `**x`, "" for one that is made) and the value."""
    for name, value in zip(node.keys, node.values):
        yield (None if name is None else constant(name) or ""), value


def is_scope(node: ast.AST, *keys: str) -> bool:
    """Return whether an expression is `scope[a][b]` of the given keys, or `self.scope.get(a)`."""
    for name in reversed(keys):
        if item(node) != name:
            return False
        node = holder(node)
    return getattr(node, "attr", getattr(node, "id", "")) == "scope"


def item(node: ast.AST) -> Any:
    """Return the constant key that `x["k"]` or `x.get("k")` reads, else None."""
    if isinstance(node, ast.Subscript):
        return key(node)
    if (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"get", "pop"}
        and node.args
    ):
        return constant(node.args[0])
    return None


def holder(node: ast.AST) -> ast.AST:
    """Return `x` of `x["k"]` and of `x.get("k")`."""
    function = getattr(node, "func", None)
    return function.value if isinstance(function, ast.Attribute) else getattr(node, "value", node)


def spell(node: ast.AST) -> str:
    """Return an expression as short text: `Room.objects.filter(…).first()`."""
    text = _spell(node)
    return text if len(text) <= LONGEST else "…" + text[-LONGEST:]


def _spell(node: Any) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_spell(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{_spell(node.func)}({'…' if node.args or node.keywords else ''})"
    if isinstance(node, ast.Subscript):
        return (
            f"{_spell(node.value)}[{key(node)!r}]"
            if key(node) is not None
            else f"{_spell(node.value)}[…]"
        )
    return _spell(node.value) if isinstance(node, ast.Await) else "…"


def changed(module: Module, node: ast.AST, new: str) -> str:
    """Return a diff that puts `new` for the text of an expression, or just `new` when it spans several lines."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    if first != last or not 0 < first <= len(module.lines):
        return new
    raw = module.lines[first - 1].encode()
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
    line = (raw[:start] + new.encode() + raw[end:]).decode("utf-8", "replace")
    return f"-{module.line(node)}\n+{line.strip()}"


def text(module: Module, node: ast.AST) -> str:
    """Return the text of an expression that stands on one line, else its short form."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    if first != last or not 0 < first <= len(module.lines):
        return spell(node)
    raw = module.lines[first - 1].encode()
    return raw[getattr(node, "col_offset", 0) : getattr(node, "end_col_offset", 0)].decode(
        "utf-8", "replace"
    )
