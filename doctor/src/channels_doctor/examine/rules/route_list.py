"""A list of routes contains another list, is a single route, or is lost."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.example_paths import no_route_to
from ..asgi.replaced_lists import ReplacedList, replaced_lists
from ..asgi.route_lists import is_router, route_items
from ..diffs import changed_line
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
    """Find lists in the list that a URLRouter gets, a route in its place, and a replaced list."""
    for module, call in project.find_all(ast.Call):
        for item in route_items(project.resolver, module, call) if is_router(module, call) else []:
            if isinstance(item.node, (ast.List, ast.Tuple)) and item.written:
                yield _nested(*item.written, type(item.node).__name__.lower())
            elif item.call and not item.written:
                yield _single(item.module, item.call)
    yield from (_replaced(project, each) for each in replaced_lists(project))


def _replaced(project: Project, found: ReplacedList) -> Finding:
    line = found.module.source_line(found.second)
    lost = ", ".join(source_text(found.module, each.call.args[0]) for each in found.lost)
    message = (
        f"`{found.name}` gets a new list of routes, so those of line {found.first.lineno} ({lost})"
        " are lost. Add to the list instead."
    )
    fix = changed_line(line, line.replace(" =", " +=", 1))
    symptom = no_route_to(project, found.lost[0])
    return Finding(message, found.module.location(found.second), fix, symptom=symptom)


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
