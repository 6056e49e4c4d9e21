"""The functions that send over the channel layer, themselves or through others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple, Sequence

from ..python.expressions import walk_body
from .layer_calls import LayerCall, layer_calls

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

MAX_CALL_DEPTH = 3  # functions that call functions


class Sending(NamedTuple):
    """A call that sends, and the call of the layer that it leads to, which may be itself."""

    call: ast.Call
    origin: LayerCall


class Senders:
    """Finds what sends when some code runs; what a lambda does runs later, and does not count."""

    def __init__(self, project: Project) -> None:
        self._resolver = project.resolver
        self._calls = {id(each.node): each for each in layer_calls(project, "group_send", "send")}
        self._known: dict[ast.AST, LayerCall | None] = {}

    def in_nodes(self, module: Module, nodes: Sequence[ast.AST]) -> Iterator[Sending]:
        """Yield the calls in some nodes that send, or that run a function that sends."""
        for node in walk_body(nodes):
            origin = self._origin(module, node, 0) if isinstance(node, ast.Call) else None
            if origin:
                yield Sending(node, origin)

    def _origin(self, module: Module, call: ast.Call, depth: int) -> LayerCall | None:
        if id(call) in self._calls:
            return self._calls[id(call)]
        called = self._resolver.function(module, call.func)
        return self.origin(called, depth) if called else None

    def origin(self, function: Definition, depth: int = 0) -> LayerCall | None:
        """Return the first call of the layer that calling a plain function leads to."""
        is_plain = isinstance(function.node, ast.FunctionDef) and function.is_undecorated
        if not is_plain or depth > MAX_CALL_DEPTH:
            return None
        if function.node not in self._known:
            self._known[function.node] = None  # ends a recursion
            calls = [each for each in walk_body(function.node.body) if isinstance(each, ast.Call)]
            found = (self._origin(function.module, each, depth + 1) for each in calls)
            self._known[function.node] = next(filter(None, found), None)
        return self._known[function.node]
