"""No route matches unknown paths."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.middleware import websocket_stack
from ..asgi.path_matching import is_catch_all
from ..channels.api import PROTOCOL_ROUTER, ROUTERS
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "ValueError: No route found for path"

FIX = """\
 from channels.generic.websocket import AsyncWebsocketConsumer
 from django.urls import re_path
+
+class NotFoundConsumer(AsyncWebsocketConsumer):
+    async def connect(self):
+        await self.close()
+
 websocket_urlpatterns = [
     …
+    re_path(r"", NotFoundConsumer.as_asgi()),  # last"""


def check(project: Project) -> Iterator[Finding]:
    """Find the outermost URLRouter when all routes are known and none matches everything."""
    routers = list(project.calls(*ROUTERS))
    if not routers or not project.routes or _is_caught(project) or _has_catch_all(project):
        return
    if not websocket_stack(project).refuses_unknown_paths:
        module, call = _outermost(routers)
        message = (
            "No route matches unknown paths, so each one fails with HTTP 500 and a traceback. Add a"
            " last route that refuses the socket."
        )
        yield Finding(message, module.location(call), FIX)


def _has_catch_all(project: Project) -> bool:
    """Return whether a route matches every path, or may do so."""
    loaded = [str(route.get("pattern")) for route in project.facts.get("routes") or []]
    if any(is_catch_all(each, True) or is_catch_all(each, False) for each in loaded):
        return True
    if not loaded and any(each.pattern is None for each in project.routes):
        return True
    return any(is_catch_all(each.pattern, each.is_regex) for each in project.routes)


def _is_caught(project: Project) -> bool:
    """Return whether the code handles the exception itself."""
    return any("No route found" in str(text.value) for _, text in project.find_all(ast.Constant))


def _outermost(routers: list[tuple[Module, ast.Call]]) -> tuple[Module, ast.Call]:
    """Return the router in the module that also creates the application, or else the first."""
    return next((each for each in routers if any(each[0].calls(PROTOCOL_ROUTER))), routers[0])
