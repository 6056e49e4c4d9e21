"""A route names a consumer without `.as_asgi()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.application import ROUTER, protocol_items, protocol_names
from ..channels.release import major
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
    """Find classes of consumers where an application is wanted, unless an older Channels takes the class itself."""
    version = major(project)
    if version is not None and version < SINCE:
        return
    severity = None if version or not _looks_older(project) else "warning"
    found = False
    for module, node in _applications(project):
        name = _class(project, module, node)
        if name:
            found = True
            yield Finding(_message(name, node), module.place(node), _fix(module, node), severity)
    if not found:
        yield from _seen(project)


def _applications(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the expressions that stand for an application: in routes, and as values of Channels' routers."""
    for route in project.routes:
        if route.callback is not None:
            yield route.module, route.callback
    for module in project.code:
        for call in module.calls(ROUTER, CHANNELS):
            yield from ((module, value) for _, value in protocol_items(project, module, call))


def _class(project: Project, module: Module, node: ast.AST) -> str:
    """Return the consumer whose class, or whose method without its brackets, an expression is, else ""."""
    if isinstance(node, ast.Attribute) and node.attr == "as_asgi":
        node = node.value
    name = module.qualified(node)
    same = [each.name for each in project.consumers if name in {each.name, each.qualified}]
    ends = [
        each.name
        for each in project.consumers
        if name and f".{each.qualified}".endswith(f".{name}")
    ]
    return (same or ends or [""])[0]


def _message(name: str, node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr == "as_asgi":
        return f"{name}.as_asgi lacks its brackets: what is called for each socket does not make an application."
    return f"{name} stands in its route without .as_asgi(): every socket to it ends in a TypeError."


def _fix(module: Module, node: ast.AST) -> str:
    line = module.line(node)
    text = ast.unparse(node) if hasattr(ast, "unparse") else module.qualified(node)
    right = text + "()" if text.endswith(".as_asgi") else text + ".as_asgi()"
    return f"-{line}\n+{line.replace(text, right, 1)}"


def _looks_older(project: Project) -> bool:
    """Return whether the project says Channels 2 in another way: its router leaves HTTP to Channels."""
    if any("channels.http.AsgiHandler" in module.imports.values() for module in project.code):
        return True
    named = [
        protocol_names(project, module, call)
        for module in project.code
        for call in module.calls(ROUTER)
    ]
    return any(whole and names == ["websocket"] for names, whole in named)


def _seen(project: Project) -> Iterator[Finding]:
    """Find what only Django's own routes show."""
    for route in project.facts.get("routes") or []:
        short = str(route.get("callback")).split(".")[-1]
        if route.get("as_asgi") is False and short in {each.name for each in project.consumers}:
            message = f"{short} stands in the route {route.get('pattern')!r} without .as_asgi()."
            yield Finding(message, None, f"+{short}.as_asgi()", depth="settings")
