"""`URLRouter` does not support `include()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.source_routes import PATHS
from ..channels.api import ROUTERS
from ..finding import Finding
from ..python.expressions import argument, string_value
from ..python.source_text import replacement_diff, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "include() is not supported in URLRouter. Use nested URLRouter instances instead."

INCLUDES = ("django.urls.include", "django.conf.urls.include", "django.urls.conf.include")
MAX_EXPRESSIONS = 1000
FIX = "URLRouter(websocket_urlpatterns)"


def check(project: Project) -> Iterator[Finding]:
    """Find include() in the routes of a URLRouter, or the exception that Channels raised."""
    found = False
    for module, call in _included(project):
        found = True
        yield Finding(
            "A route of a `URLRouter` uses `include()`, so the import of the application fails."
            " Use a nested `URLRouter`.",
            module.location(call),
            _fix(module, call),
        )
    if not found:
        yield from _raised(project)


def _fix(module: Module, call: ast.Call) -> str:
    """Return the change of `include()`, with the list of a module that it names."""
    included = argument(call, 0, "arg")
    owner = string_value(included)
    routes = f"{owner}.websocket_urlpatterns" if owner else source_text(module, included or call)
    diff = replacement_diff(module, call, f"URLRouter({routes})")
    return f"+import {owner}\n{diff}" if owner and diff.startswith("-") else diff


def _raised(project: Project) -> Iterator[Finding]:
    failure = project.load_failure
    if SYMPTOM in failure.message:
        fix = f"path(…, {FIX})"
        yield Finding(failure.message, failure.location, fix, depth="settings")


def _included(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the include() calls that are targets of routes in a URLRouter."""
    seen = set()
    for module, router in project.calls(*ROUTERS):
        for owner, route in _routes(project, module, router):
            target = route.args[1] if len(route.args) > 1 else None
            if isinstance(target, ast.Call) and target not in seen:
                seen.add(target)
                if owner.full_name(target.func) in INCLUDES:
                    yield owner, target


def _routes(
    project: Project, module: Module, router: ast.Call
) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the routes of a router, also from lists in other modules of the project."""
    waiting: list[tuple[Module, ast.AST]] = [(module, node) for node in router.args[:1]]
    seen: set[ast.AST] = set()  # a list may contain itself
    while waiting and len(seen) < MAX_EXPRESSIONS:
        owner, node = project.resolver.value(*waiting.pop())
        if isinstance(node, ast.Call) and owner.full_name(node.func) in PATHS:
            yield owner, node
        elif node not in seen:
            seen.add(node)
            waiting.extend((owner, each) for each in _parts(node))


def _parts(node: ast.AST) -> list[ast.expr]:
    """Return the literal parts of a list."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return [node.value] if isinstance(node, ast.Starred) else []
