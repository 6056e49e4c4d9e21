"""A route names a consumer without `.as_asgi()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..asgi.protocol_router import protocol_items, protocol_names
from ..channels.api import PROTOCOL_ROUTER
from ..channels.consumers import is_http_consumer
from ..channels.release import major_version
from ..diffs import once_a_file
from ..finding import Finding, listed_places
from ..packages.generated_headers import is_before_channels_3
from ..packages.installs import may_have_channels_2
from ..project_tests.test_sockets import TestSocket, find_test_sockets
from ..python.expressions import attribute_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "object ChatConsumer can't be used in 'await' expression"

AS_ASGI_SINCE = 3  # the major version of Channels
CHANNEL_NAME_ROUTER = "channels.routing.ChannelNameRouter"


def check(project: Project) -> Iterator[Finding]:
    """Find consumer classes in routes, unless an older Channels accepts the class itself."""
    if _accepts_classes(project):
        return
    severity = None if major_version(project) or not _looks_older(project) else "warning"
    found = [
        _finding(module, node, name, severity)
        for module, node in _applications(project)
        for name in [_consumer_name(project, module, node)]
        if name
    ]
    yield from _once(list(once_a_file(found))) if found else _in_loaded_routes(project)
    for socket in find_test_sockets(project):
        yield from _in_test(project, socket)


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """Yield the first finding, with the places of those in other files."""
    places = [each.location for each in findings[1:] if each.location]
    more = f" So in {listed_places(places)}." if places else ""
    yield findings[0]._replace(message=findings[0].message + more)


def _accepts_classes(project: Project) -> bool:
    """Return whether the project is for a Channels whose routes have classes."""
    version = major_version(project)
    if version is None:
        return is_before_channels_3(project) or may_have_channels_2(project)
    return version < AS_ASGI_SINCE


def _finding(module: Module, node: ast.AST, name: str, severity: str | None) -> Finding:
    symptom = SYMPTOM.replace("ChatConsumer", name)
    if _is_instance(node):
        symptom = "A socket receives the messages of another one."
    elif attribute_name(node) == "as_asgi":
        symptom = f"TypeError: {name}.as_asgi() takes 1 positional argument but 4 were given"
    elif _is_view(node):
        symptom = f"AttributeError: type object '{name}' has no attribute 'as_view'"
    return Finding(
        _message(name, node), module.location(node), _fix(module, node), severity, None, symptom
    )


def _in_test(project: Project, socket: TestSocket) -> Iterator[Finding]:
    """Find a class that a test gives to a communicator."""
    module, node = socket.owner, socket.application
    name = _consumer_name(project, module, node) if node and not isinstance(node, ast.Call) else ""
    if node and name:
        message = (
            f"The test passes `{module.full_name(node).rpartition('.')[2]}` and no application."
            f" Write `{name}.as_asgi()`."
        )
        yield Finding(message, module.location(node), _fix(module, node), "warning")


def _applications(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the applications in routes and Channels' routers, or what their variables have."""
    found = [(each.module, each.callback) for each in project.routes if each.callback is not None]
    for module, call in project.calls(PROTOCOL_ROUTER, CHANNEL_NAME_ROUTER):
        items = protocol_items(project.resolver, module, call)
        found += [(item.module, item.application) for item in items]
    for module, node in found:
        made = project.resolver.value(module, node)
        is_made = isinstance(made[1], ast.Call) or attribute_name(made[1]) == "as_asgi"
        yield made if is_made else (module, node)


def _consumer_name(project: Project, module: Module, node: ast.AST) -> str:
    """Return the consumer that an expression names by its class or by an uncalled `as_asgi`."""
    named = node.func if _is_instance(node) or _is_view(node) else node  # type: ignore[attr-defined]
    name = module.full_name(named)
    if attribute_name(named) in {"as_asgi", "as_view"}:
        name = name.rpartition(".")[0]
    consumers = project.consumers if name else []
    if _is_instance(node):  # all requests may share one
        consumers = [each for each in consumers if not is_http_consumer(project.resolver, each)]
    same = [each.name for each in consumers if name in {each.name, each.full_name}]
    ends = [each.name for each in consumers if f".{each.full_name}".endswith(f".{name}")]
    return (same or ends or [""])[0]


def _is_instance(node: ast.AST) -> bool:
    """Return whether a node may be `ChatConsumer()`; a consumer needs no arguments."""
    is_plain = isinstance(node, ast.Call) and not node.args and not node.keywords
    return is_plain and attribute_name(node.func) not in {"as_asgi", "as_view"}  # type: ignore[attr-defined]


def _is_view(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and attribute_name(node.func) == "as_view"


def _message(name: str, node: ast.AST) -> str:
    if _is_view(node):
        return f"A consumer has no `as_view()`. Write `{name}.as_asgi()`."
    if _is_instance(node):
        return (
            f"The route has one instance of `{name}` for all sockets, so each new socket receives"
            f" the messages of the others. Write `{name}.as_asgi()`."
        )
    if attribute_name(node) == "as_asgi":
        return f"The route has `{name}.as_asgi` without parentheses. Write `{name}.as_asgi()`."
    return (
        f"The route has the class `{name}`, so every socket fails with a TypeError."
        f" Write `{name}.as_asgi()`."
    )


def _fix(module: Module, node: ast.AST) -> str:
    line = module.source_line(node)
    text = ast.unparse(node) if hasattr(ast, "unparse") else module.full_name(node)
    right = text + "()" if text.endswith(".as_asgi") else text + ".as_asgi()"
    if isinstance(node, ast.Call):
        right = text[: -len(".as_view()" if _is_view(node) else "()")] + ".as_asgi()"
    return f"-{line}\n+{line.replace(text, right, 1)}"


def _looks_older(project: Project) -> bool:
    """Return whether the router leaves HTTP to Channels, as in projects for Channels 2."""
    imports = [name for each in project.production_modules for name in each.imports.values()]
    routers = [
        protocol_names(project.resolver, module, call)
        for module, call in project.calls(PROTOCOL_ROUTER)
    ]
    return "channels.http.AsgiHandler" in imports or (["websocket"], True) in routers


def _in_loaded_routes(project: Project) -> Iterator[Finding]:
    """Find consumer classes in the routes that Django has loaded."""
    for route in project.facts.get("routes") or []:
        short = str(route.get("callback")).split(".")[-1]
        if route.get("as_asgi") is False and short in {each.name for each in project.consumers}:
            message = (
                f"The route {route.get('pattern')!r} has the class `{short}`."
                f" Write `{short}.as_asgi()`."
            )
            yield Finding(message, None, f"{short}.as_asgi()", depth="settings")
