"""An unknown path causes an error instead of a refusal."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..diffs import joined_diffs
from ..finding import Finding
from ..observed import CLOSED_WITH_ERROR, SERVER_ERROR, Check

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "ValueError: No route found for path"

ROUTE = 're_path(r"", NotFoundConsumer.as_asgi())'
IN_WORDS = f"Add `{ROUTE}` as the last route, of a consumer whose `connect()` calls `close()`."
CONSUMER = """\
+class NotFoundConsumer(AsyncWebsocketConsumer):
+    async def connect(self):
+        await self.close()
+
+"""


def check(project: Project) -> Iterator[Finding]:
    """Find an error for a path without a route."""
    unknown = Check(project, "unknown-path")
    if unknown.error and unknown.error == Check(project, "own-origin").error:
        return  # every path fails in the same way
    if unknown.status_class == SERVER_ERROR or unknown.outcome == CLOSED_WITH_ERROR:
        how = unknown.status or "1011"
        message = (
            f"An unknown path fails with {how} and a traceback{unknown.error_suffix}. Add a last"
            " route that refuses the socket."
        )
        location, fix = _last_route(project)
        yield Finding(message, location or unknown.location, fix)


def _last_route(project: Project) -> tuple[Location | None, str]:
    """Return the end of the only list of routes, and the diff that adds the route there."""
    lists = {id(node): (module, node) for module, node in _route_lists(project)}
    module, node = next(iter(lists.values())) if len(lists) == 1 else (None, None)
    last: Any = node.elts[-1] if node else None
    end = module.lines[last.end_lineno - 1] if module and last else ""
    if not module or node is None or not end.endswith(",") or last.lineno == node.lineno:
        return None, IN_WORDS
    margin = end[: len(end) - len(end.lstrip())]
    diffs = [
        (node.lineno, f"{CONSUMER}\n {module.lines[node.lineno - 1]}"),
        (last.end_lineno, f" {end}\n+{margin}{ROUTE},"),
    ]
    return module.location(last), joined_diffs(diffs)


def _route_lists(project: Project) -> Iterator[tuple[Module, Any]]:
    """Yield the lists of routes that are the values of module-level names."""
    for route in project.routes:
        node = route.module.parents.get(route.call)
        statement = route.module.parents.get(node) if isinstance(node, ast.List) else None
        is_plain = isinstance(statement, ast.Assign) and statement.col_offset == 0
        yield route.module, node if is_plain else None
