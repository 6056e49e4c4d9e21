"""What goes into the variables of a message."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import assigned_names
from ..python.expressions import is_variable, method_name, variable_name, walk_body

if TYPE_CHECKING:
    from ..python.modules import Function

ADDING = {"update", "append"}


def dictionaries_in(message: ast.expr, function: Function | None) -> Iterator[ast.Dict]:
    """Yield the dictionaries in the variables of a message, and in the variables of those."""
    waiting, seen = [message], {""}
    while waiting:
        names = {variable_name(each) or "" for each in ast.walk(waiting.pop())} - seen
        seen |= names
        found = [each for name in sorted(names) for each in put_in(name, function)]
        waiting += [each for each in found if isinstance(each, ast.Dict)]
        yield from (each for each in found if isinstance(each, ast.Dict))


def put_in(name: str, function: Function | None) -> list[ast.expr]:
    """Return all that goes into a variable of a function."""
    return [*assigned(name, function), *_added(name, function)]


def assigned(name: str, function: Function | None) -> Iterator[ast.expr]:
    """Yield the values of the assignments to a variable of a function."""
    for each in walk_body(function.body) if function else ():
        if isinstance(each, ast.Assign) and name in assigned_names(each):
            yield each.value


def _added(name: str, function: Function | None) -> Iterator[ast.expr]:
    """Yield what goes into a dictionary or a list later, by `update()`, `append()`, its items."""
    for each in walk_body(function.body) if function else ():
        if method_name(each) in ADDING and is_variable(each.func.value, name):
            yield from [*each.args, *(item.value for item in each.keywords)]
        elif isinstance(each, ast.Assign) and any(_is_item(to, name) for to in each.targets):
            yield each.value


def _is_item(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Subscript) and is_variable(target.value, name)
