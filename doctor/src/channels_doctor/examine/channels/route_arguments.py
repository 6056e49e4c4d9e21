"""The names that a class gives to the arguments of its route."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.definitions import assignment_targets
from ..python.expressions import constant_value, is_scope_item, item_holder, item_key

if TYPE_CHECKING:
    from ..python.definitions import Definition

URL_ROUTE, ARGUMENTS = "url_route", "kwargs"


def argument_aliases(cls: Definition) -> set[str]:
    """Return the dumps of the variables and attributes whose only value is the arguments.

    An assignment, `:=` and the pattern `{"kwargs": name}` of `match` give such a name.
    """
    found = _bound(cls)
    routes = _only({name: _are_routes(values) for name, values in found.items()})
    return _only({name: _are_arguments(values, routes) for name, values in found.items()})


def is_arguments(node: ast.AST, aliases: set[str]) -> bool:
    """Return whether an expression is the arguments of the route, given their other names."""
    return is_scope_item(node, URL_ROUTE, ARGUMENTS) or ast.dump(node) in aliases


def _only(found: dict[str, bool]) -> set[str]:
    return {name for name, is_one in found.items() if is_one}


def _are_routes(values: list[Any]) -> bool:
    return all(each is not None and is_scope_item(each, URL_ROUTE) for each in values)


def _are_arguments(values: list[Any], routes: set[str]) -> bool:
    return all(each is not None and _is_of_route(each, routes) for each in values)


def _is_of_route(value: ast.AST, routes: set[str]) -> bool:
    is_item = item_key(value) == ARGUMENTS and ast.dump(item_holder(value)) in routes
    return is_item or is_scope_item(value, URL_ROUTE, ARGUMENTS)


def _bound(cls: Definition) -> dict[str, list[Any]]:
    """Return the values that the code of a class gives to each name."""
    found: dict[str, list[Any]] = {}
    for node in ast.walk(cls.node):
        for name, value in _bindings(node):
            found.setdefault(name, []).append(value)
    return found


def _bindings(node: Any) -> Iterator[tuple[str, Any]]:
    targets = [node.target] if isinstance(node, ast.NamedExpr) else assignment_targets(node)
    for target in targets:
        yield ast.dump(target).replace("Store", "Load"), node.value
    if type(node).__name__ == "Match":  # since Python 3.10
        for case in node.cases:
            yield from _in_pattern(node.subject, case.pattern)


def _in_pattern(subject: ast.expr, pattern: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names in a pattern such as `{"kwargs": name}`, with the items that they get."""
    if type(pattern).__name__ != "MatchMapping":
        return
    for key, inner in zip(pattern.keys, pattern.patterns):
        name = getattr(inner, "name", None)
        if name and isinstance(constant_value(key), str):
            item = ast.Subscript(subject, key, ast.Load())
            yield ast.dump(ast.Name(name, ast.Load())), item
