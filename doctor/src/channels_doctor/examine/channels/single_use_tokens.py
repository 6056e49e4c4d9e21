"""Secrets that are worth nothing once they are used, so that a log may have them."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..python.expressions import (
    all_arguments,
    attribute_name,
    called_name,
    constant_value,
    method_name,
    names_in,
    variable_name,
)
from ..python.nodes import walk
from .query_secrets import SECRET_VARIABLE

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

MAX_DEPTH = 2  # functions that functions call
DELETIONS = {"delete", "adelete", "getdel", "delete_many"}
USED = re.compile(r"(?:is_)?(?:used|consumed|redeemed)(?:_at)?$")
NAMED = re.compile(r"one[_-]?time|single[_-]?use|short[_-]?lived", re.IGNORECASE)
LONG = 3600  # seconds
SHORT = 300  # seconds, below which the life of a token is that of a ticket
SECONDS = {"seconds": 1, "minutes": 60}  # of the arguments of timedelta()


def is_single_use(project: Project, module: Module, function: Function) -> bool:
    """Return whether a function, or one that gets the secret, uses it up or limits its age."""
    return any(
        _is_named(owner, each) or any(map(_ends_use, walk(each)))
        for owner, each in _functions(project, module, function)
    )


@lru_cache(maxsize=1)
def makes_short_lived_tokens(project: Project) -> bool:
    """Return whether code gives tokens an `exp` of minutes: `{"exp": now + timedelta(…)}`."""
    return any(
        constant_value(key) == "exp" and any(map(_is_short, walk(value)))
        for module in project.production_modules
        for display in module.find_all(ast.Dict)
        for key, value in zip(display.keys, display.values)
        if key
    )


def _is_short(node: ast.AST) -> bool:
    if called_name(node) != "timedelta":
        return False
    given = [(each.arg, constant_value(each.value)) for each in node.keywords]  # type: ignore[attr-defined]
    return bool(given) and all(
        isinstance(value, int) and value * SECONDS.get(name or "", SHORT + 1) <= SHORT
        for name, value in given
    )


def _functions(
    project: Project, module: Module, function: Function, depth: int = 0
) -> Iterator[tuple[Module, Function]]:
    yield module, function
    for each in _functions_given_secret(function) if depth < MAX_DEPTH else []:
        called = project.resolver.function(module, each)
        if called and called.node is not function:
            yield from _functions(project, called.module, called.node, depth + 1)


def _functions_given_secret(function: Function) -> list[ast.expr]:
    """Return the names of the functions to which a function passes a secret."""
    calls = [each for each in walk(function) if isinstance(each, ast.Call)]
    passing = (
        each
        for each in calls
        if any(SECRET_VARIABLE.match(variable_name(arg)) for arg in all_arguments(each))
    )
    names = (node for call in passing for node in walk(call.func))
    return [each for each in names if isinstance(each, (ast.Name, ast.Attribute))]


def _is_named(module: Module, function: Function) -> bool:
    lines = module.lines[function.lineno - 1 : function.end_lineno]
    return any(map(NAMED.search, lines))


def _ends_use(node: ast.AST) -> bool:
    """Return whether a node deletes, marks as used, or refuses what is older than some time."""
    if isinstance(node, ast.keyword) and node.arg == "max_age":
        age = constant_value(node.value)
        return not isinstance(age, int) or age <= LONG
    is_mark = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    return _deletes_secret(node) or (is_mark and bool(USED.match(attribute_name(node))))


def _deletes_secret(node: ast.AST) -> bool:
    """Return whether a call deletes an item whose key has the name of a secret, or a record."""
    arguments = all_arguments(node)
    keys = {name for each in arguments for name in names_in(each)}
    is_of_secret = not arguments or any(map(SECRET_VARIABLE.match, keys))
    return method_name(node) in DELETIONS and is_of_secret
