"""The functions that send over the channel layer, themselves or through others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, Sequence

from ..python.expressions import walk_body
from .layer_calls import layer_calls

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

MAX_CALL_DEPTH = 3  # functions that call functions


class Senders:
    """Finds what sends when some code runs; what a lambda does runs later, and does not count."""

    def __init__(self, project: Project) -> None:
        self._resolver = project.resolver
        self._calls = {id(each.node) for each in layer_calls(project, "group_send", "send")}
        self._known: dict[ast.AST, bool] = {}

    def in_nodes(self, module: Module, nodes: Sequence[ast.AST]) -> Iterator[ast.Call]:
        """Yield the calls in some nodes that send, or that run a function that sends."""
        for node in walk_body(nodes):
            if isinstance(node, ast.Call) and self._sends(module, node, 0):
                yield node

    def _sends(self, module: Module, call: ast.Call, depth: int) -> bool:
        if id(call) in self._calls:
            return True
        called = self._resolver.function(module, call.func)
        return called is not None and self.is_sender(called, depth)

    def is_sender(self, function: Definition, depth: int = 0) -> bool:
        """Return whether calling a plain function sends."""
        is_plain = isinstance(function.node, ast.FunctionDef) and function.is_undecorated
        if not is_plain or depth > MAX_CALL_DEPTH:
            return False
        if function.node not in self._known:
            self._known[function.node] = False  # ends a recursion
            calls = [each for each in walk_body(function.node.body) if isinstance(each, ast.Call)]
            self._known[function.node] = any(
                self._sends(function.module, each, depth + 1) for each in calls
            )
        return self._known[function.node]
