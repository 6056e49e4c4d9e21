"""A test has no router for a consumer that reads its route."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..message_values.scope import only_value, scope_of
from ..project_tests.test_sockets import TestSocket, find_test_sockets
from ..python.expressions import attribute_name, is_scope_item, string_value
from ..python.source_text import source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "KeyError: 'url_route'"

KEY = "url_route"


def check(project: Project) -> Iterator[Finding]:
    """Find the first test socket of each consumer that reads scope["url_route"]."""
    seen = set()
    for socket in find_test_sockets(project):
        consumer = _consumer(project, socket)
        is_new = consumer is not None and consumer.full_name not in seen
        if consumer and is_new and _reads_route(project, consumer) and not _sets_route(project):
            seen.add(consumer.full_name)
            text = source_text(socket.owner, socket.application)  # type: ignore[arg-type]
            message = (
                f'`{consumer.name}` reads `scope["{KEY}"]`, which only a router sets. Test it'
                " with `URLRouter`."
            )
            fix = f"URLRouter([path(…, {text})])"
            yield Finding(message, socket.owner.location(socket.application), fix)  # type: ignore[arg-type]


def _consumer(project: Project, socket: TestSocket) -> Definition | None:
    """Return the consumer of `X.as_asgi()`, which may be behind a name."""
    if socket.application is None:
        return None
    local = only_value(scope_of(socket.owner, socket.application), socket.application)
    module, node = project.resolver.value(socket.owner, local or socket.application)
    function = node.func if isinstance(node, ast.Call) else None
    if attribute_name(function) != "as_asgi":
        return None
    found = project.resolver.definition(module, function.value)  # type: ignore[union-attr]
    return found if found and found.is_class else None


def _reads_route(project: Project, consumer: Definition) -> bool:
    """Return whether connect() reads the route, and not by `.get()`."""
    method = project.resolver.member(consumer, "connect")
    nodes = ast.walk(method.node) if method else iter(())
    return any(isinstance(each, ast.Subscript) and is_scope_item(each, KEY) for each in nodes)


def _sets_route(project: Project) -> bool:
    """Return whether a test module names the key, as in `communicator.scope["url_route"] = …`."""
    return any(
        string_value(node) == KEY or getattr(node, "arg", None) == KEY
        for module in project.test_modules
        for node in module.nodes
    )
