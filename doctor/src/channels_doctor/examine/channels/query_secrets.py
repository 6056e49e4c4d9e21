"""What code reads as a secret from the query string of a WebSocket."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from ..python.definitions import assigned_names
from ..python.expressions import (
    attribute_name,
    constant_value,
    is_scope_item,
    is_variable,
    item_holder,
    item_key,
    method_name,
    subscript_key,
    variable_name,
    walk_body,
)
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..python.modules import Function, Module

CREDENTIAL = (
    r"(?:(?:access|account|api|auth|bearer|client|id|login|refresh|session|socket|user|websocket|ws)"
    r"[_-]?)?(?:token|jwt|secret|password|passwd|sessionid)|api[_-]?key"
)
SECRET = re.compile(rf"^(?:{CREDENTIAL})$", re.IGNORECASE)
SECRET_VARIABLE = re.compile(
    r"(?:(?:access|auth|user|bearer|raw|socket|ws)_)?(?:token|jwt)(?:_(?:key|value|string))?$",
    re.IGNORECASE,
)
LOGIN = {"is_authenticated", "is_anonymous"}
EQUALS = (["="], [b"="])
SECRET_PARAMETER = re.compile(rf"^[?&]?({CREDENTIAL})=", re.IGNORECASE)
# What a comment or the documentation of a function says about a known risk.
DELIBERATE = re.compile(r"\b(?:less|not|in) ?-?secure|\blogged\b|\bleaks?\b", re.IGNORECASE)


class SecretRead(NamedTuple):
    """A node that reads a secret, and the secret's name."""

    node: ast.AST
    name: str


def secret_in_query(function: Function) -> SecretRead | None:
    """Return the first secret that a function reads from a query string."""
    nodes = list(walk_body(function.body))
    names = _queries(nodes)
    if not names and not any(is_scope_item(each, "query_string") for each in nodes):
        return None
    found = (SecretRead(node, _secret(node, names)) for node in nodes)
    return next((each for each in found if each.name and not _is_refused(nodes, each.node)), None)


def _is_refused(nodes: list[Any], read: ast.AST) -> bool:
    """Return whether code asks only whether a value is there, as to refuse it."""
    around = [each for each in nodes if isinstance(each, ast.Assign) and read in walk(each)]
    names = {name for each in around for name in assigned_names(each)}
    read_names = (each for each in nodes if is_variable(each, *names))
    uses = [each for each in read_names if isinstance(each.ctx, ast.Load)]
    tests = [each.test for each in nodes if isinstance(each, ast.If)]
    return bool(uses) and all(each in tests for each in uses)


def is_deliberate(module: Module, function: Function) -> bool:
    """Return whether the text of a function says that a secret in a query string is less safe."""
    return any(map(DELIBERATE.search, module.lines[function.lineno - 1 : function.end_lineno]))


def refuses_others_first(function: Function, read: ast.AST) -> bool:
    """Return whether a function returns for users who are not logged in, above a node.

    The secret behind it admits nobody who has no session.
    """
    return any(
        isinstance(each, ast.If)
        and isinstance(each.body[-1], (ast.Return, ast.Raise))
        and each.end_lineno < read.lineno  # type: ignore[attr-defined]
        and any(attribute_name(node) in LOGIN for node in walk(each.test))
        for each in function.body
    )


def prefers_header(function: Function) -> bool:
    """Return whether a function reads headers first, so that clients need no secret in a query."""
    nodes = list(walk_body(function.body))
    return _first_line(nodes, "headers") < _first_line(nodes, "query_string")


def _first_line(nodes: list[Any], item: str) -> int:
    """Return the line that reads an item of the scope first, a very large one for none."""
    return min((each.lineno for each in nodes if is_scope_item(each, item)), default=sys.maxsize)


def _queries(nodes: list[Any]) -> set[str]:
    """Return the names of the query string and of values that derive from it."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_query(node.value, names):
            parts = (each for target in node.targets for each in walk(target))
            names.update(filter(None, map(variable_name, parts)))
    return names


def _is_query(node: ast.AST, names: set[str]) -> bool:
    return any(
        is_scope_item(each, "query_string") or variable_name(each) in names for each in walk(node)
    )


def _secret(node: Any, names: set[str]) -> str:
    """Return the name of a secret that an expression reads: `query["token"]`, or `"token="`."""
    name = _text(item_key(node))
    if SECRET.match(name) and _is_query(item_holder(node), names):
        return name
    found = SECRET_PARAMETER.match(_text(constant_value(node)))
    return found.group(1) if found else _piece(node, names)


def _piece(node: ast.AST, names: set[str]) -> str:
    """Return the name of a secret after the first `=`: `token = query.split("=")[1]`."""
    value = node.value if isinstance(node, ast.Assign) else None
    split = value.value if isinstance(value, (ast.Subscript, ast.Attribute)) else None
    if value is None or not isinstance(split, ast.Call) or method_name(split) != "split":
        return ""
    is_second_part = subscript_key(value) != 0 and _is_query(value, names)
    separators = [constant_value(each) for each in split.args[:1]]
    secrets = [name for name in assigned_names(node) if SECRET_VARIABLE.match(name)]
    return secrets[0] if secrets and is_second_part and separators in EQUALS else ""


def _text(value: Any) -> str:
    """Return a string, or bytes as a string; "" for anything else."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""
