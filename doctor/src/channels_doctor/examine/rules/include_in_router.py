"""The routes of WebSockets have an include()."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.source_routes import PATHS
from ..channels.known_names import ROUTERS
from ..finding import Finding, Place
from ..python.follow import follow

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "include() is not supported in URLRouter. Use nested URLRouter instances instead."

INCLUDES = ("django.urls.include", "django.conf.urls.include", "django.urls.conf.include")
MOST = 1000  # expressions to follow
FIX = "URLRouter(websocket_urlpatterns)"


def check(project: Project) -> Iterator[Finding]:
    """Find include() in what goes into a URLRouter, or Channels' own complaint."""
    found = False
    for module, call in _included(project):
        found = True
        line = module.line(call)
        yield Finding(
            "include() stands among the routes of a URLRouter, which refuses it when the application is imported.",
            module.place(call),
            f"-{line}\n+path(…, {FIX}),",
        )
    if not found:
        yield from _seen(project)


def _seen(project: Project) -> Iterator[Finding]:
    failure = project.facts.get("failure") or {}
    if SYMPTOM in str(failure.get("message")):
        frames = failure.get("frames") or [{}]
        place = Place(frames[-1]["path"], frames[-1]["line"]) if frames[-1] else None
        yield Finding(str(failure["message"]), place, f"+path(…, {FIX}),", depth="settings")


def _included(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the calls of include() that are the target of a route in a URLRouter."""
    seen = set()
    for module in project.code:
        for router in module.calls(*ROUTERS):
            for owner, route in _routes(project, module, router):
                target = route.args[1] if len(route.args) > 1 else None
                if (
                    isinstance(target, ast.Call)
                    and owner.qualified(target.func) in INCLUDES
                    and target not in seen
                ):
                    seen.add(target)
                    yield owner, target


def _routes(
    project: Project, module: Module, router: ast.Call
) -> Iterator[tuple[Module, ast.Call]]:
    """Yield the routes of a router: in its lists, wherever in the project they are made."""
    waiting: list[tuple[Module, ast.AST]] = [(module, node) for node in router.args[:1]]
    seen: set[ast.AST] = set()  # a list may stand in itself
    while waiting and len(seen) < MOST:
        owner, node = follow(project, *waiting.pop())
        if isinstance(node, ast.Call) and owner.qualified(node.func) in PATHS:
            yield owner, node
        elif node not in seen:
            seen.add(node)
            waiting.extend((owner, each) for each in _parts(node))


def _parts(node: ast.AST) -> list[ast.expr]:
    """Return what a list is made of, as far as it is written out."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return [node.value] if isinstance(node, ast.Starred) else []
