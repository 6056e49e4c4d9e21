"""Typed questions about the nodes of a syntax tree.

A question about a node of another shape has an empty answer: "" for a name, None for a value.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any, Iterator, Sequence

from .modules import FUNCTIONS
from .nodes import children

SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)


def walk_body(body: Sequence[ast.AST]) -> Iterator[Any]:
    """Yield the nodes that run when some statements run.

    The bodies of the functions, lambdas and classes that the statements define are left out.
    """
    return iter(_nodes_in(tuple(body)))


@lru_cache(maxsize=20_000)  # many rules walk the same bodies
def _nodes_in(body: tuple[ast.AST, ...]) -> list[Any]:
    nodes, waiting = [], list(reversed(body))
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        if not isinstance(node, SCOPES):
            waiting.extend(reversed(children(node)))
    return nodes


# Names


def variable_name(node: ast.AST | None) -> str:
    """Return `x` for the variable `x`."""
    return node.id if isinstance(node, ast.Name) else ""


def is_variable(node: ast.AST | None, *names: str) -> bool:
    """Return whether a node is a variable of one of these names."""
    return isinstance(node, ast.Name) and node.id in names


def attribute_name(node: ast.AST | None) -> str:
    """Return `b` for the attribute `a.b`."""
    return node.attr if isinstance(node, ast.Attribute) else ""


def own_attribute(node: ast.AST | None) -> str:
    """Return `b` for the attribute `self.b`."""
    return attribute_name(node) if is_variable(getattr(node, "value", None), "self") else ""


def last_name(node: ast.AST | None) -> str:
    """Return `x` for the variable `x`, and `b` for the attribute `a.b`."""
    return variable_name(node) or attribute_name(node)


def names_in(node: ast.AST) -> set[str]:
    """Return the names of all variables and attributes in a node."""
    return {name for name in map(last_name, ast.walk(node)) if name}


# Calls


def called_name(node: ast.AST | None) -> str:
    """Return `f` for the calls `f(…)` and `a.f(…)`."""
    return last_name(node.func) if isinstance(node, ast.Call) else ""


def method_name(node: ast.AST | None) -> str:
    """Return `f` for the call `a.f(…)`."""
    return attribute_name(node.func) if isinstance(node, ast.Call) else ""


def own_method(node: ast.AST | None) -> str:
    """Return `f` for the call `self.f(…)`."""
    return own_attribute(node.func) if isinstance(node, ast.Call) else ""


def without_call(node: ast.expr) -> ast.expr:
    """Return `f` for `f` and for `f(…)`: the function of a decorator."""
    return node.func if isinstance(node, ast.Call) else node


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    """Return an argument, whether it is given by position or by name."""
    before = call.args[: position + 1]
    if len(before) > position and not any(isinstance(each, ast.Starred) for each in before):
        return before[position]
    return keyword(call, name)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def all_arguments(node: ast.AST | None) -> list[ast.expr]:
    """Return the arguments of a call, positional ones first."""
    if not isinstance(node, ast.Call):
        return []
    return [*node.args, *(each.value for each in node.keywords)]


# Constants, items and dictionaries


def constant_value(node: ast.AST | None) -> Any:
    """Return the value of a constant; -1 is an operation, and no constant."""
    return node.value if isinstance(node, ast.Constant) else None


def string_value(node: ast.AST | None) -> str | None:
    """Return the text of a string constant."""
    value = constant_value(node)
    return value if isinstance(value, str) else None


def strings_in(node: ast.AST) -> set[str]:
    """Return all string constants in a node."""
    return {text for text in map(string_value, ast.walk(node)) if text is not None}


def subscript_index(node: ast.Subscript) -> ast.AST:
    """Return the expression in the brackets; Python 3.8 wraps it."""
    index: Any = node.slice
    return index.value if type(index).__name__ == "Index" else index  # type: ignore[no-any-return]


def item_key(node: ast.AST | None) -> Any:
    """Return the constant `k` of `x["k"]`, `x.get("k")` and `x.pop("k")`."""
    is_read = isinstance(node, ast.Call) and method_name(node) in {"get", "pop"}
    arguments = getattr(node, "args", []) if is_read else []
    return constant_value(arguments[0]) if arguments else subscript_key(node)


def subscript_key(node: ast.AST | None) -> Any:
    """Return the constant `k` of `x["k"]`."""
    return constant_value(subscript_index(node)) if isinstance(node, ast.Subscript) else None


def item_holder(node: ast.AST) -> ast.AST:
    """Return `x` of `x["k"]` and of `x.get("k")`, and any other node itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value
    return node.value if isinstance(node, (ast.Subscript, ast.Attribute)) else node


def is_scope_item(node: ast.AST, *keys: str) -> bool:
    """Return whether a node is `scope[a][b]` for these keys; `self.scope.get(a)` counts, too."""
    for key in reversed(keys):
        if item_key(node) != key:
            return False
        node = item_holder(node)
    return last_name(node) == "scope"


def dict_items(node: ast.Dict) -> Iterator[tuple[Any, ast.expr]]:
    """Yield the keys and values of a display: None for `**x`, "" for a key that is no constant."""
    for key, value in zip(node.keys, node.values):
        yield (None if key is None else constant_value(key) or ""), value
