"""Where the ASGI module says what answers to WebSockets, and what else may see a handshake."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.names import Definition

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..python.names import Names


def websocket_entries(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield what stands under "websocket" in the ProtocolTypeRouters of the ASGI module."""
    for module, node in _routers(project):
        yield from _websocket(module, node, project.names)


def values(found: Definition | None) -> Iterator[ast.AST]:
    """Yield all that a name is set to in its module: what wraps itself (`app = Outer(app)`) is set twice."""
    if found is None or not isinstance(found.node, (ast.Assign, ast.AnnAssign)):
        return
    targets = found.node.targets if isinstance(found.node, ast.Assign) else [found.node.target]
    names = {each.id for each in targets if isinstance(each, ast.Name)}
    for assign in found.module.all(ast.Assign):
        if any(isinstance(each, ast.Name) and each.id in names for each in assign.targets):
            yield assign.value
    if isinstance(found.node, ast.AnnAssign) and found.node.value is not None:
        yield found.node.value


def _routers(project: Project) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the arguments of the ProtocolTypeRouters in the ASGI module."""
    for module in project.asgi:
        for call in module.all(ast.Call):
            if module.qualified(call.func).split(".")[-1] == "ProtocolTypeRouter" and call.args:
                yield module, call.args[0]


def around(project: Project) -> Iterator[Definition]:
    """Yield what may see a handshake outside of the stack: layers around the whole application, and the consumers."""
    yield from (Definition(each.module, each.node) for each in project.consumers)
    for module in project.asgi:
        found = (project.names.look(module, call.func) for call in module.all(ast.Call))
        yield from (each for each in found if each)


def _websocket(module: Module, node: Any, names: Names) -> Iterator[tuple[Module, ast.AST]]:
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values)
        yield from (
            (module, value) for key, value in pairs if getattr(key, "value", None) == "websocket"
        )
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict":
        yield from ((module, word.value) for word in node.keywords if word.arg == "websocket")
    elif isinstance(node, ast.Name):
        found = names.look(module, node)
        if (
            found
            and isinstance(found.node, (ast.Assign, ast.AnnAssign))
            and not isinstance(found.node.value, ast.Name)
        ):
            yield from _websocket(found.module, found.node.value, names)
