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
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "KeyError: 'url_route'"

KEY = "url_route"


def check(project: Project) -> Iterator[Finding]:
    """Find the first test socket of each consumer that reads scope["url_route"]."""
    seen = set()
    for socket in find_test_sockets(project):
        module, node = _application(project, socket)
        consumer = _consumer(project, module, node)
        is_new = consumer is not None and consumer.full_name not in seen
        if consumer and is_new and _reads_route(project, consumer) and not _sets_route(project):
            seen.add(consumer.full_name)
            message = (
                f'`{consumer.name}` reads `scope["{KEY}"]`, which only a router sets. Test it'
                " with `URLRouter`."
            )
            fix = f"URLRouter([path(…, {source_text(module, node)})])"
            use = socket.owner.location(socket.application or node)
            yield Finding(message, module.location(node) if module.is_test else use, fix)


def _application(project: Project, socket: TestSocket) -> tuple[Module, ast.AST]:
    """Return the expression of a test's application, which may be behind a name."""
    node = socket.application or ast.Constant(None)
    local = only_value(scope_of(socket.owner, node), node)
    return project.resolver.value(socket.owner, local or node)


def _consumer(project: Project, module: Module, node: ast.AST) -> Definition | None:
    """Return the consumer of `X.as_asgi()`."""
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
