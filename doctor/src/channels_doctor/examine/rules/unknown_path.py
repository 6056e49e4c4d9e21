"""No route takes the paths that no other route matches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.path_matching import is_catch_all
from ..channels.known_names import ROUTERS
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
    """Find the outermost URLRouter of a project whose routes are all known and none of which matches everything."""
    routers = [(module, call) for module in project.code for call in module.calls(*ROUTERS)]
    if (
        not routers
        or not project.routes
        or project.stack.refuses_unknown_paths
        or _is_caught(project)
    ):
        return
    seen = project.facts.get("routes")
    patterns = [(each.pattern, each.is_regular) for each in project.routes]
    if not seen and any(pattern is None for pattern, _ in patterns):
        return
    if not any(is_catch_all(*pattern) for pattern in patterns) and not any(
        _is_open(each) for each in seen or []
    ):
        module, call = _outermost(routers)
        message = "No route takes unknown paths: each scanner and each mistyped address is an error 500 with a traceback."
        yield Finding(message, module.place(call), FIX)


def _is_open(route: dict[str, object]) -> bool:
    pattern = str(route.get("pattern"))
    return is_catch_all(pattern, True) or is_catch_all(pattern, False)


def _is_caught(project: Project) -> bool:
    """Return whether the code deals with the error itself."""
    return any("No route found" in str(text.value) for _, text in project.all(ast.Constant))


def _outermost(routers: list[tuple[Module, ast.Call]]) -> tuple[Module, ast.Call]:
    """Return the router in the module that also makes the application, else the first."""
    name = "channels.routing.ProtocolTypeRouter"
    return next((each for each in routers if any(each[0].calls(name))), routers[0])
