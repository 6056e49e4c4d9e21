"""Lists of WebSocket routes that a later assignment replaces before anything reads them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import names_in, variable_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .source_routes import Route


class ReplacedList(NamedTuple):
    """Two assignments of lists to one name, and the routes that are lost."""

    module: Module
    name: str
    first: ast.Assign
    second: ast.Assign
    lost: list[Route]


def replaced_lists(project: Project) -> Iterator[ReplacedList]:
    """Yield the lists at the top level of modules whose routes the last list does not have."""
    for module in dict.fromkeys(each.module for each in project.routes):
        routes = [each for each in project.routes if each.module is module]
        lists = [each for each in module.tree.body if _list_name(each)]
        for first, second in zip(lists, lists[1:]):
            name = _list_name(first)
            if name == _list_name(second) and not _is_read_between(module, name, first, second):
                lost = list(_lost(routes, first, second))
                if lost:
                    yield ReplacedList(module, name, first, second, lost)  # type: ignore[arg-type]


def _list_name(statement: ast.stmt) -> str:
    """Return the name that a statement assigns a list to, "" for another statement."""
    is_list = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.List)
    return variable_name(statement.targets[0]) if is_list else ""  # type: ignore[attr-defined]


def _is_read_between(module: Module, name: str, first: ast.stmt, second: ast.stmt) -> bool:
    """Return whether code from one statement to the other uses a name, except to assign to it."""
    between = range(first.lineno, (second.end_lineno or second.lineno) + 1)
    uses = (each for each in module.find_all(ast.Name) if each.id == name)
    return any(
        each.lineno in between and not isinstance(module.parents.get(each), ast.Assign)
        for each in uses
    )


def _lost(routes: list[Route], first: ast.stmt, second: ast.stmt) -> Iterator[Route]:
    """Yield the routes of the first list to consumers that the second one does not name."""
    inside = {*ast.walk(first)}
    kept = names_in(second)
    for route in routes:
        if route.call in inside and route.callback and not names_in(route.callback) <= kept:
            yield route
