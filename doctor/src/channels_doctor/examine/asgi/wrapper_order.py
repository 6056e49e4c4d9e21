"""The wrappers around the WebSocket routes, from the outermost to the innermost."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import ROUTERS
from .protocol_router import websocket_applications

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

MAX_WRAPPERS = 30


class OrderedWrapper(NamedTuple):
    """One call of a wrapper: its full name, its module and the call."""

    name: str
    module: Module
    call: ast.Call


def ordered_wrappers(project: Project) -> Iterator[list[OrderedWrapper]]:
    """Yield the wrappers of each WebSocket application whose order the text shows completely.

    Each is called with the next one as its first argument. The last argument is a router.
    """
    for module, node in websocket_applications(project):
        wrappers: list[OrderedWrapper] = []
        owner, expression = project.resolver.value(module, node)
        while len(wrappers) < MAX_WRAPPERS and isinstance(expression, ast.Call):
            name = owner.full_name(expression.func)
            if name in ROUTERS:
                yield wrappers
                break
            wrappers.append(OrderedWrapper(name, owner, expression))
            inner = next(iter(expression.args), None)
            if inner is None:
                break
            owner, expression = project.resolver.value(owner, inner)
