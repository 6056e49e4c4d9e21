"""The middleware between the server and the WebSocket routes: the sources' and Django's view."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.api import LIBRARY, ROUTERS, wrappers_that
from ..python.definitions import Definition
from ..python.expressions import all_arguments, called_name
from ..python.references import References
from ..python.resolver.values import all_values
from .protocol_router import websocket_applications

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

# Calls around routes that are no middleware.
ROUTING = {"URLRouter", "ProtocolTypeRouter", "path", "re_path", "url", "as_asgi", "list", "cast"}
CHECKS_ORIGIN = wrappers_that("checks_origin")
# The wrappers of these packages are in the table of channels/api.py, or change nothing here.
DESCRIBED = ("channels.auth.", "channels.sessions.", "channels.security.", "channels.routing.")
DESCRIBED_PACKAGES = (*DESCRIBED, LIBRARY)
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
    def is_foreign(self) -> bool:
        """Return whether it comes from a package that these rules do not know."""
        return self.definition is None and not self.name.startswith(DESCRIBED_PACKAGES)


@lru_cache(maxsize=1)
def websocket_stack(project: Project) -> WebSocketStack:
    """Return the middleware around the WebSocket routes of a project."""
    return WebSocketStack(project)


class WebSocketStack:
    """What a handshake passes on its way to the WebSocket routes.

    `entry` is the outermost expression. `wrappers` are in no order. `is_complete` says that every
    part of the stack is known, `depth` whether from the sources or from the loaded settings.
    """

    def __init__(self, project: Project) -> None:
        self._resolver = project.resolver
        self.wrappers: list[Wrapper] = []
        self.is_complete = True
        self.depth = "source"
        self._seen: set[ast.AST] = {each.node for each in project.consumers}
        entries = list(websocket_applications(project))
        self.entry = entries[0] if entries else None
        self._waiting: list[tuple[Module, ast.AST, bool]] = [(*each, False) for each in entries]
        while self._waiting and len(self._seen) < MAX_EXPRESSIONS:
            self._visit(*self._waiting.pop())
        self._add_loaded_wrappers(project)
        definitions = [each.definition for each in self.wrappers if each.definition]
        self._references = References(self._resolver, definitions)
        self._other_references = References(self._resolver, list(_other_observers(project)))

    def _add_loaded_wrappers(self, project: Project) -> None:
        """Add the wrappers that Django loaded; they replace those of incomplete sources."""
        application = project.facts.get("application") or {}
        names = [name for name in application.get("wrappers") or [] if name]
        if not names or not (names[-1] in ROUTERS or names[-1].endswith("URLRouter")):
            return
        loaded = [
            Wrapper(name, self._resolver.definition_of(name))
            for name in names
            if not name.endswith("URLRouter")
        ]
        self.depth = "source" if self.is_complete and self.entry else "settings"
        self.wrappers = self.wrappers + loaded if self.depth == "source" else loaded
        self.is_complete = True

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

    def _add_wrapper(self, module: Module, node: ast.AST, in_router: bool) -> None:
        wrapper = Wrapper(module.full_name(node), self._resolver.definition(module, node))
        makes_routes = in_router and wrapper.is_foreign and wrapper.short_name.islower()
        if not makes_routes:
            self.wrappers.append(wrapper)
        if not (in_router or wrapper.name):
            self.is_complete = False

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

    @property
    def has_session(self) -> bool:
        """Return whether cookies decide who the visitor is."""
        return self._has(wrappers_that("has_session")) or self._references.uses_cookies

    @property
    def has_user(self) -> bool:
        """Return whether a wrapper may put a user into the scope; any undescribed one may."""
        undescribed = any(not each.name.startswith(DESCRIBED_PACKAGES) for each in self.wrappers)
        return undescribed or self._has(wrappers_that("has_user"))

    @property
    def foreign_wrappers(self) -> list[str]:
        """Return the names of the wrappers from packages that these rules do not know."""
        return sorted({each.name for each in self.wrappers if each.is_foreign})

    @property
    def checks_origin(self) -> bool:
        """Return whether the name or the code of a wrapper says that it checks the Origin."""
        named = any(
            word in each.name.lower() for each in self.wrappers for word in ("origin", "cors")
        )
        used = self._references.uses_origin or self._other_references.uses_origin
        return named or used or self._has(CHECKS_ORIGIN)

    @property
    def refuses_unknown_paths(self) -> bool:
        """Return whether a wrapper refuses the paths that no route matches."""
        return self._has(wrappers_that("refuses_unknown_paths"))

    def _has(self, names: set[str]) -> bool:
        wrapped = any({each.name, each.short_name} & names for each in self.wrappers)
        return wrapped or bool(names & self._references.names)


def _other_observers(project: Project) -> Iterator[Definition]:
    """Yield what sees a handshake outside of the stack: consumers, and what the ASGI modules call."""
    yield from project.consumers
    for module in project.asgi_modules:
        called = (
            project.resolver.definition(module, each.func) for each in module.find_all(ast.Call)
        )
        yield from filter(None, called)
