"""A consumer changes the session and does not save it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.api import WEBSOCKET_CONSUMERS
from ..channels.socket_sessions import is_passed_on, is_session
from ..finding import Finding, listed_places
from ..python.expressions import method_name
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "After the socket has closed, the change is lost."

LOGIN = "channels.auth.login"
FIX = '+self.scope["session"].save()'
DJANGO_ASYNC_FIX = '+await self.scope["session"].asave()'
ASYNC_FIX = '+await database_sync_to_async(self.scope["session"].save)()'
SAVING = ("save", "asave")
CHANGING = {"update", "setdefault", "pop", "set_expiry", "clear"}
ASYNC_CHANGING = {"aset", "aupdate", "asetdefault", "apop", "aset_expiry"}


def check(project: Project) -> Iterator[Finding]:
    """Find changes of the session, and login(), in consumers whose code never saves the session."""
    found = list(_changes(project))
    if found:
        places = [each.location for each in found[1:] if each.location]
        more = f" So does the code in {listed_places(places)}." if places else ""
        yield found[0]._replace(message=found[0].message + more)


def _changes(project: Project) -> Iterator[Finding]:
    for consumer in project.production_consumers:
        bases = project.resolver.outside_bases(consumer)
        classes = list(project.resolver.mro(consumer))
        is_websocket = any(base.startswith(WEBSOCKET_CONSUMERS) for base in bases)
        if is_websocket and not any(each.uses_name(*SAVING) for each in classes):
            yield from _in_class(consumer)


def _in_class(cls: Definition) -> Iterator[Finding]:
    nodes = list(walk(cls.node))
    sessions = [each for each in nodes if is_session(cls.module, each)]
    passes_on = any(is_passed_on(cls.module, each) for each in sessions)
    for node in nodes:
        what = "" if passes_on else _change(cls, node)
        if what:
            message = (
                f"{what} changes the session, which Channels does not save for a WebSocket. Call"
                " its `save()`."
            )
            yield Finding(message, cls.module.location(node), _fix(cls, node))


def _fix(cls: Definition, node: ast.AST) -> str:
    if method_name(node) in ASYNC_CHANGING:
        return DJANGO_ASYNC_FIX
    is_async = isinstance(cls.module.nearest_function(node), ast.AsyncFunctionDef)
    return ASYNC_FIX if is_async else FIX


def _change(cls: Definition, node: Any) -> str:
    """Return the code that changes the session, "" for any other node."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return "The assignment" if is_session(cls.module, node.value) else ""
    if isinstance(node, (ast.Name, ast.Attribute)) and cls.module.full_name(node) == LOGIN:
        return "`login()`"
    name = method_name(node)
    if name in {*CHANGING, *ASYNC_CHANGING} and is_session(cls.module, node.func.value):
        return f"`session.{name}()`"
    return ""
