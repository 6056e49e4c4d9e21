"""A list of routes contains another list, or is a single route."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.route_lists import is_router, route_items
from ..finding import Finding
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'list' object has no attribute 'callback'"

NOT_ITERABLE = "TypeError: 'URLPattern' object is not iterable"


def check(project: Project) -> Iterator[Finding]:
    """Find lists of routes in the list that a URLRouter gets, and a route in its place."""
    for module, call in project.find_all(ast.Call):
        for item in route_items(project.resolver, module, call) if is_router(module, call) else []:
            if isinstance(item.node, (ast.List, ast.Tuple)) and item.written:
                yield _nested(*item.written, type(item.node).__name__.lower())
            elif item.call and not item.written:
                yield _single(item.module, item.call)


def _nested(module: Module, node: ast.AST, kind: str) -> Finding:
    text = source_text(module, node)
    message = (
        f"`{text}` is a {kind} in the list of routes, so the application fails when the"
        " server loads it. Unpack it with an asterisk."
    )
    fix = replacement_diff(module, node, f"*{text}")
    symptom = SYMPTOM.replace("list", kind)
    return Finding(message, module.location(node), fix, symptom=symptom)


def _single(module: Module, route: ast.Call) -> Finding:
    """Return the finding of a route that is in the place of a list; parentheses make no tuple."""
    message = (
        f"`{short_text(route)}` is in place of a list of routes, so the application fails when the"
        " server loads it. Put it into a list: parentheses around one route are no tuple."
    )
    fix = replacement_diff(module, route, f"[{source_text(module, route)}]")
    return Finding(message, module.location(route), fix, symptom=NOT_ITERABLE)
