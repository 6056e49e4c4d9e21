"""`URLRouter` does not support `include()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.route_lists import is_include, route_items
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
            _fix(project, module, call),
            cause=(module.path,),
        )
    if not found:
        yield from _raised(project)


def _fix(project: Project, module: Module, call: ast.Call) -> str:
    """Return the change of `include()`, with the list of the module that it names."""
    included = argument(call, 0, "arg") or call
    if isinstance(included, ast.Tuple) and included.elts:  # with the name of its application
        included = included.elts[0]
    owner = string_value(included)
    routes = owner or source_text(module, included)
    named = owner or module.full_name(included)
    found = next((each for each in project.modules if each.name == named), None)
    if owner or found:
        stored = {each.id for each in found.find_all(ast.Name)} if found else set()
        is_plain = "urlpatterns" in stored and "websocket_urlpatterns" not in stored
        routes = f"{routes}.{'' if is_plain else 'websocket_'}urlpatterns"
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
        for item in route_items(project.resolver, module, router):
            target = item.call.args[1] if item.call and len(item.call.args) > 1 else None
            if isinstance(target, ast.Call) and target not in seen:
                seen.add(target)
                if is_include(item.module, target):
                    yield item.module, target
