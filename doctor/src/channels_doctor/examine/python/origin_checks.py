"""Whether code decides something by the Origin header of a handshake."""

from __future__ import annotations

import ast
import re
from typing import Any, Iterator

from .definitions import assignment_targets
from .expressions import all_arguments, called_name, last_name, names_in
from .nodes import walk

ORIGIN = re.compile(
    r"(^|_)origins?(_(ok|allowed|valid|check\w*|middleware))?$|Origin(?!al)"
    r"|(^|_)cors(_|$)|Cors[A-Z]",
    re.ASCII,
)
# Functions that decide nothing about what they get.
LOGGING = {"print", "log", "debug", "info", "warning", "error", "exception", "critical"}
CONVERSIONS = {"str", "repr", "bytes", "dict", "get", "getattr", "format", "urlparse", "urlsplit"}
LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def checks_origin(definition: ast.AST) -> bool:
    """Return whether code tests or compares the Origin, or passes it on to a function."""
    keys = {key for node in walk(definition) if isinstance(node, ast.Dict) for key in node.keys}
    nodes = [each for each in walk(definition) if each not in keys]
    if not any(map(_names_origin, nodes)):
        return False  # as most code
    names = _names_of_values(nodes)
    return any(_tells(each, names) for node in nodes for each in _deciding(node))


def _names_origin(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        value = node.value
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        return isinstance(text, str) and text.lower() == "origin"
    return bool(ORIGIN.search(last_name(node)))


def _tells(node: ast.AST, names: set[str]) -> bool:
    """Return whether a node has the Origin, or a variable with it."""
    return any(_names_origin(each) or last_name(each) in names for each in walk(node))


def _names_of_values(nodes: list[Any]) -> set[str]:
    """Return the names of the variables and attributes that get the header's value."""
    names: set[str] = set()
    for node in [*nodes, *nodes]:  # a value may come from a variable that is set further down
        if isinstance(node, LOOPS):
            tests = [each for each in walk(node) if _selects_header(each)]
            found = names_in(node.target) if tests or _tells(node.iter, names) else set()
            names |= found - {name for each in tests for name in names_in(each)}
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            if _tells(node.value, names):
                names |= set(map(last_name, assignment_targets(node))) - {""}
        elif hasattr(ast, "NamedExpr") and isinstance(node, ast.NamedExpr):
            names |= {node.target.id} if _tells(node.value, names) else set()
    return names


def _selects_header(node: ast.AST) -> bool:
    """Return whether a node is `name == b"origin"`, which looks for the header."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        return False
    sides = (node.left, *node.comparators)
    return any(isinstance(each, ast.Constant) and _names_origin(each) for each in sides)


def _deciding(node: Any) -> Iterator[ast.AST]:
    """Yield what a node decides by: tests, arguments, and what it returns."""
    if isinstance(node, ast.Call):
        yield from _decided_by_call(node)
    elif isinstance(node, ast.Try):
        yield from node.body
    elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from (*node.decorator_list, *getattr(node, "bases", ()))
    else:
        compared = node if isinstance(node, ast.Compare) else None
        returned = node.value if isinstance(node, ast.Return) else None
        tests = [getattr(node, name, None) for name in ("test", "subject")]
        for each in [compared, returned, *tests, *getattr(node, "ifs", ())]:
            if each is not None and not _selects_header(each):
                yield each


def _decided_by_call(call: ast.Call) -> Iterator[ast.AST]:
    name = called_name(call)
    if ORIGIN.search(name):
        yield call.func
    elif name not in LOGGING | CONVERSIONS:
        yield from (each for each in all_arguments(call) if not isinstance(each, ast.Constant))
