"""A list of routes contains another list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.route_lists import is_router, route_items
from ..finding import Finding
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'list' object has no attribute 'callback'"


def check(project: Project) -> Iterator[Finding]:
    """Find lists of routes that are items of the list that a URLRouter gets."""
    for module, call in project.find_all(ast.Call):
        for item in route_items(project.resolver, module, call) if is_router(module, call) else []:
            if isinstance(item.node, (ast.List, ast.Tuple)) and item.written:
                owner, node = item.written
                kind = type(item.node).__name__.lower()
                text = source_text(owner, node)
                message = (
                    f"`{text}` is a {kind} in the list of routes, so the application fails when the"
                    " server loads it. Unpack it with an asterisk."
                )
                yield Finding(
                    message,
                    owner.location(node),
                    replacement_diff(owner, node, f"*{text}"),
                    symptom=SYMPTOM.replace("list", kind),
                )
