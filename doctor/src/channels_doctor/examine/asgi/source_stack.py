"""The wrappers around the WebSocket routes, as the sources build them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from ..channels.api import LIBRARY, ROUTERS, WRAPPERS, wrappers_that
from ..python.expressions import all_arguments, called_name
from ..python.resolver.values import all_values
from .protocol_router import websocket_applications

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

# Calls around routes that are not middleware.
ROUTING = {"URLRouter", "ProtocolTypeRouter", "path", "re_path", "url", "as_asgi", "list", "cast"}
SHORT_NAMES = {name.rpartition(".")[2] for name in WRAPPERS}
CHECKS_ORIGIN = wrappers_that("checks_origin")
# The wrappers of these packages are in the table of channels/api.py, or change nothing here.
DESCRIBED_PACKAGES = (
    LIBRARY, "channels.auth.", "channels.sessions.", "channels.security.", "channels.routing.",
)  # fmt: skip
COMPOUND = (ast.List, ast.Tuple, ast.Starred, ast.BinOp, ast.IfExp)
HARMLESS = (ast.Constant, ast.expr_context, ast.operator)
MAX_EXPRESSIONS = 5_000


class Wrapper(NamedTuple):
    """A wrapper around the routes: its full name, and its definition when the project has one."""

    name: str
    definition: Definition | None

    @property
    def short_name(self) -> str:
        """Return the last part of the name."""
        return self.name.split(".")[-1]

    @property
    def is_described(self) -> bool:
        """Return whether the table of wrappers covers its package."""
        return self.name.startswith(DESCRIBED_PACKAGES)

    @property
    def is_bound(self) -> bool:
        """Return whether the project defines or imports it, or a known one comes by `import *`."""
        return self.definition is not None or "." in self.name or self.name in SHORT_NAMES

    @property
    def is_foreign(self) -> bool:
        """Return whether neither the project nor the table of wrappers shows what it does."""
        return self.definition is None and not self.is_described


class SourceStack:
    """Reads the expressions from the protocol router to the routes.

    `entry` is the outermost expression with its module. `wrappers` are in no order.
    `is_complete` says that every part is known.
    """

    def __init__(self, project: Project) -> None:
        self.wrappers: list[Wrapper] = []
        self.is_complete = True
        self._resolver = project.resolver
        self._seen: set[ast.AST] = {each.node for each in project.consumers}
        entries = list(websocket_applications(project))
        self.entry = entries[0] if entries else None
        # Each expression with its module, and whether it is inside of a router.
        self._waiting: list[tuple[Module, ast.AST, bool]] = [(*each, False) for each in entries]
        while self._waiting and len(self._seen) < MAX_EXPRESSIONS:
            self._visit(*self._waiting.pop())

    def _visit(self, module: Module, node: ast.AST, in_router: bool) -> None:
        """Follow an expression; what stays unknown inside a router does not matter."""
        if node in self._seen:
            return
        self._seen.add(node)
        if isinstance(node, ast.Call):
            self._visit_call(module, node, in_router)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            self._visit_name(module, node, in_router)
        elif isinstance(node, COMPOUND):
            self._waiting.extend((module, each, in_router) for each in ast.iter_child_nodes(node))
        elif not (in_router or isinstance(node, HARMLESS)):
            self.is_complete = False

    def _visit_call(self, module: Module, call: ast.Call, in_router: bool) -> None:
        name = called_name(call)
        if name not in ROUTING:
            self._add_wrapper(module, call.func, in_router)
        if name == "as_asgi":
            return
        is_router = name == "URLRouter" or module.full_name(call.func) in ROUTERS
        for position, each in enumerate(all_arguments(call)):
            is_origin_list = name in CHECKS_ORIGIN and position > 0
            self._waiting.append((module, each, in_router or is_router or is_origin_list))

    def _visit_name(self, module: Module, node: ast.AST, in_router: bool) -> None:
        found = self._resolver.definition(module, node)
        values = list(all_values(found)) if found else []
        if found and values:
            self._waiting.extend((found.module, value, in_router) for value in values)
        elif found and (found.is_function or found.is_class):
            if found.node not in self._seen:
                self._add_wrapper(module, node, in_router)
        elif not in_router:
            self.is_complete = False

    def _add_wrapper(self, module: Module, node: ast.AST, in_router: bool) -> None:
        wrapper = Wrapper(module.full_name(node), self._resolver.definition(module, node))
        makes_routes = in_router and wrapper.is_foreign and wrapper.short_name.islower()
        if not makes_routes:
            self.wrappers.append(wrapper)
        if not (in_router or wrapper.is_bound):
            self.is_complete = False
