"""A route names a consumer without `.as_asgi()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.protocol_router import protocol_items, protocol_names
from ..channels.api import PROTOCOL_ROUTER
from ..channels.release import major_version
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "object ChatConsumer can't be used in 'await' expression"

SINCE = 3  # the version of Channels that has as_asgi()
CHANNELS = "channels.routing.ChannelNameRouter"


def check(project: Project) -> Iterator[Finding]:
    """Find consumer classes in routes, unless an older Channels accepts the class itself."""
    version = major_version(project)
    if version is not None and version < SINCE:
        return
    severity = None if version or not _looks_older(project) else "warning"
    found = False
    for module, node in _applications(project):
        name = _class(project, module, node)
        if name:
            found = True
            yield Finding(_message(name, node), module.location(node), _fix(module, node), severity)
    if not found:
        yield from _seen(project)


def _applications(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the expressions of applications: in routes, and as values of Channels' routers."""
    for route in project.routes:
        if route.callback is not None:
            yield route.module, route.callback
    for module in project.production_modules:
        for call in module.calls(PROTOCOL_ROUTER, CHANNELS):
            items = protocol_items(project.resolver, module, call)
            yield from ((item.module, item.application) for item in items)


def _class(project: Project, module: Module, node: ast.AST) -> str:
    """Return the consumer that an expression names by its class or by an uncalled `as_asgi`."""
    if isinstance(node, ast.Attribute) and node.attr == "as_asgi":
        node = node.value
    name = module.full_name(node)
    same = [each.name for each in project.consumers if name in {each.name, each.full_name}]
    ends = [
        each.name
        for each in project.consumers
        if name and f".{each.full_name}".endswith(f".{name}")
    ]
    return (same or ends or [""])[0]


def _message(name: str, node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr == "as_asgi":
        return f"The route has `{name}.as_asgi` without parentheses. Write `{name}.as_asgi()`."
    return (
        f"The route has the class `{name}`, so every socket fails with a TypeError."
        f" Write `{name}.as_asgi()`."
    )


def _fix(module: Module, node: ast.AST) -> str:
    line = module.source_line(node)
    text = ast.unparse(node) if hasattr(ast, "unparse") else module.full_name(node)
    right = text + "()" if text.endswith(".as_asgi") else text + ".as_asgi()"
    return f"-{line}\n+{line.replace(text, right, 1)}"


def _looks_older(project: Project) -> bool:
    """Return whether the router leaves HTTP to Channels, as in projects for Channels 2."""
    if any(
        "channels.http.AsgiHandler" in module.imports.values()
        for module in project.production_modules
    ):
        return True
    named = [
        protocol_names(project.resolver, module, call)
        for module in project.production_modules
        for call in module.calls(PROTOCOL_ROUTER)
    ]
    return any(whole and names == ["websocket"] for names, whole in named)


def _seen(project: Project) -> Iterator[Finding]:
    """Find consumer classes in the routes that Django has loaded."""
    for route in project.facts.get("routes") or []:
        short = str(route.get("callback")).split(".")[-1]
        if route.get("as_asgi") is False and short in {each.name for each in project.consumers}:
            message = (
                f"The route {route.get('pattern')!r} has the class `{short}`."
                f" Write `{short}.as_asgi()`."
            )
            yield Finding(message, None, f"+{short}.as_asgi()", depth="settings")
