"""The browser never sees a close code that is sent before `accept()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..browser.close_events import pages_read_close_code
from ..channels.close_codes import close_code
from ..channels.handlers import Handler, socket_paths
from ..channels.socket_uses import NEW
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "Error during WebSocket handshake: Unexpected response code: 403"

DEFAULT_CODE = 1000


def check(project: Project) -> Iterator[Finding]:
    """Find `close(code)` in connect() that no accept() precedes, where a page reads the code."""
    by_file: dict[str, list[tuple[Handler, ast.Call, int]]] = {}
    for each in _early_closes(project):
        by_file.setdefault(each[0].method.module.path, []).append(each)
    for first, *others in by_file.values():
        yield _finding(*first, [call.lineno for _, call, _ in others])


def _early_closes(project: Project) -> Iterator[tuple[Handler, ast.Call, int]]:
    for handler, paths in socket_paths(project):
        for use in paths.uses:
            if use.method == "close" and use.node is use.call and use.is_only(NEW):
                code = close_code(project, handler.method.module, use.call)
                if code not in (None, DEFAULT_CODE) and pages_read_close_code(project, code):
                    yield handler, use.call, code


def _finding(handler: Handler, call: ast.Call, code: int, others: list[int]) -> Finding:
    module = handler.method.module
    lines = ", ".join(map(str, others))
    also = f" (also in line {lines})" if others else ""
    message = (
        f"`connect()` closes with code {code} before `accept()`{also}, so the browser sees 1006"
        " and never the code. Accept the socket first."
    )
    wait = "await " if isinstance(handler.method.node, ast.AsyncFunctionDef) else ""
    fix = f"+{wait}self.accept()\n {module.source_line(call)}"
    return Finding(message, module.location(call), fix, cause=("connect",))
